"""Dates in rows: datetime64[ns] without a time zone, NaT where missing.

Nanoseconds reach from 1677 to 2262. numpy wraps what lies outside of that silently, so it is
looked for here, before it is cast.
"""

import re
from typing import Literal

import numpy as np

from converter.rows.bad_value import BadValue

WANTED = (
    "a date of ISO 8601 (2024-01-31, 2024-01-31T13:45:00) without a time zone, from 1677-09-22 "
    "to 2262-04-11"
)
Unit = Literal["s", "ms", "us", "ns"]
UNITS: tuple[Unit, ...] = ("s", "ms", "us", "ns")
"""Those of pandas; numpy has more."""
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?", re.ASCII)
_ZONE = re.compile(r"(Z|[+-]\d\d(:?\d\d)?)", re.ASCII)
_FIRST = np.datetime64("1677-09-22", "s")
_LAST = np.datetime64("2262-04-11T23:47:16", "s")


class Zoned(str):
    """A point in time that has a zone where it comes from, as text: never taken for a date."""

    __slots__ = ()


def first_zoned(column: np.ndarray) -> int:
    """The row of the first `Zoned` in a column of objects; -1 where there is none."""
    return next((n for n, cell in enumerate(column.tolist()) if isinstance(cell, Zoned)), -1)


def unit(column: np.ndarray) -> Unit | None:
    """One of `UNITS`; None for whole days and whatever else pandas does not count in."""
    found = np.datetime_data(column.dtype)
    return next((unit for unit in UNITS if found == (unit, 1)), None)


def nanoseconds(column: np.ndarray) -> np.ndarray:
    """Dates of any unit in nanoseconds. Raises BadValue for one that these do not reach."""
    beyond = (column < _FIRST) | (column > _LAST)
    if beyond.any():
        row = int(np.argmax(beyond))
        raise BadValue(row, str(column[row]))
    return column.astype("datetime64[ns]")


def parsed(texts: list[str | None]) -> np.ndarray:
    """Texts of ISO 8601 as dates. Raises BadValue for the first that is none."""
    return np.array([_date(row, text) for row, text in enumerate(texts)], "datetime64[ns]")


def _date(row: int, text: str | None) -> np.datetime64:
    if text is None:
        return np.datetime64("NaT", "ns")
    if not is_date(text.strip()):
        raise BadValue(row, text)
    try:
        # To the second first: parsed in nanoseconds, a date out of their reach is another one.
        whole, _, fraction = text.strip().partition(".")
        seconds = np.datetime64(whole, "s")
    except ValueError as error:
        raise BadValue(row, text) from error
    if not _FIRST <= seconds < _LAST:
        raise BadValue(row, text)
    return seconds + np.timedelta64(int(fraction.ljust(9, "0") or 0), "ns")


def is_date(text: str) -> bool:
    """Whether a text has the form of ISO 8601, without a zone; its numbers may still be wrong."""
    return _ISO.fullmatch(text) is not None


def without_zone(text: str) -> str:
    """A text that has the form of a date, less its zone where it has one; "" for any other."""
    form = _ISO.match(text)
    rest = text[form.end() :] if form else text
    return form.group() if form and (not rest or _ZONE.fullmatch(rest)) else ""


def rounded(column: np.ndarray, to: str) -> np.ndarray:
    """Dates down to a whole `to`, one of `UNITS` or "" for as they are; still datetime64[ns].

    What the model cannot be handed, no artifact of it is handed either.
    """
    return column.astype(f"datetime64[{to or 'ns'}]").astype("datetime64[ns]")


def texts(column: np.ndarray) -> list[str | None]:
    """ISO 8601, as short as the column allows; None where missing."""
    written = np.datetime_as_string(column, unit="auto").tolist()
    return [None if text == "NaT" else text for text in written]
