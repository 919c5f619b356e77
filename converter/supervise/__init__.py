"""The parent's half of a worker: start it, hand it a job, watch it, take its answer.

`converter/worker/main.py` tells the protocol. Whatever the worker does, it ends here as a record
or as one of `converter.errors`: it cannot block the parent, fill its memory, or outlive it.
"""

import contextlib
import os
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from converter.errors import UsageError, WorkerError
from converter.supervise import answer, take
from converter.supervise.answer import Answer
from converter.supervise.memory import resident
from converter.supervise.process import Process, Spawned
from converter.supervise.stable import Stable
from converter.values import Record
from converter.worker.protocol import Hello, Setup

_TAIL = 16_384
_GLANCE = 0.05
"""Seconds between two looks at the worker's memory."""


class Limits(Record):
    """What a job may use."""

    timeout: float = 600.0
    """Seconds from the job's submission to its answer; 0 for no limit."""
    memory: int = 0
    """Bytes of memory of its own, of the worker and all it started; 0 for no limit."""


def spawn(
    jobs_module: str,
    *,
    caged: bool,
    limits: Limits | None = None,
    code: tuple[str, ...] = (),
    writable: tuple[Path, ...] = (),
    warm: tuple[str, ...] = (),
    stable: Stable | None = None,
    serves: bool = False,
    environment: dict[str, str] | None = None,
) -> "Child":
    """Start a worker for jobs of `jobs_module`, which has `run(job: bytes, folder) -> Record`.

    It imports that module and the `warm` ones at once, while the caller goes on. `code` are the
    user's `--code` paths; `writable` what a caged worker may write beside its own folder. With a
    `stable` it is forked from that. One that `serves` does any number of jobs, and is none that
    runs a stranger's code. The worker dies with the thread that called this, or made the stable.

    Raises UsageError where the memory limit cannot be held.
    """
    limits = limits or Limits()
    if limits.memory and sys.platform != "linux":
        raise UsageError("--memory works on Linux only.")
    folder = tempfile.TemporaryDirectory(prefix="mlconvert-", ignore_cleanup_errors=True)
    setup = Setup(
        jobs=jobs_module,
        folder=str(Path(folder.name).resolve()),
        parent=os.getpid(),
        caged=caged,
        writable=tuple(str(path.resolve()) for path in writable),
        warm=warm,
        code=tuple(str(Path(path).absolute()) for path in code),
        environment=environment or {},
    )
    if stable is not None:
        return Child(stable.fork(setup), folder, limits)
    if serves and os.name == "posix":  # elsewhere no descriptor is handed on: one job each
        return _serving(setup, folder, limits)
    return Child(Spawned(setup), folder, limits)


def _serving(setup: Setup, folder: "tempfile.TemporaryDirectory[str]", limits: Limits) -> "Child":
    heard, bell = os.pipe()
    try:
        process = Spawned(msgspec.structs.replace(setup, bell=bell), pass_fds=(bell,))
    except BaseException:
        os.close(heard)
        raise
    finally:
        os.close(bell)
    return Child(process, folder, limits, heard)


