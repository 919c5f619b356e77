"""Loops over the pieces of one row's text, which are more or fewer in each row.

Such a loop is run for one piece that stands for all, once for each way through its body: a pass.
Each pass is made another number of times, so that a list tells by its length which passes put
something into it, also where that is a constant. Numbers of pieces therefore mean nothing, and are
never seen: a loop is good only where all that came of it was handed to one of those words that
know of it, such as `sum`, which claims it.
"""

from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any

from converter.trace.expression import Node
from converter.trace.known import Known
from converter.trace.paths import Fork, TooManyError
from converter.trace.uses import standing

MOST_PASSES = 6


class Pass:
    """One way through the body of a loop."""

    def __init__(self, given: tuple[bool, ...]) -> None:
        self.given = given
        self.taken: list[tuple[Node, bool]] = []
        self._asked: list[Node] = []
        self._before: list[Node] | None = None

    def decide(self, node: Node, known: Known) -> bool:
        """The outcome of a condition on its piece."""
        self._asked.append(node)
        if (outcome := known.answer(node, self.taken)) is not None:
            return outcome
        number = len(self.taken)
        answer = self.given[number] if number < len(self.given) else True
        self.taken.append((node, answer))
        return answer

    def is_repeated(self) -> bool:
        """At the end of one time: whether it asked what it asked the time before.

        A loop in which a step depends on those before it, by whatever it leaves behind, does not.
        """
        asked, self._asked = self._asked, []
        before, self._before = self._before, asked
        return before is None or before == asked

    def others(self) -> list[tuple[bool, ...]]:
        """The ways that part from it, the latest first."""
        chosen = tuple(answer for _, answer in self.taken)
        return [
            (*chosen[:number], False) for number in reversed(range(len(self.given), len(chosen)))
        ]


class Loop:
    """One loop over the pieces that `owner` counts."""

    def __init__(
        self, owner: Node, keep: Node | None, slot: Any, item: Callable[[], Any], base: int
    ) -> None:
        """`item` hands out the piece, whose slot is `slot`; only pieces of `keep` are looped over.

        The pass number n is made `base ** (n + 1)` times: more than once, or a body that remembers
        what it did would not be found out.
        """
        self.owner, self.keep, self.slot = owner, keep, slot
        self._item, self._base = item, base
        self.passes: list[Pass] = []
        self.running: Pass | None = None
        self.is_finished = False
        self.is_claimed = False
        self.stepped_in: FrameType | None = None
        """The user's frame that steps through it; None: none does."""
        self.made_in: FrameType | None = None
        """Of a list comprehension: the frame that its list is in."""
        self.made_for: int | str = ""
        """Of such a list: the offset of the call that it is handed to, or its name there."""

    def run(self) -> Iterator[Any]:
        """The piece, as often as the passes are made. Raises TooManyError, and ValueError where
        one time differs from another."""
        queue: list[tuple[bool, ...]] = [()]
        while queue:
            self.passes.append(one := Pass(queue.pop(0)))
            if len(self.passes) > MOST_PASSES:
                raise TooManyError("runs")
            for _ in range(self._base ** len(self.passes)):
                self.running = one
                yield self._item()
                self.running = None
                if not one.is_repeated():
                    raise ValueError("a step that depends on those before it")
            queue[:0] = one.others()
        self.is_finished = True

    def parted(self, values: Sequence[Any]) -> list[list[Any]] | None:
        """What each pass put into a list: nothing, or the same as often as it was made.

        None where the length is not that of any such list.
        """
        rest, last = divmod(len(values), self._base)
        parts: list[list[Any]] = []
        start = 0
        for number in range(len(self.passes)):
            count = self._base ** (number + 1) * (rest % self._base)
            if rest % self._base > 1 or last:
                return None
            parts.append(list(values[start : start + count]))
            start, rest = start + count, rest // self._base
        return parts if rest == 0 else None

    def tree(self, results: Sequence[Any]) -> Any:
        """What came of each pass, as a tree of `Fork`s."""
        return _tree(list(zip(self.passes, results, strict=True)), 0)


def _tree(ways: list[tuple[Pass, Any]], number: int) -> Any:
    first, result = ways[0]
    if len(first.taken) == number:
        return result
    condition = first.taken[number][0]
    yes, no = ([way for way in ways if way[0].taken[number][1] is side] for side in (True, False))
    return Fork(condition, _tree(yes, number + 1), _tree(no, number + 1))


class Loops:
    """The loops of the trace that is under way, in the order in which they began."""

    def __init__(self) -> None:
        self._begun: list[Loop] = []
        self._known = Known()

    @property
    def count(self) -> int:
        """How many have begun."""
        return len(self._begun)

    def begin(self, loop: Loop) -> None:
        """Note a loop."""
        self._begun.append(loop)

    def is_running(self, owner: Node) -> bool:
        """Whether a loop over the same pieces is under way, and not this one's."""
        return any(loop.running for loop in self._begun if loop.owner is owner)

    def since(self, count: int) -> list[Loop]:
        """Those that began after the first `count`, and that nobody claimed."""
        return [loop for loop in self._begun[count:] if not loop.is_claimed]

    def of_list(self, frame: FrameType, values: list[Any]) -> Loop | None:
        """The loop that made the list which the call that `frame` stands at is handed."""
        for loop in reversed(self._begun):
            if loop.made_in is frame and loop.is_finished and _is_for(loop, frame, values):
                return loop
        return None

    def decide(self, node: Node) -> bool | None:
        """The outcome of a condition on a piece; None where no loop over such pieces runs."""
        for loop in reversed(self._begun):
            if loop.owner is node.owner and loop.running:
                return loop.running.decide(node, self._known)
        return None

    def forget(self, count: int) -> None:
        """All that began after the first `count`."""
        del self._begun[count:]


def _is_for(loop: Loop, frame: FrameType, values: list[Any]) -> bool:
    if isinstance(loop.made_for, int):
        return loop.made_for == standing(frame).offset
    return frame.f_locals.get(loop.made_for) is values
