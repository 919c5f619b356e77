"""Elementary functions of doubles, for which ONNX Runtime has kernels of float32 only, or none."""

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.ops.precise import expm1, log1p

# Rational approximations of the Cephes library (Moshier, 1984 to 2000): highest power first.
_ATAN = (
    "-8.750608600031904122785e-1 -1.615753718733365076637e1 -7.500855792314704667340e1 "
    "-1.228866684490136173410e2 -6.485021904942025371773e1",
    "1 2.485846490142306297962e1 1.650270098316988542046e2 4.328810604912902668951e2 "
    "4.853903996359136964868e2 1.945506571482613964425e2",
)
_ERF = (
    "9.60497373987051638749e0 9.00260197203842689217e1 2.23200534594684319226e3 "
    "7.00332514112805075473e3 5.55923013010394962768e4",
    "1 3.35617141647503099647e1 5.21357949780152679795e2 4.59432382970980127987e3 "
    "2.26290000613890934246e4 4.92673942608635921086e4",
)
_ERFC = (
    "2.46196981473530512524e-10 5.64189564831068821977e-1 7.46321056442269912687e0 "
    "4.86371970985681366614e1 1.96520832956077098242e2 5.26445194995477358631e2 "
    "9.34528527171957607540e2 1.02755188689515710272e3 5.57535335369399327526e2",
    "1 1.32281951154744992508e1 8.67072140885989742329e1 3.54937778887819891062e2 "
    "9.75708501743205489753e2 1.82390916687909736289e3 2.24633760818710981792e3 "
    "1.65666309194161350182e3 5.57535340817727675546e2",
)
_ERFC_FAR = (
    "5.64189583547755073984e-1 1.27536670759978104416e0 5.01905042251180477414e0 "
    "6.16021097993053585195e0 7.40974269950448939160e0 2.97886665372100240670e0",
    "1 2.26052863220117276590e0 9.39603524938001434673e0 1.20489539808096656605e1 "
    "1.70814450747565897222e1 9.60896809063285878198e0 3.36907645100081516050e0",
)


_EIGHTHS = (7.85398125648498535156e-1, 3.77489470793079817668e-8, 2.69515142907905952645e-15)
"""π/4 in three parts, of which the first two have few bits: their multiples are exact."""
_SIN = (
    "1.58962301576546568060e-10 -2.50507477628578072866e-8 2.75573136213857245213e-6 "
    "-1.98412698295895385996e-4 8.33333333332211858878e-3 -1.66666666666666307295e-1"
)
_COS = (
    "-1.13585365213876817300e-11 2.08757008419747316778e-9 -2.75573141792967388112e-7 "
    "2.48015872888517045348e-5 -1.38888888888730564116e-3 4.16666666666665929218e-2"
)
_FAR_OFF = 2.0**20
"""Beyond it, the runtime's own sine is taken; below, that one loses what is left near zeros."""


def sin(x: Var) -> Var:
    """Right to the last digits near its zeros as well, between which trees like to split."""
    octant, rest = _reduced(x)
    odd = op.equal(op.mod(octant, _c(x, 4), fmod=1), _c(x, 2))
    value = op.where(odd, _cosine(rest), _sine(rest))
    down = op.greater(op.mod(octant, _c(x, 8), fmod=1), _c(x, 3))
    value = op.where(op.xor(down, _negative(x)), op.neg(value), value)
    return op.where(_is_near(x), value, op.sin(x))


def cos(x: Var) -> Var:
    """The same for the cosine."""
    octant, rest = _reduced(x)
    octant = op.mod(octant, _c(x, 8), fmod=1)
    odd = op.equal(op.mod(octant, _c(x, 4), fmod=1), _c(x, 2))
    value = op.where(odd, _sine(rest), _cosine(rest))
    down = op.or_(op.equal(octant, _c(x, 2)), op.equal(octant, _c(x, 4)))
    value = op.where(down, op.neg(value), value)
    return op.where(_is_near(x), value, op.cos(x))


def _is_near(x: Var) -> Var:
    return op.less(op.abs(x), _c(x, _FAR_OFF))


def _reduced(x: Var) -> tuple[Var, Var]:
    """|x| as an even number of eighths of a turn, and the rest between -π/4 and π/4."""
    size = op.where(_is_near(x), op.abs(x), _c(x, 0))
    eighths = op.floor(op.div(size, _c(x, np.pi / 4)))
    even = op.add(eighths, op.mod(eighths, _c(x, 2), fmod=1))
    for part in _EIGHTHS:
        size = op.sub(size, op.mul(even, _c(x, part)))
    return even, size


