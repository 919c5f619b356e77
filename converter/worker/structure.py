"""The parts of a fitted model, and the way of its input columns through them.

Known by the names of scikit-learn's classes and by what they hold once fitted; nothing of
scikit-learn is imported, and nothing of the model is run but the inverse of its scalers.
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from converter.errors import UsageError

PASSTHROUGH = "passthrough"


class Part(NamedTuple):
    """A part of a container, as it is used when the model answers."""

    name: str
    """Its step in an address; "" for a part that is the container's only one, such as the best
    estimator of a search."""
    model: Any
    """Fitted, or `PASSTHROUGH`."""
    columns: Any = None
    """Of the container's input, by position: a list, or an int for one column on its own; None
    for all."""
    reads: Literal["input", "previous", "parts"] = "input"
    """The container's input, the output of the part before, or those of all parts before."""


def parts(model: Any) -> list[Part]:
    """The parts of a container in the order of the data; [] for a leaf.

    Raises UsageError for a container that is not fitted.
    """
    try:
        return _parts(model)
    except AttributeError as error:
        raise UsageError(f"{type(model).__name__} is not fitted ({error}).") from error


def _parts(model: Any) -> list[Part]:
    for cls in type(model).__mro__:
        if cls.__name__ in _LEAVES:
            return []
        if cls.__name__ in _CONTAINERS and cls.__module__.startswith("sklearn."):
            return _CONTAINERS[cls.__name__](model)
    return []


# --- the containers ---------------------------------------------------------------------------


def _pipeline(model: Any) -> list[Part]:
    kept = [(name, step) for name, step in model.steps if step not in (None, PASSTHROUGH)]
    return [
        Part(name, step, reads="previous" if number else "input")
        for number, (name, step) in enumerate(kept)
    ]


def _column_transformer(model: Any) -> list[Part]:
    names = getattr(model, "feature_names_in_", None)
    return [
        Part(name, part, positions(columns, names, model.n_features_in_))
        for name, part, columns in model.transformers_
        if not _is_dropped(part) and np.size(columns)
    ]


def _is_dropped(part: Any) -> bool:
    return part is None or (isinstance(part, str) and part == "drop")


def positions(columns: Any, names: Any, count: int) -> Any:
    """A ColumnTransformer's columns (names, numbers, a slice, a mask) as positions."""
    if isinstance(columns, str):
        return list(names).index(columns)
    if isinstance(columns, int | np.integer):
        return int(columns) % count
    if isinstance(columns, slice):
        columns = _sliced(columns, names)
    numbers = np.arange(count)
    listed = [list(names).index(c) if isinstance(c, str) else c for c in _plain(columns)]
    chosen = np.array(listed) if listed else np.empty(0, int)
    return numbers[chosen].tolist()


def _sliced(columns: slice, names: Any) -> list[Any]:
    """A slice by label includes its end, as in pandas."""
    bounds = [columns.start, columns.stop]
    if not any(isinstance(bound, str) for bound in bounds):
        return list(range(10**6))[columns] if names is None else list(range(len(names)))[columns]
    known = list(names)
    start = known.index(columns.start) if columns.start is not None else 0
    stop = known.index(columns.stop) if columns.stop is not None else len(known) - 1
    return list(range(start, stop + 1))[:: columns.step]


def _plain(columns: Any) -> list[Any]:
    return list(columns) if isinstance(columns, list | tuple) else list(np.asarray(columns))


def _union(model: Any) -> list[Part]:
    return [Part(name, part) for name, part in model.transformer_list if not _is_dropped(part)]


def _named(model: Any) -> list[Part]:
    return [Part(n, part) for n, part in model.named_estimators_.items() if not _is_dropped(part)]


def _stacking(model: Any) -> list[Part]:
    return [*_named(model), Part("final_estimator", model.final_estimator_, reads="parts")]


def _bagging(model: Any) -> list[Part]:
    chosen = zip(model.estimators_, model.estimators_features_, strict=True)
    return [Part(str(n), part, np.asarray(c).tolist()) for n, (part, c) in enumerate(chosen)]


def _several(model: Any) -> list[Part]:
    return [Part(str(n), part) for n, part in enumerate(np.ravel(model.estimators_).tolist())]


def _calibrated(model: Any) -> list[Part]:
    folds = enumerate(model.calibrated_classifiers_)
    return [Part(str(number), fold.estimator) for number, fold in folds]


def _eliminated(model: Any) -> list[Part]:
    return [Part("", model.estimator_, np.flatnonzero(model.support_).tolist())]


def _only(attribute: str) -> Callable[[Any], list[Part]]:
    return lambda model: [Part("", getattr(model, attribute))]


_LEAVES = {"IsolationForest"}  # a BaseBagging, but a forest like the others
_CONTAINERS: dict[str, Callable[[Any], list[Part]]] = {
    "Pipeline": _pipeline,
    "ColumnTransformer": _column_transformer,
    "FeatureUnion": _union,
    "VotingClassifier": _named,
    "VotingRegressor": _named,
    "StackingClassifier": _stacking,
    "StackingRegressor": _stacking,
    "BaseBagging": _bagging,
    "BaseWeightBoosting": _several,
    "OneVsRestClassifier": _several,
    "OneVsOneClassifier": _several,
    "OutputCodeClassifier": _several,
    "_MultiOutputEstimator": _several,
    "CalibratedClassifierCV": _calibrated,
    "RFE": _eliminated,
    "BaseSearchCV": _only("best_estimator_"),
    "TransformedTargetRegressor": _only("regressor_"),
    "BaseThresholdClassifier": _only("estimator_"),
    "SelfTrainingClassifier": _only("estimator_"),
    "FrozenEstimator": _only("estimator"),
}


