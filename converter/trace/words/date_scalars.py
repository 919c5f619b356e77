"""One row's date or span of time, as pandas' Timestamp, Python's datetime or numpy's scalar has it.

There always is one: a row without a date takes a way of its own, on which the function is handed
the real NaT (see `words.scalars.number`).
"""

import datetime
import operator
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.calls import raising
from converter.trace.dates import unit
from converter.trace.expression import Node
from converter.trace.session import active, unknown
from converter.trace.standins.lift import is_standin, slot_of
from converter.trace.standins.scalar import Scalar
from converter.trace.standins.text import Text
from converter.trace.standins.types import real
from converter.trace.words import date_steps, date_texts, dates
from converter.trace.words.deciding import fails

_EPOCH_DAY = 719_163
"""`date(1970, 1, 1).toordinal()`."""
_IsoWeek = namedtuple("_IsoWeek", ("year", "week", "weekday"))
_Parts = namedtuple(
    "_Parts", ("tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday")
)


class Moment(Scalar):
    """Python's own datetime, or (`is_day`) date: its clock is that of the machine."""

    def __init__(self, node: Node, slot: int, *, is_day: bool = False) -> None:
        super().__init__(node, slot, is_python=True)
        self._is_day = is_day

    def _mlconvert_stands_for(self) -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        return (datetime.date if self._is_day else datetime.datetime,)


# --- members ----------------------------------------------------------------------------------


def _number(x: Scalar, node: Node) -> Scalar:
    return Scalar(dates.make("cast", node, dtype="int64"), x._slot, is_python=True)


def _part(x: Scalar, name: str) -> Scalar:
    return _number(x, dates.part(x._node, name))


def _like(x: Scalar, node: Node) -> Scalar:
    return Scalar(node, x._slot, is_python=x._is_python)


def _seconds(x: Scalar) -> Scalar:
    return Scalar(dates.seconds(x._node), x._slot, is_python=True)


def _timestamp(x: Scalar) -> Scalar:
    if isinstance(x, Moment):
        unknown("`.timestamp()` of a datetime, which goes by the machine's time zone")
    since = dates.make("subtract", x._node, np.datetime64(0, "s"))
    node = dates.make("round", dates.seconds(since), decimals=6)
    return Scalar(node, x._slot, is_python=True)


def _ordinal(x: Scalar) -> Scalar:
    days = dates.make("cast", date_steps.recounted(x._node, "D"), dtype="int64")
    return _number(x, dates.make("add", days, _EPOCH_DAY))


def _iso_week(x: Scalar) -> Any:
    day = dates.make("add", dates.part(x._node, "weekday"), 1)
    return _IsoWeek(_part(x, "iso_year"), _part(x, "iso_week"), _number(x, day))


_TIMES = {"hour": "h", "minute": "m", "second": "s", "microsecond": "us", "nanosecond": "ns"}


def _replaced(x: Scalar, **fields: Any) -> Scalar:
    """Other parts: a day that every month has, or a time; the finest ones last."""
    day, node = fields.get("day"), x._node
    if any(name not in (*_TIMES, "day") or is_standin(fields[name]) for name in fields):
        unknown("`.replace` of the year or month of a date", "compute with .year and .month")
    if day is not None and not 1 <= day <= 28:
        unknown("`.replace(day=…)` by a day that not every month has")
    start = date_steps.recounted(date_steps.recounted(node, "M"), "D") if day else node
    start = date_steps.floored(dates.make("add", start, dates.one("D", (day or 1) - 1)), "D")
    for name, step in _TIMES.items():
        count = fields[name] if name in fields else dates.part(node, name)
        start = dates.make("add", start, dates.make("multiply", dates.one(step), count))
    return _like(x, date_steps.recounted(start, unit(node.dtype)))


def _time_parts(x: Scalar) -> Any:
    names = ("year", "month", "day", "hour", "minute", "second", "weekday", "dayofyear")
    return _Parts(*(_part(x, name) for name in names))


def _text(x: Scalar, node: Node) -> Text:
    return Text(_present(node), x._slot)


def _present(node: Node) -> Node:
    """Text that is never missing here: without the question whether there is a date."""
    return node.inputs[2] if node.op == "where" and node.inputs[0].op == "isnat" else node


def _same(x: Scalar, **options: Any) -> Scalar:
    if options.pop("warn", True) is not True or options:
        unknown("options of `.to_pydatetime`")
    return x


_OF_DATES: dict[str, Callable[..., Any]] = {
    "weekday": lambda x: _part(x, "weekday"),
    "isoweekday": lambda x: _number(x, dates.make("add", dates.part(x._node, "weekday"), 1)),
    "isocalendar": _iso_week,
    "timetuple": _time_parts,
    "timestamp": _timestamp,
    "toordinal": _ordinal,
    "date": lambda x: Moment(date_steps.recounted(x._node, "D"), x._slot, is_day=True),
    "replace": _replaced,
    "to_pydatetime": _same,
    "to_datetime64": lambda x: Scalar(x._node, x._slot),
    "strftime": lambda x, form: _text(x, date_texts.written(x._node, form)),
    "day_name": lambda x, locale=None: _text(x, date_texts.named(x._node, "day", locale)),
    "month_name": lambda x, locale=None: _text(x, date_texts.named(x._node, "month", locale)),
    "normalize": lambda x: _like(x, date_steps.floored(x._node, "D")),
    "floor": lambda x, freq: _like(x, date_steps.floored(x._node, freq)),
    "ceil": lambda x, freq: _like(x, date_steps.ceiled(x._node, freq)),
    "round": lambda x, freq: _like(x, date_steps.rounded(x._node, freq)),
}
_OF_SPANS: dict[str, Callable[..., Any]] = {
    "total_seconds": _seconds,
    **{name: _OF_DATES[name] for name in ("floor", "ceil", "round")},
    "to_pytimedelta": lambda x: x,
    "to_timedelta64": lambda x: Scalar(x._node, x._slot),
}
_OF_NUMPY: dict[str, Callable[..., Any]] = {
    "astype": lambda x, dtype: Scalar(date_steps.cast(x._node, np.dtype(real(dtype))), x._slot),
    "copy": lambda x: x,
}
_WEEKS = ("week", "weekofyear")


