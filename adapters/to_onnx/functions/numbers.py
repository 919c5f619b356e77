"""Arithmetic of the function expression in ONNX: each operation with numpy's own meaning.

A lowering is given its node, the values of its inputs and the graph; every value already has the
tensor type of its own node, text and constants included.
"""

from collections.abc import Callable

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions.division import floor_divide, fmod, remainder
from adapters.to_onnx.functions.integers import bitwise, invert, shifted, whole_power, wrapping
from adapters.to_onnx.functions.tensors import (
    Lowering,
    common,
    is_whole,
    like,
    real,
    truth,
    zero,
)
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops import elementary, precise
from adapters.to_onnx.ops.later import op19
from adapters.to_onnx.wires import cast, dtype_of, is_text
from converter.trace.expression import Node

Unary = Callable[[Var], Var]
Binary = Callable[[Var, Var], Var]


def floats(compute: Unary) -> Lowering:
    """A function of one real number."""

    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        return compute(cast(given[0], real(g, node)))

    return lower


def pairs(compute: Binary) -> Lowering:
    """A function of two real numbers."""

    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        return compute(*(cast(value, real(g, node)) for value in given))

    return lower


def _arithmetic(compute: Binary) -> Lowering:
    """Two numbers in the dtype of the result; booleans add as `or` and multiply as `and`."""

    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        if node.kind == "bool":
            return compute(*(cast(value, np.int64) for value in given))
        return compute(*common(given, node, g))

    return lower


def _compared(compute: Binary) -> Lowering:
    """Two numbers in their common dtype, to a truth value."""

    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        if any(map(is_text, given)):
            return _same_text(*given) if node.op == "equal" else op.not_(_same_text(*given))
        dtype = np.result_type(*(dtype_of(value) for value in given))
        if _in_single(node):
            dtype = np.dtype(np.float32)
        if dtype.kind == "b":
            dtype = np.dtype(np.int64)
        return compute(*(cast(value, dtype) for value in given))

    return lower


def _in_single(node: Node) -> bool:
    """Whether numpy compares in float32: beside it, a number of Python's own is one as well."""
    parts = [
        part.dtype if part.rows or isinstance(part.value, np.ndarray) else part.value
        for part in node.inputs
    ]
    return np.result_type(*parts) == np.float32


def _same_text(a: Var, b: Var) -> Var:
    """Of strings, Equal is an operator of opset 19."""
    return op19.equal(a, b)


def _logical(compute: Callable[..., Var]) -> Lowering:
    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        return compute(*map(truth, given))

    return lower


# --- unary ------------------------------------------------------------------------------------


def _number(compute: Unary) -> Lowering:
    """A function of one number of any dtype, the result in the node's own."""

    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        return compute(*common(given, node, g))

    return lower


def _sign(x: Var) -> Var:
    return op.sign(x) if dtype_of(x).kind == "i" else op.where(op.isnan(x), x, op.sign(x))


def _negative(x: Var) -> Var:
    return op.sub(zero(x), x) if dtype_of(x).kind == "i" else op.neg(x)


def _unless_integer(compute: Unary) -> Unary:
    """Rounding leaves integers as they are."""
    return lambda x: x if dtype_of(x).kind == "i" else compute(x)


def _trunc(x: Var) -> Var:
    return op.where(op.less(x, zero(x)), op.ceil(x), op.floor(x))


def _nonfinite(compute: Unary) -> Lowering:
    """Of integers and truth values, none is NaN or infinite."""

    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        [x] = given
        return compute(x) if dtype_of(x).kind == "f" else compute(cast(x, g.real))

    return lower


# --- binary -----------------------------------------------------------------------------------


def maximum(a: Var, b: Var) -> Var:
    """NaN where either is NaN."""
    first = op.greater_or_equal(a, b)
    return op.where(first if is_whole(a) else op.or_(first, op.isnan(a)), a, b)


def minimum(a: Var, b: Var) -> Var:
    """NaN where either is NaN."""
    first = op.less_or_equal(a, b)
    return op.where(first if is_whole(a) else op.or_(first, op.isnan(a)), a, b)


def _fmax(a: Var, b: Var) -> Var:
    if is_whole(a):
        return maximum(a, b)
    return op.where(op.isnan(a), b, op.where(op.isnan(b), a, maximum(a, b)))


def _fmin(a: Var, b: Var) -> Var:
    if is_whole(a):
        return minimum(a, b)
    return op.where(op.isnan(a), b, op.where(op.isnan(b), a, minimum(a, b)))


def _wave(precise_: Unary, plain: Unary) -> Unary:
    """Of float32, the operator itself is as right as numpy."""
    return lambda x: plain(x) if dtype_of(x) == np.float32 else precise_(x)


def _copysign(a: Var, b: Var) -> Var:
    return op.where(_signbit(b), op.neg(op.abs(a)), op.abs(a))


def _signbit(x: Var) -> Var:
    return op.or_(op.less(x, zero(x)), op.less(op.div(like(x, 1), x), zero(x)))


def _hypot(a: Var, b: Var) -> Var:
    """Scaled by the larger of the two, whose square may not be a number any more."""
    a, b = op.abs(a), op.abs(b)
    top = maximum(a, b)
    plain = op.or_(op.equal(top, zero(top)), op.isinf(top))
    scale = op.where(plain, like(top, 1), top)
    x, y = op.div(a, scale), op.div(b, scale)
    length = op.mul(scale, op.sqrt(op.add(op.mul(x, x), op.mul(y, y))))
    either = op.or_(op.isinf(a), op.isinf(b))
    return op.where(either, like(top, np.inf), length)


