"""Reductions over columns: sums, extremes, means, what accumulates, and orders."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array, of, wrapped
from converter.trace.standins.lift import is_batch, is_standin
from converter.trace.standins.verdict import Tally, Verdict
from converter.trace.words.elementwise import written

NAMES = ("sum", "prod", "max", "min", "mean", "any", "all", "argmax", "argmin")
NAN = ("nansum", "nanprod", "nanmax", "nanmin", "nanmean", "median")


def axis_of(x: Array, axis: Any, *, name: str = "reduces") -> int:
    """An axis as the user counts it → in the node. Refuses that of the rows."""
    if not isinstance(axis, int | np.integer):
        unknown(f"axis={axis!r}")
    number = int(axis) % x.ndim if -x.ndim <= axis < x.ndim else unknown(f"axis={axis}")
    if not is_batch(x._slot):
        return number
    if number == x._lead:
        mixes_rows(f"{name} over the rows", "axis=1 goes over the columns")
    return number if number < x._lead else number - 1


def flattened(x: Array, axis: Any) -> tuple[Array, Any]:
    """Of one row, all values along one axis where none is named."""
    if axis is not None:
        return x, axis
    if is_batch(x._slot):
        mixes_rows("reduces over all rows", "give axis=1")
    return (x.reshape(-1) if x.ndim else x.reshape(1)), 0


def reduction(name: str) -> Callable[..., Any]:
    """A reduction over columns, such as `np.sum(x, axis=1)`."""

    def reduce(
        x: Any,
        axis: Any = None,
        dtype: Any = None,
        out: Any = None,
        keepdims: Any = False,
        initial: Any = np._NoValue,
        where: Any = True,
    ) -> Any:
        x = numeric(x, name)
        if initial is not np._NoValue or (where is not True and where is not np._NoValue):
            result = _of_some(name, x, axis, dtype, keepdims, initial, where)
            return written(result, out)
        if out is not None:
            unknown(f"`out=` of `numpy.{name}`")
        if dtype is not None:
            x = x.astype(dtype)
        keepdims = keepdims is not False and keepdims is not np._NoValue and bool(keepdims)
        if isinstance(axis, tuple):
            return _several(name, x, axis, keepdims)
        if axis is None and name in ("any", "all") and x._slot is None:
            return Verdict(_of_a_row(name, x), name)
        if axis is None and name == "sum" and x._slot is None and x.dtype == bool:
            return Tally(_of_a_row("any", x), lambda: flattened(x, None))  # type: ignore[arg-type,return-value]
        x, axis = flattened(x, axis)
        return over(name, x, axis, keepdims)

    return reduce


def _of_some(
    name: str, x: Array, axis: Any, dtype: Any, keepdims: Any, initial: Any, where: Any
) -> Any:
    """`where=` leaves values out, `initial=` is one more."""
    start = _NEUTRAL.get(name) if initial is np._NoValue else initial
    if name == "mean" and initial is np._NoValue:
        total = reduction("sum")(x, axis, dtype, None, keepdims, where=where)
        ones = np.where(where, np.ones_like(x), np.zeros_like(x))
        return total / reduction("sum")(ones, axis, None, None, keepdims)
    if start is None or name not in (*_NEUTRAL, *_JOINED):
        unknown(f"`initial=` or `where=` of `numpy.{name}`", "choose by numpy.where before")
    if where is not True and where is not np._NoValue:
        x = np.where(where, x, np.asarray(start, dtype=x.dtype))  # type: ignore[assignment]
    found = reduction(name)(x, axis, dtype, None, keepdims)
    return found if initial is np._NoValue else _JOINED[name](found, initial)


_NEUTRAL = {"sum": 0, "nansum": 0, "prod": 1, "nanprod": 1, "any": False, "all": True}
"""Reduction → what changes nothing in it."""
_JOINED = {
    **dict.fromkeys(("sum", "nansum"), np.add),
    **dict.fromkeys(("prod", "nanprod"), np.multiply),
    "max": np.maximum,
    "nanmax": np.fmax,
    "min": np.minimum,
    "nanmin": np.fmin,
}
"""Reduction → how one more value is taken in."""


def _of_a_row(name: str, x: Array) -> Node:
    """What one row says of itself, all its values together: [N] of bool."""
    node, make = x._laid(), active().tape.make
    if node.kind != "bool":
        node = make("cast", node, dtype="bool")
    if node.shape:
        size = int(np.prod(node.shape, dtype=int))
        node = make(name, make("reshape", node, shape=(size,)), axis=0, keepdims=False)
    return node


def _several(name: str, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
    if name.startswith(("arg", "med", "nanmed", "nanmean")) or not axes:
        unknown(f"`numpy.{name}` over several axes at once")
    for axis in sorted((axis % x.ndim for axis in axes), reverse=True):
        x = over(name, x, axis, keepdims)
    return x


def over(op: str, x: Any, axis: int, keepdims: bool = False, **attrs: Any) -> Any:
    """A reduction of the operations' own over one axis."""
    node = active().tape.make(op, x._laid(), axis=axis_of(x, axis), keepdims=keepdims, **attrs)
    before = is_batch(x._slot) and axis % x.ndim < x._lead
    return wrapped(node, x._slot, x._lead - (before and not keepdims))


