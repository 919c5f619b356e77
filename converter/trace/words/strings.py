"""`Series.str`: pandas' methods on a column of text."""

import re
from typing import Any

import numpy as np

from converter.trace.expression import Node, ordered
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.frame import Frame
from converter.trace.standins.lift import is_standin, node_of
from converter.trace.standins.series import Series
from converter.trace.words import texts
from converter.trace.words.pieces import Pieces, of_regex

JUDGED = ("alnum", "alpha", "decimal", "digit", "lower", "numeric", "space", "upper", "title")
_UNGIVEN = "<no_default>"


def spoken_by(node: Node) -> str:
    """Who changes letters in a column of text: "arrow" for pandas' own dtype, else "python"."""
    sources = {n.attrs["name"] for n in ordered((node,)) if n.op == "input"}
    return "python" if sources & active().plain_texts else _default_storage()


def _default_storage() -> str:
    import pandas

    storage = getattr(pandas.Series(["a"]).dtype, "storage", "python")
    return "arrow" if storage == "pyarrow" else "python"


_REWRITES = {
    "normalize": "a graph has no Unicode forms: replace the letters that occur, by "
    '.str.replace("é", "e"), or do it before the rows reach the model',
    "encode": 'a graph has no bytes: .str.replace(r"[^\\x00-\\x7f]", "", regex=True) drops what is '
    "not ASCII",
    "decode": "a graph has no bytes: leave the texts texts",
    **dict.fromkeys(
        ("rfind", "rindex"),
        "a graph finds the first place only (.str.find); what stands behind the last one is "
        ".str.split(text).str[-1]",
    ),
}
"""Methods that a graph has nothing for → what to do instead."""


