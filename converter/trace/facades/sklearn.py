"""Scikit-learn's stateless helpers: the checks of what a transformer is handed, and scalings."""

from typing import Any

import numpy as np

from converter.trace.session import mixes_rows, unknown
from converter.trace.standins.array import Array, of
from converter.trace.standins.lift import is_standin
from converter.trace.standins.sparse import Sparse
from converter.trace.standins.types import real
from converter.trace.words.elementwise import astype
from converter.trace.words.reductions import over

_ANY = ("accept_large_sparse", "order", "force_writeable", "ensure_all_finite", "force_all_finite")
_MORE = ("ensure_min_samples", "ensure_min_features", "estimator", "input_name", "copy")


def _check_array(array: Any, accept_sparse: Any = False, **options: Any) -> Any:
    """The array itself: rows that the check does not let through have no answer."""
    dtype = options.pop("dtype", "numeric")
    ensure_2d, allow_nd = options.pop("ensure_2d", True), options.pop("allow_nd", False)
    for name in (*_ANY, *_MORE, "ensure_non_negative"):
        options.pop(name, None)
    if options:
        unknown(f"`{next(iter(options))}=` of `check_array`")
    if isinstance(array, Sparse):
        return array if accept_sparse else unknown("`check_array` of a sparse matrix")
    array = of(array)
    if (ensure_2d and array.ndim < 2) or (array.ndim > 2 and not allow_nd):
        raise ValueError("Expected 2D array")
    return _of_dtype(array, dtype)


def _of_dtype(array: Array, dtype: Any) -> Any:
    if isinstance(dtype, list | tuple):
        kinds = [np.dtype(real(one)) for one in dtype]
        dtype = None if array.dtype in kinds else kinds[0]
    if isinstance(dtype, str) and dtype == "numeric":
        dtype = np.float64 if array.dtype.kind == "O" else None
    return array if dtype is None else astype(array, dtype)


def _validate_data(
    _estimator: Any, /, X: Any = "no_validation", y: Any = "no_validation", **options: Any
) -> Any:
    """`validate_data(self, X, reset=False)`."""
    if not isinstance(y, str | None) or is_standin(y):
        unknown("`validate_data` of a target")
    if options.pop("reset", True) or options.pop("cast_to_ndarray", True) is not True:
        unknown("`validate_data` that learns", "give reset=False")
    if options.pop("skip_check_array", False):
        return X
    return _check_array(X, **options)


def _column_or_1d(y: Any, *, dtype: Any = None, input_name: str = "y", **options: Any) -> Any:
    if any(options.values()):
        unknown("options of `column_or_1d`")
    array = of(y)
    array = array if array.ndim == 1 else array.ravel()
    return array if dtype is None else astype(array, dtype)


def _as_float_array(X: Any, *, copy: bool = True, **_: Any) -> Any:
    array = of(X)
    if array.dtype in (np.float32, np.float64):
        return array.copy() if copy else array
    return astype(
        array, np.float32 if array.dtype.kind in "ui" and array.dtype.itemsize <= 4 else np.float64
    )


def _normalize(
    X: Any, norm: str = "l2", *, axis: int = 1, copy: bool = True, return_norm: bool = False
) -> Any:
    if axis != 1:
        mixes_rows("normalizes the columns, each by all rows", "give axis=1")
    if return_norm or norm not in ("l1", "l2", "max"):
        unknown("such options of `normalize`")
    kind = X._kind if isinstance(X, Sparse) else None
    x = _of_dtype(Array(X._mlconvert_node()) if kind else of(X), [np.float64, np.float32])
    if norm == "l2":
        size = np.sqrt(over("sum", x * x, 1, keepdims=True))
    else:
        size = over("sum" if norm == "l1" else "max", np.absolute(x), 1, keepdims=True)
    result = x / np.where(size < 10 * np.finfo(x.dtype).eps, 1.0, size).astype(x.dtype)
    return Sparse(result._mlconvert_node(), kind) if kind else result


def _binarize(X: Any, *, threshold: float = 0.0, copy: bool = True) -> Any:
    x = of(X)
    return astype(x > threshold, x.dtype)


