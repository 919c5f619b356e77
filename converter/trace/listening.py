"""What a live function reads while it runs, by whatever way it came to it.

Names tell most of it before (`reads`, `rebind`); an alias, `getattr`, `eval` or a property hides
the rest. While a call is listened to, Python reports every function of C that is called, and the
environment every key it is asked for. What libraries read for themselves does not count.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from converter.trace.impure import Kind, kind_of, public
from converter.trace.own import is_own
from converter.trace.reads import Read

OURS = str(Path(__file__).resolve().parents[2])


def heard(call: Callable[[], Any]) -> list[Read]:
    """What `call` reads; what it raises is no matter here."""
    found: list[Read] = []

    def profile(frame: FrameType, event: str, function: Any) -> None:
        if event == "c_call" and (kind := kind_of(path := _path(function))):
            _note(found, kind, path, "", frame)

    with _environment(found):
        before = sys.getprofile()
        sys.setprofile(profile)
        try:
            call()
        except Exception:  # the rows may be outside the function's domain
            pass
        finally:
            sys.setprofile(before)
    return found


def _path(function: Any) -> str:
    owner = getattr(function, "__self__", None)
    name = str(getattr(function, "__qualname__", ""))
    if isinstance(owner, type):
        return public(f"{owner.__module__}.{name}")
    module = getattr(function, "__module__", None) or type(owner).__module__
    return public(f"{module}.{name}")


def _note(found: list[Read], kind: Kind, what: str, name: str, frame: FrameType | None) -> None:
    """Keep what is read for the user's own code; Python's library may stand in between."""
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if frame.f_code.co_filename.startswith(OURS) and module.startswith("converter."):
            return
        if module.startswith("importlib") or module == "warnings":
            return
        if is_own(module):
            code = frame.f_code
            shown = code.co_qualname.rpartition("<locals>.")[2]
            found.append(Read(kind, what, name, shown, code, frame.f_lineno))
            return
        if module.partition(".")[0] not in sys.stdlib_module_names:
            return
        frame = frame.f_back


@contextmanager
def _environment(found: list[Read]) -> Iterator[None]:
    """`os.environ` tells what it is asked for; there is one, however it is called."""

    class Asked(dict[Any, Any]):
        def __getitem__(self, key: Any) -> Any:
            name = key.decode(errors="replace") if isinstance(key, bytes) else str(key)
            _note(found, Kind.ENVIRONMENT, "os.environ", name, sys._getframe(1))
            return super().__getitem__(key)

        def __contains__(self, key: Any) -> bool:
            self.get(key)
            return super().__contains__(key)

        def get(self, key: Any, default: Any = None) -> Any:
            return self[key] if super().__contains__(key) else default

        def __iter__(self) -> Iterator[Any]:
            _note(found, Kind.ENVIRONMENT, "os.environ", "", sys._getframe(1))
            return super().__iter__()

    environment: Any = os.environ
    data = environment._data
    environment._data = Asked(data)
    try:
        yield
    finally:
        environment._data = data
