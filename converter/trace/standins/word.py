"""The words of one row's text, while Python joins them: `" ".join(text.split())`.

How many words there are is not known. Two stand for all of them; what Python puts between the two
is what stands between every word and the next.
"""

import dis
from typing import Any, NoReturn

from converter.trace.session import active, refuse
from converter.trace.standins.text import Part, Text


class Word(Text):
    """The first or the second of two words that stand for all."""

    _words: Any
    _number: int

    @property
    def _node(self) -> Any:
        return one_by_one()

    @_node.setter
    def _node(self, node: Any) -> None:
        """The text that the words are of, which no single word is."""


def pair(words: Any, pieces: Any) -> Any:
    """The two words, for a `join` in the user's own line; refused anywhere else."""
    if not _is_joining():
        return active().words.walked(words)
    both = tuple(Word(pieces.source, words._slot) for _ in range(2))
    for number, word in enumerate(both):
        word._words, word._number = words, number
    return iter(both)


def one_by_one() -> NoReturn:
    """The refusal of a loop over the words of a text."""
    refuse(
        "data-dependent",
        "loops over the words of a text, which are more or fewer in each row",
        "take words by number, or count and replace them by patterns: re.sub",
    )


def _is_joining() -> bool:
    """Whether the user's code stands at the call of a method `join`.

    The call and the step that loaded the method for it begin at the same place of the source.
    """
    frame = active().user_frame()
    if frame is None:
        return False
    before = [step for step in dis.get_instructions(frame.f_code) if step.offset <= frame.f_lasti]
    call = next(step for step in reversed(before) if step.opname != "CACHE")
    loads = [step for step in before if step.opname in ("LOAD_METHOD", "LOAD_ATTR")]
    names = [step.argval for step in loads if _start(step) == _start(call) is not None]
    return call.opname.startswith("CALL") and names[-1:] == ["join"]


def _start(step: dis.Instruction) -> tuple[int, int] | None:
    place = step.positions
    if place is None or place.lineno is None or place.col_offset is None:
        return None
    return place.lineno, place.col_offset


def rejoined(pieces: list[Part]) -> list[Part]:
    """The parts of a formatted text, the words of a text as one of them again."""
    result: list[Part] = []
    rest = list(pieces)
    while rest:
        part = rest.pop(0)
        if not isinstance(part.value, Word):
            result.append(part)
            continue
        glue = "" if not rest or isinstance(rest[0].value, Word) else rest.pop(0).value
        other = rest.pop(0) if rest else part
        if not _are_pair(part, other) or isinstance(glue, Text):
            one_by_one()
        result.append(Part(Text(part.value._words._joined(glue), part.value._slot), part.case))
    return result


def _are_pair(part: Part, other: Part) -> bool:
    if not isinstance(other.value, Word) or part.case != other.case:
        return False
    numbers = (part.value._number, other.value._number)
    return part.value._words is other.value._words and numbers == (0, 1)
