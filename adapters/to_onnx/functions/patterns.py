"""Python's regular expressions, read into trees and spelled for RE2.

What RE2 lacks (references back, looking around) is refused, and so is what it would take to be
something else. The meaning of `$` and `\\b` depends on where they stand: see `texts`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from adapters.to_onnx.refused import Refused
from converter.trace.characters import Characters, at_place
from converter.values import Reason, Turn

LONGEST_REPEAT = 1000
NEWLINE = Characters(r"[\n]", 0)


@dataclass(frozen=True)
class Sequence:
    """Parts, one after another."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True)
class Choice:
    """One of several, tried in this order."""

    branches: tuple["Tree", ...]


@dataclass(frozen=True)
class Repeat:
    """One part several times; lazy: as few as will do."""

    part: "Tree"
    least: int
    most: int | None
    lazy: bool = False


@dataclass(frozen=True)
class Group:
    """A numbered part."""

    part: "Tree"
    number: int


@dataclass(frozen=True)
class Place:
    """A place between characters: "start", "end", "$" or "boundary"."""

    kind: str


Tree = Characters | Sequence | Choice | Repeat | Group | Place

_PLACES = {
    "AT_BEGINNING": "start",
    "AT_BEGINNING_STRING": "start",
    "AT_END": "$",
    "AT_END_STRING": "end",
    "AT_BOUNDARY": "boundary",
}
_TOLD = {
    "ASSERT": "looks ahead or behind (?=…)",
    "ASSERT_NOT": "looks ahead or behind (?!…)",
    "GROUPREF": "refers back to a group",
    "AT_NON_BOUNDARY": r"has a \B",
}


@cache
def parsed(pattern: str, flags: int) -> Tree:
    """The tree of a pattern. Raises `Refused`."""
    from re import _parser  # type: ignore[attr-defined]

    found = _parser.parse(pattern, flags)
    flags = found.state.flags
    if flags & (re.MULTILINE | re.LOCALE):
        raise unsaid(pattern, "has the flag re.MULTILINE")
    return _sequence(found, flags, pattern)


def _sequence(items: Any, flags: int, pattern: str) -> Tree:
    parts = tuple(_part(op, argument, flags, pattern) for op, argument in items)
    return parts[0] if len(parts) == 1 else Sequence(parts)


def _part(op: Any, argument: Any, flags: int, pattern: str) -> Tree:
    match str(op):
        case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN" as kind:
            return at_place(kind, argument, flags)
        case "BRANCH":
            return Choice(tuple(_sequence(branch, flags, pattern) for branch in argument[1]))
        case "SUBPATTERN":
            number, added, removed, items = argument
            inner = _sequence(items, (flags | added) & ~removed, pattern)
            return inner if number is None else Group(inner, number)
        case "MAX_REPEAT" | "MIN_REPEAT":
            return _repeat(argument, flags, pattern, lazy=str(op) == "MIN_REPEAT")
        case "AT" if str(argument) in _PLACES:
            return Place(_PLACES[str(argument)])
        case "AT":
            raise unsaid(pattern, _TOLD.get(str(argument), "has a place that RE2 does not know"))
    raise unsaid(pattern, _TOLD.get(str(op), f"has a {str(op).lower()}"))


def _repeat(argument: Any, flags: int, pattern: str, *, lazy: bool) -> Tree:
    from re import _constants  # type: ignore[attr-defined]

    least, most, items = argument
    most = None if most is _constants.MAXREPEAT else int(most)
    if max(least, most or 0) > LONGEST_REPEAT:
        raise unsaid(pattern, f"repeats more than {LONGEST_REPEAT} times")
    return Repeat(_sequence(items, flags, pattern), int(least), most, lazy)


