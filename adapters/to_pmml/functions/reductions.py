"""Operations over the columns of a row: sums, extremes, orders, products with a matrix.

PMML's sum, product, min, max and avg skip what is missing, as numpy's `nansum` and its kind do;
the plain ones are missing where a value is.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from itertools import accumulate
from typing import Any

import numpy as np

from adapters.to_pmml.functions.arithmetic import (
    ONE,
    ZERO,
    add,
    added,
    divide,
    multiplied,
)
from adapters.to_pmml.functions.book import (
    Book,
    Cell,
    call,
    number,
    present,
)
from adapters.to_pmml.functions.cells import Cells, Say, as_number, as_truth, of, single
from adapters.to_pmml.functions.comparisons import is_missing
from adapters.to_pmml.functions.rounding import present_extreme, sure_extreme
from adapters.to_pmml.functions.unsaid import lacks
from adapters.to_pmml.functions.whole import within
from converter.trace.expression import Node

Row = Sequence[Cell]
Reduce = Callable[[Node, Book, Row], Cell]
FEW = 4
"""Terms of a sum written with +, which everyone reads."""
SINGLE = "Sums of float32 are rounded once, at the end."


def _over(reduce_: Reduce) -> Say:
    """A reduction over one axis."""

    def say(node: Node, given: list[Cells], book: Book) -> Cells:
        lines = np.moveaxis(given[0], int(node.attrs["axis"]), -1)
        width = lines.shape[-1]
        rows = lines.reshape(-1, width) if lines.size else np.empty((1, 0), dtype=object)
        return of((_typed(node, book, reduce_(node, book, list(row))) for row in rows), node.shape)

    return say


def _typed(node: Node, book: Book, cell: Cell) -> Cell:
    if node.dtype != np.float32:
        return cell
    book.caveats[SINGLE] = None
    return single(cell, book)


def _numbers(reduce_: Reduce) -> Say:
    def over(node: Node, book: Book, row: Row) -> Cell:
        if not row:
            raise lacks("a reduction over no columns")
        return reduce_(node, book, [as_number(cell, book) for cell in row])

    return _over(over)


# --- sums and products ------------------------------------------------------------------------


def total(book: Book, cells: Row) -> Cell:
    """The sum, missing where one of the cells is."""
    if len(cells) <= FEW:
        return reduce(lambda a, b: add(book, a, b), cells)
    return _flat(book, "sum", cells)


def _flat(book: Book, function: str, cells: Row) -> Cell:
    term = call(function, *cells, invalid=True)
    unsure = tuple(cell for cell in cells if cell.missing)
    return book.define(present(unsure, term) if unsure else term, missing=True)


def _sum(node: Node, book: Book, row: Row) -> Cell:
    found = total(book, row)
    if node.kind != "int":
        return found
    bounds = sum(cell.low for cell in row), sum(cell.high for cell in row)
    return within(node, book, replace(found, missing=False), bounds)


def _nansum(node: Node, book: Book, row: Row) -> Cell:
    if node.kind == "int":
        return _sum(node, book, row)
    return book.define(call("sum", *row, ZERO, invalid=True), missing=True)


def _prod(node: Node, book: Book, row: Row) -> Cell:
    return reduce(lambda a, b: multiplied(node, book, a, b), row)


def _nanprod(node: Node, book: Book, row: Row) -> Cell:
    if node.kind == "int":
        return _prod(node, book, row)
    return book.define(call("product", *row, ONE, invalid=True), missing=True)


def _mean(node: Node, book: Book, row: Row) -> Cell:
    return divide(book, total(book, row), number(len(row)))


def _nanmean(node: Node, book: Book, row: Row) -> Cell:
    """Not by `avg`, which the evaluator computes step by step, and rounds at each."""
    if not any(cell.missing for cell in row):
        return _mean(node, book, row)
    present = [book.choose(is_missing(book, cell), ZERO, ONE) for cell in row]
    found = book.define(call("sum", *row, invalid=True), missing=True)
    return divide(book, found, _flat(book, "sum", present) if len(row) > 1 else ONE)


# --- extremes and orders ----------------------------------------------------------------------


def _extreme(function: str, *, present: bool) -> Reduce:
    def find(node: Node, book: Book, row: Row) -> Cell:
        finder = present_extreme if present else sure_extreme
        found = finder(book, function, *row) if len(row) > 1 else row[0]
        pick: Callable[..., int] = min if function == "min" else max
        found = replace(
            found, low=pick(cell.low for cell in row), high=pick(cell.high for cell in row)
        )
        return book.truth("equal", found, ONE) if node.kind == "bool" else found

    return find


def _place(function: str) -> Reduce:
    """The first place of the largest (smallest) value; of the first NaN where there is one."""

    def find(node: Node, book: Book, row: Row) -> Cell:
        best = sure_extreme(book, function, *row) if len(row) > 1 else row[0]
        found = number(len(row) - 1)
        for place in range(len(row) - 2, -1, -1):
            here = book.choose(
                is_missing(book, best),
                is_missing(book, row[place]),
                book.truth("equal", row[place], best),
            )
            found = book.choose(here, number(place), found)
        return replace(found, low=0, high=len(row) - 1)

    return find


def ordered(book: Book, row: Row) -> list[Cell]:
    """Ascending, what is missing at the end, by exchanging neighbours."""
    cells = list(row)
    for turn in range(len(cells)):
        for left in range(turn % 2, len(cells) - 1, 2):
            a, b = cells[left], cells[left + 1]
            larger = sure_extreme(book, "max", a, b)
            cells[left : left + 2] = [present_extreme(book, "min", a, b), larger]
    return cells


def _median(node: Node, book: Book, row: Row) -> Cell:
    cells = ordered(book, row)
    low, high = cells[(len(row) - 1) // 2], cells[len(row) // 2]
    middle = low if low is high else divide(book, add(book, low, high), number(2))
    if not any(cell.missing for cell in row):
        return middle
    unsure = tuple(cell for cell in row if cell.missing)
    return book.define(present(unsure, call("+", middle, ZERO)), missing=True)


def _sort(node: Node, given: list[Cells], book: Book) -> Cells:
    lines = np.moveaxis(given[0], int(node.attrs["axis"]), -1)
    if node.kind == "bool":
        raise lacks("the order of truth values")
    result = np.empty(lines.shape, dtype=object)
    for place in np.ndindex(lines.shape[:-1]):
        result[place] = _kept(ordered(book, lines[place].tolist()), lines[place].tolist())
    return np.moveaxis(result, -1, int(node.attrs["axis"]))


def _kept(cells: Row, row: Row) -> np.ndarray:
    low, high = min(cell.low for cell in row), max(cell.high for cell in row)
    return of((replace(cell, low=low, high=high) for cell in cells), (len(row),))


def _truths(function: str) -> Reduce:
    def join(node: Node, book: Book, row: Row) -> Cell:
        truths = [as_truth(cell, book) for cell in row]
        if len(truths) == 1:
            return truths[0]
        return book.define(call(function, *truths), "boolean")

    return join


# --- one after another ------------------------------------------------------------------------


def _cumulative(step: Callable[[Node, Book, Cell, Cell], Cell]) -> Say:
    """Of one row's values, each with those before it."""

    def say(node: Node, given: list[Cells], book: Book) -> Cells:
        if node.kind == "bool":
            raise lacks("truth values counted one after another")
        lines = np.moveaxis(given[0], int(node.attrs["axis"]), -1)
        result = np.empty(lines.shape, dtype=object)
        for place in np.ndindex(lines.shape[:-1]):
            cells = [as_number(cell, book) for cell in lines[place].tolist()]
            steps = accumulate(cells, lambda a, b: _typed(node, book, step(node, book, a, b)))
            result[place] = of(steps, (len(cells),))
        return np.moveaxis(result, -1, int(node.attrs["axis"]))

    return say


