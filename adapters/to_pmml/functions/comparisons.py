"""Questions and their joining: comparisons, and, or, not; what of NaN is asked is False."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from adapters.to_pmml.functions.book import Book, Cell, call, either, number, question, value_of
from adapters.to_pmml.functions.cells import Say, as_number, as_text, as_truth, each, literal
from adapters.to_pmml.functions.elementary import LARGEST, LOWEST
from adapters.to_pmml.functions.unsaid import differs, lacks
from converter.trace.expression import Node


def _compared(function: str) -> Say:
    """An order of two numbers."""

    def ask(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
        if "string" in (a.dtype, b.dtype):
            raise differs("orders texts by their characters")
        a, b = _numbers(node, book, a, b)
        return book.truth(function, a, b)

    return each(ask)


def _same(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    if "string" in (a.dtype, b.dtype):
        return _same_text(node, book, as_text(a), as_text(b))
    if a.dtype != b.dtype:
        a, b = as_number(a, book), as_number(b, book)
    a, b = _numbers(node, book, a, b) if a.dtype == "double" else (a, b)
    is_same = node.op == "equal"
    return book.truth("equal" if is_same else "notEqual", a, b, if_missing=not is_same)


def _same_text(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    """A missing text is the same as another missing one."""
    is_same = node.op == "equal"
    if a.dtype != b.dtype:
        return literal(not is_same)
    if a.missing and b.missing:
        none = call("and", call("isMissing", a), call("isMissing", b))
        found = either([none, question("equal", a, b)])
        return book.define(found if is_same else call("not", found), "boolean")
    return book.truth("equal" if is_same else "notEqual", a, b, if_missing=not is_same)


def _numbers(node: Node, book: Book, *cells: Cell) -> tuple[Cell, ...]:
    """As numpy compares them: beside float32, a number of Python's own is rounded."""
    given = [as_number(cell, book) for cell in cells]
    values = [value_of(cell) if _in_single(node) else None for cell in given]
    return tuple(
        cell if value is None else replace(cell, term=number(float(np.float32(value))).term)
        for cell, value in zip(given, values, strict=True)
    )


def _in_single(node: Node) -> bool:
    parts = [
        part.dtype if part.rows or isinstance(part.value, np.ndarray) else part.value
        for part in node.inputs
    ]
    return np.result_type(*parts) == np.float32


# --- joining ----------------------------------------------------------------------------------


def _joined(function: str) -> Say:
    def join(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
        return book.define(call(function, as_truth(a, book), as_truth(b, book)), "boolean")

    return each(join)


def _exclusive(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    return book.define(call("notEqual", as_truth(a, book), as_truth(b, book)), "boolean")


def _not(node: Node, book: Book, x: Cell) -> Cell:
    return book.define(call("not", as_truth(x, book)), "boolean")


def _of_truths(say: Say) -> Say:
    """An operation on bits, which is said of truth values only."""

    def over(node: Node, given: list[np.ndarray], book: Book) -> np.ndarray:
        if node.kind != "bool":
            raise lacks("the bits of numbers")
        return say(node, given, book)

    return over


def _inverted(node: Node, book: Book, x: Cell) -> Cell:
    if node.kind == "bool":
        return _not(node, book, x)
    inverse = book.sum_of("-", number(-1), x, invalid=False)
    if node.dtype.kind == "u":
        raise lacks("the bits of numbers")
    return book.bounded(inverse, -1 - x.high, -1 - x.low)


# --- what a number is -------------------------------------------------------------------------


def is_missing(book: Book, x: Cell) -> Cell:
    """Whether there is no value."""
    return book.truth("isMissing", replace(x, missing=False)) if x.missing else literal(False)


def _is_infinite(node: Node, book: Book, x: Cell) -> Cell:
    x = as_number(x, book)
    return book.define(
        either([question("greaterThan", x, LARGEST), question("lessThan", x, LOWEST)]), "boolean"
    )


def _is_number(node: Node, book: Book, x: Cell) -> Cell:
    x = as_number(x, book)
    ends = [question("lessOrEqual", x, LARGEST), question("greaterOrEqual", x, LOWEST)]
    return book.define(call("and", *ends), "boolean")


_MISSING: Callable[..., Cell] = lambda node, book, x: is_missing(book, x)  # noqa: E731

OPERATIONS: dict[str, Say] = {
    "greater": _compared("greaterThan"),
    "greater_equal": _compared("greaterOrEqual"),
    "less": _compared("lessThan"),
    "less_equal": _compared("lessOrEqual"),
    "equal": each(_same),
    "not_equal": each(_same),
    "logical_and": _joined("and"),
    "logical_or": _joined("or"),
    "logical_xor": each(_exclusive),
    "logical_not": each(_not),
    "bitwise_and": _of_truths(_joined("and")),
    "bitwise_or": _of_truths(_joined("or")),
    "bitwise_xor": _of_truths(each(_exclusive)),
    "invert": each(_inverted),
    "isnan": each(_MISSING),
    "isnat": each(_MISSING),
    "text.missing": each(_MISSING),
    "isinf": each(_is_infinite),
    "isfinite": each(_is_number),
}
