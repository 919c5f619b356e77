"""The parent's half of a stable: a process that has everything imported, and forks the workers.

It holds no model and runs no code of a stranger's; `converter/worker/stable.py` is its other half.
Each worker is on a leash, a pair of sockets between the stable and here: on it the stable tells the
worker's number and, at its end, its status. Whoever lets go of this end has the worker killed, with
all it started, by the one process that knows whose number that still is.
"""

import contextlib
import os
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

from converter.supervise.process import Spawned, environment
from converter.worker.protocol import Fork, Setup

POSSIBLE = sys.platform == "linux" and hasattr(os, "pidfd_open")
"""Whether this system has what a stable stands on."""


class Stable:
    """A process that forks workers of the `jobs` module. A context manager, or `close` it.

    It ends with the thread that made it.
    """

    def __init__(self, jobs: str, *, caged: bool, warm: tuple[str, ...] = ()) -> None:
        """`caged` is what the workers will be, for libraries that ask when they are imported."""
        self._owned = tempfile.TemporaryDirectory(prefix="mlconvert-", ignore_cleanup_errors=True)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        setup = Setup(
            jobs=jobs,
            folder=str(Path(self._owned.name).resolve()),
            parent=os.getpid(),
            caged=caged,
            warm=warm,
            control=theirs.fileno(),
        )
        with theirs:
            self._process = Spawned(setup, pass_fds=(theirs.fileno(),))
        self._over = threading.Event()
        threading.Thread(target=_drain, args=(self._process.stdout,), daemon=True).start()
        threading.Thread(target=_drain, args=(self._process.stderr,), daemon=True).start()
        threading.Thread(target=self._reap, daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of the process that forks."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether there is any use in asking it for a worker."""
        return not self._over.is_set()

    def fork(self, setup: Setup) -> "Forked":
        """A worker, tied to the stable, with the environment and the folder that are ours now."""
        told = Fork(
            setup=msgspec.structs.replace(setup, parent=self.pid),
            environment=tuple(
                (os.fsencode(name), os.fsencode(value))
                for name, value in environment(setup).items()
            ),
            cwd=os.fsencode(Path.cwd()),
        )
        return Forked(self._control, msgspec.json.encode(told) + b"\n")

    def close(self) -> None:
        """End it, and the workers that are left."""
        self._control.close()  # it ends itself, and first what its workers started
        if not self._over.wait(5.0):
            self._process.kill()
            self._over.wait()
        self._owned.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _reap(self) -> None:
        self._process.wait()
        self._over.set()


class Forked:
    """A process that a stable forked; see `converter.supervise.process.Process`."""

    def __init__(self, control: socket.socket, told: bytes) -> None:
        self._pid = 0
        self._leash, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        (stdin, to_stdin), (from_stdout, stdout), (from_stderr, stderr) = (
            os.pipe() for _ in range(3)
        )
        with theirs, contextlib.suppress(OSError):  # a stable that is gone lets go of the leash
            socket.send_fds(control, [b"fork"], [stdin, stdout, stderr, theirs.fileno()])
        for file in (stdin, stdout, stderr):
            os.close(file)
        self.stdin: IO[bytes] = os.fdopen(to_stdin, "wb")
        self.stdout: IO[bytes] = os.fdopen(from_stdout, "rb")
        self.stderr: IO[bytes] = os.fdopen(from_stderr, "rb")
        with contextlib.suppress(OSError):
            self.stdin.write(told)
            self.stdin.flush()

    @property
    def pid(self) -> int:
        """Its number; 0 while it is not known yet."""
        return self._pid

    def kill(self) -> None:
        """End it and all it started; nothing where it is over."""
        with contextlib.suppress(OSError):
            self._leash.shutdown(socket.SHUT_WR)

    def wait(self) -> int:
        """Wait for its end; its status. Where the stable died, the worker was killed with it."""
        with self._leash:
            self._pid = int(self._leash.recv(32) or 0)
            status = self._leash.recv(32) if self._pid else b""
        return int(status) if status else -signal.SIGKILL


def _drain(stream: IO[bytes]) -> None:
    while stream.read(65_536):
        pass
