"""Scipy's functions that are no ufuncs: soft maxima, scores, the normal distribution, sparse."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.session import mixes_rows, unknown
from converter.trace.standins.array import array, of
from converter.trace.standins.lift import holds_standin, is_standin, node_of
from converter.trace.standins.sparse import Sparse
from converter.trace.standins.types import TypeFacade
from converter.trace.words.reductions import flattened, numeric, over
from converter.trace.words.shaping import FUNCTIONS


def _softmax(x: Any, axis: Any = None) -> Any:
    x, axis = flattened(numeric(x, "softmax"), axis)
    powers = np.exp(x - over("max", x, axis, keepdims=True))
    return powers / over("sum", powers, axis, keepdims=True)


def _log_softmax(x: Any, axis: Any = None) -> Any:
    x, axis = flattened(numeric(x, "log_softmax"), axis)
    away = x - _finite(over("max", x, axis, keepdims=True))
    return away - np.log(over("sum", np.exp(away), axis, keepdims=True))


def _logsumexp(
    a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False
) -> Any:
    if b is not None or return_sign:
        unknown("`b=` or `return_sign=` of `scipy.special.logsumexp`")
    x, axis = flattened(numeric(a, "logsumexp"), axis)
    most = _finite(over("max", x, axis, keepdims=True))
    total = np.log(over("sum", np.exp(x - most), axis, keepdims=True)) + most
    return total if keepdims else np.squeeze(total, axis=axis)


def _finite(x: Any) -> Any:
    return np.where(np.isfinite(x), x, 0.0)


def _zscore(a: Any, axis: Any = 0, ddof: int = 0, nan_policy: str = "propagate") -> Any:
    if nan_policy != "propagate":
        unknown("`nan_policy=` of `scipy.stats.zscore`")
    x, axis = flattened(numeric(a, "zscore").astype(float), axis)
    mean = over("mean", x, axis, keepdims=True)
    spread = np.std(x, axis=axis, ddof=ddof, keepdims=True)
    is_constant = over("all", x == np.take(x, [0], axis=axis), axis, keepdims=True)
    return (x - mean) / np.where(is_constant, np.nan, spread)


def _moment(name: str) -> Callable[..., Any]:
    """Skewness and kurtosis of each row, not corrected for bias."""

    def moment(
        a: Any,
        axis: Any = 0,
        fisher: Any = True,
        bias: bool = True,
        nan_policy: str = "propagate",
        *,
        keepdims: bool = False,
    ) -> Any:
        if nan_policy != "propagate" or not bias or keepdims or (name == "skew" and not fisher):
            unknown(f"such options of `scipy.stats.{name}`")
        x, axis = flattened(numeric(a, name).astype(float), axis)
        mean = over("mean", x, axis, keepdims=True)
        away = x - mean
        square = away * away
        spread = over("mean", square, axis)
        flat = spread <= (np.finfo(float).eps * np.squeeze(mean, axis=axis)) ** 2
        if name == "skew":
            return np.where(flat, np.nan, over("mean", square * away, axis) / spread**1.5)
        peaked = over("mean", square * square, axis) / spread**2
        return np.where(flat, np.nan, peaked) - (3 if fisher else 0)

    return moment


def _skew(a: Any, axis: Any = 0, bias: bool = True, **options: Any) -> Any:
    return _moment("skew")(a, axis, True, bias, **options)


_DISTANCES: dict[str, Callable[[Any], Any]] = {
    "euclidean": lambda away: np.sqrt(over("sum", away * away, 2)),
    "sqeuclidean": lambda away: over("sum", away * away, 2),
    "cityblock": lambda away: over("sum", np.absolute(away), 2),
    "chebyshev": lambda away: over("max", np.absolute(away), 2),
}


def _cdist(XA: Any, XB: Any, metric: Any = "euclidean", *, out: Any = None, **options: Any) -> Any:
    """From each row to constant points."""
    if is_standin(XB) or not is_standin(XA):
        mixes_rows("measures how far rows are from each other", "measure from constant points")
    if not isinstance(metric, str) or metric not in _DISTANCES or out is not None or options:
        unknown("such a metric of `scipy.spatial.distance.cdist`")
    x, points = of(XA).astype(float), np.asarray(XB, dtype=float)
    return _DISTANCES[metric](np.expand_dims(x, 1) - points[None])


def _boxcox(x: Any, lmbda: Any = None, alpha: Any = None, optimizer: Any = None) -> Any:
    if lmbda is None:
        mixes_rows(
            "fits `scipy.stats.boxcox` to the rows",
            "use PowerTransformer, or give a constant lmbda=",
        )
    return array("special.boxcox", of(x), lmbda)


class _Norm:
    """The normal distribution."""

    @property
    def _real(self) -> Any:
        import scipy.stats

        return scipy.stats.norm

    def cdf(self, x: Any, loc: Any = 0, scale: Any = 1) -> Any:
        """The share below x."""
        return self._asked("cdf", lambda z: array("special.ndtr", z), x, loc, scale)

    def sf(self, x: Any, loc: Any = 0, scale: Any = 1) -> Any:
        """The share above x."""
        return self._asked("sf", lambda z: array("special.ndtr", -z), x, loc, scale)

    def logcdf(self, x: Any, loc: Any = 0, scale: Any = 1) -> Any:
        """The logarithm of `cdf`."""
        return self._asked("logcdf", lambda z: array("special.log_ndtr", z), x, loc, scale)

    def pdf(self, x: Any, loc: Any = 0, scale: Any = 1) -> Any:
        """The density at x."""
        density = self._asked(
            "pdf", lambda z: np.exp(-(z * z) / 2.0) / np.sqrt(2 * np.pi), x, loc, scale
        )
        return density / scale if is_standin(density) else density

    def ppf(self, q: Any, loc: Any = 0, scale: Any = 1) -> Any:
        """The inverse of `cdf`."""
        if not holds_standin([q, loc, scale]):
            return self._real.ppf(q, loc, scale)
        return array("special.ndtri", of(q)) * scale + loc

    def _asked(self, name: str, record: Callable[[Any], Any], x: Any, loc: Any, scale: Any) -> Any:
        if not holds_standin([x, loc, scale]):
            return getattr(self._real, name)(x, loc, scale)
        if is_standin(scale) or not np.all(np.asarray(scale) > 0):
            unknown(f"such a scale of `scipy.stats.norm.{name}`")
        return record((of(x) - loc) / scale)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def _issparse(x: Any) -> bool:
    return isinstance(x, Sparse)


def _hstack(blocks: Any, format: Any = None, dtype: Any = None) -> Any:
    """Dense and sparse parts side by side, in a sparse matrix."""
    kinds = [block._kind for block in blocks if isinstance(block, Sparse)]
    if dtype is not None or not kinds:
        unknown("such a `scipy.sparse.hstack`", "use numpy.hstack on dense arrays")
    parts = [node_or_constant(block) for block in blocks]
    return Sparse(of(FUNCTIONS[np.hstack](parts))._mlconvert_node(), kinds[0])


def node_or_constant(block: Any) -> Any:
    """A dense array of a block."""
    if isinstance(block, Sparse):
        return block.toarray()
    return block.toarray() if hasattr(block, "toarray") else block


class _SparseClass(TypeFacade):
    """A class of sparse matrices; scipy loads it when it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def _real(self) -> Any:  # type: ignore[override]
        import scipy.sparse

        return getattr(scipy.sparse, self._name)

    def __call__(self, arg1: Any, *rest: Any, **options: Any) -> Any:
        if not is_standin(arg1):
            return self._real(arg1, *rest, **options)
        if rest or options:
            unknown(f"options of `scipy.sparse.{self._name}`")
        return Sparse(node_of(arg1), self._real)


