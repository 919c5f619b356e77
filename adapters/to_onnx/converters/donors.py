"""KNNImputer: missing values are the mean of those of the nearest rows of fit that have one."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.converters.imputers import marked
from adapters.to_onnx.converters.neighbors import weights_of
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.reduce import squares, total
from adapters.to_onnx.refused import option
from adapters.to_onnx.wires import Matrix, Outputs, Wire, join, take

ASKED = 500
"""Rows of fit with a gap that are asked for their neighbours, of each column."""
NEAR = 1e-9


def nearest_donors(est: Any, wire: Wire, g: Graph) -> Outputs:
    """KNNImputer by distances over the columns that both rows have."""
    if est.metric != "nan_euclidean" or est.missing_values == est.missing_values:
        raise option("a KNNImputer of another metric, or of other missing values than NaN")
    if not est._valid_mask.all():
        raise option("a KNNImputer with columns that were always missing in fit")
    if _ties(est):
        raise option("a KNNImputer whose rows of fit tie for the last neighbour; NumPy takes any")
    x = g.numbers(wire)
    apart = _distances(x, est, g)
    width = range(est._fit_X.shape[1])
    parts = [_filled(column, take(x, [column]), apart, est, g) for column in width]
    if est.add_indicator:
        parts.append(marked(est.indicator_, x, g))
    return {"transform": Matrix(join(parts))}


def _ties(est: Any) -> bool:
    """Whether, for some rows of fit, the last neighbour is as far as the first that is none."""
    from sklearn.metrics.pairwise import nan_euclidean_distances

    for column, absent in enumerate(est._mask_fit_X.T):
        asking = est._fit_X[absent if absent.any() else slice(None)][:ASKED].copy()
        asking[:, column] = np.nan
        apart = np.sort(nan_euclidean_distances(asking, est._fit_X[~absent]), axis=1)
        last = apart[:, est.n_neighbors - 1 : est.n_neighbors + 1]
        if last.shape[1] == 2 and (np.diff(last) <= NEAR * last[:, :1]).any():
            return True
    return False


def _distances(x: Var, est: Any, g: Graph) -> Var:
    """To every row of fit [N, rows], by the same products as scikit-learn's.

    Rows that have no column in common are infinitely far.
    """
    absent = est._mask_fit_X.astype(np.float64)
    rows = np.where(est._mask_fit_X, 0.0, est._fit_X)
    zero = g.const(0.0)
    missing = op.cast(op.isnan(x), to=g.real)
    known = op.where(op.isnan(x), zero, x)

    def against(left: Var, table: np.ndarray) -> Var:
        return op.matmul(left, op.transpose(g.large_const(table), perm=[1, 0]))

    whole = op.add(
        op.sub(squares(known), op.mul(g.const(2.0), against(known, rows))),
        g.const((rows**2).sum(axis=1)),
    )
    whole = op.sub(op.max([whole, zero]), against(op.mul(known, known), absent))
    whole = op.max([op.sub(whole, against(missing, rows**2)), zero])
    shared = against(op.sub(g.const(1.0), missing), 1.0 - absent)
    mean = op.div(whole, op.max([shared, g.const(1.0)]))
    scaled = op.sqrt(op.mul(mean, g.const(float(rows.shape[1]))))
    return op.where(op.equal(shared, zero), g.const(np.inf), scaled)


def _filled(column: int, x: Var, apart: Var, est: Any, g: Graph) -> Var:
    """A column [N, 1], with its missing values filled."""
    donors = np.flatnonzero(~est._mask_fit_X[:, column])
    values = est._fit_X[donors, column]
    count = op.const(np.array([min(est.n_neighbors, len(donors))]))
    near = op.gather(apart, op.const(donors), axis=1)
    distance, place = op.top_k(near, count, axis=1, largest=0)
    there = op.cast(op.not_(op.isinf(distance)), to=g.real)
    weights = op.mul(weights_of(est, distance, g), there)
    whole = total(weights)
    given = total(op.mul(op.gather(g.large_const(values), place), weights))
    nobody = op.equal(whole, g.const(0.0))
    mean = op.div(given, op.where(nobody, g.const(1.0), whole))
    return op.where(op.isnan(x), op.where(nobody, g.const(float(values.mean())), mean), x)
