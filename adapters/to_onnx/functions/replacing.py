"""Replacements, and single matches and groups of them."""

import re

import numpy as np
from spox import Tensor, Var

from adapters.to_onnx.functions import tokens
from adapters.to_onnx.functions.longest import is_longest, is_python_s
from adapters.to_onnx.functions.patterns import (
    NEWLINE,
    Choice,
    Group,
    Place,
    Repeat,
    Sequence,
    Tree,
    captured,
    eager,
    flat,
    leaves,
    length,
    nullable,
    parsed,
    spelled,
    unsaid,
)
from adapters.to_onnx.functions.searching import asked, edges
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.extensions import extension
from adapters.to_onnx.ops.later import op20 as op
from converter.trace.characters import Characters, inverted, union
from converter.trace.characters import spelled as spelled_set

WORD = r"\p{L}\p{N}_"
WORDS = Characters(r"[\w]", 0)


def replaced(x: Var, pattern: str, by: str, flags: int, limit: int, g: Graph) -> Var:
    """`re.sub(pattern, by, x, limit)` of texts [N]; limit 0: all."""
    tree = unbounded(eager(parsed(pattern, flags)))
    new = _literal(by)
    if new is None:
        return _by_extension(x, parsed(pattern, flags), by, limit, pattern, g)
    if (word := whole_words(tree)) is not None:
        return _glued(tokens.found(x, f"[{WORD}]+|[^{WORD}]+"), word, new, limit)
    if isinstance(tree, Choice) and new == "" and limit == 0 and _is_anchored(tree):
        for branch in tree.branches:
            x = _at_an_end(x, branch, new, pattern)
        return x
    if any(isinstance(leaf, Place) for leaf in leaves(tree)):
        return _at_an_end(x, tree, new, pattern)
    if not is_python_s(tree):
        return _by_extension(x, parsed(pattern, flags), by, limit, pattern, g)
    if new == "" and limit == 0 and isinstance(tree, Characters):
        tree = Repeat(tree, 1, None)
    one = spelled(tree)
    return _glued(tokens.found(x, f"(?:{one})|{_between(tree)}"), one, new, limit)


def _between(tree: Tree) -> str:
    """What stands between matches: characters that begin none, or a single one."""
    begins = union(each for edge in edges(tree, first=True) for each in edge.ranges())
    others = spelled_set(inverted(begins))
    return f"{others}+|(?s:.)"


def _glued(pieces: Var, match: str, new: str, limit: int) -> Var:
    """The pieces with those that are matches replaced, the first `limit` of them."""
    chosen = op.and_(tokens.is_there(pieces), tokens.is_match(pieces, match))
    if limit:
        number = op.cum_sum(op.cast(chosen, to=np.int64), op.const(np.int64(1)))
        chosen = op.and_(chosen, op.less_or_equal(number, op.const(np.int64(limit))))
    return tokens.glued(tokens.chosen(chosen, new, pieces))


def whole_words(tree: Tree) -> str | None:
    r"""What stands between two `\b`, where it is made of word characters only; else None."""
    parts = flat(tree)
    edge = Place("boundary")
    if len(parts) < 3 or parts[0] != edge or parts[-1] != edge:
        return None
    inner = Sequence(parts[1:-1])
    inside = all(isinstance(leaf, Characters) and leaf.within(WORDS) for leaf in leaves(inner))
    return spelled(inner) if inside and not nullable(inner) else None


# --- at the start and at the end --------------------------------------------------------------


def _is_anchored(tree: Choice) -> bool:
    ends = [flat(branch) for branch in tree.branches]
    starts = [parts[0] == Place("start") for parts in ends]
    stops = [parts[-1] in (Place("end"), Place("$")) for parts in ends]
    return len(ends) == 2 and starts[0] and stops[1]


def _at_an_end(x: Var, tree: Tree, new: str, pattern: str) -> Var:
    """A single match, at the start or the end of texts."""
    before_break = flat(tree)[-1] == Place("$")
    tree = anchored(tree, pattern)
    parts = flat(tree)
    at_start, at_end = parts[0] == Place("start"), parts[-1] == Place("end")
    inner = parts[at_start : len(parts) - at_end]
    if any(isinstance(leaf, Place) for leaf in leaves(Sequence(inner))):
        raise unsaid(pattern, r"has ^, $ or \b within it")
    if not is_python_s(tree):
        raise unsaid(pattern, "is replaced, and whose longest match is not always Python's")
    expression = spelled(tree)
    around = f"{'' if at_start else '(?s:.*)'}(?:{expression}){'' if at_end else '(?s:.*)'}"
    matched = tokens.is_match(x, around)
    instead: Var | str = new
    if before_break and parts[-2] == LAST_BREAK:
        instead = tokens.chosen(tokens.is_match(x, r"(?s:.*)\n"), f"{new}\n", new)
    instead = tokens.chosen(matched, instead, "")
    rest = tokens.without(x, expression)
    return tokens.concatenated(*((instead, rest) if at_start else (rest, instead)))


LAST_BREAK = Repeat(NEWLINE, 0, 1)


