"""Which constants of a function's code values of rows are asked to be in, or are joined by.

Bytecode is changed no further than that such a constant is another object of the same value.
"""

import dis
import itertools
from types import CodeType
from typing import Any

from converter.trace.standins.literals import asked

_LOADS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_ATTR", "LOAD_METHOD")
_LOCAL = ("LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_BORROW")
_FEWEST_BYTES = 256


def asked_names(code: CodeType) -> set[str]:
    """The names after which code, or a function within it, says `in` or `.join`: `x in NAME`."""
    steps = _steps(code)
    found = {
        str(step.argval)
        for step, then in itertools.pairwise(steps)
        if step.opname in (*_LOADS, *_LOCAL) and _asks(then)
    }
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return found.union(*map(asked_names, inner))


def relinked(code: CodeType, names: set[str] | None = None) -> CodeType:
    """Code whose constants that are asked answer for themselves, functions within it included."""
    names = asked_names(code) if names is None else names
    consts: list[Any] = [
        relinked(constant, names) if isinstance(constant, CodeType) else constant
        for constant in code.co_consts
    ]
    content = bytearray(code.co_code)
    steps = _steps(code)
    for before, step, then in zip([None, *steps], steps, steps[1:], strict=False):
        is_wide = before is not None and before.opname == "EXTENDED_ARG"
        if step.opname != "LOAD_CONST" or is_wide or not (_asks(then) or _keeps(then, names)):
            continue
        constant = asked(step.argval)
        if constant is not step.argval and len(consts) < _FEWEST_BYTES:
            content[step.offset + 1] = len(consts)
            consts.append(constant)
    return code.replace(co_code=bytes(content), co_consts=tuple(consts))


def paired(new: CodeType, old: CodeType) -> dict[CodeType, CodeType]:
    """Changed codes → what they were before, functions within them included."""
    found = {new: old}
    for after, before in zip(new.co_consts, old.co_consts, strict=False):
        if isinstance(after, CodeType):
            found |= paired(after, before)
    return found


def _steps(code: CodeType) -> list[dis.Instruction]:
    return [step for step in dis.get_instructions(code) if step.opname != "CACHE"]


def _asks(step: dis.Instruction) -> bool:
    """Whether a step asks the value before it whether it holds something, or to join."""
    if step.opname == "CONTAINS_OP":
        return True
    return step.opname in ("LOAD_METHOD", "LOAD_ATTR") and step.argval == "join"


def _keeps(step: dis.Instruction, names: set[str]) -> bool:
    return step.opname in ("STORE_FAST", "STORE_DEREF") and step.argval in names