class StringMethods:
    """What `series.str` gives. Missing texts stay missing, have no length and match nothing."""

    def __init__(self, series: Series) -> None:
        if series._node.kind != "text":
            raise AttributeError("Can only use .str accessor with string values")
        self._series = series
        self._x = series._node

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name.startswith("is") and name[2:] in JUDGED:
            return lambda: self._gives(texts.judged(self._x, name[2:], spoken_by(self._x)))
        return unknown(f"`.str.{name}`", _REWRITES.get(name, ""))

    def _gives(self, node: Node) -> Series:
        return self._series._like(node)

    def _number(self, node: Node) -> Series:
        return self._gives(texts.unless_missing(self._x, node, np.nan))

    def _truth(self, node: Node, na: Any) -> Series:
        if repr(na) == _UNGIVEN or na is None or na != na:
            na = False
        if not isinstance(na, bool | np.bool_):
            unknown(f"`na={na!r}`")
        return self._gives(texts.unless_missing(self._x, node, bool(na)))

    # --- letters ---

    def lower(self) -> Series:
        """Lower case."""
        return self._case("lower")

    def upper(self) -> Series:
        """Upper case."""
        return self._case("upper")

    def title(self) -> Series:
        """Every word with a capital."""
        return self._case("title")

    def capitalize(self) -> Series:
        """The first letter a capital."""
        return self._case("capitalize")

    def swapcase(self) -> Series:
        """Upper for lower case."""
        return self._case("swapcase")

    def casefold(self) -> Series:
        """For comparisons."""
        return self._case("casefold")

    def _case(self, how: str) -> Series:
        return self._gives(texts.case(self._x, how, spoken_by(self._x)))

    def strip(self, to_strip: Any = None) -> Series:
        """Without `to_strip`, or white space, at both ends."""
        return self._gives(texts.strip(self._x, _chars(to_strip)))

    def lstrip(self, to_strip: Any = None) -> Series:
        """At the left end."""
        return self._gives(texts.strip(self._x, _chars(to_strip), "left"))

    def rstrip(self, to_strip: Any = None) -> Series:
        """At the right end."""
        return self._gives(texts.strip(self._x, _chars(to_strip), "right"))

    def removeprefix(self, prefix: str) -> Series:
        """Without `prefix`."""
        return self._gives(texts.prefix_removed(self._x, prefix))

    def removesuffix(self, suffix: str) -> Series:
        """Without `suffix`."""
        return self._gives(texts.suffix_removed(self._x, suffix))

    def translate(self, table: Any) -> Series:
        """Single characters replaced, by `str.maketrans`."""
        return self._gives(texts.translated(self._x, table))

    # --- parts ---

    def __getitem__(self, key: Any) -> Series:
        if isinstance(key, slice):
            return self.slice(key.start, key.stop, key.step)
        return self.get(key)

    def get(self, i: Any) -> Series:
        """One character."""
        return self._gives(texts.unless_missing(self._x, texts.character(self._x, _int(i)), None))

    def slice(self, start: Any = None, stop: Any = None, step: Any = None) -> Series:
        """Some characters."""
        bounds = (None if bound is None else _int(bound) for bound in (start, stop, step))
        return self._gives(texts.sliced(self._x, *bounds))

    def split(
        self, pat: Any = None, *, n: Any = -1, expand: bool = False, regex: Any = None
    ) -> Any:
        """Into pieces."""
        limit = -1 if n in (-1, 0, None) else _int(n)
        found = self._pieces(pat, limit, regex)
        return self._spread(found) if expand else SplitSeries(self._series, found)

    def rsplit(self, pat: Any = None, *, n: Any = -1, expand: bool = False) -> Any:
        """Into pieces, from the right."""
        if n not in (-1, 0, None):
            return unknown("`.str.rsplit(n=…)`", "use .str.split and take .str[-1]")
        return self.split(pat, expand=expand, regex=False)

    def _pieces(self, pat: Any, limit: int, regex: Any) -> Pieces:
        pattern, flags = _pattern(pat, 0) if pat is not None else (None, 0)
        if pattern is None or pattern == "":
            return Pieces(self._x, None, limit)
        if regex is False or (regex is None and not _is_compiled(pat) and len(pattern) == 1):
            return Pieces(self._x, pattern, limit)
        return of_regex(self._x, pattern, flags, limit)

    def _spread(self, found: Pieces) -> Frame:
        most = int(np.max(np.asarray(found.count().value), initial=1))
        columns = {index: self._piece(found, index) for index in range(most)}
        return Frame(columns, self._series._slot, self._series._index_kind)

    def _piece(self, found: Pieces, index: int) -> Node:
        return texts.unless_missing(self._x, found.item(index), None)

    def partition(self, sep: str = " ", expand: bool = True) -> Any:
        """What is before a separator, it, and what is after."""
        if not expand:
            return unknown("`.str.partition(expand=False)`")
        present = texts.contains(self._x, sep)
        before, after = (texts.piece(self._x, sep, index, 1) for index in (0, 1))
        none = texts.unless_missing(self._x, "", None)
        columns = {0: before, 1: texts.chosen(present, sep, none)}
        columns[2] = texts.chosen(present, after, none)
        return Frame(columns, self._series._slot, self._series._index_kind)

    def extract(self, pat: Any, flags: int = 0, expand: bool = True) -> Any:
        """The groups of the first match."""
        pattern, flags = _pattern(pat, flags)
        groups = re.compile(pattern, flags)
        if not groups.groups:
            raise ValueError("pattern contains no capture groups")
        names = {number: name for name, number in groups.groupindex.items()}
        columns = {
            names.get(number, number - 1): texts.extract(self._x, pattern, number, flags)
            for number in range(1, groups.groups + 1)
        }
        if expand or len(columns) > 1:
            return Frame(columns, self._series._slot, self._series._index_kind)
        [(name, node)] = columns.items()
        result = self._gives(node)
        if isinstance(name, str):
            result._name = name
        return result

    def findall(self, pat: Any, flags: int = 0) -> Any:
        """All matches."""
        pattern, flags = _pattern(pat, flags)
        return SplitSeries(self._series, Pieces(self._x, pattern=pattern, flags=flags))

    # --- replacing and joining ---

    def replace(
        self,
        pat: Any,
        repl: Any = None,
        n: int = -1,
        case: Any = None,
        flags: int = 0,
        regex: bool = False,
    ) -> Series:
        """Literal text, or a regular expression."""
        if isinstance(pat, dict):
            result = self._series
            for key, value in pat.items():
                result = StringMethods(result).replace(key, value, n, case, flags, regex)
            return result
        if not isinstance(repl, str):
            unknown("`.str.replace` by a function")
        limit = 0 if n in (-1, 0, None) else _int(n)
        if _is_compiled(pat) or regex:
            pattern, flags = _pattern(pat, flags, case)
            return self._gives(texts.replace(self._x, pattern, repl, flags, limit))
        if case is False or flags:
            pattern, flags = _pattern(re.escape(pat), flags, case)
            return self._gives(
                texts.replace(self._x, pattern, repl.replace("\\", r"\\"), flags, limit)
            )
        return self._gives(texts.replace_literal(self._x, pat, repl, limit or -1))

    def cat(
        self, others: Any = None, sep: Any = None, na_rep: Any = None, join: str = "left"
    ) -> Series:
        """With other columns, row by row."""
        if others is None:
            mixes_rows("joins the texts of all rows")
        if join != "left":
            unknown("`.str.cat(join=…)`")
        columns = [self._x, *_columns(others)]
        if na_rep is not None:
            columns = [texts.filled(column, na_rep) for column in columns]
        parts: list[Any] = [columns[0]]
        for column in columns[1:]:
            parts += [sep, column] if sep else [column]
        return self._gives(texts.concat(*parts))

    def repeat(self, repeats: Any) -> Series:
        """Several times."""
        return self._gives(texts.repeated(self._x, _int(repeats)))

    def pad(self, width: int, side: str = "left", fillchar: str = " ") -> Series:
        """To a least length."""
        if side not in ("left", "right"):
            unknown(f"`.str.pad(side={side!r})`")
        return self._gives(texts.padded(self._x, _int(width), fillchar, side))

    def rjust(self, width: int, fillchar: str = " ") -> Series:
        """Filled at the left."""
        return self.pad(width, "left", fillchar)

    def ljust(self, width: int, fillchar: str = " ") -> Series:
        """Filled at the right."""
        return self.pad(width, "right", fillchar)

    def zfill(self, width: int) -> Series:
        """Filled with zeros at the left."""
        return self._gives(texts.zero_filled(self._x, _int(width)))

    # --- numbers and truth values ---

    def len(self) -> Series:
        """The number of characters."""
        return self._number(texts.length(self._x))

    def count(self, pat: Any, flags: int = 0) -> Series:
        """The number of matches of a regular expression."""
        return self._number(texts.count(self._x, *_pattern(pat, flags)))

    def find(self, sub: str, start: int = 0, end: Any = None) -> Series:
        """Where a text stands first."""
        if start != 0 or end is not None:
            unknown("`.str.find` with bounds")
        return self._number(texts.position(self._x, sub))

    def contains(
        self, pat: Any, case: bool = True, flags: int = 0, na: Any = None, regex: bool = True
    ) -> Series:
        """Whether a regular expression (or literal text) is found."""
        if not regex:
            pat = re.escape(pat)
        return self._truth(texts.matches(self._x, *_pattern(pat, flags, case)), na)

    def match(self, pat: Any, case: Any = True, flags: Any = 0, na: Any = None) -> Series:
        """Whether a regular expression matches at the start."""
        return self._truth(texts.matches(self._x, *_pattern(pat, flags, case), "match"), na)

    def fullmatch(self, pat: Any, case: bool = True, flags: int = 0, na: Any = None) -> Series:
        """Whether a regular expression matches the whole text."""
        return self._truth(texts.matches(self._x, *_pattern(pat, flags, case), "fullmatch"), na)

    def startswith(self, pat: Any, na: Any = None) -> Series:
        """Whether the text begins so."""
        return self._truth(texts.starts(self._x, pat), na)

    def endswith(self, pat: Any, na: Any = None) -> Series:
        """Whether the text ends so."""
        return self._truth(texts.ends(self._x, pat), na)


