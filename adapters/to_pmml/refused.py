"""How the preparing of a model says that PMML cannot have it; a `Refusal` at our border."""

from msgspec.structs import replace

from converter.values import Reason, Turn


class Refused(Exception):
    """One or more reasons why a part of the model has no PMML."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(*reasons)
        self.reasons = reasons

    def at(self, address: str) -> "Refused":
        """The same of a part at an address, where none is known yet."""
        found = (replace(each, address=each.address or address) for each in self.reasons)
        return Refused(*found)


def option(message: str, address: str, turn: Turn = Turn.OURS) -> Refused:
    """An estimator that JPMML knows, with a setting that it or its evaluator gets wrong."""
    return Refused(Reason(code="pmml.option", message=message, address=address, turn=turn))
