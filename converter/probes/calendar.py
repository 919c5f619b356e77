"""Dates to ask a model about: usual ones, and those where calendars go wrong."""

from typing import Any

import numpy as np

_SINCE, _UNTIL = np.datetime64("1995-01-01", "s"), np.datetime64("2035-12-31", "s")
_ODD = (
    "2024-02-29", "2000-02-29T12:00", "1900-02-28T23:59:59", "1900-03-01", "2100-02-28",
    "2100-03-01", "2023-12-31T23:59:59.999999999", "2024-01-01", "2020-12-31", "2021-01-03",
    "2026-01-01", "1970-01-01", "1969-12-31T23:59:59.999999999", "1969-07-20T20:17:40",
    "1700-01-01", "2262-04-11", "2024-03-31T02:30", "2024-06-30T23:59:59",
    "2024-07-01T00:00:00.000000001",
)  # fmt: skip
"""Leap days and the years without, both sides of a year, a quarter and 1970, ISO weeks 53 and 1,
an hour that summer time leaves out, and the ends of what nanoseconds reach."""


def dates(rng: np.random.Generator, known: list[Any], total: int) -> np.ndarray:
    """datetime64[ns]: some of those known from training, else of four decades, half at midnight."""
    if known:
        return np.array(known, "datetime64[ns]")[rng.integers(0, len(known), total)]
    seconds = rng.integers(_SINCE.astype(np.int64), _UNTIL.astype(np.int64), total)
    midnight = rng.random(total) < 0.5
    seconds = np.where(midnight, seconds - seconds % 86_400, seconds)
    return seconds.astype("datetime64[s]").astype("datetime64[ns]")


def odd_dates(total: int) -> np.ndarray:
    """datetime64[ns]: leap days, ends of years, midnights, before 1970, far away, in turn."""
    return np.resize(np.array(_ODD, "datetime64[ns]"), total)
