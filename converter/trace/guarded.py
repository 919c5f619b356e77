"""Calls that know stand-ins from anything else: recorded, refused, or left to the library."""

from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

from converter.trace.reachable import is_compiled
from converter.trace.session import Session, refuse, unknown
from converter.trace.standins.lift import holds_standin
from converter.trace.standins.table import table


class Guarded:
    """A library's function: the real one, refused where it is handed a stand-in."""

    def __init__(self, name: str, function: Callable[..., Any], session: Session) -> None:
        self._name = name
        self._function = function
        self._session = session

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function itself, if no stand-in is among the arguments."""
        if not holds_standin(args) and not holds_standin(kwargs):
            return self._function(*args, **kwargs)
        if self._function in self._session.words.FUNCTIONS:
            return self._session.words.called(self._function, args, kwargs)
        if is_compiled(self._function):
            refuse(
                "left-numpy",
                f"hands its data to `{self._name}`, which is compiled and shows nothing of what "
                "it does",
                "say it with the words of numpy or pandas",
            )
        return unknown(f"`{self._name}`")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._function, name)


def replaced(replacement: Any, original: Any) -> Any:
    """A recorder stands aside for calls without stand-ins."""
    if isinstance(replacement, FunctionType) and getattr(replacement, "always", False) is False:
        return Aside(replacement, original)
    return replacement


def asked_later(result: Any) -> Any:
    """A constant array that a function has made may be asked by a row's value."""
    return table(result) if type(result) is np.ndarray and result.ndim else result


class Aside:
    """Records a call with stand-ins; any other goes to the library itself."""

    def __init__(self, recorder: Callable[..., Any], original: Any) -> None:
        self._recorder = recorder
        self._original = original

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Record, if a stand-in is among the arguments."""
        if holds_standin(args) or holds_standin(kwargs):
            return self._recorder(*args, **kwargs)
        return asked_later(self._original(*args, **kwargs))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)
