"""Constants that a row's text is asked to be in, or that join pieces: they answer for themselves.

A str, a set or a dict of Python's own would look at what the stand-in of a text is made of. What
stands for them is an instance of its class, and differs where it is handed a stand-in.
"""

from typing import Any

import numpy as np

from converter.trace.session import active
from converter.trace.standins.lift import Piece, is_standin
from converter.trace.standins.marks import is_marked
from converter.trace.standins.table import Table
from converter.trace.standins.text import Text


class Literal(str):
    """A constant text."""

    __slots__ = ()

    def __contains__(self, part: Any) -> bool:
        if not (isinstance(part, Text) or is_marked(part)):
            return str.__contains__(self, part)
        return bool(active().words.within(part, self))

    def join(self, values: Any) -> Any:
        """One text of several."""
        return active().words.joined_by(self, values)


def _is_piece(value: Any) -> bool:
    return is_standin(value) and isinstance(getattr(value, "_slot", None), Piece)


class _Asked:
    """A container that a piece of a text may be looked up in."""

    def __contains__(self, value: Any) -> bool:
        if is_marked(value):
            value = active().words.revived(value)
        if not _is_piece(value):
            return bool(super().__contains__(value))  # type: ignore[misc]
        return bool(active().words.among(value, self))


class AskedSet(_Asked, set[Any]):
    """A set."""


class AskedFrozenset(_Asked, frozenset[Any]):
    """A frozenset."""


class AskedTuple(_Asked, tuple[Any, ...]):
    """A tuple."""


class AskedList(_Asked, list[Any]):
    """A list."""


class AskedDict(_Asked, dict[Any, Any]):
    """A dict."""

    def __getitem__(self, key: Any) -> Any:
        if _is_piece(key):
            return active().words.answered(key, self)
        if is_standin(key) and key not in self:
            return active().words.lacking(key)
        return super().__getitem__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key, or the default."""
        if not _is_piece(key):
            return super().get(key, default)
        return active().words.answered(key, self, default)


_ASKED: dict[type, type] = {
    str: Literal,
    set: AskedSet,
    frozenset: AskedFrozenset,
    tuple: AskedTuple,
    list: AskedList,
    dict: AskedDict,
}


def class_of(value: Any) -> type:
    """The class of a constant, for code that asks."""
    kind = type(value)
    if kind is Table:
        return np.ndarray
    return kind.__mro__[-2] if kind in _ASKED.values() else kind


def asked(value: Any) -> Any:
    """What stands for a constant that is asked for values of rows; itself where nothing does."""
    kind = _ASKED.get(type(value))
    if kind is None or (kind is not Literal and not all(isinstance(key, str) for key in value)):
        return value
    return kind(value)
