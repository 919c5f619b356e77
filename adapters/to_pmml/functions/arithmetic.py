"""+ - * / and the powers of numbers in PMML, with numpy's own meaning.

What numpy makes NaN is missing: by itself where an operand is, as `invalid` elsewhere.
"""

from math import inf

from adapters.to_pmml.functions.book import Book, Cell, call, number, value_of
from adapters.to_pmml.functions.cells import Say, numbers
from adapters.to_pmml.functions.unsaid import lacks
from adapters.to_pmml.functions.whole import Bounds, within
from converter.trace.expression import Node

ZERO, ONE = number(0), number(1)
LARGEST_POWER = 64
"""Whole exponents up to here are multiplications."""


def add(book: Book, a: Cell, b: Cell) -> Cell:
    """The sum; of opposite infinities it is missing."""
    return book.sum_of("+", a, b, invalid=not (is_finite(a) or is_finite(b)))


def subtract(book: Book, a: Cell, b: Cell) -> Cell:
    """The difference; of like infinities it is missing."""
    return book.sum_of("-", a, b, invalid=not (is_finite(a) or is_finite(b)))


def multiply(book: Book, a: Cell, b: Cell) -> Cell:
    """The product; of nothing and an infinity it is missing."""
    if value_of(b) == 1:
        return a
    return book.sum_of("*", a, b, invalid=not (is_scale(a) or is_scale(b)))


def divide(book: Book, a: Cell, b: Cell) -> Cell:
    """The quotient; of two zeros or two infinities it is missing."""
    return book.sum_of("/", a, b, invalid=not is_scale(b))


def negative(book: Book, x: Cell) -> Cell:
    """The number of the other sign."""
    return multiply(book, number(-1), x)


def square(book: Book, x: Cell) -> Cell:
    """The product with itself, which always is one."""
    return book.sum_of("*", x, x, invalid=False)


def is_finite(cell: Cell) -> bool:
    """Whether it is a number that is known, and no infinity."""
    value = value_of(cell)
    return value is not None and abs(value) < inf


def is_scale(cell: Cell) -> bool:
    """Whether it is a number that is known, and neither 0 nor an infinity."""
    return is_finite(cell) and value_of(cell) != 0


# --- whole numbers ----------------------------------------------------------------------------


def sums(a: Cell, b: Cell) -> Bounds:
    """Bounds of a + b."""
    return a.low + b.low, a.high + b.high


def differences(a: Cell, b: Cell) -> Bounds:
    """Bounds of a - b."""
    return a.low - b.high, a.high - b.low


def products(a: Cell, b: Cell) -> Bounds:
    """Bounds of a * b."""
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return min(corners), max(corners)


def _squares(x: Cell) -> Bounds:
    low, high = products(x, x)
    return (0 if x.low < 0 < x.high else max(0, low)), high


def added(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    """The sum, in the kind of the node."""
    if node.kind == "bool":
        return book.truth("greaterThan", book.define(call("+", a, b)), ZERO)
    if node.kind == "int":
        return within(node, book, book.sum_of("+", a, b, invalid=False), sums(a, b))
    return add(book, a, b)


def subtracted(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    """The difference, in the kind of the node."""
    if node.kind == "int":
        return within(node, book, book.sum_of("-", a, b, invalid=False), differences(a, b))
    return subtract(book, a, b)


def multiplied(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    """The product, in the kind of the node."""
    if node.kind == "bool":
        return book.truth("greaterThan", book.define(call("*", a, b)), ZERO)
    if node.kind == "int":
        return within(node, book, book.sum_of("*", a, b, invalid=False), products(a, b))
    return multiply(book, a, b)


def _negative(node: Node, book: Book, x: Cell) -> Cell:
    if node.kind == "int":
        return within(node, book, book.sum_of("-", ZERO, x, invalid=False), (-x.high, -x.low))
    return negative(book, x)


def _absolute(node: Node, book: Book, x: Cell) -> Cell:
    result = book.real("abs", x, invalid=False)
    if node.kind == "int":
        return within(node, book, result, (0, max(abs(x.low), abs(x.high))))
    return result


def _square(node: Node, book: Book, x: Cell) -> Cell:
    if node.kind == "int":
        return within(node, book, square(book, x), _squares(x))
    return square(book, x)


def _reciprocal(node: Node, book: Book, x: Cell) -> Cell:
    if node.kind == "int":
        raise lacks("the reciprocals of whole numbers")
    return divide(book, ONE, x)


# --- powers -----------------------------------------------------------------------------------


def _power(node: Node, book: Book, base: Cell, exponent: Cell) -> Cell:
    value = value_of(exponent)
    if node.kind == "int":
        if value is None or not 0 <= value <= LARGEST_POWER:
            raise lacks("whole powers whose exponent is no small constant")
        return _repeated(node, book, base, int(value))
    if value == 0:
        return ONE
    if value == 2:
        return square(book, base)
    return power(book, base, exponent)


def _repeated(node: Node, book: Book, base: Cell, exponent: int) -> Cell:
    if exponent == 0:
        return ONE
    result = base
    for place in bin(exponent)[3:]:
        result = _square(node, book, result)
        if place == "1":
            result = multiplied(node, book, result, base)
    return result


def power(book: Book, base: Cell, exponent: Cell) -> Cell:
    """A power; 1 of whatever base to 0, and of 1 to whatever exponent."""
    result = book.real("pow", base, exponent)
    if base.missing and value_of(exponent) is None:
        is_one = book.truth("equal", exponent, ZERO)
        result = book.choose(is_one, ONE, result)
    if exponent.missing:
        result = book.choose(book.truth("equal", base, ONE), ONE, result)
    return result


def _float_power(node: Node, book: Book, base: Cell, exponent: Cell) -> Cell:
    return ONE if value_of(exponent) == 0 else power(book, base, exponent)


OPERATIONS: dict[str, Say] = {
    "add": numbers(added),
    "subtract": numbers(subtracted),
    "multiply": numbers(multiplied),
    "divide": numbers(lambda node, book, a, b: divide(book, a, b)),
    "negative": numbers(_negative),
    "positive": numbers(lambda node, book, x: x),
    "conjugate": numbers(lambda node, book, x: x),
    "absolute": numbers(_absolute),
    "fabs": numbers(lambda node, book, x: book.real("abs", x, invalid=False)),
    "square": numbers(_square),
    "reciprocal": numbers(_reciprocal),
    "power": numbers(_power),
    "float_power": numbers(_float_power),
}
