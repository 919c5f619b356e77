"""A frame's columns by name: pandas itself is asked what a selection or renaming does to them."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from converter.trace.expression import Node, ordered
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.frame import Frame, by_label, name_of
from converter.trace.standins.lift import holds_standin
from converter.trace.standins.series import Series
from converter.trace.words import columns as on


class _Cell:
    """Stands for the values of a column in a small real frame."""

    def __init__(self, label: Any, row: int) -> None:
        self.label = label
        self.row = row


def arranged(frame: Frame, call: Callable[[Any], Any]) -> Any:
    """What `call`, which only selects, renames or reorders columns, makes of a frame.

    It is run on a real frame of two rows, whose cells say which column they came from.
    """
    import pandas

    labels = list(frame._columns)
    cells = np.empty((2, len(labels)), dtype=object)
    for position, label in enumerate(labels):
        cells[:, position] = _Cell(label, 0), _Cell(label, 1)
    index = pandas.Index([_Cell(None, 0), _Cell(None, 1)], dtype=object)
    result = call(pandas.DataFrame(cells, columns=labels_of(frame), index=index))
    if not hasattr(result, "iloc") or len(result) != 2 or list(result.index) != list(index):
        mixes_rows("chooses or drops rows")
    if result.ndim == 1:
        return _series(frame, result.iloc[0])
    first, second = result.to_numpy(dtype=object)
    if any(
        getattr(a, "label", a) is not getattr(b, "label", a)
        for a, b in zip(first, second, strict=True)
    ):
        mixes_rows("chooses or drops rows")
    return frame._like(by_label(result.columns, (_node(frame, cell) for cell in first)))


def _series(frame: Frame, cell: Any) -> Series:
    if not isinstance(cell, _Cell):
        mixes_rows("chooses single rows", "a row must not know where it stands")
    return frame._series(cell.label)


def _node(frame: Frame, cell: Any) -> Node:
    return frame._columns[cell.label] if isinstance(cell, _Cell) else on.rows(cell)


def structural(name: str) -> Callable[..., Any]:
    """A method of DataFrame that selects or renames columns."""

    def call(frame: Frame, *args: Any, **kwargs: Any) -> Any:
        if holds_standin(args) or holds_standin(kwargs):
            unknown(f"`DataFrame.{name}` with rows among its arguments")
        _refuse_rows(name, args, kwargs)
        if kwargs.pop("copy", None) not in (None, True, False):
            unknown(f"`copy=` of `DataFrame.{name}`")
        return arranged(frame, lambda real: getattr(real, name)(*args, **kwargs))

    return call


def _refuse_rows(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    if kwargs.get("index") is not None:
        mixes_rows("selects or names rows by their labels")
    is_rows = kwargs.get("axis", 1 if "columns" in kwargs else 0) in (0, "index", "rows")
    if name == "drop" and len(args) < 2 and is_rows and "columns" not in kwargs:
        mixes_rows("drops rows", "to drop columns, give axis=1 or columns=")


# --- what a frame looks like ------------------------------------------------------------------


def labels_of(frame: Frame) -> Any:
    """The names of the columns, a real Index."""
    import pandas

    return pandas.Index(list(map(name_of, frame._columns)))


def dtypes_of(frame: Frame) -> Any:
    """The dtypes by column, a real Series."""
    import pandas

    dtypes = [dtype_of(node) for node in frame._columns.values()]
    return pandas.Series(dtypes, index=labels_of(frame), dtype=object)


def dtype_of(node: Node) -> Any:
    """A column's dtype as pandas has it."""
    known = active().dtypes.get(node)
    if known is not None:
        return known
    if node.kind != "text":
        return node.dtype
    sources = {n.attrs["name"] for n in ordered((node,)) if n.op == "input"}
    return np.dtype(object) if sources & active().plain_texts else text_dtype()


@cache
def text_dtype() -> Any:
    """What pandas makes of texts."""
    import pandas

    return pandas.Series(["a"]).dtype


@cache
def copies_on_write() -> bool:
    """Whether a column taken out of a frame is a copy of it, as it is from pandas 3 on."""
    import pandas

    return int(pandas.__version__.split(".")[0]) >= 3


@cache
def in_place_gives_self(name: str) -> bool:
    """Whether `inplace=True` returns the object itself, as it does for some from pandas 3 on."""
    return copies_on_write() and name in ("fillna", "replace", "clip", "where", "mask")


def select_dtypes(frame: Frame, include: Any = None, exclude: Any = None) -> Frame:
    """The columns of some dtypes."""
    import pandas

    empty = pandas.DataFrame(
        {label: pandas.Series(dtype=dtype_of(node)) for label, node in frame._columns.items()}
    )
    chosen = empty.select_dtypes(include, exclude).columns
    return frame._like({label: frame._columns[label] for label in chosen})


def is_pandas_name(frame: Any, name: str) -> bool:
    """Whether pandas' own class has an attribute of this name."""
    return hasattr(frame._mlconvert_stands_for()[0], name)


def insert(frame: Frame, loc: int, column: Any, value: Any, allow_duplicates: Any = False) -> None:
    """`df.insert`: in place."""
    if column in frame._columns:
        raise ValueError(f"cannot insert {column}, already exists")
    frame[column] = value
    labels = [label for label in frame._columns if label != column]
    labels.insert(loc if loc >= 0 else len(labels) + loc, column)
    frame._become(frame._like({label: frame._columns[label] for label in labels}))


def pop(frame: Frame, item: Any) -> Series:
    """`df.pop`: takes a column out."""
    series = frame[item]
    del frame._columns[item]
    return series  # type: ignore[no-any-return]


def get(frame: Frame, key: Any, default: Any = None) -> Any:
    """`df.get`."""
    labels = key if isinstance(key, list) else [key]
    return frame[key] if all(label in frame._columns for label in labels) else default
