"""`astype`: a column of another dtype, as pandas has it."""

from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, unknown
from converter.trace.standins.types import real
from converter.trace.words import columns as on
from converter.trace.words import texts

_TEXT = ("str", "string", "U")
_NULLABLE = {"Int64": "int64", "Int32": "int32", "Float64": "float64", "boolean": "bool"}


def cast_column(x: Node, dtype: Any) -> Node:
    """A column as `s.astype(dtype)` makes it; rows on which that raises have no answer."""
    dtype = real(dtype)
    name = dtype if isinstance(dtype, str) else str(getattr(dtype, "name", dtype))
    if name == "category":
        return categorical(x, dtype)
    if dtype is str or name in _TEXT or name.startswith(("<U", "string[")):
        return _to_text(x, is_dtype=dtype is not str and name != "str")
    if dtype is object or name in ("object", "O"):
        return x
    if name in _NULLABLE:
        return _nullable(x, name)
    target = np.dtype(dtype)
    x = active().read_as.get(x, {}).get("float", x)
    if x.kind in ("date", "span") or target.kind in "mM":
        return _dated(x, target)
    if target.kind not in "biuf":
        unknown(f"`astype({name})`")
    if x.kind == "text":
        return _parsed(x, target)
    return on.cast(x, target)


def categorical(x: Node, dtype: Any) -> Node:
    """The values themselves; of fixed categories, others become missing."""
    categories = getattr(dtype, "categories", None)
    if categories is None:
        return x
    return restricted(x, list(categories), dtype)


def restricted(x: Node, categories: list[Any], dtype: Any) -> Node:
    """Values that are no category become missing; the node's dtype is known as `dtype`."""
    keys = tuple(c.item() if isinstance(c, np.generic) else c for c in categories)
    default = None if x.kind == "text" else float("nan")
    if any(isinstance(key, str) != (x.kind == "text") for key in keys):
        unknown("categories of another kind than the column's values")
    node = active().tape.make("lookup", x, keys=keys, values=keys, default=default)
    active().dtypes[node] = dtype
    return node


def _to_text(x: Node, *, is_dtype: bool) -> Node:
    if x.kind == "text":
        if texts.may_miss(x) and not is_dtype and not _keeps_missing(x):
            return texts.filled(x, _spelled_missing(x))
        return x
    if x.kind in ("date", "span"):
        unknown("`astype(str)` of dates", 'use .dt.strftime("%Y-%m-%d")')
    return texts.of_number(x)


def _keeps_missing(x: Node) -> bool:
    """Whether a missing text stays missing in `astype(str)`: asked of pandas itself."""
    import pandas

    dtype = active().words.dtype_of(x)
    [value] = pandas.Series([None], dtype=dtype).astype(str).tolist()
    return bool(pandas.isna(value))


def _spelled_missing(x: Node) -> str:
    """Before pandas 3 a missing text is spelled out: as it stands in the live rows."""
    del x
    missing = active().missing
    return str(missing)


def _nullable(x: Node, name: str) -> Node:
    if x.kind == "text":
        return _parsed(x, np.dtype("float64"))
    if x.kind == "float" and name != "boolean":
        return x  # whole numbers in floats, so that they can be missing
    return on.cast(x, _NULLABLE[name])


def _parsed(x: Node, target: np.dtype) -> Node:
    if target.kind == "b":
        unknown("`astype(bool)` of text", 'compare it with a text: s == "yes"')
    if target.kind in "iu":
        return on.cast(texts.number(x, "int"), target)
    return on.cast(texts.number(x, "float"), target)


def _dated(x: Node, target: np.dtype) -> Node:
    return active().words.cast_date(x, target)  # type: ignore[no-any-return]
