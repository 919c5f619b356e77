"""`scipy.special` in ONNX."""

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions.numbers import Unary, floats, minimum, pairs
from adapters.to_onnx.functions.tensors import Lowering, like, zero
from adapters.to_onnx.ops import elementary, precise


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


OPERATIONS: dict[str, Lowering] = {
    "special.expit": floats(precise.expit),
    "special.log_expit": floats(
        lambda x: op.sub(minimum(x, zero(x)), precise.log1p(op.exp(op.neg(op.abs(x)))))
    ),
    "special.logit": floats(lambda p: op.log(op.div(p, op.sub(like(p, 1), p)))),
    "special.erf": floats(elementary.erf),
    "special.erfc": floats(elementary.erfc),
    "special.ndtr": floats(
        lambda x: op.mul(like(x, 0.5), elementary.erfc(op.mul(x, like(x, -np.sqrt(0.5)))))
    ),
    "special.ndtri": floats(precise.normal_quantile),
    "special.xlogy": pairs(_xlogy),
    "special.xlog1py": pairs(lambda x, y: _xlogy(x, y, precise.log1p)),
    "special.boxcox": pairs(_boxcox),
    "special.boxcox1p": pairs(lambda x, p: _boxcox(x, p, precise.log1p)),
    "special.inv_boxcox": pairs(_inverse_boxcox),
    "special.inv_boxcox1p": pairs(lambda x, p: _inverse_boxcox(x, p, precise.expm1)),
    "special.entr": floats(_entropy),
    "special.exp10": floats(lambda x: op.pow(like(x, 10), x)),
    "special.exp2": floats(lambda x: op.pow(like(x, 2), x)),
    "special.cbrt": floats(elementary.cbrt),
    "special.expm1": floats(precise.expm1),
    "special.log1p": floats(precise.log1p),
}
