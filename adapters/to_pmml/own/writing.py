"""Terms for what estimators compute: numbers, sums, products, choices.

A missing value makes what is computed from it missing, as PMML has it; no term here skips one.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from adapters.to_pmml.functions.pruning import renumbered
from adapters.to_pmml.terms import Apply, Constant, DataType, Defined, Definition, Input, Said, Term

Outputs = dict[str, list[Term]]
"""Method → the terms of its columns."""


class Writer:
    """Collects definitions, of the columns of one input."""

    def __init__(self, width: int) -> None:
        self.inputs: list[Term] = [Input(column=k) for k in range(width)]
        self._definitions: list[Definition] = []

    def keep(self, term: Term, dtype: DataType = "double") -> Term:
        """A definition that later terms refer to, so that it is computed once."""
        if isinstance(term, Input | Defined | Constant):
            return term
        return self._defined(term, dtype)

    def _defined(self, term: Term, dtype: DataType) -> Defined:
        self._definitions.append(Definition(dtype=dtype, term=term))
        return Defined(number=len(self._definitions) - 1)

    def taken(self, said: Said) -> list[Term]:
        """The outputs of what was said elsewhere, of the same inputs."""
        start = len(self._definitions)
        numbers = {n: n + start for n in range(len(said.definitions))}
        for each in said.definitions:
            self._defined(renumbered(each.term, numbers), each.dtype)
        return [Defined(number=numbers[n]) for n in said.outputs]

    def said(self, outputs: Iterable[Term]) -> tuple[Said, tuple[int, ...]]:
        """All, and the numbers of the definitions of the outputs."""
        numbers = tuple(self._defined(term, "double").number for term in outputs)
        return Said(definitions=tuple(self._definitions), outputs=numbers), numbers


def number(value: float) -> Constant:
    """A literal."""
    spelled = {"nan": "NaN", "inf": "INF", "-inf": "-INF"}
    text = repr(float(value))
    return Constant(dtype="double", value=spelled.get(text, text))


MISSING = Constant(missing=True)


def apply(function: str, *arguments: Term | float) -> Term:
    """A function of PMML's own."""
    return Apply(function=function, arguments=tuple(map(_term, arguments)))


def _term(value: Term | float) -> Term:
    return number(value) if isinstance(value, int | float | np.number) else value


def add(a: Term | float, b: Term | float) -> Term:
    """a + b."""
    if _is(a, 0.0):
        return _term(b)
    return _term(a) if _is(b, 0.0) else apply("+", a, b)


def subtract(a: Term | float, b: Term | float) -> Term:
    """a - b."""
    return _term(a) if _is(b, 0.0) else apply("-", a, b)


def multiply(a: Term | float, b: Term | float) -> Term:
    """a * b."""
    if _is(a, 1.0):
        return _term(b)
    return _term(a) if _is(b, 1.0) else apply("*", a, b)


def divide(a: Term | float, b: Term | float) -> Term:
    """a / b."""
    return _term(a) if _is(b, 1.0) else apply("/", a, b)


def _is(value: Term | float, what: float) -> bool:
    return isinstance(value, int | float | np.number) and float(value) == what


def total(terms: Sequence[Term]) -> Term:
    """Their sum, in halves, so that it is shallow and rounds little."""
    if not terms:
        return number(0.0)
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return apply("+", total(terms[:half]), total(terms[half:]))


def weighted(terms: Sequence[Term], weights: np.ndarray, start: float = 0.0) -> Term:
    """`start` + the sum of terms by weights [len(terms)]; weights of zero are left out."""
    pairs = zip(terms, np.asarray(weights, dtype=np.float64).tolist(), strict=True)
    parts = [multiply(weight, term) for term, weight in pairs if weight != 0.0]
    return add(total(parts), float(start)) if parts else number(start)


def product(
    terms: Sequence[Term], matrix: np.ndarray, start: np.ndarray | None = None
) -> list[Term]:
    """A row [n] times a matrix [n, m], plus `start` [m]."""
    columns = np.asarray(matrix, dtype=np.float64).T
    starts = np.zeros(len(columns)) if start is None else np.broadcast_to(start, len(columns))
    return [weighted(terms, column, s) for column, s in zip(columns, starts.tolist(), strict=True)]


def shifted(terms: Sequence[Term], by: np.ndarray) -> list[Term]:
    """Each term minus a number."""
    return [subtract(term, float(v)) for term, v in zip(terms, by, strict=True)]


def squares(w: Writer, terms: Sequence[Term]) -> Term:
    """The sum of squares."""
    kept = [w.keep(term) for term in terms]
    return total([multiply(term, term) for term in kept])


def choose(condition: Term, yes: Term | float, no: Term | float) -> Term:
    """`yes` where a condition holds, else `no`; missing where it is missing."""
    return apply("if", condition, yes, no)


def softmax(w: Writer, scores: Sequence[Term]) -> list[Term]:
    """Probabilities of the classes, as numbers' exponentials, the largest taken off first."""
    kept = [w.keep(score) for score in scores]
    top = w.keep(apply("max", *kept))
    powers = [w.keep(apply("exp", subtract(score, top))) for score in kept]
    whole = w.keep(total(powers))
    return [divide(power, whole) for power in powers]


def log_sum_exp(w: Writer, scores: Sequence[Term]) -> Term:
    """The logarithm of the summed exponentials."""
    kept = [w.keep(score) for score in scores]
    top = w.keep(apply("max", *kept))
    return add(top, apply("ln", total([apply("exp", subtract(score, top)) for score in kept])))
