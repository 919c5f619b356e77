"""The child's half of a stable: everything is imported, no model is held, and workers are forked.

One thread, one loop. It hears of three things: that a worker is wanted, that the parent let go of
a worker's leash, and that a worker has ended. `converter/supervise/stable.py` is the other half.
"""

import contextlib
import os
import selectors
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from converter.worker.protocol import Fork, Setup

_DECODER = msgspec.json.Decoder(Fork)
_WANTED = 4
"""Descriptors that come with a wish: the worker's stdin, stdout and stderr, and its leash."""


class _Worker(NamedTuple):
    pid: int
    handle: int
    """Readable once the worker has ended."""
    leash: socket.socket


def forked(control: int) -> Setup:
    """Fork workers until nobody can ask for any more, which ends the process.

    Returns in the workers only, each with its own setup, holding none of the stable's files.
    """
    return _Stable(socket.socket(fileno=control)).worker()


class _Stable:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._workers: dict[int, _Worker] = {}
        self._selector = selectors.DefaultSelector()
        self._listen(control, self._admit)

    def worker(self) -> Setup:
        while True:
            for key, _ in self._selector.select():
                setup: Setup | None = key.data()
                if setup is not None:
                    return setup

    def _listen(self, file: socket.socket | int, react: Callable[[], Setup | None]) -> None:
        self._selector.register(file, selectors.EVENT_READ, react)

    # --- what it hears of ---------------------------------------------------------------------

    def _admit(self) -> Setup | None:
        wish, files, _, _ = socket.recv_fds(self._control, 16, _WANTED)
        if not wish:
            self._leave()
        leash = socket.socket(fileno=files.pop())
        pid = os.fork()
        if pid == 0:
            leash.close()
            self._forget()
            return _begun(files)
        for file in files:
            os.close(file)
        self._watch(_Worker(pid, os.pidfd_open(pid), leash))
        return None

    def _watch(self, worker: _Worker) -> None:
        self._workers[worker.pid] = worker
        _tell(worker, worker.pid)
        self._listen(worker.leash, lambda: self._let_go(worker))
        self._listen(worker.handle, lambda: self._ended(worker))

    def _let_go(self, worker: _Worker) -> None:
        if worker.pid in self._workers:
            self._selector.unregister(worker.leash)
            _kill(worker)

    def _ended(self, worker: _Worker) -> None:
        """End what it started before its number is free, and tell its status."""
        _kill(worker)
        _, status = os.waitpid(worker.pid, 0)
        _tell(worker, os.waitstatus_to_exitcode(status))
        del self._workers[worker.pid]
        for file in (worker.leash, worker.handle):
            with contextlib.suppress(KeyError):
                self._selector.unregister(file)
        worker.leash.close()
        os.close(worker.handle)

    def _leave(self) -> None:
        for worker in self._workers.values():
            _kill(worker)
        os._exit(0)

    def _forget(self) -> None:
        """In a worker: let go of all that is the stable's, or it could ask for others."""
        self._selector.close()
        self._control.close()
        for worker in self._workers.values():
            worker.leash.close()
            os.close(worker.handle)


def _begun(files: list[int]) -> Setup:
    """A worker begins: a session, pipes, an environment and a folder of its own."""
    os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    told = _DECODER.decode(sys.stdin.buffer.readline())
    os.environb.clear()
    os.environb.update(told.environment)
    tempfile.tempdir = None  # a library may have asked for the stable's own
    with contextlib.suppress(OSError):
        os.chdir(told.cwd)
    return told.setup


def _tell(worker: _Worker, number: int) -> None:
    with contextlib.suppress(OSError):
        worker.leash.send(str(number).encode())


def _kill(worker: _Worker) -> None:
    """End a worker and all it started; it leads their group, unless it has hardly begun."""
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(worker.handle, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(worker.pid, signal.SIGKILL)
