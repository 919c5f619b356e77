"""What one row's number, truth value or date understands: arithmetic as Python or numpy does it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.calls import raising
from converter.trace.expression import Node
from converter.trace.session import active, unknown
from converter.trace.standins.lift import is_standin, make, node_of, slot_of
from converter.trace.standins.marks import is_marked
from converter.trace.standins.scalar import CLASSES, Scalar
from converter.trace.standins.text import Text
from converter.trace.standins.types import real
from converter.trace.words import dates, texts
from converter.trace.words.deciding import decided, fails
from converter.trace.words.reach import looked_among

_COMPARISONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
_BITS = ("bitwise_and", "bitwise_or", "bitwise_xor")


def number(node: Node, slot: Any, *, is_python: bool = False) -> Any:
    """One value of one row, as it is handed out: of Python's own types, or of numpy's.

    A missing text is a way of its own, on which the function is handed what stands for it.
    """
    if node.kind == "text":
        if texts.may_miss(node) and decided(texts.missing_of(node)):
            return active().missing
        return Text(node, slot)
    if dates.is_dated(node) and dates.may_miss(node) and decided(dates.missing(node)):
        return _no_date(node, is_python=is_python)
    return Scalar(_of_python(node) if is_python else node, slot, is_python=is_python)


def _no_date(node: Node, *, is_python: bool) -> Any:
    import pandas

    return pandas.NaT if is_python else np.array("NaT", dtype=node.dtype)[()]


def _of_python(node: Node) -> Node:
    """Python has one type of int and one of float."""
    wide = {"f": "float64", "i": "int64", "u": "int64"}.get(node.dtype.kind)
    return active().tape.make("cast", node, dtype=wide) if wide else node


def scalar_classes(x: Scalar) -> tuple[type, ...]:
    """The classes that `isinstance` is to see."""
    if x._node.kind in CLASSES:
        python, of_numpy = CLASSES[x._node.kind]
        return (python,) if x._is_python else (of_numpy,)
    import pandas

    if x._is_python:
        return (pandas.Timestamp if x._node.kind == "date" else pandas.Timedelta,)
    return (np.datetime64 if x._node.kind == "date" else np.timedelta64,)


# --- arithmetic -------------------------------------------------------------------------------


def arithmetic(op: str, a: Any, b: Any) -> Any:
    """`a op b`, of which one is a Scalar."""
    other = b if isinstance(a, Scalar) else a
    if other is None or isinstance(other, str | list | tuple | dict | set | frozenset):
        return _beside(op, a, b, other)
    if not _is_array(other) and (_is_date(a) or _is_date(b)):
        return active().words.date_arithmetic(op, a, b)
    if np.ndim(node_of(other).value if not is_standin(other) else 0) or _is_array(other):
        return getattr(np, op)(a, b)
    is_python = all(map(is_pythons, (a, b)))
    slot = slot_of(a, b)
    if op in _COMPARISONS:
        return Scalar(make(op, a, b), slot, is_python=is_python)
    node = _PYTHON.get(op, _plain)(op, a, b) if is_python else make(op, a, b)
    return Scalar(node, slot, is_python=is_python)


def _beside(op: str, a: Any, b: Any, other: Any) -> Any:
    """Beside what is no number."""
    if op in ("equal", "not_equal"):
        return op == "not_equal"
    if isinstance(other, str | list | tuple) and op == "multiply":
        return unknown("a sequence repeated as often as a row's value says")
    kinds = " and ".join(f"'{_class_name(value)}'" for value in (a, b))
    return raising(TypeError(f"unsupported operand type(s) for {op}: {kinds}"))


def _class_name(value: Any) -> str:
    return scalar_classes(value)[0].__name__ if isinstance(value, Scalar) else type(value).__name__


def _is_array(value: Any) -> bool:
    return is_standin(value) and not isinstance(value, Scalar | Text)


def _is_date(value: Any) -> bool:
    if isinstance(value, Scalar):
        return value._node.kind in ("date", "span")
    return dates.is_date(value) or dates.is_span(value) or type(value).__name__ == "NaTType"


def is_pythons(value: Any) -> bool:
    """Whether a value, or a constant, is of Python's own types and not of numpy's."""
    return value._is_python if isinstance(value, Scalar) else not isinstance(value, np.generic)


def wide(value: Any) -> Any:
    """Python counts with truth values."""
    if isinstance(value, Scalar) and value._node.kind == "bool":
        return Scalar(active().tape.make("cast", value._node, dtype="int64"), value._slot)
    return int(value) if isinstance(value, bool) else value


def _plain(op: str, a: Any, b: Any) -> Node:
    return make(op, wide(a), wide(b))


def _bits(op: str, a: Any, b: Any) -> Node:
    if all(node_of(value).kind == "bool" for value in (a, b)):
        return make(op, a, b)
    return _plain(op, a, b)


def _divided(op: str, a: Any, b: Any) -> Node:
    if fails(make("equal", wide(b), 0)):
        raising(ZeroDivisionError("division by zero"))
    return _plain(op, a, b)


def _power(op: str, a: Any, b: Any) -> Node:
    base, exponent = node_of(wide(a)), node_of(wide(b))
    if exponent.kind == "int" and base.kind == "int":
        if exponent.rows:
            unknown("an int to the power of a row's int", "make one of them a float")
        if exponent.value < 0:
            a = Scalar(active().tape.make("cast", base, dtype="float64"), a._slot)
    if exponent.op == "const" and exponent.value < 0 and fails(make("equal", wide(a), 0)):
        raising(ZeroDivisionError("0.0 cannot be raised to a negative power"))
    node = _plain(op, a, b)
    if exponent.op == "const" and exponent.value == 0.5 and base.kind == "float":
        # Numpy takes the square root, which -inf has none of; Python gives inf.
        return make("where", make_scalar("equal", a, -np.inf), np.inf, Scalar(node, a._slot))
    return node


_PYTHON: dict[str, Callable[[str, Any, Any], Node]] = {
    **dict.fromkeys(_BITS, _bits),
    **dict.fromkeys(("divide", "floor_divide", "remainder"), _divided),
    "power": _power,
}


def signed(op: str, x: Scalar) -> Any:
    """`-x`, `+x`, `abs(x)` or `~x`."""
    value = wide(x) if x._is_python else x
    return Scalar(make(op, value), x._slot, is_python=x._is_python)


def make_scalar(op: str, *values: Any) -> Scalar:
    """An elementwise operation on a row's values."""
    return Scalar(make(op, *values), slot_of(*values))


