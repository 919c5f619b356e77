"""The parent's half of a worker: start it, hand it one job, watch it, take its answer.

`converter/worker/main.py` tells the protocol. Whatever the worker does, it ends here as a record
or as one of `converter.errors`: it cannot block the parent, fill its memory, or outlive it.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

import msgspec

from converter import errors
from converter.errors import MlconvertError, UnsafeError, UsageError, WorkerError
from converter.supervise import take
from converter.supervise.memory import resident
from converter.values import Record
from converter.worker.guest import ROOT
from converter.worker.protocol import Failure, Hello, Reply, Setup, one_line

Answer = TypeVar("Answer", bound=Record)

# Our packages are found through their own `__path__`, so their root need not stay on sys.path,
# where it would hide the user's modules or, being site-packages, the standard library's.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); import converter.worker, adapters; "
    "del sys.path[0]; from converter.worker.main import main; main()"
)
# ONNX Runtime reports to its makers, in a thread of its own, unless told not to.
_QUIET = {"ORT_DISABLE_TELEMETRY": "1"}
_REPLY_LIMIT = 64 << 20
_TAIL = 16_384
_KINDS: dict[str, type[MlconvertError]] = {
    kind.__name__: kind
    for kind in (
        *(errors.UsageError, errors.UnreadableError, errors.UnsafeError, errors.LoadError),
        *(errors.MissingExtraError, errors.OutputError),
    )
}
"""What a worker may make its parent raise beside WorkerError."""
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
) -> "Child":
    """Start a worker for one job of `jobs_module`, which has `run(job: bytes, folder) -> Record`.

    It imports that module and the `warm` ones at once, while the caller goes on. `code` are the
    user's `--code` paths; `writable` what a caged worker may write beside its own folder. The
    worker dies with the thread that called this. Raises UsageError where the memory limit cannot
    be held.
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
    )
    return Child(setup, folder, limits)


