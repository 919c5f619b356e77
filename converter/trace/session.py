"""One attempt to trace one function: its nodes, its choices, and how it is stopped.

Stand-ins reach the attempt through `active()`: a user's function hands them on without it.
"""

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any, NoReturn

from converter.trace.passes import Loops
from converter.trace.paths import Paths
from converter.trace.source import source_line
from converter.trace.tape import Tape
from converter.values import Reason, SourceLine, Turn

MOST_SECONDS = 20.0
"""Of computing, for all of a function's traces: most take a hundredth of a second."""


class Stop(BaseException):
    """The end of a trace. No `except Exception` of the user's function holds it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason


class Session:
    """What the traces of one function share."""

    def __init__(
        self,
        name: str,
        words: Any,
        freeze: tuple[str, ...] = (),
        start: SourceLine | None = None,
    ) -> None:
        """`name` is the function's, as its messages call it; `freeze` as the user gave it.

        `start` is its first line, which stands for one that is not known.
        """
        self.name = name
        self.freeze = freeze
        self._start = start
        self._end = time.thread_time() + MOST_SECONDS
        self.tape = Tape(self.line, self.watch)
        self.paths = Paths()
        self.loops = Loops()
        self.words: Any = words
        """What stand-ins understand (`converter.trace.words`), handed in: imports go one way."""
        self.anchor: Any = None
        """An input: it tells operations without rows of their own how many there are."""
        self.batchwide: dict[Any, str] = {}
        """Conditions that were asked of all rows at once (see `standins.verdict`): any or all."""
        self.claims: dict[Any, None] = {}
        """What such branches need to be true, to be tried on the rows of the proof."""
        self.codes: dict[CodeType, CodeType] = {}
        """Of the user's functions, as they are run → as they were written: their lines are those
        that messages show."""
        self.stopped: Stop | None = None
        self.dtypes: dict[Any, Any] = {}
        """Of columns that hold text: their dtype in pandas."""
        self.read_as: dict[Any, Any] = {}
        """Of columns in which some texts became numbers: what reads numbers of them, by grammar."""
        self.plain_texts: set[str] = set()
        """Inputs whose text pandas holds as Python objects, not in a dtype of its own."""
        self.handed_texts: list[Any] = []
        """The texts of single rows, by the number in their marks (see `standins.text`)."""
        self.missing: Any = math.nan
        """What code that reads cell by cell is handed for a missing text: NaN, None or NA."""
        self.slots = 3
        """How many tokens stand for the rows in a loop (see `standins.iteration`)."""
        self.iterated = False
        """Whether there was such a loop."""

    def refuse(self, code: str, told: str, rewrite: str = "", turn: Turn = Turn.OURS) -> NoReturn:
        """End the trace for good, at the line of the user's function that runs now.

        `told` goes on after "line 3 of `f` ", such as "calls `numpy.ptp`, which …"; `rewrite` is
        a sentence part that says what would convert.
        """
        self.put_off(code, told, rewrite, turn)()

    def put_off(
        self, code: str, told: str, rewrite: str = "", turn: Turn = Turn.OURS
    ) -> Callable[[], NoReturn]:
        """What refuses as `refuse` does, with the line that runs now, when it is called."""
        frame = self.user_frame()
        where = f"line {frame.f_lineno} of `{_name(frame)}`" if frame else self.told()
        reason = Reason(
            code=f"function.{code}",
            message=f"{where} {told}" + (f"; {rewrite}" if rewrite else ""),
            source=source_line(self.codes[frame.f_code], frame.f_lineno) if frame else self._start,
            turn=turn,
        )

        def stop() -> NoReturn:
            self.stopped = self.stopped or Stop(reason)
            raise self.stopped

        return stop

    def reason(self, code: str, told: str, turn: Turn = Turn.OURS) -> Reason:
        """A reason against the whole function: `told` goes on after its name."""
        return Reason(
            code=f"function.{code}",
            message=f"{self.told()} {told}",
            source=self._start,
            turn=turn,
        )

    def told(self) -> str:
        """The function and where it begins."""
        line = f" (line {self._start.line})" if self._start else ""
        return f"`{self.name}`{line}"

    def watch(self) -> None:
        """Refuse a function whose traces take too long."""
        if time.thread_time() > self._end:
            self.refuse(
                "too-many-paths",
                f"is still running after {MOST_SECONDS:.0f} seconds of tracing: it has too many "
                "steps or branches to be followed",
                "use numpy's functions on whole matrices, numpy.select or a dict with .map",
            )

    def line(self) -> tuple[CodeType, int] | None:
        """Which line of the user's code runs now."""
        frame = self.user_frame()
        return (self.codes[frame.f_code], frame.f_lineno) if frame else None

    def user_frame(self) -> FrameType | None:
        """The innermost frame of the user's own code."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code not in self.codes:
            frame = frame.f_back
        return frame

    def user_frames(self) -> Iterator[FrameType]:
        """The frames of the user's own code, from the innermost outwards."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code in self.codes:
                yield frame
            frame = frame.f_back


def _name(frame: FrameType) -> str:
    return frame.f_code.co_qualname.rpartition("<locals>.")[2]


_sessions: list[Session] = []


def active() -> Session:
    """The session that runs now."""
    return _sessions[-1]


def is_active() -> bool:
    """Whether a function is being traced."""
    return bool(_sessions)


@contextmanager
def running(session: Session) -> Iterator[Session]:
    """Make `session` the active one."""
    _sessions.append(session)
    try:
        yield session
    finally:
        _sessions.pop()


def refuse(code: str, told: str, rewrite: str = "", turn: Turn = Turn.OURS) -> NoReturn:
    """`Session.refuse` of the active session."""
    active().refuse(code, told, rewrite, turn)


def unknown(what: str, rewrite: str = "") -> NoReturn:
    """Refuse a call, an argument or a method that no stand-in models."""
    refuse("unknown-operation", f"uses {what}, which mlconvert does not express", rewrite)


def mixes_rows(what: str, rewrite: str = "") -> NoReturn:
    """Refuse what makes a row's answer depend on other rows."""
    mixing(what, rewrite)()


def mixing(what: str, rewrite: str = "") -> Callable[[], NoReturn]:
    """What does as `mixes_rows`, for the line that runs now, when it is called."""
    told = f"{what}, so that a row's answer depends on the other rows"
    return active().put_off("mixes-rows", told, rewrite, Turn.FORMAT)
