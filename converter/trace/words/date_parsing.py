"""`pandas.to_datetime` and its kin: dates of text, of numbers, and of dates."""

from typing import Any

import numpy as np

from converter.trace import dates as meanings
from converter.trace.expression import Node
from converter.trace.session import active, refuse, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.frame import Frame
from converter.trace.standins.lift import is_standin
from converter.trace.standins.scalar import Scalar
from converter.trace.standins.series import Series
from converter.trace.standins.text import Text
from converter.trace.words import date_steps, dates
from converter.trace.words.date_methods import DateIndex
from converter.trace.words.options import is_default

_ANY_FORMAT = ("mixed", "ISO8601")
_GIVE = 'give it, such as format="%d/%m/%Y"'


def to_datetime(
    arg: Any,
    errors: Any = "raise",
    dayfirst: Any = False,
    yearfirst: Any = False,
    utc: Any = False,
    format: Any = None,
    exact: Any = True,
    unit: Any = None,
    infer_datetime_format: Any = None,
    origin: Any = "unix",
    cache: Any = True,
) -> Any:
    """`pandas.to_datetime` of a column, an array or one row's value; in UTC with or without the
    zone, which a recording does not hold: a function that hands on such dates is seen to differ.
    """
    if dayfirst or yearfirst:
        unknown("`dayfirst=`, which is a preference only", _GIVE)
    if errors not in ("raise", "coerce") or (not is_default(exact) and exact is not True):
        unknown(f"`errors={errors!r}` or `exact=` of `pandas.to_datetime`")
    if origin != "unix":
        unknown("`origin=` of `pandas.to_datetime`")
    if isinstance(arg, Frame | dict):
        return _assembled(arg, errors)
    if not is_standin(arg):
        unknown("`pandas.to_datetime` of a list of rows", "give it a column")
    return _wrapped(arg, _dates_of(arg._mlconvert_node(), format, unit))


_CLOCK = {"hour": "h", "minute": "m", "second": "s"}


def _assembled(arg: Any, errors: str) -> Series:
    """Of columns that hold years, months and days; what is no day has no answer."""
    columns = {name: arg[name] for name in arg}
    if not {"year", "month", "day"} <= columns.keys() <= {"year", "month", "day", *_CLOCK}:
        unknown("dates made of columns of other names", 'name them "year", "month", "day" …')
    if errors != "raise" or not all(isinstance(column, Series) for column in columns.values()):
        unknown("`errors=` of dates made of columns, or a constant among them")
    nodes = {name: column._node for name, column in columns.items()}
    if any(node.kind != "int" for node in nodes.values()):
        unknown("dates made of columns that are not whole numbers", "use .astype(int)")
    node, year = _moment(nodes), columns["year"]
    return Series(node, year._slot, None, year._index_kind)


def _as_digits(nodes: dict[str, Node]) -> dict[str, Node]:
    """Pandas 2 writes the three as eight digits, and reads these: the 128th of a month is the 28th
    of the next.
    """
    hundred = dates.make("multiply", nodes["month"], 100)
    digits = dates.make("multiply", nodes["year"], 10_000)
    digits = dates.make("add", dates.make("add", digits, hundred), nodes["day"])
    return nodes | {
        "year": dates.make("floor_divide", digits, 10_000),
        "month": dates.make("remainder", dates.make("floor_divide", digits, 100), 100),
        "day": dates.make("remainder", digits, 100),
    }


def _moment(nodes: dict[str, Node]) -> Node:
    import pandas

    if pandas.__version__.startswith("2."):
        nodes = _as_digits(nodes)
    years = dates.make("multiply", dates.make("subtract", nodes["year"], 1970), 12)
    months = dates.make("subtract", dates.make("add", years, nodes["month"]), 1)
    node = date_steps.recounted(dates.make("cast", months, dtype="datetime64[M]"), "D")
    counts = {"D": dates.make("subtract", nodes["day"], 1)}
    counts |= {step: nodes[name] for name, step in _CLOCK.items() if name in nodes}
    for step, count in counts.items():
        node = dates.make("add", node, dates.make("multiply", dates.one(step), count))
    sample = pandas.DataFrame({name: [2000 if name == "year" else 1] for name in nodes})
    return date_steps.recounted(node, meanings.unit(pandas.to_datetime(sample).dtype))


def _wrapped(given: Any, node: Node) -> Any:
    match given:
        case Series():
            return given._like(node)
        case Scalar() | Text():
            return active().words.number(node, given._slot, is_python=True)
        case Array() | DateIndex() if not node.shape:
            return DateIndex(node, given._slot)
    return unknown(f"`pandas.to_datetime` of a {type(given).__name__}")


