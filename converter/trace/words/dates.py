"""Dates and spans of time, word for word: from nodes to the node of what becomes of them.

Whoever holds dates (a Series' `.dt`, a DatetimeIndex, one row's Timestamp) records by these. Where
there is no date, numbers are NaN, truth values False, text and dates missing, as pandas has it.
"""

import datetime
from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, unknown

_COMPARISONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
_ALLOWED = {
    ("date", "date"): ("subtract", *_COMPARISONS),
    ("date", "span"): ("add", "subtract"),
    ("span", "date"): ("add",),
    ("span", "span"): ("add", "subtract", "divide", "floor_divide", "remainder", *_COMPARISONS),
    ("span", "number"): ("multiply", "divide", "floor_divide"),
    ("number", "span"): ("multiply",),
}


def make(op: str, *nodes: Any, **attrs: Any) -> Node:
    """The node of an operation on nodes and constants."""
    tape = active().tape
    return tape.make(op, *(n if isinstance(n, Node) else tape.const(n) for n in nodes), **attrs)


def is_dated(node: Node) -> bool:
    """Whether a node is dates or spans of time."""
    return node.kind in ("date", "span")


# --- constants --------------------------------------------------------------------------------


def is_date(value: Any) -> bool:
    """Whether a constant is a date, in Python's spelling, pandas' or numpy's."""
    return isinstance(value, datetime.date) or _generic(value) == "M"


def is_span(value: Any) -> bool:
    """Whether a constant is a span of time."""
    return isinstance(value, datetime.timedelta) or _generic(value) == "m"


def _generic(value: Any) -> str:
    return value.dtype.kind if isinstance(value, np.generic) else ""


def constant(value: Any, kind: str = "") -> Node:
    """A constant beside a column of the `kind`, as pandas takes it; also text, and nothing."""
    import pandas

    if value is None or value is pandas.NaT or (isinstance(value, float) and value != value):
        return active().tape.const(np.array("NaT", dtype="m8[s]" if kind == "span" else "M8[s]"))
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        unknown("a `datetime.date` beside dates with a time", "use a pandas.Timestamp")
    if is_span(value) or (isinstance(value, str) and kind == "span"):
        return active().tape.const(np.asarray(pandas.Timedelta(value).to_timedelta64()))
    if is_date(value) or (isinstance(value, str) and kind == "date"):
        when = pandas.Timestamp(value)
        if when.tzinfo is not None:
            when = when.tz_convert("UTC").tz_localize(None)
        return active().tape.const(np.asarray(when.to_datetime64()))
    if isinstance(value, bool | int | float | np.number):
        return active().tape.const(value)
    name = f"{type(value).__module__}.{type(value).__qualname__}"
    return unknown(f"a {name} beside dates", "use a pandas.Timestamp or pandas.Timedelta")


# --- missing ----------------------------------------------------------------------------------


def may_miss(node: Node) -> bool:
    """Whether there may be rows without a date: unless it is known that there are none."""
    if node.op == "const":
        return bool(np.any(np.isnat(node.value)))
    if node.op == "where":
        condition, yes, no = node.inputs
        if condition.op == "isnat" and condition.inputs[0] is no:
            return may_miss(yes)
        return may_miss(yes) or may_miss(no)
    if node.op == "input" or node.op.startswith("date."):
        return True
    return any(may_miss(part) for part in node.inputs if is_dated(part))


def missing(x: Node) -> Node:
    """Where there is no date."""
    return make("isnat", x)


def counted(x: Node, number: Node, dtype: str = "int32") -> Node:
    """A whole number that was made of dates: NaN where there is none, and then real."""
    if not may_miss(x):
        return make("cast", number, dtype=dtype)
    return make("where", missing(x), float("nan"), number)


def _true(x: Node, condition: Node) -> Node:
    """A truth value that was made of dates: False where there is none."""
    if not may_miss(x):
        return condition
    return make("logical_and", make("logical_not", missing(x)), condition)


def unless_missing(x: Node, text: Node) -> Node:
    """Text that was made of dates: missing where there is none."""
    return make("where", missing(x), None, text) if may_miss(x) else text


# --- parts ------------------------------------------------------------------------------------


def part(x: Node, name: str) -> Node:
    """A part of dates, int64; 0 where there is none."""
    return make("date.part", x, part=name)


def quarter(x: Node) -> Node:
    """From 1 to 4."""
    return make("floor_divide", make("add", part(x, "month"), 2), 3)


def _is_leap(x: Node) -> Node:
    year = part(x, "year")
    fourth, hundredth, four_hundredth = (
        make("equal", make("remainder", year, count), 0) for count in (4, 100, 400)
    )
    return make("logical_and", fourth, make("equal", hundredth, four_hundredth))


def _is(name: str, number: int) -> Callable[[Node], Node]:
    return lambda x: make("equal", part(x, name), number)


def _is_month_end(x: Node) -> Node:
    return make("equal", part(x, "day"), part(x, "days_in_month"))


