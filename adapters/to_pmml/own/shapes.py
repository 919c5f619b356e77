"""Columns bent one by one, and products of them."""

from typing import Any

import numpy as np

from adapters.names import public_name
from adapters.to_pmml.own.writing import (
    MISSING,
    Outputs,
    Writer,
    add,
    apply,
    choose,
    divide,
    multiply,
    number,
    subtract,
    total,
)
from adapters.to_pmml.refused import option
from adapters.to_pmml.terms import Discretize, Input, Interval, NormContinuous, Term


def tied(est: Any) -> str | None:
    """Our converter of a QuantileTransformer with tied quantiles, which engines read otherwise."""
    if public_name(type(est)) != "sklearn.preprocessing.QuantileTransformer":
        return None
    rising = (np.diff(est.quantiles_, axis=0) > 0).all()
    return None if rising else "shapes.quantile"


def power(est: Any, w: Writer) -> Outputs:
    """PowerTransformer; a missing value stays one."""
    bend = _box_cox if est.method == "box-cox" else _yeo_johnson
    found = []
    for k, (x, exponent) in enumerate(zip(w.inputs, est.lambdas_.tolist(), strict=True)):
        bent = bend(x, exponent)
        if est.standardize:
            scaler = est._scaler
            bent = divide(subtract(bent, float(scaler.mean_[k])), float(scaler.scale_[k]))
        found.append(choose(apply("isNotMissing", x), bent, MISSING))
    return {"transform": found}


def _yeo_johnson(x: Term, exponent: float) -> Term:
    up = _raised(x, exponent)
    down = multiply(-1.0, _raised(multiply(-1.0, x), 2.0 - exponent))
    return choose(apply("greaterOrEqual", x, 0.0), up, down)


def _raised(x: Term, exponent: float) -> Term:
    """((x + 1) ** exponent - 1) / exponent, and its limit at zero."""
    log = apply("ln1p", x)
    if abs(exponent) < np.spacing(1.0):
        return log
    return divide(apply("expm1", multiply(exponent, log)), exponent)


def _box_cox(x: Term, exponent: float) -> Term:
    log = apply("ln", x)
    if exponent == 0.0:
        return log
    return divide(apply("expm1", multiply(exponent, log)), exponent)


def quantile(est: Any, w: Writer) -> Outputs:
    """QuantileTransformer to uniform answers: ties in the quantiles are jumps."""
    if est.output_distribution != "uniform":
        raise option(
            "a QuantileTransformer to normal answers, with tied quantiles; give uniform ones",
            "",
        )
    columns = zip(w.inputs, est.quantiles_.T, strict=True)
    return {"transform": [_quantile(x, column, est.references_) for x, column in columns]}


def _quantile(x: Term, quantiles: np.ndarray, references: np.ndarray) -> Term:
    values, first = np.unique(quantiles, return_index=True)
    last = len(quantiles) - 1 - np.unique(quantiles[::-1], return_index=True)[1]
    low, high = references[first], references[last]
    if len(values) == 1:
        return choose(apply("lessOrEqual", x, float(values[0])), 0.0, 1.0)
    rises = np.concatenate([[0.0], np.cumsum(low[1:] - high[:-1])])
    assert isinstance(x, Input)
    slope = NormContinuous(of=x, points=tuple(zip(values.tolist(), rises.tolist(), strict=True)))
    within = add(slope, _jumps(x, values, high - low))
    top = choose(apply("greaterOrEqual", x, float(values[-1])), 1.0, within)
    return choose(apply("lessOrEqual", x, float(values[0])), 0.0, top)


