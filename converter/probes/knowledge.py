"""What a fitted model knows of each of its input columns: range, thresholds, categories, words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from converter.worker.structure import Leaf, is_vectorizer, leaves

MOST = 200
"""Landmarks, and thresholds, kept of one leaf for one column."""
TREES = 20
"""Trees looked at of a forest."""


class Likeness(NamedTuple):
    """What the given rows never have in a column, and no target need be able to say."""

    complete: bool = False
    """No missing text."""
    seconds: bool = False
    """No fractions of a second."""
    exact: bool = False
    """No whole number beyond 2**53, which a double may not hold."""


def likeness(values: np.ndarray) -> Likeness:
    """What some values of a column tell of the others."""
    kind = values.dtype.kind
    return Likeness(
        complete=kind == "O" and None not in values.tolist(),
        seconds=kind == "M" and bool((values.astype("M8[s]") == values)[~np.isnat(values)].all()),
        exact=kind in "iu" and bool((np.abs(values.astype(np.float64)) < 2**53).all()),
    )


@dataclass
class Knowledge:
    """Of one input column, in that column's own values."""

    landmarks: list[float] = field(default_factory=list)
    """Values in or about the range of the training data."""
    thresholds: list[tuple[float, float, float]] = field(default_factory=list)
    """Values below, at or about, and above a threshold; see `_beside`."""
    categories: list[Any] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """Of a column of documents; see `is_text`."""
    is_text: bool = False
    like: Likeness = field(default_factory=Likeness)
    near: bool = False
    """Whether it counts in distances to rows of the training data: from afar all of those are as
    far, and which of them is nearest is for rounding to say."""

    def learn(self, values: np.ndarray) -> None:
        """What some values of the column tell, where the model itself tells nothing."""
        self.like = likeness(values)
        if self.is_text or self.categories or self.landmarks:
            return
        if values.dtype.kind in "fiu":
            self.landmarks = _thinned(values.astype(np.float64)).tolist()
        elif values.dtype.kind == "O":
            self.categories = list(dict.fromkeys(v for v in values.tolist() if v is not None))[
                :MOST
            ]
        elif values.dtype.kind == "M":
            self.categories = list(np.unique(values[~np.isnat(values)])[:MOST])


def knowledge(model: Any, width: int) -> list[Knowledge]:
    """What the leaves of `model` tell of its `width` input columns."""
    known = [Knowledge() for _ in range(width)]
    for leaf in leaves(model, width):
        if isinstance(leaf.model, str):
            continue
        _learn_range(leaf, known)
        _learn_thresholds(leaf, known)
        _learn_values(leaf, known)
        _learn_distances(leaf, known)
    return known


def _thinned(values: np.ndarray) -> np.ndarray:
    """At most `MOST` of the finite values, evenly spread over their order."""
    values = np.unique(values[np.isfinite(values)])
    if len(values) <= MOST:
        return values
    kept: np.ndarray = values[np.linspace(0, len(values) - 1, MOST).astype(int)]
    return kept


# --- ranges -----------------------------------------------------------------------------------


def _learn_range(leaf: Leaf, known: list[Knowledge]) -> None:
    for landmarks in _landmarks(leaf.model):
        if landmarks.ndim != 2 or landmarks.shape[1] != len(leaf.columns):
            continue
        for column, values in zip(leaf.columns, landmarks.T, strict=True):
            if column.source >= 0 and values.dtype.kind in "fiu":
                back = column.back(_thinned(values.astype(np.float64)))
                known[column.source].landmarks += back[np.isfinite(back)].tolist()


def _learn_distances(leaf: Leaf, known: list[Knowledge]) -> None:
    if hasattr(leaf.model, "_fit_X"):
        sources = [column.source for column in leaf.columns]
        for number in range(len(known)) if -1 in sources else sources:
            known[number].near = True


_POINTS = (
    "data_min_", "data_max_", "statistics_", "quantiles_", "theta_", "means_", "centroids_",
    "cluster_centers_", "support_vectors_", "X_train_", "X_fit_", "_fit_X", "subcluster_centers_",
)  # fmt: skip
"""Attributes that hold values, or whole rows, of the training data's range."""
_SPREADS = (("mean_", "scale_"), ("center_", "scale_"), ("theta_", "var_"))


def _landmarks(model: Any) -> Iterator[np.ndarray]:
    """Arrays [points, columns] in the units of the leaf's input."""
    for name in _POINTS:
        yield _array(model, name)
    for centre, spread in _SPREADS:
        middle, width = _array(model, centre), _array(model, spread)
        if middle.shape == width.shape and middle.size:
            yield np.concatenate([middle + z * width for z in (-2, -1, 0, 1, 2)])
    if (largest := _array(model, "max_abs_")).size:
        yield np.concatenate([-largest, largest])
    if (components := _array(model, "components_")).size and (mean := _array(model, "mean_")).size:
        reach = np.sqrt(_array(model, "explained_variance_")).reshape(-1, 1)
        if len(reach) == len(components):
            yield np.concatenate([mean + 2 * reach * components, mean - 2 * reach * components])


