"""Operations on dates of the function expression in ONNX: integers, counted in the node's unit.

`DATED` is what numpy's own words mean where dates or spans are among their values.
"""

from collections.abc import Callable

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions import calendar, parsing, shapes
from adapters.to_onnx.functions.calendar import modulo, whole
from adapters.to_onnx.functions.division import floor_divide, remainder
from adapters.to_onnx.functions.numbers import maximum, minimum
from adapters.to_onnx.functions.tensors import MISSING_DATE, Lowering, truth
from adapters.to_onnx.functions.units import aligned, converted, days, masked, missing
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.wires import cast
from converter.trace.expression import Node

ON_WIRES = np.dtype("M8[ns]")
Compute = Callable[[Var, Var], Var]


def off_the_wire(x: Var, node: Node) -> Var:
    """Dates as a graph has them, in the unit of the node that they are handed to."""
    return converted(x, ON_WIRES, node.dtype)


def on_a_wire(x: Var, node: Node) -> Var:
    """The dates of a node as the graph has them."""
    return converted(x, node.dtype, ON_WIRES)


def _real(value: float) -> Var:
    return op.const(np.float64(value))


def _dated(node: Node) -> bool:
    return node.kind in ("date", "span")


# --- parts ------------------------------------------------------------------------------------


def _part(node: Node, given: list[Var], g: Graph) -> Var:
    [x] = given
    found = PARTS[node.attrs["part"]](x, node.inputs[0].dtype)
    return op.where(missing(x), whole(0), found)


def _civil(place: int) -> Callable[[Var, np.dtype], Var]:
    return lambda x, dtype: calendar.civil(days(x, dtype))[place]


def _month_days(x: Var, dtype: np.dtype) -> Var:
    year, month, _ = calendar.civil(days(x, dtype))
    return calendar.month_days(year, month)


def _iso_year(x: Var, dtype: np.dtype) -> Var:
    return calendar.civil(calendar.thursday(days(x, dtype)))[0]


def _iso_week(x: Var, dtype: np.dtype) -> Var:
    of_year = calendar.day_of_year(calendar.thursday(days(x, dtype)))
    return calendar.over(calendar.plus(of_year, 6), 7)


def _within(unit: str, count: int) -> Callable[[Var, np.dtype], Var]:
    return lambda x, dtype: modulo(converted(x, dtype, np.dtype(f"M8[{unit}]")), count)


def _nanosecond(x: Var, dtype: np.dtype) -> Var:
    """Of dates in nanoseconds; in these, those of other units may not fit 64 bits."""
    return modulo(x, 1000) if dtype == np.dtype("M8[ns]") else op.mul(x, whole(0))


PARTS: dict[str, Callable[[Var, np.dtype], Var]] = {
    "year": _civil(0),
    "month": _civil(1),
    "day": _civil(2),
    "weekday": lambda x, dtype: calendar.weekday(days(x, dtype)),
    "dayofyear": lambda x, dtype: calendar.day_of_year(days(x, dtype)),
    "days_in_month": _month_days,
    "iso_year": _iso_year,
    "iso_week": _iso_week,
    "hour": _within("h", 24),
    "minute": _within("m", 60),
    "second": _within("s", 60),
    "microsecond": _within("us", 1_000_000),
    "nanosecond": _nanosecond,
}


# --- arithmetic -------------------------------------------------------------------------------


def _together(node: Node, given: list[Var], dtype: np.dtype) -> list[Var]:
    """The inputs, all that are dates or spans counted alike; others as integers."""
    units = {kind: np.dtype(f"{kind}8[{_unit(dtype)}]") for kind in "mM"}
    return [
        aligned(part, x, units[part.dtype.kind]) if _dated(part) else x
        for part, x in zip(node.inputs, given, strict=True)
    ]


def _unit(dtype: np.dtype) -> str:
    name, count = np.datetime_data(dtype)
    return f"{count}{name}"


def _common(node: Node) -> np.dtype:
    """The unit in which numpy compares or divides the inputs."""
    units = [_unit(part.dtype) for part in node.inputs if _dated(part)]
    return np.result_type(*(np.dtype(f"m8[{unit}]") for unit in units if unit != "1generic"))


def _sum(compute: Compute) -> Lowering:
    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        a, b = (cast(x, np.int64) for x in _together(node, given, node.dtype))
        return _unless_missing(node, a, b, compute(a, b))

    return lower


def _unless_missing(node: Node, a: Var, b: Var, value: Var) -> Var:
    """No date where one of the two is none."""
    for part, x in zip(node.inputs, (a, b), strict=True):
        if _dated(part) and (part.rows or np.isnat(part.value)):
            value = masked(x, value)
    return value


def _compared(compute: Compute, *, otherwise: bool = False) -> Lowering:
    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        a, b = _together(node, given, _common(node))
        absent = op.or_(missing(a), missing(b))
        if otherwise:
            return op.or_(absent, compute(a, b))
        return op.and_(op.not_(absent), compute(a, b))

    return lower


def _product(node: Node, given: list[Var], g: Graph) -> Var:
    [span] = [x for part, x in zip(node.inputs, given, strict=True) if _dated(part)]
    [factor] = [x for part, x in zip(node.inputs, given, strict=True) if not _dated(part)]
    return _scaled(node, span, factor, op.mul)


