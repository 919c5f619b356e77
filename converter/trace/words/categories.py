"""Values in bins and categories that are known beforehand: `pd.cut`, `.cat`, `get_dummies`."""

from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.lift import is_standin
from converter.trace.standins.series import Series
from converter.trace.words.casting import restricted
from converter.trace.words.options import only

_HINT = "name them: .astype(pd.CategoricalDtype([...])), or use OrdinalEncoder or OneHotEncoder"


def codes(x: Node) -> Node:
    """The number of each value's category, -1 where it has none."""
    known = categories_of(x)
    if known is None:
        mixes_rows("numbers the categories that occur in the batch", _HINT)
    keys = tuple(c.item() if isinstance(c, np.generic) else c for c in known)
    make, numbers = active().tape.make, tuple(range(len(keys)))
    found = make("lookup", x, keys=keys, values=numbers, default=-1)
    return make("cast", found, dtype=_code_dtype(len(keys)))


def _code_dtype(count: int) -> str:
    """As pandas numbers so many categories."""
    return "int8" if count < 127 else "int16" if count < 32767 else "int32"


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
        own = self._series
        return Series(codes(own._node), own._slot, None, own._index_kind)

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
    if labels is None:
        options = {"right": right, "precision": precision, "include_lowest": include_lowest}
        return _like(x, _named(places, _intervals(list(bins), options), ordered=True))
    return _like(x, _labelled(places, len(edges) - 1, labels, ordered))


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


def _labelled(places: Node, count: int, labels: Any, ordered: bool) -> Node:
    if labels is False:
        return _looked_up(places, [float(number) for number in range(count)])
    values = list(labels)
    if len(values) != count:
        raise ValueError("Bin labels must be one fewer than the number of bin edges")
    plain = [v.item() if isinstance(v, np.generic) else v for v in values]
    return _named(places, plain, ordered=ordered)


def _named(places: Node, labels: list[Any], *, ordered: bool) -> Node:
    import pandas

    node = _looked_up(places, labels)
    active().dtypes[node] = pandas.CategoricalDtype(list(dict.fromkeys(labels)), ordered)
    return node


def _intervals(edges: list[Any], options: dict[str, Any]) -> list[Any]:
    """What stands for the bins, for their codes and their text; as values they differ.

    How pandas spells bins of whole numbers depends on whether a value of the batch is in none:
    these are numbered.
    """
    import pandas

    categories = pandas.cut(pandas.Series(edges[:1]), edges, **options).cat.categories
    if categories.dtype.subtype.kind != "f":
        return list(range(len(categories)))
    return [str(interval) for interval in categories]


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


def _like(x: Any, node: Node) -> Any:
    if isinstance(x, Series):
        return x._like(node)
    return Array(node, x._slot)
