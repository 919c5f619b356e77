"""Roots, logarithms, waves and their kind; each of doubles, and missing where numpy's is NaN."""

import math
from collections.abc import Callable

import numpy as np

from adapters.to_pmml.functions.arithmetic import (
    ONE,
    ZERO,
    add,
    divide,
    multiply,
    negative,
    square,
    subtract,
)
from adapters.to_pmml.functions.book import NOTHING, Book, Cell, call, number
from adapters.to_pmml.functions.cells import Say, numbers

TWO = number(2)
LARGEST = number(float(np.finfo(np.float64).max))
LOWEST = number(-float(np.finfo(np.float64).max))
HUGE = number(1e150)
"""Whose square is a number yet."""
Real = Callable[..., Cell]


def function(name: str, *, invalid: bool = False) -> Real:
    """One that PMML has; `invalid`: whether it is missing for some numbers."""
    return lambda book, *cells: book.real(name, *cells, invalid=invalid)


ln, ln1p = function("ln", invalid=True), function("ln1p", invalid=True)
exp, expm1, rint = function("exp"), function("expm1"), function("rint")
absolute, root = function("abs"), function("sqrt", invalid=True)
sine, cosine = function("sin", invalid=True), function("cos", invalid=True)


def is_less(book: Book, a: Cell, b: Cell) -> Cell:
    """Whether one is less; of what is missing it is not."""
    return book.truth("lessThan", a, b)


def log2(book: Book, x: Cell) -> Cell:
    """Exact for the powers of 2."""
    close = divide(book, ln(book, x), number(math.log(2)))
    near = rint(book, close)
    is_power = book.truth("equal", book.real("pow", TWO, near, invalid=False), x)
    return book.choose(is_power, near, close)


def cbrt(book: Book, x: Cell) -> Cell:
    """Exact for cubes of whole numbers."""
    size = absolute(book, x)
    close = book.real("pow", size, number(1 / 3), invalid=False)
    near = rint(book, close)
    cube = book.sum_of("*", square(book, near), near, invalid=False)
    found = book.choose(book.truth("equal", cube, size), near, close)
    return signed(book, x, found)


def signed(book: Book, x: Cell, size: Cell) -> Cell:
    """The size with the sign of x."""
    return book.choose(is_less(book, x, ZERO), negative(book, size), size)


def arctan2(book: Book, y: Cell, x: Cell) -> Cell:
    """The angle of a point. A negative zero is zero."""
    angle = function("atan")(book, divide(book, y, x))
    half = signed(book, y, number(math.pi))
    left = book.choose(is_less(book, x, ZERO), add(book, angle, half), angle)
    above = signed(book, y, number(math.pi / 2))
    upright = book.choose(book.truth("equal", y, ZERO), ZERO, above)
    upright = book.choose(book.truth("equal", x, ZERO), upright, left)
    corner = book.real("atan", divide(book, y, x), invalid=False)
    return _at_infinity(book, y, x, upright) if corner.missing else upright


def _at_infinity(book: Book, y: Cell, x: Cell, elsewhere: Cell) -> Cell:
    """The angle between two infinities, whose quotient is missing."""
    even = book.truth("equal", absolute(book, x), absolute(book, y))
    right = signed(book, y, number(math.pi / 4))
    left = signed(book, y, number(3 * math.pi / 4))
    diagonal = book.choose(is_less(book, x, ZERO), left, right)
    is_zero = book.truth("equal", y, ZERO)
    return book.choose(even, book.choose(is_zero, elsewhere, diagonal), elsewhere)


def arcsinh(book: Book, x: Cell) -> Cell:
    """ln(x + sqrt(x² + 1)), without loss near 0 and near the largest number."""
    size = absolute(book, x)
    squared = square(book, size)
    below = add(book, ONE, root(book, add(book, squared, ONE)))
    near = ln1p(book, add(book, size, divide(book, squared, below)))
    far = add(book, ln(book, size), number(math.log(2)))
    return signed(book, x, book.choose(is_less(book, size, HUGE), near, far))