def _all_rows(name: str) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        return mixes_rows(f"calls `scipy.stats.{name}`, which looks at all rows at once")

    return refuse


_SPECIAL = {"softmax": _softmax, "log_softmax": _log_softmax, "logsumexp": _logsumexp}
_CLASSES = {"csr_matrix": "_csr", "csc_matrix": "_csc", "csr_array": "_csr", "csc_array": "_csc"}

REPLACED: dict[str, Any] = {
    **{f"scipy.special.{name}": recorder for name, recorder in _SPECIAL.items()},
    **{f"scipy.special._logsumexp.{name}": recorder for name, recorder in _SPECIAL.items()},
    "scipy.stats.zscore": _zscore,
    "scipy.stats._stats_py.zscore": _zscore,
    "scipy.stats.skew": _skew,
    "scipy.stats._stats_py.skew": _skew,
    "scipy.stats.kurtosis": _moment("kurtosis"),
    "scipy.stats._stats_py.kurtosis": _moment("kurtosis"),
    "scipy.spatial.distance.cdist": _cdist,
    "scipy.stats.boxcox": _boxcox,
    "scipy.stats._morestats.boxcox": _boxcox,
    **{f"scipy.stats.{name}": _all_rows(name) for name in ("rankdata", "yeojohnson", "mstats")},
    "scipy.sparse.issparse": _issparse,
    "scipy._lib._sparse.issparse": _issparse,
    "scipy.sparse._base.issparse": _issparse,
    "scipy.sparse.isspmatrix": _issparse,
    "scipy.sparse.hstack": _hstack,
    "scipy.sparse._construct.hstack": _hstack,
    "scipy.stats.norm": _Norm(),
    "scipy.stats._continuous_distns.norm_gen": _Norm(),
    **{f"scipy.sparse.{name}": _SparseClass(name) for name in _CLASSES},
    **{f"scipy.sparse.{file}.{name}": _SparseClass(name) for name, file in _CLASSES.items()},
}
