"""How a converter says that it cannot: inside this package only, made a `Refusal` at its border."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from converter.values import Reason, Turn

T = TypeVar("T")
R = TypeVar("R")


class Refused(Exception):
    """One or more reasons why a part of the model has no graph."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def option(message: str, turn: Turn = Turn.OURS) -> Refused:
    """An estimator we know, with a setting that we do not. The compiler adds the address."""
    return Refused(Reason(code="onnx.option", message=message, turn=turn))


def unnamable(message: str, turn: Turn) -> Refused:
    """A column's name that no input of a graph can have."""
    return Refused(Reason(code="onnx.column-name", message=message, turn=turn))


def each(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """`work` on every item; the objections of all are collected before any is raised."""
    results: list[R] = []
    reasons: list[Reason] = []
    for item in items:
        try:
            results.append(work(item))
        except Refused as refused:
            reasons.extend(refused.reasons)
    if reasons:
        raise Refused(*reasons)
    return results
