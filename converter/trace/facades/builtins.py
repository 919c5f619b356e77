"""Python's builtins on stand-ins: the real ones insist on real numbers."""

import builtins
from collections.abc import Callable
from typing import Any

from converter.trace.standins.lift import is_standin
from converter.trace.standins.rows import Rows


class TypeFacade:
    """Stands for a class: calling it with stand-ins records, everything else is the class's."""

    def __init__(self, real: type, construct: Callable[..., Any]) -> None:
        self._real = real
        self._construct = construct

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._construct(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __eq__(self, other: object) -> bool:
        return real(other) is self._real

    def __hash__(self) -> int:
        return hash(self._real)

    def __or__(self, other: Any) -> Any:
        return self._real | real(other)

    def __ror__(self, other: Any) -> Any:
        return real(other) | self._real


def real(value: Any) -> Any:
    """The class behind a facade."""
    return value._real if isinstance(value, TypeFacade) else value


def _len(value: Any) -> Any:
    if is_standin(value) and value._slot is None:
        return Rows()
    return len(value)


def _isinstance(value: Any, kinds: Any) -> bool:
    """Stand-ins are instances of what they stand for, by their `_mlconvert_stands_for`."""
    flat = _flat(kinds)
    if is_standin(value):
        return any(issubclass(cls, kind) for cls in value._mlconvert_stands_for() for kind in flat)
    return isinstance(value, flat)


def _flat(kinds: Any) -> tuple[type, ...]:
    if isinstance(kinds, tuple):
        return tuple(one for kind in kinds for one in _flat(kind))
    return (real(kinds),)


def _type(value: Any, *rest: Any) -> Any:
    if rest:
        return type(value, *rest)
    return value._mlconvert_stands_for()[0] if is_standin(value) else type(value)


_isinstance.always = True  # type: ignore[attr-defined]  # its classes may be facades
_type.always = True  # type: ignore[attr-defined]

REPLACED: dict[str, Any] = {
    "builtins.len": _len,
    "builtins.isinstance": _isinstance,
    "builtins.type": _type,
    "builtins.issubclass": lambda cls, kinds: builtins.issubclass(real(cls), _flat(kinds)),
}
