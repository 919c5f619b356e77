"""What `split` and `findall` make of a text: a list, of which single items and the number count."""

import re
from dataclasses import dataclass

from converter.trace.expression import Node
from converter.trace.session import unknown
from converter.trace.words import texts


@dataclass(frozen=True)
class Pieces:
    """The pieces of each row's text."""

    source: Node
    """The text."""
    separator: str | None = None
    """What stood between them; None: white space, or `pattern` is given."""
    limit: int = -1
    """How often the text was split at most; -1: wherever it can be."""
    pattern: str = ""
    """Of `findall`: what the pieces match."""
    flags: int = 0

    def item(self, index: int) -> Node:
        """The piece number `index`, from the end where it is negative; missing where none is."""
        if self.pattern:
            group = self._group()
            return texts.extract(self.source, self.pattern, group, self.flags, index)
        return texts.piece(self.source, self.separator, index, self.limit)

    def count(self) -> Node:
        """How many there are."""
        if self.pattern:
            return texts.count(self.source, self.pattern, self.flags)
        return texts.pieces(self.source, self.separator, self.limit)

    def joined(self, glue: str) -> Node:
        """`glue.join(pieces)`."""
        if self.pattern or self.limit >= 0:
            return unknown("pieces of text joined again", "replace what is between them instead")
        if self.separator is not None:
            return texts.replace_literal(self.source, self.separator, glue)
        stripped = texts.strip(self.source)
        return texts.replace(stripped, r"\s+", glue.replace("\\", r"\\"))

    def _group(self) -> int:
        groups = re.compile(self.pattern).groups
        if groups > 1:
            unknown("`findall` of several groups")
        return groups


def of_regex(x: Node, pattern: str, flags: int = 0, limit: int = -1) -> Pieces:
    """`re.split(pattern, text)`: of a pattern that is plain text, or runs of one kind."""
    if flags == 0 and (plain := literal_of(pattern)) is not None:
        return Pieces(x, plain, limit)
    if limit >= 0 or re.compile(pattern, flags).groups:
        unknown(f"a split at {pattern!r} with a limit, or with groups")
    once = texts.replace(x, pattern, MARK, flags)
    return Pieces(once, MARK)


MARK = "\ue000"
"""Of the private use area: it stands in no text that means anything."""


def literal_of(pattern: str) -> str | None:
    """The only text that a pattern matches; None where it is more than plain text."""
    from re import _parser  # type: ignore[attr-defined]

    parsed = _parser.parse(pattern)
    if not parsed or any(str(op) != "LITERAL" for op, _ in parsed):
        return None
    return "".join(chr(code) for _, code in parsed)