def _scaled(node: Node, span: Var, factor: Var, compute: Compute) -> Var:
    """By a number: real ones are cut towards zero, and NaN makes it missing."""
    if all(part.kind != "float" for part in node.inputs):
        return masked(span, compute(span, cast(factor, np.int64)))
    value = compute(cast(span, np.float64), cast(factor, np.float64))
    broken = op.or_(op.isnan(value), op.isinf(value))
    safe = op.where(broken, _real(0), value)
    whole_value = op.where(broken, whole(MISSING_DATE), op.cast(safe, to=np.int64))
    return masked(span, whole_value)


def _quotient(node: Node, given: list[Var], g: Graph) -> Var:
    if not _dated(node.inputs[1]):
        divisor = node.inputs[1]
        if divisor.rows or np.any(np.asarray(divisor.value) == 0):
            return _scaled(node, given[0], _safe(given[1]), op.div)
        return _scaled(node, given[0], given[1], op.div)
    a, b = _together(node, given, _common(node))
    ratio = op.div(cast(a, np.float64), cast(b, np.float64))
    return op.where(op.or_(missing(a), missing(b)), _real(np.nan), ratio)


def _safe(divisor: Var) -> Var:
    """0 becomes NaN, which makes a quotient missing."""
    divisor = cast(divisor, np.float64)
    return op.where(op.equal(divisor, _real(0)), _real(np.nan), divisor)


def _floor(node: Node, given: list[Var], g: Graph) -> Var:
    """Of spans a whole number, 0 where one is missing; of a span and a number, a span."""
    if not _dated(node.inputs[1]):
        return masked(given[0], floor_divide(given[0], cast(given[1], np.int64)))
    a, b = _together(node, given, _common(node))
    absent = op.or_(missing(a), missing(b))
    return op.where(absent, whole(0), floor_divide(a, b))


def _rest(node: Node, given: list[Var], g: Graph) -> Var:
    a, b = _together(node, given, node.dtype)
    return _unless_missing(node, a, b, masked(b, remainder(a, b)))


def _extreme(find: Compute, *, skips: bool) -> Lowering:
    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        a, b = _together(node, given, node.dtype)
        value = find(a, b)
        if skips:
            return op.where(missing(a), b, op.where(missing(b), a, value))
        return masked(a, masked(b, value))

    return lower


def _unary(compute: Callable[[Var], Var]) -> Lowering:
    return lambda node, given, g: masked(given[0], compute(given[0]))


# --- choosing and casting ---------------------------------------------------------------------


def _where(node: Node, given: list[Var], g: Graph) -> Var:
    condition, *_ = given
    _, *values = _together(node, given, node.dtype)
    return op.where(truth(condition), *values)


def _join(node: Node, given: list[Var], g: Graph) -> Var:
    return op.concat(_together(node, given, node.dtype), axis=int(node.attrs["axis"]) + 1)


def _cast(node: Node, given: list[Var], g: Graph) -> Var:
    [x] = given
    [part] = node.inputs
    if _dated(part) and _dated(node):
        return converted(x, part.dtype, node.dtype)
    if _dated(part) and node.kind == "bool":
        return op.not_(op.equal(x, whole(0)))
    if _dated(part) or part.kind != "float":
        return shapes.OPERATIONS["cast"](node, given, g)
    absent = op.isnan(x)
    tame = op.where(absent, _real(0), cast(x, np.float64))
    return op.where(absent, whole(MISSING_DATE), op.cast(tame, to=np.int64))


def _is(compute: Callable[[Var], Var]) -> Lowering:
    return lambda node, given, g: compute(missing(given[0]))


OPERATIONS: dict[str, Lowering] = {"date.parse": parsing.parse}
"""On values that are no dates."""

DATED: dict[str, Lowering] = {
    "date.part": _part,
    "date.parse": parsing.parse,
    **{name: shapes.OPERATIONS[name] for name in ("take", "pick", "reshape", "permute", "repeat")},
    "join": _join,
    "where": _where,
    "cast": _cast,
    "add": _sum(op.add),
    "subtract": _sum(op.sub),
    "multiply": _product,
    "divide": _quotient,
    "floor_divide": _floor,
    "remainder": _rest,
    "negative": _unary(op.neg),
    "absolute": _unary(op.abs),
    "positive": _unary(lambda x: x),
    "maximum": _extreme(maximum, skips=False),
    "minimum": _extreme(minimum, skips=False),
    "fmax": _extreme(maximum, skips=True),
    "fmin": _extreme(minimum, skips=True),
    "greater": _compared(op.greater),
    "greater_equal": _compared(op.greater_or_equal),
    "less": _compared(op.less),
    "less_equal": _compared(op.less_or_equal),
    "equal": _compared(op.equal),
    "not_equal": _compared(lambda a, b: op.not_(op.equal(a, b)), otherwise=True),
    "isnat": _is(lambda x: x),
    "isnan": _is(lambda x: x),
    "text.missing": _is(lambda x: x),
    "isfinite": _is(op.not_),
}
"""Of nodes that are dates or spans, or are made of some."""