def date_member(x: Scalar, name: str) -> Any:
    """`x.name` of a date or span."""
    if not x._is_python:
        return _bound(x, name, _OF_NUMPY)
    methods = _OF_DATES if x._node.kind == "date" else _OF_SPANS
    if name in methods:
        return _bound(x, name, methods)
    if name in _WEEKS and x._node.kind == "date":
        return _part(x, "iso_week")
    if name in ("tz", "tzinfo"):
        return None
    if name == "value":
        return _number(x, dates.make("cast", date_steps.recounted(x._node, "ns"), dtype="int64"))
    found = dates.attribute(x._node, name)
    if found is None:
        return _absent(x, name)
    found = _present(found) if found.kind == "float" else found
    if found.kind == "bool":
        return Scalar(found, x._slot, is_python=True)
    return _number(x, found)


def _absent(x: Scalar, name: str) -> Any:
    cls = x._mlconvert_stands_for()[0]
    if not hasattr(cls, name):
        raising(AttributeError(f"{cls.__name__!r} object has no attribute {name!r}"))
    return unknown(f"`.{name}` of one row's {cls.__name__}")


def _bound(x: Scalar, name: str, methods: dict[str, Callable[..., Any]]) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        try:
            return methods[name](x, *args, **options)
        except TypeError as error:
            if "argument" not in str(error):
                raise
            return unknown(f"`.{name}` with arguments it does not model ({error})")

    return call if name in methods else _absent(x, name)


# --- arithmetic -------------------------------------------------------------------------------

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
}


def date_arithmetic(op: str, a: Any, b: Any) -> Any:
    """`a op b`, one of them a date or a span."""
    if any(_is_nat(value) for value in (a, b)):
        return _beside_nat(op, a, b)
    if op in ("equal", "not_equal") and not _comparable(a, b):
        return op == "not_equal"
    kinds = [value._node.kind for value in (a, b) if is_standin(value)]
    x, y = (_node(value, kinds[0]) for value in (a, b))
    node = dates.operate(op, x, y)
    slot = slot_of(a, b)
    is_python = all(value._is_python for value in (a, b) if is_standin(value))
    if node.op == "where":  # a row without a date does not come here
        node = dates.make("cast", _present(node), dtype="int64")
    if any(isinstance(value, Moment) for value in (a, b)) and node.kind == "date":
        return _moved(node, slot, is_day=_is_day(a) or _is_day(b))
    return Scalar(node, slot, is_python=is_python)


def _moved(node: Node, slot: Any, *, is_day: bool) -> Moment:
    """A datetime and a span; of a date, which has no time, only with whole days."""
    if not is_day:
        return Moment(node, slot)
    day = date_steps.recounted(node, "D")
    if np.any(day.value != node.value) or node.inputs[1].rows:
        unknown("a `datetime.date` and a span that is not fixed, of whole days")
    return Moment(day, slot, is_day=True)


def _is_nat(value: Any) -> bool:
    return not is_standin(value) and not isinstance(value, str) and bool(value != value)


def _beside_nat(op: str, a: Any, b: Any) -> Any:
    """What comes of a date that there is not: pandas is asked, with some date for the other."""
    import pandas

    def real_one(value: Any) -> Any:
        if _is_nat(value):
            return pandas.NaT
        if not is_standin(value):
            return value
        if not dates.is_dated(value._node):
            return 1
        return pandas.Timestamp(0) if value._node.kind == "date" else pandas.Timedelta(1)

    return _OPERATORS[op](real_one(a), real_one(b))


def _comparable(a: Any, b: Any) -> bool:
    return all(_is_moment(value) for value in (a, b)) and _is_day(a) == _is_day(b)


def _is_moment(value: Any) -> bool:
    if isinstance(value, Scalar):
        return dates.is_dated(value._node)
    return dates.is_date(value) or dates.is_span(value)


def _is_day(value: Any) -> bool:
    if isinstance(value, Scalar):
        return isinstance(value, Moment) and value._is_day
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)


def _node(value: Any, kind: str) -> Node:
    if is_standin(value):
        return value._mlconvert_node()  # type: ignore[no-any-return]
    if _is_day(value):
        return active().tape.const(np.array(value, "M8[D]"))
    return dates.constant(value, kind)


def date_candidate(x: Scalar, value: Any) -> bool:
    """Whether a constant may be what a row's date is equal to, in a set or a dict."""
    return _is_moment(value) and not is_standin(value) and _is_day(x) == _is_day(value)


# --- out of text ------------------------------------------------------------------------------


def strptime(text: Any, node: Node) -> Moment:
    """`datetime.strptime`, of a text as the dates that it spells."""
    if fails(dates.missing(node)):
        raising(ValueError("time data does not match format"))
    return Moment(node, text._slot)


def unbound(name: str) -> Callable[..., Any] | None:
    """`datetime.toordinal` and its kind, of whatever date it is called with."""
    if name not in _OF_DATES and name not in _OF_SPANS:
        return None

    def method(x: Any, *args: Any, **options: Any) -> Any:
        try:
            return getattr(x, name)(*args, **options)
        except ValueError as error:
            if _is_nat(x):  # as pandas says of what it cannot do without a date
                raising(error)
            raise

    return method
