"""Statistics of each row: spreads, quantiles, weighted means, norms."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.session import unknown
from converter.trace.standins.array import Array, of
from converter.trace.standins.lift import is_standin
from converter.trace.words.reductions import along, axis_of, flattened, numeric, over, reduction


def _spread(name: str, finish: Callable[[Any], Any], skip: bool) -> Callable[..., Any]:
    """Standard deviation and variance."""

    def spread(
        x: Any,
        axis: Any = None,
        dtype: Any = None,
        out: Any = None,
        ddof: Any = 0,
        keepdims: Any = False,
        *,
        correction: Any = 0,
    ) -> Any:
        x = numeric(x, name)
        if out is not None or dtype is not None:
            unknown(f"`dtype=` or `out=` of `numpy.{name}`")
        keepdims = keepdims is not False and keepdims is not np._NoValue and bool(keepdims)
        correction = 0 if correction is np._NoValue else correction
        x, axis = flattened(x, axis)
        square = _squares(x, axis, ddof or correction, keepdims, skip)
        return finish(square)

    return spread


def _squares(x: Array, axis: int, ddof: Any, keepdims: bool, skip: bool) -> Any:
    if x.dtype.kind in "biu":
        x = x.astype(np.float64)
    if not skip:
        away = x - over("mean", x, axis, keepdims=True)
        count = x.shape[axis]
        return over("sum", away * away, axis, keepdims) / max(count - ddof, 0)
    absent = np.isnan(x)
    count = over("sum", ~absent, axis, keepdims=True)
    mean = over("sum", np.where(absent, 0.0, x), axis, keepdims=True) / count
    away = np.where(absent, 0.0, x - mean)
    degrees = over("sum", ~absent, axis, keepdims) - ddof
    found = over("sum", away * away, axis, keepdims) / degrees
    return np.where(degrees > 0, found, np.nan)


def _ptp(x: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    return _max(x, axis, None, out, keepdims) - _min(x, axis, None, out, keepdims)


def _average(x: Any, axis: Any = None, weights: Any = None, returned: bool = False) -> Any:
    if returned:
        unknown("`returned=` of `numpy.average`")
    x, axis = flattened(numeric(x, "average"), axis)
    if weights is None:
        return over("mean", x, axis)
    weights = np.asarray(weights, dtype=float)
    if weights.ndim != 1 or axis % x.ndim != x.ndim - 1:
        unknown("weights of `numpy.average` that are not one a column")
    return over("sum", x * weights, axis) / weights.sum()


def _count_nonzero(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    x, axis = flattened(of(x), axis)
    return over("sum", x if x.dtype == bool else x != 0, axis, keepdims)


def _percentile(scale: float, name: str) -> Callable[..., Any]:
    def percentile(
        x: Any,
        q: Any,
        axis: Any = None,
        out: Any = None,
        overwrite_input: bool = False,
        method: str = "linear",
        keepdims: bool = False,
    ) -> Any:
        x, axis = flattened(numeric(x, name), axis)
        axis_of(x, axis)
        if out is not None or method != "linear" or is_standin(q) or np.ndim(q) > 1:
            unknown(f"`numpy.{name}` of such quantiles, or by another method")
        x = x.astype(float)
        if np.ndim(q):
            return np.stack([_quantile(x, float(one) / scale, axis, keepdims) for one in q])
        return _quantile(x, float(q) / scale, axis, keepdims)

    return percentile


def _quantile(x: Array, q: float, axis: int, keepdims: bool) -> Any:
    """By numpy's own formula: between the two values that stand about the place."""
    place = q * (x.shape[axis] - 1)
    low = int(np.floor(place))
    high = min(low + 1, x.shape[axis] - 1)
    ordered = along("sort", x, axis)
    a: Any = np.take(ordered, [low], axis=axis)
    b: Any = np.take(ordered, [high], axis=axis)
    part = place - low
    between = a + (b - a) * part if part < 0.5 else b - (b - a) * (1 - part)
    absent = over("any", np.isnan(x), axis, keepdims=True)
    found = np.where(absent, np.nan, between)
    return found if keepdims else np.squeeze(found, axis=axis)