def _dates_of(x: Node, form: Any, unit: Any) -> Node:
    match x.kind:
        case "date":
            return x
        case "text":
            return parsed(x, form)
        case "int" if form is None:
            return _counted(x, unit)
        case "int" if form == "%Y%m%d":
            return _numerals(x)
    return unknown(f"`pandas.to_datetime` of {x.kind} values", "make them text, or whole numbers")


def _counted(x: Node, unit: Any) -> Node:
    """Numbers that count from 1970."""
    import pandas

    unit = unit or "ns"
    if unit not in ("D", "h", "m", "s", "ms", "us", "ns"):
        unknown(f"`unit={unit!r}` of `pandas.to_datetime`")
    dtype = pandas.to_datetime(pandas.Series([0]), unit=unit).dtype
    return date_steps.recounted(
        dates.make("cast", x, dtype=f"datetime64[{unit}]"), meanings.unit(dtype)
    )


def _numerals(x: Node) -> Node:
    from_text = active().tape.make("text.of_number", x)
    return parsed(from_text, "%Y%m%d")


# --- text -------------------------------------------------------------------------------------


def parsed(x: Node, form: Any = None) -> Node:
    """Texts of one format as dates; NaT for those of another."""
    import pandas

    cells = [cell for cell in np.ravel(x.value).tolist() if cell is not None]
    guessed = form is None or form in _ANY_FORMAT
    form = _of_utc(_guessed(cells) if guessed else form, cells)
    _check(form)
    unit = "us"
    for cell in cells:
        if not np.isnat(meanings.OPERATIONS["date.parse"]([cell], form, "M8[us]", guessed)[0]):
            dtype = pandas.to_datetime(pandas.Series([cell]), format=form).dtype
            unit = meanings.unit(dtype)
            break
    return dates.make("date.parse", x, format=form, dtype=f"datetime64[{unit}]", guessed=guessed)


def _of_utc(form: Any, cells: list[str]) -> Any:
    """A format that ends in an offset, where that is Z in all texts."""
    if isinstance(form, str) and form.endswith("%z") and all(cell.endswith("Z") for cell in cells):
        return f"{form.removesuffix('%z')}Z"
    return form


def _check(form: Any) -> None:
    if not isinstance(form, str):
        unknown("a format that is no text")
    try:
        meanings.pieces(form)
    except ValueError as error:
        unknown(str(error), "use %Y, %m or %b, %d, %H, %M and %S")


def _guessed(cells: list[str]) -> str:
    """What pandas guesses of the texts; by rights of the first of a batch, which is refused."""
    from pandas.tseries.api import guess_datetime_format

    forms = {guess_datetime_format(cell) for cell in cells} - {None}
    if len(forms) != 1:
        unknown("dates of text whose format is not given, and not one alone", _GIVE)
    [form] = forms
    if not (form.startswith("%Y") or "%b" in form or "%B" in form):
        refuse(
            "mixes-rows",
            f"lets pandas guess by the first row that its dates are of the format {form!r}",
            f"give it: format={form!r}",
        )
    return str(form)


# --- other makers -----------------------------------------------------------------------------


def datetime_index(data: Any = None, **options: Any) -> Any:
    """`pandas.DatetimeIndex(column)`."""
    if any(not is_default(value) for value in options.values()):
        unknown("options of `pandas.DatetimeIndex`")
    node = _dates_of(data._mlconvert_node(), None, None)
    if node.shape:
        unknown("`pandas.DatetimeIndex` of a matrix")
    return DateIndex(node, data._slot)


_SPAN_UNITS = {
    **dict.fromkeys(("D", "days", "day", "d"), "D"),
    **dict.fromkeys(("h", "hours", "hour", "hr"), "h"),
    **dict.fromkeys(("m", "min", "minutes", "minute"), "m"),
    **dict.fromkeys(("s", "seconds", "second", "sec"), "s"),
    **dict.fromkeys(("ms", "milliseconds"), "ms"),
    **dict.fromkeys(("us", "microseconds"), "us"),
    "ns": "ns",
}


def to_timedelta(arg: Any, unit: Any = None, errors: Any = "raise") -> Any:
    """`pandas.to_timedelta` of whole numbers."""
    import pandas

    node = arg._mlconvert_node()
    if node.kind == "span":
        return arg
    if node.kind != "int" or (unit or "ns") not in _SPAN_UNITS or errors != "raise":
        unknown(f"`pandas.to_timedelta` of {node.kind} values", "give whole numbers and a unit=")
    dtype = pandas.to_timedelta(pandas.Series([0]), unit=unit).dtype
    span = dates.make("cast", node, dtype=f"timedelta64[{_SPAN_UNITS[unit or 'ns']}]")
    node = date_steps.recounted(span, meanings.unit(dtype))
    return arg._like(node) if isinstance(arg, Series) else DateIndex(node, arg._slot)
