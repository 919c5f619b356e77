"""A sample as its author would use it: in a pipeline, with the step that its result calls for."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from tests.corpora import Sample


def rows(sample: Sample, seed: int) -> Any:
    """The rows that the model of a sample takes: those given, a Series as a frame of one column."""
    given = sample.given(seed)
    return given.to_frame() if isinstance(given, pd.Series) else given


def fitted(sample: Sample) -> Any:
    """A pipeline of the sample, fitted to its rows of seed 0.

    Text that comes out of the function is counted or one-hot encoded by a further step, and dates
    are dropped; numbers out of a class of one's own are scaled, as a pipeline does not take one
    that learns nothing for fitted. A function of a Series stands in a ColumnTransformer, which
    hands it one.
    """
    given = sample.given(0)
    target = np.linspace(1, 9, _count(given)).round(sample.name == "Nearest")
    line = _line(sample, given, target)
    if isinstance(given, pd.Series):
        line = ColumnTransformer([("of_series", line, given.name)])
    return line.fit(rows(sample, 0), target)


def _line(sample: Sample, given: Any, target: Any) -> Pipeline:
    steps = [("function", _held(sample))]
    if sample.before is not None:
        steps.insert(0, ("before", sample.before()))
    if not hasattr(steps[-1][1], "predict"):
        gave = Pipeline([(n, clone(s)) for n, s in steps]).fit_transform(given, target)
        steps += _after(gave) or _scaled(sample)
    return Pipeline(steps)


def _held(sample: Sample) -> Any:
    if hasattr(sample.function, "fit"):
        return clone(sample.function)
    return FunctionTransformer(sample.function, kw_args=dict(sample.kw_args) or None)


def _after(gave: Any) -> list[tuple[str, Any]]:
    """What stands behind a function that gives this."""
    if isinstance(gave, pd.DataFrame):
        return [("columns", _by_type(gave))] if _is_mixed(gave) else []
    if hasattr(gave, "toarray") or np.asarray(gave).dtype.kind not in "OU":
        return []
    if np.ndim(gave) == 1:
        return [("words", CountVectorizer())]
    return [("codes", OneHotEncoder(handle_unknown="ignore", sparse_output=False))]


def _scaled(sample: Sample) -> list[tuple[str, Any]]:
    return [("scale", StandardScaler())] if hasattr(sample.function, "fit") else []


def _is_mixed(frame: pd.DataFrame) -> bool:
    return not all(pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes)


def _by_type(frame: pd.DataFrame) -> ColumnTransformer:
    numbers = list(frame.select_dtypes(["number", "bool"]).columns)
    texts = list(frame.select_dtypes(["object", "str", "category"]).columns)
    codes = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer([("texts", codes, texts), ("numbers", "passthrough", numbers)])


def _count(given: Any) -> int:
    """Of its rows; a sparse matrix has no length."""
    return given.shape[0] if hasattr(given, "shape") else len(given)