def along(op: str, x: Array, axis: int, **attrs: Any) -> Any:
    """An operation along one axis that keeps the shape."""
    place = axis_of(x, axis, name="goes")
    return Array(active().tape.make(op, x._laid(), axis=place, **attrs), x._slot, x._lead)


def numeric(x: Any, name: str) -> Array:
    """An array of numbers; text is refused."""
    array = of(x)
    if array._laid().kind in ("text", "date"):
        unknown(f"`numpy.{name}` on {array._laid().kind}")
    return array


def _cumulative(name: str) -> Callable[..., Any]:
    def cumulate(x: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        if out is not None:
            unknown(f"`out=` of `numpy.{name}`")
        x = numeric(x, name)
        if dtype is not None:
            x = x.astype(dtype)
        x, axis = flattened(x, axis)
        return along(name, x, axis)

    return cumulate


def _nan_cumulative(name: str, absent: float) -> Callable[..., Any]:
    def cumulate(x: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        return _cumulative(name)(_instead_of_nan(x, absent), axis, dtype, out)

    return cumulate


def _nan_argument(name: str, absent: float) -> Callable[..., Any]:
    def argument(x: Any, axis: Any = None, out: Any = None, *, keepdims: Any = False) -> Any:
        return reduction(name)(_instead_of_nan(x, absent), axis, None, out, keepdims)

    return argument


def _instead_of_nan(x: Any, absent: float) -> Any:
    """Whole numbers stay whole: among them is no NaN, and beyond 2**53 a float is not exact."""
    x = of(x)
    return np.where(np.isnan(x), absent, x) if x.dtype.kind == "f" else x


def _sort(
    x: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None
) -> Any:
    if order is not None:
        unknown("`order=` of `numpy.sort`")
    x, axis = flattened(numeric(x, "sort"), axis)
    return along("sort", x, axis)


def _argsort(
    x: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None
) -> Any:
    if order is not None or (kind not in ("stable", "mergesort") and not stable):
        unknown("`numpy.argsort`, whose order of equal values is left open", 'give kind="stable"')
    x, axis = flattened(numeric(x, "argsort"), axis)
    return along("argsort", x, axis)


def _diff(
    x: Any, n: int = 1, axis: int = -1, prepend: Any = np._NoValue, append: Any = np._NoValue
) -> Any:
    x = numeric(x, "diff")
    axis_of(x, axis, name="takes differences")
    first = np.take(x, [0], axis=axis)
    ends = (p if is_standin(p) else _like(first, p) for p in (prepend, append))
    before, after = ([] if p is None else [p] for p in ends)
    if before or after:
        x = of(np.concatenate([*before, x, *after], axis=axis))
    for _ in range(n):
        length = x.shape[axis]
        later, earlier = (
            np.take(x, range(start, length - 1 + start), axis=axis) for start in (1, 0)
        )
        x = later != earlier if x.dtype == bool else later - earlier
    return x


def _like(column: Any, value: Any) -> Any:
    """A number in the place of a column; None where there is none."""
    if value is np._NoValue:
        return None
    if np.ndim(value):
        unknown("a constant array beside the columns of `numpy.diff`", "join the columns first")
    return np.full_like(column, value, dtype=np.asarray(value).dtype)


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    **{getattr(np, name): reduction(name) for name in (*NAMES, *NAN)},
    np.amax: reduction("max"),
    np.amin: reduction("min"),
    np.cumsum: _cumulative("cumsum"),
    np.cumprod: _cumulative("cumprod"),
    np.nancumsum: _nan_cumulative("cumsum", 0.0),
    np.nancumprod: _nan_cumulative("cumprod", 1.0),
    np.nanargmax: _nan_argument("argmax", -np.inf),
    np.nanargmin: _nan_argument("argmin", np.inf),
    np.sort: _sort,
    np.argsort: _argsort,
    np.diff: _diff,
}

METHODS: dict[str, Callable[..., Any]] = {
    **{name: reduction(name) for name in NAMES},
    "cumsum": _cumulative("cumsum"),
    "cumprod": _cumulative("cumprod"),
    "argsort": _argsort,
}
