"""The operations that an expression is made of, and the reference evaluator: each one's meaning.

`values` are numpy arrays [N, …], or constants without the row axis. `axis` counts the axes after
the rows. A name of the form `special.x` is scipy's; `text.x` and `date.x` have files of their own.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from converter.trace import dates, pieces, texts
from converter.trace.held import Held

UFUNCS = frozenset(
    [
        "add",
        "subtract",
        "multiply",
        "divide",
        "floor_divide",
        "remainder",
        "fmod",
        "power",
        "float_power",
        "negative",
        "positive",
        "absolute",
        "fabs",
        "sign",
        "heaviside",
        "sqrt",
        "square",
        "cbrt",
        "reciprocal",
        "exp",
        "exp2",
        "expm1",
        "log",
        "log2",
        "log10",
        "log1p",
        "logaddexp",
        "logaddexp2",
        "sin",
        "cos",
        "tan",
        "arcsin",
        "arccos",
        "arctan",
        "arctan2",
        "hypot",
        "sinh",
        "cosh",
        "tanh",
        "arcsinh",
        "arccosh",
        "arctanh",
        "degrees",
        "radians",
        "deg2rad",
        "rad2deg",
        "floor",
        "ceil",
        "trunc",
        "rint",
        "maximum",
        "minimum",
        "fmax",
        "fmin",
        "isnan",
        "isinf",
        "isfinite",
        "signbit",
        "copysign",
        "logical_and",
        "logical_or",
        "logical_not",
        "logical_xor",
        "greater",
        "greater_equal",
        "less",
        "less_equal",
        "equal",
        "not_equal",
        "bitwise_and",
        "bitwise_or",
        "bitwise_xor",
        "invert",
        "left_shift",
        "right_shift",
        "gcd",
        "lcm",
        "nextafter",
        "spacing",
        "isnat",
        "conjugate",
    ]
)
"""Numpy's elementwise functions, by the name of the ufunc itself (`absolute`, not `abs`)."""

SPECIAL = frozenset(
    [
        "expit",
        "logit",
        "erf",
        "erfc",
        "erfinv",
        "erfcinv",
        "log_expit",
        "xlogy",
        "xlog1py",
        "boxcox",
        "boxcox1p",
        "inv_boxcox",
        "inv_boxcox1p",
        "gammaln",
        "gamma",
        "digamma",
        "cbrt",
        "exp10",
        "exp2",
        "expm1",
        "log1p",
        "ndtr",
        "ndtri",
        "log_ndtr",
        "entr",
        "rel_entr",
        "kl_div",
        "huber",
        "pseudo_huber",
        "sinc",
        "cosdg",
        "sindg",
        "tandg",
        "radian",
        "cosm1",
        "powm1",
        "logaddexp",
    ]
)
"""Those of scipy.special."""

REDUCTIONS = frozenset(
    [
        "sum",
        "prod",
        "max",
        "min",
        "mean",
        "any",
        "all",
        "argmax",
        "argmin",
        "nansum",
        "nanprod",
        "nanmax",
        "nanmin",
        "nanmean",
        "median",
        "nanmedian",
    ]
)
"""Over one axis after the rows: attributes axis, keepdims."""


def evaluated(op: str, values: Sequence[Any], attrs: dict[str, Any]) -> Any:
    """What an operation gives, with numpy's own warnings silenced."""
    with np.errstate(all="ignore"):
        return meaning(op)(*values, **attrs)


def meaning(op: str) -> Callable[..., Any]:
    """The function that defines an operation. KeyError for a name that is none."""
    if op in UFUNCS:
        return getattr(np, op)  # type: ignore[no-any-return]
    family, _, name = op.rpartition(".")
    if family == "special" and name in SPECIAL:
        import scipy.special

        return getattr(scipy.special, name)  # type: ignore[no-any-return]
    if op in REDUCTIONS:
        return _reduction(op)
    return OTHERS[op]


def known() -> frozenset[str]:
    """The names of all operations."""
    special = {f"special.{name}" for name in SPECIAL}
    return frozenset(UFUNCS | special | REDUCTIONS | OTHERS.keys())


def _reduction(name: str) -> Callable[..., Any]:
    def reduce(x: Any, axis: int, keepdims: bool) -> Any:
        return getattr(np, name)(x, axis=axis + 1, keepdims=keepdims)

    return reduce


# --- selection and shape ----------------------------------------------------------------------


def _take(x: Any, indices: tuple[int, ...], axis: int) -> Any:
    return np.take(x, np.array(indices, dtype=np.int64), axis=axis + 1)


