"""Division that rounds, and what it leaves: of integers and of real numbers, as numpy has them."""

import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions.tensors import is_whole, like, truth, zero
from adapters.to_onnx.wires import cast, dtype_of


def remainder(a: Var, b: Var) -> Var:
    """Of the sign of `b`; by the integer 0, it is 0."""
    if is_whole(a):
        return op.where(_has_no_rest(b), zero(b), op.mod(a, _divisor(b)))
    rest = op.mod(a, b, fmod=1)
    other = op.xor(op.less(rest, zero(rest)), op.less(b, zero(b)))
    return op.where(op.and_(truth(rest), other), op.add(rest, b), rest)


def fmod(a: Var, b: Var) -> Var:
    """Of the sign of `a`; by the integer 0, it is 0."""
    if not is_whole(a):
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
    if is_whole(a):
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
