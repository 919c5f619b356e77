"""An expression as terms."""

from adapters.to_pmml.terms import Said
from converter.trace.expression import Expression
from converter.values import Reason, Turn


class Unsaid(Exception):
    """Why an expression has no terms."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def said(expression: Expression) -> Said:
    """The expression in PMML. Raises Unsaid."""
    raise Unsaid(
        Reason(code="pmml.operation", message="functions are not said yet", turn=Turn.OURS)
    )
