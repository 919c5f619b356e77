"""A worker's answer: the record that was asked for, or the error that stands in its place."""

import os
import signal
from pathlib import Path
from typing import TypeVar

import msgspec

from converter import errors
from converter.errors import MlconvertError, UnsafeError, WorkerError
from converter.supervise import take
from converter.values import Record
from converter.worker.protocol import Failure, Reply, one_line

Answer = TypeVar("Answer", bound=Record)

REPLY = "reply.json"
_LIMIT = 64 << 20
_KINDS: dict[str, type[MlconvertError]] = {
    kind.__name__: kind
    for kind in (
        *(errors.UsageError, errors.UnreadableError, errors.UnsafeError, errors.LoadError),
        *(errors.MissingExtraError, errors.OutputError),
    )
}
"""What a worker may make its parent raise beside WorkerError."""


def is_there(folder: Path) -> bool:
    """Whether a worker left an answer, of whatever kind: a broken link is one, too."""
    return os.path.lexists(folder / REPLY)


def taken(folder: Path, reply_type: type[Answer]) -> Answer:
    """The answer in a worker's folder, checked to be a `reply_type`, and no longer there.

    Raises what the job raised of `converter.errors`, and WorkerError with the code
    worker.nonsense or worker.raised.
    """
    try:
        raw = take.content(folder, REPLY, _LIMIT)
        (folder / REPLY).unlink()
        reply = msgspec.json.decode(raw, type=Reply)
        if reply.failure is None:
            return msgspec.json.decode(reply.result, type=reply_type)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise WorkerError(
            f"The worker's answer is not what was asked for: {one_line(str(error))}.",
            code="worker.nonsense",
        ) from error
    raise _raised(reply.failure)


def silent(status: int, last_words: str) -> WorkerError:
    """The end of a worker that gave no answer. `status` is as `subprocess` spells it."""
    line = one_line("\n".join(reversed(last_words.splitlines())))
    last = f" It last said: {line}" if line else ""
    if status >= 0:
        return WorkerError(
            f"The worker exited with status {status} and gave no answer.{last}", code="worker.died"
        )
    name = _signal_name(-status)
    remedy = "The system does that when memory runs out." if name == "SIGKILL" else ""
    return WorkerError(f"The worker was ended by {name}.{last}", remedy, code="worker.died")


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
