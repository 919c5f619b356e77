"""Methods of series and frames that give one value for another: filled, replaced, clipped, cast."""

from functools import partial
from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.frame import Frame
from converter.trace.standins.lift import is_standin
from converter.trace.standins.series import Series
from converter.trace.standins.types import real
from converter.trace.words import columns as on
from converter.trace.words import dates
from converter.trace.words.arithmetic import binary, column_of, combined, each
from converter.trace.words.options import axis_number, is_default, only


def isna(x: Any) -> Any:
    """Where a value is missing."""
    return each(x, on.missing)


def notna(x: Any) -> Any:
    """Where there is a value."""
    return each(x, on.present)


def fillna(
    x: Any,
    value: Any = None,
    method: Any = None,
    axis: Any = None,
    limit: Any = None,
    downcast: Any = None,
) -> Any:
    """Missing values replaced by one value, one for each column, or those of another series."""
    if method is not None:
        mixes_rows("fills missing values from the rows beside them", "fill with a constant")
    only("fillna", limit=(limit, None), downcast=(None if is_default(downcast) else downcast, None))
    only("fillna", axis=(axis_number(axis), None, 0))
    if not is_standin(value) and hasattr(value, "to_dict"):
        value = value.to_dict()
    if isinstance(value, dict):
        if isinstance(x, Series):
            mixes_rows("fills rows by their labels")
        return x._like(
            {c: _filled(n, on.constant(value[c], n)) if c in value else n for c, n in _items(x)}
        )
    if isinstance(value, Series) and isinstance(x, Frame):
        mixes_rows("aligns a column's rows with the columns of a frame", "fill column by column")
    if isinstance(value, Frame) and isinstance(x, Frame):
        parts = value._columns
        return x._like({c: _filled(n, parts[c]) if c in parts else n for c, n in _items(x)})
    return _named(x, combined(_filled, x, value))


def _named(x: Any, result: Any) -> Any:
    """By the name of the series that the method is of, not by that of its argument."""
    if isinstance(x, Series):
        result._name = x._name
    return result


def _items(x: Frame) -> Any:
    return x._columns.items()


def _filled(x: Node, value: Node) -> Node:
    if x.kind in ("bool", "int"):
        return x
    return on.choose(on.missing(x), value, x)


def where(x: Any, cond: Any, other: Any = np.nan, axis: Any = None, level: Any = None) -> Any:
    """`other` where the condition does not hold."""
    only("where", level=(level, None))
    return _chosen(x, cond, other, axis, is_kept=True)


def mask(x: Any, cond: Any, other: Any = np.nan, axis: Any = None, level: Any = None) -> Any:
    """`other` where the condition holds."""
    only("mask", level=(level, None))
    return _chosen(x, cond, other, axis, is_kept=False)


def _chosen(x: Any, cond: Any, other: Any, axis: Any, *, is_kept: bool) -> Any:
    cond = cond(x) if callable(cond) and not is_standin(cond) else cond
    other = other(x) if callable(other) and not is_standin(other) else other
    other = np.nan if is_default(other) else other
    axis = axis_number(axis)
    if isinstance(x, Frame) and isinstance(cond, Series) and axis == 1:
        mixes_rows("aligns a column's rows with the columns of a frame", "give axis=0")
    if isinstance(other, Series) and isinstance(x, Frame) and axis != 0:
        unknown("a series in place of the values of a frame", "choose column by column")
    filled = _paired(x, other)

    def pick(own: Node, condition: Node) -> Node:
        kept = condition if is_kept else on.inverted(condition)
        return on.choose(kept, own, filled[own])

    return _named(x, combined(pick, x, cond, axis=0 if isinstance(cond, Series) else 1))


def _paired(x: Any, other: Any) -> dict[Node, Node]:
    """What stands in place of each of the own columns."""
    own = [x._node] if isinstance(x, Series) else list(x._columns.values())
    if isinstance(x, Series) or not isinstance(other, Frame):
        return {node: column_of(other, node) for node in own}
    if list(other._columns) != list(x._columns) or len(set(own)) != len(own):
        unknown("another frame's columns in place of these")
    return dict(zip(own, other._columns.values(), strict=True))


def clip(
    x: Any,
    lower: Any = None,
    upper: Any = None,
    axis: Any = None,
    **ignored: Any,
) -> Any:
    """Values within bounds; missing ones stay missing."""
    if any(value is not None for value in ignored.values()):
        unknown(f"`{next(iter(ignored))}=` of `clip`")
    bounds = [lower, upper]
    if all(on.is_constant(bound) and bound is not None for bound in bounds):
        lower, upper = min(bounds), max(bounds)
    number = axis_number(axis)
    for bound, op in ((lower, "less_equal"), (upper, "greater_equal")):
        if bound is None or (on.is_constant(bound) and bound != bound):
            continue
        if isinstance(x, Frame) and isinstance(bound, Series) and number != 0:
            mixes_rows("aligns a column's rows with the columns of a frame", "give axis=0")
        limited = combined(partial(_bounded, op), x, bound, axis=0 if number == 0 else 1)
        x = _named(x, limited)
    return x


