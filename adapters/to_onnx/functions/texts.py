"""Operations on texts of the function expression in ONNX.

A missing text is the empty string: `text.missing` says which of the two is meant, all else treats
them alike. Where the operators of ONNX Runtime find the longest match and Python another one, or
where a replacement names groups, those of onnxruntime-extensions are asked for.
"""

from collections.abc import Callable

import numpy as np
from spox import Var

from adapters.to_onnx.functions import casing, numerals, patterns, replacing, tokens
from adapters.to_onnx.functions.longest import is_python_s
from adapters.to_onnx.functions.patterns import parsed, unsaid
from adapters.to_onnx.functions.searching import asked
from adapters.to_onnx.functions.tensors import Lowering
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.later import op20 as op
from adapters.to_onnx.refused import Refused
from adapters.to_onnx.wires import cast
from converter.trace import texts as meanings
from converter.trace.characters import SPACE, members, points, ranges_where, spelled
from converter.trace.expression import Node
from converter.values import Reason, Turn

CHUNK = 64
LONGEST_SLICE = 1000
Flat = Callable[[Node, Var, Graph], Var]
"""The lowering of a function of one text: of a tensor [N]."""


def _each(lower: Flat) -> Lowering:
    """Of texts of any shape; an empty text more, for operators that refuse to be given none."""

    def shaped(node: Node, given: list[Var], g: Graph) -> Var:
        [x] = given
        flat = op.reshape(x, op.const(np.array([-1]))) if node.shape else x
        one_more = op.concat([flat, op.const(np.array([""]))], axis=0)
        bounds = (op.const(np.array([bound])) for bound in (0, -1))
        result = op.slice(lower(node, one_more, g), *bounds)
        return op.reshape(result, op.shape(x)) if node.shape else result

    return shaped


# --- missing ----------------------------------------------------------------------------------


def _missing(node: Node, given: list[Var], g: Graph) -> Var:
    """The empty string, where the rows of the proof hold missing texts and no empty ones."""
    [x] = given
    [text] = node.inputs
    if text.kind != "text":
        return op.isnan(cast(x, np.float64))
    if not np.any(node.value):
        g.reads_missing_as_empty()
        return _never(x)
    if "" in text.value.ravel().tolist():
        raise Refused(_both())
    g.reads_empty_as_missing()
    return tokens.one_of(x, [""])


def _both() -> Reason:
    return Reason(
        code="onnx.missing-string",
        message="tells a missing text from an empty one, and its rows hold both: "
        "a tensor holds one",
        turn=Turn.FORMAT,
    )


# --- text of text -----------------------------------------------------------------------------


def _concat(node: Node, given: list[Var], g: Graph) -> Var:
    return tokens.concatenated(*given)


def _case(node: Node, x: Var, g: Graph) -> Var:
    change = casing.CHANGES.get((node.attrs["how"], node.attrs["by"]))
    if change is None:
        raise _lacks(f"`{node.attrs['how']}` of texts")
    return change(x)


def _strip(node: Node, x: Var, g: Graph) -> Var:
    chars, side = node.attrs["chars"], node.attrs["side"]
    if chars == "":
        return x
    members_ = SPACE if chars is None else members(points(chars))
    cut, kept = f"[{members_}]", f"[^{members_}]"
    if side == "left":
        return tokens.without(x, rf"\A{cut}+")
    if side == "right":
        return tokens.without(x, rf"{cut}+\z")
    return tokens.first(x, rf"{kept}(?:(?s:.*){kept})?")


def _slice(node: Node, x: Var, g: Graph) -> Var:
    start, stop, step = (node.attrs[name] for name in ("start", "stop", "step"))
    if max(abs(start or 0), abs(stop or 0)) > LONGEST_SLICE:
        raise _lacks(f"slices of more than {LONGEST_SLICE} characters")
    if step is not None:
        return _stepped(x, start, stop, step)
    if start and start < 0 and stop is not None and stop >= 0:
        raise _lacks("slices that start from the end and stop from the beginning")
    if stop is not None and stop >= 0:
        x = tokens.first(x, rf"\A(?s:.){{1,{stop}}}") if stop else tokens.chosen(_never(x), x, "")
    if start and start > 0:
        x = tokens.without(x, rf"\A(?s:.){{1,{start}}}")
    if start and start < 0:
        x = tokens.first(x, rf"(?s:.){{1,{-start}}}\z")
    if stop is not None and stop < 0:
        x = tokens.without(x, rf"(?s:.){{1,{-stop}}}\z")
    return x


def _never(x: Var) -> Var:
    """False for every text: the character is of the private use area."""
    return tokens.one_of(x, [chr(0xE001)])


def _stepped(x: Var, start: int | None, stop: int | None, step: int) -> Var:
    if (start, stop) != (None, None):
        raise _lacks("slices with a step, a start and a stop")
    one, last = op.const(np.array([1])), np.iinfo(np.int64)
    ends = (0, last.max) if step > 0 else (-1, last.min)
    characters = tokens.found(x, "(?s:.)")
    if step > 0:  # in reverse the empty places come first, and are nothing
        bounds = [op.const(np.array([end])) for end in ends]
        return tokens.glued(op.slice(characters, *bounds, one, op.const(np.array([step]))))
    if step < -1:
        raise _lacks("slices with a step below -1")
    bounds = [op.const(np.array([end])) for end in ends]
    return tokens.glued(op.slice(characters, *bounds, one, op.const(np.array([-1]))))


