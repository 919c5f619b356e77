"""`Series.dt` and `pandas.DatetimeIndex`: dates of all rows, by pandas' own names."""

from collections.abc import Callable
from typing import Any, NoReturn

from converter.trace.dates import unit
from converter.trace.expression import Node
from converter.trace.session import active, refuse, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.frame import Frame
from converter.trace.standins.lift import is_standin, slot_of
from converter.trace.standins.series import Series
from converter.trace.words import date_steps, date_texts, dates
from converter.trace.words.options import unmodelled

_OBJECTS = {
    "date": "use .dt.normalize(), which keeps them dates, and compare with a pandas.Timestamp",
    "time": "use .dt.hour and .dt.minute",
    "timetz": "use .dt.hour and .dt.minute",
    "to_period": 'use .dt.strftime("%Y-%m"), or .dt.year and .dt.month',
    "to_pydatetime": "leave them as they are",
    "to_pytimedelta": "leave them as they are",
    "components": "use .dt.days and .dt.seconds",
    "to_timestamp": "",
    "freq": "",
}
"""What gives Python's own objects, or what a graph has no type for → the rewrite."""

Method = Callable[..., Node]


def _floored(x: Node, freq: Any, ambiguous: str = "raise", nonexistent: str = "raise") -> Node:
    return date_steps.floored(x, freq)


def _ceiled(x: Node, freq: Any, ambiguous: str = "raise", nonexistent: str = "raise") -> Node:
    return date_steps.ceiled(x, freq)


def _rounded(x: Node, freq: Any, ambiguous: str = "raise", nonexistent: str = "raise") -> Node:
    return date_steps.rounded(x, freq)


def _localized(x: Node, tz: Any, ambiguous: str = "raise", nonexistent: str = "raise") -> Node:
    if tz is None or str(tz) == "UTC":
        return x
    return unknown("a time zone other than UTC", "leave the dates without one")


def _converted(x: Node, tz: Any) -> Node:
    return _localized(x, tz)


def _as_unit(x: Node, unit: Any, round_ok: bool = True) -> Node:
    if unit not in ("s", "ms", "us", "ns") or round_ok is not True:
        unknown("options of `.as_unit`")
    return date_steps.recounted(x, unit)


OF_BOTH: dict[str, Method] = {
    "floor": _floored,
    "ceil": _ceiled,
    "round": _rounded,
    "as_unit": _as_unit,
}
OF_DATES: dict[str, Method] = {
    **OF_BOTH,
    "normalize": lambda x: date_steps.floored(x, "D"),
    "strftime": lambda x, date_format: date_texts.written(x, date_format),
    "day_name": lambda x, locale=None: date_texts.named(x, "day", locale),
    "month_name": lambda x, locale=None: date_texts.named(x, "month", locale),
    "tz_localize": _localized,
    "tz_convert": _converted,
}
OF_SPANS: dict[str, Method] = {**OF_BOTH, "total_seconds": dates.seconds}


def member(x: Node, name: str, wrap: Callable[[Node], Any]) -> Any:
    """The attribute or method `name` of dates or spans; nodes are handed out by `wrap`."""
    found = dates.attribute(x, name)
    if found is not None:
        return wrap(found)
    methods = OF_DATES if x.kind == "date" else OF_SPANS
    if name in methods:
        return _method(x, name, methods[name], wrap)
    if name in ("tz", "tzinfo"):
        return None
    if name == "unit":
        return unit(x.dtype)
    if name in _OBJECTS:
        unknown(f"`.{name}` of dates", _OBJECTS[name])
    raise AttributeError(name)


def _method(x: Node, name: str, method: Method, wrap: Callable[[Node], Any]) -> Any:
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return wrap(method(x, *args, **kwargs))
        except TypeError as error:
            if "argument" not in str(error):
                raise
            return unknown(
                f"`.{name}` with arguments that are not modelled: it {unmodelled(error)}"
            )

    return call


