"""A process that is watched from here, started anew: its pipes, its end, and the end of its kin."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from typing import IO, Protocol

import msgspec

from converter.worker.guest import ROOT
from converter.worker.protocol import Setup

# Our packages are found through their own `__path__`, so their root need not stay on sys.path,
# where it would hide the user's modules or, being site-packages, the standard library's.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); import converter.worker, adapters; "
    "del sys.path[0]; from converter.worker.main import main; main()"
)
# ONNX Runtime reports to its makers, in a thread of its own, unless told not to.
_QUIET = {"ORT_DISABLE_TELEMETRY": "1"}


class Process(Protocol):
    """What a `Child` needs of the process that it watches."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    stderr: IO[bytes]

    @property
    def pid(self) -> int:
        """Its number; 0 while it is not known yet."""

    def kill(self) -> None:
        """End it and all it started; nothing where it is over."""

    def wait(self) -> int:
        """Wait for its end, then end what it started; its status as `subprocess` spells it.

        For one thread only.
        """


class Spawned:
    """A process of its own, in a session of its own.

    A Ctrl-C is the parent's to handle, and one kill reaches all that the process started.
    """

    def __init__(self, setup: Setup, pass_fds: tuple[int, ...] = ()) -> None:
        document = msgspec.json.encode(setup).decode()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _BOOT, str(ROOT), document],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(setup),
            start_new_session=True,
            pass_fds=pass_fds,
        )
        self.stdin = _pipe(self._process.stdin)
        self.stdout = _pipe(self._process.stdout)
        self.stderr = _pipe(self._process.stderr)
        self._lock = threading.Lock()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def kill(self) -> None:
        """End it and all it started; nothing where it is over."""
        with self._lock:
            if self._process.returncode is None:
                self._kill_group()

    def wait(self) -> int:
        """Wait for its end, and then end what it started, before its number is free."""
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        with self._lock:
            self._kill_group()
            return self._process.wait()

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()


def environment(setup: Setup) -> dict[str, str]:
    """The user's environment, with what a child of ours needs to know."""
    scratch = _scratch(setup.folder) if setup.caged else {}
    return os.environ | _QUIET | scratch | setup.environment


def _scratch(folder: str) -> dict[str, str]:
    """Where a caged library puts its scratch files: the one place it can."""
    names = ("TMPDIR", "TMP", "TEMP", "JOBLIB_TEMP_FOLDER", "MPLCONFIGDIR")
    # In the cage joblib has no semaphores: it is told so, or it warns in every worker.
    return {"PYTHONDONTWRITEBYTECODE": "1", "JOBLIB_MULTIPROCESSING": "0"} | dict.fromkeys(
        names, folder
    )


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # all three are pipes
    return stream
