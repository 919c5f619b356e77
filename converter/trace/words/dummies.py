"""`pd.get_dummies`: a column for each category that was named beforehand, or is chosen by name."""

from typing import Any, NoReturn

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.frame import Frame
from converter.trace.standins.types import real
from converter.trace.words import columns as on
from converter.trace.words.categories import categories_of
from converter.trace.words.options import only


def get_dummies(
    data: Any,
    prefix: Any = None,
    prefix_sep: Any = "_",
    dummy_na: bool = False,
    columns: Any = None,
    sparse: bool = False,
    drop_first: bool = False,
    dtype: Any = None,
) -> Any:
    """A column for each category, where the categories were named; else they must be chosen."""
    only("pandas.get_dummies", sparse=(sparse, False), dummy_na=(dummy_na, False))
    only(
        "pandas.get_dummies",
        prefix_sep=(prefix_sep, prefix_sep if isinstance(prefix_sep, str) else "_"),
    )
    dtype = bool if dtype is None else dtype
    if not isinstance(data, Frame):
        wide, labels = Frame({0: data._mlconvert_node()}, data._slot, _index(data)), [0]
        prefixes = {0: prefix}
    else:
        wide, labels = data, _encoded(data, columns)
        prefixes = _prefixes(labels, prefix)
    if all(categories_of(wide._columns[label]) is not None for label in labels):
        return _dummies(wide, labels, prefixes, prefix_sep, dtype, drop_first)
    if drop_first:
        mixes_rows("makes a column for each value of the batch", _DUMMIES)
    return Dummies(wide, labels, prefixes, prefix_sep, dtype)


_DUMMIES = "name the columns: .reindex(columns=[...], fill_value=0), or use OneHotEncoder"


def _index(data: Any) -> str:
    return getattr(data, "_index_kind", "new")


def _encoded(data: Frame, columns: Any) -> list[Any]:
    if columns is not None:
        return list(columns)
    return [
        label
        for label, node in data._columns.items()
        if node.kind == "text" or node in active().dtypes
    ]


def _prefixes(labels: list[Any], prefix: Any) -> dict[Any, Any]:
    if prefix is None:
        return {label: label for label in labels}
    if isinstance(prefix, str):
        return dict.fromkeys(labels, prefix)
    if isinstance(prefix, dict):
        return {label: prefix[label] for label in labels}
    return dict(zip(labels, prefix, strict=True))


def _name(prefix: Any, separator: str, value: Any) -> Any:
    return value if prefix is None else f"{prefix}{separator}{value}"


def _dummies(
    data: Frame, labels: list[Any], prefixes: dict[Any, Any], sep: str, dtype: Any, drop: bool
) -> Frame:
    result = {label: node for label, node in data._columns.items() if label not in labels}
    for label in labels:
        node = data._columns[label]
        for value in (categories_of(node) or [])[1 if drop else 0 :]:
            result[_name(prefixes[label], sep, value)] = _indicator(node, value, dtype)
    return data._like(result)


def _indicator(x: Node, value: Any, dtype: Any) -> Node:
    return on.cast(on.operate("equal", x, on.constant(value, x)), np.dtype(real(dtype)))


class Dummies:
    """Columns for the values of the batch, of which only those that are named can be had."""

    _rank = 2

    def __init__(
        self, data: Frame, labels: list[Any], prefixes: dict[Any, Any], separator: str, dtype: Any
    ) -> None:
        self._data = data
        self._labels = labels
        self._prefixes = prefixes
        self._separator = separator
        self._dtype = dtype
        self._slot = data._slot

    def reindex(
        self, labels: Any = None, axis: Any = None, columns: Any = None, fill_value: Any = np.nan
    ) -> Frame:
        """The columns of these names; `fill_value` in those of values that do not occur."""
        columns = labels if columns is None and axis in (1, "columns") else columns
        if columns is None or fill_value != 0:
            mixes_rows("makes a column for each value of the batch", _DUMMIES)
        return self._data._like({name: self._column(name) for name in columns})

    def _column(self, name: Any) -> Node:
        kept = {c: n for c, n in self._data._columns.items() if c not in self._labels}
        if name in kept:
            return kept[name]  # type: ignore[no-any-return]
        found = [(label, value) for label in self._labels for value in self._value(label, name)]
        if len(found) != 1:
            unknown(f"a dummy column {name!r} that may be of several columns, or of none")
        [(label, value)] = found
        return _indicator(self._data._columns[label], value, self._dtype)

    def _value(self, label: Any, name: Any) -> list[Any]:
        """The value of a column whose dummy has this name."""
        node = self._data._columns[label]
        start = _name(self._prefixes[label], self._separator, "")
        if self._prefixes[label] is not None:
            if not (isinstance(name, str) and name.startswith(start)):
                return []
            name = name[len(start) :]
        if node.kind != "int":
            return [name] if node.kind == "text" else unknown("dummies of other than texts")
        return [int(name)]

    def _mlconvert_node(self) -> NoReturn:
        mixes_rows("makes a column for each value of the batch", _DUMMIES)

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        import pandas

        return (pandas.DataFrame,)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return mixes_rows("makes a column for each value of the batch", _DUMMIES)

    def __getitem__(self, key: Any) -> Any:
        return mixes_rows("makes a column for each value of the batch", _DUMMIES)
