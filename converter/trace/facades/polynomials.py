"""Numpy's families of polynomials: their values, their matrices, and the classes that hold them.

Their own code computes the values: it is of plain operators, on stand-ins as on arrays.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from converter.trace.session import unknown
from converter.trace.standins.array import of
from converter.trace.standins.lift import is_standin
from converter.trace.words.products import polynomial

Step = Callable[[Any, Any, Any, int], Any]


class _Family(NamedTuple):
    """How the polynomials of a family follow from one another."""

    module: str
    prefix: str
    """Of its functions, such as "leg" in `legval`."""
    cls: str
    first: Callable[[Any], Any]
    """That of degree 1; of degree 0, all are 1."""
    following: Step
    """That of a degree, by the one before, the one before that, x and the degree."""


FAMILIES = (
    _Family("polynomial", "poly", "Polynomial", lambda x: x, lambda v, u, x, n: v * x),
    _Family(
        "legendre",
        "leg",
        "Legendre",
        lambda x: x,
        lambda v, u, x, n: (v * x * (2 * n - 1) - u * (n - 1)) / n,
    ),
    _Family("chebyshev", "cheb", "Chebyshev", lambda x: x, lambda v, u, x, n: v * (2 * x) - u),
    _Family(
        "hermite",
        "herm",
        "Hermite",
        lambda x: 2 * x,
        lambda v, u, x, n: v * (2 * x) - u * (2 * (n - 1)),
    ),
    _Family("hermite_e", "herme", "HermiteE", lambda x: x, lambda v, u, x, n: v * x - u * (n - 1)),
    _Family(
        "laguerre",
        "lag",
        "Laguerre",
        lambda x: 1 - x,
        lambda v, u, x, n: (v * (2 * n - 1 - x) - u * (n - 1)) / n,
    ),
)


def _value(family: _Family) -> Callable[..., Any]:
    """Such as `legval`: coefficients from the lowest degree up."""
    function = getattr(getattr(np.polynomial, family.module), f"{family.prefix}val")

    def value(x: Any, c: Any, tensor: bool = True) -> Any:
        if is_standin(c) or np.ndim(c) != 1:
            unknown("a polynomial whose coefficients are data, or tables")
        if family.prefix == "poly":
            return polynomial(x, c)
        return function(of(x), np.asarray(c, dtype=float))

    return value


def _matrix(family: _Family) -> Callable[..., Any]:
    """Such as `legvander`: a column for each degree."""

    def matrix(x: Any, deg: int) -> Any:
        x = of(x)
        if x.dtype.kind != "f":
            x = x.astype(float)
        columns = [x * 0 + 1, family.first(x)]
        for degree in range(2, deg + 1):
            columns.append(family.following(columns[-1], columns[-2], x, degree))
        return np.stack(columns[: deg + 1], axis=-1)

    return matrix


class Polynomial:
    """A polynomial of any family: called with a stand-in, it records."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __call__(self, x: Any) -> Any:
        """Its value at x."""
        if not is_standin(x):
            return self._real(x)
        [family] = (each for each in FAMILIES if each.cls == type(self._real).__name__)
        offset, scale = self._real.mapparms()
        return _value(family)(offset + scale * of(x), self._real.coef)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


KINDS = tuple(getattr(np.polynomial, family.cls) for family in FAMILIES)


def _made(cls: type) -> Callable[..., Any]:
    def make(*args: Any, **kwargs: Any) -> Any:
        return Polynomial(cls(*args, **kwargs))

    make.always = True  # type: ignore[attr-defined]
    return make


REPLACED: dict[str, Any] = {
    f"numpy.polynomial.{family.module}.{name}": recorder
    for family in FAMILIES
    for name, recorder in (
        (f"{family.prefix}val", _value(family)),
        (f"{family.prefix}vander", _matrix(family)),
        (family.cls, _made(getattr(np.polynomial, family.cls))),
    )
}
REPLACED |= {f"numpy.polynomial.{cls.__name__}": _made(cls) for cls in KINDS}
