"""Rounding and remainders. PMML's `round` rounds halves up, and its `floor` gives 32 bits in
JPMML-Evaluator: only `rint` is numpy's own, to the nearest even of any size."""

from dataclasses import replace

from adapters.to_pmml.functions.arithmetic import (
    ONE,
    ZERO,
    add,
    divide,
    is_finite,
    multiply,
    subtract,
)
from adapters.to_pmml.functions.book import EXACT, NOTHING, Book, Cell, call, number, value_of
from adapters.to_pmml.functions.cells import Say, numbers
from adapters.to_pmml.functions.elementary import (
    LARGEST,
    Real,
    absolute,
    is_less,
    kept_missing,
    rint,
    signed,
)
from adapters.to_pmml.functions.unsaid import lacks
from adapters.to_pmml.functions.whole import within
from converter.trace.expression import Node

SHORT = 26
SPLITTER = number(2**27 + 1)
QUOTIENTS = "Remainders of real numbers are missing where the quotient is beyond 2^53."


def floor(book: Book, x: Cell) -> Cell:
    """The greatest whole number up to x."""
    near = rint(book, x)
    return book.choose(is_less(book, x, near), subtract(book, near, ONE), near)


def ceil(book: Book, x: Cell) -> Cell:
    """The least whole number from x."""
    near = rint(book, x)
    return book.choose(is_less(book, near, x), add(book, near, ONE), near)


def trunc(book: Book, x: Cell) -> Cell:
    """x without its fraction."""
    return signed(book, x, floor(book, absolute(book, x)))


def rounded(book: Book, x: Cell, decimals: int) -> Cell:
    """To a number of decimals, halves to even, by numpy's own steps."""
    if decimals == 0:
        return rint(book, x)
    scale = number(10.0 ** abs(decimals))
    there, back = (multiply, divide) if decimals > 0 else (divide, multiply)
    return back(book, rint(book, there(book, x, scale)), scale)


def _unless_whole(compute: Real) -> Say:
    def say(node: Node, book: Book, x: Cell) -> Cell:
        return x if node.inputs[0].kind in ("int", "bool") else compute(book, x)

    return numbers(say)


def _round(node: Node, book: Book, x: Cell) -> Cell:
    decimals = int(node.attrs["decimals"])
    if node.inputs[0].kind != "int":
        return rounded(book, x, decimals)
    if decimals >= 0:
        return x
    near = rounded(book, x, decimals)
    return within(node, book, near, (2 * x.low - 10**-decimals, 2 * x.high + 10**-decimals))


# --- remainders -------------------------------------------------------------------------------


def _whole_rest(book: Book, a: Cell, b: Cell) -> tuple[Cell, Cell]:
    """Quotient, rounded down, and remainder of whole numbers; both are 0 by 0."""
    rest = book.sum_of("modulo", a, b, invalid=True)
    quotient = rint(book, divide(book, subtract(book, a, rest), b))
    if value_of(b):
        return replace(quotient, missing=False), replace(rest, missing=False)
    by_zero = book.truth("equal", b, ZERO)
    chosen = (book.choose(by_zero, ZERO, each) for each in (quotient, rest))
    first, second = (replace(each, missing=False) for each in chosen)
    return first, second


def _rest(book: Book, a: Cell, b: Cell) -> tuple[Cell, Cell]:
    """Quotient, rounded down, and remainder, which is less than `b` and of its sign.

    The evaluator's own modulo subtracts a rounded product; this one subtracts it exactly.
    """
    book.caveats[QUOTIENTS] = None
    wide = floor(book, divide(book, a, b))
    told = book.truth("lessOrEqual", absolute(book, wide), number(EXACT))
    quotient = book.choose(told, wide, NOTHING)
    high, low = _product(book, quotient, b)
    rest = subtract(book, subtract(book, a, high), low)
    below = is_less(book, multiply(book, rest, signed(book, b, ONE)), ZERO)
    step = book.choose(below, ONE, ZERO)  # it was rounded up to the next whole number
    exact = kept_missing(book, rest, subtract(book, quotient, step))
    return exact, add(book, rest, multiply(book, step, b))


def _product(book: Book, a: Cell, b: Cell) -> tuple[Cell, Cell]:
    """A product, and what rounding took of it (Dekker)."""
    product = multiply(book, a, b)
    is_short = is_finite(b) and _digits(value_of(b)) <= SHORT
    b1, b2 = (b, ZERO) if is_short else _halves(book, b)
    a1, a2 = _halves(book, a)
    rest = subtract(book, multiply(book, a1, b1), product)
    rest = add(book, rest, multiply(book, a2, b1))
    if value_of(b2) != 0:
        rest = add(book, rest, multiply(book, a1, b2))
        rest = add(book, rest, multiply(book, a2, b2))
    return product, rest


