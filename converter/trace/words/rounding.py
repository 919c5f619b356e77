"""Whole numbers of one row's floats, and `round` as Python does it."""

from typing import Any

from converter.trace.calls import raising
from converter.trace.expression import Node
from converter.trace.session import active, unknown
from converter.trace.standins.lift import make, node_of
from converter.trace.standins.scalar import Scalar
from converter.trace.words.deciding import fails
from converter.trace.words.scalars import make_scalar, wide


def whole(x: Scalar, how: str) -> Any:
    """`int(x)` (`how`: "trunc"), `math.floor(x)` or `math.ceil(x)`: Python's int."""
    node = x._node
    if node.kind == "float":
        if fails(active().tape.make("logical_not", make("isfinite", x))):
            raising(ValueError("cannot convert float NaN to integer"))
        node = make(how, x)
    elif node.kind not in ("int", "bool"):
        unknown("`int()` of a date", "subtract a fixed date, and divide by a Timedelta")
    return Scalar(active().tape.make("cast", node, dtype="int64"), x._slot, is_python=True)


def rounded(x: Scalar, digits: Any = None) -> Any:
    """`round(x, digits)`."""
    digits = digits if digits is None or not hasattr(digits, "__index__") else int(digits)
    if x._node.kind != "float":
        if digits is not None and digits < 0:
            unknown("`round` to tens or hundreds of a whole number")
        return Scalar(node_of(wide(x)), x._slot, is_python=x._is_python)
    if digits is None:
        return whole(Scalar(make("rint", x), x._slot), "trunc")
    if not x._is_python:
        return Scalar(make("round", x, decimals=digits), x._slot)
    return Scalar(_rounded_exactly(x, digits), x._slot, is_python=True)


def _rounded_exactly(x: Scalar, digits: int) -> Node:
    """As Python rounds: the decimal that is nearest to what the float really is.

    Numpy's `round` goes by `x * 10**digits` as rounded, which may look like a tie and be none. So
    the error of that product is computed too (by Dekker's splitting), and decides the ties.
    """
    if not 0 <= digits <= 15:
        unknown(f"`round(x, {digits})`")
    product = make_scalar("multiply", x, 10.0**digits)
    error = _error_of_product(x, 10.0**digits, product)
    near = make_scalar("rint", product)
    off = make_scalar("subtract", product, near)
    up = _both(make_scalar("equal", off, 0.5), make_scalar("greater", error, 0.0))
    down = _both(make_scalar("equal", off, -0.5), make_scalar("less", error, 0.0))
    exact = make_scalar("where", up, make_scalar("add", near, 1.0), near)
    exact = make_scalar("where", down, make_scalar("subtract", near, 1.0), exact)
    small = make_scalar("less", make_scalar("absolute", product), 2.0**52)
    return make("where", small, make_scalar("divide", exact, 10.0**digits), x)


def _both(a: Scalar, b: Scalar) -> Scalar:
    return make_scalar("logical_and", a, b)


def _error_of_product(x: Scalar, factor: float, product: Scalar) -> Scalar:
    high, low = _split(factor)
    scaled = make_scalar("multiply", x, 134217729.0)
    top = make_scalar("subtract", scaled, make_scalar("subtract", scaled, x))
    rest = make_scalar("subtract", x, top)
    total = make_scalar("subtract", make_scalar("multiply", top, high), product)
    for a, b in ((top, low), (rest, high), (rest, low)):
        total = make_scalar("add", total, make_scalar("multiply", a, b))
    return total


def _split(factor: float) -> tuple[float, float]:
    scaled = factor * 134217729.0
    high = scaled - (scaled - factor)
    return high, factor - high
