"""What the operations on dates mean: on datetime64 of any unit, in which NaT is missing.

Dates keep the unit that the function was handed them in: what they count, and how far they reach,
is the function's business. Numpy's own arithmetic, comparisons and casts hold for dates as well;
only their parts, and dates written as text, need operations of their own.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

_SPANS = {"hour": ("h", 24), "minute": ("m", 60), "second": ("s", 60)}
_SPANS |= {"microsecond": ("us", 1_000_000), "nanosecond": ("ns", 1000)}
DAYS_TO_THURSDAY = 3


def unit(dtype: np.dtype) -> str:
    """ "s", "ms", "us", "ns", "D" …; also "15m"."""
    name, count = np.datetime_data(dtype)
    return name if count == 1 else f"{count}{name}"


# --- parts ------------------------------------------------------------------------------------


def _part(x: Any, part: str) -> Any:
    """A part of dates: int64, 0 where there is no date."""
    x = np.asarray(x)
    found = np.asarray(PARTS[part](x), dtype=np.int64)
    return np.where(np.isnat(x), 0, found)


def _since(x: Any, whole: str, to: str) -> Any:
    """How many `to` have passed since the beginning of the `whole`."""
    start = x.astype(f"M8[{whole}]")
    return (x.astype(f"M8[{to}]") - start.astype(f"M8[{to}]")).astype(np.int64)


def _year(x: Any) -> Any:
    return x.astype("M8[Y]").astype(np.int64) + 1970


def _weekday(x: Any) -> Any:
    return (x.astype("M8[D]").astype(np.int64) + DAYS_TO_THURSDAY) % 7


def _thursday(x: Any) -> Any:
    """That of the week: it decides which year a week belongs to."""
    days = x.astype("M8[D]")
    return days + (DAYS_TO_THURSDAY - _weekday(x)).astype("m8[D]")


def _month_days(x: Any) -> Any:
    month = x.astype("M8[M]")
    return ((month + 1).astype("M8[D]") - month.astype("M8[D]")).astype(np.int64)


def _within(to: str, count: int) -> Callable[[Any], Any]:
    return lambda x: x.astype(f"M8[{to}]").astype(np.int64) % count


PARTS: dict[str, Callable[[Any], Any]] = {
    "year": _year,
    "month": lambda x: x.astype("M8[M]").astype(np.int64) % 12 + 1,
    "day": lambda x: _since(x, "M", "D") + 1,
    "weekday": _weekday,
    "dayofyear": lambda x: _since(x, "Y", "D") + 1,
    "days_in_month": _month_days,
    "iso_year": lambda x: _year(_thursday(x)),
    "iso_week": lambda x: _since(_thursday(x), "Y", "D") // 7 + 1,
    **{part: _within(*span) for part, span in _SPANS.items()},
}
"""Of the proleptic Gregorian calendar: part → its numbers. Monday is the weekday 0."""


# --- text -------------------------------------------------------------------------------------


class Piece(NamedTuple):
    """A part of a format: one directive, by its letter, or literal text where that is ""."""

    letter: str
    text: str
    """A literal; of a directive, the expression that its digits match."""


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = ("uary", "ruary", "ch", "il", "", "e", "y", "ust", "tember", "ober", "ember", "ember")
FULL_MONTHS = tuple(month + rest for month, rest in zip(MONTHS, _FULL, strict=True))
NAMES = {"b": MONTHS, "B": FULL_MONTHS}

_LENIENT = {
    **{letter: f"(?i:{'|'.join(names)})" for letter, names in NAMES.items()},
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": "1[0-2]|0[1-9]|[1-9]",
    "d": "3[01]|[12][0-9]|0[1-9]|[1-9]| [1-9]",
    "H": "2[0-3]|[01][0-9]|[0-9]",
    "M": "[0-5][0-9]|[0-9]",
    "S": "[0-5][0-9]|[0-9]",
    "f": "[0-9]{1,6}",
}
"""As Python and pandas read them between separators: with or without a leading zero."""
_STRICT = {
    **_LENIENT,
    "m": "1[0-2]|0[1-9]",
    "d": "3[01]|[12][0-9]|0[1-9]",
    "H": "2[0-3]|[01][0-9]",
    "M": "[0-5][0-9]",
    "S": "[0-5][0-9]",
}
"""Beside one another, digits are told apart by their number."""
WIDTHS = {"Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}


_YEAR, _MONTH = {"Y", "y"}, {"m", "b", "B"}


@cache
def pieces(format: str) -> tuple[Piece, ...]:
    """The parts of a format of `strptime`. Raises ValueError for one that is not modelled.

    A month or day that it does not name is the first, a year 1900.
    """
    parts = re.findall(r"%(.)|([^%]+)", format)
    found, kinds = [a or b for a, b in parts], [bool(a) for a, _ in parts]
    letters = [text for text, is_field in zip(found, kinds, strict=True) if is_field]
    if set(letters) - _LENIENT.keys() or len(set(letters)) != len(letters) or not letters:
        raise ValueError(f"the format {format!r}")
    if any(len(part & set(letters)) > 1 for part in (_YEAR, _MONTH)):
        raise ValueError(f"the format {format!r}, which names the year or month twice")
    if "d" not in letters and any(a and b for a, b in pairwise(kinds)):
        raise ValueError(f"the format {format!r}, whose digits stand together")
    return tuple(_pieces(found, kinds))


def _pieces(found: list[str], kinds: list[bool]) -> Iterator[Piece]:
    for place, text in enumerate(found):
        if not kinds[place]:
            if re.search(r"[0-9]", text):
                raise ValueError("a format with digits of its own")
            yield Piece("", text)
            continue
        beside = kinds[max(place - 1, 0) : place] + kinds[place + 1 : place + 2]
        if any(beside) and text == "f":
            raise ValueError("a format with a fraction beside other digits")
        yield Piece(text, (_STRICT if any(beside) else _LENIENT)[text])


def expression(format: str) -> str:
    """A regular expression, of RE2 as of Python, whose groups are the directives."""
    return "".join(
        f"({piece.text})" if piece.letter else _literal(piece.text) for piece in pieces(format)
    )


def _literal(text: str) -> str:
    return "".join(" +" if part.isspace() else re.escape(part) for part in re.split(r"( +)", text))


@cache
def _reader(format: str) -> re.Pattern[str]:
    return re.compile(expression(format))


def _parse(x: Any, format: str, dtype: str, guessed: bool) -> Any:
    """Texts of a format as dates of a dtype; NaT for those that are none.

    `guessed`: the user left it to pandas, which would try others on other texts.
    """
    x = np.asarray(x, dtype=object)
    cells = [_read(cell, format) for cell in x.ravel().tolist()]
    return np.array(cells, dtype="M8[us]").astype(dtype).reshape(x.shape)


def _read(text: str | None, format: str) -> np.datetime64:
    match = _reader(format).fullmatch(text or "")
    if match is None:
        return np.datetime64("NaT", "us")
    letters = [piece.letter for piece in pieces(format) if piece.letter]
    given = dict(zip(letters, match.groups(), strict=True))
    year = full_year(int(given["y"])) if "y" in given else int(given.get("Y", UNNAMED_YEAR))
    number = {letter: int(digits) for letter, digits in given.items() if letter not in NAMES}
    for letter in NAMES.keys() & given:
        number["m"] = NAMES[letter].index(given[letter].lower()) + 1
    month = np.datetime64(f"{year:04}-{number.get('m', 1):02}", "M")
    day = month.astype("M8[D]") + (number.get("d", 1) - 1)
    if day.astype("M8[M]") != month or year == 0:
        return np.datetime64("NaT", "us")
    seconds = (number.get("H", 0) * 60 + number.get("M", 0)) * 60 + number.get("S", 0)
    fraction = int(given["f"].ljust(6, "0")) if "f" in given else 0
    ticks = seconds * 1_000_000 + fraction
    return np.datetime64(int(day.astype("M8[us]").astype(np.int64)) + ticks, "us")


UNNAMED_YEAR = 1900


def full_year(year: Any) -> Any:
    """Of two digits: from 1969 to 2068."""
    return year + (2000 if year < 69 else 1900)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "date.part": _part,
    "date.parse": _parse,
}
