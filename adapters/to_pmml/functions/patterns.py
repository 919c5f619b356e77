"""Python's regular expressions, spelled for PMML's `matches` and `replace`.

The spelling is the part that Java's expressions and PCRE share, with every set of characters and
every place written out: their `\\w`, `.` and `$` are not Python's.
"""

import re
from typing import Any

from adapters.to_pmml.functions.unsaid import Unsaid, lacks
from converter.trace.characters import WORD, at_place

ANYTHING = r"(?s:.)*"
_PLACES = {
    "AT_BEGINNING": r"\A",
    "AT_BEGINNING_STRING": r"\A",
    "AT_END": r"(?=\n?\z)",
    "AT_END_STRING": r"\z",
    "AT_BOUNDARY": rf"(?:(?<=[{WORD}])(?![{WORD}])|(?<![{WORD}])(?=[{WORD}]))",
}
_PLACES_OF_LINES = {"AT_BEGINNING": r"(?<![^\n])", "AT_END": r"(?![^\n])"}


class Pattern:
    """A pattern of Python's `re`; `shift` numbers its groups from a later one on."""

    def __init__(self, pattern: str, flags: int, shift: int = 0) -> None:
        from re import _parser  # type: ignore[attr-defined]

        self.source, self.shift = pattern, shift
        self.tree = _parser.parse(pattern, flags)
        self.flags = int(self.tree.state.flags)
        self.certain: set[int] = {0}
        """The groups that take part in every match."""
        if self.flags & re.LOCALE:
            raise self.unsaid("depends on a locale")
        self.spelled = self._sequence(self.tree, self.flags, certain=True)

    def unsaid(self, why: str) -> Unsaid:
        """The refusal of it."""
        return lacks(f"the pattern {self.source!r:.60}, which {why}")

    def _sequence(self, items: Any, flags: int, *, certain: bool) -> str:
        return "".join(self._part(op, argument, flags, certain) for op, argument in items)

    def _part(self, op: Any, argument: Any, flags: int, certain: bool) -> str:
        match str(op):
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN" as kind:
                return at_place(kind, argument, flags).spelled()
            case "BRANCH":
                ways = (self._sequence(way, flags, certain=False) for way in argument[1])
                return f"(?:{'|'.join(ways)})"
            case "SUBPATTERN":
                return self._group(argument, flags, certain)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                return self._repeat(str(op), argument, flags, certain)
            case "ASSERT" | "ASSERT_NOT":
                return self._look(str(op), argument, flags)
            case "GROUPREF" if not flags & re.IGNORECASE:
                return rf"(?:\{argument + self.shift})"
            case "AT":
                return self._place(str(argument), flags)
        raise self.unsaid(f"has a {str(op).lower().replace('_', ' ')}")

    def _group(self, argument: Any, flags: int, certain: bool) -> str:
        number, added, removed, items = argument
        inner = self._sequence(items, (flags | added) & ~removed, certain=certain)
        if number is None:
            return f"(?:{inner})"
        if certain:
            self.certain.add(number)
        return f"({inner})"

    def _repeat(self, op: str, argument: Any, flags: int, certain: bool) -> str:
        from re import _constants  # type: ignore[attr-defined]

        least, most, items = argument
        inner = self._sequence(items, flags, certain=certain and least > 0)
        if "(" in inner and items.getwidth()[0] == 0:
            raise self.unsaid("repeats a group that may be empty")
        end = "" if most is _constants.MAXREPEAT else str(most)
        kind = {"MAX_REPEAT": "", "MIN_REPEAT": "?", "POSSESSIVE_REPEAT": "+"}[op]
        return f"(?:{inner}){{{least},{end}}}{kind}"

    def _look(self, op: str, argument: Any, flags: int) -> str:
        direction, items = argument
        sign = ("" if direction > 0 else "<") + ("=" if op == "ASSERT" else "!")
        return f"(?{sign}{self._sequence(items, flags, certain=False)})"

    def _place(self, kind: str, flags: int) -> str:
        places = {**_PLACES, **(_PLACES_OF_LINES if flags & re.MULTILINE else {})}
        if kind not in places or (kind == "AT_BOUNDARY" and flags & re.ASCII):
            raise self.unsaid(r"has a \B, or a \b of ASCII")
        return places[kind]


def quoted(text: str) -> str:
    """A pattern of a text itself."""
    return Pattern(re.escape(text), 0).spelled


def template(by: str, pattern: str, flags: int, shift: int = 0) -> str:
    """A template of `re.sub` in PMML: `$1` for groups."""
    from re import _parser  # type: ignore[attr-defined]

    parsed = _parser.parse_template(by, re.compile(pattern, flags))
    parts = _parts_of_311(parsed) if isinstance(parsed, tuple) else parsed
    if any(isinstance(part, int) and part + shift > 9 for part in parts):
        raise lacks("a replacement by a tenth group")
    told = (
        f"${part + shift}" if isinstance(part, int) else re.sub(r"([\\$])", r"\\\1", part)
        for part in parts
    )
    # Behind a group, a digit would be one more of its number.
    return re.sub(r"(?<!\\)(\$[0-9])(?=[0-9])", r"\1\\", "".join(told))


def _parts_of_311(parsed: Any) -> list[Any]:
    """Groups and literals in one row, as later versions of Python give them."""
    groups, literals = parsed
    numbers = dict(groups)
    return [numbers.get(place, literal) for place, literal in enumerate(literals)]
