"""Functions of scipy.special in PMML, composed of those that it has."""

from math import inf, pi, sqrt

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
from adapters.to_pmml.functions.book import NOTHING, Book, Cell, number
from adapters.to_pmml.functions.cells import Say, numbers
from adapters.to_pmml.functions.comparisons import is_missing
from adapters.to_pmml.functions.elementary import (
    Real,
    absolute,
    cbrt,
    exp,
    expm1,
    function,
    is_less,
    ln,
    ln1p,
    logaddexp,
)

TWO = number(2)


def expit(book: Book, x: Cell) -> Cell:
    """1 / (1 + exp(-x)), without loss on either side."""
    small = exp(book, negative(book, absolute(book, x)))
    right = divide(book, ONE, add(book, ONE, small))
    left = divide(book, small, add(book, ONE, small))
    return book.choose(is_less(book, x, ZERO), left, right)


def log_expit(book: Book, x: Cell) -> Cell:
    """ln(expit(x))."""
    small = ln1p(book, exp(book, negative(book, absolute(book, x))))
    below = subtract(book, x, small)
    return book.choose(is_less(book, x, ZERO), below, negative(book, small))


def logit(book: Book, x: Cell) -> Cell:
    """ln(x / (1 - x)); near the middle by its distance from it."""
    away = multiply(book, TWO, subtract(book, x, number(0.5)))
    middle = subtract(book, ln1p(book, away), ln1p(book, negative(book, away)))
    outside = ln(book, divide(book, x, subtract(book, ONE, x)))
    near = book.truth("lessThan", absolute(book, away), number(0.4))
    return book.choose(near, middle, outside)


def erf(book: Book, x: Cell) -> Cell:
    """Near 0 a line, where the evaluator's own is 0."""
    line = multiply(book, x, number(2 / sqrt(pi)))
    is_near = book.truth("lessThan", absolute(book, x), number(1e-9))
    return book.choose(is_near, line, book.real("erf", x, invalid=False))


def _xlog(log_: Real) -> Real:
    """x ln(y), and 0 where x is 0 and y is there."""

    def say(book: Book, x: Cell, y: Cell) -> Cell:
        product = multiply(book, x, log_(book, y))
        nothing = book.truth("equal", x, ZERO)
        zero = book.choose(is_missing(book, y), NOTHING, ZERO)
        return book.choose(nothing, zero, product)

    return say


def _boxcox(log_: Real) -> Real:
    def say(book: Book, x: Cell, power: Cell) -> Cell:
        grown = expm1(book, multiply(book, power, log_(book, x)))
        none = book.truth("equal", power, ZERO)
        return book.choose(none, log_(book, x), divide(book, grown, power))

    return say


def _inverse_boxcox(exp_: Real) -> Real:
    def say(book: Book, x: Cell, power: Cell) -> Cell:
        inner = divide(book, ln1p(book, multiply(book, power, x)), power)
        none = book.truth("equal", power, ZERO)
        return exp_(book, book.choose(none, x, inner))

    return say


def _entr(book: Book, x: Cell) -> Cell:
    """-x ln(x); 0 at 0, -inf below."""
    found = negative(book, multiply(book, x, ln(book, x)))
    found = book.choose(book.truth("equal", x, ZERO), ZERO, found)
    return book.choose(is_less(book, x, ZERO), number(-inf), found)


def _huber(book: Book, delta: Cell, r: Cell) -> Cell:
    size = absolute(book, r)
    half = multiply(book, number(0.5), delta)
    far = multiply(book, delta, subtract(book, size, half))
    near = multiply(book, number(0.5), square(book, r))
    found = book.choose(book.truth("lessOrEqual", size, delta), near, far)
    return book.choose(is_less(book, delta, ZERO), number(inf), found)


def _degrees(wave: Real) -> Real:
    return lambda book, x: wave(book, multiply(book, x, number(pi / 180)))


_REALS: dict[str, Real] = {
    "expit": expit,
    "log_expit": log_expit,
    "logit": logit,
    "erf": erf,
    "ndtr": function("stdNormalCDF"),
    "xlogy": _xlog(ln),
    "xlog1py": _xlog(ln1p),
    "boxcox": _boxcox(ln),
    "boxcox1p": _boxcox(ln1p),
    "inv_boxcox": _inverse_boxcox(exp),
    "inv_boxcox1p": _inverse_boxcox(expm1),
    "entr": _entr,
    "huber": _huber,
    "cbrt": cbrt,
    "exp2": lambda book, x: book.real("pow", TWO, x, invalid=False),
    "exp10": lambda book, x: book.real("pow", number(10), x, invalid=False),
    "expm1": expm1,
    "log1p": ln1p,
    "logaddexp": logaddexp,
}


def _said(real: Real) -> Say:
    return numbers(lambda node, book, *cells: real(book, *cells))


OPERATIONS: dict[str, Say] = {f"special.{name}": _said(real) for name, real in _REALS.items()}
