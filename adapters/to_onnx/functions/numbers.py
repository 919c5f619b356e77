"""Arithmetic of the function expression in ONNX: each operation with numpy's own meaning.

A lowering is given its node, the values of its inputs and the graph; every value already has the
tensor type of its own node, text and constants included.
"""

from collections.abc import Callable

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions.tensors import Lowering, common, like, real, zero
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops import elementary, precise
from adapters.to_onnx.ops.later import op18, op19
from adapters.to_onnx.wires import cast, dtype_of, is_text
from converter.trace.expression import Node

Unary = Callable[[Var], Var]
Binary = Callable[[Var, Var], Var]


def _floats(compute: Unary) -> Lowering:
    """A function of one real number."""

    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        return compute(cast(given[0], real(g, node)))

    return lower


def _pairs(compute: Binary) -> Lowering:
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


def truth(x: Var) -> Var:
    """What is not zero; NaN is not."""
    return x if dtype_of(x) == np.bool_ else op.not_(op.equal(x, zero(x)))


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


def _invert(node: Node, given: list[Var], g: Graph) -> Var:
    [x] = given
    return op.not_(x) if dtype_of(x) == np.bool_ else op.sub(like(x, -1), x)


# --- binary -----------------------------------------------------------------------------------


def maximum(a: Var, b: Var) -> Var:
    """NaN where either is NaN."""
    first = op.greater_or_equal(a, b)
    return op.where(first if _is_whole(a) else op.or_(first, op.isnan(a)), a, b)


def minimum(a: Var, b: Var) -> Var:
    """NaN where either is NaN."""
    first = op.less_or_equal(a, b)
    return op.where(first if _is_whole(a) else op.or_(first, op.isnan(a)), a, b)


def _is_whole(x: Var) -> bool:
    return dtype_of(x).kind == "i"


def _fmax(a: Var, b: Var) -> Var:
    if _is_whole(a):
        return maximum(a, b)
    return op.where(op.isnan(a), b, op.where(op.isnan(b), a, maximum(a, b)))


def _fmin(a: Var, b: Var) -> Var:
    if _is_whole(a):
        return minimum(a, b)
    return op.where(op.isnan(a), b, op.where(op.isnan(b), a, minimum(a, b)))


def remainder(a: Var, b: Var) -> Var:
    """Of the sign of `b`; by the integer 0, it is 0."""
    if _is_whole(a):
        return op.where(_has_no_rest(b), zero(b), op.mod(a, _divisor(b)))
    rest = op.mod(a, b, fmod=1)
    other = op.xor(op.less(rest, zero(rest)), op.less(b, zero(b)))
    return op.where(op.and_(truth(rest), other), op.add(rest, b), rest)


def _wave(precise_: Unary, plain: Unary) -> Unary:
    """Of float32, the operator itself is as right as numpy."""
    return lambda x: plain(x) if dtype_of(x) == np.float32 else precise_(x)


def _fmod(a: Var, b: Var) -> Var:
    """Of the sign of `a`; by the integer 0, it is 0."""
    if not _is_whole(a):
        return op.mod(a, b, fmod=1)
    return op.where(_has_no_rest(b), zero(b), op.mod(a, _divisor(b), fmod=1))


def _has_no_rest(b: Var) -> Var:
    """Whether `b` is the integer 0 or -1."""
    return op.or_(op.equal(b, zero(b)), op.equal(b, like(b, -1)))


def _divisor(b: Var) -> Var:
    """`b`, and 1 instead of 0 and of -1: the smallest integer by -1 would end the process."""
    return op.where(_has_no_rest(b), like(b, 1), b)


def floor_divide(a: Var, b: Var) -> Var:
    """Rounded down. Integers by 0 give 0; real numbers, what division gives."""
    if _is_whole(a):
        safe = _divisor(b)
        # Not `(a - a % b) / b`: beside the smallest integer that would not fit.
        below = op.xor(op.less(a, zero(a)), op.less(b, zero(b)))
        inexact = op.and_(below, op.not_(op.equal(op.mod(a, safe), zero(a))))
        whole = op.sub(op.div(a, safe), cast(inexact, dtype_of(a)))
        turned = op.where(op.equal(b, zero(b)), zero(b), op.sub(zero(a), a))
        return op.where(_has_no_rest(b), turned, whole)
    rest = op.mod(a, b, fmod=1)
    other = op.xor(op.less(rest, zero(rest)), op.less(b, zero(b)))
    # Before the remainder takes the sign of `b`, which may be infinite.
    less = cast(op.and_(truth(rest), other), dtype_of(a))
    exact = op.sub(op.div(op.sub(a, rest), b), less)
    below = op.floor(exact)
    nearest = op.where(
        op.greater(op.sub(exact, below), like(a, 0.5)), op.add(below, like(a, 1)), below
    )
    return op.where(op.equal(b, zero(b)), op.div(a, b), nearest)


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


