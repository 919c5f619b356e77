"""Text that spells dates in ONNX: its runs of digits, told apart by the form of the whole."""

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions import calendar, tokens
from adapters.to_onnx.functions.calendar import modulo, over, times, whole
from adapters.to_onnx.functions.tensors import MISSING_DATE
from adapters.to_onnx.functions.units import converted
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.wires import cast
from converter.trace import dates
from converter.trace.expression import Node

_SAMPLE = {
    "b": "jan",
    "B": "january",
    "Y": "2000",
    "y": "00",
    "m": "01",
    "d": "01",
    "H": "00",
    "M": "00",
    "S": "00",
    "f": "0",
}


def parse(node: Node, given: list[Var], g: Graph) -> Var:
    """Dates of the format; none where a text is of another one, or names a day that is none."""
    [x] = given
    form = node.attrs["format"]
    if node.attrs["guessed"]:
        g.caveats[f"Text is read as dates of the format {form} only; any other has no date."] = None
    flat = op.reshape(x, op.const(np.array([-1])))
    is_form = tokens.is_match(flat, dates.expression(form))
    sample = "".join(_SAMPLE.get(piece.letter, piece.text) for piece in dates.pieces(form))
    found = _fields(tokens.chosen(is_form, flat, sample), form)
    year = _year(found)
    month, day = (found.get(letter, _first(year)) for letter in "md")
    is_day = op.less_or_equal(day, calendar.month_days(year, month))
    is_date = op.and_(op.and_(is_form, is_day), op.greater(year, whole(0)))
    ticks = op.add(times(calendar.days_of(year, month, day), 86_400_000_000), _time(found))
    ticks = op.where(is_date, ticks, whole(MISSING_DATE))
    ticks = converted(ticks, np.dtype("M8[us]"), np.dtype(node.attrs["dtype"]))
    return op.reshape(ticks, op.shape(x))


def _year(found: dict[str, Var]) -> Var:
    if "y" in found:
        return _full_year(found["y"])
    if "Y" in found:
        return found["Y"]
    return op.add(times(next(iter(found.values())), 0), whole(dates.UNNAMED_YEAR))


def _first(year: Var) -> Var:
    """The month or day that a format does not name, for each year."""
    return op.add(times(year, 0), whole(1))


def _fields(texts: Var, form: str) -> dict[str, Var]:
    """Directive → its number, of texts that are all of the form."""
    runs = tokens.found(texts, "[0-9]+")
    result: dict[str, Var] = {}
    for place, letters in enumerate(_runs(form)):
        digits = tokens.column(runs, place)
        if letters == "f":
            longer = tokens.concatenated(digits, op.const(np.array("000000")))
            digits = tokens.first(longer, "[0-9]{6}")
        number = cast(digits, np.int64)
        for letter in reversed(letters):
            power = 10 ** dates.WIDTHS.get(letter, 6)
            result[letter] = modulo(number, power) if letters[0] != letter else number
            number = over(number, power)
    for piece in dates.pieces(form):
        if piece.letter in dates.NAMES:
            result["m"] = _month(tokens.first(texts, piece.text), dates.NAMES[piece.letter])
    return result


def _month(name: Var, names: tuple[str, ...]) -> Var:
    table = {name: str(number) for number, name in enumerate(names, 1)}
    return cast(tokens.mapped(tokens.cased(name, "LOWER"), table), np.int64)


def _runs(form: str) -> list[str]:
    """The directives that stand beside one another, as one run of digits each."""
    named = dates.NAMES
    letters = "".join(
        " " if piece.letter in named else piece.letter or " " for piece in dates.pieces(form)
    )
    return letters.split()


def _full_year(year: Var) -> Var:
    early = op.less(year, whole(69))
    return op.add(year, op.where(early, whole(2000), whole(1900)))


def _time(found: dict[str, Var]) -> Var:
    """Microseconds of the day."""
    seconds = whole(0)
    for letter in "HMS":
        seconds = times(seconds, 60)
        seconds = op.add(seconds, found[letter]) if letter in found else seconds
    return op.add(times(seconds, 1_000_000), found.get("f", whole(0)))
