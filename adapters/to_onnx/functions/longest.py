"""Whether the longest match of a pattern is the one that Python finds.

ONNX Runtime's Tokenizer takes the longest of the matches that start leftmost; Python takes the one
that its alternatives and repetitions come to first. Both are followed here at once, over every text
that there is: a pattern is an automaton with finitely many states.
"""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from adapters.to_onnx.functions.patterns import Choice, Group, Place, Repeat, Sequence, Tree
from converter.trace.characters import Characters

MOST_STATES = 3000
MOST_STEPS = 4000
MOST_PAIRS = 30000
ACCEPT, DONE = -1, -2

Threads = tuple[int, ...]


@dataclass
class _Program:
    """Steps: ("set", Characters, next), ("split", first, second), ("place", kind, next)."""

    steps: list[tuple[str, object, int]] = field(default_factory=list)

    def add(self, kind: str, argument: object, then: int) -> int:
        if len(self.steps) >= MOST_STEPS:
            raise OverflowError
        self.steps.append((kind, argument, then))
        return len(self.steps) - 1

    def compiled(self, tree: Tree, then: int) -> int:
        """The step at which `tree` begins, where `then` is what follows it."""
        match tree:
            case Characters():
                return self.add("set", tree, then)
            case Place(kind):
                return self.add("place", kind, then)
            case Group(part):
                return self.compiled(part, then)
            case Sequence(parts):
                for part in reversed(parts):
                    then = self.compiled(part, then)
                return then
            case Choice(branches):
                starts = [self.compiled(branch, then) for branch in branches]
                start = starts[-1]
                for other in reversed(starts[:-1]):
                    start = self.add("split", other, start)
                return start
        return self._repeated(tree, then)

    def _repeated(self, tree: Repeat, then: int) -> int:
        if tree.most is None:
            loop = self.add("split", 0, 0)
            body = self.compiled(tree.part, loop)
            self.steps[loop] = ("split", *((then, body) if tree.lazy else (body, then)))
            start = loop
        else:
            start = then
            for _ in range(tree.most - tree.least):
                body = self.compiled(tree.part, start)
                start = (
                    self.add("split", then, body) if tree.lazy else self.add("split", body, then)
                )
        for _ in range(tree.least):
            start = self.compiled(tree.part, start)
        return start

    def reached(self, step: int, mark: str) -> set[tuple[int, bool]]:
        """The steps that wait for a character (or accept), and whether `mark` was passed."""
        found: set[tuple[int, bool]] = set()
        seen: set[tuple[int, bool]] = set()
        stack = [(step, False)]
        while stack:
            state = stack.pop()
            if state in seen:
                continue
            seen.add(state)
            at, passed = state
            if at in (ACCEPT, DONE):
                found.add(state)
                continue
            kind, argument, then = self.steps[at]
            if kind == "set":
                found.add(state)
            elif kind == "split":
                stack += [(then, passed), (int(str(argument)), passed)]
            else:
                stack.append((then, passed or kind == mark))
        return found

    def pairs(self, one: int, two: int, past: bool) -> Iterator[tuple[int, int, bool]]:
        """Where `one` (a head and a tail) and `two` (another head) may stand; DONE: the other head
        has ended, after the border of the first was passed."""
        for first, crossed in self.reached(one, "border"):
            for second, ended in self.reached(two, "longer"):
                yield first, DONE if ended and past else second, past or crossed

    def ahead(
        self, first: int, second: int, past: bool, letters: list[frozenset[int]]
    ) -> Iterator[tuple[int, int, bool]]:
        """The pairs after one more character."""
        for letter in letters:
            if first in letter and (second == DONE or second in letter):
                then = DONE if second == DONE else self.steps[second][2]
                yield self.steps[first][2], then, past

    def closed(self, threads: Threads, *, at_start: bool, at_end: bool, first: bool) -> Threads:
        """The threads that wait for a character, in their order; of `first`, those behind an
        accepting one are gone."""
        found: dict[int, None] = {}
        seen: set[int] = set()
        stack = list(reversed(threads))
        while stack:
            step = stack.pop()
            if step in seen:
                continue
            seen.add(step)
            if step == ACCEPT:
                found[ACCEPT] = None
                if first:
                    break
                continue
            kind, argument, then = self.steps[step]
            if kind == "set":
                found[step] = None
            elif kind == "split":
                stack += [then, int(str(argument))]
            elif (argument == "start" and at_start) or (argument in ("end", "$") and at_end):
                stack.append(then)
        return tuple(found)


@cache
def is_python_s(tree: Tree) -> bool:
    """Whether the longest match is Python's, on every text; False also where that takes too long
    to tell."""
    program = _Program()
    try:
        start = program.compiled(tree, ACCEPT)
    except OverflowError:
        return False
    letters = _letters(program)
    seen: set[tuple[Threads, frozenset[int], bool]] = set()
    begin: Threads = (start,)
    stack = [(begin, frozenset(begin), True), (begin, frozenset(begin), False)]
    while stack:
        state = stack.pop()
        if state in seen:
            continue
        seen.add(state)
        if len(seen) > MOST_STATES:
            return False
        ordered, every, at_start = state
        for at_end in (True, False):
            one = program.closed(ordered, at_start=at_start, at_end=at_end, first=True)
            all_ = program.closed(tuple(every), at_start=at_start, at_end=at_end, first=False)
            if ACCEPT in all_ and ACCEPT not in one:
                return False
        for letter in letters:
            ahead = tuple(dict.fromkeys(program.steps[s][2] for s in one if s in letter))
            others = frozenset(program.steps[s][2] for s in all_ if s in letter)
            if others:
                stack.append((ahead, others, False))
    return True


@cache
def is_longest(head: Tree, tail: Tree) -> bool:
    """Whether of every text that is a `head` and a `tail`, the head is the longest that it has.

    Then the head can be taken away without looking at the tail.
    """
    program = _Program()
    try:
        whole = program.compiled(tail, ACCEPT)
        border = program.add("border", 0, whole)
        start = program.compiled(head, border)
        other = program.compiled(head, program.add("longer", 0, ACCEPT))
    except OverflowError:
        return False
    letters = _letters(program)
    seen: set[tuple[int, int, bool]] = set()
    stack = [(start, other, False)]
    while stack:
        state = stack.pop()
        if state in seen:
            continue
        seen.add(state)
        if len(seen) > MOST_PAIRS:
            return False
        for first, second, past in program.pairs(*state):
            if (first, second) == (ACCEPT, DONE):
                return False
            stack += program.ahead(first, second, past, letters)
    return True


def _letters(program: _Program) -> list[frozenset[int]]:
    """The kinds of characters that the sets tell apart: each as the steps that take it."""
    sets = {
        number: taken.ranges()
        for number, (_, taken, _) in enumerate(program.steps)
        if isinstance(taken, Characters)
    }
    borders = (edge for ranges in sets.values() for low, high in ranges for edge in (low, high + 1))
    starts = {step: [low for low, _ in ranges] for step, ranges in sets.items()}
    kinds = set()
    for code in sorted(set(borders)):
        taking = set()
        for step, ranges in sets.items():
            at = bisect.bisect_right(starts[step], code) - 1
            if at >= 0 and code <= ranges[at][1]:
                taking.add(step)
        kinds.add(frozenset(taking))
    return [kind for kind in kinds if kind]