def _of_quarter(rest: int, day: Callable[[Node], Node]) -> Callable[[Node], Node]:
    """Of the months whose number leaves that rest by 3."""

    def holds(x: Node) -> Node:
        month = make("equal", make("remainder", part(x, "month"), 3), rest)
        return make("logical_and", month, day(x))

    return holds


def _both(one: Callable[[Node], Node], other: Callable[[Node], Node]) -> Callable[[Node], Node]:
    return lambda x: make("logical_and", one(x), other(x))


NUMBERS: dict[str, Callable[[Node], Node]] = {
    **{
        name: lambda x, name=name: part(x, name)  # type: ignore[misc]
        for name in (
            *("year", "month", "day", "hour", "minute", "second", "microsecond", "nanosecond"),
            *("weekday", "dayofyear", "days_in_month"),
        )
    },
    "quarter": quarter,
    "dayofweek": lambda x: part(x, "weekday"),
    "day_of_week": lambda x: part(x, "weekday"),
    "day_of_year": lambda x: part(x, "dayofyear"),
    "daysinmonth": lambda x: part(x, "days_in_month"),
}
TRUTHS: dict[str, Callable[[Node], Node]] = {
    "is_leap_year": _is_leap,
    "is_month_start": _is("day", 1),
    "is_month_end": _is_month_end,
    "is_quarter_start": _of_quarter(1, _is("day", 1)),
    "is_quarter_end": _of_quarter(0, _is_month_end),
    "is_year_start": _both(_is("month", 1), _is("day", 1)),
    "is_year_end": _both(_is("month", 12), _is("day", 31)),
}


def attribute(x: Node, name: str) -> Node | None:
    """What `.dt.year` and its kin are; None for another name."""
    if x.kind == "span":
        return _span_attribute(x, name)
    if name in NUMBERS:
        return counted(x, NUMBERS[name](x))
    return _true(x, TRUTHS[name](x)) if name in TRUTHS else None


def week_parts(x: Node) -> dict[str, Node]:
    """`isocalendar()`: year, week and day, from 1."""
    day = make("add", part(x, "weekday"), 1)
    parts = {"year": part(x, "iso_year"), "week": part(x, "iso_week"), "day": day}
    return {name: counted(x, node, "int64") for name, node in parts.items()}


# --- spans ------------------------------------------------------------------------------------

SPAN_PARTS = {
    "days": (None, "D", "int64"),
    "seconds": ("D", "s", "int32"),
    "microseconds": ("s", "us", "int32"),
    "nanoseconds": ("us", "ns", "int32"),
}


def _span_attribute(x: Node, name: str) -> Node | None:
    if name not in SPAN_PARTS:
        return None
    whole, to, dtype = SPAN_PARTS[name]
    rest = make("remainder", x, one(whole)) if whole else x
    return counted(x, make("floor_divide", rest, one(to)), dtype)


def one(step: str, many: int = 1) -> Node:
    """A constant span of so many steps of a unit."""
    return active().tape.const(np.array(many, dtype=f"m8[{step}]"))


def seconds(x: Node) -> Node:
    """`total_seconds()`."""
    return make("divide", x, one("s"))


# --- arithmetic -------------------------------------------------------------------------------


def operate(op: str, x: Node, y: Node) -> Node:
    """A binary operator as pandas has it: numpy's, but NaN for whole numbers that there are not."""
    left, right = (node.kind if is_dated(node) else "number" for node in (x, y))
    kinds = (left, right)
    if op not in _ALLOWED.get(kinds, ()) or {"text", "bool"} & {x.kind, y.kind}:
        unknown(f"`{op}` between {x.kind} and {y.kind}")
    if op in ("divide", "floor_divide", "remainder"):
        _check_divisor(y)
    result = make(op, x, y)
    if kinds != ("span", "span") or op != "floor_divide":
        return result
    return _counted_of(x, y, result)


def _check_divisor(y: Node) -> None:
    if not y.rows and np.any(np.asarray(y.value).astype(np.float64) == 0):
        unknown("a division of a span of time by 0")


def _counted_of(x: Node, y: Node, number: Node) -> Node:
    for node in (x, y):
        number = counted(node, number, str(number.dtype)) if may_miss(node) else number
    return number


def isin(x: Node, values: Any) -> Node:
    """Whether a date is one of some."""
    nodes = [constant(value, x.kind) for value in values]
    here = [node for node in nodes if not np.isnat(node.value)]
    result = missing(x) if len(here) < len(nodes) else active().tape.const(False)
    ticks = [_tick(node.value, x.dtype) for node in here]
    found = tuple(dict.fromkeys(tick for tick in ticks if tick is not None))
    if not found:
        return make("logical_and", missing(x), result)
    hit = make("isin", make("cast", x, dtype="int64"), values=found)
    return make("logical_or", hit, result) if result.rows else hit


def _tick(value: Any, dtype: np.dtype) -> int | None:
    """What a date is counted as by a dtype; None for what lies between its ticks."""
    whole = value.astype(dtype)
    return int(whole.astype(np.int64)) if whole == value else None
