"""Operations on the pieces of texts in ONNX: cut into a grid, laid in one line, and back by row.

A grid is [N, T], of as many columns as the row with most pieces has, at least 1; what is in it
beyond a row's pieces is filled up, and `there` [N, T] tells the pieces from that.
"""

from typing import Any

import numpy as np
from spox import Var

from adapters.to_onnx.functions import patterns, replacing, tokens
from adapters.to_onnx.functions.longest import is_python_s
from adapters.to_onnx.functions.patterns import parsed, unsaid
from adapters.to_onnx.functions.tensors import Lowering, tensor_dtype
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.later import op20 as op
from adapters.to_onnx.wires import cast, is_text
from converter.trace import pieces
from converter.trace.characters import SPACE
from converter.trace.expression import Node
from converter.trace.texts import compiled

# --- from rows to pieces ----------------------------------------------------------------------


def _owner(node: Node, given: list[Var], g: Graph) -> Var:
    [x] = given
    _, there = _grid(x, pieces.Cut(*node.attrs["cut"]))
    numbers = op.range(_int(0), op.size(x), _int(1))
    rows = op.expand(_column(numbers), op.shape(there))
    return _in_line(rows, there)


def _texts(node: Node, given: list[Var], g: Graph) -> Var:
    return _in_line(*_grid(given[0], pieces.Cut(*node.attrs["cut"])))


def _grid(x: Var, cut: pieces.Cut) -> tuple[Var, Var]:
    """The pieces, and where there are any."""
    rows = op.concat([x, op.const(np.array([""]))], axis=0)  # no operator is given no text at all
    if cut.separator and not cut.pattern:
        grid, there = _split(rows, cut)
    else:
        grid = tokens.found(rows, _expression(cut))
        there = tokens.is_there(grid)
    bounds = [op.const(np.array([bound])) for bound in (0, -1)]
    return op.slice(grid, *bounds), op.slice(there, *bounds)


def _expression(cut: pieces.Cut) -> str:
    """What matches the pieces, none of which is empty."""
    if not cut.pattern:
        return "(?s:.)" if cut.separator == "" else f"[^{SPACE}]+"
    tree = patterns.eager(parsed(cut.pattern, cut.flags))
    tree = replacing.unbounded(replacing.anchored(tree, cut.pattern))
    if not is_python_s(tree) or compiled(cut.pattern, cut.flags).groups:
        raise unsaid(cut.pattern, "is looped over, and whose matches are not all found alike")
    return patterns.spelled(tree)


def _split(x: Var, cut: pieces.Cut) -> tuple[Var, Var]:
    limit = None if cut.limit < 0 else cut.limit
    found, count = op.string_split(x, delimiter=cut.separator, maxsplit=limit)
    one = op.concat([op.shape(x), op.const(np.array([1]))], axis=0)
    grid = op.concat([found, op.expand(op.const(np.array("")), one)], axis=1)
    return grid, _below(op.max([count, _int(1)]), _width(grid))


def _place(node: Node, given: list[Var], g: Graph) -> Var:
    x, owner = given
    starts = _starts(_counts(owner, x))
    return op.sub(op.range(_int(0), op.size(owner), _int(1)), op.gather(starts, owner))


def _spread(node: Node, given: list[Var], g: Graph) -> Var:
    return op.gather(*given)


# --- from pieces to rows ----------------------------------------------------------------------


def _total(node: Node, given: list[Var], g: Graph) -> Var:
    how = node.attrs["how"]
    x, owner, values = _kept(given)
    values = cast(values, tensor_dtype(node, g))
    zero, axis = op.const(np.zeros((), values.unwrap_tensor().dtype)), op.const(np.array([1]))
    if how == "sum":
        grid, _ = _by_row(x, owner, values, zero)
        return op.reduce_sum(grid, axis, keepdims=0)
    dtype = values.unwrap_tensor().dtype
    least = np.iinfo(dtype).min if dtype.kind == "i" else -np.inf
    most = np.iinfo(dtype).max if dtype.kind == "i" else np.inf
    beyond = op.const(np.array(least if how == "max" else most, dtype=dtype))
    grid, count = _by_row(x, owner, values, beyond)
    found = (op.reduce_max if how == "max" else op.reduce_min)(grid, axis, keepdims=0)
    return op.where(op.equal(count, _int(0)), zero, found)


