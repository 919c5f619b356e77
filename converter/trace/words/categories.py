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
