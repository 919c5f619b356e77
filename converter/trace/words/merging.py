"""Constant tables joined to the rows by a key of one entry each: a lookup for every column."""

from typing import Any

from converter.trace.expression import Node
from converter.trace.session import mixes_rows, unknown
from converter.trace.standins.frame import Frame, by_label
from converter.trace.standins.lift import holds_standin
from converter.trace.standins.pandas import NEW_INDEX
from converter.trace.words.labels import labels_of
from converter.trace.words.options import only
from converter.trace.words.replacing import by_table

_JOINS = "joins tables by their rows"
_LOOKUP = 'a constant table whose keys are unique may be joined, by on=key and how="left"'
_PLAIN = ("int64", "float64")


def merged(
    left: Any,
    right: Any,
    how: str = "inner",
    on: Any = None,
    left_on: Any = None,
    right_on: Any = None,
    left_index: bool = False,
    right_index: bool = False,
    sort: bool = False,
    suffixes: Any = ("_x", "_y"),
    copy: Any = None,
    indicator: Any = False,
    validate: Any = None,
) -> Frame:
    """`df.merge(table, on=key, how="left")`, or `left_on=` and `right_on=` or `right_index=`."""
    _check(left, right, how, validate)
    only("merge", sort=(sort, False), indicator=(indicator, False), left_index=(left_index, False))
    own, theirs = _key(left_on if on is None else on), _key(right_on if on is None else on)
    if on is None and left_on is None:
        own = theirs = _key([label for label in left.columns if label in right.columns])
    keys = right.index if right_index else right[theirs]
    is_shared = not right_index and own == theirs
    by = {"on": own} if is_shared else {"left_on": own, "right_on": None if right_index else theirs}
    names = _sample(left, own, keys).merge(
        right.iloc[:1], "left", **by, right_index=right_index, suffixes=suffixes
    )
    table = right.drop(columns=theirs) if is_shared else right
    kind = left._index_kind if right_index else NEW_INDEX
    return _beside(left, left[own]._node, keys, table, names.columns, kind)


def joined(left: Frame, right: Any, on: Any, validate: Any, **suffixes: str) -> Frame:
    """`df.join(table, on=key)`: by the labels of the table's rows."""
    if on is None:
        mixes_rows(f"uses `DataFrame.join`, which {_JOINS}", _LOOKUP)
    _check(left, right, "left", validate)
    own = _key(on)
    names = _sample(left, own, right.index).join(right.iloc[:1], on=own, **suffixes).columns
    table = right.to_frame() if right.ndim == 1 else right
    return _beside(left, left[own]._node, right.index, table, names, left._index_kind)


def _check(left: Any, right: Any, how: str, validate: Any) -> None:
    if not isinstance(left, Frame) or holds_standin(right) or not hasattr(right, "iloc"):
        mixes_rows(f"uses `merge` or `join`, which {_JOINS}", _LOOKUP)
    if how != "left":
        mixes_rows(f"uses `merge` with how={how!r}, which keeps or drops rows", 'give how="left"')
    only("merge", validate=(validate, None, "m:1", "many_to_one"))
    if left._slot is not None or not len(right) or not labels_of(left).is_unique:
        unknown("a table joined to such rows")


def _key(label: Any) -> Any:
    labels = label if isinstance(label, list) else [label]
    if len(labels) != 1:
        unknown(f"tables joined by {len(labels)} keys", "make one key of them")
    return labels[0]


def _sample(left: Frame, own: Any, keys: Any) -> Any:
    """A frame of one row, with the same names and a key of the table."""
    import pandas

    zeros = pandas.DataFrame([[0] * len(left._columns)], columns=labels_of(left))
    zeros[own] = keys[:1].tolist()
    return zeros


def _beside(left: Frame, x: Node, keys: Any, table: Any, names: Any, kind: str) -> Frame:
    """The columns of the frame and of the table, which is looked up by `keys`."""
    if not keys.is_unique or keys.hasnans:
        mixes_rows("joins a table with several rows for one key, or for none", _LOOKUP)
    is_text = _holds_texts(keys)
    if (x.kind == "text") != is_text or x.kind not in ("text", "int", "float"):
        unknown(f"a table of {keys.dtype} joined by a column of {x.kind}")
    plain = keys.tolist()
    columns = [table.iloc[:, place] for place in range(table.shape[1])]
    found = [by_table(x, dict(zip(plain, _values(column), strict=True))) for column in columns]
    return Frame(by_label(names, [*left._columns.values(), *found]), None, kind)


def _values(column: Any) -> list[Any]:
    _holds_texts(column)
    values: list[Any] = column.tolist()
    return values


def _holds_texts(values: Any) -> bool:
    """Of a column of texts; False for one of numbers. Any other is refused."""
    dtype = str(values.dtype)
    if dtype in _PLAIN:
        return False
    if dtype != "category" and all(isinstance(v, str) or v is None or v != v for v in values):
        return True
    return unknown(f"a table with a column of {dtype}", "make it text, int64 or float64")