def anchored(tree: Tree, pattern: str = "") -> Tree:
    """The same with the end for a last `$`, which Python also finds before a last line break.

    That is `LAST_BREAK` then, where nothing before it can be one.
    """
    parts = flat(tree)
    if parts[-1] != Place("$"):
        return tree
    match parts[:-1]:
        case (*_, Repeat(Characters() as body, _, None, False)) if NEWLINE.within(body):
            return Sequence((*parts[:-1], Place("end")))
    sets = [leaf for leaf in leaves(Sequence(parts)) if isinstance(leaf, Characters)]
    if any(NEWLINE.within(each) for each in sets):
        raise unsaid(pattern, "has a $, which Python also finds before a last line break")
    return Sequence((*parts[:-1], LAST_BREAK, Place("end")))


def unbounded(tree: Tree) -> Tree:
    r"""`\b\w+\b` as `\w+`, which ends where the word does."""
    parts = flat(tree)
    bare = tuple(part for part in parts if part != Place("boundary"))
    inner = bare[0].part if len(bare) == 1 and isinstance(bare[0], Group) else bare[0]
    match inner:
        case Repeat(Characters() as body, _, None, False) if len(bare) == 1:
            return bare[0] if body.ranges() == WORDS.ranges() else tree
    return tree


# --- matches and groups -----------------------------------------------------------------------


def extracted(x: Var, pattern: str, flags: int, group: int, index: int, g: Graph) -> Var:
    """A group of the match number `index` of texts [N]; the empty text where there is none."""
    whole = parsed(pattern, flags)
    tree = anchored(unbounded(eager(whole)), pattern)
    if (word := whole_words(tree)) is not None and index == 0:
        match = _first_word(x, word)
    elif not is_python_s(tree) or any(leaf == Place("boundary") for leaf in leaves(tree)):
        return _captured(x, whole, pattern, flags, group, index, g)
    else:
        match = tokens.first_or_numbered(tokens.found(x, spelled(tree)), index)
    if LAST_BREAK in flat(tree)[-2:-1]:
        match = tokens.without(match, r"\n\z")
    value = _group(match, tree, group) if group else match
    return _captured(x, whole, pattern, flags, group, index, g) if value is None else value


def _first_word(x: Var, word: str) -> Var:
    """The first word that matches as a whole."""
    words = tokens.found(x, f"[{WORD}]+")
    matching = tokens.is_match(words, word)
    place = op.arg_max(op.cast(matching, to=np.int64), axis=1)
    return op.squeeze(
        op.gather_elements(tokens.chosen(matching, words, ""), place, axis=1),
        op.const(np.array([1])),
    )


def _group(match: Var, tree: Tree, group: int) -> Var | None:
    """A part of a match, where what is before it and after it can be taken away; else None."""
    parts = tuple(part for part in flat(tree) if not isinstance(part, Place) and part != LAST_BREAK)
    at = next((i for i, p in enumerate(parts) if isinstance(p, Group) and p.number == group), None)
    if at is None:
        return None
    before, own, after = Sequence(parts[:at]), parts[at], Sequence(parts[at + 1 :])
    if (count := length(before)) is not None:
        match = tokens.without(match, rf"\A(?s:.){{{count}}}") if count else match
    elif is_longest(before, Sequence((own, after))):
        match = tokens.without(match, rf"\A{spelled(before)}")
    else:
        return None
    if (count := length(after)) is not None:
        return tokens.without(match, rf"(?s:.){{{count}}}\z") if count else match
    return tokens.first(match, rf"\A{spelled(own)}") if is_longest(own, after) else None


def _captured(
    x: Var, tree: Tree, pattern: str, flags: int, group: int, index: int, g: Graph
) -> Var:
    """By the first match of the extensions' regular expressions."""
    if index != 0:
        raise unsaid(pattern, "has a later match taken, and whose longest is not always Python's")
    _check_for_extension(tree, pattern)
    everything = rf"\A(?s:.*?)(?:{captured(tree)})(?s:.*)\z"
    there = tokens.is_match(x, asked(pattern, flags, "search"))
    value = _regex_replaced(x, everything, rf"\{group}", g)
    return tokens.chosen(there, value, "")


def _literal(by: str) -> str | None:
    """A template of Python's `re` without references; None where it has some."""
    if re.search(r"\\(?:[1-9]|g<)", by):
        return None
    return re.sub("x", by, "x")


def _by_extension(x: Var, tree: Tree, by: str, limit: int, pattern: str, g: Graph) -> Var:
    _check_for_extension(tree, pattern)
    rewrite = re.sub(r"\\g<([0-9])>", r"\\\1", by)
    if limit > 1 or re.search(r"\\(?:[1-9][0-9]|g<|[^0-9\\])", rewrite):
        raise unsaid(pattern, f"is replaced by {by!r}, or only some times")
    return _regex_replaced(x, captured(tree), rewrite, g, is_global=limit == 0)


def _check_for_extension(tree: Tree, pattern: str) -> None:
    """RE2 takes the first match, as Python does; but places mean other things there."""
    if any(leaf in (Place("$"), Place("boundary")) for leaf in leaves(tree)):
        raise unsaid(pattern, r"has a $ or a \b")


def _regex_replaced(x: Var, expression: str, by: str, g: Graph, *, is_global: bool = True) -> Var:
    pair = (op.const(np.array([value])) for value in (expression, by))
    [result] = extension(
        g.options,
        "StringRegexReplace",
        [x, *pair],
        [Tensor(np.str_, (None,))],
        global_replace=int(is_global),
    )
    return result