def _sine(x: Var) -> Var:
    z = op.mul(x, x)
    return op.add(x, op.mul(op.mul(x, z), _polynomial(z, _SIN)))


def _cosine(x: Var) -> Var:
    z = op.mul(x, x)
    tail = op.mul(op.mul(z, z), _polynomial(z, _COS))
    return op.add(op.sub(_c(x, 1), op.mul(_c(x, 0.5), z)), tail)


def arctan(x: Var) -> Var:
    """Reduced to [0, 0.66] by the arcs of 1 and of infinity."""
    size = op.abs(x)
    far, near = op.greater(size, _c(x, 2.414213562373095)), op.greater(size, _c(x, 0.66))
    middle = op.div(op.sub(size, _c(x, 1)), op.add(size, _c(x, 1)))
    inverse = op.div(_c(x, -1), op.where(far, size, _c(x, 1)))
    reduced = op.where(far, inverse, op.where(near, middle, size))
    base = op.where(far, _c(x, np.pi / 2), op.where(near, _c(x, np.pi / 4), _c(x, 0)))
    z = op.mul(reduced, reduced)
    arc = op.add(base, op.add(reduced, op.mul(reduced, op.mul(z, _ratio(z, _ATAN)))))
    arc = op.where(op.isinf(x), _c(x, np.pi / 2), arc)
    return op.where(op.isnan(x), x, op.where(_negative(x), op.neg(arc), arc))


def arctan2(y: Var, x: Var) -> Var:
    """The angle of (x, y) in all four quadrants, signed zeros and infinities included."""
    both = op.and_(op.isinf(y), op.isinf(x))
    none = op.and_(op.equal(y, _c(y, 0)), op.equal(x, _c(x, 0)))
    quotient = op.where(op.or_(both, none), _c(y, 1), op.div(op.abs(y), op.abs(x)))
    angle = op.where(none, _c(y, 0), arctan(quotient))
    angle = op.where(_negative(x), op.sub(_c(y, np.pi), angle), angle)
    signed = op.where(_negative(y), op.neg(angle), angle)
    return op.where(op.or_(op.isnan(x), op.isnan(y)), op.add(x, y), signed)


def arcsin(x: Var) -> Var:
    """2 atan(x / (1 + sqrt(1 - x²))); NaN outside [-1, 1]."""
    root = op.sqrt(op.mul(op.sub(_c(x, 1), x), op.add(_c(x, 1), x)))
    return op.mul(_c(x, 2), arctan(op.div(x, op.add(_c(x, 1), root))))


def arccos(x: Var) -> Var:
    """2 atan(sqrt((1 - x) / (1 + x))), which keeps the digits near 1."""
    return op.mul(_c(x, 2), arctan(op.sqrt(op.div(op.sub(_c(x, 1), x), op.add(_c(x, 1), x)))))


def sinh(x: Var) -> Var:
    """By expm1, which keeps the digits near zero; in halves, which do not overflow too early."""
    size = op.abs(x)
    less = expm1(size)
    small = op.mul(_c(x, 0.5), op.add(less, op.div(less, op.add(less, _c(x, 1)))))
    half = op.exp(op.mul(_c(x, 0.5), size))
    large = op.mul(op.mul(_c(x, 0.5), half), half)
    value = op.where(op.greater(size, _c(x, 22)), large, small)
    return op.where(_negative(x), op.neg(value), value)


def cosh(x: Var) -> Var:
    """Half the sum of two exponentials, each as the square of its root."""
    half = op.exp(op.mul(_c(x, 0.5), op.abs(x)))
    other = op.div(_c(x, 0.5), op.mul(half, half))
    return op.add(op.mul(op.mul(_c(x, 0.5), half), half), other)


def tanh(x: Var) -> Var:
    """expm1(2x) / (expm1(2x) + 2) of the size, which is 1 from 22 on."""
    size = op.abs(x)
    tame = op.where(op.greater(size, _c(x, 22)), _c(x, 22), size)
    less = expm1(op.mul(_c(x, 2), tame))
    value = op.div(less, op.add(less, _c(x, 2)))
    value = op.where(op.isnan(x), x, value)
    return op.where(_negative(x), op.neg(value), value)


