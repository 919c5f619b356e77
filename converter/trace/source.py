"""Where a function was written, and its source as far as its file still says what was compiled."""

import inspect
import linecache
import textwrap
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from converter.trace.own import is_own
from converter.trace.reads import unwrap
from converter.values import Reason, Record, SourceLine

LARGEST_FILE = 4_000_000
"""Bytes; a larger file is not read for the sake of one line."""


class FunctionCard(Record):
    """A function or class that a model carries: what it is called and where it was written."""

    qualname: str
    module: str
    file: str = ""
    """As recorded when it was compiled; may be relative, or on another machine; "" for builtins."""
    line: int = 0
    """Of its first line, decorators included; 0 where there is none."""
    source: str = ""
    """Its text, only where the file still holds what was compiled; else ""."""


def identify(function: Any) -> FunctionCard:
    """The card of any callable; of the function or class behind a partial, a method, an object."""
    found = unwrap(function)
    if not isinstance(found, FunctionType | type) and not hasattr(found, "__qualname__"):
        found = found if hasattr(found, "__name__") else type(found)
    name = str(getattr(found, "__qualname__", getattr(found, "__name__", "")))
    owner = getattr(found, "__objclass__", found)
    module = str(getattr(owner, "__module__", "") or type(found).__module__)
    code = _code(found)
    if code is None:
        return FunctionCard(qualname=name, module=module)
    first = _first_line(found, code)
    text = _block(code, first) if matches(code) else ""
    return FunctionCard(
        qualname=name, module=module, file=code.co_filename, line=first, source=text
    )


def source_line(code: CodeType, line: int) -> SourceLine:
    """The line, with its text where the file still holds what was compiled."""
    text = linecache.getline(code.co_filename, line).strip() if matches(code) else ""
    return SourceLine(file=code.co_filename, line=line, text=text)


def first_line(function: Any) -> SourceLine | None:
    """The first line of a callable of the user's own, decorators included."""
    card = identify(function)
    if not card.line or not is_own(card.module):
        return None
    entry = unwrap(function)
    if isinstance(entry, FunctionType):
        return source_line(entry.__code__, card.line)
    return SourceLine(file=card.file, line=card.line)


def located(reason: Reason, line: tuple[CodeType, int] | None) -> Reason:
    """The reason, with the user's line that it is about."""
    if line is None or reason.source is not None:
        return reason
    code, number = line
    name = code.co_qualname.rpartition("<locals>.")[2]
    return Reason(
        code=reason.code,
        message=f"line {number} of `{name}` {reason.message}",
        address=reason.address,
        source=source_line(code, number),
        turn=reason.turn,
    )


def matches(code: CodeType) -> bool:
    """Whether the file `code` names, compiled now, holds that very code at that very place."""
    return code in _codes_in(code.co_filename)


@cache
def _codes_in(file: str) -> frozenset[CodeType]:
    path = Path(file)
    try:
        if path.exists() and not (path.is_file() and path.stat().st_size <= LARGEST_FILE):
            return frozenset()
        top = compile("".join(linecache.getlines(file)), file, "exec", dont_inherit=True)
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return frozenset()
    found, waiting = set(), [top]
    while waiting:
        found.add(code := waiting.pop())
        waiting.extend(each for each in code.co_consts if isinstance(each, CodeType))
    return frozenset(found)


def _code(found: Any) -> CodeType | None:
    """The code of a function; of a class, that of the first function written in it."""
    if isinstance(found, FunctionType):
        return found.__code__
    members = vars(found).values() if isinstance(found, type) else ()
    functions = (getattr(member, "__func__", member) for member in members)
    own = f"{getattr(found, '__qualname__', '')}."
    return next(
        (
            each.__code__
            for each in functions
            if isinstance(each, FunctionType) and each.__qualname__.startswith(own)
        ),
        None,
    )


def _first_line(found: Any, code: CodeType) -> int:
    """Of a function as compiled; of a class, from the code of its body, where that is found."""
    if isinstance(found, FunctionType):
        return code.co_firstlineno
    bodies = (each for each in _codes_in(code.co_filename) if code in each.co_consts)
    return next((body.co_firstlineno for body in bodies), code.co_firstlineno)


def _block(code: CodeType, first: int) -> str:
    lines = linecache.getlines(code.co_filename)[first - 1 :]
    return textwrap.dedent("".join(inspect.getblock(lines)))
