"""Texts that spell dates, in PMML: their parts by groups of an expression."""

from dataclasses import replace

from adapters.to_pmml.functions import calendar
from adapters.to_pmml.functions.book import Book, Cell, call, number, text
from adapters.to_pmml.functions.calendar import DAY, plus, times
from adapters.to_pmml.functions.patterns import Pattern
from adapters.to_pmml.functions.unsaid import lacks
from adapters.to_pmml.terms import Apply, Constant, MapValues
from converter.trace import dates
from converter.trace.expression import Node


def parse(node: Node, book: Book, x: Cell) -> Cell:
    """Seconds since 1970; missing where a text is of another format, or of a day that is none."""
    form = node.attrs["format"]
    if node.attrs["guessed"]:
        told = f"Text is read as dates of the format {form} only; any other has no date."
        book.caveats[told] = None
    letters = [piece.letter for piece in dates.pieces(form) if piece.letter]
    if "f" in letters:
        raise lacks("parts of seconds in texts")
    pattern = rf"\A{Pattern(dates.expression(form), 0).spelled}\z"
    is_form = book.truth("matches", x, text(pattern))
    found = {
        letter: _field(book, x, is_form, pattern, place, letter)
        for place, letter in enumerate(letters, 1)
    }
    return _moment(book, is_form, found)


def _field(book: Book, x: Cell, is_form: Cell, pattern: str, place: int, letter: str) -> Cell:
    """What a directive reads, missing where the text is of another format."""
    digits = call("replace", x, text(pattern), text(f"${place}"))
    if letter not in dates.NAMES:
        return _digits(book, is_form, digits)
    name = book.define(call("if", is_form, call("lowercase", digits)), "string", missing=True)
    names = dates.NAMES[letter]
    assert not isinstance(name.term, Constant)
    months = tuple(f"{number_}.0" for number_ in range(1, 13))
    table = MapValues(of=name.term, keys=names, values=months, dtype="double")
    return book.define(table, missing=True)


def _digits(book: Book, is_form: Cell, digits: Apply) -> Cell:
    bare = call("replace", digits, text("[ ]+"), text(""))
    return book.define(call("if", is_form, bare), missing=True)


def _moment(book: Book, is_form: Cell, found: dict[str, Cell]) -> Cell:
    unnamed = number(dates.UNNAMED_YEAR)
    year = _full_year(book, found["y"]) if "y" in found else found.get("Y", unnamed)
    months = (found[letter] for letter in ("m", *dates.NAMES) if letter in found)
    month, day = next(months, number(1)), found.get("d", number(1))
    inside = calendar.month_days(book, year, month)
    days = calendar.days_of(book, year, month, day)
    seconds = times(book, days, DAY)
    for letter, length in (("H", 3600), ("M", 60), ("S", 1)):
        if letter in found:
            seconds = plus(book, seconds, times(book, found[letter], length))
    is_day = [
        book.truth("lessOrEqual", day, inside),
        book.truth("greaterThan", year, number(0)),
    ]
    term = call("if", call("and", *is_day), seconds)
    return replace(book.define(term, missing=True), missing=True)


def _full_year(book: Book, year: Cell) -> Cell:
    """Of two digits: from 1969 to 2068."""
    early = book.truth("lessThan", year, number(69))
    century = book.choose(early, number(2000), number(1900))
    return plus(book, year, century)
