"""Text, word for word: from a node of text to a node of what becomes of it.

Whoever has methods on text (a Series' `.str`, one row's text, `numpy.char`) records by these.
Missing text stays missing; where a number or a truth value comes of it, it is read as empty, and
`unless_missing` puts what is meant in its place.
"""

import re
from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, unknown
from converter.trace.standins.lift import make, node_of
from converter.trace.texts import missing as is_missing

LONGEST_PADDING = 64


def _make(op: str, *values: Any, **attrs: Any) -> Node:
    return make(op, *map(_Given, values), **attrs)


class _Given:
    """A node among the arguments of `make`, beside constants of any depth."""

    _mlconvert_node: Any = None

    def __init__(self, value: Any) -> None:
        self._mlconvert_node = value if isinstance(value, Node) else node_of(value)
        self._slot = None


# --- missing ----------------------------------------------------------------------------------


def may_miss(node: Node) -> bool:
    """Whether a text is missing in some of the sample rows, or could be in others."""
    match node.op:
        case "text.case" | "text.strip" | "text.slice" | "text.replace":
            return may_miss(node.inputs[0])
        case "text.extract":
            return True
        case "text.piece" if node.attrs["index"] not in (0, -1):
            return True
    return bool(np.any(is_missing(node.value)))


def missing_of(node: Node) -> Node:
    """Where a text is missing, asked as near to the function's input as it can be."""
    if not may_miss(node):
        return active().tape.const(False)
    match node.op:
        case "text.case" | "text.strip" | "text.slice" | "text.replace":
            return missing_of(node.inputs[0])
        case "text.concat":
            a, b = map(missing_of, node.inputs)
            return _either(a, b)
        case "text.piece" | "text.extract":
            return _either(missing_of(node.inputs[0]), _none_found(node))
        case "where":
            condition, a, b = node.inputs
            return _make("where", condition, missing_of(a), missing_of(b))
    return _make("text.missing", node)


def asked_missing(x: Node) -> Node:
    """`missing_of`, asked by the user's own code: recorded also where no sample row misses a text,
    for a target may have to tell what it does with one."""
    if may_miss(x) or (x.op == "where" and x.inputs[0].op == "text.missing"):
        return missing_of(x)
    return _make("text.missing", x)


def _either(a: Node, b: Node) -> Node:
    if a.op == "const" and not np.any(a.value):
        return b
    return a if b.op == "const" and not np.any(b.value) else _make("logical_or", a, b)


def _none_found(node: Node) -> Node:
    """Where there is no piece, or no match, of the number asked for."""
    (x,), index = node.inputs, node.attrs["index"]
    wanted = index + 1 if index >= 0 else -index
    if node.op == "text.piece":
        found = count_literal(x, node.attrs["separator"])
        if node.attrs["limit"] >= 0:
            found = _make("minimum", found, node.attrs["limit"])
        return _make("less", found, wanted - 1)
    return _make("less", count(x, node.attrs["pattern"], node.attrs["flags"]), wanted)


def unless_missing(x: Node, result: Any, otherwise: Any) -> Node:
    """`result`, and `otherwise` where the text is missing."""
    if not may_miss(x):
        return result if isinstance(result, Node) else node_of(result)
    return _make("where", missing_of(x), otherwise, result)


def filled(x: Node, value: Any) -> Node:
    """`value` (a str or a node of text) where a text is missing."""
    return unless_missing(x, x, value)


# --- text of text -----------------------------------------------------------------------------


def concat(*parts: Any) -> Node:
    """Texts one after another; missing where one of them is."""
    first, *rest = (node_of(part) if not isinstance(part, Node) else part for part in parts)
    for part in rest:
        if "" not in (_constant(first), _constant(part)):
            joined = _make("text.concat", first, part)
            absent = _either(missing_of(first), missing_of(part))
            known = absent.op == "const"
            first = joined if known else _make("where", absent, None, joined)
        elif _constant(first) == "":
            first = part
    return first


def _constant(node: Node) -> Any:
    return node.value if node.op == "const" and isinstance(node.value, str) else None


def case(x: Node, how: str, by: str = "python") -> Node:
    """`how`: "lower", "upper", "title", "capitalize", "swapcase" or "casefold"."""
    return _make("text.case", x, how=how, by="python" if how == "casefold" else by)


def strip(x: Node, chars: str | None = None, side: str = "both") -> Node:
    """`side`: "both", "left" or "right"."""
    return _make("text.strip", x, chars=chars, side=side)


