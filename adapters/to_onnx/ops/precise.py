"""Functions that ONNX has no operator for, to the last digits of a double."""

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

# Wichura (1988), algorithm AS 241: numerators and denominators, lowest power first.
_MIDDLE = (
    "3.3871328727963666080e0 1.3314166789178437745e+2 1.9715909503065514427e+3 "
    "1.3731693765509461125e+4 4.5921953931549871457e+4 6.7265770927008700853e+4 "
    "3.3430575583588128105e+4 2.5090809287301226727e+3",
    "1 4.2313330701600911252e+1 6.8718700749205790830e+2 5.3941960214247511077e+3 "
    "2.1213794301586595867e+4 3.9307895800092710610e+4 2.8729085735721942674e+4 "
    "5.2264952788528545610e+3",
)
_NEAR = (
    "1.42343711074968357734e0 4.63033784615654529590e0 5.76949722146069140550e0 "
    "3.64784832476320460504e0 1.27045825245236838258e0 2.41780725177450611770e-1 "
    "2.27238449892691845833e-2 7.74545014278341407640e-4",
    "1 2.05319162663775882187e0 1.67638483018380384940e0 6.89767334985100004550e-1 "
    "1.48103976427480074590e-1 1.51986665636164571966e-2 5.47593808499534494600e-4 "
    "1.05075007164441684324e-9",
)
_FAR = (
    "6.65790464350110377720e0 5.46378491116411436990e0 1.78482653991729133580e0 "
    "2.96560571828504891230e-1 2.65321895265761230930e-2 1.24266094738807843860e-3 "
    "2.71155556874348757815e-5 2.01033439929228813265e-7",
    "1 5.99832206555887937690e-1 1.36929880922735805310e-1 1.48753612908506148525e-2 "
    "7.86869131145613259100e-4 1.84631831751005468180e-5 1.42151175831644588870e-7 "
    "2.04426310338993978564e-15",
)


def expit(x: Var) -> Var:
    """1 / (1 + exp(-x)), with all its digits where it is tiny: the operator Sigmoid gives 0."""
    small = op.exp(op.neg(op.abs(x)))
    top = op.where(op.less(x, _like(x, 0.0)), small, _like(x, 1.0))
    return op.div(top, op.add(_like(x, 1.0), small))


def log1p(x: Var) -> Var:
    """log(1 + x), exact near zero by Kahan's correction of what 1 + x rounds away."""
    whole = op.add(x, _like(x, 1.0))
    rest = op.sub(whole, _like(x, 1.0))
    gone = op.equal(rest, _like(x, 0.0))
    safe = op.where(gone, _like(x, 1.0), rest)
    infinite = op.equal(whole, x)
    corrected = op.mul(op.log(whole), op.div(x, safe))
    return op.where(gone, x, op.where(infinite, op.log(whole), corrected))


def expm1(x: Var) -> Var:
    """exp(x) - 1, exact near zero: the same trick."""
    power = op.exp(x)
    less = op.sub(power, _like(x, 1.0))
    log = op.log(power)
    gone = op.equal(less, _like(x, 0.0))
    near = op.less(op.abs(x), _like(x, 0.7))
    safe = op.where(op.equal(log, _like(x, 0.0)), _like(x, 1.0), log)
    corrected = op.mul(less, op.div(x, safe))
    return op.where(gone, x, op.where(near, corrected, less))


def normal_quantile(p: Var) -> Var:
    """The deviate below which a standard normal falls with probability `p`; ±inf at 1 and 0."""
    q = op.sub(p, _like(p, 0.5))
    inner = op.sub(_like(p, 0.180625), op.mul(q, q))
    middle = op.mul(q, _ratio(inner, _MIDDLE))
    tail = op.min([p, op.sub(_like(p, 1.0), p)])
    r = op.sqrt(op.neg(op.log(tail)))
    near = _ratio(op.sub(r, _like(p, 1.6)), _NEAR)
    far = _ratio(op.sub(r, _like(p, 5.0)), _FAR)
    size = op.where(op.less_or_equal(r, _like(p, 5.0)), near, far)
    outer = op.mul(op.sign(q), size)
    deviate = op.where(op.less_or_equal(op.abs(q), _like(p, 0.425)), middle, outer)
    ends = op.mul(op.sign(q), _like(p, np.inf))
    return op.where(op.equal(tail, _like(p, 0.0)), ends, deviate)


def _ratio(x: Var, coefficients: tuple[str, str]) -> Var:
    return op.div(_polynomial(x, coefficients[0]), _polynomial(x, coefficients[1]))


def _polynomial(x: Var, coefficients: str) -> Var:
    *lower, highest = [float(c) for c in coefficients.split()]
    value = _like(x, highest)
    for coefficient in reversed(lower):
        value = op.add(op.mul(value, x), _like(x, coefficient))
    return value


def _like(x: Var, value: float) -> Var:
    return op.const(np.array(value, dtype=x.unwrap_tensor().dtype))