# --- the way of the columns -------------------------------------------------------------------


class Column(NamedTuple):
    """One column of what flows between two parts."""

    source: int = -1
    """The column of the model's input that it was made from alone; -1 where there is none."""
    back: Callable[[np.ndarray], np.ndarray] = np.asarray
    """From its values to those of the source."""
    obscure: bool = False
    """Code that we don't know stands between: text was text, and of numbers nothing is known."""


class Leaf(NamedTuple):
    """A part without parts, and the columns it reads."""

    model: Any
    columns: list[Column]


def leaves(model: Any, count: int) -> list[Leaf]:
    """Every leaf of a model of `count` input columns (1 for text), in the order of the data."""
    found: list[Leaf] = []
    _walk(model, [Column(number) for number in range(count)], found)
    return found


def _walk(model: Any, columns: list[Column], found: list[Leaf]) -> list[Column]:
    """Add the leaves of `model` to `found`; the columns of its output, [] where not known."""
    columns = _as_many(columns, model)
    inner = parts(model)
    if not inner:
        # Histogram boosting codes its categories in a ColumnTransformer of its own.
        if (coder := getattr(model, "_preprocessor", None)) is not None:
            columns = _walk(coder, columns, found)
        found.append(Leaf(model, columns if is_vectorizer(model) else _clear(columns)))
        return _after(model, columns)
    previous, joined = columns, []
    for part in inner:
        read = {"input": columns, "previous": previous, "parts": []}[part.reads]
        previous = _walk(part.model, _chosen(read, part.columns), found)
        joined += previous
    if hasattr(model, "get_support"):
        return _after(model, columns)
    return previous if inner[-1].reads != "input" or len(inner) == 1 else joined


def _as_many(columns: list[Column], model: Any) -> list[Column]:
    """As many as the model takes: a function of one column may give several, not known which."""
    count = getattr(model, "n_features_in_", len(columns))
    return columns if not columns or count == len(columns) else [Column()] * count


def _chosen(columns: list[Column], chosen: Any) -> list[Column]:
    if chosen is None or not columns:
        return columns
    return [columns[position] for position in np.atleast_1d(chosen).tolist()]


def _clear(columns: list[Column]) -> list[Column]:
    return [Column() if column.obscure else column for column in columns]


def _after(model: Any, columns: list[Column]) -> list[Column]:
    """The columns that a leaf gives: the same, some of them, rescaled ones, or new ones."""
    if isinstance(model, str) or _is_identity(model):
        return columns
    if not columns or not hasattr(model, "transform"):
        return []
    if hasattr(model, "statistics_"):
        return _imputed(model, columns)
    if hasattr(model, "get_support"):
        return [columns[position] for position in np.flatnonzero(model.get_support())]
    if _is_rescaling(model):
        return [_rescaled(model, _clear(columns), number) for number in range(len(columns))]
    if is_custom(model) and len(columns) == 1:
        return [columns[0]._replace(obscure=True)]
    return [Column()] * _width(model)


def _is_identity(model: Any) -> bool:
    return type(model).__name__ == "FunctionTransformer" and model.func is None


def _is_rescaling(model: Any) -> bool:
    """Whether column i of the output comes from column i of the input alone, and can go back."""
    one_to_one = any(cls.__name__ == "OneToOneFeatureMixin" for cls in type(model).__mro__)
    return one_to_one and hasattr(model, "inverse_transform") and not hasattr(model, "categories_")


def _rescaled(model: Any, columns: list[Column], number: int) -> Column:
    def back(values: np.ndarray) -> np.ndarray:
        matrix = np.zeros((len(values), len(columns)))
        matrix[:, number] = values
        original = np.asarray(model.inverse_transform(matrix))[:, number]
        return columns[number].back(original)

    return Column(columns[number].source, back)


def _imputed(model: Any, columns: list[Column]) -> list[Column]:
    """An imputer drops the columns that were empty, and may add indicators."""
    empty = [isinstance(value, float) and np.isnan(value) for value in model.statistics_.tolist()]
    kept = [c for c, gone in zip(columns, empty, strict=True) if not gone]
    indicator = getattr(model, "indicator_", None)
    return kept + [Column()] * (len(indicator.features_) if indicator is not None else 0)


def _width(model: Any) -> int:
    try:
        return len(model.get_feature_names_out())
    except Exception:  # a stranger's transformer may raise anything here
        return 0


# --- kinds of leaves -------------------------------------------------------------------------


def is_vectorizer(model: Any) -> bool:
    """Whether a leaf takes documents of text."""
    return hasattr(model, "build_analyzer")


def is_custom(model: Any) -> bool:
    """Whether a leaf is code that is not scikit-learn's: a function, or another's class."""
    if isinstance(model, str):
        return False
    known = type(model).__module__.startswith("sklearn.")
    return not known or getattr(model, "func", None) is not None
