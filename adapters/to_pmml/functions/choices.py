"""Choices: one of two by a truth value, an interval, a type."""

from dataclasses import replace
from itertools import pairwise
from math import inf

import numpy as np

from adapters.to_pmml.functions.book import (
    EXACT,
    NOTHING,
    Book,
    Cell,
    call,
    number,
)
from adapters.to_pmml.functions.cells import (
    Say,
    as_number,
    as_truth,
    each,
    of_kind,
    single,
)
from adapters.to_pmml.functions.comparisons import is_missing
from adapters.to_pmml.functions.elementary import LARGEST, LOWEST
from adapters.to_pmml.functions.rounding import trunc
from adapters.to_pmml.functions.unsaid import lacks
from adapters.to_pmml.functions.whole import within
from adapters.to_pmml.terms import (
    Constant,
    Discretize,
    Interval,
    NormContinuous,
    real,
)
from converter.trace.expression import Node


def _where(node: Node, book: Book, condition: Cell, yes: Cell, no: Cell) -> Cell:
    yes, no = (of_kind(node.kind, cell, book) for cell in (yes, no))
    return book.choose(as_truth(condition, book), yes, no)


# --- intervals --------------------------------------------------------------------------------


def _searchsorted(node: Node, book: Book, x: Cell) -> Cell:
    """The number of the interval between edges; NaN stands after all."""
    edges = [float(edge) for edge in node.attrs["edges"]]
    right, x = node.attrs["side"] == "right", as_number(x, book)
    if isinstance(x.term, Constant):
        raise lacks("searching for a constant")
    found = _interval(book, x, edges, right=right)
    if right and edges[-1:] == [inf]:
        found = book.choose(book.truth("greaterThan", x, LARGEST), number(len(edges)), found)
    if not right and edges[:1] == [-inf]:
        found = book.choose(book.truth("lessThan", x, LOWEST), number(0), found)
    return replace(found, low=0, high=len(edges))


def _interval(book: Book, x: Cell, edges: list[float], *, right: bool) -> Cell:
    """Among the finite edges, which alone an interval can have, counted with those below."""
    below = sum(edge == -inf for edge in edges)
    finite = [edge for edge in edges if abs(edge) < inf]
    if not finite:
        return book.choose(is_missing(book, x), number(len(edges)), number(below))
    intervals = tuple(
        Interval(
            left=left,
            right=end,
            closure="closedOpen" if right else "openClosed",
            value=real(place),
        )
        for place, (left, end) in enumerate(pairwise([None, *finite, None]), below)
        if left is None or end is None or left < end
    )
    last = real(len(edges)) if x.missing else None
    assert not isinstance(x.term, Constant)
    term = Discretize(of=x.term, intervals=intervals, dtype="double", if_missing=last)
    return book.define(term)


def _interp(node: Node, book: Book, x: Cell) -> Cell:
    """Between points; a step, where two have the same place, is a choice."""
    points = list(zip(map(float, node.attrs["xp"]), map(float, node.attrs["fp"]), strict=True))
    if any(before >= after for (before, _), (after, _) in pairwise(points)):
        raise lacks("interpolation between points that do not ascend")
    if not all(np.isfinite(points).ravel()):
        raise lacks("interpolation between infinities")
    x = as_number(x, book)
    if len(points) == 1:
        level = number(points[0][1])
        return book.choose(is_missing(book, x), NOTHING, level) if x.missing else level
    assert not isinstance(x.term, Constant)
    line = book.define(NormContinuous(of=x.term, points=tuple(points)), missing=x.missing)
    (low, first), (high, last) = points[0], points[-1]
    inside = book.choose(book.truth("lessOrEqual", x, number(low)), number(first), line)
    return book.choose(book.truth("greaterOrEqual", x, number(high)), number(last), inside)


# --- types ------------------------------------------------------------------------------------


def _cast(node: Node, book: Book, x: Cell) -> Cell:
    if node.kind == "bool":
        return as_truth(x, book)
    if "string" in (x.dtype, "string" if node.kind == "text" else ""):
        if x.dtype == "string" and node.kind == "text":
            return x
        raise lacks(f"texts as {node.dtype}" if x.dtype == "string" else "numbers as texts")
    if node.kind == "float":
        wide = as_number(x, book)
        return single(wide, book) if node.dtype == np.float32 else wide
    if node.kind != "int":
        raise lacks(f"values of {node.dtype}")
    if node.inputs[0].kind in ("bool", "int"):
        whole = as_number(x, book)
        low, high = (0, 1) if x.dtype == "boolean" else (x.low, x.high)
        return within(node, book, whole, (low, high))
    return _whole(node, book, x)


def _whole(node: Node, book: Book, x: Cell) -> Cell:
    """A real number without its fraction; what has no such is the lowest, as numpy has it."""
    if node.dtype not in (np.int64, np.int32):
        raise lacks(f"real numbers as {node.dtype}")
    ends = np.iinfo(node.dtype)
    lowest = number(float(ends.min))
    inside = trunc(book, x)
    beyond = [
        book.truth("greaterOrEqual", x, number(-float(ends.min)), if_missing=True),
        book.truth("lessThan", x, number(float(ends.min)), if_missing=True),
    ]
    outside = book.define(call("or", *beyond), "boolean")
    found = replace(book.choose(outside, lowest, inside), missing=False)
    return replace(found, low=max(int(ends.min), -EXACT), high=min(int(ends.max), EXACT))


OPERATIONS: dict[str, Say] = {
    "where": each(_where),
    "searchsorted": each(_searchsorted),
    "interp": each(_interp),
    "cast": each(_cast),
}
