"""Code that branches on a row's value: run once for each way, and joined again.

A function that asks `bool()` of a value that differs by row is run once for every outcome. What
comes of the runs is a tree, in which each fork holds the condition that was asked.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from converter.trace.expression import Node
from converter.trace.known import Known

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


class Paths:
    """The choices of the run that is under way, and of those around it."""

    def __init__(self) -> None:
        self._ways: list[_Way] = []
        self._known = Known()

    @property
    def depth(self) -> int:
        """How many explorations are under way."""
        return len(self._ways)

    def decide(self, node: Node) -> bool:
        """The outcome of a condition on this run. Raises TooManyError."""
        taken = [choice for way in self._ways for choice in way.taken]
        if (outcome := self._known.answer(node, taken)) is not None:
            return outcome
        way = self._ways[-1]
        number = len(way.taken)
        if number >= MOST_CHOICES:
            raise TooManyError("choices")
        answer = way.given[number] if number < len(way.given) else True
        way.taken.append((node, answer))
        return answer

    def explore(self, run: Callable[[], T]) -> Any:
        """What `run` gives on every way, as a tree of `Fork`s; a single result where it never asks.

        `run` turns what the user's code raises into `Raised`. Raises TooManyError.
        """
        return self._explored(run, (), itertools.count(1))

    def _explored(
        self, run: Callable[[], T], given: tuple[bool, ...], number_of_runs: Iterator[int]
    ) -> Any:
        if next(number_of_runs) > MOST_RUNS:
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
            other = self._explored(run, (*outcomes[:number], False), number_of_runs)
            tree = Fork(condition, tree, other)
        return tree
