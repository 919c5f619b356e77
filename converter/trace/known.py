"""What the choices of a way already say of a further condition on the same value.

A value that is below 10 is below 20 as well: the way on which it is not need not be run. What is
known of a value is tried on examples: the constants it was compared with, what lies between and
beyond them, and NaN. Where all examples that fit the choices answer alike, that is the answer.
"""

import itertools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from converter.trace.expression import Node

Choice = tuple[Node, bool]

_COMPARISONS = {
    "equal": "eq",
    "not_equal": "ne",
    "less": "lt",
    "less_equal": "le",
    "greater": "gt",
    "greater_equal": "ge",
}
_STATES = frozenset(["isnan", "isfinite", "isinf", "text.missing"])


class _Question(NamedTuple):
    """A condition on one value: which value, the constant it is compared with, and the test."""

    value: Node
    constant: Any
    holds: Callable[[Any], bool]


class Known:
    """What the choices of the ways that are run say of further conditions; worked out once."""

    def __init__(self) -> None:
        self._questions: dict[Node, _Question | None] = {}
        self._answers: dict[tuple[Node, tuple[Choice, ...]], bool | None] = {}

    def answer(self, node: Node, taken: Sequence[Choice]) -> bool | None:
        """The outcome of the condition `node` after the choices `taken`, where these decide it."""
        for condition, outcome in taken:
            if condition is node:
                return outcome
        asked = self._question(node)
        if asked is None:
            return None
        telling = tuple(choice for choice in taken if self._tells(node, asked, *choice))
        if (node, telling) not in self._answers:
            self._answers[node, telling] = self._decided(asked, telling)
        return self._answers[node, telling]

    def _question(self, node: Node) -> _Question | None:
        if node not in self._questions:
            self._questions[node] = _question(node)
        return self._questions[node]

    def _tells(self, node: Node, asked: _Question, condition: Node, outcome: bool) -> bool:
        """Whether a choice is about the same value.

        That a value is not one constant says nothing of whether it is another.
        """
        question = self._question(condition)
        is_same = question is not None and question.value is asked.value
        return is_same and (outcome or condition.op != "equal" or node.op != "equal")

    def _decided(self, asked: _Question, choices: tuple[Choice, ...]) -> bool | None:
        known = [(found, yes) for node, yes in choices if (found := self._question(node))]
        fitting = _examples(asked.value, [asked.constant, *(one.constant for one, _ in known)])
        for question, outcome in known:
            fitting = [example for example in fitting if question.holds(example) is outcome]
        answers = {asked.holds(example) for example in fitting}
        return answers.pop() if choices and len(answers) == 1 else None


def _question(node: Node) -> _Question | None:
    if node.op in _STATES:
        return _Question(node.inputs[0], None, _STATE_TESTS[node.op])
    if node.op not in _COMPARISONS:
        return None
    left, right = node.inputs
    compare = getattr(operator, _COMPARISONS[node.op])
    if "text" in (left.kind, right.kind) and node.op not in ("equal", "not_equal"):
        return None
    if _is_number_or_text(right) and left.rows:
        constant = _compared(right.value, left)
        return _Question(left, constant, lambda example: bool(compare(example, constant)))
    if _is_number_or_text(left) and right.rows:
        constant = _compared(left.value, right)
        return _Question(right, constant, lambda example: bool(compare(constant, example)))
    return None


def _compared(constant: Any, beside: Node) -> Any:
    """A constant as numpy compares it: a float of Python's takes the other's dtype."""
    weak = type(constant) is float and beside.kind == "float"
    return np.asarray(constant, dtype=beside.dtype if weak else None).item()


def _is_number_or_text(node: Node) -> bool:
    return node.op == "const" and np.ndim(node.value) == 0 and node.kind not in ("date", "span")


_STATE_TESTS: dict[str, Callable[[Any], bool]] = {
    "isnan": lambda x: x is None or x != x,
    "text.missing": lambda x: x is None or x != x,
    "isfinite": lambda x: bool(np.isfinite(x)),
    "isinf": lambda x: bool(np.isinf(x)),
}


def _examples(value: Node, constants: list[Any]) -> list[Any]:
    """Values that tell the possible answers apart."""
    if value.kind == "text":
        texts = [constant for constant in constants if isinstance(constant, str)]
        return [*texts, "".join(texts) + "*", None]
    numbers = sorted({c for c in constants if isinstance(c, bool | int | float)})
    numbers = [number for number in numbers if math.isfinite(number)]
    between = [(a + b) / 2 for a, b in itertools.pairwise(numbers)]
    beyond = [_below(numbers[0]), -_below(-numbers[-1])] if numbers else [0.0]
    edges = [-math.inf, math.inf, math.nan] if value.kind == "float" else []
    return [*numbers, *between, *beyond, *edges]


def _below(number: float) -> float:
    return number - 1 - abs(number)
