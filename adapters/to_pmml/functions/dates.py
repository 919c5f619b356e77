"""Dates in PMML: whole seconds since 1970, as PMML's functions give them; spans in seconds.

`DATED` is what numpy's own words mean where dates or spans are among their values.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from adapters.to_pmml.functions import calendar
from adapters.to_pmml.functions.arithmetic import add, divide, subtract
from adapters.to_pmml.functions.book import (
    EXACT,
    NOTHING,
    Book,
    Cell,
    call,
    number,
    text,
    value_of,
)
from adapters.to_pmml.functions.calendar import DAY, minus, modulo, over, plus, times
from adapters.to_pmml.functions.cells import Cells, Say, each, literal, of
from adapters.to_pmml.functions.comparisons import is_missing
from adapters.to_pmml.functions.elementary import absolute
from adapters.to_pmml.functions.parsing import parse
from adapters.to_pmml.functions.rounding import present_extreme, sure_extreme
from adapters.to_pmml.functions.shapes import OPERATIONS as SHAPES
from adapters.to_pmml.functions.unsaid import lacks
from adapters.to_pmml.terms import Apply, Constant, Input
from converter.trace.expression import Node

SECONDS = "Dates are read to the second in PMML."
LENGTHS = {"W": Fraction(7 * DAY), "D": Fraction(DAY), "h": Fraction(3600), "m": Fraction(60)}
LENGTHS |= {"s": Fraction(1)}
LENGTHS |= {unit: Fraction(1, 10**k) for unit, k in (("ms", 3), ("us", 6), ("ns", 9))}
"""Of units, in seconds."""
_1970 = Constant(dtype="integer", value="1970")
NAT = number(-(2.0**63))


def handed(book: Book, column: int) -> Cell:
    """A date that the function is handed, from its field."""
    field = Cell(Input(column=column), "dateTime", missing=True)
    days = _of_field(book, field, call("dateDaysSinceYear", field, _1970))
    seconds = _of_field(book, field, call("dateSecondsSinceMidnight", field))
    moment = plus(book, times(book, days, DAY), seconds)
    book.dates[moment.term] = field
    book.days[moment.term] = days
    return moment


def _of_field(book: Book, field: Cell, term: Apply) -> Cell:
    return book.define(call("if", call("isNotMissing", field), term), missing=True)


def _is_absent(book: Book, x: Cell) -> Cell:
    """Whether there is no date; asked of its field, where it has one."""
    return is_missing(book, book.dates.get(x.term, x))


def constant(node: Node) -> Cells:
    """Dates or spans that do not depend on the row."""
    value = np.asarray(node.value)
    if np.datetime_data(value.dtype)[0] in ("Y", "M") and value.dtype.kind == "M":
        value = value.astype("M8[s]")
    if np.isnat(value).all():
        return of([NOTHING] * value.size, value.shape)
    length = _tick(value.dtype)
    cells = (
        NOTHING if tick == np.iinfo(np.int64).min else number(float(tick * length))
        for tick in value.astype(np.int64).ravel().tolist()
    )
    return of(cells, value.shape)


# --- parts ------------------------------------------------------------------------------------

_FORMATS = {"year": "%Y", "month": "%m", "day": "%d", "dayofyear": "%j"}
_FORMATS |= {"hour": "%H", "minute": "%M", "second": "%S"}


def _part(node: Node, book: Book, x: Cell) -> Cell:
    """0 where there is no date."""
    part = node.attrs["part"]
    if part in _FORMATS and x.term in book.dates:
        field = book.dates[x.term]
        found = _of_field(book, field, call("formatDatetime", field, text(_FORMATS[part])))
    elif part in PARTS:
        found = PARTS[part](book, x)
    else:
        book.caveats[SECONDS] = None
        found = number(0)
    filled = book.choose(_is_absent(book, x), number(0), found)
    return replace(filled, missing=False, low=0, high=10_000)


def days(book: Book, x: Cell) -> Cell:
    """Whole days since 1970."""
    return book.days[x.term] if x.term in book.days else over(book, x, DAY)


def _civil(place: int) -> Callable[[Book, Cell], Cell]:
    return lambda book, x: calendar.civil(book, days(book, x))[place]


def _month_days(book: Book, x: Cell) -> Cell:
    year, month, _ = calendar.civil(book, days(book, x))
    return calendar.month_days(book, year, month)


def _iso_week(book: Book, x: Cell) -> Cell:
    of_year = calendar.day_of_year(book, calendar.thursday(book, days(book, x)))
    return over(book, plus(book, of_year, 6), 7)


def _within(length: int, count: int) -> Callable[[Book, Cell], Cell]:
    return lambda book, x: modulo(book, over(book, x, length), count)


PARTS: dict[str, Callable[[Book, Cell], Cell]] = {
    "year": _civil(0),
    "month": _civil(1),
    "day": _civil(2),
    "weekday": lambda book, x: calendar.weekday(book, days(book, x)),
    "dayofyear": lambda book, x: calendar.day_of_year(book, days(book, x)),
    "days_in_month": _month_days,
    "iso_year": lambda book, x: calendar.civil(book, calendar.thursday(book, days(book, x)))[0],
    "iso_week": _iso_week,
    "hour": _within(3600, 24),
    "minute": _within(60, 60),
    "second": _within(1, 60),
}


# --- arithmetic -------------------------------------------------------------------------------


def _kinds(node: Node) -> list[str]:
    return [part.kind for part in node.inputs]


def _to_the_second(say: Callable[..., Cell]) -> Say:
    """An operation that parts of seconds would change."""

    def over_cells(node: Node, book: Book, *cells: Cell) -> Cell:
        book.caveats[SECONDS] = None
        return say(node, book, *cells)

    return each(over_cells)


def _sum(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    if not set(_kinds(node)) <= {"date", "span"}:
        raise lacks("numbers added to dates")
    return (add if node.op == "add" else subtract)(book, a, b)


def _product(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    if "float" in _kinds(node):
        raise lacks("spans times real numbers")
    return book.define(call("*", a, b), missing=a.missing or b.missing)


def _quotient(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    if _kinds(node) != ["span", "span"]:
        raise lacks("spans divided by numbers")
    return divide(book, a, b)


def _floor(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    found = _counted(book, a, _length(node, b))
    filled = book.choose(is_missing(book, a), number(0), found)
    return replace(filled, missing=False, low=-EXACT, high=EXACT)


def _rest(node: Node, book: Book, a: Cell, b: Cell) -> Cell:
    length = _length(node, b)
    if length < 1:
        book.caveats[SECONDS] = None
        return times(book, a, 0)
    return modulo(book, a, length.numerator)


def _length(node: Node, b: Cell) -> Fraction:
    value = value_of(b)
    if _kinds(node) != ["span", "span"] or value is None or value <= 0:
        raise lacks("the rest of spans by anything but constants")
    return _whole(Fraction(value).limit_denominator(10**9))


def _whole(length: Fraction) -> Fraction:
    """A length of whole seconds, or a part of one that many make up."""
    if length.denominator > 1 and length.numerator > 1:
        raise lacks("lengths that are neither whole seconds nor parts of one")
    return length


def _tick(dtype: np.dtype) -> Fraction:
    """The length of a unit, in seconds."""
    unit, count = np.datetime_data(dtype)
    if unit not in LENGTHS:
        raise lacks(f"spans of {dtype}")
    return LENGTHS[unit] * count


def _counted(book: Book, x: Cell, length: Fraction) -> Cell:
    """How many of a length there are in so many seconds, rounded down."""
    if length == 1:
        return x
    if length > 1:
        return over(book, x, length.numerator)
    return times(book, x, length.denominator)


def _compared(function: str) -> Say:
    if_missing = function == "notEqual"
    return _to_the_second(
        lambda node, book, a, b: book.truth(function, a, b, if_missing=if_missing)
    )


# --- types ------------------------------------------------------------------------------------


def _cast(node: Node, book: Book, x: Cell) -> Cell:
    [part] = node.inputs
    if node.kind in ("date", "span"):
        if part.kind in ("date", "span"):
            return _in_unit(node, book, x)
        return _of_ticks(node, book, x)
    if node.kind not in ("int", "float") or node.dtype.itemsize < 8:
        raise lacks(f"dates as {node.dtype}")
    book.caveats[SECONDS] = None
    ticks = _ticks(part, book, x)
    if node.kind == "float":
        return ticks
    filled = book.choose(_is_absent(book, x), NAT, ticks)
    return replace(filled, missing=False, low=-EXACT, high=EXACT)


def _in_unit(node: Node, book: Book, x: Cell) -> Cell:
    """Rounded down to the unit of a type."""
    unit, count = np.datetime_data(node.dtype)
    if unit in LENGTHS:
        length = _whole(_tick(node.dtype))
        return minus(book, x, modulo(book, x, length.numerator)) if length > 1 else x
    if node.kind != "date" or count != 1:
        raise lacks(f"spans of {node.dtype}")
    year, month, _ = calendar.civil(book, days(book, x))
    first = number(1) if unit == "Y" else month
    return times(book, calendar.days_of(book, year, first, number(1)), DAY)


def _ticks(part: Node, book: Book, x: Cell) -> Cell:
    """How many units of its type have passed since 1970."""
    unit, count = np.datetime_data(part.dtype)
    if unit in LENGTHS:
        return _counted(book, x, _whole(_tick(part.dtype)))
    if part.kind == "span" or count != 1:
        raise lacks(f"spans of {part.dtype}")
    year, month, _ = calendar.civil(book, days(book, x))
    years = minus(book, year, 1970)
    return years if unit == "Y" else plus(book, times(book, years, 12), minus(book, month, 1))


def _of_ticks(node: Node, book: Book, x: Cell) -> Cell:
    if node.inputs[0].kind != "int":
        raise lacks("dates made of real numbers")
    unit, count = np.datetime_data(node.dtype)
    if unit in LENGTHS:
        length = _whole(_tick(node.dtype))
        if length >= 1:
            return times(book, x, length.numerator)
        book.caveats[SECONDS] = None
        return over(book, x, length.denominator)
    if node.kind == "span" or count != 1:
        raise lacks(f"spans of {node.dtype}")
    months = x if unit == "M" else times(book, x, 12)
    year = plus(book, over(book, months, 12), 1970)
    month = plus(book, modulo(book, months, 12), 1)
    return times(book, calendar.days_of(book, year, month, number(1)), DAY)


def _extreme(function: str, *, present: bool) -> Say:
    find = present_extreme if present else sure_extreme
    return each(lambda node, book, a, b: find(book, function, a, b))


def _is_there(node: Node, book: Book, x: Cell) -> Cell:
    return book.truth("isNotMissing", replace(x, missing=False)) if x.missing else literal(True)


OPERATIONS: dict[str, Say] = {"date.parse": each(parse)}
"""On values that are no dates."""
_MISSING = each(lambda node, book, x: _is_absent(book, x))
DATED: dict[str, Say] = {
    "date.part": each(_part),
    "date.parse": each(parse),
    **SHAPES,
    "where": each(lambda node, book, *cells: book.choose(*cells)),
    "cast": each(_cast),
    "add": each(_sum),
    "subtract": _to_the_second(_sum),
    "multiply": each(_product),
    "divide": each(_quotient),
    "floor_divide": each(_floor),
    "remainder": each(_rest),
    "negative": each(lambda node, book, x: times(book, x, -1)),
    "absolute": each(lambda node, book, x: absolute(book, x)),
    "positive": each(lambda node, book, x: x),
    "maximum": _extreme("max", present=False),
    "minimum": _extreme("min", present=False),
    "fmax": _extreme("max", present=True),
    "fmin": _extreme("min", present=True),
    "greater": _compared("greaterThan"),
    "greater_equal": _compared("greaterOrEqual"),
    "less": _compared("lessThan"),
    "less_equal": _compared("lessOrEqual"),
    "equal": _compared("equal"),
    "not_equal": _compared("notEqual"),
    "isnat": _MISSING,
    "isnan": _MISSING,
    "text.missing": _MISSING,
    "isfinite": each(_is_there),
}
"""Of nodes that are dates or spans, or are made of some."""
