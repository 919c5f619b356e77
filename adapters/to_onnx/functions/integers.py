"""Integers and their bits, which wrap where numpy's do."""

from collections.abc import Callable

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions.division import floor_divide
from adapters.to_onnx.functions.tensors import Lowering, like, zero
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.later import op18
from adapters.to_onnx.wires import cast, dtype_of
from converter.trace.expression import Node


def bitwise(name: str, logical: Callable[[Var, Var], Var]) -> Lowering:
    """An operation on every bit; of truth values, the logical one."""

    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        if node.kind == "bool":
            return logical(*given)
        return getattr(op18, name)(*(cast(value, np.int64) for value in given))

    return lower


def shifted(node: Node, given: list[Var], g: Graph) -> Var:
    """Bits moved to the left or right; by too many places, what is left is the sign."""
    x, places = (cast(value, np.int64) for value in given)
    last = 63 if node.op == "left_shift" else 62
    beyond = op.or_(op.less(places, zero(places)), op.greater(places, like(places, last)))
    powers = (np.uint64(1) << np.arange(64, dtype=np.uint64)).astype(np.int64)
    factor = op.gather(op.const(powers), op.where(beyond, zero(places), places))
    if node.op == "right_shift":
        ends = op.where(op.less(x, zero(x)), like(x, -1), zero(x))
        return op.where(beyond, ends, floor_divide(x, factor))
    return op.where(beyond, zero(x), op.mul(x, factor))


def invert(node: Node, given: list[Var], g: Graph) -> Var:
    """Every bit turned; of a truth value, the other one."""
    [x] = given
    return op.not_(x) if dtype_of(x) == np.bool_ else op.sub(like(x, -1), x)


def whole_power(exponent: Node, base: Var, power: Var) -> Var:
    """By repeated squaring, which wraps as numpy does; the runtime's Pow goes through doubles."""
    most = np.max(np.asarray(exponent.value)) if exponent.op == "const" else 2**63 - 1
    result = like(base, 1)
    for _ in range(int(most).bit_length()):
        odd = op.equal(op.mod(power, like(power, 2)), like(power, 1))
        result = op.mul(result, op.where(odd, base, like(base, 1)))
        power = op.div(power, like(power, 2))
        base = op.mul(base, base)
    return op.add(result, op.sub(base, base)) if most == 0 else result


def wrapping(lower: Lowering) -> Lowering:
    """Integers of fewer bits are computed in int64, and wrap where numpy's do."""

    def wrapped(node: Node, given: list[Var], g: Graph) -> Var:
        result = lower(node, given, g)
        if node.kind == "int" and node.dtype.itemsize < 8:
            return cast(cast(result, node.dtype), np.int64)
        return result

    return wrapped
