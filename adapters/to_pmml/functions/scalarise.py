"""A function expression as terms: of matrices, each cell; of each operation, its definitions."""

from itertools import accumulate

import numpy as np

from adapters.to_pmml.functions import dates
from adapters.to_pmml.functions.book import Book, Cell
from adapters.to_pmml.functions.cells import Cells, constant, of
from adapters.to_pmml.functions.pruning import pruned
from adapters.to_pmml.functions.table import saying
from adapters.to_pmml.functions.unsaid import Unsaid, lacks
from adapters.to_pmml.terms import Input, Said
from converter.trace.expression import Expression, Node, ordered
from converter.trace.source import located
from converter.values import Reason

SMALL = 2**31
"""What whole numbers of a column are taken to stay below, so that sums of them are exact."""
REALS = (np.float64, np.float32)


def said(expression: Expression) -> Said:
    """A function in PMML: its columns in order, those of a matrix as those of a frame.

    Raises Unsaid with every objection.
    """
    book = Book()
    values = _inputs(expression, book)
    reasons: dict[Reason, None] = {}
    for node in ordered(expression.outputs, values):
        if node in values or any(part not in values for part in node.inputs if node.rows):
            continue  # what is made of something unsaid is not its own fault
        try:
            values[node] = _cells(node, values, book)
        except Unsaid as unsaid:
            reasons.update((located(reason, node.line), None) for reason in unsaid.reasons)
    if reasons:
        raise Unsaid(*reasons)
    return _said(expression, values, book)


def _cells(node: Node, values: dict[Node, Cells], book: Book) -> Cells:
    if not node.rows:
        return dates.constant(node) if node.kind in ("date", "span") else constant(node)
    if node.kind == "float" and node.dtype not in REALS:
        raise lacks(f"numbers of {node.dtype}")
    say = saying(node)
    if say is None:
        raise lacks(f"the operation {node.op!r}")
    return say(node, [values[part] for part in node.inputs], book)


def _inputs(expression: Expression, book: Book) -> dict[Node, Cells]:
    """What the function is handed: a column for each value of a row."""
    counts = [int(np.prod(node.shape)) for node in expression.inputs]
    starts = [0, *accumulate(counts)]
    return {
        node: of((_input(node, start + k, book) for k in range(count)), node.shape)
        for node, start, count in zip(expression.inputs, starts, counts, strict=False)
    }


def _input(node: Node, column: int, book: Book) -> Cell:
    if node.kind == "date":
        return dates.handed(book, column)
    if node.kind == "span":
        raise lacks("spans that it is handed")
    given = Input(column=column)
    if node.kind == "bool":
        return book.define(given, "boolean")  # its field may be one of numbers
    if node.kind == "int":
        ends = np.iinfo(node.dtype)
        whole = book.define(given)
        return book.bounded(whole, max(int(ends.min), -SMALL), min(int(ends.max), SMALL))
    return Cell(given, "string" if node.kind == "text" else "double", missing=True)


def _said(expression: Expression, values: dict[Node, Cells], book: Book) -> Said:
    outputs = [
        book.number(_given(cell, node, book))
        for node in expression.outputs
        for cell in values[node].ravel().tolist()
    ]
    definitions, numbers = pruned(book.definitions, outputs)
    return Said(
        definitions=definitions,
        outputs=numbers,
        columns=expression.columns,
        caveats=tuple(book.caveats),
    )


def _given(cell: Cell, node: Node, book: Book) -> Cell:
    """An output; a date only as the function was handed it."""
    if node.kind not in ("date", "span"):
        return cell
    if cell.term not in book.dates:
        raise lacks("dates or spans as its result")
    return book.dates[cell.term]