def _replace(node: Node, x: Var, g: Graph) -> Var:
    attrs = node.attrs
    return replacing.replaced(x, attrs["pattern"], attrs["by"], attrs["flags"], attrs["limit"], g)


def _extract(node: Node, x: Var, g: Graph) -> Var:
    attrs = node.attrs
    return replacing.extracted(
        x, attrs["pattern"], attrs["flags"], attrs["group"], attrs["index"], g
    )


def _piece(node: Node, x: Var, g: Graph) -> Var:
    limit, index = node.attrs["limit"], node.attrs["index"]
    pieces, count = op.string_split(
        x, delimiter=node.attrs["separator"], maxsplit=None if limit < 0 else limit
    )
    return tokens.numbered(pieces, count, index)


# --- numbers and truth values -----------------------------------------------------------------


def _length(node: Node, x: Var, g: Graph) -> Var:
    """By characters; those of long texts by chunks first, so that a batch stays small."""
    chunks = tokens.counted(tokens.found(x, f"(?s:.{{{CHUNK}}})"))
    rest = tokens.without(x, rf"\A(?s:.{{{CHUNK}}})+")
    counted = tokens.counted(tokens.found(rest, "(?s:.)"))
    return op.add(op.mul(chunks, op.const(np.int64(CHUNK))), counted)


def _matches(node: Node, x: Var, g: Graph) -> Var:
    attrs = node.attrs
    return tokens.is_match(x, asked(attrs["pattern"], attrs["flags"], attrs["how"]))


def _count(node: Node, x: Var, g: Graph) -> Var:
    pattern, flags = node.attrs["pattern"], node.attrs["flags"]
    tree = patterns.eager(parsed(pattern, flags))
    if (word := replacing.whole_words(tree)) is not None:
        words = tokens.found(x, f"[{replacing.WORD}]+")
        matching = op.and_(tokens.is_there(words), tokens.is_match(words, word))
        return op.reduce_sum(cast(matching, np.int64), op.const(np.array([1])), keepdims=0)
    tree = replacing.anchored(tree, pattern)
    tree = replacing.unbounded(tree)
    if not is_python_s(tree):
        raise unsaid(pattern, "is counted, and whose longest match is not always Python's")
    return tokens.counted(tokens.found(x, patterns.spelled(tree)))


def _is(node: Node, x: Var, g: Graph) -> Var:
    what, by = node.attrs["what"], node.attrs["by"]
    if what in ("upper", "lower"):
        return tokens.is_match(x, casing.all_cased(what, by))
    if what in _JUDGED:
        return tokens.is_match(x, _JUDGED[what]())
    if what in ("digit", "numeric", "printable"):
        if by == "arrow":
            return tokens.is_match(x, {"digit": r"[\p{Nd}\p{No}]+", "numeric": r"\p{N}+"}[what])
        times = "*" if what == "printable" else "+"
        return tokens.is_match(x, spelled(ranges_where(f"is{what}")) + times)
    raise _lacks(f"`is{what}` of texts")


_JUDGED: dict[str, Callable[[], str]] = {
    "alpha": lambda: r"\p{L}+",
    "alnum": lambda: r"[\p{L}\p{N}]+",
    "decimal": lambda: r"\p{Nd}+",
    "space": lambda: f"[{SPACE}]+",
    "ascii": lambda: r"[\x{0}-\x{7f}]*",
}


def _number(node: Node, x: Var, g: Graph) -> Var:
    if node.attrs["grammar"] == "int":
        g.caveats["A whole number in text that needs more than 64 bits is not read."] = None
    return numerals.number(x, node.attrs["grammar"])


def _reads(node: Node, x: Var, g: Graph) -> Var:
    grammar = meanings.GRAMMARS[node.attrs["grammar"]]
    return tokens.is_match(x, patterns.spelled(parsed(grammar.pattern, 0)))


def _of_number(node: Node, given: list[Var], g: Graph) -> Var:
    [x] = given
    if node.inputs[0].kind == "bool":
        return tokens.chosen(x, "True", "False")
    if node.inputs[0].kind != "int":
        raise _lacks("real numbers as Python spells them")
    return op.cast(cast(x, np.int64), to=np.str_)


def _lacks(what: str) -> Refused:
    return Refused(
        Reason(
            code="onnx.operation",
            message=f"uses {what}, which ONNX Runtime has no operators for",
            turn=Turn.FORMAT,
        )
    )


OPERATIONS: dict[str, Lowering] = {
    "text.missing": _missing,
    "text.concat": _concat,
    "text.case": _each(_case),
    "text.strip": _each(_strip),
    "text.slice": _each(_slice),
    "text.replace": _each(_replace),
    "text.extract": _each(_extract),
    "text.piece": _each(_piece),
    "text.length": _each(_length),
    "text.matches": _each(_matches),
    "text.count": _each(_count),
    "text.is": _each(_is),
    "text.number": _each(_number),
    "text.reads": _each(_reads),
    "text.of_number": _of_number,
}
