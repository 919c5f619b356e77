"""Generators over constants, taken item by item: `any(word in text for word in WORDS)`.

Taken whole, each item that asks something of the row would double the ways through the function.
Taken singly, an item has its own few ways, which are joined before the next is looked at.
"""

import copy
import dis
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from inspect import GEN_CREATED, getgeneratorstate
from types import CellType, FunctionType, GeneratorType
from typing import Any

from converter.trace.calls import called
from converter.trace.expression import Node
from converter.trace.joining import explored
from converter.trace.paths import Raised
from converter.trace.session import active
from converter.trace.standins.iteration import ALONE
from converter.trace.standins.lift import holds_standin, is_standin, node_of
from converter.trace.standins.marks import is_marked
from converter.trace.standins.row import Row
from converter.trace.standins.scalar import Scalar
from converter.trace.standins.text import Text
from converter.trace.words.per_row import chosen
from converter.trace.words.text_scalars import revived

_ITERATORS = {"list", "tuple", "set", "dict_key", "dict_value", "dict_item", "range"}
_OUTWARDS = {"STORE_DEREF", "STORE_GLOBAL", "YIELD_FROM", "SEND"}


class _SeveralError(Exception):
    """An item of which something else comes than one number or nothing."""


def each(values: Any, nothing: Any, made: Callable[[Any], Any]) -> list[Any] | None:
    """What each item of a generator over constants gives for the row; `nothing` of one left out.

    `made` is applied to what is no stand-in. None of any other iterable, which is left untouched.
    """
    parts = _parts(values)
    if not parts:
        return None
    slot = _row_asked([v for name, v in values.gi_frame.f_locals.items() if name != ".0"])
    try:
        return [_joined(part, nothing, made, slot) for part in parts]
    except _SeveralError:
        return None


def _parts(values: Any) -> list[Callable[[], Iterator[Any]]] | None:
    """What makes a generator of each item alone."""
    if not isinstance(values, GeneratorType) or values.gi_frame is None:
        return None
    if getgeneratorstate(values) != GEN_CREATED:
        return None
    code, free = values.gi_code, dict(values.gi_frame.f_locals)
    source = free.pop(".0", None)
    kind = type(source).__name__.removesuffix("iterator").removesuffix("_")
    if kind not in _ITERATORS or any(s.opname in _OUTWARDS for s in dis.get_instructions(code)):
        return None
    if free.keys() != set(code.co_freevars) or _row_asked(free.values()) is None:
        return None
    items: list[Any] = list(copy.copy(source))
    if any(holds_standin(item) for item in items):
        return None
    cells = tuple(CellType(free[name]) for name in code.co_freevars)
    again = FunctionType(code, values.gi_frame.f_globals, closure=cells)
    return [lambda item=item: again(iter([item])) for item in items]  # type: ignore[misc]


def _row_asked(values: Iterable[Any]) -> Any:
    """The slot of the row that a generator with these free variables may ask; None of all rows.

    Questions about all rows at once know of no ways within ways.
    """
    for value in map(revived, values):
        if isinstance(value, Row | Scalar | Text):
            return value._slot
    return ALONE if active().paths.depth > 1 else None


def _joined(
    part: Callable[[], Iterator[Any]], nothing: Any, made: Callable[[Any], Any], slot: Any
) -> Any:
    def run() -> Any:
        found = called(lambda: list(part()), active())
        if isinstance(found, Raised):
            return found
        if len(found) > 1 or any(map(is_marked, found)):
            raise _SeveralError
        [value] = found or [nothing]
        return value if is_standin(value) else made(value)

    result = explored(run, partial(_merged, slot))
    if isinstance(result, Raised):
        raise _SeveralError
    return result


def _merged(slot: Any, condition: Node, yes: Any, no: Any) -> Any:
    if not all(isinstance(way, Scalar | int | float) for way in (yes, no)):
        raise _SeveralError
    scalars = [way for way in (yes, no) if isinstance(way, Scalar)]
    if not all(way._is_python for way in scalars):
        raise _SeveralError
    if yes is True and no is False:
        node = condition
    else:
        node = chosen(condition, node_of(yes), node_of(no))
    return Scalar(node, slot, is_python=True)
