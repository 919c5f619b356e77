"""Whether a pattern is found, asked of RE2 as a match of the whole text."""

from adapters.to_onnx.functions.patterns import (
    Choice,
    Group,
    Place,
    Repeat,
    Sequence,
    Tree,
    flat,
    leaves,
    nullable,
    parsed,
    spelled,
    unsaid,
)
from converter.trace.characters import ANY, Characters

WORD = Characters(r"[\w]", 0)
NO_WORD = Characters(r"[\W]", 0)


def asked(pattern: str, flags: int, how: str) -> str:
    """The expression that matches whole texts in which Python finds `pattern`.

    `how`: "search", "match" or "fullmatch". Raises `Refused`.
    """
    branches = _branches(parsed(pattern, flags))
    return "|".join(f"(?:{_branch(flat(branch), how, pattern)})" for branch in branches)


def _branches(tree: Tree) -> tuple[Tree, ...]:
    return tree.branches if isinstance(tree, Choice) else (tree,)


def _branch(parts: tuple[Tree, ...], how: str, pattern: str) -> str:
    before = "(?s:.*)" if how == "search" else ""
    after = "" if how == "fullmatch" else "(?s:.*)"
    if parts and parts[0] == Place("start"):
        parts, before = parts[1:], ""
    if parts and parts[-1] == Place("end"):
        parts, after = parts[:-1], ""
    if parts and parts[-1] == Place("$"):
        parts, after = parts[:-1], "" if how == "fullmatch" else r"\n?"
    if parts and parts[0] == Place("boundary"):
        parts = parts[1:]
        _check_word(parts, pattern, first=True)
        before = f"(?:{before}{NO_WORD.spelled()})?" if before else ""
    if parts and parts[-1] == Place("boundary"):
        parts = parts[:-1]
        _check_word(parts, pattern, first=False)
        after = _after_word(after)
    if any(isinstance(leaf, Place) for leaf in leaves(Sequence(parts))):
        raise unsaid(pattern, r"has ^, $ or \b within it")
    return before + "".join(map(spelled, parts)) + after


def _after_word(after: str) -> str:
    """What may follow a word."""
    return f"(?:{NO_WORD.spelled()}{after})?" if after == "(?s:.*)" else after


def _check_word(parts: tuple[Tree, ...], pattern: str, *, first: bool) -> None:
    """Beside a `\\b` there must be letters: only then it says where a word begins or ends."""
    if not parts or not all(
        edge.within(WORD) for edge in edges(parts[0 if first else -1], first=first)
    ):
        raise unsaid(pattern, r"has a \b beside something else than word characters")


def edges(tree: Tree, *, first: bool) -> list[Characters]:
    """The sets that a tree may begin (or end) with; anything, where it may be empty."""
    if nullable(tree):
        return [ANY]
    match tree:
        case Characters():
            return [tree]
        case Group(part) | Repeat(part):
            return edges(part, first=first)
        case Choice(branches):
            return [edge for branch in branches for edge in edges(branch, first=first)]
        case Sequence(parts):
            found: list[Characters] = []
            for part in parts if first else reversed(parts):
                if not nullable(part):
                    return found + edges(part, first=first)
                found += [leaf for leaf in leaves(part) if isinstance(leaf, Characters)]
    return [ANY]