def spelled(tree: Tree) -> str:
    """A tree in RE2's syntax; groups do not capture unless asked by `captured`."""
    match tree:
        case Characters():
            return tree.spelled()
        case Sequence(parts):
            return "".join(map(spelled, parts))
        case Choice(branches):
            return f"(?:{'|'.join(map(spelled, branches))})"
        case Group(part, _):
            return f"(?:{spelled(part)})"
        case Repeat(part, least, most, lazy):
            body = spelled(part) if isinstance(part, Characters | Group | Choice) else None
            body = f"(?:{spelled(part)})" if body is None else body
            times = _times(least, most)
            return f"{body}{times}{'?' if lazy else ''}"
        case Place("start"):
            return r"\A"
        case Place("end"):
            return r"\z"
    raise unsaid("", f"has a {tree.kind} within it")


def _times(least: int, most: int | None) -> str:
    short = {(0, None): "*", (1, None): "+", (0, 1): "?"}
    bounds = f"{least}" if least == most else f"{least},{'' if most is None else most}"
    return short.get((least, most), f"{{{bounds}}}")


def captured(tree: Tree) -> str:
    """A tree in RE2's syntax, whose groups capture."""
    match tree:
        case Sequence(parts):
            return "".join(map(captured, parts))
        case Choice(branches):
            return f"(?:{'|'.join(map(captured, branches))})"
        case Group(part, _):
            return f"({captured(part)})"
        case Repeat(part, least, most, lazy):
            return f"(?:{captured(part)}){_times(least, most)}{'?' if lazy else ''}"
    return spelled(tree)


def nullable(tree: Tree) -> bool:
    """Whether a tree matches the empty text."""
    match tree:
        case Characters():
            return False
        case Sequence(parts):
            return all(map(nullable, parts))
        case Choice(branches):
            return any(map(nullable, branches))
        case Repeat(part, least):
            return least == 0 or nullable(part)
        case Group(part):
            return nullable(part)
    return True


def eager(tree: Tree) -> Tree:
    """The same without lazy repetitions, where these end at a character: `<.*?>` as `<[^>]*>`."""
    match tree:
        case Choice(branches):
            return Choice(tuple(map(eager, branches)))
        case Sequence(parts):
            return Sequence(tuple(_eager(parts)))
    return tree


def _eager(parts: tuple[Tree, ...]) -> Iterator[Tree]:
    for number, part in enumerate(parts):
        after = parts[number + 1 :]
        match part, after:
            case (
                (
                    Group(Repeat(Characters(), _, None, True), _)
                    | Repeat(Characters(), _, None, True)
                ),
                (Characters() as end, *rest),
            ) if all(map(nullable, rest)):
                yield _until(part, end)
            case _:
                yield part


def _until(part: Any, end: Characters) -> Tree:
    """A lazy repetition as one that ends by itself."""
    if isinstance(part, Group):
        return Group(_until(part.part, end), part.number)
    first = Repeat(part.part, part.least, part.least)
    return Sequence((first, Repeat(part.part.but(end), 0, None)))


def length(tree: Tree) -> int | None:
    """How many characters every match has; None where they differ."""
    match tree:
        case Characters():
            return 1
        case Group(part):
            return length(part)
        case Place():
            return 0
        case Repeat(part, least, most):
            one = length(part)
            return None if one is None or least != most else one * least
        case Sequence(parts):
            every = [length(part) for part in parts]
            return None if None in every else sum(n for n in every if n is not None)
    lengths = {length(branch) for branch in tree.branches}
    return lengths.pop() if len(lengths) == 1 else None


def flat(tree: Tree) -> tuple[Tree, ...]:
    """The parts of a sequence."""
    return tree.parts if isinstance(tree, Sequence) else (tree,)


def leaves(tree: Tree) -> list[Characters | Place]:
    """The sets of characters and the places of a tree, from left to right."""
    match tree:
        case Sequence(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Choice(branches):
            return [leaf for branch in branches for leaf in leaves(branch)]
        case Repeat(part) | Group(part):
            return leaves(part)
    return [tree]


def unsaid(pattern: str, why: str) -> Refused:
    """The refusal of a pattern."""
    told = f"uses the pattern {pattern!r}, which {why}" if pattern else f"uses a pattern that {why}"
    return Refused(
        Reason(
            code="onnx.operation",
            message=f"{told}: the patterns of ONNX Runtime cannot say it",
            turn=Turn.FORMAT,
        )
    )
