"""Sums and norms along an axis, in operators whose form is the same in every opset from 17 on."""

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var


def total(x: Var, axis: int = 1, *, keep: bool = True) -> Var:
    """The sum along an axis."""
    return op.reduce_sum(x, op.const(np.array([axis])), keepdims=int(keep))


def squares(x: Var) -> Var:
    """The sum of squares of each row, [N, 1]."""
    return total(op.mul(x, x))


def largest(x: Var) -> Var:
    """The largest value of each row, [N, 1]."""
    return op.gather_elements(x, op.arg_max(x, axis=1, keepdims=1), axis=1)


def norm(x: Var, kind: str) -> Var:
    """The l1, l2 or max norm of each row, [N, 1]."""
    if kind == "l2":
        return op.sqrt(squares(x))
    return total(op.abs(x)) if kind == "l1" else largest(op.abs(x))


def normalized(x: Var, kind: str) -> Var:
    """The rows divided by their norm; rows of zeros stay."""
    length = norm(x, kind)
    zero, one = (op.const(np.array(v, dtype=x.unwrap_tensor().dtype)) for v in (0, 1))
    return op.div(x, op.where(op.equal(length, zero), one, length))


def softmax(x: Var) -> Var:
    """Exponentials of each row, made to sum to one, as the logarithms are: largest first."""
    return op.exp(op.sub(x, log_sum_exp(x)))


def log_sum_exp(x: Var) -> Var:
    """The logarithm of the sum of the exponentials of each row, [N, 1]."""
    top = largest(x)
    return op.add(op.log(total(op.exp(op.sub(x, top)))), top)
