"""How the preparing of a model says that PMML cannot have it; a `Refusal` at our border."""

from converter.values import Reason, Turn


class Refused(Exception):
    """One or more reasons why a part of the model has no PMML."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def option(message: str, address: str, turn: Turn = Turn.OURS) -> Refused:
    """An estimator that JPMML knows, with a setting that it or its evaluator gets wrong."""
    return Refused(Reason(code="pmml.option", message=message, address=address, turn=turn))