class DateMethods:
    """`series.dt`."""

    def __init__(self, series: Series) -> None:
        self._series = series

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        node = self._series._node
        if name == "isocalendar" and node.kind == "date":
            return self._weeks
        try:
            return member(node, name, self._series._like)
        except AttributeError:
            kind = "Datetime" if node.kind == "date" else "Timedelta"
            message = f"'{kind}Properties' object has no attribute '{name}'"
            raise AttributeError(message) from None

    def _weeks(self) -> Frame:
        series = self._series
        return Frame(dates.week_parts(series._node), series._slot, series._index_kind)


class Parts(Array):
    """What an index of dates gives: numbers, truth values or names, in an Index of pandas."""

    @property
    def values(self) -> Any:
        """The array."""
        return Array(self._laid(), self._slot)

    def to_numpy(self) -> Array:
        """The array."""
        return Array(self._laid(), self._slot)

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        import pandas

        return (pandas.Index,)


class DateIndex:
    """A DatetimeIndex or TimedeltaIndex: dates by position, without labels of their own."""

    _rank = 1.5
    __array_priority__ = 1500.0
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, node: Node, slot: Any = None) -> None:
        """`node` is [N]."""
        self._node = node
        self._slot = slot

    def _mlconvert_node(self) -> Node:
        return self._node

    def _mlconvert_stands_for(self) -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        import pandas

        return (pandas.DatetimeIndex if self._node.kind == "date" else pandas.TimedeltaIndex,)

    def _wrapped(self, node: Node) -> Any:
        if dates.is_dated(node):
            return DateIndex(node, self._slot)
        return Parts(node, self._slot)

    @property
    def values(self) -> Array:
        """The array."""
        return Array(self._node, self._slot)

    @property
    def dtype(self) -> Any:
        """As numpy has it."""
        return self._node.dtype

    def to_numpy(self) -> Array:
        """The array."""
        return self.values

    def to_series(self, index: Any = None, name: Any = None) -> NoReturn:
        """Its labels would be the dates themselves."""
        unknown("`.to_series()` of dates", "use the column itself")

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """Of another dtype."""
        return self._wrapped(active().words.cast_column(self._node, dtype))

    def isocalendar(self) -> NoReturn:
        """Its labels would be the dates themselves."""
        unknown("`.isocalendar()` of an index", "use the column's .dt.isocalendar()")

    def isna(self) -> Array:
        """Where there is no date."""
        return Array(dates.missing(self._node), self._slot)

    def isin(self, values: Any) -> Array:
        """Whether a date is one of some."""
        return Array(dates.isin(self._node, values), self._slot)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return member(self._node, name, self._wrapped)

    def __len__(self) -> int:
        return refuse("mixes-rows", "asks for the number of rows")

    def __iter__(self) -> Any:
        return iter(Series(self._node, self._slot))

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        refuse("left-numpy", "hands its dates to code that takes plain arrays only")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        plain = (v.values if isinstance(v, DateIndex) else v for v in inputs)
        return active().words.applied(ufunc, method, tuple(plain), options)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        plain = tuple(v.values if isinstance(v, DateIndex) else v for v in args)
        return active().words.called(func, plain, kwargs)


def _operator(op: str, *, is_swapped: bool = False) -> Callable[[DateIndex, Any], Any]:
    def operate(self: DateIndex, other: Any) -> Any:
        if isinstance(other, Series):
            return NotImplemented
        beside = (
            other._mlconvert_node() if is_standin(other) else dates.constant(other, self._node.kind)
        )
        pair = (beside, self._node) if is_swapped else (self._node, beside)
        slot_of(self, other)
        return self._wrapped(dates.operate(op, *pair))

    return operate


for _name, _op in {"add": "add", "sub": "subtract", "mul": "multiply"}.items():
    setattr(DateIndex, f"__{_name}__", _operator(_op))
    setattr(DateIndex, f"__r{_name}__", _operator(_op, is_swapped=True))
for _name, _op in {"truediv": "divide", "floordiv": "floor_divide", "mod": "remainder"}.items():
    setattr(DateIndex, f"__{_name}__", _operator(_op))
for _name, _op in {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}.items():
    setattr(DateIndex, f"__{_name}__", _operator(_op))
for _name, _op in {"eq": "equal", "ne": "not_equal"}.items():
    setattr(DateIndex, f"__{_name}__", _operator(_op))
