"""Bytecode as a flat list of steps, spelled alike on Python 3.11, 3.12 and 3.13."""

import dis
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType
from typing import Any, NamedTuple

_NO_VALUE = {"PUSH_NULL", "NOP", "CACHE", "PRECALL", "RESUME", "EXTENDED_ARG", "COPY", "SWAP"}
"""Steps that leave the topmost value as it is, as far as names are concerned."""
_SAME = {
    "LOAD_FAST_CHECK": "LOAD_FAST",
    "LOAD_FAST_BORROW": "LOAD_FAST",
    "LOAD_FROM_DICT_OR_GLOBALS": "LOAD_GLOBAL",
    "LOAD_FROM_DICT_OR_DEREF": "LOAD_DEREF",
    "RETURN_CONST": "LOAD_CONST",
}


class Step(NamedTuple):
    """One instruction: its name, its argument's value, and the line it was written on."""

    opname: str
    argval: Any
    line: int


@lru_cache(maxsize=256)
def steps_of(code: CodeType) -> list[Step]:
    """The instructions of `code` itself, functions within it left out."""
    return list(_steps(code))


def _steps(code: CodeType) -> Iterator[Step]:
    line = code.co_firstlineno
    for instruction in dis.get_instructions(code):
        positions = instruction.positions
        line = (positions and positions.lineno) or line
        name = _SAME.get(instruction.opname, instruction.opname)
        if name in _NO_VALUE:
            continue
        if isinstance(instruction.argval, tuple) and name.count("_FAST") == 2:
            first, second = name.split("_FAST_")  # 3.13 joins two: STORE_FAST_LOAD_FAST
            yield Step(f"{first}_FAST", instruction.argval[0], line)
            yield Step(second, instruction.argval[1], line)
        else:
            yield Step(name, instruction.argval, line)
