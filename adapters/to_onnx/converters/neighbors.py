"""Nearest neighbours among the rows seen in fit, by brute force.

Distances from a matrix product lose digits where rows are near each other. So they only choose
some candidates more than are asked for; those are measured again, difference by difference.
"""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.labels import flat, most_likely
from adapters.to_onnx.ops.reduce import squares, total
from adapters.to_onnx.refused import option
from adapters.to_onnx.wires import Outputs, Wire

SPARE = 16
"""Candidates beyond those asked for."""


def classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """KNeighborsClassifier: the neighbours' classes, counted or weighted."""
    if est.outputs_2d_:
        raise option("nearest neighbours with several targets")
    distance, index = _nearest(est, g.numbers(wire), g)
    hits = op.gather(g.large_const(np.eye(len(est.classes_))[est._y]), index)  # [N, k, classes]
    weights = op.unsqueeze(weights_of(est, distance, g), op.const(np.array([2])))
    votes = total(op.mul(hits, weights), keep=False)
    proba = op.div(votes, total(votes))
    return {"predict": most_likely(est.classes_, proba), "predict_proba": proba}


def regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """KNeighborsRegressor: the neighbours' mean, weighted where asked."""
    distance, index = _nearest(est, g.numbers(wire), g)
    y = np.asarray(est._y, dtype=np.float64)
    values = op.gather(g.large_const(y.reshape(len(y), -1)), index)  # [N, k, targets]
    weights = op.unsqueeze(weights_of(est, distance, g), op.const(np.array([2])))
    mean = op.div(total(op.mul(values, weights), keep=False), total(weights, keep=False))
    return {"predict": flat(mean) if y.ndim == 1 else mean}


def weights_of(est: Any, distance: Var, g: Graph) -> Var:
    """1, or one over the distance; where a neighbour is at no distance, only such count."""
    one, zero = g.const(1.0), g.const(0.0)
    if est.weights == "uniform":
        return op.add(op.mul(distance, zero), one)
    if est.weights != "distance":
        raise option("nearest neighbours weighted by a function")
    same = op.cast(op.equal(distance, zero), to=g.real)
    inverse = op.div(one, op.where(op.equal(distance, zero), one, distance))
    return op.where(op.greater(total(same), zero), same, inverse)


def _nearest(est: Any, x: Var, g: Graph) -> tuple[Var, Var]:
    """Distances and positions [N, k] of the nearest rows of fit."""
    if est.effective_metric_ not in ("euclidean", "l2") or hasattr(est._fit_X, "toarray"):
        raise option(f"nearest neighbours by the metric {est.effective_metric_}, or of sparse rows")
    rows = np.ascontiguousarray(est._fit_X, dtype=np.float64)
    count = min(est.n_neighbors + SPARE, len(rows))
    centre = rows.mean(axis=0)
    candidates = _candidates(op.sub(x, g.const(centre)), rows - centre, count, g)
    apart = op.sub(
        op.gather(g.large_const(rows), candidates), op.unsqueeze(x, op.const(np.array([1])))
    )
    exact = op.sqrt(total(op.mul(apart, apart), 2, keep=False))
    k = op.const(np.array([est.n_neighbors]))
    distance, place = op.top_k(exact, k, axis=1, largest=0)
    return distance, op.gather_elements(candidates, place, axis=1)


def _candidates(x: Var, rows: np.ndarray, count: int, g: Graph) -> Var:
    """The positions [N, count] of the nearest rows, ascending, nearly."""
    twice = op.matmul(x, op.transpose(g.large_const(2.0 * rows), perm=[1, 0]))
    near = op.sub(op.add(squares(x), g.const((rows**2).sum(axis=1))), twice)
    _, index = op.top_k(near, op.const(np.array([count])), axis=1, largest=0)
    ordered, _ = op.top_k(index, op.const(np.array([count])), axis=1, largest=0)
    return ordered
