"""Constant tables of the user's own, asked by what a row holds."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.session import active, unknown
from converter.trace.standins.array import of
from converter.trace.standins.lift import holds_standin, is_standin, node_of
from converter.trace.words.bins import constant, elementwise
from converter.trace.words.shaping import moving

WIDEST = 64
"""Columns of a table whose rows are looked up whole."""


def take(a: Any, indices: Any, *, mode: str = "raise") -> Any:
    """Of a constant table, the entries that the data number."""
    table = constant(a, "the table")
    if table.ndim != 1 or mode != "raise":
        unknown("entries of such a table")
    keys = tuple(range(-len(table), len(table)))
    entries = table.tolist()
    values = (*entries, *entries)
    return elementwise("lookup", of(indices), keys=keys, values=values, default=entries[0])


def _choose(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> Any:
    """`np.choose(positions, constants)`."""
    if out is not None or holds_standin(choices) or np.ndim(choices) != 1:
        unknown("`numpy.choose` between columns", "use numpy.select")
    return take(choices, a, mode=mode)


def looked_up(table: np.ndarray, key: Any) -> Any:
    """`table[i, j]` by whole numbers of the data; None for keys of any other kind."""
    parts = key if isinstance(key, tuple) else (key,)
    if len(parts) > table.ndim or not all(map(_is_position, parts)) or not holds_standin(key):
        return None
    if table.ndim == 1:
        return take(table, parts[0])
    place: Any = 0
    for part, size in zip(parts, table.shape, strict=False):
        place = place * size + part % size
    flat = table.reshape(int(np.prod(table.shape[: len(parts)])), -1)
    if len(parts) == table.ndim:
        return take(flat[:, 0], place)
    if len(parts) < table.ndim - 1 or flat.shape[1] > WIDEST:
        return unknown(f"rows of a table of {table.shape}", f"look up at most {WIDEST} columns")
    return active().words.as_array([take(column, place) for column in flat.T]).T


def _is_position(part: Any) -> bool:
    if is_standin(part):
        return node_of(part).kind == "int"
    return isinstance(part, int | np.integer) and not isinstance(part, bool)


def _take(a: Any, indices: Any, *args: Any, **kwargs: Any) -> Any:
    """Columns by constant numbers, or constants by the data's."""
    if holds_standin(indices):
        return take(a, indices, *args, **kwargs)
    return _columns(a, indices, *args, **kwargs)


_columns = moving(np.take)

FUNCTIONS: dict[Any, Callable[..., Any]] = {np.take: _take, np.choose: _choose}
