"""Tracing one function: run a copy of it on stand-ins, twice, and hold it against the live one."""

import copy
import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from converter.trace import agreement, given, words
from converter.trace.calls import called
from converter.trace.expression import Expression
from converter.trace.impure import Kind, covers
from converter.trace.joining import explored
from converter.trace.listening import heard
from converter.trace.outcome import Traced, merged, traced
from converter.trace.paths import Raised
from converter.trace.reasons import baked, impurities, unfrozen
from converter.trace.rebind import Rebinder
from converter.trace.session import Session, Stop, running
from converter.trace.source import first_line, identify
from converter.trace.standins.verdict import differing
from converter.trace.state import State, changed, state
from converter.trace.vectorise import vectorised
from converter.values import Reason, Turn

MOST_ROWS, FEWEST = 400, 1
SLOTS = (5, 7)
"""How many tokens stand for the rows in a loop; another number in each trace, or a list of as many
constants could be taken for one with an entry for every row."""


class Untraced(Exception):
    """Why a function has no expression."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def express(
    function: Any,
    live: Any,
    keywords: dict[str, Any] | None = None,
    *,
    freeze: tuple[str, ...] = (),
) -> Expression:
    """What `function(live, **keywords)` does, for any rows like those of the container `live`.

    `freeze` names impure readings that are baked in. Raises Untraced.
    """
    if impure := impurities(function, freeze):
        raise Untraced(*impure)
    live = _few(live)
    call = functools.partial(_call, function, keywords or {})
    before = state(function)
    session = Session(name_of(function), words, freeze, first_line(function))
    with running(session):
        try:
            first, second = (
                _trace(function, live, keywords or {}, session, slots) for slots in SLOTS
            )
            if first != second:
                session.refuse("not-repeatable", "does something else each time it is called")
            few = copy.deepcopy(given.take(live, np.arange(FEWEST)))
            reads = heard(functools.partial(call, few))
            if impure := unfrozen(reads, function, freeze):
                raise Untraced(*impure)
            expression = Expression(tuple(session.tape.inputs()), *vectorised(first, session.tape))
            _claims_hold(session, given.arrays_of(live))
            tried = _agreed(function, call, live, expression, session, before)
            _claims_hold(session, tried, must_be_seen=True)
            mutates = agreement.changes_its_rows(call, live)
            frozen = baked(function, reads, changed(before, state(function)), freeze)
        except Stop as stop:
            raise Untraced(stop.reason) from None
        except agreement.Disagreement as found:
            raise Untraced(session.reason("differs", f"was recorded, but {found}")) from None
        except TypeError as error:
            raise Untraced(session.reason("unknown-operation", f"is handed {error}")) from None
    return replace(expression, frozen=frozen, tried=tried, mutates=mutates)


def _agreed(
    function: Any,
    call: Callable[[Any], Any],
    live: Any,
    expression: Expression,
    session: Session,
    before: State,
) -> given.Arrays:
    """The rows on which the live function agrees; refused where its calls leave traces."""
    tried = agreement.check(call, live, expression)
    names = changed(before, state(function))
    if names := [name for name in names if not covers(session.freeze, Kind.STATE, name)]:
        told = f"changes {', '.join(names[:3])}, which outlives the call"
        rewrite = "keep counts and caches outside the model"
        session.refuse("changes-state", told, rewrite, Turn.FORMAT)
    return tried


def _claims_hold(session: Session, rows: given.Arrays, *, must_be_seen: bool = False) -> None:
    """Refuses a branch on all rows whose ways give rows that it is not about different answers."""
    for claim in session.claims:
        alike, *both = Expression(tuple(session.tape.inputs()), claim).evaluate(rows)
        first, second = (values[alike] for values in both)
        if (must_be_seen and not alike.any()) or not agreement.equal(first, second).all():
            differing()


def name_of(function: Any) -> str:
    """How messages call a function: its name without the functions around it."""
    return identify(function).qualname.rpartition("<locals>.")[2] or type(function).__name__


def _call(function: Any, keywords: dict[str, Any], live: Any) -> Any:
    return function(live, **keywords)


def _few(live: Any) -> Any:
    """Rows enough to trace on: all of few, of many some from everywhere."""
    total = given.count(live)
    return live if total <= MOST_ROWS else given.take(live, np.arange(0, total, total // MOST_ROWS))


def _trace(
    function: Any, live: Any, keywords: dict[str, Any], session: Session, slots: int
) -> Traced:
    session.slots = slots
    rebinder = Rebinder(session)
    again = rebinder.rebound(function)
    values = {key: rebinder.rebound(value) for key, value in keywords.items()}

    def run() -> Any:
        return called(lambda: again(given.standin(live, session), **values), session)

    result = explored(run, merged)
    if session.stopped:  # the function's own `except` may have held the signal
        raise session.stopped
    if isinstance(result, Raised):
        session.refuse("raises", f"raises {type(result.error).__name__} on every way through it")
    return traced(result)
