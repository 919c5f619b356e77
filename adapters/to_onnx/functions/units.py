"""Dates counted in one unit, in another: int64, of which the smallest means that there is none."""

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions import calendar
from adapters.to_onnx.functions.calendar import floored, plus, times, whole
from adapters.to_onnx.functions.tensors import MISSING_DATE
from adapters.to_onnx.refused import Refused
from converter.trace.expression import Node
from converter.values import Reason, Turn

_NANOSECONDS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_NANOSECONDS |= {"D": 86_400 * 10**9, "W": 7 * 86_400 * 10**9}
_MONTHS = {"M": 1, "Y": 12}


def missing(x: Var) -> Var:
    """Where there is no date."""
    return op.equal(x, whole(MISSING_DATE))


def masked(x: Var, value: Var) -> Var:
    """`value`, and no date where `x` is none."""
    return op.where(missing(x), whole(MISSING_DATE), value)


def aligned(node: Node, x: Var, dtype: np.dtype) -> Var:
    """The value `x` of a node of dates or spans, counted as `dtype` does."""
    if node.dtype == dtype or _unit(node.dtype) == "generic":
        return x
    if not node.rows:
        return op.const(np.asarray(node.value).astype(dtype).astype(np.int64))
    return converted(x, node.dtype, dtype)


def converted(x: Var, given: np.dtype, wanted: np.dtype) -> Var:
    """From the unit of one dtype to that of another, rounded down as numpy's casts are."""
    if np.datetime_data(given) == np.datetime_data(wanted):
        return x
    return masked(x, _counted(x, given, wanted))


def days(x: Var, dtype: np.dtype) -> Var:
    """Days since 1970 of dates of a dtype; any number where there is no date."""
    return _counted(x, dtype, np.dtype("M8[D]"))


def _counted(x: Var, given: np.dtype, wanted: np.dtype) -> Var:
    (unit, count), (other, many) = np.datetime_data(given), np.datetime_data(wanted)
    if unit in _MONTHS and other in _MONTHS:
        return _scaled(x, _MONTHS[unit] * count, _MONTHS[other] * many)
    if given.kind == "m" and (unit in _MONTHS or other in _MONTHS):
        raise _apart(given, wanted)
    if unit in _MONTHS:
        return _counted(_first_days(times(x, _MONTHS[unit] * count)), np.dtype("M8[D]"), wanted)
    if other in _MONTHS:
        return floored(_months(days(x, given)), _MONTHS[other] * many)
    if unit not in _NANOSECONDS or other not in _NANOSECONDS:
        raise _apart(given, wanted)
    return _scaled(x, _NANOSECONDS[unit] * count, _NANOSECONDS[other] * many)


def _scaled(x: Var, given: int, wanted: int) -> Var:
    common = int(np.gcd(given, wanted))
    return floored(times(x, given // common), wanted // common)


def _first_days(months: Var) -> Var:
    year, month = plus(floored(months, 12), 1970), plus(calendar.modulo(months, 12), 1)
    return calendar.days_of(year, month, whole(1))


def _months(days: Var) -> Var:
    year, month, _ = calendar.civil(days)
    return op.add(times(plus(year, -1970), 12), plus(month, -1))


def _unit(dtype: np.dtype) -> str:
    return np.datetime_data(dtype)[0]


def _apart(given: np.dtype, wanted: np.dtype) -> Refused:
    message = f"makes {wanted} of {given}, which ONNX has no arithmetic for here"
    return Refused(Reason(code="onnx.operation", message=message, turn=Turn.OURS))
