"""Predictors of classes of one's own, in PMML: their labels, numbers and scores; and refusals."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from converter.values import Refusal
from converter.worker.watching import watch
from tests.cases_pmml import TIGHT, as_rows, attempt, convert, parity

X = np.random.default_rng(0).normal(size=(60, 3))
Y = np.digitize(X[:, 0], [-0.5, 0.5])
FRAME = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "c": np.where(Y > 0, "x", "z")})


class Sum(RegressorMixin, BaseEstimator):
    def fit(self, X, y):
        self.weight_ = 2.0
        return self

    def predict(self, X):
        return X[:, 0] * self.weight_ + X[:, 1]


class Count(Sum):
    def predict(self, X):
        return (X[:, 0] > 0).astype(int) + 3


class Two(Sum):
    def predict(self, X):
        return X[:, :2] * 2.0


class Columns(Sum):
    def fit(self, X, y):
        self.feature_names_in_, self.n_features_in_ = np.array(X.columns, dtype=object), 3
        return self

    def predict(self, X):
        return np.where(X["c"] == "x", X["a"] * 2.0, X["b"])


class Intervals(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return self.classes_[np.digitize(X[:, 0], [-0.5, 0.5])]


class Rule(Intervals):
    def predict(self, X):
        return np.where(X[:, 0] > 0.1, "big", "small")


class Truth(Intervals):
    def predict(self, X):
        return X[:, 0] > 0.1


class Cautious(Intervals):
    """Decides otherwise than by the larger likelihood."""

    def decision_function(self, X):
        return X[:, 0] * 2 - 1

    def predict_proba(self, X):
        second = 1 / (1 + np.exp(-self.decision_function(X)))
        return np.column_stack([1 - second, second])

    def predict(self, X):
        return np.where(self.decision_function(X) > 0.8, 1, 0)


class Guessing(Cautious):
    def predict_proba(self, X):
        second = np.random.default_rng().random(len(X))
        return np.column_stack([1 - second, second])


class Nameless(Rule):
    def fit(self, X, y):
        self.fitted_ = True
        return self


LETTERS = np.array(["p", "q", "r"])[Y]
PREDICTORS = {
    "a number": (Sum(), X, Y),
    "a whole number": (Count(), X, Y),
    "two numbers": (Two(), X, np.c_[Y, Y]),
    "columns of a frame": (Columns(), FRAME, Y),
    "three labels": (Intervals(), X, Y),
    "three texts": (Intervals(), X, LETTERS),
    "two texts": (Rule(), X, np.where(Y > 0, "big", "small")),
    "truth values": (Truth(), X, Y > 0),
    "labels and their scores": (Cautious(), X, (Y > 0).astype(int)),
    "the last of a pipeline": (make_pipeline(StandardScaler(), Intervals()), X, LETTERS),
    "one of those that vote": (VotingRegressor([("a", Sum()), ("b", Ridge())]), X, Y),
}


@pytest.mark.parametrize("name", PREDICTORS)
def test_a_predictor_of_ones_own_class_answers_as_it_does(name):
    est, rows, y = PREDICTORS[name]
    model = est.fit(rows, y)
    written = convert(model, rows, watch(model, rows))
    assert written.artifact.left_out == ()
    found = parity(model, written, as_rows(rows), TIGHT)
    assert found.passed, found


def test_scores_that_cannot_be_traced_are_left_out_alone():
    model = Guessing().fit(X, (Y > 0).astype(int))
    written = convert(model, X, watch(model, X))
    assert written.artifact.left_out == ("predict_proba",)
    assert "probability" not in written.text
    found = parity(model, written, as_rows(X), TIGHT)
    assert found.passed, found


REFUSED = {
    "texts that `classes_` does not list": Nameless(),
    "labels that others count": VotingClassifier([("a", Intervals()), ("b", Intervals())]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_labels_of_ones_own_class_are_refused(name):
    model = REFUSED[name].fit(X, Y)
    _, refused = attempt(model, X, watch(model, X))
    assert isinstance(refused, Refusal)
    assert "labels of " in refused.reasons[0].message