class Child:
    """A worker process. Use it as a context manager, or `close` it."""

    def __init__(
        self, setup: Setup, folder: "tempfile.TemporaryDirectory[str]", limits: Limits
    ) -> None:
        self.folder = Path(setup.folder)
        self.limits = limits
        self._owned = folder
        self._process = _start(setup)
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._greeted = threading.Event()
        self._hello = Hello(protections=())
        self._tail: deque[bytes] = deque(maxlen=16)
        self._deadline: float | None = None
        self._drains = [_thread(self._drain_stdout), _thread(self._drain_stderr)]
        _thread(self._reap)

    @property
    def protections(self) -> tuple[str, ...]:
        """What holds around the worker; waits until it stands. () where it never did."""
        self._greeted.wait(self.limits.timeout or None)
        return self._hello.protections

    def submit(self, job: Record) -> None:
        """Hand over the job; the clock of its time limit starts."""
        if self.limits.timeout:
            self._deadline = time.monotonic() + self.limits.timeout
        line = msgspec.json.encode(job) + b"\n"
        _thread(self._feed, line)

    def wait(self, reply_type: type[Answer]) -> Answer:
        """The job's answer, checked to be a `reply_type`; the worker is gone afterwards.

        Raises what the job raised of `converter.errors`, and WorkerError with the code
        worker.timeout, worker.memory, worker.died, worker.nonsense or worker.raised.
        """
        try:
            self._watch()
        except BaseException:
            self._kill()
            raise
        for drain in self._drains:
            drain.join(1.0)  # without the cage, a grandchild may have got away with the pipes
        return self._answer(reply_type)

    def path(self, name: str, limit: int = 0) -> Path:
        """The file or folder `name` that the worker left; see `converter.supervise.take.path`."""
        return take.path(self.folder, name, limit)

    def close(self) -> None:
        """End the worker and all it started, and remove its folder."""
        self._kill()
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

    def _watch(self) -> None:
        while not self._over.wait(self._patience()):
            if self._deadline is not None and time.monotonic() >= self._deadline:
                raise WorkerError(
                    f"The worker did not finish within {self.limits.timeout:g} s.",
                    "Raise the limit with --timeout.",
                    code="worker.timeout",
                )
            if self.limits.memory and resident(self._process.pid) > self.limits.memory:
                raise WorkerError(
                    f"The worker needed more than {self.limits.memory / 2**20:.0f} MiB of memory.",
                    "Raise the limit with --memory.",
                    code="worker.memory",
                )

    def _patience(self) -> float | None:
        waits = [_GLANCE] if self.limits.memory else []
        if self._deadline is not None:
            waits.append(max(0.0, self._deadline - time.monotonic()))
        return min(waits, default=None)

    def _kill(self) -> None:
        with self._lock:
            if self._process.returncode is None:
                _kill_group(self._process)

    def _reap(self) -> None:
        """Wait for the worker's end, and then end what it started, before its number is free."""
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        with self._lock:
            _kill_group(self._process)
            self._process.wait()
        self._over.set()

    # --- the pipes ----------------------------------------------------------------------------

    def _feed(self, line: bytes) -> None:
        stdin = _pipe(self._process.stdin)
        with contextlib.suppress(OSError, ValueError):  # it may be gone already
            stdin.write(line)
            stdin.close()

    def _drain_stdout(self) -> None:
        """Take the greeting from the first lines, then let whatever comes run through."""
        stdout = _pipe(self._process.stdout)
        while line := stdout.readline(_TAIL):
            with contextlib.suppress(msgspec.MsgspecError):
                self._hello = msgspec.json.decode(line, type=Hello)
                break
        self._greeted.set()
        while stdout.read1(65_536):  # type: ignore[attr-defined]
            pass

    def _drain_stderr(self) -> None:
        stderr = _pipe(self._process.stderr)
        while chunk := stderr.read1(1024):  # type: ignore[attr-defined]
            self._tail.append(chunk)

    # --- the answer ---------------------------------------------------------------------------

    def _answer(self, reply_type: type[Answer]) -> Answer:
        if not os.path.lexists(self.folder / "reply.json"):  # a broken link is an answer too
            raise self._silent()
        try:
            raw = take.content(self.folder, "reply.json", _REPLY_LIMIT)
            reply = msgspec.json.decode(raw, type=Reply)
            if reply.failure is None:
                return msgspec.json.decode(reply.result, type=reply_type)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise WorkerError(
                f"The worker's answer is not what was asked for: {one_line(str(error))}.",
                code="worker.nonsense",
            ) from error
        raise _raised(reply.failure)

    def _silent(self) -> WorkerError:
        status = self._process.returncode
        last = self._last_words()
        if status >= 0:
            return WorkerError(
                f"The worker exited with status {status} and gave no answer.{last}",
                code="worker.died",
            )
        name = _signal_name(-status)
        remedy = "The system does that when memory runs out." if name == "SIGKILL" else ""
        return WorkerError(f"The worker was ended by {name}.{last}", remedy, code="worker.died")

    def _last_words(self) -> str:
        text = b"".join(self._tail).decode(errors="replace")
        line = one_line("\n".join(reversed(text.splitlines())))
        return f" It last said: {line}" if line else ""


# --- the process ------------------------------------------------------------------------------


def _start(setup: Setup) -> "subprocess.Popen[bytes]":
    """A session of its own: a Ctrl-C is the parent's to handle, and one kill reaches them all."""
    document = msgspec.json.encode(setup).decode()
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _BOOT, str(ROOT), document],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | _QUIET | (_scratch(setup.folder) if setup.caged else {}),
        start_new_session=True,
    )


def _scratch(folder: str) -> dict[str, str]:
    """Where a caged library puts its scratch files: the one place it can."""
    names = ("TMPDIR", "TMP", "TEMP", "JOBLIB_TEMP_FOLDER", "MPLCONFIGDIR")
    # In the cage joblib has no semaphores: it is told so, or it warns in every worker.
    return {"PYTHONDONTWRITEBYTECODE": "1", "JOBLIB_MULTIPROCESSING": "0"} | dict.fromkeys(
        names, folder
    )


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # all three are pipes, see _start
    return stream


def _thread(work: Callable[..., None], *arguments: bytes) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments, daemon=True)
    thread.start()
    return thread


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _raised(failure: Failure) -> MlconvertError:
    """The exception that a failure tells of. A traceback goes with it as a note."""
    what, remedy = one_line(failure.what, 4000), one_line(failure.remedy, 4000)
    kind = _KINDS.get(failure.kind, WorkerError)
    error = (
        UnsafeError(what, remedy, names=failure.names)
        if kind is UnsafeError
        else kind(what, remedy, code=failure.code)
    )
    if failure.traceback:
        error.add_note(failure.traceback)
    return error
