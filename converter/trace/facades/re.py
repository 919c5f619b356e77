"""Python's `re` on one row's text: patterns are fixed, texts are not.

A match is asked for as a way of its own: where there is one, `re.search` gives a match, where there
is none, the real None.
"""

import re
from typing import Any

from converter.trace.calls import raising
from converter.trace.session import unknown
from converter.trace.standins.marks import is_marked
from converter.trace.standins.scalar import Scalar
from converter.trace.standins.text import Text
from converter.trace.words import texts
from converter.trace.words.deciding import decided
from converter.trace.words.pieces import Pieces, of_regex
from converter.trace.words.text_scalars import Words, revived


class Pattern:
    """A compiled pattern."""

    def __init__(self, real: re.Pattern[str]) -> None:
        self._mlconvert_pattern = real
        self._source = real.pattern
        self._flags = real.flags & ~re.UNICODE

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._mlconvert_pattern, name)
        return _refusing(name, value) if callable(value) else value

    def __eq__(self, other: object) -> bool:
        return bool(getattr(other, "_mlconvert_pattern", other) == self._mlconvert_pattern)

    def __hash__(self) -> int:
        return hash(self._mlconvert_pattern)

    def search(self, string: Any) -> Any:
        """The first match, or None."""
        return self._match(string, "search")

    def match(self, string: Any) -> Any:
        """A match at the start, or None."""
        return self._match(string, "match")

    def fullmatch(self, string: Any) -> Any:
        """A match of the whole text, or None."""
        return self._match(string, "fullmatch")

    def _match(self, string: Any, how: str) -> Any:
        text = _text(string)
        if text is None:
            return getattr(self._mlconvert_pattern, how)(string)
        if not decided(texts.matches(text._node, self._source, self._flags, how)):
            return None
        return Match(self, text, how)

    def sub(self, repl: Any, string: Any, count: int = 0) -> Any:
        """Matches replaced."""
        text = _text(string)
        if text is None:
            return self._mlconvert_pattern.sub(repl, string, count)
        if not isinstance(repl, str) or is_marked(repl) or isinstance(repl, Text):
            return unknown("`re.sub` by a function, or by another value of the row")
        return Text(texts.replace(text._node, self._source, repl, self._flags, count), text._slot)

    def findall(self, string: Any) -> Any:
        """All matches."""
        text = _text(string)
        if text is None:
            return self._mlconvert_pattern.findall(string)
        return Words(Pieces(text._node, pattern=self._source, flags=self._flags), text._slot)

    def split(self, string: Any, maxsplit: int = 0) -> Any:
        """What is between the matches."""
        text = _text(string)
        if text is None:
            return self._mlconvert_pattern.split(string, maxsplit)
        pieces = of_regex(text._node, self._source, self._flags, maxsplit or -1)
        return Words(pieces, text._slot)


class Match:
    """A match that there is."""

    def __init__(self, pattern: Pattern, text: Text, how: str) -> None:
        self._pattern = pattern
        self._text = text
        self._how = how

    def __bool__(self) -> bool:
        return True

    def group(self, *groups: Any) -> Any:
        """Some groups, or the whole match."""
        found = tuple(self._group(group) for group in groups or (0,))
        return found[0] if len(found) == 1 else found

    __getitem__ = group

    def groups(self) -> tuple[Any, ...]:
        """All groups."""
        count = self._pattern._mlconvert_pattern.groups
        return tuple(self._group(number) for number in range(1, count + 1))

    def groupdict(self) -> dict[str, Any]:
        """The named groups."""
        return {name: self._group(name) for name in self._pattern._mlconvert_pattern.groupindex}

    def _group(self, group: Any) -> Any:
        if isinstance(group, str):
            if group not in self._pattern._mlconvert_pattern.groupindex:
                raising(IndexError("no such group"))
            group = self._pattern._mlconvert_pattern.groupindex[group]
        source = _bound(self._pattern._source, self._how)
        node = texts.extract(self._text._node, source, group, self._pattern._flags)
        return Text(node, self._text._slot)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return unknown(f"`.{name}` of a match")


def _bound(source: str, how: str) -> str:
    """A pattern that is found only where `how` would find it."""
    if how == "search":
        return source
    return rf"\A(?:{source})" + (r"\Z" if how == "fullmatch" else "")


def _text(value: Any) -> Text | None:
    """One row's text; None for a real one."""
    value = revived(value)
    if isinstance(value, Text):
        return value
    if isinstance(value, Scalar) or not isinstance(value, str):
        raising(TypeError("expected string or bytes-like object"))
    return None


def _refusing(name: str, real: Any) -> Any:
    """A method that is not modelled: of real texts only."""

    def call(*args: Any, **options: Any) -> Any:
        if any(isinstance(arg, Text) or is_marked(arg) for arg in (*args, *options.values())):
            return unknown(f"`.{name}` of a pattern")
        return real(*args, **options)

    return call


def compiled(pattern: Any, flags: Any = 0) -> Any:
    """`re.compile`."""
    if isinstance(pattern, Pattern):
        return pattern
    if isinstance(pattern, Text) or is_marked(pattern):
        return unknown("a pattern made of a row's values", "use a fixed pattern")
    real = re.compile(pattern, flags)
    return Pattern(real) if isinstance(real.pattern, str) else real


def _search(pattern: Any, string: Any, flags: Any = 0) -> Any:
    return compiled(pattern, flags).search(string)


def _match(pattern: Any, string: Any, flags: Any = 0) -> Any:
    return compiled(pattern, flags).match(string)


def _fullmatch(pattern: Any, string: Any, flags: Any = 0) -> Any:
    return compiled(pattern, flags).fullmatch(string)


def _sub(pattern: Any, repl: Any, string: Any, count: int = 0, flags: Any = 0) -> Any:
    return compiled(pattern, flags).sub(repl, string, count)


def _findall(pattern: Any, string: Any, flags: Any = 0) -> Any:
    return compiled(pattern, flags).findall(string)


def _split(pattern: Any, string: Any, maxsplit: int = 0, flags: Any = 0) -> Any:
    return compiled(pattern, flags).split(string, maxsplit)


REPLACED: dict[str, Any] = {
    "re.compile": compiled,
    "re.search": _search,
    "re.match": _match,
    "re.fullmatch": _fullmatch,
    "re.sub": _sub,
    "re.findall": _findall,
    "re.split": _split,
}

for _recorder in REPLACED.values():
    _recorder.always = True  # texts may stand within plain strings
