"""What functions of numpy arrays become: graphs that ONNX Runtime answers alike, or refusals."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.sparse
import scipy.special
import scipy.stats
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import cosine_similarity, rbf_kernel
from sklearn.preprocessing import StandardScaler, normalize
from sklearn.utils import check_array

from tests.tracing.onnx import refusal, same_in_onnx, told

_RNG = np.random.default_rng(0)
FLOATS = _RNG.normal(size=(20, 3)) * 3
WITH_NAN = np.where(_RNG.random(FLOATS.shape) < 0.2, np.nan, FLOATS)
INTS = _RNG.integers(-5, 6, size=(20, 3))
CUBE = _RNG.normal(size=(20, 2, 3))
COLUMN = FLOATS[:, 0].copy()
SPARSE = scipy.sparse.random(30, 4, density=0.4, random_state=0, format="csr")
MIXED = np.empty((20, 3), dtype=object)
MIXED[:, 0] = [f"a{i % 3}" for i in range(20)]
MIXED[:, 1] = [float(value) for value in COLUMN]
MIXED[:, 2] = [int(value) for value in INTS[:, 0]]
NA = np.array([["na", "1.5"], ["2", "3"], ["4", "na"]] * 5, dtype=object)
WEIGHTS = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
CENTRES = np.array([[0.1, 0.2, 0.3], [1.0, 2.0, 3.0]])
PARABOLA = np.polynomial.Polynomial([1, 2, 3])


@np.vectorize
def larger(a: float, b: float) -> float:
    return a if a > b else b


def preallocated(x: Any) -> Any:
    out = np.zeros((len(x), 3))
    out[:, 0] = x[:, 0] * 2
    out[:, 1:] = x[:, 1:]
    return out


def emptied(x: Any) -> Any:
    out = np.empty((x.shape[0], 2))
    out[:, 0] = x[:, 0]
    out[:, 1] = x[:, 1] ** 2
    return out


def half_empty(x: Any) -> Any:
    out = np.empty((x.shape[0], 2))
    out[:, 0] = x[:, 0]
    return out


def covered_by_masks(x: Any) -> Any:
    out = np.empty_like(x)
    positive = x > 0
    out[positive] = np.log(x[positive])
    out[~positive] = -1.0
    return out


def masked_log(x: Any) -> Any:
    out = np.zeros_like(x)
    mask = x > 0
    out[mask] = np.log(x[mask])
    return out


def negatives_to_zero(x: Any) -> Any:
    x = x.copy()
    x[x < 0] = 0
    return x


def mask_of_rows(x: Any) -> Any:
    mask = x[:, 0] > 0
    x[mask, 1] = 0
    x[mask] = x[mask] * 2
    return x


def mask_through_a_view(x: Any) -> Any:
    x[:, 0][x[:, 0] > 3] = 3
    return x


def column_means_for_nan(x: Any) -> Any:
    places = np.where(np.isnan(x))
    x[places] = np.take([1.0, 2.0, 3.0], places[1])
    return x


def view_changes_its_base(x: Any) -> Any:
    first = x[:, 0]
    first *= 2
    x.T[1] += 1
    return x


def column_by_column(x: Any) -> Any:
    for number in range(x.shape[1]):
        x[:, number] = np.log1p(np.abs(x[:, number]))
    return x


def safe_ratio(x: Any) -> Any:
    return np.divide(x[:, 0], x[:, 1], out=np.zeros(len(x)), where=x[:, 1] != 0)


def quiet_ratio(x: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(x[:, 0] / x[:, 1], posinf=0.0, neginf=0.0)


def unpacked(x: Any) -> Any:
    a, b, c = x.T
    return np.column_stack((a + b, b * c))


def checked(x: Any) -> Any:
    if np.any(x == 12345):
        raise ValueError("such rows have no answer")
    if not (x < 1e308).all():
        raise ValueError("neither have these")
    return check_array(x, ensure_all_finite=False) * 2


def dispatched(x: Any) -> Any:
    if x.ndim == 1:
        x = x.reshape(-1, 1)
    if isinstance(x, np.ndarray) and np.issubdtype(x.dtype, np.floating):
        return x * 2
    return x.astype(np.float64)


WORKS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "a bare ufunc": (np.log1p, FLOATS),
    "two columns divided": (lambda x: x[:, [0]] / x[:, [1]], FLOATS),
    "a preallocated array": (preallocated, FLOATS),
    "an empty array that is filled": (emptied, FLOATS),
    "an empty array that two masks fill": (covered_by_masks, FLOATS),
    "a mask on both sides": (masked_log, FLOATS),
    "a mask and a constant": (negatives_to_zero, FLOATS),
    "a mask on ints": (negatives_to_zero, INTS),
    "a mask of rows": (mask_of_rows, FLOATS),
    "a mask through a view": (mask_through_a_view, FLOATS),
    "missing values filled by column": (column_means_for_nan, WITH_NAN),
    "a view that changes its base": (view_changes_its_base, FLOATS),
    "a loop over columns": (column_by_column, FLOATS),
    "out= and where=": (safe_ratio, FLOATS),
    "errstate and nan_to_num": (quiet_ratio, FLOATS),
    "columns out of the transposed": (unpacked, FLOATS),
    "checks that raise": (checked, FLOATS),
    "code that asks what it is handed": (dispatched, FLOATS),
    "an array of columns, transposed": (lambda x: np.array([x[:, 0], x[:, 1] ** 2]).T, FLOATS),
    "columns stacked as rows, transposed": (lambda x: np.vstack([x[:, 0], x[:, 1]]).T, FLOATS),
    "the transposed divided by row sums": (lambda x: (x.T / x.sum(axis=1)).T, FLOATS),
    "column_stack with a reduction": (lambda x: np.column_stack([x, x.sum(axis=1)]), FLOATS),
    "c_": (lambda x: np.c_[x, x[:, 0] * x[:, 1], x.mean(1)], FLOATS),
    "ones in front": (lambda x: np.hstack([np.ones((x.shape[0], 1)), x]), FLOATS),
    "concatenate": (lambda x: np.concatenate([np.sin(x), np.cos(x)], axis=-1), FLOATS),
    "append": (lambda x: np.append(x, x[:, :1] ** 2, axis=1), FLOATS),
    "insert": (lambda x: np.insert(x, 0, 1.0, axis=1), FLOATS),
    "delete": (lambda x: np.delete(x, [0, 2], axis=1), FLOATS),
    "stack": (lambda x: np.stack([x[:, 0], x[:, 2]], axis=1), FLOATS),
    "dstack and reshape": (lambda x: np.dstack([x, x * 2]).reshape(x.shape[0], -1), FLOATS),
    "tile and repeat": (lambda x: np.tile(np.repeat(x, 2, axis=1), (1, 2)), FLOATS),
    "flip and roll": (lambda x: np.roll(np.flip(x, axis=1), 1, axis=1), FLOATS),
    "split": (lambda x: np.split(x, [1], axis=1)[1], FLOATS),
    "a boolean selection of columns": (lambda x: x[:, np.array([True, False, True])], FLOATS),
    "an ellipsis": (lambda x: x[..., 0:2], FLOATS),
    "newaxis": (lambda x: x[:, 0][:, np.newaxis], FLOATS),
    "ravel of one column": (lambda x: x[:, [0]].ravel(), FLOATS),
    "squeeze of one column": (lambda x: x[:, [0]].squeeze(), FLOATS),
    "broadcast_to": (lambda x: np.broadcast_to(x[:, [0]], x.shape), FLOATS),
    "3-D made 2-D": (lambda x: x.reshape(len(x), -1), CUBE),
    "3-D by its own shape": (lambda x: x.reshape(x.shape[0], x.shape[1] * x.shape[2]), CUBE),
    "3-D turned and reduced": (lambda x: x.transpose(0, 2, 1).mean(axis=2), CUBE),
    "3-D reduced at once": (lambda x: x.mean(axis=(1, 2)), CUBE),
    "where": (lambda x: np.where(x > 0, x, 0), FLOATS),
    "select": (lambda x: np.select([x < -1, x < 1], [0, x], default=2.5), FLOATS),
    "piecewise": (lambda x: np.piecewise(x, [x < 0], [lambda v: -v, lambda v: v * 2]), FLOATS),
    "clip in place": (lambda x: np.clip(x, 0, 1, out=x), FLOATS),
    "clip of ints by a fraction": (lambda x: np.clip(x, -1, 1.5), INTS),
    "digitize": (lambda x: np.digitize(x, [-1, 0, 1]), WITH_NAN),
    "digitize downwards": (lambda x: np.digitize(x, [1, 0, -1], right=True), FLOATS),
    "searchsorted": (lambda x: np.searchsorted([-1.0, 0.0, 1.0], x[:, 0]), FLOATS),
    "interp": (lambda x: np.interp(x, [-1, 0, 2], [0, 1, 4], left=-9.0), WITH_NAN),
    "isin": (lambda x: np.isin(x, [0, 1, 2], invert=True), INTS),
    "round": (lambda x: np.round(x, 2), FLOATS),
    "standard deviation": (lambda x: np.std(x, axis=1, ddof=1), FLOATS),
    "nan-standard deviation": (lambda x: np.nanstd(x, axis=1), WITH_NAN),
    "nan-mean": (lambda x: np.nanmean(x, axis=1), WITH_NAN),
    "percentile": (lambda x: np.percentile(x, 75, axis=1), WITH_NAN),
    "median": (lambda x: np.median(x, axis=1), FLOATS),
    "weighted average": (lambda x: np.average(x, axis=1, weights=[0.2, 0.3, 0.5]), FLOATS),
    "nan-median": (lambda x: np.nanmedian(x, axis=1, keepdims=True), WITH_NAN),
    "a power that is a root": (lambda x: x**0.5, FLOATS),
    "padded": (lambda x: np.pad(x, ((0, 0), (1, 0)), constant_values=7), FLOATS),
    "blocks": (lambda x: np.block([x, x * 2]), FLOATS),
    "a constant as often as there are rows": (lambda x: np.tile([1.0, 2.0], (len(x), 1)), FLOATS),
    "spread": (lambda x: np.ptp(x, axis=1), FLOATS),
    "norms": (lambda x: x / np.linalg.norm(x, axis=1, keepdims=True), FLOATS),
    "other norms": (lambda x: np.linalg.norm(x, 1, axis=1) + np.linalg.norm(x, np.inf, 1), FLOATS),
    "means of a list": (lambda x: np.mean([x, x * 2], axis=0), FLOATS),
    "reduce of a list": (lambda x: np.maximum.reduce([x[:, 0], x[:, 1], x[:, 2]]), FLOATS),
    "cumulated": (lambda x: np.cumsum(x, axis=1), FLOATS),
    "differences": (lambda x: np.diff(x, n=2, axis=1), FLOATS),
    "sorted, backwards": (lambda x: np.sort(x, axis=1)[:, ::-1], FLOATS),
    "counted": (lambda x: (x > 0).sum(axis=1), FLOATS),
    "a product": (lambda x: x @ WEIGHTS, FLOATS),
    "dot": (lambda x: np.dot(x, np.array([1, 2, 3.0])), FLOATS),
    "einsum": (lambda x: np.einsum("ij,ij->i", x, x), FLOATS),
    "einsum with a constant": (lambda x: np.einsum("ij,jk->ik", x, WEIGHTS), FLOATS),
    "polyval": (lambda x: np.polyval([1, 2, 3], x), FLOATS),
    "a polynomial": (lambda x: np.polynomial.Polynomial([1, 2, 3], domain=[0, 9])(x), FLOATS),
    "integer division": (lambda x: x // 2 + x % 3, INTS),
    "bits": (lambda x: (x & 3) | (x << 1) ^ 1, INTS),
    "casts": (lambda x: x.astype("float32").astype(int), FLOATS),
    "np.float64 as a function": (lambda x: np.float64(x), INTS),
    "a column in, a matrix out": (lambda x: np.vander(x, 3), COLUMN),
    "a mixed array, a column as numbers": (lambda x: x[:, 1].astype(float) * 2, MIXED),
    "a mixed array, several": (lambda x: np.log1p(np.abs(x[:, 1:].astype(np.float64))), MIXED),
    "softmax": (lambda x: scipy.special.softmax(x, axis=1), FLOATS),
    "scipy's ufuncs": (lambda x: scipy.special.expit(x) + scipy.special.xlogy(2.0, x), FLOATS),
    "the normal distribution": (lambda x: scipy.stats.norm.cdf(x, 1, 2), FLOATS),
    "scores by row": (lambda x: scipy.stats.zscore(x, axis=1), FLOATS),
    "normalize": (lambda x: normalize(x, norm="l1"), FLOATS),
    "kernels about constant points": (lambda x: rbf_kernel(x, CENTRES, gamma=0.1), FLOATS),
    "sparse made dense": (lambda x: x.toarray(), SPARSE),
    "sparse stays sparse": (np.log1p, SPARSE),
    "sparse, if it is": (lambda x: x.toarray() if scipy.sparse.issparse(x) else x, SPARSE),
    "what sparse matrices have": (
        lambda x: x.toarray() if hasattr(x, "toarray") else getattr(x, "values", x),
        SPARSE,
    ),
    "what arrays do not have": (
        lambda x: x.toarray() if hasattr(x, "toarray") else getattr(x, "values", x),
        FLOATS,
    ),
    "sparse by row, of numpy": (lambda x: np.asarray(np.sum(x, axis=1)), SPARSE),
    "sparse by row": (lambda x: np.asarray(x.sum(axis=1)), SPARSE),
    "vectorize": (lambda x: np.vectorize(lambda v: 1.0 if v > 0 else v, otypes=[float])(x), FLOATS),
    "vectorized outside": (lambda x: larger(x[:, 0], x[:, 1]), FLOATS),
    "a polynomial made outside": (lambda x: PARABOLA(x), FLOATS),
    "distances to centres": (lambda x: np.linalg.norm(x[:, None] - CENTRES, axis=2), FLOATS),
    "a constant times the last axis": (lambda x: (x @ WEIGHTS).reshape(len(x), -1), CUBE),
    "weights of the last axis": (lambda x: np.dot(x, [0.3, 0.6, 0.1]), CUBE),
    "a constant before": (lambda x: np.ones((4, 2)) @ x, CUBE),
    "tensordot": (lambda x: np.tensordot(x, np.array([1.0, 2.0]), axes=([1], [0])), CUBE),
    "several quantiles": (lambda x: np.percentile(x, [25, 50, 75], axis=1).T, FLOATS),
    "padded by the edges": (lambda x: np.pad(x, [(0, 0), (2, 1)], mode="edge"), FLOATS),
    "slopes": (lambda x: np.gradient(x, axis=1), FLOATS),
    "slopes of steps": (lambda x: np.gradient(x, 0.5, axis=1), FLOATS),
    "areas": (lambda x: np.trapezoid(x, axis=1).reshape(-1, 1), FLOATS),
    "areas of steps": (lambda x: np.trapezoid(x, [0, 1, 3], axis=1).reshape(-1, 1), FLOATS),
    "skewness": (lambda x: scipy.stats.skew(x, axis=1).reshape(-1, 1), FLOATS),
    "kurtosis": (lambda x: scipy.stats.kurtosis(x, axis=1).reshape(-1, 1), FLOATS),
    "distances": (lambda x: cdist(x, CENTRES), FLOATS),
    "distances by blocks": (lambda x: cdist(x, CENTRES, metric="cityblock"), FLOATS),
    "cosines": (lambda x: cosine_similarity(x, CENTRES), FLOATS),
    "texts that mean nothing": (lambda x: np.where(x == "na", np.nan, x).astype(float), NA),
    "apply_along_axis": (lambda x: np.apply_along_axis(lambda r: r.max() - r[0], 1, x), FLOATS),
}

MIXES, UNKNOWN = "function.mixes-rows", "function.unknown-operation"
REFUSED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "the mean of all": (lambda x: x - x.mean(), MIXES),
    "the mean of a column": (lambda x: x - x.mean(axis=0), MIXES),
    "rows chosen by a mask": (lambda x: x[x[:, 0] > 0], MIXES),
    "rows backwards": (lambda x: x[::-1], MIXES),
    "the first rows": (lambda x: x[:100], MIXES),
    "one row": (lambda x: x - x[0], MIXES),
    "the number of rows": (lambda x: x / len(x), MIXES),
    "numbered rows": (lambda x: np.c_[np.arange(len(x)), x], MIXES),
    "rows with rows": (lambda x: x @ x.T, MIXES),
    "all values": (lambda x: np.unique(x), MIXES),
    "sums down the rows": (lambda x: np.cumsum(x, axis=0), MIXES),
    "rows under rows": (lambda x: np.vstack([x, x]), MIXES),
    "rows reshaped": (lambda x: x.reshape(-1, 6), MIXES),
    "an outer product": (lambda x: np.outer(x[:, 0], x[:, 1]), MIXES),
    "the transposed": (lambda x: x.T, MIXES),
    "all in a line": (lambda x: x.ravel(), MIXES),
    "rolled over the rows": (lambda x: np.roll(x, 1), MIXES),
    "a constant with rows": (lambda x: x * np.ones((20, 3)), MIXES),
    "row numbers of a mask": (lambda x: np.where(x[:, 0] > 0)[0], MIXES),
    "a value a row over columns": (lambda x: x + x[:, 0], MIXES),
    "other rows through a mask": (lambda x: x[x > 0] + x.sum(axis=1), MIXES),
    "a branch on all rows": (lambda x: np.nan_to_num(x) if np.isnan(x).any() else x * 2, MIXES),
    "the order of equal values": (lambda x: np.argsort(x, axis=1), UNKNOWN),
    "where= without out=": (lambda x: np.log(x, where=x > 0), UNKNOWN),
    "an unknown option": (lambda x: np.percentile(x, 75, axis=1, method="nearest"), UNKNOWN),
    "one value": (lambda x: x.item(0), UNKNOWN),
    "raw bytes": (lambda x: x.view(np.int64), UNKNOWN),
    "places never assigned": (half_empty, "function.not-repeatable"),
    "Box-Cox fitted": (lambda x: scipy.stats.boxcox(x[:, 0])[0], MIXES),
    "distances of rows": (lambda x: cdist(x, x), MIXES),
    "cosines of rows": (lambda x: cosine_similarity(x), MIXES),
    "slopes down the rows": (lambda x: np.gradient(x, axis=0), MIXES),
    "skewness of a column": (lambda x: scipy.stats.skew(x) + x, MIXES),
    "rows about rows": (lambda x: rbf_kernel(x), MIXES),
    "an estimator fitted on the spot": (lambda x: StandardScaler().fit_transform(x), MIXES),
    "quantiles of a column": (lambda x: np.clip(x, *np.percentile(x, [1, 99])), MIXES),
    "normalize down the rows": (lambda x: normalize(x, axis=0), MIXES),
}


@pytest.mark.parametrize("name", WORKS)
def test_onnx_runtime_answers_as_numpy(name: str) -> None:
    function, live = WORKS[name]
    same_in_onnx(function, live)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_said_is_refused(name: str) -> None:
    function, code = REFUSED[name]
    assert refusal(function, FLOATS) == code


def test_columns_taken_apart_and_joined_again_are_the_array() -> None:
    expression = told(lambda x: np.c_[x[:, 0], x[:, 1:]], FLOATS)
    assert expression.outputs == expression.inputs


def test_a_thousand_columns_are_a_handful_of_nodes() -> None:
    expression = told(lambda x: np.hstack([np.log1p(np.abs(x)), x]), _RNG.normal(size=(9, 1000)))
    assert repr(expression.outputs[0]) == "join(log1p(absolute(X)), X, axis=0)"