def sliced(x: Node, start: int | None, stop: int | None, step: int | None = None) -> Node:
    """`text[start:stop:step]`."""
    return _make("text.slice", x, start=start, stop=stop, step=None if step == 1 else step)


def character(x: Node, index: int) -> Node:
    """`text[index]`; missing where the text is too short."""
    stop = index + 1 if index != -1 else None
    long_enough = _make("greater_equal", length(x), index + 1 if index >= 0 else -index)
    return _make("where", long_enough, sliced(x, index, stop), None)


def replace(x: Node, pattern: str, by: str, flags: int = 0, limit: int = 0) -> Node:
    """Matches by the template `by` of Python's `re`; the first `limit` of them, or 0: all."""
    if re.compile(pattern, flags).match(""):
        unknown(f"a replacement of {pattern!r}, which matches the empty text")
    return _make("text.replace", x, pattern=pattern, by=by, flags=int(flags), limit=limit)


def replace_literal(x: Node, old: str, new: str, limit: int = -1) -> Node:
    """`text.replace(old, new, limit)`."""
    if not old or limit == 0:
        return unknown("a replacement of the empty text") if not old else x
    return replace(x, re.escape(old), new.replace("\\", r"\\"), 0, max(limit, 0))


def extract(x: Node, pattern: str, group: int = 0, flags: int = 0, index: int = 0) -> Node:
    """A group of the match number `index`; missing where there is none."""
    return _make(
        "text.extract", x, pattern=pattern, flags=int(flags), group=group, index=int(index)
    )


def piece(x: Node, separator: str | None, index: int, limit: int = -1) -> Node:
    """`text.split(separator, limit)[index]`; missing where there are fewer pieces."""
    if separator is None:
        if limit >= 0:
            unknown("`split()` at white space with a limit")
        return extract(x, r"\S+", index=index)
    return _make("text.piece", x, separator=separator, index=int(index), limit=int(limit))


def pieces(x: Node, separator: str | None, limit: int = -1) -> Node:
    """`len(text.split(separator, limit))`."""
    if separator is None:
        if limit >= 0:
            unknown("`split()` at white space with a limit")
        return count(x, r"\S+")
    found = count_literal(x, separator)
    if limit >= 0:
        found = _make("minimum", found, limit)
    return _make("add", found, 1)


def chosen(condition: Node, yes: Any, no: Any) -> Node:
    """One text or the other, by a condition."""
    return _make("where", condition, yes, no)


def translated(x: Node, table: Any) -> Node:
    """`text.translate(table)`."""
    if not isinstance(table, dict):
        return unknown("`translate` by something else than a table of `str.maketrans`")
    changes: dict[str, str] = {}
    for key, value in table.items():
        new = "" if value is None else chr(value) if isinstance(value, int) else value
        changes.setdefault(new, "")
        changes[new] += chr(key) if isinstance(key, int) else key
    if len(changes) > 1 and any(set(new) & set("".join(changes.values())) for new in changes):
        unknown("`translate` by a table whose results are keys of it")
    for new, old in changes.items():
        x = replace(x, f"[{re.escape(old)}]", new.replace("\\", r"\\"))
    return x


def prefix_removed(x: Node, prefix: str) -> Node:
    """`text.removeprefix(prefix)`."""
    return replace(x, rf"\A{re.escape(prefix)}", "") if prefix else x


def suffix_removed(x: Node, suffix: str) -> Node:
    """`text.removesuffix(suffix)`."""
    return replace(x, rf"{re.escape(suffix)}\Z", "") if suffix else x


def padded(x: Node, width: int, fill: str = " ", side: str = "left") -> Node:
    """`rjust` (filled at the left) or `ljust`, to at least `width` characters."""
    padding = _padding(length(x), width, fill)
    parts = (padding, x) if side == "left" else (x, padding)
    return unless_missing(x, concat(*parts), None)


def zero_filled(x: Node, width: int) -> Node:
    """`text.zfill(width)`: a sign stays in front."""
    padding = _padding(length(x), width, "0")
    signed = concat(sliced(x, 0, 1), padding, sliced(x, 1, None))
    has_sign = matches(x, r"[+-]", how="match")
    return unless_missing(x, _make("where", has_sign, signed, concat(padding, x)), None)


def _padding(length: Node, width: int, fill: str) -> Node:
    if width > LONGEST_PADDING:
        unknown(f"padding to {width} characters")
    keys = tuple(range(max(width, 0)))
    values = tuple(fill * (width - key) for key in keys)
    return _make("lookup", length, keys=keys, values=values, default="") if keys else node_of("")