def arccosh(book: Book, x: Cell) -> Cell:
    """ln(x + sqrt(x² - 1)), without loss near 1 and near the largest number."""
    above = subtract(book, x, ONE)
    inner = add(book, multiply(book, TWO, above), square(book, above))
    near = ln1p(book, add(book, above, root(book, inner)))
    far = add(book, ln(book, x), number(math.log(2)))
    found = book.choose(is_less(book, x, HUGE), near, far)
    return book.choose(is_less(book, x, ONE), NOTHING, found)


def arctanh(book: Book, x: Cell) -> Cell:
    """ln((1 + x) / (1 - x)) / 2."""
    size = absolute(book, x)
    ratio = divide(book, multiply(book, TWO, size), subtract(book, ONE, size))
    return signed(book, x, multiply(book, number(0.5), ln1p(book, ratio)))


def logaddexp(book: Book, a: Cell, b: Cell) -> Cell:
    """ln(exp(a) + exp(b)), without overflow."""
    low = negative(book, absolute(book, subtract(book, a, b)))
    larger = book.real("max", a, b, invalid=False)
    apart = add(book, larger, ln1p(book, exp(book, low)))
    twice = add(book, a, number(math.log(2)))
    return book.choose(book.truth("equal", a, b), twice, apart)


def logaddexp2(book: Book, a: Cell, b: Cell) -> Cell:
    """The same to the base of 2."""
    base = number(math.log(2))
    scaled = [multiply(book, x, base) for x in (a, b)]
    return divide(book, logaddexp(book, *scaled), base)


def hypot(book: Book, a: Cell, b: Cell) -> Cell:
    """The length; an infinity is longer than what is missing."""
    found = book.real("hypot", a, b, invalid=False)
    if not (a.missing or b.missing):
        return found
    for one, other in ((a, b), (b, a)):
        infinite = book.truth("greaterThan", absolute(book, one), LARGEST)
        found = book.choose(infinite, number(math.inf), found) if other.missing else found
    return found


def sign(book: Book, x: Cell) -> Cell:
    """-1, 0 or 1."""
    above = book.choose(book.truth("greaterThan", x, ZERO), ONE, ZERO)
    found = book.choose(is_less(book, x, ZERO), number(-1), above)
    return kept_missing(book, x, found)


def kept_missing(book: Book, x: Cell, found: Cell) -> Cell:
    """What was found, missing where x is."""
    if not x.missing:
        return found
    return book.define(call("if", call("isNotMissing", x), found), missing=True)


def heaviside(book: Book, x: Cell, middle: Cell) -> Cell:
    """0 below 0, 1 above, `middle` at 0."""
    above = book.choose(book.truth("greaterThan", x, ZERO), ONE, ZERO)
    found = book.choose(book.truth("equal", x, ZERO), middle, above)
    return kept_missing(book, x, found)


def _said(real: Real) -> Say:
    return numbers(lambda node, book, *cells: real(book, *cells))


def _sign(node: object, book: Book, x: Cell) -> Cell:
    return book.bounded(sign(book, x), -1, 1)


_REALS: dict[str, Real] = {
    "sqrt": root,
    "cbrt": cbrt,
    "exp": exp,
    "exp2": lambda book, x: book.real("pow", TWO, x, invalid=False),
    "expm1": expm1,
    "log": ln,
    "log2": log2,
    "log10": function("log10", invalid=True),
    "log1p": ln1p,
    "sin": sine,
    "cos": cosine,
    "tan": function("tan", invalid=True),
    "arcsin": function("asin", invalid=True),
    "arccos": function("acos", invalid=True),
    "arctan": function("atan"),
    "sinh": function("sinh"),
    "cosh": function("cosh"),
    "tanh": function("tanh"),
    "arcsinh": arcsinh,
    "arccosh": arccosh,
    "arctanh": arctanh,
    **dict.fromkeys(
        ("degrees", "rad2deg"), lambda book, x: multiply(book, x, number(180 / math.pi))
    ),
    **dict.fromkeys(
        ("radians", "deg2rad"), lambda book, x: multiply(book, x, number(math.pi / 180))
    ),
    "arctan2": arctan2,
    "hypot": hypot,
    "logaddexp": logaddexp,
    "logaddexp2": logaddexp2,
    "heaviside": heaviside,
}

OPERATIONS: dict[str, Say] = {
    **{name: _said(real) for name, real in _REALS.items()},
    "sign": numbers(_sign),
}
