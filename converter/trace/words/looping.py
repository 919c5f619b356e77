"""Loops over rows: what they are handed, and what is assigned to a row."""

from collections.abc import Iterator
from typing import Any

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown
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
    """A row's value as Python's own; a list of them where it has several."""
    if not node.shape:
        return number(node, slot, is_python=True)
    picked = (active().tape.make("pick", node, index=i, axis=0) for i in range(node.shape[0]))
    return [handed(part, slot) for part in picked]


def as_list(standin: Any) -> Any:
    """`x.tolist()`: of all rows, or of one."""
    if standin._slot is None:
        return Documents(standin._mlconvert_node())
    if not isinstance(standin._slot, int):
        mixes_rows("lists the rows that a mask chose")
    return handed(standin._mlconvert_node(), standin._slot)


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


def frame_to_dict(frame: Frame, orient: Any = "dict") -> Any:
    """`frame.to_dict(orient)`: of "records" a dict for each row, of "list" a list by column."""
    if orient == "records":
        columns = frame._columns.items()
        return list(tokens(lambda slot: {k: handed(node, slot) for k, node in columns}))
    if orient in ("list", "series"):
        series = {label: frame._series(label) for label in frame._columns}
        return series if orient == "series" else {k: as_list(s) for k, s in series.items()}
    return mixes_rows("makes a dict of its rows", 'give orient="records", or use the columns')


def labelled_row(owner: Any, name: str, key: Any) -> Any:
    """`df.loc[i]`, `df.iloc[i, 0]`, `df.at[i, "a"]`, `s[i]` for the number of a row."""
    row_number, rest = (key[0], key[1]) if isinstance(key, tuple) else (key, None)
    slot = row_number._slot
    if isinstance(owner, Series):
        return handed(owner._node, slot)
    row = row_of(Frame({**owner._columns, **_pending(owner, slot)}), slot)
    if rest is None:
        return row
    if isinstance(rest, list | slice):
        return row.iloc[rest] if name == "iloc" else row[rest]
    return _cell(owner, list(owner._columns)[rest] if name in ("iloc", "iat") else rest, slot)


def _cell(frame: Frame, label: Any, slot: int) -> Any:
    pending = _pending(frame, slot)
    return number(pending[label] if label in pending else frame._columns[label], slot)


def _pending(frame: Frame, slot: int) -> dict[Any, Node]:
    """What a loop has assigned to a row so far, but not to all."""
    found = vars(frame).setdefault("_pending", {})
    return {label: nodes[slot] for label, nodes in found.items() if slot in nodes}


def labelled_assigned(owner: Any, name: str, key: Any, value: Any) -> None:
    """`df.at[i, "a"] = value`: once all rows were assigned the same, the column is."""
    if not isinstance(owner, Frame) or not isinstance(key, tuple):
        unknown("assigning to a row by its number", 'give the column: df.at[i, "a"] = …')
    slot, label = key[0]._slot, key[1]
    label = list(owner._columns)[label] if name in ("iloc", "iat") else label
    nodes = vars(owner).setdefault("_pending", {}).setdefault(label, {})
    nodes[slot] = rowed(noded(value, slot))
    if len(nodes) == active().slots:
        del vars(owner)["_pending"][label]
        if len(set(nodes.values())) > 1:
            mixes_rows("assigns to each row something else")
        owner._columns[label] = nodes[slot]


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
