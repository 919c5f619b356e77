"""Values in bins and categories that are known beforehand: `pd.cut`, `.cat`, `get_dummies`."""

from typing import Any, NoReturn

import numpy as np

from converter.trace.expression import Node
from converter.trace.facades.builtins import real
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.frame import Frame
from converter.trace.standins.lift import is_standin
from converter.trace.standins.series import Series
from converter.trace.words import columns as on
from converter.trace.words.casting import restricted
from converter.trace.words.options import only

_HINT = "name them: .astype(pd.CategoricalDtype([...])), or use OrdinalEncoder or OneHotEncoder"


def codes(x: Node) -> Node:
    """The number of each value's category, -1 where it has none."""
    known = categories_of(x)
    if known is None:
        mixes_rows("numbers the categories that occur in the batch", _HINT)
    keys = tuple(c.item() if isinstance(c, np.generic) else c for c in known)
    return active().tape.make("lookup", x, keys=keys, values=tuple(range(len(keys))), default=-1)


def categories_of(x: Node) -> list[Any] | None:
    """The categories, where they were named."""
    known = getattr(active().dtypes.get(x), "categories", None)
    return None if known is None else list(known)


class Categories:
    """What `series.cat` gives."""

    def __init__(self, series: Series) -> None:
        self._series = series

    @property
    def codes(self) -> Series:
        """The number of each value's category."""
        return self._series._like(codes(self._series._node))

    def __getattr__(self, name: str) -> Any:
        if name in ("categories", "ordered") and categories_of(self._series._node) is not None:
            return getattr(active().dtypes[self._series._node], name)
        if name in ("as_ordered", "as_unordered"):
            return lambda: self._series
        if name == "set_categories":
            return lambda categories: self._set(categories)
        return mixes_rows(f"uses `.cat.{name}` of the batch's own categories", _HINT)

    def _set(self, categories: Any) -> Series:
        import pandas

        dtype = pandas.CategoricalDtype(list(categories))
        return self._series._like(restricted(self._series._node, list(categories), dtype))


class Categorical(Series):
    """What `pd.Categorical(…)` gives."""

    @property
    def codes(self) -> Array:
        """The number of each value's category."""
        return Array(codes(self._node), self._slot)

    @property
    def categories(self) -> Any:
        """The categories."""
        return active().dtypes[self._node].categories


def categorical(
    values: Any, categories: Any = None, ordered: Any = None, dtype: Any = None, copy: Any = True
) -> Categorical:
    """`pd.Categorical` with its categories named."""
    import pandas

    if dtype is None and categories is not None:
        dtype = pandas.CategoricalDtype(list(categories), ordered)
    known = getattr(dtype, "categories", None)
    if known is None:
        mixes_rows("numbers the categories that occur in the batch", _HINT)
    index = getattr(values, "_index_kind", "new")
    node = restricted(values._mlconvert_node(), list(known), dtype)
    return Categorical(node, values._slot, None, index)


# --- bins -------------------------------------------------------------------------------------


def cut(
    x: Any,
    bins: Any,
    right: bool = True,
    labels: Any = None,
    retbins: bool = False,
    precision: int = 3,
    include_lowest: bool = False,
    duplicates: str = "raise",
    ordered: bool = True,
) -> Any:
    """`pd.cut` by given edges."""
    only("pandas.cut", retbins=(retbins, False), duplicates=(duplicates, "raise"))
    if isinstance(bins, int | np.integer) or is_standin(bins):
        mixes_rows("cuts the range of the batch into bins", "name the edges: bins=[...]")
    if not isinstance(bins, list | tuple | np.ndarray | range) or is_standin(labels):
        unknown("`pandas.cut` by other than a list of edges")
    edges = np.asarray(list(bins))
    node = x._mlconvert_node()
    if node.kind not in ("int", "float") or edges.dtype.kind not in "iuf":
        unknown("`pandas.cut` of other than numbers")
    if (np.diff(edges) < 0).any():
        raise ValueError("bins must increase monotonically.")
    places = _places(node, edges, right=bool(right), include_lowest=bool(include_lowest))
    return _like(x, _labelled(places, len(edges) - 1, labels, ordered, edges, right))


def _places(x: Node, edges: np.ndarray, *, right: bool, include_lowest: bool) -> Node:
    """The number of the bin, from 1; 0 outside of all and where the value is missing."""
    tape = active().tape
    side = "left" if right else "right"
    places = tape.make("searchsorted", x, edges=tuple(edges.tolist()), side=side)
    if include_lowest:
        lowest = tape.make("equal", x, tape.const(edges[0].item()))
        places = tape.make("where", lowest, tape.const(1), places)
    outside = tape.make("equal", places, tape.const(len(edges)))
    if x.kind == "float":
        outside = tape.make("logical_or", outside, tape.make("isnan", x))
    return tape.make("where", outside, tape.const(0), places)


def _labelled(
    places: Node, count: int, labels: Any, ordered: bool, edges: np.ndarray, right: bool
) -> Node:
    import pandas

    if labels is False:
        return _looked_up(places, [float(number) for number in range(count)])
    if labels is None:
        return _intervals(places, edges, right)
    values = list(labels)
    if len(values) != count:
        raise ValueError("Bin labels must be one fewer than the number of bin edges")
    plain = [v.item() if isinstance(v, np.generic) else v for v in values]
    node = _looked_up(places, plain)
    dtype = pandas.CategoricalDtype(list(dict.fromkeys(plain)), ordered)
    active().dtypes[node] = dtype
    return node


def _looked_up(places: Node, values: list[Any]) -> Node:
    kinds = {type(value) for value in values}
    if kinds == {str}:
        default = None
    elif kinds <= {int, float, bool}:
        values = [float(value) for value in values]
        default = float("nan")
    else:
        unknown("labels of several kinds in `pandas.cut`")
    keys = tuple(range(1, len(values) + 1))
    return active().tape.make("lookup", places, keys=keys, values=tuple(values), default=default)


def _intervals(places: Node, edges: np.ndarray, right: bool) -> Node:
    """Intervals as pandas spells them; only their codes and their text are of use."""
    del places, edges, right
    return unknown("intervals as values", "give `pandas.cut` labels=[...] or labels=False")


def _like(x: Any, node: Node) -> Any:
    if isinstance(x, Series):
        return x._like(node)
    return Array(node, x._slot)


# --- dummies ----------------------------------------------------------------------------------


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
