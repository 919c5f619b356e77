"""Where the list of a comprehension goes: read off the bytecode of the function that it stands in.

A list whose length means nothing must be seen by those only that know. So it has to be handed to a
call at once, or be kept under a name that nothing is done with but to hand it to such calls.
"""

import dis
from types import CodeType, FrameType

WORDS = frozenset({"len", "sum", "max", "min", "any", "all", "set", "list"})
_AFTER_INLINED = {"END_FOR", "POP_ITER", "POP_TOP", "SWAP", "CACHE"}
_STORES = {"STORE_FAST", "STORE_FAST_LOAD_FAST"}
_ARGUMENTS = {"LOAD_CONST", "LOAD_SMALL_INT", "KW_NAMES", "PRECALL", "CACHE"}


def standing(frame: FrameType) -> dis.Instruction:
    """The step that a frame is at: while it calls, Python may point behind that."""
    steps = dis.get_instructions(frame.f_code)
    return max((step for step in steps if step.offset <= frame.f_lasti), key=lambda s: s.offset)


def comprehension(frame: FrameType) -> tuple[FrameType, int] | None:
    """The frame that the list of a running comprehension will be in, and the offset that ends it.

    None for any other loop: a `for` statement, a comprehension of a set or dict.
    """
    code, at = frame.f_code, frame.f_lasti
    if code.co_name == "<listcomp>":
        host = frame.f_back
        return (host, standing(host).offset) if host is not None else None
    steps = list(dis.get_instructions(code))
    here = next(number for number, step in enumerate(steps) if step.offset == at)
    if steps[here].opname != "FOR_ITER" or steps[here - 1].opname != "SWAP":
        return None
    if steps[here - 2].opname != "BUILD_LIST" or steps[here - 2].arg != 0:
        return None
    return frame, _inlined_end(steps, here)


def _inlined_end(steps: list[dis.Instruction], here: int) -> int:
    """The last step of a comprehension that is written into its function, from Python 3.12 on."""
    inner = [_stored(step) for step in steps[here : here + 3] if step.opname in _STORES][:1]
    end = next(number for number, step in enumerate(steps) if step.offset == steps[here].argval)
    while steps[end].opname in _AFTER_INLINED or (
        steps[end].opname == "STORE_FAST" and steps[end].argval in inner
    ):
        inner = inner if steps[end].opname != "STORE_FAST" else []
        end += 1
    return steps[end - 1].offset


def _stored(step: dis.Instruction) -> str:
    return str(step.argval[0] if isinstance(step.argval, tuple) else step.argval)


def destination(code: CodeType, offset: int) -> int | str | None:
    """Where what the step at `offset` gives goes: the offset of a call, or a name; else None."""
    steps = [step for step in dis.get_instructions(code) if step.opname != "CACHE"]
    after = [step for step in steps if step.offset > offset]
    if after and after[0].opname == "STORE_FAST":
        name = str(after[0].argval)
        return name if _is_for_words(steps, name, code) else None
    for step in after:
        if step.opname.startswith("CALL"):
            return step.offset
        if step.opname not in _ARGUMENTS:
            return None
    return None


def _is_for_words(steps: list[dis.Instruction], name: str, code: CodeType) -> bool:
    """Whether a name is set once, and each time it is read handed to one of `WORDS` or `join`."""
    if name in code.co_cellvars:
        return False
    plain = [step for step in steps if step.opname not in ("PUSH_NULL", "NOP", "PRECALL")]
    named = [number for number, step in enumerate(plain) if _mentions(step, name)]
    stores = [number for number in named if plain[number].opname == "STORE_FAST"]
    return len(stores) == 1 and all(
        _is_argument(plain, number) for number in named if number not in stores
    )


def _mentions(step: dis.Instruction, name: str) -> bool:
    is_local = "_FAST" in step.opname or "DEREF" in step.opname
    return is_local and name in (step.argval if isinstance(step.argval, tuple) else (step.argval,))


def _is_argument(steps: list[dis.Instruction], number: int) -> bool:
    before, step, after = steps[number - 1 : number + 2]
    if step.opname not in ("LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_BORROW"):
        return False
    if after.opname != "CALL" or after.arg != 1:
        return False
    if before.opname in ("LOAD_METHOD", "LOAD_ATTR"):
        return before.argval == "join" and steps[number - 2].opname == "LOAD_CONST"
    return before.opname == "LOAD_GLOBAL" and before.argval in WORDS
