"""Numpy's functions that look values up in a constant table: bins, steps, sets, curves."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array, of, wrapped
from converter.trace.standins.lift import holds_standin
from converter.trace.words.elementwise import where


def constant(value: Any, what: str) -> np.ndarray:
    """A table that must not depend on the data."""
    if holds_standin(value):
        mixes_rows(f"makes {what} of the data", "give a constant table")
    return np.asarray(value)


def elementwise(op: str, x: Array, **attrs: Any) -> Any:
    """An operation with constant attributes on each value."""
    return wrapped(active().tape.make(op, x._laid(), **attrs), x._slot, x._lead)


def _searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    if sorter is not None or side not in ("left", "right"):
        unknown("`sorter=` of `numpy.searchsorted`")
    edges = constant(a, "the edges")
    return elementwise("searchsorted", of(v), edges=tuple(edges.tolist()), side=side)


def _digitize(x: Any, bins: Any, right: bool = False) -> Any:
    edges = constant(bins, "the bins")
    side = "left" if right else "right"
    if edges.ndim != 1 or edges.dtype.kind not in "iufb":
        unknown("such bins")
    if (np.diff(edges) >= 0).all():
        return _searchsorted(edges, x, side)
    if not (np.diff(edges) <= 0).all():
        raise ValueError("bins must be monotonically increasing or decreasing")
    return len(edges) - _searchsorted(edges[::-1], x, side)


def _interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    if period is not None:
        unknown("`period=` of `numpy.interp`")
    places, heights = constant(xp, "the points"), constant(fp, "the points")
    if (np.diff(places) <= 0).any():
        unknown("points of `numpy.interp` that do not ascend")
    x = of(x)
    result = elementwise(
        "interp",
        x,
        xp=tuple(places.astype(float).tolist()),
        fp=tuple(heights.astype(float).tolist()),
    )
    if left is not None:
        result = where(x < places[0], left, result)
    return result if right is None else where(x > places[-1], right, result)


def _isin(
    element: Any,
    test_elements: Any,
    assume_unique: bool = False,
    invert: bool = False,
    *,
    kind: Any = None,
) -> Any:
    if isinstance(test_elements, set | dict):
        unknown("`numpy.isin` of a set, which it takes for one value", "give a list")
    values = constant(test_elements, "the set of values")
    x = of(element)
    if x.dtype.kind == "f":  # float32 beside float64 is compared as that
        x = x.astype(np.result_type(x.dtype, values.dtype))
    keys = tuple(value for value in values.ravel().tolist() if value == value)
    found = elementwise("isin", x, values=keys)
    return ~found if invert else found


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.searchsorted: _searchsorted,
    np.digitize: _digitize,
    np.interp: _interp,
    np.isin: _isin,
}
if hasattr(np, "in1d"):
    FUNCTIONS[np.in1d] = _isin
