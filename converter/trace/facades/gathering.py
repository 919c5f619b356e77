"""Python's built-ins on what loops over a text's pieces give; all else goes on to `builtins`."""

import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.facades import builtins, numpy
from converter.trace.guarded import replaced
from converter.trace.session import unknown
from converter.trace.standins.several import Kept, Several
from converter.trace.standins.types import TypeFacade
from converter.trace.words import gathering, singly
from converter.trace.words.walking import Lazy, is_pieces, kept

_BEFORE = builtins.REPLACED
_SINGLY: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "sum": (0, lambda value: value),
    "any": (False, bool),
    "all": (True, bool),
}
"""Words that take a generator over constants item by item: what an item counts that is left out,
and what is made of its value."""


def _of(name: str, gathered: Callable[..., Any]) -> Callable[..., Any]:
    """The built-in `name`: of pieces `gathered`, which is handed them and the other arguments."""
    otherwise = _BEFORE[f"builtins.{name}"]

    def call(*args: Any, **options: Any) -> Any:
        if len(args) == 0 or (name in ("max", "min") and len(args) > 1):
            return otherwise(*args, **options)
        if name in _SINGLY and (parts := singly.each(args[0], *_SINGLY[name])) is not None:
            return otherwise(parts, *args[1:], **options)
        found, values = kept(args[0])
        if found is None:
            return otherwise(values, *args[1:], **options)
        try:
            return gathered(found, *args[1:], **options)
        except TypeError as error:
            if "argument" not in str(error):
                raise
            return unknown(f"`{name}()` with arguments it does not model ({error})")

    call.always = True  # type: ignore[attr-defined]
    return call


def _best(name: str) -> Callable[..., Any]:
    def best(found: Kept, *, key: Any = None, **options: Any) -> Any:
        return gathering.best(
            name, found, by_length=key is _len, has_key=key is not None, **options
        )

    return best


def _any(found: Kept) -> Any:
    return gathering.true_of(found, stops_at=True)


def _all(found: Kept) -> Any:
    return gathering.true_of(found, stops_at=False)


def _len(value: Any) -> Any:
    if type(value) is list:
        found, value = kept(value)
        if found is not None:
            return gathering.counted(found)
    return _BEFORE["builtins.len"](value)


_len.always = True  # type: ignore[attr-defined]


def _map(function: Any, *iterables: Any) -> Any:
    if not any(map(is_pieces, iterables)):
        return _BEFORE["builtins.map"](function, *iterables)
    if len(iterables) > 1:
        unknown("`map()` over the words or characters of several texts")
    return Lazy(iterables[0], lambda steps: (function(value) for value in steps))


def _filter(function: Any, iterable: Any) -> Any:
    if not is_pieces(iterable):
        return filter(function, iterable)
    asked = bool if function is None else function
    return Lazy(iterable, lambda steps: (value for value in steps if asked(value)))


def _of_list(function: Any, gathered: Callable[[Kept], Any]) -> Callable[..., Any]:
    """A library's function of a list: of one of pieces `gathered`, which takes nothing else."""
    name = f"{function.__module__}.{function.__name__}"
    otherwise = replaced(numpy.REPLACED.get(name, _unmodelled(name)), function)

    def call(*args: Any, **options: Any) -> Any:
        found = kept(args[0])[0] if len(args) == 1 and type(args[0]) is list else None
        if found is not None and not options:
            return gathered(found)
        if found is not None:
            unknown(f"options of `{function.__name__}` of a list of words or characters")
        return otherwise(*args, **options)

    call.always = True  # type: ignore[attr-defined]
    return call


def _unmodelled(name: str) -> Callable[..., Any]:
    return lambda *_, **__: unknown(f"`{name}`")


def _made(kind: type) -> TypeFacade:
    return TypeFacade(kind, _of(kind.__name__, lambda found: Several(found, kind)))


REPLACED: dict[str, Any] = {
    "builtins.sum": _of("sum", gathering.totalled),
    "builtins.any": _of("any", _any),
    "builtins.all": _of("all", _all),
    "builtins.max": _of("max", _best("max")),
    "builtins.min": _of("min", _best("min")),
    "builtins.len": _len,
    "builtins.list": _made(list),
    "builtins.map": TypeFacade(map, _map),
    "builtins.filter": TypeFacade(filter, _filter),
    "builtins.set": _made(set),
    "numpy.mean": _of_list(np.mean, gathering.averaged),
    "numpy.sum": _of_list(np.sum, gathering.totalled),
    "statistics.mean": _of_list(statistics.mean, gathering.averaged),
    "statistics.fmean": _of_list(statistics.fmean, gathering.averaged),
}
