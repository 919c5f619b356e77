"""What an array stand-in understands: its methods, its indexing, and numpy's functions on it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from converter.trace.session import active, mixes_rows, refuse, unknown
from converter.trace.standins import selection
from converter.trace.standins.array import Array, of
from converter.trace.standins.lift import make, node_of

# --- indexing ---------------------------------------------------------------------------------


def selected(array: Array, key: Any) -> Any:
    """`array[key]`; a basic key gives a lens, as numpy gives a view."""
    node = selection.get(array._mlconvert_node(), key, array._slot)
    result = Array(node, array._slot)
    parts = key if isinstance(key, tuple) else (key,)
    if all(
        isinstance(part, int | slice | np.integer) or part in (None, Ellipsis) for part in parts
    ):
        result._source = (array, key)
    return result


def assigned(array: Array, key: Any, value: Any) -> None:
    """`array[key] = value`; a boolean mask chooses values, everything else columns."""
    own = array._mlconvert_node()
    if isinstance(key, Array) and key.dtype == bool:
        value = of(value)
        node = make("where", key, value, array)
        array._assign(active().tape.make("cast", node, dtype=str(own.dtype)))
        return
    array._assign(selection.put(own, key, node_of(value), array._slot))


def iterated(array: Array) -> Any:
    """`for row in array`."""
    return refuse("data-dependent", "loops over the rows", "use numpy's functions on whole columns")


def truth(array: Array) -> bool:
    """`bool(array)`."""
    return refuse(
        "data-dependent",
        "decides by the values of many rows at once",
        "decide row by row with numpy.where",
    )


def transposed(array: Array) -> Any:
    """`array.T`."""
    return unknown("`.T`")


# --- functions --------------------------------------------------------------------------------


def called(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What numpy's function `func` records; refused where it is not known."""
    name = f"numpy.{func.__name__}"
    if func not in FUNCTIONS:
        unknown(f"`{name}`")
    try:
        return FUNCTIONS[func](*args, **kwargs)
    except TypeError as error:  # an argument that the model of the function does not have
        if "argument" not in str(error):
            raise
        return unknown(f"`{name}` with arguments it does not model ({error})")


def bound(array: Array, name: str) -> Callable[..., Any]:
    """The method `name` of an array."""
    return partial(METHODS[name], array)


def axis_of(x: Array, axis: Any) -> int:
    """An axis as numpy counts it → after the rows. Refuses the row axis, and all axes at once."""
    lead = 1 if x._slot is None else 0
    if axis is None:
        if lead or x.ndim > 1:
            mixes_rows("reduces over all rows", "give axis=1")
        return 0
    number = axis % x.ndim - lead
    if number < 0:
        mixes_rows("reduces over the rows", "axis=1 reduces over the columns")
    return number


def reduction(name: str) -> Callable[..., Any]:
    """A reduction over columns, such as `np.sum(x, axis=1)`."""

    def reduce(
        x: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
    ) -> Any:
        x = of(x)
        if dtype is not None or out is not None:
            unknown(f"`dtype=` or `out=` of `numpy.{name}`")
        node = make(name, x, axis=axis_of(x, axis), keepdims=bool(keepdims))
        return Array(node, x._slot)

    return reduce


def _where(condition: Any, x: Any = None, y: Any = None) -> Any:
    if x is None or y is None:
        mixes_rows("asks in which rows a condition holds")
    values = (condition, x, y)
    return Array(
        make("where", *values), next((v._slot for v in values if isinstance(v, Array)), None)
    )


def _astype(x: Array, dtype: Any, copy: bool = True, **_: Any) -> Array:
    node = active().tape.make("cast", node_of(x), dtype=str(np.dtype(dtype)))
    return Array(node, x._slot)


def _copy(x: Any, order: str = "K") -> Array:
    return Array(node_of(x), of(x)._slot)


def _clip(x: Any, min: Any = None, max: Any = None, **more: Any) -> Any:
    low, high = more.pop("a_min", min), more.pop("a_max", max)
    if more:
        unknown("options of `numpy.clip`")
    x = of(x)
    if low is not None:
        x = np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


_REDUCTIONS = ("sum", "prod", "max", "min", "mean", "any", "all", "argmax", "argmin")

FUNCTIONS: dict[Any, Callable[..., Any]] = {
    **{getattr(np, name): reduction(name) for name in _REDUCTIONS},
    np.where: _where,
    np.copy: _copy,
    np.clip: _clip,
}
"""Numpy function → how it is recorded."""

METHODS: dict[str, Callable[..., Any]] = {
    **{name: reduction(name) for name in _REDUCTIONS},
    "astype": _astype,
    "copy": _copy,
    "clip": _clip,
}
"""Method of ndarray → how it is recorded; the array comes first."""
