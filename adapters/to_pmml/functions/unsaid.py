"""Why a function has no PMML."""

from converter.values import Reason, Turn


class Unsaid(Exception):
    """PMML cannot say a function, or not what it means."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def lacks(what: str) -> Unsaid:
    """The refusal of an operation, in the words that follow "line 3 of `f`"."""
    message = f"uses {what}, which PMML has no functions for"
    return Unsaid(Reason(code="pmml.operation", message=message, turn=Turn.FORMAT))


def differs(what: str) -> Unsaid:
    """The refusal of what PMML would say otherwise."""
    message = f"{what}, which PMML's functions give otherwise"
    return Unsaid(Reason(code="pmml.operation", message=message, turn=Turn.FORMAT))