def _digits(value: float | None) -> int:
    """How many binary digits a number has."""
    if not value:
        return 0
    whole = abs(value).as_integer_ratio()[0]
    return whole.bit_length() - (whole & -whole).bit_length() + 1


def _halves(book: Book, x: Cell) -> tuple[Cell, Cell]:
    """A number as the sum of two with half as many digits (Veltkamp)."""
    value = value_of(x)
    if value is not None:
        scaled = value * float(2**27 + 1)
        high = scaled - (scaled - value)
        return number(high), number(value - high)
    wide = multiply(book, SPLITTER, x)
    high_cell = subtract(book, wide, subtract(book, wide, x))
    return high_cell, subtract(book, x, high_cell)


def _by_infinity(book: Book, a: Cell, b: Cell, near: Cell, far: Cell, elsewhere: Cell) -> Cell:
    """What a finite number leaves of an infinity of its own sign, and of the other."""
    if value_of(b) is not None:
        return elsewhere
    infinite = book.truth("greaterThan", absolute(book, b), LARGEST)
    apart = book.define(call("notEqual", is_less(book, a, ZERO), is_less(book, b, ZERO)), "boolean")
    apart = book.define(
        call("and", apart, book.truth("notEqual", a, ZERO, if_missing=True)), "boolean"
    )
    finite = book.truth("lessOrEqual", absolute(book, a), LARGEST)
    found = book.choose(finite, book.choose(apart, far, near), NOTHING)
    return book.choose(infinite, found, elsewhere)


def _remainder(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    if node.kind == "int":
        ends = (min(b.low + 1, 0), max(b.high - 1, 0))
        return within(node, book, _whole_rest(book, a, b)[1], ends)
    return _by_infinity(book, a, b, a, b, _rest(book, a, b)[1])


def _floor_divide(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    if node.kind == "int":
        most = max(abs(a.low), abs(a.high))
        least = 0 if a.low >= 0 and b.low >= 0 else -most
        return within(node, book, _whole_rest(book, a, b)[0], (least, most))
    quotient = _by_infinity(book, a, b, ZERO, number(-1), _rest(book, a, b)[0])
    if value_of(b):
        return quotient
    by_zero = book.truth("equal", b, ZERO)
    return book.choose(by_zero, divide(book, a, b), quotient)


def _fmod(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    """Of the sign of `a`."""
    sizes = absolute(book, a), absolute(book, b)
    if node.kind == "int":
        rest = signed(book, a, _whole_rest(book, *sizes)[1])
        most = max(abs(b.low), abs(b.high))
        return within(node, book, rest, (-most if a.low < 0 else 0, most))
    rest = _by_infinity(book, *sizes, sizes[0], sizes[0], _rest(book, *sizes)[1])
    return kept_missing(book, a, signed(book, a, rest))


def _shifted(node: Node, book: Book, x: Cell, places: Cell) -> Cell:
    value = value_of(places)
    if value is None or not 0 <= value < 53:
        raise lacks("shifts by what is no small constant")
    scale = 2 ** int(value)
    if node.op == "left_shift":
        found = book.sum_of("*", x, number(scale), invalid=False)
        return within(node, book, found, (x.low * scale, x.high * scale))
    found = floor(book, book.sum_of("/", x, number(scale), invalid=False))
    return within(node, book, found, (x.low // scale, x.high // scale))


# --- the smaller and the larger ---------------------------------------------------------------


def sure_extreme(book: Book, function: str, *cells: Cell) -> Cell:
    """The smallest or the largest, missing where one of them is."""
    return book.real(function, *cells, invalid=False)


def present_extreme(book: Book, function: str, *cells: Cell) -> Cell:
    """The smallest or the largest that is not missing."""
    missing = all(cell.missing for cell in cells)
    return book.define(call(function, *cells), missing=missing)


def _extreme(function: str, *, present: bool) -> Say:
    def say(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
        if node.kind == "bool":
            joined = book.define(call(function, a, b))
            return book.truth("greaterThan", joined, ZERO)
        find = present_extreme if present else sure_extreme
        found = find(book, function, a, b)
        pick = min if function == "min" else max
        return replace(found, low=pick(a.low, b.low), high=pick(a.high, b.high))

    return numbers(say)


OPERATIONS: dict[str, Say] = {
    "floor": _unless_whole(floor),
    "ceil": _unless_whole(ceil),
    "trunc": _unless_whole(trunc),
    "rint": numbers(lambda node, book, x: rint(book, x)),
    "round": numbers(_round),
    "remainder": numbers(_remainder),
    "fmod": numbers(_fmod),
    "floor_divide": numbers(_floor_divide),
    "left_shift": numbers(_shifted),
    "right_shift": numbers(_shifted),
    "maximum": _extreme("max", present=False),
    "minimum": _extreme("min", present=False),
    "fmax": _extreme("max", present=True),
    "fmin": _extreme("min", present=True),
}