def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """The area below a curve: of equal or of constant steps."""
    y = numeric(y, "trapezoid")
    place, width = axis_of(y, axis), y.shape[axis]
    if is_standin(x) or is_standin(dx) or (x is not None and np.ndim(x) != 1):
        unknown("`numpy.trapezoid` with steps that are data, or several for a row")
    steps = np.diff(np.asarray(x)) if x is not None else np.asarray(dx)
    if steps.ndim:
        steps = steps.reshape(-1, *(1,) * (len(y._laid().shape) - 1 - place))
    high, low = (np.take(y, range(start, width - 1 + start), axis=axis) for start in (1, 0))
    return over("sum", steps * (high + low) / 2.0, axis)


def _gradient(f: Any, *steps: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """The slope between the two values beside each; at the ends that to the only one."""
    x = numeric(f, "gradient")
    if not isinstance(axis, int) or edge_order != 1 or len(steps) > 1 or np.ndim(steps[0:1]) > 1:
        unknown("such a `numpy.gradient`", "give axis=1, and one step at most")
    axis_of(x, axis, name="takes differences")
    width, step = x.shape[axis], float(steps[0]) if steps else 1.0
    if width < 2:
        raise ValueError("Shape of array too small to calculate a numerical gradient")

    def part(start: int, stop: int) -> Any:
        return np.take(x.astype(float), range(start, stop), axis=axis)

    first = (part(1, 2) - part(0, 1)) / step
    last = (part(width - 1, width) - part(width - 2, width - 1)) / step
    inner = [(part(2, width) - part(0, width - 2)) / (2.0 * step)] if width > 2 else []
    return np.concatenate([first, *inner, last], axis=axis)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """`np.linalg.norm` of each row."""
    x = numeric(x, "linalg.norm")
    x, axis = flattened(x, axis)
    if isinstance(axis, tuple):
        unknown("norms of matrices")
    if x.dtype.kind in "biu":
        x = x.astype(float)
    size = np.absolute(x)
    if ord in (None, 2):
        return np.sqrt(over("sum", x * x, axis, keepdims))
    if ord in (np.inf, -np.inf):
        return over("max" if ord > 0 else "min", size, axis, keepdims)
    if ord == 0:
        return over("sum", (x != 0).astype(x.dtype), axis, keepdims)
    if ord == 1:
        return over("sum", size, axis, keepdims)
    if not isinstance(ord, int | float):
        unknown(f"ord={ord!r} of `numpy.linalg.norm`")
    return over("sum", size**ord, axis, keepdims) ** (1.0 / ord)


def _nanmedian(
    x: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    keepdims: Any = False,
) -> Any:
    """Of the values in order, the middle ones of as many as there are."""
    if out is not None:
        unknown("`out=` of `numpy.nanmedian`")
    x, axis = flattened(numeric(x, "nanmedian").astype(float), axis)
    ordered = along("sort", x, axis)
    count = over("sum", ~np.isnan(x), axis)
    low = high = np.full_like(np.take(x, 0, axis=axis), np.nan)
    for place in range(x.shape[axis]):
        value = np.take(ordered, place, axis=axis)
        low = np.where(np.equal(count - 1, 2 * place) | np.equal(count, 2 * place + 2), value, low)
        high = np.where(np.equal(count - 1, 2 * place) | np.equal(count, 2 * place), value, high)
    middle = (low + high) / 2
    return np.expand_dims(middle, axis) if keepdims is True else middle


_max, _min = reduction("max"), reduction("min")
_SPREADS = {
    "std": _spread("std", np.sqrt, skip=False),
    "var": _spread("var", lambda square: square, skip=False),
    "nanstd": _spread("nanstd", np.sqrt, skip=True),
    "nanvar": _spread("nanvar", lambda square: square, skip=True),
}

FUNCTIONS: dict[Any, Callable[..., Any]] = {
    **{getattr(np, name): recorder for name, recorder in _SPREADS.items()},
    np.nanmedian: _nanmedian,
    np.ptp: _ptp,
    np.average: _average,
    np.count_nonzero: _count_nonzero,
    np.percentile: _percentile(100.0, "percentile"),
    np.quantile: _percentile(1.0, "quantile"),
    np.linalg.norm: norm,
    np.gradient: _gradient,
    getattr(np, "trapezoid" if hasattr(np, "trapezoid") else "trapz"): _trapezoid,
}

METHODS: dict[str, Callable[..., Any]] = {"std": _SPREADS["std"], "var": _SPREADS["var"]}
