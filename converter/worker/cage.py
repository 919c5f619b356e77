"""The cage: what a stranger's code cannot do once it is closed, and which parts of it hold here.

Closed for good, without root, before any other thread runs and before anything of the stranger's
is touched; all that the process starts is inside too. Files stay readable: what is read cannot
leave but in the worker's own answer. See docs/decisions/0002-the-cage.md.
"""

import contextlib
import ctypes
import os
import sys
from pathlib import Path

from converter.errors import UnsafeError
from converter.worker import landlock, seccomp

NO_NETWORK = "no network"
NO_WRITES = "no writes outside its folder"
NO_SIGNALS = "no signals to other processes"

_SET_PDEATHSIG, _SET_NO_NEW_PRIVS = 1, 38
_SIGKILL = 9

_held: list[str] = []


def close(folder: Path, writable: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Close the cage around this process; the sentences of what holds from now on.

    Writes stay possible beneath `folder` and `writable`. () where the system offers nothing.
    """
    if sys.platform == "linux":
        _held.extend(_close(ctypes.CDLL(None, use_errno=True), (folder, *writable)))
    return held()


def held() -> tuple[str, ...]:
    """The protections that hold in this process."""
    return tuple(_held)


def complete() -> bool:
    """Whether code that nobody vouches for may run in this process."""
    return {NO_NETWORK, NO_WRITES} <= set(_held)


def demand(names: tuple[str, ...] = ()) -> None:
    """Raise UnsafeError, with these unknown globals, unless the cage is closed and complete."""
    if not complete():
        raise UnsafeError(
            "The file would run code that is not known to be harmless, and this system cannot shut "
            "off the worker's network and writes.",
            "Pass --trust if you know where the file comes from, or convert it on Linux 5.13 or "
            "later with Landlock.",
            names=names,
        )


def tie(parent: int) -> None:
    """Leave no core dump, and die with the parent process, on the systems that can."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)


def _close(libc: ctypes.CDLL, writable: tuple[Path, ...]) -> list[str]:
    if libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return []
    # Landlock does not reach the threads that already run.
    alone = len(list(Path("/proc/self/task").iterdir())) == 1
    version = landlock.abi(libc)
    files = version > 0 and landlock.restrict(libc, version, writable)
    calls = seccomp.restrict(libc, signals_scoped=files and version >= landlock.SCOPES_SINCE)
    if not calls:
        return []
    return [NO_NETWORK, NO_SIGNALS, *([NO_WRITES] if files and alone else [])]