def _logaddexp(a: Var, b: Var) -> Var:
    same = op.equal(a, b)
    low = op.neg(op.abs(op.sub(a, b)))
    apart = op.add(maximum(a, b), precise.log1p(op.exp(low)))
    return op.where(same, op.add(a, like(a, np.log(2))), apart)


def _logaddexp2(a: Var, b: Var) -> Var:
    two = like(a, np.log(2))
    return op.div(_logaddexp(op.mul(a, two), op.mul(b, two)), two)


def _heaviside(x: Var, middle: Var) -> Var:
    above = op.where(
        op.greater(x, zero(x)), like(x, 1), op.where(op.equal(x, zero(x)), middle, zero(x))
    )
    return op.where(op.isnan(x), x, above)


def _power(node: Node, given: list[Var], g: Graph) -> Var:
    exponent = node.inputs[1]
    if node.kind == "int":
        return whole_power(exponent, *(cast(value, np.int64) for value in given))
    base, power = (cast(value, real(g, node)) for value in given)
    if exponent.op == "const" and np.ndim(exponent.value) == 0 and exponent.value == 2:
        return op.mul(base, base)
    return op.pow(base, power)


OPERATIONS: dict[str, Lowering] = {
    "add": _arithmetic(op.add),
    "subtract": _arithmetic(op.sub),
    "multiply": _arithmetic(op.mul),
    "divide": pairs(op.div),
    "floor_divide": _arithmetic(floor_divide),
    "remainder": _arithmetic(remainder),
    "fmod": _arithmetic(fmod),
    "power": _power,
    "float_power": pairs(op.pow),
    "maximum": _arithmetic(maximum),
    "minimum": _arithmetic(minimum),
    "fmax": _arithmetic(_fmax),
    "fmin": _arithmetic(_fmin),
    "hypot": pairs(_hypot),
    "arctan2": pairs(elementary.arctan2),
    "copysign": pairs(_copysign),
    "logaddexp": pairs(_logaddexp),
    "logaddexp2": pairs(_logaddexp2),
    "heaviside": pairs(_heaviside),
    "negative": _number(_negative),
    "positive": _number(lambda x: x),
    "conjugate": _number(lambda x: x),
    "absolute": _number(op.abs),
    "fabs": floats(op.abs),
    "sign": _number(_sign),
    "square": _number(lambda x: op.mul(x, x)),
    "floor": _number(_unless_integer(op.floor)),
    "ceil": _number(_unless_integer(op.ceil)),
    "trunc": _number(_unless_integer(_trunc)),
    "rint": floats(op.round),
    "reciprocal": floats(op.reciprocal),
    "sqrt": floats(op.sqrt),
    "cbrt": floats(elementary.cbrt),
    "exp": floats(op.exp),
    "exp2": floats(lambda x: op.pow(like(x, 2), x)),
    "expm1": floats(precise.expm1),
    "log": floats(op.log),
    "log2": floats(lambda x: elementary.logarithm(x, 2.0)),
    "log10": floats(lambda x: elementary.logarithm(x, 10.0)),
    "log1p": floats(precise.log1p),
    "sin": floats(_wave(elementary.sin, op.sin)),
    "cos": floats(_wave(elementary.cos, op.cos)),
    "tan": floats(_wave(lambda x: op.div(elementary.sin(x), elementary.cos(x)), op.tan)),
    "arcsin": floats(elementary.arcsin),
    "arccos": floats(elementary.arccos),
    "arctan": floats(elementary.arctan),
    "sinh": floats(elementary.sinh),
    "cosh": floats(elementary.cosh),
    "tanh": floats(elementary.tanh),
    "arcsinh": floats(elementary.arcsinh),
    "arccosh": floats(elementary.arccosh),
    "arctanh": floats(elementary.arctanh),
    **dict.fromkeys(("degrees", "rad2deg"), floats(lambda x: op.mul(x, like(x, 180 / np.pi)))),
    **dict.fromkeys(("radians", "deg2rad"), floats(lambda x: op.mul(x, like(x, np.pi / 180)))),
    "isnan": _nonfinite(op.isnan),
    "isinf": _nonfinite(op.isinf),
    "isfinite": _nonfinite(lambda x: op.not_(op.or_(op.isnan(x), op.isinf(x)))),
    "signbit": floats(_signbit),
    "greater": _compared(op.greater),
    "greater_equal": _compared(op.greater_or_equal),
    "less": _compared(op.less),
    "less_equal": _compared(op.less_or_equal),
    "equal": _compared(op.equal),
    "not_equal": _compared(lambda a, b: op.not_(op.equal(a, b))),
    "logical_and": _logical(op.and_),
    "logical_or": _logical(op.or_),
    "logical_xor": _logical(op.xor),
    "logical_not": _logical(op.not_),
    "bitwise_and": bitwise("bitwise_and", op.and_),
    "bitwise_or": bitwise("bitwise_or", op.or_),
    "bitwise_xor": bitwise("bitwise_xor", op.xor),
    "invert": invert,
    "left_shift": shifted,
    "right_shift": shifted,
}


_GROWING = ("add", "subtract", "multiply", "power", "square", "floor_divide")
_TURNING = ("negative", "absolute", "invert", "left_shift")
OPERATIONS |= {name: wrapping(OPERATIONS[name]) for name in (*_GROWING, *_TURNING)}
