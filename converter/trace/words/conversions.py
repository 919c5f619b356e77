"""Python's builtins called with one row's value: `float`, `int`, `bool`, `max`, `any`."""

from typing import Any

import numpy as np

from converter.trace.calls import raising
from converter.trace.session import active, unknown
from converter.trace.standins.lift import is_standin, make, raw_node, slot_of
from converter.trace.standins.scalar import CLASSES, Scalar
from converter.trace.standins.text import Text
from converter.trace.words import texts
from converter.trace.words.deciding import fails
from converter.trace.words.rounding import whole
from converter.trace.words.scalars import is_pythons, make_scalar, number, truth_node
from converter.trace.words.text_scalars import revived


def _one(value: Any) -> Any:
    """A Scalar or Text, also of an array without axes, or of a formatted str."""
    if isinstance(value, str):
        return revived(value)
    return value if isinstance(value, Scalar) else number(raw_node(value), value._slot)


def to_float(value: Any) -> Any:
    """`float(value)`."""
    value = _one(value)
    if isinstance(value, Text):
        return _read(value, "float")
    if value._node.kind not in CLASSES:
        unknown("`float()` of a date", "subtract a fixed date, and divide by a Timedelta")
    node = active().tape.make("cast", value._node, dtype="float64")
    return Scalar(node, value._slot, is_python=True)


def to_int(value: Any) -> Any:
    """`int(value)`."""
    value = _one(value)
    return _read(value, "int") if isinstance(value, Text) else whole(value, "trunc")


def _read(text: Text, grammar: str) -> Scalar:
    readable = texts.reads(text._node, grammar)
    if fails(active().tape.make("logical_not", readable)):
        raising(ValueError(f"could not convert string to {grammar}"))
    return Scalar(texts.number(text._node, grammar), text._slot, is_python=True)


def to_bool(value: Any) -> Any:
    """`bool(value)`, without a branch."""
    value = _one(value)
    return Scalar(truth_node(value), value._slot, is_python=True)


def text_length(value: str) -> Any:
    """`len(value)` of a row's text."""
    text = _one(value)
    return Scalar(texts.length(text._node), text._slot, is_python=True)


def better(op: str, value: Any, than: Any) -> Any:
    """What `max` (`op`: "greater") or `min` keeps of two values: the first where they tie."""
    if not (is_standin(value) or is_standin(than)):
        return value if (value > than if op == "greater" else value < than) else than
    is_python = is_pythons(value) and is_pythons(than)
    value, than = (_typed(one) for one in (value, than))
    node = make("where", make_scalar(op, value, than), value, than)
    return Scalar(node, slot_of(value, than), is_python=is_python)


def _typed(value: Any) -> Any:
    return value if is_standin(value) else np.asarray(value)


def truth_of_all(values: list[Any], *, stops_at: bool) -> Any:
    """`any(values)` (`stops_at`: True) or `all(values)`, without a branch."""
    if any(value is stops_at for value in values):
        return stops_at
    asked = [value for value in values if is_standin(value)]
    slot = slot_of(*asked)
    node = truth_node(asked[0])
    for value in asked[1:]:
        other = truth_node(value)
        node = active().tape.make("logical_or" if stops_at else "logical_and", node, other)
    return Scalar(node, slot, is_python=True)
