"""The calendar in integer arithmetic: days since 1970 to years, months and days, and back.

Proleptic Gregorian, from the year 1 on. Divisions are of what is not negative, where ONNX's (which
truncates) and Python's are one. Years begin with March where that puts the leap day last.
"""

from functools import cache, lru_cache

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

EPOCH = 719_468
"""Days from March 1st of the year 0 to 1970."""
JANUARY = 719_162
"""Days from January 1st of the year 1 to 1970."""
CENTURIES, YEARS = 146_097, 1_461
"""Days of four centuries, and of four years."""


@cache
def whole(value: int) -> Var:
    """A constant int64: one for all its uses, for graphs of a later opset convert each."""
    return op.const(np.int64(value))


def plus(a: Var, b: int) -> Var:
    """`a + b`."""
    return op.add(a, whole(b)) if b else a


def times(a: Var, b: int) -> Var:
    """`a * b`."""
    return op.mul(a, whole(b)) if b != 1 else a


def over(a: Var, b: int) -> Var:
    """`a // b` for an `a` that is not negative."""
    return op.div(a, whole(b))


def floored(a: Var, b: int) -> Var:
    """`a // b`, rounded down; 0 < b."""
    return op.div(op.sub(a, modulo(a, b)), whole(b)) if b != 1 else a


def modulo(a: Var, b: int) -> Var:
    """`a % b`, which is not negative; 0 < b."""
    return op.mod(a, whole(b))


def one_where(condition: Var) -> Var:
    """1 where it holds, else 0."""
    return op.cast(condition, to=np.int64)


@lru_cache(maxsize=16)
def civil(days: Var) -> tuple[Var, Var, Var]:
    """Year, month and day of days since 1970."""
    since = plus(days, EPOCH)
    century = over(plus(times(since, 4), 3), CENTURIES)
    left = op.sub(since, over(times(century, CENTURIES), 4))
    year = over(plus(times(left, 4), 3), YEARS)
    of_year = op.sub(left, over(times(year, YEARS), 4))
    month = over(plus(times(of_year, 5), 2), 153)
    day = plus(op.sub(of_year, over(plus(times(month, 153), 2), 5)), 1)
    late = one_where(op.greater_or_equal(month, whole(10)))
    year = op.add(op.add(times(century, 100), year), late)
    return year, plus(op.sub(month, times(late, 12)), 3), day


def days_of(year: Var, month: Var, day: Var) -> Var:
    """Days since 1970."""
    early = one_where(op.less(month, whole(3)))
    year, month = op.sub(year, early), plus(op.add(month, times(early, 12)), -3)
    of_year = op.add(over(plus(times(month, 153), 2), 5), plus(day, -1))
    return plus(op.add(_leaps(year), of_year), -EPOCH)


def new_year(year: Var) -> Var:
    """Days from 1970 to the first of January."""
    return plus(_leaps(plus(year, -1)), -JANUARY)


def _leaps(years: Var) -> Var:
    """Days of so many years."""
    days = op.add(times(years, 365), over(years, 4))
    return op.add(op.sub(days, over(years, 100)), over(years, 400))


def is_leap(year: Var) -> Var:
    """Whether a year has a leap day."""
    fourth, hundredth, four_hundredth = (
        op.equal(modulo(year, count), whole(0)) for count in (4, 100, 400)
    )
    return op.and_(fourth, op.or_(op.not_(hundredth), four_hundredth))


def month_days(year: Var, month: Var) -> Var:
    """How many days a month has."""
    usual = plus(modulo(op.add(month, over(month, 8)), 2), 30)
    february = plus(one_where(is_leap(year)), 28)
    return op.where(op.equal(month, whole(2)), february, usual)


def weekday(days: Var) -> Var:
    """Of days since 1970; Monday is 0."""
    return modulo(plus(days, 3), 7)


def day_of_year(days: Var) -> Var:
    """From 1."""
    year, _, _ = civil(days)
    return plus(op.sub(days, new_year(year)), 1)


def thursday(days: Var) -> Var:
    """That of the same week, which tells the year that the week belongs to."""
    return plus(op.sub(days, weekday(days)), 3)
