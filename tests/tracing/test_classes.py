"""Custom classes, objects in closures, and fitted estimators that a function asks."""

import re

import dill
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestRegressor
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from tests.tracing.onnx import refusal, same_in_onnx

ROWS = np.random.default_rng(0).normal(size=(40, 3))


class Ratios(BaseEstimator, TransformerMixin):
    def __init__(self, add=True):
        self.add = add

    def fit(self, X, y=None):
        X = validate_data(self, X)
        self.means_ = X.mean(axis=0)
        return self

    def transform(self, X):
        check_is_fitted(self)
        X = check_array(X)
        ratio = self._ratio(X[:, 0], X[:, 1])
        return np.c_[X, ratio] - np.append(self.means_, 0) if self.add else X

    def _ratio(self, a, b):
        return a / self.positive(b)

    @staticmethod
    def positive(values):
        return np.where(values == 0, 1.0, values)


class Deeper(Ratios):
    def transform(self, X):
        return super().transform(X) * 2


class Wrapping(BaseEstimator, TransformerMixin):
    def __init__(self, inner):
        self.inner = inner

    def fit(self, X, y=None):
        self.inner_ = self.inner.fit(X, X[:, 0])
        return self

    def transform(self, X):
        if hasattr(self.inner_, "transform"):
            return np.hstack([X, self.inner_.transform(X)])
        return np.column_stack([X, self.inner_.predict(X)])


class FitsAgain(Wrapping):
    def transform(self, X):
        return self.inner_.fit_transform(X)


class Cleaner:
    pattern = re.compile("[^a-z ]")

    def __call__(self, texts):
        return [self.pattern.sub("", text.lower()) for text in texts]


class Box:
    def __init__(self, scale):
        self.scale = scale

    def times(self, X):
        return np.asarray(X) * self.scale


@pytest.mark.parametrize("model", [Ratios(), Ratios(add=False), Deeper()], ids=str)
def test_the_transform_of_a_custom_class_is_traced_with_its_helpers(model):
    same_in_onnx(model.fit(ROWS).transform, ROWS)


@pytest.mark.parametrize(
    "inner",
    [StandardScaler(), PCA(2), KMeans(3, n_init=1), RandomForestRegressor(5, random_state=0)],
    ids=lambda inner: type(inner).__name__,
)
def test_an_estimator_inside_a_function_is_converted_as_everywhere_else(inner):
    same_in_onnx(Wrapping(inner).fit(ROWS).transform, ROWS)


WORDS = pd.DataFrame({"size": ["S", "M", "L", "M"] * 6, "colour": ["red", "blue", "red"] * 8})
UNSEEN = {"handle_unknown": "use_encoded_value", "unknown_value": -1}


@pytest.mark.parametrize(
    "encoder",
    [
        OneHotEncoder(sparse_output=False, handle_unknown="ignore"),
        OneHotEncoder(handle_unknown="ignore"),
        OneHotEncoder(drop="first", sparse_output=False),
        OrdinalEncoder(**UNSEEN),
    ],
    ids=str,
)
def test_an_encoder_of_texts_inside_a_function_is_converted(encoder):
    encoder.fit(WORDS)

    def encoded(X):
        codes = encoder.transform(X)
        return codes.toarray() if hasattr(codes, "toarray") else codes

    same_in_onnx(encoded, WORDS)


def test_an_encoder_of_labels_inside_a_function_is_a_lookup():
    sizes = LabelEncoder().fit(WORDS["size"])
    expression = same_in_onnx(lambda X: X.assign(size=sizes.transform(X["size"]))[["size"]], WORDS)
    assert "lookup" in repr(expression.outputs[0])


def test_an_estimator_that_is_fitted_to_the_batch_mixes_rows():
    model = FitsAgain(StandardScaler()).fit(ROWS)
    assert refusal(model.transform, ROWS) == "function.mixes-rows"


def test_an_object_in_a_closure_is_traced():
    box = Box(3.0)
    same_in_onnx(lambda X: box.times(X) + 1, ROWS)


def test_a_pattern_that_a_class_holds_is_recorded():
    same_in_onnx(Cleaner(), ["Good day 7", "ABC", "x-y"] * 9)


def test_a_copy_by_dill_is_traced_without_what_scikit_learn_put_around_it():
    script = {"__name__": "__main__", "np": np, "BaseEstimator": BaseEstimator}
    exec(
        "class Cap(TransformerMixin, BaseEstimator):\n"
        "    def fit(self, X, y=None):\n"
        "        self.high_ = X.max(axis=0) * 0.8\n"
        "        return self\n"
        "    def transform(self, X): return np.minimum(X, self.high_)\n",
        script | {"TransformerMixin": TransformerMixin},
        script,
    )
    copy = dill.loads(dill.dumps(script["Cap"]().fit(ROWS), recurse=True))
    assert type(copy) is not script["Cap"]
    same_in_onnx(copy.transform, ROWS)