# --- truth, and places in sets and dicts ------------------------------------------------------


def scalar_truth(x: Scalar) -> bool:
    """`bool(x)`, asked by a branch."""
    return decided(truth_node(x))


def truth_node(x: Any) -> Node:
    """Whether a Scalar or a Text is true, as a node."""
    if isinstance(x, Text):
        return active().tape.make("logical_not", texts.equal(x._node, node_of("")))
    return x._node if x._node.kind == "bool" else make("not_equal", x, 0)


_NOTHING = 0x5EED
"""The hash of a value that is none of those it may be looked up among."""


def scalar_hash(x: Any) -> int:
    """Of the constant that this way holds `x` to be equal to."""
    for candidate in _candidates(x):
        if decided((x == candidate)._node):
            return hash(candidate)
    return _NOTHING


def _candidates(x: Any) -> list[Any]:
    """The constants that `x` may be looked up among, in the order of their nearness."""
    if x._node.kind == "bool":
        return [True, False]
    reached = dict.fromkeys(looked_among(next(active().user_frames())))
    if dates.is_dated(x._node):
        return [c for c in reached if active().words.date_candidate(x, c)]
    wanted = str if isinstance(x, Text) else int | float
    return [c for c in reached if isinstance(c, wanted) and not is_marked(c)]


# --- members ----------------------------------------------------------------------------------


def _item(x: Scalar) -> Scalar:
    return Scalar(_of_python(x._node), x._slot, is_python=True)


def _is_integer(x: Scalar) -> Scalar:
    node = make("logical_and", make_scalar("equal", x, make_scalar("floor", x)), _finite(x))
    return Scalar(node, x._slot, is_python=True)


def _finite(x: Scalar) -> Scalar:
    return make_scalar("isfinite", x)


def _cast(x: Scalar, dtype: Any) -> Any:
    name = str(np.dtype(real(dtype)))
    return Scalar(active().tape.make("cast", x._node, dtype=name), x._slot)


_METHODS: dict[str, Callable[..., Any]] = {
    "item": _item,
    "tolist": _item,
    "is_integer": _is_integer,
    "conjugate": lambda x: x,
    "copy": lambda x: x,
    "astype": _cast,
    "round": lambda x, decimals=0: Scalar(make("round", x, decimals=decimals), x._slot),
    **dict.fromkeys(("sum", "mean", "max", "min", "squeeze"), lambda x: x),
}
_ATTRIBUTES: dict[str, Callable[[Scalar], Any]] = {
    "real": lambda x: x,
    "shape": lambda _: (),
    "ndim": lambda _: 0,
    "size": lambda _: 1,
    "dtype": lambda x: x._node.dtype,
}
_PYTHONS = ("is_integer", "conjugate", "real")


def scalar_member(x: Scalar, name: str) -> Any:
    """`x.name`. Raises AttributeError where Python's or numpy's own number has none such."""
    if x._node.kind in ("date", "span"):
        return active().words.date_member(x, name)
    if not hasattr(scalar_classes(x)[0], name):
        kind = scalar_classes(x)[0].__name__
        raising(AttributeError(f"{kind!r} object has no attribute {name!r}"))
    if name in _ATTRIBUTES:
        return _ATTRIBUTES[name](x)
    if name not in _METHODS:
        unknown(f"`.{name}` of a number")
    return lambda *args, **options: _METHODS[name](x, *args, **options)


def is_missing(x: Any) -> Any:
    """`pandas.isna(x)` of one row's value."""
    if isinstance(x, str):
        return False
    kind = x._node.kind
    if kind in ("date", "span"):
        return Scalar(make("isnat", x), x._slot)
    return Scalar(make("isnan", x), x._slot) if kind == "float" else False
