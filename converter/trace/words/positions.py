"""A row's whole number where Python needs one: a position, a number of times.

There are few that it can be, as of bins, weekdays and months: the function is run for each.
"""

import math

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, refuse
from converter.trace.standins.scalar import Scalar
from converter.trace.words.deciding import decided

MOST = 64
"""Of the numbers that are tried."""
DEEPEST = 32
"""Of the operations that are followed."""
Range = tuple[float, float]
"""The smallest and the largest number that a value can be."""
ANY: Range = (-math.inf, math.inf)


def position(value: Scalar) -> int:
    """The number that it is on this run."""
    low, high = range_of(value._node)
    is_index = value._node.kind == "int" or value._is_python  # numpy's bool is no index
    if not is_index or not high - low < MOST:
        refuse(
            "data-dependent",
            "uses a row's value as a position or a number of times",
            "look it up in a dict",
        )
    for number in range(int(low), int(high)):
        if decided(active().tape.make("equal", value._node, active().tape.const(number))):
            return number
    return int(high)


def range_of(x: Node, depth: int = DEEPEST) -> Range:
    """Of a whole number, or of a truth value; `ANY` where it may be large."""
    if x.kind == "bool":
        return 0, 1
    if x.kind != "int" or not depth:
        return ANY
    if x.op == "const":
        return _hull(np.ravel(x.value).tolist())
    low, high = _range(x, depth - 1)
    bounds = np.iinfo(x.dtype)
    return (low, high) if bounds.min <= low <= high <= bounds.max else ANY


def _range(x: Node, depth: int) -> Range:
    match x.op:
        case "searchsorted":
            return 0, len(x.attrs["edges"])
        case "date.part":
            return PARTS.get(x.attrs["part"], ANY)
        case "argmax" | "argmin":
            return 0, x.inputs[0].shape[x.attrs["axis"]] - 1
        case "lookup":
            return _hull([*x.attrs["values"], x.attrs["default"]])
        case "where":
            ranges = [range_of(part, depth) for part in x.inputs[1:]]
            return min(low for low, _ in ranges), max(high for _, high in ranges)
        case "cast" | "repeat" | "reshape" | "pick" | "take" | "permute":
            return range_of(x.inputs[0], depth)
        case "add" | "subtract" | "floor_divide" | "remainder":
            a, b = (range_of(part, depth) for part in x.inputs)
            return _computed(x.op, a, b)
    return ANY


def _hull(numbers: list[int]) -> Range:
    return min(numbers), max(numbers)


def _computed(op: str, a: Range, b: Range) -> Range:
    if op == "remainder":
        return (0, b[1] - 1) if 0 < b[0] <= b[1] < math.inf else ANY
    if not all(map(math.isfinite, (*a, *b))):
        return ANY
    match op:
        case "add":
            return a[0] + b[0], a[1] + b[1]
        case "subtract":
            return a[0] - b[1], a[1] - b[0]
    return (a[0] // b[0], a[1] // b[0]) if b[0] == b[1] > 0 else ANY


PARTS: dict[str, Range] = {
    "month": (0, 12),
    "day": (0, 31),
    "weekday": (0, 6),
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 59),
    "days_in_month": (0, 31),
    "iso_week": (0, 53),
}
"""Of dates; 0 where there is none."""