class Child:
    """A worker process. Use it as a context manager, or `close` it."""

    def __init__(
        self,
        process: Process,
        folder: "tempfile.TemporaryDirectory[str]",
        limits: Limits,
        bell: int | None = None,
    ) -> None:
        """`bell` is the descriptor on which one that serves rings after each job."""
        self.folder = Path(folder.name).resolve()
        self.limits = limits
        self.asked = 0
        """How many jobs it was given."""
        self.serves = bell is not None
        """Whether an `ask`ed job is not its last."""
        self._owned = folder
        self._process = process
        self._status = 0
        self._over = threading.Event()
        self._greeted = threading.Event()
        self._rung = threading.Event()
        self._hello = Hello(protections=())
        self._tail: deque[bytes] = deque(maxlen=16)
        self._fault: WorkerError | None = None
        self._drains = [_thread(self._drain_stdout), _thread(self._drain_stderr)]
        _thread(self._reap)
        if bell is not None:
            _thread(self._listen, bell)

    @property
    def protections(self) -> tuple[str, ...]:
        """What holds around the worker; waits until it stands. () where it never did."""
        self._greeted.wait(self.limits.timeout or None)
        return self._hello.protections

    @property
    def alive(self) -> bool:
        """Whether the process is still there."""
        return not self._over.is_set()

    def submit(self, job: Record) -> None:
        """Hand over the last job; the clock of its time limit starts."""
        self._hand_over(job, self._over, last=True)

    def wait(self, reply_type: type[Answer]) -> Answer:
        """The submitted job's answer, checked to be a `reply_type`; the worker is gone afterwards.

        Raises what the job raised of `converter.errors`, and WorkerError with the code
        worker.timeout, worker.memory, worker.died, worker.nonsense or worker.raised.
        """
        with self._given_up():
            self._over.wait()
        return self._answer(reply_type)

    def ask(self, job: Record, reply_type: type[Answer]) -> Answer:
        """The answer to a job, of a worker that serves and then waits for the next one.

        Raises what `wait` does. Only an answer, or an exception of the job's own, leaves the
        worker `alive`. One that does not serve is gone in any case.
        """
        if not self.serves:
            self.submit(job)
            return self.wait(reply_type)
        self._rung = rung = threading.Event()
        if not self.alive:  # then nobody rings any more
            rung.set()
        self._hand_over(job, rung, last=False)
        with self._given_up():
            rung.wait()
        try:
            return self._answer(reply_type)
        except WorkerError as error:
            if error.code == "worker.memory":  # what it still holds, nobody knows
                self._process.kill()
                self._over.wait()
            raise

    def path(self, name: str, limit: int = 0) -> Path:
        """The file or folder `name` that the worker left; see `converter.supervise.take.path`."""
        return take.path(self.folder, name, limit)

    def close(self) -> None:
        """End the worker and all it started, and remove its folder."""
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

    # --- watching -----------------------------------------------------------------------------

    def _hand_over(self, job: Record, done: threading.Event, *, last: bool) -> None:
        self.asked += 1
        _thread(self._feed, msgspec.json.encode(job) + b"\n", last)
        _thread(self._guard, done)

    def _guard(self, done: threading.Event) -> None:
        """Hold the worker to its limits until it is `done`, whatever the caller does meanwhile."""
        limits = self.limits
        deadline = time.monotonic() + limits.timeout if limits.timeout else None
        while not done.wait(_patience(deadline, limits)):
            if deadline is not None and time.monotonic() >= deadline:
                return self._end(
                    f"The worker did not finish within {limits.timeout:g} s.",
                    "Raise the limit with --timeout.",
                    "worker.timeout",
                )
            if limits.memory and resident(self._process.pid) > limits.memory:
                return self._end(
                    f"The worker needed more than {limits.memory / 2**20:.0f} MiB of memory.",
                    "Raise the limit with --memory.",
                    "worker.memory",
                )
        return None

    def _end(self, what: str, remedy: str, code: str) -> None:
        self._fault = WorkerError(what, remedy, code=code)
        self._process.kill()

    @contextlib.contextmanager
    def _given_up(self) -> Iterator[None]:
        """Whoever stops waiting, such as at a Ctrl-C, has no use for the worker any more."""
        try:
            yield
        except BaseException:
            self._process.kill()
            raise

    def _reap(self) -> None:
        self._status = self._process.wait()
        self._over.set()
        self._rung.set()

    # --- the pipes ----------------------------------------------------------------------------

    def _feed(self, line: bytes, last: bool) -> None:
        with contextlib.suppress(OSError, ValueError):  # it may be gone already
            self._process.stdin.write(line)
            self._process.stdin.flush()
            if last:
                self._process.stdin.close()

    def _listen(self, bell: int) -> None:
        """Hear the bell, once an answer; at the end of the process, the reaper rings."""
        while os.read(bell, 1):
            self._rung.set()
        os.close(bell)

    def _drain_stdout(self) -> None:
        """Take the greeting from the first lines, then let whatever comes run through."""
        stdout: Any = self._process.stdout
        while line := stdout.readline(_TAIL):
            with contextlib.suppress(msgspec.MsgspecError):
                self._hello = msgspec.json.decode(line, type=Hello)
                break
        self._greeted.set()
        while stdout.read1(65_536):
            pass

    def _drain_stderr(self) -> None:
        stderr: Any = self._process.stderr
        while chunk := stderr.read1(1024):
            self._tail.append(chunk)

    # --- the answer ---------------------------------------------------------------------------

    def _answer(self, reply_type: type[Answer]) -> Answer:
        if self._fault or not answer.is_there(self.folder):
            self._process.kill()  # where it is not over already
            self._over.wait()
        if self._fault:
            raise self._fault
        if not self.alive:
            for drain in self._drains:
                drain.join(1.0)  # without the cage, a grandchild may have got away with the pipes
        if not answer.is_there(self.folder):
            raise answer.silent(self._status, b"".join(self._tail).decode(errors="replace"))
        return answer.taken(self.folder, reply_type)


def _patience(deadline: float | None, limits: Limits) -> float | None:
    waits = [_GLANCE] if limits.memory else []
    if deadline is not None:
        waits.append(max(0.0, deadline - time.monotonic()))
    return min(waits, default=None)


def _thread(work: Callable[..., None], *arguments: Any) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments, daemon=True)
    thread.start()
    return thread
