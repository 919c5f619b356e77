"""The constants within reach of a line of code: what a row's value may be looked up among.

A set or dict asks for a hash, and does not say who it is. So a value is asked whether it equals
any of the constants that the containers of that line may hold.
"""

import datetime
import dis
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any

from converter.trace.own import is_own
from converter.trace.session import active
from converter.trace.standins.lift import is_standin
from converter.trace.standins.marks import is_marked

_DEPTH = 8
_CALLS = {"CALL", "CALL_FUNCTION_EX", "CALL_KW", "CALL_FUNCTION", "CALL_METHOD"}


def looked_among(frame: FrameType) -> Iterator[Any]:
    """The numbers, texts and dates that the containers named by the code of `frame` hold."""
    code, names = frame.f_code, _attributes(frame.f_code)
    yield from _within(code.co_consts, _DEPTH, names)
    yield from _within(list(frame.f_locals.values()), _DEPTH, names)
    yield from _within([frame.f_globals.get(name) for name in code.co_names], _DEPTH, names)
    if _calls_before(frame):  # a container that another function made
        for other in active().codes:
            yield from _within(other.co_consts, _DEPTH, names)


def _attributes(code: CodeType) -> frozenset[str]:
    return frozenset(code.co_names)


def _calls_before(frame: FrameType) -> bool:
    """Whether the line that runs has called something else before."""
    calls = [
        step
        for step in dis.get_instructions(frame.f_code)
        if step.opname in _CALLS
        and step.offset < frame.f_lasti
        and step.positions is not None
        and step.positions.lineno is not None
        and step.positions.lineno >= frame.f_lineno
    ]
    return bool(calls)


def _within(value: Any, depth: int, names: frozenset[str]) -> Iterator[Any]:
    """The constants among the items and keys of a container, and what objects hold by name."""
    if is_standin(value) or is_marked(value) or not depth:
        return
    match value:
        case dict():
            yield from _within(list(value), depth - 1, names)
            held = [part for part in value.values() if not isinstance(part, int | float | str)]
            yield from _within(held, depth - 1, names)
        case list() | tuple() | set() | frozenset():
            for part in value:
                yield from _within(part, depth - 1, names)
        case int() | float() | str() | datetime.date() | datetime.timedelta():
            yield value
        case _ if hasattr(value, "__dict__") and not isinstance(value, type):
            own = is_own(type(value).__module__)
            held = [part for name, part in vars(value).items() if own or name in names]
            yield from _within(held, depth - 1, names)
