"""Functions of the user's own, traced and said in terms."""

from typing import Any

from adapters.to_pmml.functions.scalarise import said
from adapters.to_pmml.functions.unsaid import Unsaid
from adapters.to_pmml.model.fields import Preparation
from adapters.to_pmml.refused import Refused
from adapters.to_pmml.terms import Said
from converter.trace.function import Untraced, express
from converter.trace.reasons import reasons as why


def expressed(function: Any, keywords: Any, call: Any, p: Preparation, address: str) -> Said:
    """What a function does, traced on what it was handed when the model ran. Raises Refused."""
    if call is None:  # it was never reached: something before it raised
        raise Refused(*why(function, address, "pmml"))
    try:
        expression = express(function, call.given, keywords, freeze=p.freeze)
        spelled = said(expression)
    except (Untraced, Unsaid) as unsaid:
        raise Refused(*unsaid.reasons) from None
    p.frozen.update(expression.frozen)
    p.caveats.update(dict.fromkeys(spelled.caveats))
    return spelled
