"""Code that branches on a row's value: run once for each way, and joined again.

A function that asks `bool()` of a value that differs by row is run once for every outcome. What
comes of the runs is a tree, in which each fork holds the condition that was asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from converter.trace.expression import Node

T = TypeVar("T")
MOST_RUNS = 400
MOST_CHOICES = 400
"""Of one run: more is a loop on data."""


@dataclass(frozen=True)
class Raised:
    """A way that ends in an exception of the user's own: its rows have no answer."""

    error: Exception


@dataclass(frozen=True)
class Fork:
    """Where the ways part."""

    condition: Node
    yes: Any
    """What comes of it where the condition holds: a result, `Raised` or another `Fork`."""
    no: Any


class TooManyError(Exception):
    """More ways, or more choices on one way, than are followed; "runs" or "choices"."""


@dataclass
class _Way:
    """One run: the outcomes it was given, and the choices it made."""

    given: list[bool]
    taken: list[tuple[Node, bool]]

    def outcome(self, node: Node) -> bool | None:
        """What this way already knows of a condition."""
        for condition, answer in self.taken:
            if condition is node:
                return answer
            if answer and _excludes(condition, node):
                return False
        return None


class Paths:
    """The choices of the run that is under way, and of those around it."""

    def __init__(self) -> None:
        self._ways: list[_Way] = []
        self._runs = 0

    @property
    def depth(self) -> int:
        """How many explorations are under way."""
        return len(self._ways)

    def decide(self, node: Node) -> bool:
        """The outcome of a condition on this run. Raises TooManyError."""
        for way in self._ways:
            known = way.outcome(node)
            if known is not None:
                return known
        way = self._ways[-1]
        number = len(way.taken)
        if number >= MOST_CHOICES:
            raise TooManyError("choices")
        answer = way.given[number] if number < len(way.given) else True
        way.taken.append((node, answer))
        return answer

    def explore(self, run: Callable[[], T], given: tuple[bool, ...] = ()) -> Any:
        """What `run` gives on every way, as a tree of `Fork`s; a single result where it never asks.

        `run` turns what the user's code raises into `Raised`. Raises TooManyError.
        """
        self._runs += 1
        if self._runs > MOST_RUNS:
            raise TooManyError("runs")
        way = _Way(list(given), [])
        self._ways.append(way)
        try:
            tree: Any = run()
        finally:
            self._ways.pop()
        outcomes = [answer for _, answer in way.taken]
        for number in reversed(range(len(given), len(outcomes))):
            condition = way.taken[number][0]
            other = self.explore(run, (*outcomes[:number], False))
            tree = Fork(condition, tree, other)
        return tree


def _excludes(equal: Node, other: Node) -> bool:
    """Whether x == a being true makes x == b false: two constants that differ."""
    if equal.op != "equal" or other.op != "equal":
        return False
    (x, a), (y, b) = equal.inputs, other.inputs
    return x is y and a.op == b.op == "const" and a is not b and bool(a.value != b.value)
