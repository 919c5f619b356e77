"""Python's `math` on one row's values: it raises where numpy gives NaN or inf."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.calls import raising
from converter.trace.session import active, refuse, unknown
from converter.trace.standins.lift import is_batch, is_standin
from converter.trace.standins.scalar import Scalar

_ALIKE = {
    "sqrt": "sqrt",
    "exp": "exp",
    "exp2": "exp2",
    "expm1": "expm1",
    "log2": "log2",
    "log10": "log10",
    "log1p": "log1p",
    "cbrt": "cbrt",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "fabs": "fabs",
    "degrees": "degrees",
    "radians": "radians",
    "copysign": "copysign",
    "fmod": "fmod",
    "pow": "power",
    "hypot": "hypot",
    "isnan": "isnan",
    "isinf": "isinf",
    "isfinite": "isfinite",
}
"""Name in math → numpy's ufunc: the same values wherever math has one."""
_SPECIAL = {"erf": "erf", "erfc": "erfc", "gamma": "gamma", "lgamma": "gammaln"}
_QUESTIONS = ("isnan", "isinf", "isfinite")


def _number(value: Any) -> Any:
    """A value as a float of Python's; math takes single numbers only."""
    if not is_standin(value):
        return float(value)
    if is_batch(value._slot):
        return refuse(
            "data-dependent",
            "calls a function of `math` with a whole column",
            "use numpy's function of that name",
        )
    return active().words.to_float(value)


def _result(name: str, found: Any, given: list[Any]) -> Any:
    """The result as Python's own. NaN of what is none is where math raises."""
    result = Scalar(found._node, found._slot, is_python=True)
    if name in _QUESTIONS:
        return result
    wrong: Any = ~np.isfinite(result)
    for value in given:
        wrong = wrong & np.isfinite(value)
    if active().words.fails(wrong._node):
        raising(ValueError("math domain error"))
    return result


def _alike(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        given = [_number(arg) for arg in args]
        return _result(name, function(*given), given)

    return call


def _special(name: str) -> Callable[..., Any]:
    import scipy.special

    return getattr(scipy.special, name)  # type: ignore[no-any-return]


def _log(x: Any, base: Any = None) -> Any:
    top = _result("log", np.log(_number(x)), [_number(x)]) if is_standin(x) else math.log(x)
    if base is None:
        return top
    return top / (_log(base) if is_standin(base) else math.log(base))


def _whole(how: str) -> Callable[[Any], Any]:
    def call(x: Any) -> Any:
        _number(x)
        return getattr(x, f"__{how}__")()

    return call


def _isclose(a: Any, b: Any, *, rel_tol: float = 1e-9, abs_tol: float = 0.0) -> Any:
    a, b = _number(a), _number(b)
    near = abs(a - b) <= np.maximum(rel_tol * np.maximum(abs(a), abs(b)), abs_tol)
    finite = near & np.isfinite(a) & np.isfinite(b)
    return finite | (a == b)


def _fsum(values: Any) -> Any:
    return unknown("`math.fsum`, which adds up exactly", "use sum()")


def _prod(values: Any, *, start: Any = 1) -> Any:
    for value in values:
        start = start * value
    return start


def _dist(p: Any, q: Any) -> Any:
    squares = [(a - b) * (a - b) for a, b in zip(p, q, strict=True)]
    return _alike("sqrt", np.sqrt)(sum(squares[1:], squares[0]))


REPLACED: dict[str, Any] = {
    **{
        f"math.{name}": _alike(name, getattr(np, ufunc))
        for name, ufunc in _ALIKE.items()
        if hasattr(math, name)
    },
    **{f"math.{name}": _alike(name, _special(ufunc)) for name, ufunc in _SPECIAL.items()},
    "math.log": _log,
    "math.floor": _whole("floor"),
    "math.ceil": _whole("ceil"),
    "math.trunc": _whole("trunc"),
    "math.isclose": _isclose,
    "math.fsum": _fsum,
    "math.prod": _prod,
    "math.dist": _dist,
}