def repeated(x: Node, times: int) -> Node:
    """`text * times`."""
    return concat(*[x] * times) if times > 0 else unless_missing(x, "", None)


# --- numbers and truth values -----------------------------------------------------------------


def length(x: Node) -> Node:
    """How many characters there are."""
    return _make("text.length", x)


def matches(x: Node, pattern: str, flags: int = 0, how: str = "search") -> Node:
    """Python's `re.search`, `match` or `fullmatch`: whether there is a match."""
    return _make("text.matches", x, pattern=pattern, flags=int(flags), how=how)


def contains(x: Node, literal: str) -> Node:
    """`literal in text`."""
    return matches(x, re.escape(literal))


def starts(x: Node, prefixes: str | tuple[str, ...]) -> Node:
    """`text.startswith(prefixes)`."""
    return matches(x, _any_of(prefixes), how="match")


def ends(x: Node, suffixes: str | tuple[str, ...]) -> Node:
    """`text.endswith(suffixes)`."""
    return matches(x, rf"(?:{_any_of(suffixes)})\Z")


def _any_of(literals: str | tuple[str, ...]) -> str:
    every = (literals,) if isinstance(literals, str) else literals
    return "|".join(map(re.escape, every)) if every else r"[^\s\S]"


def count(x: Node, pattern: str, flags: int = 0) -> Node:
    """How many matches there are, one after another."""
    if re.compile(pattern, flags).match(""):
        unknown(f"a count of {pattern!r}, which matches the empty text")
    return _make("text.count", x, pattern=pattern, flags=int(flags))


def count_literal(x: Node, literal: str) -> Node:
    """`text.count(literal)`."""
    if not literal:
        return _make("add", length(x), 1)
    return count(x, re.escape(literal))


def position(x: Node, literal: str) -> Node:
    """`text.find(literal)`: -1 where it is not in the text."""
    if not literal:
        return _make("multiply", length(x), 0)
    before = length(piece(x, literal, 0, 1))
    return _make("where", contains(x, literal), before, -1)


def last_position(x: Node, literal: str) -> Node:
    """`text.rfind(literal)`, for what cannot overlap itself."""
    if not literal or any(literal.startswith(literal[k:]) for k in range(1, len(literal))):
        unknown(f"`rfind` of {literal!r}")
    after = _make("add", length(piece(x, literal, -1)), len(literal))
    return _make("where", contains(x, literal), _make("subtract", length(x), after), -1)


def judged(x: Node, what: str, by: str = "python") -> Node:
    """`text.isdigit()` and its kind: `what` is "digit", "alpha", "space", "upper" …"""
    return _make("text.is", x, what=what, by=by)


def number(x: Node, grammar: str = "float") -> Node:
    """The number that a text spells, NaN where it spells none.

    `grammar`: "float" or "int" (as Python reads them; "int" gives whole numbers, and 0 for none),
    or "pandas" (`to_numeric`).
    """
    return _make("text.number", x, grammar=grammar)


def reads(x: Node, grammar: str = "float") -> Node:
    """Whether a text spells a number."""
    return _make("text.reads", x, grammar=grammar)


def of_number(x: Node) -> Node:
    """Whole numbers and truth values as text; text as it is. Refuses other numbers."""
    if x.kind == "text":
        return x
    if x.kind == "float" and (whole := _whole(x)) is not None:
        return _make("where", x.inputs[0], "nan", _make("text.of_number", whole))
    if x.kind not in ("int", "bool"):
        unknown(
            f"text made of numbers of the type {x.dtype}",
            "make them whole numbers first: .astype(int)",
        )
    return _make("text.of_number", x)


def _whole(x: Node) -> Node | None:
    """The whole numbers that are NaN where there is no date, if there is one in every sample row.

    Where one is missing, pandas spells all numbers of the batch as real ones.
    """
    if x.op != "where" or x.inputs[0].op != "isnat" or np.any(x.inputs[0].value):
        return None
    return x.inputs[2] if x.inputs[2].kind == "int" else None


def equal(a: Node, b: Node, *, missing: bool = False) -> Node:
    """Whether two texts are the same; where one is missing, `missing`."""
    same = _make("equal", a, b)
    absent = _either(missing_of(a), missing_of(b))
    if absent.op == "const" or not _may_look_missing(a, b):
        return same
    return _make("where", absent, missing, same)


def _may_look_missing(a: Node, b: Node) -> bool:
    """Whether a missing text may stand beside an empty one, which a tensor cannot tell apart."""
    constants = [_constant(node) for node in (a, b)]
    return not any(constant for constant in constants)
