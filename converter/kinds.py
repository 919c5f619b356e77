"""Whether the values that a caller hands over are of the kinds that are wanted."""

import difflib
import os
import typing
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from pathlib import Path
from types import NoneType
from typing import Any

from converter.errors import UsageError


def checked(given: Mapping[str, Any], kinds: type) -> dict[str, Any]:
    """The values, numpy's numbers as Python's; `kinds` has a type hint for every name.

    Raises UsageError for a name that it has not, and for a value of another kind.
    """
    hints = typing.get_type_hints(kinds)
    for name in given:
        if name not in hints:
            close = difflib.get_close_matches(name, hints, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(hints)}."
            raise UsageError(f"There is no option {name!r}.", hint)
    return {name: _taken(name, value, hints[name]) for name, value in given.items()}


def _taken(name: str, value: Any, hint: Any) -> Any:
    alternatives = () if hint is Any else _alternatives(hint)
    for kind in alternatives:
        if _KINDS[kind].holds(value):
            return _KINDS[kind].make(value)
    if alternatives:
        words = " or ".join(_KINDS[kind].words for kind in alternatives if kind is not NoneType)
        raise UsageError(f"The option {name} takes {words}, and was given {value!r}."[:300])
    return value


def _alternatives(hint: Any) -> tuple[Any, ...]:
    """`str | tuple[str, ...] | None` as str, tuple, NoneType."""
    if typing.get_origin(hint) is None or typing.get_origin(hint) in _KINDS:
        return (typing.get_origin(hint) or hint,)
    return tuple(each for part in typing.get_args(hint) for each in _alternatives(part))


class _Kind(typing.NamedTuple):
    words: str
    holds: Callable[[Any], bool]
    make: Callable[[Any], Any] = lambda value: value


def _is_number(value: Any, kind: type = Real) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


_KINDS: dict[Any, _Kind] = {
    NoneType: _Kind("nothing", lambda value: value is None),
    bool: _Kind("True or False", lambda value: isinstance(value, bool)),
    int: _Kind("a whole number", lambda value: _is_number(value, Integral), int),
    float: _Kind("a number", _is_number, float),
    str: _Kind("text", lambda value: isinstance(value, str)),
    Path: _Kind("a path", lambda value: isinstance(value, os.PathLike), Path),
    tuple: _Kind(
        "several texts",
        lambda value: (
            isinstance(value, tuple | list) and all(isinstance(each, str) for each in value)
        ),
        tuple,
    ),
    Callable: _Kind("a function", callable),
}
