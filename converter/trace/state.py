"""What a function can reach that outlives its calls, to see whether a call changes it."""

import functools
import hashlib
from collections.abc import Iterator
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from converter.trace.own import is_own
from converter.trace.reachable import names
from converter.trace.reads import unwrap

DEEPEST, MOST = 6, 50_000
"""How far containers are followed, and how many values are looked at in all."""

State = dict[str, bytes]
"""The name of what is reached → a digest of what it holds."""


def state(function: Any) -> State:
    """What `function` reaches by its globals, closure, defaults and its own object."""
    budget = [MOST]
    return {name: _digest(value, budget) for name, value in _reached(function)}


def changed(before: State, after: State) -> list[str]:
    """The names of what differs."""
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )


def _reached(function: Any, seen: set[int] | None = None) -> Iterator[tuple[str, Any]]:
    """Names and values; those of the user's own helpers as well."""
    seen = set() if seen is None else seen
    if id(function) in seen:
        return
    seen.add(id(function))
    if isinstance(function, functools.partial):
        yield "its arguments", (function.args, function.keywords)
        yield from _reached(function.func, seen)
    elif isinstance(function, MethodType):
        yield "self", function.__self__
        yield from _reached(function.__func__, seen)
    elif isinstance(plain := unwrap(function), FunctionType) and is_own(plain.__module__):
        if plain is not function and not isinstance(function, FunctionType):
            yield type(function).__name__, function
        for name, value in _names(plain):
            yield name, value
            if callable(value):
                yield from _reached(value, seen)


def _names(function: FunctionType) -> Iterator[tuple[str, Any]]:
    scope = function.__globals__
    yield from ((name, scope[name]) for name in sorted(names(function.__code__) & scope.keys()))
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # an empty cell
            continue
    yield f"a default of {function.__name__}", (function.__defaults__, function.__kwdefaults__)
    yield f"{function.__name__}'s attributes", vars(function)


def _digest(value: Any, budget: list[int]) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for piece in _pieces(value, DEEPEST, budget):
        digest.update(piece)
    return digest.digest()


def _pieces(value: Any, depth: int, budget: list[int]) -> Iterator[bytes]:
    """What tells a value from another; objects of libraries only by what numpy sees of them."""
    budget[0] -= 1
    if budget[0] < 0 or depth < 0 or isinstance(value, type | ModuleType | FunctionType):
        return
    yield type(value).__qualname__.encode()
    yield _own_bytes(value)
    for part in _parts(value):
        yield from _pieces(part, depth - 1, budget)


def _own_bytes(value: Any) -> bytes:
    """What a value that has no parts holds."""
    match value:
        case None | bool() | int() | float() | str() | bytes():
            return repr(value).encode()
        case np.ndarray() if value.dtype.kind != "O":
            return np.ascontiguousarray(value).tobytes()
        case np.random.Generator() | np.random.RandomState():
            return repr(_position(value)).encode()
        case set() | frozenset():
            return repr(sorted(map(repr, value))).encode()
    return b""


def _parts(value: Any) -> Iterator[Any]:
    """The values in a container, or of a user's own object."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from (repr(key)[:200], part)
    elif isinstance(value, list | tuple):
        yield from value
    elif is_own(type(value).__module__) and hasattr(value, "__dict__"):
        yield vars(value)


def _position(generator: Any) -> Any:
    """Where a generator of random numbers stands."""
    if isinstance(generator, np.random.RandomState):
        return generator.get_state()
    return generator.bit_generator.state
