"""What one row of a DataFrame understands: its items, and the methods of a Series."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.calls import raising
from converter.trace.expression import Node
from converter.trace.session import unknown
from converter.trace.standins.array import Array
from converter.trace.standins.frame import Frame
from converter.trace.standins.lift import is_standin
from converter.trace.standins.pandas import Index
from converter.trace.standins.row import Row
from converter.trace.standins.scalar import Scalar
from converter.trace.standins.text import Text
from converter.trace.standins.types import real
from converter.trace.words.per_row import noded, rowed, stacked
from converter.trace.words.scalars import number
from converter.trace.words.text_scalars import revived, text_of

_REDUCTIONS = (
    *("sum", "prod", "mean", "median", "max", "min", "std", "var", "any", "all", "count"),
    *("nunique", "idxmax", "idxmin", "sem", "skew", "product"),
)
_EACH = (
    *("abs", "round", "clip", "isna", "isnull", "notna", "notnull", "fillna", "replace"),
    *("astype", "isin", "between", "where", "mask", "cumsum", "cumprod", "diff"),
)


def row_item(row: Row, key: Any) -> Any:
    """`row[key]`: a value, or several by a list of names or truth values."""
    if isinstance(key, list | np.ndarray) or hasattr(key, "to_list"):
        return _several(row, list(key))
    if isinstance(key, slice):
        labels = list(row._cells)
        if any(isinstance(end, str) for end in (key.start, key.stop)):
            return unknown("a slice of a row by names", "give the names as a list")
        return _several(row, labels[key])
    if is_standin(key):
        return unknown("a value of a row chosen by another", "look it up in a dict")
    if key in row._cells:
        return row._cells[key]
    return raising(KeyError(key))


def _several(row: Row, keys: list[Any]) -> Row:
    if keys and all(isinstance(key, bool | np.bool_) for key in keys):
        keys = [label for label, is_chosen in zip(row._cells, keys, strict=True) if is_chosen]
    return Row({key: row_item(row, key) for key in keys}, row._slot)


def row_cells(row: Row) -> list[Any]:
    """The values as a loop over the row hands them out: Python's own."""
    return [_as_python(cell) for cell in row._cells.values()]


def _as_python(cell: Any) -> Any:
    return number(cell._node, cell._slot, is_python=True) if isinstance(cell, Scalar) else cell


def row_vector(row: Row) -> Node:
    """[N, columns]."""
    return stacked(noded(row, row._slot))


def row_array(row: Row) -> Any:
    """`row.values`; of several kinds, numpy's array of objects, which is handed out as a list."""
    kinds = {cell._node.kind if isinstance(cell, Scalar) else "?" for cell in row._cells.values()}
    if "?" in kinds:
        return Objects(row._cells.values())
    return Array(row_vector(row), row._slot)


class Objects(list[Any]):
    """An array of one row's objects, as far as that goes."""

    def astype(self, dtype: Any) -> "Objects":
        """All as text, or as numbers."""
        kind = real(dtype)
        if kind not in (str, "str"):
            unknown(f"a row of several kinds as {kind}")
        return Objects(text_of(value) for value in self)

    def tolist(self) -> list[Any]:
        """The same values."""
        return list(self)


def row_operator(name: str, row: Row, *others: Any) -> Any:
    """An operator, value by value."""
    import operator

    plain, is_swapped = _operator_of(name)
    function = getattr(operator, plain)
    if not others:
        return _each(row, function)
    pairs = _beside(row, others[0])
    cells = {k: function(b, a) if is_swapped else function(a, b) for k, (a, b) in pairs.items()}
    return Row(cells, row._slot)


def _operator_of(name: str) -> tuple[str, bool]:
    import operator

    spelled = {"and": "and_", "or": "or_"}
    if name.startswith("r") and hasattr(operator, spelled.get(name[1:], name[1:])):
        return spelled.get(name[1:], name[1:]), True
    return spelled.get(name, name), False


def _beside(row: Row, other: Any) -> dict[Any, tuple[Any, Any]]:
    """The values of a row with those of the other operand."""
    if isinstance(other, Row) or hasattr(other, "to_dict"):
        cells = other._cells if isinstance(other, Row) else other.to_dict()
        if set(cells) != set(row._cells):
            unknown("two rows with different columns in one operation")
        return {key: (cell, cells[key]) for key, cell in row._cells.items()}
    if np.ndim(other) if not is_standin(other) else isinstance(other, Array):
        return {k: (cell, other[i]) for i, (k, cell) in enumerate(row._cells.items())}
    return {key: (cell, other) for key, cell in row._cells.items()}


def _each(row: Row, function: Callable[[Any], Any]) -> Row:
    return Row({key: function(cell) for key, cell in row._cells.items()}, row._slot)


