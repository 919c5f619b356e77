"""Products with constant matrices, sums of products, and polynomials."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array, of, wrapped
from converter.trace.standins.lift import is_batch, is_standin
from converter.trace.words.elementwise import written
from converter.trace.words.reductions import over


def matmul(a: Any, b: Any, out: Any = None) -> Any:
    """`a @ b`: of rows with a constant, or of a constant with columns."""
    if out is not None:
        unknown("`out=` of `numpy.matmul`")
    if is_standin(a) and is_standin(b):
        return _of_two(of(a), of(b))
    if is_standin(a):
        return _with_constant(of(a), np.asarray(b))
    b, a = of(b), np.asarray(a)
    if is_batch(b._slot) and b.ndim > 2 and b._lead == 0 and a.ndim == 2:
        return np.swapaxes(_with_constant(np.swapaxes(b, -1, -2), a.T), -1, -2)
    if is_batch(b._slot) and b._lead != b.ndim - 1:
        mixes_rows("multiplies a constant with the rows, and adds them up", "write X @ W")
    if not is_batch(b._slot) and b.ndim > 1:
        unknown("such a product")
    return _with_constant(b.T, a.T).T if b.ndim > 1 else _with_constant(b, a.T)


def _with_constant(x: Array, matrix: np.ndarray) -> Any:
    if is_batch(x._slot) and (x._lead or x.ndim < 2):
        mixes_rows("adds up the products of all rows", "transpose it, or reshape it by (-1, 1)")
    if matrix.ndim not in (1, 2) or matrix.dtype.kind not in "biuf":
        unknown("a product with such a constant")
    node = active().tape.make("matmul", x._laid(), active().tape.const(matrix))
    return wrapped(node, x._slot)


def _of_two(a: Array, b: Array) -> Any:
    if not is_batch(a._slot) and a.ndim == b.ndim == 1:
        return over("sum", a * b, 0)
    if a._lead == b._lead == 0 and a.ndim == 3 and b.ndim == 3:
        return over("sum", a.reshape(*a.shape, 1) * np.expand_dims(b, 1), 2)
    return mixes_rows("multiplies rows with rows", "for row by row use (a * b).sum(axis=1)")


def _dot(a: Any, b: Any, out: Any = None) -> Any:
    if np.ndim(_shaped(a)) == 0 or np.ndim(_shaped(b)) == 0:
        return written(np.multiply(a, b), out)
    return written(matmul(a, b), out)


def _shaped(value: Any) -> Any:
    return np.empty((1,) * of(value).ndim) if is_standin(value) else value


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """One axis of the rows' own summed with one of a constant of one or two axes."""
    pair = ([-1], [0]) if axes == 1 else axes
    if is_standin(b) or isinstance(pair, int | np.integer) or np.shape(pair) not in ((2,), (2, 1)):
        unknown("such a `numpy.tensordot`", "use numpy.einsum or @")
    own, other = (int(np.ravel(axis)[0]) for axis in pair)
    b = np.asarray(b)
    if b.ndim > 2:
        unknown("`numpy.tensordot` with a constant of more than two axes")
    moved: Any = np.moveaxis(a, own, -1)
    return matmul(moved, np.moveaxis(b, other, 0))


def _inner(a: Any, b: Any) -> Any:
    if is_standin(b):
        return (
            matmul(a, of(b).T)
            if not is_standin(a) or of(a).ndim == 1
            else mixes_rows("multiplies rows with rows")
        )
    return matmul(a, np.asarray(b).T)


def _refused(name: str) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        return mixes_rows(f"calls `numpy.{name}`", "multiply columns: x[:, None] * y")

    return refuse


def _einsum(subscripts: Any, *operands: Any, optimize: Any = False) -> Any:
    """Each operand spread over all letters, multiplied, and summed over those that go."""
    if not isinstance(subscripts, str) or "->" not in subscripts or "." in subscripts:
        unknown("`numpy.einsum` without plain letters and `->`")
    given, _, result = subscripts.replace(" ", "").partition("->")
    letters = given.split(",")
    rows = {part[0] for part, x in zip(letters, operands, strict=True) if is_standin(x) and part}
    if len(rows) != 1 or not result.startswith(row := next(iter(rows))):
        mixes_rows("calls `numpy.einsum` so that rows are added up")
    if any(row in part for part, x in zip(letters, operands, strict=True) if not is_standin(x)):
        mixes_rows("calls `numpy.einsum` on a constant that has rows of its own")
    if any(len(set(part)) < len(part) for part in letters):
        unknown("`numpy.einsum` with a letter twice")
    return _summed(letters, operands, result)


def _summed(letters: list[str], operands: tuple[Any, ...], result: str) -> Any:
    if [len(part) for part in letters] == [2, 2] and is_standin(operands[0]):
        first, second = letters
        if first[1] == second[0] and result == first[0] + second[1] and not is_standin(operands[1]):
            return matmul(*operands)
    gone = sorted({letter for part in letters for letter in part} - set(result))
    order = result + "".join(gone)
    spread = [_spread(x, part, order) for x, part in zip(operands, letters, strict=True)]
    product = spread[0]
    for factor in spread[1:]:
        product = product * factor
    for _ in gone:
        product = over("sum", product, product.ndim - 1)
    return product


def _spread(x: Any, letters: str, order: str) -> Any:
    """Its axes in the common order, with axes of length 1 for the letters it lacks."""
    x = x if is_standin(x) else np.asarray(x)
    present = [letter for letter in order if letter in letters]
    turned = np.transpose(x, [letters.index(letter) for letter in present])
    for place, letter in enumerate(order):
        if letter not in letters:
            turned = np.expand_dims(turned, place)
    return turned


def _polyval(p: Any, x: Any) -> Any:
    """Coefficients from the highest power down."""
    if is_standin(p) or not is_standin(x):
        unknown("a polynomial whose coefficients are data")
    coefficients = np.asarray(getattr(p, "coeffs", p)).tolist()
    result = np.zeros_like(x)
    for coefficient in coefficients:
        result = result * x + coefficient
    return result


def polynomial(x: Any, c: Any, tensor: bool = True) -> Any:
    """`np.polynomial.polynomial.polyval`: coefficients from the lowest power up."""
    if is_standin(c) or np.ndim(c) != 1:
        unknown("a polynomial whose coefficients are data, or tables")
    x, coefficients = of(x), np.asarray(c, dtype=float)
    result = coefficients[-1] + x * 0
    for coefficient in coefficients[-2::-1]:
        result = coefficient + result * x
    return result


def _vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    if N is None:
        mixes_rows("calls `numpy.vander` without a number of columns", "give N=")
    x = of(x)
    powers = range(N) if increasing else range(N - 1, -1, -1)
    columns = [np.ones_like(x)]
    for _ in range(N - 1):
        columns.append(columns[-1] * x)
    return np.stack([columns[power] for power in powers], axis=1)


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.matmul: matmul,
    np.dot: _dot,
    np.inner: _inner,
    np.outer: _refused("outer"),
    np.kron: _refused("kron"),
    np.einsum: _einsum,
    np.tensordot: _tensordot,
    np.polyval: _polyval,
    np.vander: _vander,
    np.polynomial.polynomial.polyval: polynomial,
}

METHODS: dict[str, Callable[..., Any]] = {"dot": _dot}
