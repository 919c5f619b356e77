"""Dates and spans of time rounded to whole steps, and counted in other units."""

import re
from typing import Any

import numpy as np

from converter.trace.dates import unit
from converter.trace.expression import Node
from converter.trace.session import active, unknown
from converter.trace.words.dates import is_dated, make, one

_FREQUENCY = re.compile(r"(\d*)(D|d|h|H|min|T|s|S|ms|us|ns)")
_UNITS = {"d": "D", "H": "h", "min": "m", "T": "m", "S": "s"}
_KINDS = {"date": "datetime64", "span": "timedelta64"}


def recounted(x: Node, to: str) -> Node:
    """In another unit, rounded down where it is a coarser one."""
    return make("cast", x, dtype=f"{_KINDS[x.kind]}[{to}]")


def _step(frequency: Any) -> str:
    """The unit that a fixed frequency such as "h" or "15min" means, as numpy spells it: "15m"."""
    found = _FREQUENCY.fullmatch(frequency) if isinstance(frequency, str) else None
    if found is None:
        return unknown(f"the frequency {frequency!r}", 'use one such as "D", "h" or "15min"')
    return f"{found[1]}{_UNITS.get(found[2], found[2])}"


def floored(x: Node, frequency: Any) -> Node:
    """Down to a whole number of steps since 1970."""
    return recounted(recounted(x, _step(frequency)), unit(x.dtype))


def ceiled(x: Node, frequency: Any) -> Node:
    """Up to a whole number of steps."""
    below = floored(x, frequency)
    return make("where", make("equal", below, x), x, make("add", below, _span(frequency)))


def rounded(x: Node, frequency: Any) -> Node:
    """To the nearest whole number of steps; from the middle, to an even one."""
    below, span = floored(x, frequency), _span(frequency)
    twice = make("multiply", make("subtract", x, below), 2)
    count = make("cast", recounted(x, _step(frequency)), dtype="int64")
    is_odd = make("equal", make("remainder", count, 2), 1)
    tie = make("logical_and", make("equal", twice, span), is_odd)
    up = make("logical_or", make("greater", twice, span), tie)
    return make("where", up, make("add", below, span), below)


def _span(frequency: Any) -> Node:
    found = re.fullmatch(r"(\d*)(\D+)", _step(frequency))
    assert found is not None
    return one(found[2], int(found[1] or 1))


def cast(x: Node, target: np.dtype) -> Node:
    """Dates as numpy casts them: to other units, and to the number that they count."""
    if x.kind == "text" and target.kind == "M":
        return make("cast", active().words.parsed_dates(x), dtype=str(target))
    plain = x.kind in ("int", "float") if target.kind == "m" else x.kind == "int"
    if not (is_dated(x) or plain) or target.kind not in "biufmM":
        unknown(f"a cast from {x.kind} to {target}")
    if is_dated(x) and target.kind in "mM" and target.kind != x.dtype.kind:
        unknown(f"a cast from {x.dtype} to {target}")
    if target.kind in "mM" and unit(target) == "generic":
        unknown(f"a cast to {target} without a unit")
    return make("cast", x, dtype=str(target))


def cast_date(x: Node, target: np.dtype) -> Node:
    """`Series.astype`: pandas has fewer units, and no dates as real numbers."""
    if target.kind not in "mMi":
        unknown(f"`astype({target})` of dates", 'use .astype("int64")')
    return cast(x, target)