def _bitwise(name: str, logical: Binary) -> Lowering:
    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        if node.kind == "bool":
            return logical(*given)
        return getattr(op18, name)(*(cast(value, np.int64) for value in given))

    return lower


def _shifted(node: Node, given: list[Var], g: Graph) -> Var:
    x, places = (cast(value, np.int64) for value in given)
    last = 63 if node.op == "left_shift" else 62
    beyond = op.or_(op.less(places, zero(places)), op.greater(places, like(places, last)))
    powers = (np.uint64(1) << np.arange(64, dtype=np.uint64)).astype(np.int64)
    factor = op.gather(op.const(powers), op.where(beyond, zero(places), places))
    if node.op == "right_shift":
        ends = op.where(op.less(x, zero(x)), like(x, -1), zero(x))
        return op.where(beyond, ends, floor_divide(x, factor))
    return op.where(beyond, zero(x), op.mul(x, factor))


def _power(node: Node, given: list[Var], g: Graph) -> Var:
    exponent = node.inputs[1]
    if node.kind == "int":
        return _whole_power(exponent, *(cast(value, np.int64) for value in given))
    base, power = (cast(value, real(g, node)) for value in given)
    if exponent.op == "const" and np.ndim(exponent.value) == 0 and exponent.value == 2:
        return op.mul(base, base)
    return op.pow(base, power)


def _whole_power(exponent: Node, base: Var, power: Var) -> Var:
    """By repeated squaring, which wraps as numpy does; the runtime's Pow goes through doubles."""
    most = np.max(np.asarray(exponent.value)) if exponent.op == "const" else 2**63 - 1
    result = like(base, 1)
    for _ in range(int(most).bit_length()):
        odd = op.equal(op.mod(power, like(power, 2)), like(power, 1))
        result = op.mul(result, op.where(odd, base, like(base, 1)))
        power = op.div(power, like(power, 2))
        base = op.mul(base, base)
    return op.add(result, op.sub(base, base)) if most == 0 else result


OPERATIONS: dict[str, Lowering] = {
    "add": _arithmetic(op.add),
    "subtract": _arithmetic(op.sub),
    "multiply": _arithmetic(op.mul),
    "divide": _pairs(op.div),
    "floor_divide": _arithmetic(floor_divide),
    "remainder": _arithmetic(remainder),
    "fmod": _arithmetic(_fmod),
    "power": _power,
    "float_power": _pairs(op.pow),
    "maximum": _arithmetic(maximum),
    "minimum": _arithmetic(minimum),
    "fmax": _arithmetic(_fmax),
    "fmin": _arithmetic(_fmin),
    "hypot": _pairs(_hypot),
    "arctan2": _pairs(elementary.arctan2),
    "copysign": _pairs(_copysign),
    "logaddexp": _pairs(_logaddexp),
    "logaddexp2": _pairs(_logaddexp2),
    "heaviside": _pairs(_heaviside),
    "negative": _number(_negative),
    "positive": _number(lambda x: x),
    "conjugate": _number(lambda x: x),
    "absolute": _number(op.abs),
    "fabs": _floats(op.abs),
    "sign": _number(_sign),
    "square": _number(lambda x: op.mul(x, x)),
    "floor": _number(_unless_integer(op.floor)),
    "ceil": _number(_unless_integer(op.ceil)),
    "trunc": _number(_unless_integer(_trunc)),
    "rint": _floats(op.round),
    "reciprocal": _floats(op.reciprocal),
    "sqrt": _floats(op.sqrt),
    "cbrt": _floats(elementary.cbrt),
    "exp": _floats(op.exp),
    "exp2": _floats(lambda x: op.pow(like(x, 2), x)),
    "expm1": _floats(precise.expm1),
    "log": _floats(op.log),
    "log2": _floats(lambda x: elementary.logarithm(x, 2.0)),
    "log10": _floats(lambda x: elementary.logarithm(x, 10.0)),
    "log1p": _floats(precise.log1p),
    "sin": _floats(_wave(elementary.sin, op.sin)),
    "cos": _floats(_wave(elementary.cos, op.cos)),
    "tan": _floats(_wave(lambda x: op.div(elementary.sin(x), elementary.cos(x)), op.tan)),
    "arcsin": _floats(elementary.arcsin),
    "arccos": _floats(elementary.arccos),
    "arctan": _floats(elementary.arctan),
    "sinh": _floats(elementary.sinh),
    "cosh": _floats(elementary.cosh),
    "tanh": _floats(elementary.tanh),
    "arcsinh": _floats(elementary.arcsinh),
    "arccosh": _floats(elementary.arccosh),
    "arctanh": _floats(elementary.arctanh),
    **dict.fromkeys(("degrees", "rad2deg"), _floats(lambda x: op.mul(x, like(x, 180 / np.pi)))),
    **dict.fromkeys(("radians", "deg2rad"), _floats(lambda x: op.mul(x, like(x, np.pi / 180)))),
    "isnan": _nonfinite(op.isnan),
    "isinf": _nonfinite(op.isinf),
    "isfinite": _nonfinite(lambda x: op.not_(op.or_(op.isnan(x), op.isinf(x)))),
    "signbit": _floats(_signbit),
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
    "bitwise_and": _bitwise("bitwise_and", op.and_),
    "bitwise_or": _bitwise("bitwise_or", op.or_),
    "bitwise_xor": _bitwise("bitwise_xor", op.xor),
    "invert": _invert,
    "left_shift": _shifted,
    "right_shift": _shifted,
}


