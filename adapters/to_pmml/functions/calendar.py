"""The proleptic Gregorian calendar in PMML, on days since 1970 and whole seconds since then."""

from adapters.to_pmml.functions.book import Book, Cell, call, number

DAY = 86_400
YEARS_400, YEARS_100, YEARS_4 = 146_097, 36_524, 1_460
FIRST_OF_MARCH = 719_468
"""Days from that of the year 0 to the first day of 1970."""


def combined(book: Book, function: str, a: Cell, b: Cell | int) -> Cell:
    """+ - * or modulo of whole numbers, missing where one of them is."""
    other = number(b) if isinstance(b, int) else b
    return book.define(call(function, a, other), missing=a.missing or other.missing)


def plus(book: Book, a: Cell, b: Cell | int) -> Cell:
    """The sum."""
    return combined(book, "+", a, b)


def minus(book: Book, a: Cell, b: Cell | int) -> Cell:
    """The difference."""
    return combined(book, "-", a, b)


def times(book: Book, a: Cell, b: int) -> Cell:
    """The product."""
    return combined(book, "*", a, b)


def modulo(book: Book, a: Cell, b: int) -> Cell:
    """What is left, never negative."""
    return combined(book, "modulo", a, b)


def over(book: Book, a: Cell, b: int) -> Cell:
    """The quotient, rounded down: what is left is taken away before."""
    whole = call("-", a, call("modulo", a, number(b)))
    return book.define(call("/", whole, number(b)), missing=a.missing)


def civil(book: Book, days: Cell) -> tuple[Cell, Cell, Cell]:
    """Year, month, day; counted from March on, so that leap days come last (Hinnant)."""
    since = plus(book, days, FIRST_OF_MARCH)
    era, day = over(book, since, YEARS_400), modulo(book, since, YEARS_400)
    even = minus(book, day, over(book, day, YEARS_4))
    even = plus(book, even, over(book, day, YEARS_100))
    year = over(book, minus(book, even, over(book, day, YEARS_400 - 1)), 365)
    of_year = minus(book, day, _days_of_years(book, year))
    month = over(book, plus(book, times(book, of_year, 5), 2), 153)
    of_month = plus(book, minus(book, of_year, _days_of_months(book, month)), 1)
    civil_month = plus(book, modulo(book, plus(book, month, 2), 12), 1)
    early = over(book, month, 10)  # January and February are of the next year
    civil_year = plus(book, plus(book, year, times(book, era, 400)), early)
    return civil_year, civil_month, of_month


def _days_of_years(book: Book, years: Cell) -> Cell:
    """Of the first years of an era."""
    leap = minus(book, over(book, years, 4), over(book, years, 100))
    return plus(book, times(book, years, 365), leap)


def _days_of_months(book: Book, months: Cell) -> Cell:
    """Of the first months from March on."""
    return over(book, plus(book, times(book, months, 153), 2), 5)


def days_of(book: Book, year: Cell, month: Cell, day: Cell) -> Cell:
    """Days since 1970 of a year, a month and a day."""
    march = modulo(book, plus(book, month, 9), 12)
    year = minus(book, year, over(book, march, 10))
    era, of_era = over(book, year, 400), modulo(book, year, 400)
    of_year = plus(book, _days_of_months(book, march), minus(book, day, 1))
    day = plus(book, _days_of_years(book, of_era), of_year)
    return minus(book, plus(book, times(book, era, YEARS_400), day), FIRST_OF_MARCH)


def day_of_year(book: Book, days: Cell) -> Cell:
    """From 1 on."""
    year, _, _ = civil(book, days)
    first = days_of(book, year, number(1), number(1))
    return plus(book, minus(book, days, first), 1)


def month_days(book: Book, year: Cell, month: Cell) -> Cell:
    """How many days a month has."""
    first = days_of(book, year, month, number(1))
    later = plus(book, year, over(book, month, 12))
    following = plus(book, modulo(book, month, 12), 1)
    return minus(book, days_of(book, later, following, number(1)), first)


def weekday(book: Book, days: Cell) -> Cell:
    """Monday is 0."""
    return modulo(book, plus(book, days, 3), 7)


def thursday(book: Book, days: Cell) -> Cell:
    """That of the week: it decides which year a week belongs to."""
    return minus(book, plus(book, days, 3), weekday(book, days))