class SplitSeries:
    """A column of lists, as `.str.split` and `.str.findall` give it."""

    def __init__(self, series: Series, pieces: Pieces) -> None:
        self._series = series
        self._pieces = pieces

    def __getitem__(self, index: Any) -> Series:
        if not isinstance(index, int | np.integer):
            return unknown("a slice of the pieces of a text")
        return self.get(index)

    def get(self, i: Any) -> Series:
        """One piece."""
        node = self._pieces.item(_int(i))
        return self._series._like(texts.unless_missing(self._series._node, node, None))

    def len(self) -> Series:
        """How many pieces there are."""
        node = self._pieces.count()
        return self._series._like(texts.unless_missing(self._series._node, node, np.nan))

    def join(self, sep: str) -> Series:
        """The pieces as one text again."""
        return self._series._like(self._pieces.joined(sep))

    def apply(self, function: Any) -> Series:
        """`len`, or a function that takes one piece."""
        if texts.may_miss(self._series._node):
            unknown("a function of the pieces of missing texts")
        if getattr(function, "_original", function) is len:
            return self.len()
        return unknown("a function of the pieces of a text", "take single pieces by .str[i]")

    map = apply

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return unknown(f"`.{name}` of the pieces of a text")

    @property
    def str(self) -> Any:
        """pandas treats lists as it treats texts."""
        return self


def _chars(chars: Any) -> str | None:
    return chars if chars is None or isinstance(chars, str) else unknown("`.str.strip` by a list")


def _int(value: Any) -> int:
    if not isinstance(value, int | np.integer) or isinstance(value, bool):
        return unknown(f"{value!r} as a position in a text")
    return int(value)


def _is_compiled(pattern: Any) -> bool:
    return isinstance(pattern, re.Pattern) or hasattr(pattern, "_mlconvert_pattern")


def _pattern(pattern: Any, flags: Any, case: Any = True) -> tuple[str, int]:
    """A pattern of any form, and its flags."""
    pattern = getattr(pattern, "_mlconvert_pattern", pattern)
    flags = 0 if repr(flags) == _UNGIVEN else int(flags)
    if isinstance(pattern, re.Pattern):
        flags, pattern = flags | pattern.flags & ~re.UNICODE, pattern.pattern
    if not isinstance(pattern, str):
        return unknown(f"a pattern of the type {type(pattern).__name__}")
    return pattern, flags | (re.IGNORECASE if case is False else 0)


def _columns(others: Any) -> list[Node]:
    if isinstance(others, Frame):
        return list(others._columns.values())
    if isinstance(others, list | tuple):
        return [node for other in others for node in _columns(other)]
    if not is_standin(others):
        unknown("`.str.cat` with a column from elsewhere")
    return [node_of(others)]