def _jumps(x: Input, values: np.ndarray, jumps: np.ndarray) -> Term:
    """The sum of the jumps below a value, half of that at the value itself."""
    below = np.concatenate([[0.0], np.cumsum(jumps)])
    intervals = []
    for n, value in enumerate(values.tolist()):
        right = float(values[n + 1]) if n + 1 < len(values) else None
        at = repr(float(below[n] + jumps[n] / 2))
        intervals.append(Interval(left=value, right=value, closure="closedClosed", value=at))
        after = repr(float(below[n + 1]))
        intervals.append(Interval(left=value, right=right, closure="openOpen", value=after))
    start = Interval(left=None, right=float(values[0]), closure="openOpen", value="0.0")
    return Discretize(of=x, intervals=(start, *intervals))


def polynomial(est: Any, w: Writer) -> Outputs:
    """PolynomialFeatures: products of powers."""
    return {"transform": [_monomial(w.inputs, row) for row in est.powers_.tolist()]}


def _monomial(inputs: list[Term], powers: list[int]) -> Term:
    result: Term | None = None
    for x, exponent in zip(inputs, powers, strict=True):
        for _ in range(exponent):
            result = x if result is None else multiply(result, x)
    return number(1.0) if result is None else result


def spline(est: Any, w: Writer) -> Outputs:
    """SplineTransformer: a polynomial for each piece between knots."""
    if est.extrapolation not in ("constant", "error", "continue"):
        raise option(
            (
                f"a SplineTransformer with extrapolation={est.extrapolation!r}; "
                "'constant' and 'continue' can be said"
            ),
            "",
        )
    found: list[Term] = []
    for x, basis in zip(w.inputs, est.bsplines_, strict=True):
        knots = basis.t[basis.k : len(basis.t) - basis.k]
        if est.extrapolation == "constant":
            x = w.keep(apply("max", apply("min", x, float(knots[-1])), float(knots[0])))
        columns = _pieces(x, basis, knots)
        found += columns if est.include_bias else columns[:-1]
    return {"transform": found}


def _pieces(x: Term, basis: Any, knots: np.ndarray) -> list[Term]:
    from scipy.interpolate import BSpline, PPoly

    pieces = [PPoly.from_spline(BSpline(basis.t, column, basis.k)) for column in basis.c.T]
    starts = [int(np.searchsorted(pieces[0].x, knot, side="right")) - 1 for knot in knots[:-1]]
    return [
        _piecewise(x, knots, [_polynomial(x, pieces[k], start) for start in starts])
        for k in range(basis.c.shape[1])
    ]


def _piecewise(x: Term, knots: np.ndarray, pieces: list[Term]) -> Term:
    """The piece between the two knots that a value lies between."""
    result = pieces[-1]
    for knot, piece in zip(knots[-2:0:-1].tolist(), pieces[-2::-1], strict=True):
        result = choose(apply("lessThan", x, knot), piece, result)
    return result


def _polynomial(x: Term, piece: Any, start: int) -> Term:
    return _horner(subtract(x, float(piece.x[start])), piece.c[:, start])


def _horner(x: Term, coefficients: np.ndarray) -> Term:
    if not np.any(coefficients):
        return number(0.0)
    result: Term = number(float(coefficients[0]))
    for coefficient in coefficients[1:].tolist():
        result = add(multiply(result, x), coefficient)
    return result


def inverse_frequency(est: Any, w: Writer) -> Outputs:
    """TfidfTransformer: weighted counts, of length one."""
    counts = w.inputs
    if est.sublinear_tf:
        counts = [choose(apply("equal", x, 0.0), 0.0, add(apply("ln", x), 1.0)) for x in counts]
    if est.use_idf:
        counts = [multiply(float(f), x) for x, f in zip(counts, est.idf_, strict=True)]
    return {"transform": _of_length_one([w.keep(x) for x in counts], est.norm, w)}


def _of_length_one(terms: list[Term], norm: str | None, w: Writer) -> list[Term]:
    if norm is None:
        return terms
    if norm == "l2":
        length = apply("sqrt", total([multiply(x, x) for x in terms]))
    else:
        length = total([apply("abs", x) for x in terms])
    kept = w.keep(length)
    nothing = apply("equal", kept, 0.0)
    return [choose(nothing, x, divide(x, kept)) for x in terms]
