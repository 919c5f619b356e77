"""Numpy's functions that join, split, turn and shape arrays: they only move values."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array, of, wrapped
from converter.trace.standins.lift import is_standin, node_of, slot_of
from converter.trace.standins.rows import Rows
from converter.trace.standins.structure import FEW, MANY, moved
from converter.trace.words.indexing import viewed

NAMES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("hstack", "vstack", "dstack", "column_stack", "concatenate"), (0,)),
    **dict.fromkeys(("stack", "block"), (0,)),
    "append": (0, 1),
    "compress": (1,),
    "insert": (0, 2),
    **dict.fromkeys(("delete", "tile", "repeat", "flip", "fliplr", "flipud", "roll"), (0,)),
    **dict.fromkeys(("rot90", "squeeze", "expand_dims", "ravel", "reshape", "transpose"), (0,)),
    **dict.fromkeys(("moveaxis", "swapaxes", "rollaxis", "broadcast_to", "take"), (0,)),
    **dict.fromkeys(("atleast_1d", "atleast_2d", "atleast_3d", "split", "array_split"), (0,)),
    **dict.fromkeys(("hsplit", "vsplit", "dsplit", "permute_dims", "concat"), (0,)),
    **dict.fromkeys(("matrix_transpose", "unstack"), (0,)),
}
"""Function of numpy → which of its arguments are data: their constants are moved as well."""

_METHODS = ("reshape", "ravel", "flatten", "squeeze", "transpose", "swapaxes", "repeat", "take")
_VALUES = {"insert": "values", "append": "values"}


_STACKED = ("vstack", "stack", "row_stack")
"""Functions that make of a list with an array for each row what `np.array` makes of it."""


def moving(function: Callable[..., Any], data: tuple[Any, ...] = (0,)) -> Callable[..., Any]:
    """How a function is recorded that only moves what it is handed."""

    def recorded(*args: Any, **kwargs: Any) -> Any:
        for name in ("out", "dtype"):
            if kwargs.pop(name, None) is not None:
                unknown(f"`{name}=` of `numpy.{function.__name__}`")
        if function.__name__ in _STACKED and args and isinstance(args[0], list):
            rows = active().words.rows_of(args[0])
            if rows is not None and not kwargs and len(args) == 1:
                return rows
        names = (*data, "values", "arr", "a", "arrays", "tup")
        result = _moved(function, args, kwargs, names)
        if isinstance(result, list):
            slot = slot_of(*args)
            return [wrapped(part.node, slot, part.lead) for part in result]
        return _handed_out(function, args, kwargs, result)

    return recorded


def _moved(function: Any, args: Any, kwargs: Any, names: Any) -> Any:
    try:
        return moved(function, args, kwargs, names)
    except (ValueError, IndexError) as error:
        return mixes_rows(f"calls `numpy.{function.__name__}` across its rows ({error})")


def _handed_out(function: Any, args: Any, kwargs: Any, result: Any) -> Any:
    first = args[0] if args else None
    rest = tuple(_rowless(part) for part in args[1:])
    if isinstance(first, Array):
        return viewed(first, result, lambda x: function(x, *_counted(rest, x, first), **kwargs))
    return wrapped(result.node, _slot(args, kwargs), result.lead)


def _slot(args: Any, kwargs: Any) -> Any:
    return slot_of(*(part for arg in (*args, *kwargs.values()) for part in _standins(arg)))


def _standins(value: Any) -> list[Any]:
    if is_standin(value):
        return [value]
    if isinstance(value, list | tuple):
        return [one for part in value for one in _standins(part)]
    return []


def _rowless(part: Any) -> Any:
    return part


def _counted(rest: Any, x: np.ndarray, array: Array) -> Any:
    """Arguments with the number of rows that `x` really has."""
    if isinstance(rest, tuple | list):
        return tuple(_counted(part, x, array) for part in rest)
    return x.shape[array._lead] if isinstance(rest, Rows) else rest


def as_array(values: Any) -> Any:
    """`np.array(values)` of a list of stand-ins and constants."""
    rows = active().words.rows_of(values)
    if rows is not None:
        return of(rows)
    return moving(_listed)(values)


def _pad(array: Any, pad_width: Any, mode: Any = "constant", *, constant_values: Any = 0) -> Any:
    if mode in ("edge", "reflect", "symmetric", "wrap") and constant_values == 0:
        return moving(lambda x: np.pad(x, pad_width, mode=mode))(array)
    if mode != "constant" or not np.isscalar(constant_values):
        unknown("such a `numpy.pad`", "give a mode of constant and one value")

    def padded(x: Any, value: Any) -> Any:
        return np.pad(x, pad_width, constant_values=value)

    return moving(padded, (0, 1))(array, np.asarray(constant_values, dtype=of(array).dtype))


def _listed(values: Any) -> np.ndarray:
    return np.array(values)


def concatenated(key: Any, maker: Any) -> Any:
    """`np.c_[key]` or `np.r_[key]`."""
    parts = key if isinstance(key, tuple) else (key,)
    head = parts[:1] if isinstance(parts[0], str) else ()
    parts = tuple(_plain(part) for part in parts[len(head) :])

    def together(given: Any) -> np.ndarray:
        return np.asarray(maker[(*head, *given)])

    return moving(together)(parts)


def _plain(part: Any) -> Any:
    return np.r_[part] if isinstance(part, slice) else part


def with_rows(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What a function of constants makes of the number of rows, such as `np.zeros((len(X), 3))`."""
    few, many = (
        np.asarray(function(*_numbered(args, rows), **_numbered(kwargs, rows)))
        for rows in (FEW, MANY)
    )
    lead = next(
        (n for n, (a, b) in enumerate(zip(few.shape, many.shape, strict=True)) if a != b), -1
    )
    if lead < 0 or many.shape[lead] != MANY:
        mixes_rows("computes with the number of rows")
    many = np.moveaxis(many, lead, 0)
    if many.dtype.kind != "O" and not np.array_equal(
        many, np.broadcast_to(many[:1], many.shape), equal_nan=many.dtype.kind == "f"
    ):
        mixes_rows("numbers the rows", "a row must not know where it stands")
    constant = node_of(many[0].copy() if many.ndim > 1 else np.asarray(many[0], dtype=many.dtype))
    return Array(active().tape.make("repeat", constant, active().anchor), None, lead)


def _numbered(value: Any, rows: int) -> Any:
    if isinstance(value, Rows):
        return rows
    if isinstance(value, dict):
        return {name: _numbered(part, rows) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_numbered(part, rows) for part in value)
    return value


def holds_rows(value: Any) -> bool:
    """Whether a number of rows is among arguments."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return any(holds_rows(part) for part in value)
    return isinstance(value, Rows)


def _method(name: str) -> Callable[..., Any]:
    def call(x: np.ndarray, *args: Any, **kwargs: Any) -> Any:
        return getattr(x, name)(*args, **kwargs)

    call.__name__ = f"ndarray.{name}"
    return moving(call)


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    getattr(np, name): moving(getattr(np, name), data)
    for name, data in NAMES.items()
    if hasattr(np, name)
}
FUNCTIONS[np.pad] = _pad

METHODS: dict[str, Callable[..., Any]] = {name: _method(name) for name in _METHODS}
