"""The bytes of a pickle stream, read in order, under the rules of its frames.

A window of bytes is enough: a compressed file is read as it is unpacked, and what nobody asks for
is dropped. A frame is enforced, because readers differ in what they do where one is cut: what every
Python would run must be what we saw.
"""

import sys
from collections.abc import Iterator
from mmap import mmap

from converter.errors import UnreadableError

LONGEST_LINE = 1 << 28
"""Bytes; a longer line of a text protocol is refused. Python 2 wrote whole arrays as one line."""


class Tape:
    """A cursor over `data` and what `more` adds to it. Positions count from the window's start."""

    __slots__ = ("base", "data", "frame", "instructions", "limit", "more", "pos")

    def __init__(
        self, data: "bytes | mmap", more: Iterator[bytes] | None = None, instructions: int = 0
    ) -> None:
        """`instructions`: how many a pickle on it may have; 0 for as many as there are bytes."""
        self.instructions = instructions or (sys.maxsize if more else len(data) + 1)
        self.data = data
        self.more = more
        self.base = 0
        """Bytes dropped before the window."""
        self.pos = 0
        self.frame = -1
        """Where the open frame ends; -1 outside of frames."""
        self.limit = len(data)
        """Up to here bytes may be taken without a question: the end of the frame or the window."""

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        if self.pos + count > self.limit:
            self.reach(count)
        start = self.pos
        self.pos = start + count
        return self.data[start : self.pos]

    def skip(self, count: int) -> None:
        """Pass over `count` bytes, which never need be in memory together."""
        while self.pos + count > self.limit and self.more is not None and self.frame < 0:
            count -= self.limit - self.pos
            self.pos = self.limit
            self.reach(min(count, 1))
        if self.pos + count > self.limit:
            self.reach(count)
        self.pos += count

    def line(self) -> bytes:
        """The bytes up to the next newline, which is passed over."""
        while True:
            end = self.data.find(b"\n", self.pos, self.limit)
            if end >= 0:
                line = self.data[self.pos : end]
                self.pos = end + 1
                return line
            if self.limit - self.pos > LONGEST_LINE:
                raise UnreadableError("The pickle holds a line of text without an end.")
            self.reach(self.limit - self.pos + 1)

    def open_frame(self, size: int) -> None:
        """Enter a frame of `size` bytes."""
        if self.frame >= 0 and self.pos < self.frame:
            raise UnreadableError("The pickle is malformed: one frame begins inside another.")
        self.frame = self.pos + size
        self._settle()

    def leave_frame(self) -> None:
        """Assert that the open frame, if any, ends exactly here."""
        if self.frame >= 0 and self.pos != self.frame:
            raise UnreadableError("The pickle is malformed: its object ends inside a frame.")
        self.frame = -1
        self._settle()

    def begin(self) -> None:
        """See to it that an opcode can be read here; only between instructions may a frame end."""
        if self.pos == self.frame:
            self.frame = -1
        self.reach(1)

    def reach(self, count: int) -> None:
        """See to it that `count` bytes can be taken here; raises where the file or frame ends."""
        if self.frame >= 0 and self.pos + count > self.frame:
            raise UnreadableError(
                "The pickle is malformed: a frame ends in the middle of an instruction."
            )
        self._fill(count)
        self._settle()

    def _settle(self) -> None:
        end = len(self.data)
        self.limit = end if self.frame < 0 else min(end, self.frame)

    def _fill(self, count: int) -> None:
        if self.pos + count <= len(self.data):
            return
        parts, have = [self.data[self.pos :]], len(self.data) - self.pos
        while have < count:
            chunk = next(self.more, b"") if self.more is not None else b""
            if not chunk:
                raise UnreadableError(
                    f"The file is cut short: it ends after {self.base + self.pos + have:,} bytes, "
                    "in the middle of its object.",
                    "Copy or download it again.",
                )
            parts.append(chunk)
            have += len(chunk)
        if self.frame >= 0:
            self.frame -= self.pos
        self.base += self.pos
        self.data, self.pos = b"".join(parts), 0
