"""How a row's value decides: by the outcome that this run was given."""

from converter.trace.expression import Node
from converter.trace.joining import too_many
from converter.trace.paths import TooManyError
from converter.trace.session import active
from converter.trace.standins.several import refuse_pieces

_NOT = {"logical_not", "invert"}


def decided(condition: Node) -> bool:
    """The outcome of a truth value [N], or of a constant one, on this run."""
    if not condition.rows:
        return bool(condition.value)
    if condition.op in _NOT:
        return not decided(condition.inputs[0])
    if condition.op == "not_equal":
        return not decided(active().tape.make("equal", *condition.inputs))
    if condition.owner is not None:
        answer = active().loops.decide(condition)
        return refuse_pieces() if answer is None else answer
    try:
        return active().paths.decide(condition)
    except TooManyError as error:
        return too_many(str(error))


def fails(condition: Node) -> bool:
    """Whether this run takes the way of the rows on which Python raises.

    Such rows have no answer, so that it is only asked where the function may catch what is raised.
    """
    if not condition.rows:
        return bool(condition.value)
    return may_catch() and decided(condition)


def may_catch() -> bool:
    """Whether there is a `try` (or a `with`) anywhere in the function's code."""
    return any(code.co_exceptiontable for code in active().codes)
