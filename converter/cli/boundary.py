"""The boundary where every failure turns into one sentence and an exit code."""

import re
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

import typer

from converter.cli.console import Voice, prepare_streams, silence
from converter.errors import NO_SPACE, MlconvertError, UsageError, no_space

_CommandFault = typer.BadParameter.__mro__[2]
"""Typer's own classes behind every fault in a command line; it exports only this leaf."""


class Interrupted(MlconvertError):
    """The user pressed Ctrl-C."""

    exit_code = 130
    code = "interrupted"


class Unforeseen(MlconvertError):
    """A fault of ours."""

    code = "unforeseen"


def guarded(command: Callable[[list[str]], int], argv: Sequence[str] | None) -> int:
    """Run `command` on the words of a command line; its exit code, whatever happens."""
    prepare_streams()
    _end_like_an_interrupt()
    words = list(sys.argv[1:] if argv is None else argv)
    voice = asked_for(words)
    try:
        code = command(words)
        if code == Interrupted.exit_code:
            return voice.failure(_interrupted())
        return UsageError.exit_code if code == 1 else code  # 1: completion for an unknown shell
    except SystemExit as stop:
        return _left(stop)
    except (Exception, KeyboardInterrupt) as error:
        return voice.failure(translated(error))
    finally:
        _flush()


def _end_like_an_interrupt() -> None:
    """A polite request to end (SIGTERM) leaves as little behind as Ctrl-C does."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def asked_for(words: list[str]) -> Voice:
    """-q, -v and --json as they stand in the words, for faults in the words themselves."""
    options = words[: words.index("--")] if "--" in words else words
    letters = "".join(word for word in options if re.fullmatch("-[qv]+", word))
    return Voice(
        json="--json" in options,
        quiet="--quiet" in options or "q" in letters,
        verbose="--verbose" in options or "v" in letters,
    )


def translated(error: BaseException) -> MlconvertError:
    """Any failure as one of ours, with the original as its cause."""
    if isinstance(error, MlconvertError):
        return error
    ours = _translated(error)
    ours.__cause__ = error
    return ours


def _translated(error: BaseException) -> MlconvertError:
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return _interrupted()
    if isinstance(error, _CommandFault):
        return _usage(error)
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        place = f" for {error.filename}" if error.filename else ""
        return no_space(place)
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return Unforeseen(
        f"Unexpected failure, {said.rstrip('.: ')}.",
        "Run it again with -v and report what it shows.",
    )


def _usage(fault: Any) -> UsageError:
    message = fault.format_message().strip()
    context = getattr(fault, "ctx", None)
    help_of = context.command_path if context else "mlconvert"
    return UsageError(f"{message.rstrip('.')}.", f"Try '{help_of} --help'.")


def _interrupted() -> Interrupted:
    return Interrupted("Interrupted; nothing was written.")


def _left(stop: SystemExit) -> int:
    """Typer's completion leaves by SystemExit; 1 is also Rich's word for a reader that left."""
    if stop.code == 1:
        return 0 if isinstance(stop.__context__, BrokenPipeError) else 5
    return stop.code if isinstance(stop.code, int) else 0


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            silence(stream)