def _wrapping(lower: Lowering) -> Lowering:
    """Integers of fewer bits are computed in int64, and wrap where numpy's do."""

    def wrapped(node: Node, given: list[Var], g: Graph) -> Var:
        result = lower(node, given, g)
        if node.kind == "int" and node.dtype.itemsize < 8:
            return cast(cast(result, node.dtype), np.int64)
        return result

    return wrapped


_GROWING = ("add", "subtract", "multiply", "power", "square", "floor_divide")
_TURNING = ("negative", "absolute", "invert", "left_shift")
OPERATIONS |= {name: _wrapping(OPERATIONS[name]) for name in (*_GROWING, *_TURNING)}


# --- scipy.special ----------------------------------------------------------------------------


def _xlogy(x: Var, y: Var, log: Unary = op.log) -> Var:
    nothing = op.and_(op.equal(x, zero(x)), op.not_(op.isnan(y)))
    return op.where(nothing, zero(x), op.mul(x, log(y)))


def _boxcox(x: Var, power: Var, log: Unary = op.log) -> Var:
    none = op.equal(power, zero(power))
    safe = op.where(none, like(power, 1), power)
    return op.where(none, log(x), op.div(precise.expm1(op.mul(safe, log(x))), safe))


def _inverse_boxcox(x: Var, power: Var, exp: Unary = op.exp) -> Var:
    none = op.equal(power, zero(power))
    safe = op.where(none, like(power, 1), power)
    return op.where(none, exp(x), exp(op.div(precise.log1p(op.mul(safe, x)), safe)))


def _entropy(x: Var) -> Var:
    inside = op.where(op.equal(x, zero(x)), zero(x), op.neg(op.mul(x, op.log(x))))
    return op.where(op.less(x, zero(x)), like(x, -np.inf), inside)


OPERATIONS |= {
    "special.expit": _floats(precise.expit),
    "special.log_expit": _floats(
        lambda x: op.sub(minimum(x, zero(x)), precise.log1p(op.exp(op.neg(op.abs(x)))))
    ),
    "special.logit": _floats(lambda p: op.log(op.div(p, op.sub(like(p, 1), p)))),
    "special.erf": _floats(elementary.erf),
    "special.erfc": _floats(elementary.erfc),
    "special.ndtr": _floats(
        lambda x: op.mul(like(x, 0.5), elementary.erfc(op.mul(x, like(x, -np.sqrt(0.5)))))
    ),
    "special.ndtri": _floats(precise.normal_quantile),
    "special.xlogy": _pairs(_xlogy),
    "special.xlog1py": _pairs(lambda x, y: _xlogy(x, y, precise.log1p)),
    "special.boxcox": _pairs(_boxcox),
    "special.boxcox1p": _pairs(lambda x, p: _boxcox(x, p, precise.log1p)),
    "special.inv_boxcox": _pairs(_inverse_boxcox),
    "special.inv_boxcox1p": _pairs(lambda x, p: _inverse_boxcox(x, p, precise.expm1)),
    "special.entr": _floats(_entropy),
    "special.exp10": _floats(lambda x: op.pow(like(x, 10), x)),
    "special.exp2": _floats(lambda x: op.pow(like(x, 2), x)),
    "special.cbrt": _floats(elementary.cbrt),
    "special.expm1": _floats(precise.expm1),
    "special.log1p": _floats(precise.log1p),
}
