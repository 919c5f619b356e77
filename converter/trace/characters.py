"""Sets of characters, as Python's `re` has them, spelled for the expressions of RE2 and of Java.

Their `\\w`, `\\d` and `\\s` know ASCII only, and their `(?i)` folds otherwise. So every set is
looked up in Python itself, over all characters, and spelled out: by Unicode's own categories where
these say it, else by its ranges.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

Ranges = tuple[tuple[int, int], ...]
"""Of code points, ascending, both ends included."""

SPACE = (
    r"\t-\r\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}"
    r"\x{3000}"
)
WORD = r"\p{L}\p{N}_"
_SPELLED = {r"\w": WORD, r"\d": r"\p{Nd}", r"\s": SPACE}
"""Equal to Python's over all assigned characters."""


@dataclass(frozen=True)
class Characters:
    """The characters that one place of a pattern matches."""

    source: str
    """In Python's syntax, such as `[^\\w-]`."""
    flags: int

    def ranges(self) -> Ranges:
        """Their code points."""
        return ranges_of(self.source, self.flags)

    def spelled(self) -> str:
        """In RE2's syntax."""
        if not self.flags and (one := re.fullmatch(r"\[([A-Za-z0-9])\]", self.source)):
            return one[1]
        if not self.flags & (re.IGNORECASE | re.ASCII) and (plain := _plain(self.source)):
            return plain
        return spelled(self.ranges())

    def but(self, other: "Characters") -> "Characters":
        """Those that are not among the others."""
        left = "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in self.without(other))
        return Characters(f"[{left}]" if left else r"[^\s\S]", 0)

    def within(self, other: "Characters") -> bool:
        """Whether all of them are among the others."""
        return not self.without(other)

    def without(self, other: "Characters") -> Ranges:
        """Those that are not among the others."""
        return minus(self.ranges(), other.ranges())


ANY = Characters(".", re.DOTALL)


def at_place(op: str, argument: Any, flags: int) -> Characters:
    """Those of one place in a tree of `re`: of LITERAL, NOT_LITERAL, ANY or IN."""
    if op == "ANY":
        return ANY if flags & re.DOTALL else Characters(r"[^\n]", 0)
    items = map(_member, argument) if op == "IN" else [_escaped(argument)]
    negated = "^" if op == "NOT_LITERAL" else ""
    return Characters(f"[{negated}{''.join(items)}]", flags & (re.IGNORECASE | re.ASCII))


def _member(item: Any) -> str:
    op, argument = item
    match str(op):
        case "NEGATE":
            return "^"
        case "LITERAL":
            return _escaped(argument)
        case "RANGE":
            return f"{_escaped(argument[0])}-{_escaped(argument[1])}"
    letter = str(argument).rpartition("_")[2][0].lower()  # CATEGORY_NOT_SPACE
    return "\\" + (letter.upper() if "_NOT_" in str(argument) else letter)


def _escaped(code: int) -> str:
    return re.escape(chr(code)) if chr(code) != "^" else r"\^"


def _plain(source: str) -> str:
    """A set that holds nothing but the three classes and ASCII characters, by its categories."""
    found = re.fullmatch(r"\[(\^?)((?:\\[wds]|\\?[ -~])*)\]", source)
    if source in (r"[\W]", r"[\S]", r"[\D]"):
        return f"[^{_SPELLED[source[1:3].lower()]}]"
    if not found or not re.search(r"\\[wds]", source) or re.search(r"\\[WDS]", source):
        return ""
    members = re.sub(r"\\[wds]", lambda letter: _SPELLED[letter[0]], found[2])
    return f"[{found[1]}{members}]"


@cache
def _everything() -> str:
    codes = np.r_[0:0xD800, 0xE000:0x110000].astype("<u4")
    return str(codes.tobytes(), "utf-32-le")


@cache
def ranges_of(source: str, flags: int = 0) -> Ranges:
    """The code points that a set of Python's `re` matches."""
    if not flags and (one := re.fullmatch(r"\[\\?([^\\^a-zA-Z0-9]|(?<!\\)[a-zA-Z0-9])\]", source)):
        return points(one[1])
    runs = re.compile(f"(?:{source})+", flags).finditer(_everything())
    return tuple((ord(run[0][0]), ord(run[0][-1])) for run in runs)


@cache
def ranges_where(method: str) -> Ranges:
    """The code points of which `str.isupper` (or another of that kind, by name) is true."""
    text = _everything()
    holds = np.fromiter(map(getattr(str, method), text), dtype=bool, count=len(text))
    edges = np.flatnonzero(np.diff(np.r_[False, holds, False]))
    return tuple(
        (ord(text[low]), ord(text[high - 1])) for low, high in edges.reshape(-1, 2).tolist()
    )


def minus(ranges: Ranges, others: Ranges) -> Ranges:
    """What is in `ranges` and not in `others`."""
    found: list[tuple[int, int]] = []
    gaps, first = inverted(others), 0
    for low, high in ranges:
        while first < len(gaps) and gaps[first][1] < low:
            first += 1
        at = first
        while at < len(gaps) and gaps[at][0] <= high:
            found.append((max(low, gaps[at][0]), min(high, gaps[at][1])))
            at += 1
    return tuple(found)


def union(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Ranges that may overlap, as ranges that do not."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def inverted(ranges: Ranges) -> Ranges:
    """All other characters; surrogates are none."""
    starts = [0, *(high + 1 for _, high in ranges)]
    ends = [*(low - 1 for low, _ in ranges), 0x10FFFF]
    gaps = ((low, high) for low, high in zip(starts, ends, strict=True) if low <= high)
    return tuple(gap for gap in gaps if gap != (0xD800, 0xDFFF))


def spelled(ranges: Ranges) -> str:
    """A set of RE2, of characters or of what they are not, whichever is shorter."""
    if not ranges:
        return r"[^\x{0}-\x{10ffff}]"
    if ranges == ((0, 0x10FFFF),):
        return "(?s:.)"
    others = inverted(ranges)
    if others and len(others) < len(ranges):
        return f"[^{members(others)}]"
    return f"[{members(ranges)}]"


def members(ranges: Ranges) -> str:
    """What stands in the brackets of a set of RE2."""
    return "".join(_range(*each) for each in ranges)


def points(characters: Iterable[str]) -> Ranges:
    """Single characters."""
    return tuple((ord(each), ord(each)) for each in sorted(set(characters)))


def _range(start: int, end: int) -> str:
    return _character(start) if start == end else f"{_character(start)}-{_character(end)}"


def _character(code: int) -> str:
    return chr(code) if chr(code).isascii() and chr(code).isalnum() else f"\\x{{{code:x}}}"