def _array(model: Any, name: str) -> np.ndarray:
    """An attribute as [points, columns] of numbers; empty where there is none such."""
    value: Any = getattr(model, name, [])
    array = np.asarray(value.toarray() if hasattr(value, "toarray") else value)
    return np.atleast_2d(array) if array.dtype.kind in "fiu" else np.empty((0, 0))


# --- thresholds -------------------------------------------------------------------------------


def _learn_thresholds(leaf: Leaf, known: list[Knowledge]) -> None:
    by_column: dict[int, list[np.ndarray]] = {}
    dtype = np.dtype(np.float64)
    for number, values, compared_in in _thresholds(leaf.model):
        dtype = compared_in
        by_column.setdefault(number, []).append(values)
    for number, parts in by_column.items():
        if number < len(leaf.columns) and leaf.columns[number].source >= 0:
            column = leaf.columns[number]
            values = _thinned(np.concatenate(parts)).astype(dtype)
            near = [column.back(side).tolist() for side in _beside(values)]
            known[column.source].thresholds += zip(*near, strict=True)
            known[column.source].landmarks += near[1]


def _beside(values: np.ndarray) -> list[np.ndarray]:
    """Where a model compares in float32, one ulp below, the threshold, and one ulp above.

    In float64 what is at the threshold tells little, for it is unstable; so eight ulp on both
    sides, and as far above as a cast to float32 could move it.
    """
    if values.dtype == np.float32:
        sides = [np.nextafter(values, np.float32(end)) for end in (-np.inf, np.inf)]
        return [side.astype(np.float64) for side in (sides[0], values, sides[1])]
    ulp = np.spacing(np.abs(values))
    return [values - 8 * ulp, values + 8 * ulp, values + 2.0**28 * ulp]


Thresholds = Iterator[tuple[int, np.ndarray, np.dtype]]


def _thresholds(model: Any) -> Thresholds:
    """Columns of a leaf, the values it compares them with, and the dtype it compares in."""
    for tree, features in _trees(model):
        inner = np.flatnonzero(tree.feature >= 0)
        yield from _split(features[tree.feature[inner]], tree.threshold[inner], np.float32)
    for predictor in np.ravel(getattr(model, "_predictors", [])).tolist()[:TREES]:
        nodes = predictor.nodes
        inner = nodes[(nodes["is_leaf"] == 0) & (nodes["is_categorical"] == 0)]
        yield from _split(inner["feature_idx"].astype(int), inner["num_threshold"], np.float64)
    for number, edges in enumerate(getattr(model, "bin_edges_", [])):
        yield number, np.asarray(edges, np.float64), np.dtype(np.float64)


def _split(features: np.ndarray, values: np.ndarray, dtype: type) -> Thresholds:
    for number in np.unique(features).tolist():
        yield number, values[features == number], np.dtype(dtype)


def _trees(model: Any) -> Iterator[tuple[Any, np.ndarray]]:
    """The trees of a tree or a forest, with the column of the input that each feature is."""
    chosen: Any = getattr(model, "estimators_features_", [])
    trees = [model] if _is_tree(model) else np.ravel(getattr(model, "estimators_", []))
    for number in range(0, len(trees), max(1, len(trees) // TREES)):
        estimator = trees[number]
        if _is_tree(estimator):
            everything = np.arange(estimator.tree_.n_features)
            yield estimator.tree_, np.asarray(chosen[number]) if len(chosen) else everything


def _is_tree(model: Any) -> bool:
    """A KernelDensity has a `tree_` too, of another kind."""
    return hasattr(getattr(model, "tree_", None), "threshold")


# --- categories and words ---------------------------------------------------------------------


def _learn_values(leaf: Leaf, known: list[Knowledge]) -> None:
    if is_vectorizer(leaf.model):
        for source in (column.source for column in leaf.columns if column.source >= 0):
            known[source].is_text = True
            known[source].words += _vocabulary(leaf.model)
        return
    for column, values in zip(leaf.columns, _categories(leaf.model), strict=False):
        if column.source >= 0:
            seen = known[column.source].categories
            seen += [value for value in values if not any(_same(value, old) for old in seen)]


def _categories(model: Any) -> Iterable[list[Any]]:
    if hasattr(model, "category_count_"):  # CategoricalNB numbers its categories
        return [list(range(int(total))) for total in model.n_categories_]
    return [_listed(np.asarray(values)) for values in getattr(model, "categories_", [])]


def _listed(values: np.ndarray) -> list[Any]:
    """Python's own objects; dates stay numpy's, for some have no other."""
    return list(values) if values.dtype.kind == "M" else values.tolist()


def _same(one: Any, other: Any) -> bool:
    return bool(one == other or (one != one and other != other))


def _vocabulary(model: Any) -> list[str]:
    """Some of the vectorizer's words, in an order that does not depend on hashing."""
    words = sorted(getattr(model, "vocabulary_", {}))
    return words[:: max(1, len(words) // 2000)]