def row_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A ufunc, value by value."""
    if method == "reduce" and ufunc in (np.add, np.maximum, np.minimum, np.multiply):
        name = {np.add: "sum", np.maximum: "max", np.minimum: "min"}.get(ufunc, "prod")
        return row_member(inputs[0], name)()
    if method != "__call__" or options:
        unknown(f"`numpy.{ufunc.__name__}` with options on a row")
    row = next(value for value in inputs if isinstance(value, Row))
    if len(inputs) == 1:
        return _each(row, ufunc)
    is_first = inputs[0] is row
    pairs = _beside(row, inputs[1] if is_first else inputs[0])
    return Row(
        {k: ufunc(a, b) if is_first else ufunc(b, a) for k, (a, b) in pairs.items()}, row._slot
    )


def row_function(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A function of numpy: on the values as an array, or pandas' own method."""
    if func.__name__ in _REDUCTIONS and args and isinstance(args[0], Row):
        kwargs = {k: v for k, v in kwargs.items() if v is not np._NoValue}
        more = {"ddof": 0, **kwargs} if func.__name__ in ("std", "var") else kwargs
        return row_member(args[0], func.__name__)(*args[1:], **more)
    plain = tuple(row_array(arg) if isinstance(arg, Row) else arg for arg in args)
    return func(*plain, **kwargs)


def row_series(data: Any, index: Any = None) -> Row | None:
    """`pd.Series(data, index)` of values of one row; None where it is a column."""
    if isinstance(data, Row):
        return data
    if isinstance(index, Index):
        return None
    cells = data if isinstance(data, dict) else None
    if isinstance(data, list | tuple) and data:
        labels = range(len(data)) if index is None else list(index)
        cells = dict(zip(labels, data, strict=True))
    slots = {_slot(cell) for cell in (cells or {}).values()} - {None}
    if cells is None or len(slots) != 1:
        return None
    return Row({key: revived(cell) for key, cell in cells.items()}, slots.pop())


def _slot(cell: Any) -> Any:
    cell = revived(cell)
    return cell._slot if isinstance(cell, Scalar | Text) else None


# --- members ----------------------------------------------------------------------------------


def row_member(row: Row, name: str) -> Any:
    """`row.name`: a value by its column's name, or a method of Series."""
    if name in row._cells and name not in dir(_series()):
        return row._cells[name]
    if name in _REDUCTIONS:
        return lambda *args, **kwargs: _reduced(row, name, args, kwargs)
    if name in _EACH:
        return lambda *args, **kwargs: _by_frame(row, name, args, kwargs)
    if name in _METHODS:
        return lambda *args, **kwargs: _METHODS[name](row, *args, **kwargs)
    if name in row._cells:
        return row._cells[name]
    if hasattr(_series(), name):
        return unknown(f"the method `.{name}` of a row")
    return raising(AttributeError(f"'Series' object has no attribute {name!r}"))


def _series() -> Any:
    import pandas

    return pandas.Series


def _frame(row: Row) -> Frame:
    return Frame({key: rowed(noded(cell, row._slot)) for key, cell in row._cells.items()})


def _reduced(row: Row, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """By the method of a frame, over its columns."""
    if args and not (len(args) == 1 and args[0] in (None, 0)):
        unknown(f"`.{name}` of a row with arguments")
    kwargs = {key: value for key, value in kwargs.items() if key != "axis"}
    result = getattr(_frame(row), name)(axis=1, **kwargs)
    return number(result._node, row._slot)


def _by_frame(row: Row, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Row:
    """By the method of a frame, value by value."""
    if name in ("cumsum", "cumprod", "diff"):
        kwargs = {**kwargs, "axis": 1}
    result = getattr(_frame(row), name)(*args, **kwargs)
    return Row({k: number(n, row._slot) for k, n in result._columns.items()}, row._slot)


def _get(row: Row, key: Any, default: Any = None) -> Any:
    return row_item(row, key) if key in row._cells else default


def _dropped(row: Row, labels: Any = None, **options: Any) -> Row:
    labels = options.pop("index", labels) if labels is None else labels
    if options:
        unknown("`.drop` of a row with options")
    gone = {labels} if isinstance(labels, str | int) else set(labels)
    return Row({k: cell for k, cell in row._cells.items() if k not in gone}, row._slot)


def _applied(row: Row, function: Any, *args: Any, **kwargs: Any) -> Row:
    return _each(row, lambda cell: function(_as_python(cell), *args, **kwargs))


_METHODS: dict[str, Callable[..., Any]] = {
    "get": _get,
    "copy": lambda row, deep=True: Row(row._cells, row._slot),
    "items": lambda row: list(zip(row._cells, row_cells(row), strict=True)),
    "keys": lambda row: row.index,
    "to_dict": lambda row: dict(zip(row._cells, row_cells(row), strict=True)),
    "tolist": row_cells,
    "to_list": row_cells,
    "to_numpy": row_array,
    "drop": _dropped,
    "apply": _applied,
    "map": _applied,
}
