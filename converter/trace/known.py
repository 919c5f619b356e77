"""What the choices of a way already say of a further condition on the same value.

A value that is below 10 is below 20 as well: the way on which it is not need not be run. What is
known of a value is tried on examples: the constants it was compared with, what lies between and
beyond them, and NaN. Where all examples that fit the choices answer alike, that is the answer.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from converter.trace.expression import Node

Choice = tuple[Node, bool]

_COMPARISONS = frozenset(
    ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"],
)
_STATES = frozenset(["isnan", "isfinite", "isinf", "text.missing"])


class _Question(NamedTuple):
    """A condition on one value: which value, the constant it is compared with, and the test."""

    value: Node
    constant: Any
    holds: Callable[[Any], bool]


def answer(node: Node, taken: Sequence[Choice]) -> bool | None:
    """The outcome of the condition `node` after the choices `taken`, where these decide it."""
    for condition, outcome in taken:
        if condition is node:
            return outcome
    asked = _question(node)
    if asked is None:
        return None
    known = [
        (question, outcome)
        for condition, outcome in taken
        if (question := _question(condition)) and question.value is asked.value
    ]
    return _decided(asked, known) if known else None


def _decided(asked: _Question, known: list[tuple[_Question, bool]]) -> bool | None:
    constants = [question.constant for question in (asked, *(one for one, _ in known))]
    fitting = [
        example
        for example in _examples(asked.value, constants)
        if all(question.holds(example) is outcome for question, outcome in known)
    ]
    answers = {asked.holds(example) for example in fitting}
    return answers.pop() if len(answers) == 1 else None


def _question(node: Node) -> _Question | None:
    if node.op in _STATES:
        return _Question(node.inputs[0], None, _STATE_TESTS[node.op])
    if node.op not in _COMPARISONS:
        return None
    left, right = node.inputs
    compare = getattr(np, node.op)
    if "text" in (left.kind, right.kind) and node.op not in ("equal", "not_equal"):
        return None
    if _is_number_or_text(right) and left.rows:
        constant = np.asarray(right.value).item()
        return _Question(left, constant, lambda example: _tested(compare, example, constant))
    if _is_number_or_text(left) and right.rows:
        constant = np.asarray(left.value).item()
        return _Question(right, constant, lambda example: _tested(compare, constant, example))
    return None


def _is_number_or_text(node: Node) -> bool:
    return node.op == "const" and np.ndim(node.value) == 0 and node.kind not in ("date", "span")


def _tested(compare: Any, a: Any, b: Any) -> bool:
    if isinstance(a, str) or isinstance(b, str) or a is None or b is None:
        return bool((a == b) is (compare is np.equal))
    return bool(compare(a, b))


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
    numbers = sorted({float(c) for c in constants if isinstance(c, bool | int | float)})
    numbers = [number for number in numbers if math.isfinite(number)]
    between = [(a + b) / 2 for a, b in itertools.pairwise(numbers)]
    beyond = [_below(numbers[0]), -_below(-numbers[-1])] if numbers else [0.0]
    edges = [-math.inf, math.inf, math.nan] if value.kind == "float" else []
    return [*numbers, *between, *beyond, *edges]


def _below(number: float) -> float:
    return number - 1 - abs(number)
