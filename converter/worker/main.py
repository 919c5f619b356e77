"""The child's entry. This is the protocol:

1. The parent starts `python -P -c … ROOT SETUP`, where SETUP is a `Setup` in JSON. The child ties
   itself to the parent, closes the cage if asked, and says `Hello`, one line of JSON on stdout.
   From then on stdout and stderr belong to whoever writes there; nobody has to read them.
2. The child imports the jobs module and whatever else is to be warm, gives up our modules' names
   (see `guest`), and makes the user's `--code` importable.
3. It reads one line of JSON from stdin, the job, whose form only the jobs module knows, and calls
   that module's `run(job: bytes, folder: Path) -> Record`. The end of stdin instead of a line
   ends the child.
4. The answer is a `Reply` in `reply.json` in the child's folder, beside whatever files the record
   names in there. It appears whole, as the last thing the child does; then the child is gone,
   without the farewells (atexit, destructors) of what the model brought.

A child that never holds a stranger's code may serve several jobs: `Setup.bell` is the descriptor
on which it writes a byte after each answer, which the parent takes away before it asks again.

A child with a `Setup.control` is a stable: it imports what step 2 says, and forks a worker whenever
it is asked for one (see `stable`), which goes on with step 1. The stable itself does no job.

What a jobs module has to know: it imports ours at its top, never inside a function, and makes its
decoders there; it calls `cage.demand` before it loads what nobody vouches for, and `code.provide`
with the `__main__` names of the model; in the cage no mode, owner or time of a file can be changed,
so it copies with `shutil.copyfile`.
"""

import contextlib
import gc
import importlib
import os
import sys
import traceback
import types
from pathlib import Path

import msgspec

from converter.errors import NO_SPACE, MissingExtraError, MlconvertError, no_space
from converter.values import Record
from converter.worker import cage, code, guest, stable
from converter.worker.protocol import Failure, Hello, Reply, Setup, one_line

_DECODER = msgspec.json.Decoder(Setup)
REPLY = "reply.json"


def main() -> None:
    """Do the jobs of this process, mostly one."""
    gc.disable()  # imports leave no garbage worth looking for among all that they bring
    setup = _DECODER.decode(sys.argv[2])
    cage.tie(setup.parent)
    if setup.control:
        _import(setup)
        setup = stable.forked(setup.control)
        cage.tie(setup.parent)
    if setup.bell:
        os.set_inheritable(setup.bell, False)  # it reached us by being so
    folder = Path(setup.folder)
    if setup.caged:
        cage.close(folder, tuple(map(Path, setup.writable)))
    os.write(1, msgspec.json.encode(Hello(protections=cage.held())) + b"\n")
    jobs = _ready(setup)
    while job := sys.stdin.buffer.readline():
        _answer(folder, _reply(jobs, job, folder))
        if not setup.bell:
            break
        os.write(setup.bell, b".")
    os._exit(0)


def _import(setup: Setup) -> None:
    """Everything that is to be warm; the job itself will say what it misses."""
    for name in (setup.jobs, *setup.warm):
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.freeze()  # what is there now stays: neither looked through again nor copied in a fork


def _ready(setup: Setup) -> types.ModuleType | Failure:
    """The jobs module, in a process where all that a job needs is warm; or why there is none."""
    try:
        jobs = _jobs(setup.jobs)
        _import(setup)
        guest.evict()
        code.provide(setup.code, ())
    except BaseException as error:  # a stranger may raise anything, SystemExit included
        return _failure(error)
    finally:
        gc.enable()
    return jobs


def _reply(jobs: types.ModuleType | Failure, job: bytes, folder: Path) -> Reply:
    if isinstance(jobs, Failure):
        return Reply(failure=jobs)
    try:
        return Reply(result=_encoded(jobs.run(job, folder)))
    except BaseException as error:
        return Reply(failure=_failure(error))


def _jobs(name: str) -> types.ModuleType:
    """The jobs module; MissingExtraError where a library that it stands on is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        raise MissingExtraError(
            f"Loading and converting models needs {missing.name}, which is not installed.",
            'Install it with: pip install "mlconvert[onnx]".',
        ) from missing


def _encoded(record: Record) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(record))


def _answer(folder: Path, reply: Reply) -> None:
    """Write the reply; where there is no room for it, that is the reply."""
    unfinished = folder / "reply.part"
    try:
        unfinished.write_bytes(msgspec.json.encode(reply))
    except OSError as error:
        unfinished.write_bytes(msgspec.json.encode(Reply(failure=_failure(error))))
    unfinished.replace(folder / REPLY)


def _failure(error: BaseException) -> Failure:
    match error:
        case MlconvertError():
            return Failure(
                kind=type(error).__name__,
                code=error.code,
                what=error.what,
                remedy=error.remedy,
                names=tuple(getattr(error, "names", ())),
            )
        case MemoryError():
            return Failure(
                kind="WorkerError",
                code="worker.memory",
                what="The worker ran out of memory.",
                remedy="Raise --memory, or use a machine with more.",
            )
        case OSError(errno=number) if number in NO_SPACE:
            return _failure(no_space())
    return Failure(
        kind="WorkerError",
        code="worker.raised",
        what=f"The worker stopped with {_said(error)}.",
        traceback=_traceback(error),
    )


def _said(error: BaseException) -> str:
    """Type and first line of an exception whose own `__str__` may fail."""
    try:
        line = one_line(str(error)).rstrip(".")
    except Exception:
        line = ""
    return f"{type(error).__name__}: {line}" if line else type(error).__name__


def _traceback(error: BaseException) -> str:
    with contextlib.suppress(Exception):
        return "".join(traceback.format_exception(error, limit=-30))[-20_000:]
    return ""
