"""Columns given another distribution: power and quantile transforms, bins, splines."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.converters import scalers
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.lookup import interpolated, passed
from adapters.to_onnx.ops.precise import expm1, log1p, normal_quantile
from adapters.to_onnx.refused import option
from adapters.to_onnx.wires import Matrix, Outputs, Wire, cast, join, take

BOUND = 1e-7
"""How near to 0 and 1 scikit-learn lets a quantile come before it becomes a normal deviate."""
CLIP = 5.199337582605575
"""Where scikit-learn clips normal deviates: norm.ppf(1 - (BOUND - spacing(1)))."""


def power(est: Any, wire: Wire, g: Graph) -> Outputs:
    """PowerTransformer: Box-Cox or Yeo-Johnson, one exponent for each column."""
    x = g.numbers(wire)
    if est.method == "box-cox":
        parts = [_box_cox(take(x, [i]), float(v), g) for i, v in enumerate(est.lambdas_)]
    else:
        parts = [_yeo_johnson(take(x, [i]), float(v), g) for i, v in enumerate(est.lambdas_)]
    powered = Matrix(join(parts))
    if not est.standardize:
        return {"transform": powered}
    return scalers.standard(est._scaler, powered, g)


def bins(est: Any, wire: Wire, g: Graph) -> Outputs:
    """KBinsDiscretizer: the bin of each value, or a column for each bin."""
    found = passed(g.numbers(wire), [edges[1:-1] for edges in est.bin_edges_])
    if est.encode == "ordinal":
        return {"transform": Matrix(cast(found, g.real))}
    sizes = [int(size) for size in est.n_bins_]
    spread = take(found, np.repeat(np.arange(len(sizes)), sizes))
    own = np.concatenate([np.arange(size) for size in sizes])
    return {"transform": Matrix(cast(op.equal(spread, op.const(own)), g.real))}


def quantile(est: Any, wire: Wire, g: Graph) -> Outputs:
    """QuantileTransformer: the mean of interpolation from the left and from the right."""
    x = g.numbers(wire)
    quantiles = [np.ascontiguousarray(column) for column in est.quantiles_.T]
    references = [est.references_] * len(quantiles)
    upward = interpolated(x, quantiles, references)
    back = [-column[::-1] for column in quantiles], [-column[::-1] for column in references]
    share = op.mul(g.const(0.5), op.sub(upward, interpolated(op.neg(x), *back)))
    low, high = g.const(est.quantiles_[0]), g.const(est.quantiles_[-1])
    normal = est.output_distribution == "normal"
    room = g.const(BOUND if normal else 0.0)
    at_top, at_bottom = (
        (op.greater(op.add(x, room), high), op.less(op.sub(x, room), low))
        if normal
        else (op.equal(x, high), op.equal(x, low))
    )
    share = op.where(at_top, g.const(1.0), share)
    share = op.where(at_bottom, g.const(0.0), share)
    if not normal:
        return {"transform": Matrix(share)}
    deviate = normal_quantile(share)
    return {"transform": Matrix(op.clip(deviate, g.const(-CLIP), g.const(CLIP)))}


def _box_cox(x: Var, exponent: float, g: Graph) -> Var:
    return _powered(op.log(x), exponent, g)


def _yeo_johnson(x: Var, exponent: float, g: Graph) -> Var:
    """Yeo and Johnson (2000): Box-Cox of 1 + x above zero, of 1 - x with 2 - λ below."""
    size = log1p(op.abs(x))
    above, below = _powered(size, exponent, g), op.neg(_powered(size, 2.0 - exponent, g))
    return op.where(op.greater_or_equal(x, g.const(0.0)), above, below)


def _powered(log: Var, exponent: float, g: Graph) -> Var:
    """(exp(exponent * log) - 1) / exponent; its limit `log` at zero."""
    if abs(exponent) < np.finfo(float).eps:
        return log
    return op.div(expm1(op.mul(log, g.const(exponent))), g.const(exponent))


def spline(est: Any, wire: Wire, g: Graph) -> Outputs:
    """SplineTransformer: a polynomial for each piece between knots."""
    if est.extrapolation not in ("constant", "error", "continue"):
        raise option(f"a SplineTransformer with extrapolation={est.extrapolation!r}")
    x = g.numbers(wire)
    parts = [_pieces(take(x, [i]), basis, est, g) for i, basis in enumerate(est.bsplines_)]
    return {"transform": Matrix(join(parts))}


def _pieces(x: Var, basis: Any, est: Any, g: Graph) -> Var:
    """The splines [N, S] of a column [N, 1]."""
    from scipy.interpolate import BSpline, PPoly

    knots = basis.t[basis.k : len(basis.t) - basis.k]
    if est.extrapolation == "constant":
        x = op.clip(x, g.const(float(knots[0])), g.const(float(knots[-1])))
    columns = basis.c.T if est.include_bias else basis.c.T[:-1]
    pieces = [PPoly.from_spline(BSpline(basis.t, column, basis.k)) for column in columns]
    starts = np.searchsorted(basis.t, knots[:-1], side="right") - 1
    second = op.const(np.array([1]))
    piece = op.squeeze(passed(x, [knots[1:-1]]), second)
    shifted = op.sub(x, op.unsqueeze(op.gather(g.const(basis.t[starts]), piece), second))
    found, *others = (
        op.gather(g.const(np.array([p.c[power, starts] for p in pieces]).T), piece)
        for power in range(basis.k + 1)
    )
    for coefficients in others:
        found = op.add(op.mul(found, shifted), coefficients)
    return found