def _bounded(op: str, x: Node, bound: Node) -> Node:
    """The bound where x is beyond it; a missing bound bounds nothing."""
    tape = active().tape
    if "text" in (x.kind, bound.kind):
        unknown("`clip` of text")
    is_beyond = tape.make({"less_equal": "less", "greater_equal": "greater"}[op], x, bound)
    return on.choose(is_beyond, bound, x)


def absolute(x: Any) -> Any:
    """`x.abs()`."""
    return active().words.unary("absolute", x)


def rounded(x: Any, decimals: Any = 0, **ignored: Any) -> Any:
    """To a number of decimals, which may differ by column."""
    if any(value is not None for value in ignored.values()):
        unknown("options of `round`")
    if not is_standin(decimals) and hasattr(decimals, "to_dict"):
        decimals = decimals.to_dict()
    if isinstance(decimals, dict):
        return x._like({c: _rounded(n, decimals[c]) if c in decimals else n for c, n in _items(x)})
    return each(x, lambda node: _rounded(node, decimals))


def _rounded(x: Node, decimals: Any) -> Node:
    if x.kind not in ("float", "int"):
        return x
    return active().tape.make("round", x, decimals=int(decimals))


def isin(x: Any, values: Any) -> Any:
    """Whether a value is among some."""
    if is_standin(values):
        mixes_rows("asks whether a value occurs in other rows")
    if isinstance(values, dict):
        if isinstance(x, Series):
            return isin(x, list(values))
        return x._like({c: _isin(n, values.get(c, ())) for c, n in _items(x)})
    if isinstance(values, str):
        raise TypeError(
            f"only list-like objects are allowed to be passed to isin(), you passed a {values!r}"
        )
    return each(x, lambda node: _isin(node, values))


def _isin(x: Node, values: Any) -> Node:
    if x.kind == "date":
        return dates.isin(x, values)
    keys = keys_for(x, values)
    if not keys:
        return on.rows(False)
    return active().tape.make("isin", widened(x), values=keys)


def widened(x: Node) -> Node:
    """Beside values in a list or a table, numpy and pandas take float32 as float64."""
    is_single = x.kind == "float" and x.dtype.itemsize < 8
    return active().tape.make("cast", x, dtype="float64") if is_single else x


def keys_for(x: Node, values: Any) -> tuple[Any, ...]:
    """Those of `values` that a column of this kind can hold, as plain Python; None: missing."""
    plain = [value.item() if isinstance(value, np.generic) else value for value in values]
    if x.kind == "date":
        unknown("dates among values by list", "compare the dates")
    kept: list[Any] = []
    for value in plain:
        if value is None or value != value:
            kept.append(None)
        elif isinstance(value, str) == (x.kind == "text") and isinstance(value, str | int | float):
            kept.append(value)
    return tuple(dict.fromkeys(kept))


def between(x: Any, left: Any, right: Any, inclusive: str = "both") -> Any:
    """Whether a value is between two others."""
    low, high = {
        "both": ("greater_equal", "less_equal"),
        "neither": ("greater", "less"),
        "left": ("greater_equal", "less"),
        "right": ("greater", "less_equal"),
    }[inclusive]
    return binary("bitwise_and", binary(low, x, left), binary(high, x, right))


# --- dtypes -----------------------------------------------------------------------------------


def astype(x: Any, dtype: Any, copy: Any = None, errors: str = "raise") -> Any:
    """Of another dtype; rows whose values have none in it have no answer."""
    only("astype", errors=(errors, "raise"))
    if isinstance(dtype, dict):
        missing = [label for label in dtype if label not in x._columns]
        if missing:
            raise KeyError(missing[0])
        return x._like({c: cast(n, dtype[c]) if c in dtype else n for c, n in _items(x)})
    return each(x, lambda node: cast(node, dtype))


def cast(x: Node, dtype: Any) -> Node:
    """A column of another dtype as pandas has it."""
    return active().words.cast_column(x, real(dtype))  # type: ignore[no-any-return]


def to_numpy(x: Any, dtype: Any = None, copy: Any = False, na_value: Any = None) -> Any:
    """The array of the values."""
    if not is_default(na_value):
        x = fillna(x, na_value)
    if isinstance(x, Series):
        array: Any = Array(x._node, x._slot)
    else:
        array = Array(active().words.matrix(x), x._slot)
    return array if dtype is None else array.astype(dtype)


def copied(x: Any, deep: Any = True) -> Any:
    """A copy."""
    return each(x, lambda node: node)


def piped(x: Any, func: Any, *args: Any, **kwargs: Any) -> Any:
    """`func(x, …)`."""
    if isinstance(func, tuple):
        function, name = func
        return function(*args, **kwargs, **{name: x})
    return func(x, *args, **kwargs)