def _pick(x: Any, index: int, axis: int) -> Any:
    return x[(*(slice(None),) * (axis + 1), index)]  # a view: np.take would copy


def _join(*parts: Any, axis: int) -> Any:
    return np.concatenate(parts, axis=axis + 1)


def _reshape(x: Any, shape: tuple[int, ...]) -> Any:
    return x.reshape(len(x), *shape)


def _permute(x: Any, axes: tuple[int, ...]) -> Any:
    return np.transpose(x, (0, *(axis + 1 for axis in axes)))


def _repeat(constant: Any, like: Any) -> Any:
    """A constant as rows: [N, *shape of the constant]."""
    array = _object(constant) if isinstance(constant, str) or constant is None else constant
    return np.repeat(np.asarray(array)[None], len(like), axis=0)


def _object(value: Any) -> np.ndarray:
    array = np.empty((), dtype=object)
    array[()] = value
    return array


# --- values -----------------------------------------------------------------------------------


def _where(condition: Any, a: Any, b: Any) -> Any:
    if isinstance(a, str) or a is None:
        a = _object(a)
    if isinstance(b, str) or b is None:
        b = _object(b)
    return np.where(condition, a, b)


def _cast(x: Any, dtype: str) -> Any:
    return np.asarray(x).astype(dtype)


def _round(x: Any, decimals: int) -> Any:
    return np.round(x, decimals)


def _cumulative(name: str) -> Callable[..., Any]:
    def cumulate(x: Any, axis: int) -> Any:
        return getattr(np, name)(x, axis=axis + 1)

    return cumulate


def _sort(x: Any, axis: int) -> Any:
    return np.sort(x, axis=axis + 1)


def _argsort(x: Any, axis: int) -> Any:
    return np.argsort(x, axis=axis + 1, kind="stable")


def _matmul(x: Any, matrix: Any) -> Any:
    """x [N, …, F] by a constant [F] or [F, K]."""
    return np.matmul(x, matrix)


def _searchsorted(x: Any, edges: tuple[float, ...], side: Any) -> Any:
    """In ascending `edges`, as numpy does it; NaN stands after all."""
    return np.searchsorted(np.array(edges), x, side=side)


def _interp(x: Any, xp: tuple[float, ...], fp: tuple[float, ...]) -> Any:
    return np.interp(x, xp, fp)


def _isin(x: Any, values: tuple[Any, ...]) -> Any:
    """Equal to one of `values`; None among them means missing (None or NaN)."""
    return _positions(x, values) < len(values)


def _lookup(x: Any, keys: tuple[Any, ...], values: tuple[Any, ...], default: Any) -> Any:
    """`values` by key, else `default`; the key None means missing (None or NaN).

    Text where `values` are text (None: missing), else numbers of their common dtype.
    """
    table = [*values, default]
    if any(isinstance(value, str) for value in table) or all(value is None for value in table):
        found = np.empty(len(table), dtype=object)
        found[:] = table
    else:
        found = np.array(table)
    return found[_positions(x, keys)]


def _positions(x: Any, keys: tuple[Any, ...]) -> np.ndarray:
    """Of each value among `keys`; their number where it is none of them."""
    x = np.asarray(x)
    found = np.full(x.shape, len(keys), dtype=np.int64)
    for number, key in reversed(list(enumerate(keys))):
        same = texts.missing(x) if key is None else np.asarray(x == key, dtype=bool)
        found[same] = number
    return found


def _answer(x: Any, estimator: Held, method: str) -> Any:
    return estimator.answer(method, x)


OTHERS: dict[str, Callable[..., Any]] = {
    "answer": _answer,
    "take": _take,
    "pick": _pick,
    "join": _join,
    "reshape": _reshape,
    "permute": _permute,
    "repeat": _repeat,
    "where": _where,
    "cast": _cast,
    "round": _round,
    "cumsum": _cumulative("cumsum"),
    "cumprod": _cumulative("cumprod"),
    "cummax": lambda x, axis: np.maximum.accumulate(x, axis=axis + 1),
    "cummin": lambda x, axis: np.minimum.accumulate(x, axis=axis + 1),
    "sort": _sort,
    "argsort": _argsort,
    "matmul": _matmul,
    "searchsorted": _searchsorted,
    "interp": _interp,
    "isin": _isin,
    "lookup": _lookup,
    **texts.OPERATIONS,
    **pieces.OPERATIONS,
    **dates.OPERATIONS,
}