def _further(function: str) -> Callable[[Node, Book, Cell, Cell], Cell]:
    find = _extreme(function, present=False)
    return lambda node, book, a, b: find(node, book, [a, b])


# --- matrices ---------------------------------------------------------------------------------


def _matmul(node: Node, given: list[Cells], book: Book) -> Cells:
    """x [..., F] by a constant [F] or [F, K]; or two vectors of the row."""
    if node.kind == "bool":
        raise lacks("products of truth values")
    x, matrix = (of((as_number(c, book) for c in cells.ravel()), cells.shape) for cells in given)
    if node.inputs[1].rows:
        return _rowwise(node, x, matrix, book)
    columns = matrix[:, None] if matrix.ndim == 1 else matrix
    rows = x.reshape(-1, x.shape[-1])
    cells = (_dot(node, book, row, column) for row in rows for column in columns.T)
    return of(cells, node.shape)


def _rowwise(node: Node, x: Cells, y: Cells, book: Book) -> Cells:
    if x.ndim != 1 or y.ndim != 1:
        raise lacks("products of matrices that both depend on the row")
    return of([_dot(node, book, x, y)], node.shape)


def _dot(node: Node, book: Book, row: Any, column: Any) -> Cell:
    products = [multiplied(node, book, a, b) for a, b in zip(row, column, strict=True)]
    return _typed(node, book, _sum(node, book, products))


OPERATIONS: dict[str, Say] = {
    "sum": _numbers(_sum),
    "nansum": _numbers(_nansum),
    "prod": _numbers(_prod),
    "nanprod": _numbers(_nanprod),
    "mean": _numbers(_mean),
    "nanmean": _numbers(_nanmean),
    "max": _numbers(_extreme("max", present=False)),
    "min": _numbers(_extreme("min", present=False)),
    "nanmax": _numbers(_extreme("max", present=True)),
    "nanmin": _numbers(_extreme("min", present=True)),
    "argmax": _numbers(_place("max")),
    "argmin": _numbers(_place("min")),
    "median": _numbers(_median),
    "sort": _sort,
    "any": _over(_truths("or")),
    "all": _over(_truths("and")),
    "cumsum": _cumulative(added),
    "cumprod": _cumulative(multiplied),
    "cummax": _cumulative(_further("max")),
    "cummin": _cumulative(_further("min")),
    "matmul": _matmul,
}