def _first(node: Node, given: list[Var], g: Graph) -> Var:
    x, owner, values = _kept(given)
    grid, _ = _by_row(x, owner, values, _nothing(values))
    return tokens.column(grid, 0)


def _joined(node: Node, given: list[Var], g: Graph) -> Var:
    glue = node.attrs["glue"]
    x, owner, values = _kept(given)
    if glue:
        starts = op.gather(_starts(_counts(owner, x)), owner)
        is_first = op.equal(starts, op.range(_int(0), op.size(owner), _int(1)))
        values = tokens.concatenated(tokens.chosen(is_first, "", glue), values)
    grid, _ = _by_row(x, owner, values, _nothing(values))
    return tokens.glued(grid)


def _distinct(node: Node, given: list[Var], g: Graph) -> Var:
    """Values are numbered first; each row and number is one number then, and counted once."""
    x, owner, values = _kept(given)
    values = values if is_text(values) else cast(values, np.int64)
    values = op.concat([values, _line(_nothing(values))], axis=0)  # never none at all
    owner = op.concat([owner, _line(op.size(x))], axis=0)
    _, _, numbers, _ = op.unique(values)
    both = op.add(op.mul(owner, op.size(values)), numbers)
    once, *_ = op.unique(both)
    one_more = op.concat([x, op.const(np.array([""]))], axis=0)
    counts = _counts(op.div(once, op.size(values)), one_more)
    return op.slice(counts, *(op.const(np.array([bound])) for bound in (0, -1)))


def _kept(given: list[Var]) -> tuple[Var, Var, Var]:
    """The rows' texts, and the owners and values of the pieces that count."""
    x, owner, keep, values = given
    keep, values = (op.expand(each, op.shape(owner)) for each in (keep, values))
    return x, op.compress(owner, keep), op.compress(values, keep)


def _by_row(x: Var, owner: Var, values: Var, fill: Var) -> tuple[Var, Var]:
    """The values as a grid, and how many each row has."""
    counts = _counts(owner, x)
    width = op.reduce_max(op.concat([counts, op.const(np.array([1]))], axis=0), keepdims=0)
    places = op.add(_column(_starts(counts)), op.range(_int(0), width, _int(1)))
    places = op.where(_below(counts, width), places, op.size(values))
    return op.gather(op.concat([values, _line(fill)], axis=0), places), counts


def _counts(owner: Var, x: Var) -> Var:
    """How often each row is among the owners."""
    zeros = op.expand(_int(0), op.shape(x))
    ones = op.expand(_int(1), op.shape(owner))
    return op.scatter_elements(zeros, owner, ones, reduction="add")


def _starts(counts: Var) -> Var:
    """How many values come before those of each row."""
    return op.cumsum(counts, _int(0), exclusive=1)


# --- small tensors ----------------------------------------------------------------------------


def _int(value: int) -> Var:
    return op.const(np.int64(value))


def _width(grid: Var) -> Var:
    return op.gather(op.shape(grid), _int(1))


def _line(value: Var) -> Var:
    """A single value as [1]."""
    return op.reshape(value, op.const(np.array([1])))


def _column(values: Var) -> Var:
    return op.unsqueeze(values, op.const(np.array([1])))


def _below(counts: Var, width: Var) -> Var:
    """Which places of a grid are before each row's count."""
    return op.less(op.range(_int(0), width, _int(1)), _column(counts))


def _in_line(grid: Var, there: Var) -> Var:
    flat = op.const(np.array([-1]))
    return op.compress(op.reshape(grid, flat), op.reshape(there, flat))


def _nothing(values: Var) -> Var:
    empty: Any = "" if is_text(values) else np.zeros((), values.unwrap_tensor().dtype)
    return op.const(np.array(empty))


OPERATIONS: dict[str, Lowering] = {
    pieces.OWNER: _owner,
    pieces.TEXTS: _texts,
    pieces.PLACE: _place,
    pieces.SPREAD: _spread,
    pieces.TOTAL: _total,
    pieces.FIRST: _first,
    pieces.JOINED: _joined,
    pieces.DISTINCT: _distinct,
}