def arcsinh(x: Var) -> Var:
    """log1p(|x| + x² / (1 + sqrt(x² + 1))); of the large, log|x| + log 2."""
    size = op.abs(x)
    large = op.greater(size, _c(x, 1e8))
    tame = op.where(large, _c(x, 1), size)
    square = op.mul(tame, tame)
    root = op.sqrt(op.add(square, _c(x, 1)))
    small = log1p(op.add(tame, op.div(square, op.add(_c(x, 1), root))))
    value = op.where(large, op.add(op.log(size), _c(x, np.log(2))), small)
    value = op.where(op.isnan(x), x, value)
    return op.where(_negative(x), op.neg(value), value)


def arccosh(x: Var) -> Var:
    """log1p(t + sqrt(t (t + 2))) of t = x - 1; of the large, log x + log 2; NaN below 1."""
    x = op.where(op.less(x, _c(x, 1)), _c(x, np.nan), x)
    large = op.greater(x, _c(x, 1e8))
    t = op.sub(op.where(large, _c(x, 2), x), _c(x, 1))
    small = log1p(op.add(t, op.sqrt(op.mul(t, op.add(t, _c(x, 2))))))
    return op.where(large, op.add(op.log(x), _c(x, np.log(2))), small)


def arctanh(x: Var) -> Var:
    """Half of log1p(2x / (1 - x))."""
    size = op.abs(x)
    double = op.div(op.mul(_c(x, 2), size), op.sub(_c(x, 1), size))
    value = op.mul(_c(x, 0.5), log1p(double))
    return op.where(_negative(x), op.neg(value), value)


def cbrt(x: Var) -> Var:
    """The power 1/3, corrected by a step of Newton's."""
    size = op.abs(x)
    still = op.or_(op.equal(size, _c(x, 0)), op.or_(op.isinf(x), op.isnan(x)))
    tame = op.where(still, _c(x, 1), size)
    root = op.pow(tame, _c(x, 1 / 3))
    excess = op.sub(root, op.div(tame, op.mul(root, root)))
    root = op.sub(root, op.div(excess, _c(x, 3)))
    return op.where(still, x, op.where(_negative(x), op.neg(root), root))


def logarithm(x: Var, base: float) -> Var:
    """To a base; a whole number where `x` is a power of it, as it must be before a floor."""
    value = op.div(op.log(x), _c(x, np.log(base)))
    nearest = op.round(value)
    return op.where(op.equal(op.pow(_c(x, base), nearest), x), nearest, value)


def erf(x: Var) -> Var:
    """The error function."""
    size = op.abs(x)
    z = op.mul(x, x)
    inner = op.mul(x, _ratio(op.where(op.greater(z, _c(x, 1)), _c(x, 1), z), _ERF))
    tail = op.sub(_c(x, 1), _tail(size))
    outer = op.where(_negative(x), op.neg(tail), tail)
    return op.where(op.isnan(x), x, op.where(op.greater(size, _c(x, 1)), outer, inner))


def erfc(x: Var) -> Var:
    """1 - erf(x), with all its digits where it is tiny."""
    size = op.abs(x)
    tail = _tail(size)
    outer = op.where(_negative(x), op.sub(_c(x, 2), tail), tail)
    return op.where(op.greater(size, _c(x, 1)), outer, op.sub(_c(x, 1), erf(x)))


def _tail(size: Var) -> Var:
    """erfc of numbers above 1."""
    tame = op.where(op.greater(size, _c(size, 30)), _c(size, 30), size)
    ratio = op.where(op.greater(size, _c(size, 8)), _ratio(tame, _ERFC_FAR), _ratio(tame, _ERFC))
    return op.mul(op.exp(op.neg(op.mul(tame, tame))), ratio)


def _negative(x: Var) -> Var:
    """Below zero, minus zero included."""
    return op.or_(op.less(x, _c(x, 0)), op.less(op.div(_c(x, 1), x), _c(x, 0)))


def _ratio(x: Var, coefficients: tuple[str, str]) -> Var:
    return op.div(_polynomial(x, coefficients[0]), _polynomial(x, coefficients[1]))


def _polynomial(x: Var, coefficients: str) -> Var:
    highest, *rest = [float(c) for c in coefficients.split()]
    value = _c(x, highest)
    for coefficient in rest:
        value = op.add(op.mul(value, x), _c(x, coefficient))
    return value


def _c(x: Var, value: float) -> Var:
    return op.const(np.array(value, dtype=x.unwrap_tensor().dtype))
