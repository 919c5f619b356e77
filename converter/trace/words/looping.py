"""Loops over rows: what they are handed, and what is assigned to a row."""

from collections.abc import Iterator
from typing import Any

from converter.trace.expression import Node
from converter.trace.session import active, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.documents import Documents
from converter.trace.standins.frame import Frame
from converter.trace.standins.iteration import RowNumber, row_view, tokens
from converter.trace.standins.series import Series
from converter.trace.words import indexing
from converter.trace.words.per_row import noded, row_of, rowed
from converter.trace.words.scalars import number


def iterated(standin: Any) -> Iterator[Any]:
    """`for part in standin`."""
    if isinstance(standin, Series | Documents) and standin._slot is None:
        return tokens(lambda slot: handed(standin._node, slot))
    if isinstance(standin, Array) and standin._slot is None and not standin._lead:
        return tokens(lambda slot: row_selected(standin, RowNumber(slot)))
    if isinstance(standin, Array):
        return indexing.iterated(standin)
    return unknown("a loop over the rows that a mask chose")


def handed(node: Node, slot: int) -> Any:
    """A row's value as Python's own."""
    return number(node, slot, is_python=True)


def row_selected(array: Any, key: Any) -> Any:
    """`array[i]` or `array[i, j]` for the number of a row."""
    row_number, rest = (key[0], key[1:]) if isinstance(key, tuple) else (key, ())
    if array._slot is not None or array._lead:
        unknown("a row number among the columns")
    row = row_view(array, row_number._slot)
    if not row._laid().shape:
        return number(row._laid(), row._slot)
    return row[rest if len(rest) > 1 else rest[0]] if rest else row


def row_assigned(array: Any, key: Any, value: Any) -> None:
    """`array[i] = value` or `array[i, j] = value` for the number of a row."""
    row_number, rest = (key[0], key[1:]) if isinstance(key, tuple) else (key, ())
    row = row_view(array, row_number._slot)
    if row._laid().shape:
        row[(rest if len(rest) > 1 else rest[0]) if rest else slice(None)] = value
        return
    node = noded(value, row_number._slot)
    own = row._laid()
    if own.kind != "text":
        node = active().tape.make("cast", node, dtype=str(own.dtype))
    row._assign(rowed(node))


def iterrows(frame: Frame) -> Iterator[Any]:
    """`frame.iterrows()`."""
    return tokens(lambda slot: (RowNumber(slot), row_of(frame, slot)))


def itertuples(frame: Frame, index: bool = True, name: Any = "Pandas") -> Iterator[Any]:
    """`frame.itertuples()`."""
    import collections

    labels = [str(label) for label in frame._columns]
    names = (["Index"] if index else []) + labels
    kind: Any = collections.namedtuple(name, names, rename=True) if name else None
    make: Any = kind._make if name else tuple

    def one(slot: int) -> Any:
        cells = [number(node, slot, is_python=True) for node in frame._columns.values()]
        return make([RowNumber(slot), *cells] if index else cells)

    return tokens(one)