def _euclidean(
    X: Any,
    Y: Any = None,
    *,
    Y_norm_squared: Any = None,
    squared: bool = False,
    X_norm_squared: Any = None,
) -> Any:
    """To constant points, by scikit-learn's own formula."""
    if Y is None or is_standin(Y) or not is_standin(X):
        mixes_rows("measures how far rows are from each other", "measure from constant points")
    if Y_norm_squared is not None or X_norm_squared is not None:
        unknown("norms that `euclidean_distances` is given")
    x, points = of(X), np.asarray(Y, dtype=float)
    norms = (points * points).sum(axis=1)
    square = over("sum", x * x, 1, keepdims=True) + -2.0 * (x @ points.T) + norms[None]
    square = np.maximum(square, 0)
    return square if squared else np.sqrt(square)


def _rbf_kernel(X: Any, Y: Any = None, gamma: Any = None) -> Any:
    gamma = 1.0 / of(X).shape[1] if gamma is None else gamma
    return np.exp(-gamma * _euclidean(X, Y, squared=True))


def _linear_kernel(X: Any, Y: Any = None, dense_output: bool = True) -> Any:
    return of(X) @ _points(X, Y).T


def _cosine_similarity(X: Any, Y: Any = None, dense_output: bool = True) -> Any:
    points = _points(X, Y)
    size = np.sqrt((points * points).sum(axis=1, keepdims=True))
    size[size < 10 * np.finfo(float).eps] = 1.0
    return _normalize(X) @ (points / size).T


def _cosine_distances(X: Any, Y: Any = None) -> Any:
    return np.clip(1.0 - _cosine_similarity(X, Y), 0, 2)


def _manhattan(X: Any, Y: Any = None) -> Any:
    points = _points(X, Y)
    away = np.absolute(np.expand_dims(of(X), 1) - points[None])
    return over("sum", away, 2)


def _polynomial_kernel(
    X: Any, Y: Any = None, degree: Any = 3, gamma: Any = None, coef0: Any = 1
) -> Any:
    gamma = 1.0 / of(X).shape[1] if gamma is None else gamma
    return (_linear_kernel(X, Y) * gamma + coef0) ** degree


def _sigmoid_kernel(X: Any, Y: Any = None, gamma: Any = None, coef0: Any = 1) -> Any:
    gamma = 1.0 / of(X).shape[1] if gamma is None else gamma
    return np.tanh(_linear_kernel(X, Y) * gamma + coef0)


def _points(X: Any, Y: Any) -> np.ndarray:
    """The constant points that rows are compared with."""
    if Y is None or is_standin(Y) or not is_standin(X) or isinstance(X, Sparse):
        mixes_rows("compares rows with each other", "compare them with constant points")
    return np.asarray(Y, dtype=float)


def _by_rows(name: str) -> Any:
    def refuse(*_: Any, **__: Any) -> Any:
        return mixes_rows(
            f"calls `sklearn.preprocessing.{name}`, which learns from the rows it is handed",
            "use the transformer that learns in fit, such as StandardScaler",
        )

    return refuse


OF_ALL_ROWS = ("scale", "minmax_scale", "maxabs_scale", "robust_scale", "quantile_transform")
"""Functions that learn from the rows they are handed."""
_VALIDATION = {
    "check_array": _check_array,
    "validate_data": _validate_data,
    "column_or_1d": _column_or_1d,
    "as_float_array": _as_float_array,
}
_PREPROCESSING = {
    "normalize": _normalize,
    "binarize": _binarize,
    **{name: _by_rows(name) for name in (*OF_ALL_ROWS, "power_transform")},
}
_PAIRWISE = {
    "euclidean_distances": _euclidean,
    "rbf_kernel": _rbf_kernel,
    "linear_kernel": _linear_kernel,
    "cosine_similarity": _cosine_similarity,
    "cosine_distances": _cosine_distances,
    "manhattan_distances": _manhattan,
    "polynomial_kernel": _polynomial_kernel,
    "sigmoid_kernel": _sigmoid_kernel,
}

REPLACED: dict[str, Any] = {
    **{f"sklearn.utils.{name}": recorder for name, recorder in _VALIDATION.items()},
    **{f"sklearn.utils.validation.{name}": recorder for name, recorder in _VALIDATION.items()},
    **{f"sklearn.metrics.pairwise.{name}": recorder for name, recorder in _PAIRWISE.items()},
    **{f"sklearn.preprocessing.{name}": recorder for name, recorder in _PREPROCESSING.items()},
    **{
        f"sklearn.preprocessing._data.{name}": recorder for name, recorder in _PREPROCESSING.items()
    },
}
