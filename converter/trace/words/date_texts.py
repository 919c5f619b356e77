"""Dates written out: names of days and months, and `strftime`."""

import re
from collections.abc import Callable
from typing import Any

from converter.trace.expression import Node
from converter.trace.session import unknown
from converter.trace.words import texts
from converter.trace.words.dates import make, part, unless_missing

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _spelled(number: Node, names: dict[int, str]) -> Node:
    return make("lookup", number, keys=tuple(names), values=tuple(names.values()), default="")


def _named(part_name: str, names: tuple[str, ...], first: int) -> Callable[[Node], Node]:
    return lambda x: _spelled(part(x, part_name), dict(enumerate(names, first)))


def _padded(part_name: str, last: int, width: int = 2) -> Callable[[Node], Node]:
    table = {number: f"{number:0{width}}" for number in range(last + 1)}
    return lambda x: _spelled(part(x, part_name), table)


def _short_year(x: Node) -> Node:
    table = {number: f"{number:02}" for number in range(100)}
    return _spelled(make("remainder", part(x, "year"), 100), table)


def _half_day(x: Node) -> Node:
    table = {hour: f"{(hour - 1) % 12 + 1:02}" for hour in range(24)}
    return _spelled(part(x, "hour"), table)


_DIRECTIVES: dict[str, Callable[[Node], Node]] = {
    "Y": lambda x: texts.of_number(part(x, "year")),
    "G": lambda x: texts.of_number(part(x, "iso_year")),
    "y": _short_year,
    "m": _padded("month", 12),
    "d": _padded("day", 31),
    "H": _padded("hour", 23),
    "I": _half_day,
    "M": _padded("minute", 59),
    "S": _padded("second", 59),
    "f": lambda x: texts.zero_filled(texts.of_number(part(x, "microsecond")), 6),
    "j": _padded("dayofyear", 366, 3),
    "V": _padded("iso_week", 53),
    "u": _named("weekday", tuple("1234567"), 0),
    "w": _named("weekday", tuple("1234560"), 0),
    "p": _named("hour", ("AM",) * 12 + ("PM",) * 12, 0),
    "A": _named("weekday", DAYS, 0),
    "a": _named("weekday", tuple(day[:3] for day in DAYS), 0),
    "B": _named("month", MONTHS, 1),
    "b": _named("month", tuple(month[:3] for month in MONTHS), 1),
}


def written(x: Node, form: Any) -> Node:
    """`strftime`: text, missing where there is no date."""
    if not isinstance(form, str):
        unknown("a format that is no text")
    parts: list[Any] = []
    for letter, literal in re.findall(r"%(.?)|([^%]+)", form):
        if letter and letter != "%" and letter not in _DIRECTIVES:
            unknown(f"the directive `%{letter}` of `strftime`")
        is_part = letter in _DIRECTIVES
        parts.append(_DIRECTIVES[letter](x) if is_part else literal or "%")
    if not any(isinstance(piece, Node) for piece in parts):
        unknown(f"the format {form!r}, in which there is no part of a date")
    return unless_missing(x, texts.concat(*parts))


def named(x: Node, what: str, locale: Any = None) -> Node:
    """`day_name()` or `month_name()`: English text."""
    if locale is not None:
        unknown("names of days or months in another language")
    return unless_missing(x, _DIRECTIVES["A" if what == "day" else "B"](x))
