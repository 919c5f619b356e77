"""Calls of the user's code, and whether an exception that ends one is the user's own."""

import dis
from collections.abc import Callable
from types import TracebackType
from typing import Any, NoReturn

from converter.trace.paths import Raised
from converter.trace.session import Session

_OURS = ("Scalar", "Text", "Array", "Frame", "Series", "Row", "Words", "Several", "TypeFacade")
_FOUND = (KeyError, IndexError, ZeroDivisionError, ValueError, AttributeError, TypeError)


def called(call: Callable[[], Any], session: Session) -> Any:
    """What the user's code gives, or `Raised`; an exception of our own making is refused."""
    try:
        return call()
    except Exception as error:
        if session.stopped:
            raise session.stopped from None
        if _is_modelled(error) or raised_by_user(error, session):
            return Raised(error)
        session.refuse(
            "unknown-operation", f"stops in a trace with {type(error).__name__}: {error}"
        )


def raising(error: Exception) -> NoReturn:
    """Raise what the user's code would have met."""
    error._mlconvert_is_modelled = True  # type: ignore[attr-defined]
    raise error


def _is_modelled(error: Exception) -> bool:
    return getattr(error, "_mlconvert_is_modelled", False)


def _is_nat(step: TracebackType) -> bool:
    """Whether it is pandas' NaT that was asked, which a row without a date is handed."""
    return step.tb_frame.f_code.co_filename.endswith("nattype.pyx")


def raised_by_user(error: Exception, session: Session) -> bool:
    """Whether the innermost code that ran was the user's own, and no stand-in had a part in it."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None and not _is_nat(step.tb_next):
        step = step.tb_next
    if step is None or step.tb_frame.f_code not in session.codes:
        return False
    if isinstance(error, _FOUND) and not any(f"'{name}'" in str(error) for name in _OURS):
        return True
    at = step.tb_lasti
    return any(
        i.offset == at and i.opname == "RAISE_VARARGS"
        for i in dis.get_instructions(step.tb_frame.f_code)
    )
