"""Classes that record when they are called, and are the class itself everywhere else."""

from collections.abc import Callable
from typing import Any

from converter.trace.standins.text import Text


class TypeFacade:
    """Stands for a class: calling it with stand-ins records, everything else is the class's."""

    def __init__(self, real: type, construct: Callable[..., Any]) -> None:
        self._real = real
        self._construct = construct

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the class makes of these."""
        return self._construct(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if self._real is str and name in vars(Text) and callable(found):
            return _unbound(name)
        return found

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        return (self._real,)

    def __getitem__(self, key: Any) -> Any:
        return self._real[key]  # type: ignore[index]

    def __eq__(self, other: object) -> bool:
        return real(other) is self._real

    def __hash__(self) -> int:
        return hash(self._real)

    def __or__(self, other: Any) -> Any:
        return self._real | real(other)

    def __ror__(self, other: Any) -> Any:
        return real(other) | self._real

    def __repr__(self) -> str:
        return repr(self._real)


def _unbound(name: str) -> Callable[..., Any]:
    """`str.lower` and its kind, of whatever str it is called with."""

    def method(self: str, *args: Any, **options: Any) -> Any:
        return getattr(self, name)(*args, **options)

    method.__name__ = name
    return method


def real(value: Any) -> Any:
    """The class behind a facade; of lists, tuples and dicts, that of their parts."""
    match value:
        case TypeFacade():
            return value._real
        case dict():
            return {key: real(part) for key, part in value.items()}
        case list() | tuple():
            return type(value)(map(real, value))
    return value
