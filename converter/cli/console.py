"""How a command speaks: its one result on stdout, everything else on stderr."""

import codecs
import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, TextIO

from rich.console import Console, RenderableType
from rich.text import Text

from converter.errors import MlconvertError
from converter.report import as_document, failure, to_json
from converter.report.words import safe

ASCII = {"…": "...", "–": "-", "—": "-", "→": "->", "’": "'", "‘": "'", "“": '"', "”": '"'}


@dataclass(frozen=True)
class Voice:
    """What the user wants to hear, by -q, -v and --json."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False

    def result(self, page: Sequence[RenderableType], content: dict[str, Any]) -> None:
        """Print what a command found: a page, its first line alone, or a JSON document."""
        if self.json:
            write(to_json(content))
            return
        console = _console(sys.stdout)
        with _unbroken(sys.stdout):
            console.print(page[0], soft_wrap=True)
            for part in () if self.quiet else page[1:]:
                console.print(part)
            sys.stdout.flush()

    def failure(self, error: MlconvertError) -> int:
        """Say what went wrong and what to do; the exit code."""
        if self.verbose and error.exit_code != 2:
            _tell(*map(safe, "".join(traceback.format_exception(error)).splitlines()))
        if self.json:
            with contextlib.suppress(OSError):  # stdout itself may be what failed
                write(to_json(as_document({}, error=failure(error))))
        else:
            said = Text.assemble(("mlconvert: ", "bold red"), safe(error.what))
            _tell(said, *([Text(safe(error.remedy))] if error.remedy else []))
        return error.exit_code

    @contextlib.contextmanager
    def working(self) -> Iterator[Callable[[str], None]]:
        """Run a stage inside: what it prints goes to stderr, and so does the progress it tells."""
        with contextlib.redirect_stdout(sys.stderr), contextlib.ExitStack() as stack:
            if self.quiet:
                yield _ignore
            elif sys.stderr.isatty() and not self.verbose:
                status = stack.enter_context(_console(sys.stderr).status("", spinner="line"))
                yield lambda text: status.update(Text(safe(text)))
            else:
                yield lambda text: _tell(Text(safe(text), "dim"))


def write(content: bytes) -> None:
    """Write bytes to stdout, as they are."""
    sys.stdout.flush()
    with _unbroken(sys.stdout):
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def prepare_streams() -> None:
    """Let no character that a stream cannot encode end a command."""
    codecs.register_error("mlconvert", _spell)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="mlconvert")


def silence(stream: IO[str]) -> None:
    """Drop what `stream` still holds: its reader has gone, and exiting would complain."""
    with contextlib.suppress(OSError, ValueError):
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, stream.fileno())
        os.close(sink)


@contextlib.contextmanager
def _unbroken(stream: TextIO) -> Iterator[None]:
    """Let a reader that stops reading, such as `head`, change nothing."""
    try:
        yield
    except BrokenPipeError:
        silence(stream)
    except OSError:
        silence(stream)  # or its unwritten rest would fail once more on the way out
        raise


class _Console(Console):
    """Rich's console, which exits with 1 when its reader has gone; ours goes on."""

    def on_broken_pipe(self) -> None:
        silence(self.file)


def _console(stream: TextIO) -> Console:
    return _Console(file=stream, markup=False, highlight=False, emoji=False)


def _tell(*parts: str | Text) -> None:
    console = _console(sys.stderr)
    with _unbroken(sys.stderr):
        for part in parts:
            console.print(part, soft_wrap=True)


def _ignore(text: str) -> None:
    """Progress that nobody wants to hear."""


def _spell(error: UnicodeError) -> tuple[str, int]:
    """A codec error handler: typographic marks in ASCII, anything else as its escape."""
    assert isinstance(error, UnicodeEncodeError)
    text = error.object[error.start : error.end]
    return "".join(ASCII.get(c) or c.encode("unicode_escape").decode() for c in text), error.end
