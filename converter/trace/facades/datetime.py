"""Python's `datetime` and pandas' makers of dates, of what differs by row."""

import datetime
from collections.abc import Callable
from typing import Any

from converter.trace.expression import Node
from converter.trace.session import unknown
from converter.trace.standins.lift import holds_standin
from converter.trace.standins.scalar import Scalar
from converter.trace.standins.text import Text
from converter.trace.standins.types import TypeFacade
from converter.trace.words import date_scalars, date_steps, dates
from converter.trace.words.date_parsing import datetime_index, parsed, to_datetime, to_timedelta
from converter.trace.words.text_scalars import revived


class _Dates(TypeFacade):
    """A class of dates, whose methods are also called with a row's date."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)  # also where there is none such
        return date_scalars.unbound(name) or found


class _Date(_Dates):
    """`datetime.date`."""

    def fromisoformat(self, date_string: Any) -> Any:
        """Of a row's text: Python takes several forms, which differ by its version."""
        cls: Any = self._real
        if not holds_standin(date_string):
            return cls.fromisoformat(date_string)
        return unknown(
            f"`{cls.__name__}.fromisoformat` (texts of several forms)",
            'use datetime.strptime(text, "%Y-%m-%d")',
        )


class _Datetime(_Date):
    """`datetime.datetime`."""

    def strptime(self, date_string: Any, format: str) -> Any:
        """Of a row's text: its date; text of another format raises, as Python has it."""
        text = revived(date_string) if isinstance(date_string, str) else date_string
        if not isinstance(text, Text):
            return datetime.datetime.strptime(date_string, format)
        return date_scalars.strptime(text, _microseconds(parsed(text._node, format)))


def _microseconds(x: Node) -> Node:
    return date_steps.recounted(x, "us")


def _made(cls: type) -> Any:
    def make(*args: Any, **options: Any) -> Any:
        if holds_standin(args) or holds_standin(options):
            unknown(f"a `{cls.__name__}` made of a row's values", "compute with the numbers")
        return cls(*args, **options)

    return make


def _timestamp(*args: Any, **options: Any) -> Any:
    """`pandas.Timestamp` of a row's text or date."""
    if not holds_standin(args) and not holds_standin(options):
        import pandas

        return pandas.Timestamp(*args, **options)
    if len(args) != 1 or options or not isinstance(args[0], Scalar | Text):
        unknown("a `Timestamp` made of a row's values", "compute with the numbers")
    [value] = args
    if isinstance(value, Scalar) and value._node.kind == "date":
        return Scalar(value._node, value._slot, is_python=True)
    return to_datetime(value)


_UNITS = {"days": "D", "seconds": "s", "minutes": "m", "hours": "h", "weeks": "W"}


def _timedelta(cls: Callable[..., Any]) -> Any:
    def make(*args: Any, **options: Any) -> Any:
        if not holds_standin(args) and not holds_standin(options):
            return cls(*args, **options)
        [(name, value)] = options.items() if len(options) == 1 and not args else [("", None)]
        if name not in _UNITS or not isinstance(value, Scalar) or value._node.kind != "int":
            unknown("a timedelta made of a row's values", "give one whole number by name")
        node = dates.make("cast", value._node, dtype=f"timedelta64[{_UNITS[name]}]")
        return Scalar(date_steps.recounted(node, "us"), value._slot, is_python=True)

    return make


class _OfPandas(_Dates):
    """A class of pandas, which is imported where a function has it."""

    def __init__(self, name: str, construct: Callable[..., Any]) -> None:
        self._name = name
        self._construct = construct

    @property
    def _real(self) -> Any:  # type: ignore[override]
        import pandas

        return getattr(pandas, self._name)


def _of_pandas(name: str) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        import pandas

        return getattr(pandas, name)(*args, **options)

    return call


def _index(*args: Any, **options: Any) -> Any:
    is_ours = holds_standin(args) or holds_standin(options)
    return (datetime_index if is_ours else _of_pandas("DatetimeIndex"))(*args, **options)


_PANDAS: dict[str, tuple[str, Any]] = {
    "Timestamp": ("_libs.tslibs.timestamps", _OfPandas("Timestamp", _timestamp)),
    "Timedelta": (
        "_libs.tslibs.timedeltas",
        _OfPandas("Timedelta", _timedelta(_of_pandas("Timedelta"))),
    ),
    "DatetimeIndex": ("core.indexes.datetimes", _OfPandas("DatetimeIndex", _index)),
    "to_datetime": ("core.tools.datetimes", to_datetime),
    "to_timedelta": ("core.tools.timedeltas", to_timedelta),
}
"""Name → where pandas 2 says that it is at home, and what stands for it."""

REPLACED: dict[str, Any] = {
    "datetime.datetime": _Datetime(datetime.datetime, _made(datetime.datetime)),
    "datetime.date": _Date(datetime.date, _made(datetime.date)),
    "datetime.timedelta": _Dates(datetime.timedelta, _timedelta(datetime.timedelta)),
    **{f"pandas.{name}": facade for name, (_, facade) in _PANDAS.items()},
    **{f"pandas.{home}.{name}": facade for name, (home, facade) in _PANDAS.items()},
}
