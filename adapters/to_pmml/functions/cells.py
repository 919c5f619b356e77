"""Arrays of cells: what a node of the expression is, one value for each place in a row."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from adapters.to_pmml.functions.book import (
    EXACT,
    NO_TEXT,
    NOTHING,
    Book,
    Cell,
    number,
    text,
    truth,
    value_of,
)
from adapters.to_pmml.functions.unsaid import lacks
from adapters.to_pmml.terms import Constant
from converter.trace.expression import Node

Cells = np.ndarray
"""Of dtype object, of the shape of one row."""
Say = Callable[[Node, list[Cells], Book], Cells]
"""How an operation is said: its node, the cells of its inputs, and where definitions go. Raises
Unsaid."""

_WRITTEN = {"\t", "\n"}
"""Control characters that a document keeps as they are."""


def of(cells: Iterable[Cell], shape: tuple[int, ...]) -> Cells:
    """An array of cells, from the flat sequence of them."""
    array = np.empty(shape, dtype=object)
    array.ravel()[:] = list(cells)
    return array


def constant(node: Node) -> Cells:
    """The cells of a constant. Raises Unsaid for values that a document cannot hold."""
    value = np.asarray(node.value)
    return of(map(literal, value.ravel().tolist()), value.shape)


def literal(value: Any) -> Cell:
    """A constant of Python. Raises Unsaid."""
    if isinstance(value, bool):
        return truth(value)
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return NO_TEXT
    if isinstance(value, int) and abs(value) > EXACT:
        raise lacks("whole numbers beyond 2^53")
    if isinstance(value, int | float):
        return number(value)
    raise lacks(f"constants such as {value!r:.40}")


def _text(value: str) -> Cell:
    if any((char < " " and char not in _WRITTEN) or char in "\ufffe\uffff" for char in value):
        raise lacks(f"the text {value!r:.40}, whose characters XML does not hold")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise lacks("half a character")
    return text(value)


def as_number(cell: Cell, book: Book) -> Cell:
    """A truth value as 1 or 0; numbers are numbers."""
    if cell.dtype != "boolean":
        return cell
    return book.choose(cell, number(1), number(0))


def as_truth(cell: Cell, book: Book) -> Cell:
    """Whether a number is not 0: NaN is not."""
    if cell.dtype == "boolean":
        return cell
    return book.truth("notEqual", cell, number(0), if_missing=True)


def as_text(cell: Cell) -> Cell:
    """A cell among texts: NaN is the missing text."""
    return NO_TEXT if cell == NOTHING else cell


def of_kind(kind: str, cell: Cell, book: Book) -> Cell:
    """A cell in the type of a node of a kind, of which it becomes a part."""
    if kind == "bool":
        return cell
    return as_text(cell) if kind == "text" else as_number(cell, book)


def each(say: Callable[..., Cell]) -> Say:
    """An operation on one value of each input: (node, book, *cells) → cell."""

    def over(node: Node, given: list[Cells], book: Book) -> Cells:
        rows = np.broadcast(*given)
        return of((say(node, book, *row) for row in rows), node.shape)

    return over


def numbers(say: Callable[..., Cell]) -> Say:
    """The same of numbers: truth values are 0 and 1, and the result may be of single precision."""

    def over(node: Node, book: Book, *cells: Cell) -> Cell:
        given = [as_number(cell, book) for cell in cells]
        if node.dtype == np.float32:
            given = [_single_constant(cell) for cell in given]
        result = say(node, book, *given)
        return single(result, book) if node.dtype == np.float32 else result

    return each(over)


def single(cell: Cell, book: Book) -> Cell:
    """A number as float32 has it: a field of this type rounds."""
    if isinstance(cell.term, Constant):
        return _single_constant(cell)
    rounded = book.define(cell.term, "float", missing=cell.missing)
    return book.define(rounded.term, missing=cell.missing)


def _single_constant(cell: Cell) -> Cell:
    value = value_of(cell)
    return cell if value is None else number(float(np.float32(value)))
