"""What the operations on the pieces of texts mean: words, characters, matches of a pattern.

The pieces of all rows stand in one line, [M]; `owner` [M] tells the row of each. Operations on
texts and numbers apply to them as they do to rows. Where pieces become rows again, `keep` [M] of
bool says which of them count, and `values` [M] is what stands for each; constants may stand for
these two. A missing text is cut as the empty one.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from converter.trace.texts import compiled


class Cut(NamedTuple):
    """How a text is cut into pieces."""

    separator: str | None = None
    """What stands between them; None: white space; "": nothing, they are the characters."""
    limit: int = -1
    """How often it is cut at most; -1: wherever it can be."""
    pattern: str = ""
    """What the pieces match, where there is one: the group 1 of it, if it has groups."""
    flags: int = 0

    def pieces(self, text: str | None) -> list[str]:
        """Of one text."""
        text = text or ""
        if self.pattern:
            return compiled(self.pattern, self.flags).findall(text)
        if self.separator == "":
            return list(text)
        return text.split(self.separator, self.limit)


def _owner(x: Any, cut: tuple[Any, ...]) -> Any:
    """The number of the row that each piece is of."""
    counts = [len(Cut(*cut).pieces(text)) for text in x.tolist()]
    return np.repeat(np.arange(len(counts)), np.array(counts, dtype=np.int64))


def _texts(x: Any, owner: Any, cut: tuple[Any, ...]) -> Any:
    """The pieces."""
    return _objects([piece for text in x.tolist() for piece in Cut(*cut).pieces(text)])


def _place(x: Any, owner: Any) -> Any:
    """Which piece of its text each is, from 0."""
    counts = np.bincount(owner, minlength=len(x))
    return np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)


def _spread(values: Any, owner: Any) -> Any:
    """The value of its row, for each piece."""
    return np.asarray(values)[owner]


def _total(x: Any, owner: Any, keep: Any, values: Any, how: str) -> Any:
    """`how`: "sum", "max" or "min"; 0 of none."""
    rows = _by_row(x, owner, keep, values)
    kind = np.dtype(np.int64) if np.asarray(values).dtype.kind == "b" else np.asarray(values).dtype
    return np.array([getattr(np, how)(row) if len(row) else 0 for row in rows], dtype=kind)


def _first(x: Any, owner: Any, keep: Any, values: Any) -> Any:
    """The first of the values; 0, or missing, of none."""
    rows = _by_row(x, owner, keep, values)
    none = None if np.asarray(values).dtype.kind in "OU" else np.zeros((), np.asarray(values).dtype)
    found = [row[0] if len(row) else none for row in rows]
    return _objects(found) if none is None else np.array(found, dtype=np.asarray(values).dtype)


def _joined(x: Any, owner: Any, keep: Any, values: Any, glue: str) -> Any:
    """The values, which are texts, one after another."""
    return _objects([glue.join(row.tolist()) for row in _by_row(x, owner, keep, values)])


def _distinct(x: Any, owner: Any, keep: Any, values: Any) -> Any:
    """How many different values there are."""
    rows = _by_row(x, owner, keep, values)
    return np.array([len(set(row.tolist())) for row in rows], dtype=np.int64)


def _objects(cells: list[Any]) -> Any:
    result = np.empty(len(cells), dtype=object)
    result[:] = cells
    return result


def _by_row(x: Any, owner: Any, keep: Any, values: Any) -> list[Any]:
    """The values that count, of each row."""
    if isinstance(values, str):
        values = np.array(values, dtype=object)
    kept, everything = (np.broadcast_to(np.asarray(v), owner.shape) for v in (keep, values))
    counts = np.bincount(owner[kept], minlength=len(x))
    parts = np.split(everything[kept], np.cumsum(counts))
    return parts[: len(x)]


OWNER, TEXTS, PLACE, SPREAD = "pieces.owner", "pieces.texts", "pieces.place", "pieces.spread"
TOTAL, FIRST = "pieces.total", "pieces.first"
JOINED, DISTINCT = "pieces.joined", "pieces.distinct"
GATHERED = frozenset({TOTAL, FIRST, JOINED, DISTINCT})
"""Operations from pieces back to rows."""

OPERATIONS: dict[str, Callable[..., Any]] = {
    OWNER: _owner,
    TEXTS: _texts,
    PLACE: _place,
    SPREAD: _spread,
    TOTAL: _total,
    FIRST: _first,
    JOINED: _joined,
    DISTINCT: _distinct,
}
