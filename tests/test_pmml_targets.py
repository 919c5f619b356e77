"""Regressors of transformed targets in PMML: answers taken back by functions and scalers."""

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import RandomForestRegressor, VotingRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, QuantileTransformer, StandardScaler
from sklearn.svm import SVR

from adapters.to_pmml.java import second
from adapters.to_pmml.score import score
from converter.values import Refusal
from converter.worker.watching import watch
from tests.cases_pmml import TIGHT, as_rows, attempt, convert, parity

X = np.random.default_rng(0).normal(size=(80, 3))
TARGET = np.exp(X @ [0.5, 0.2, 0.1])
FOREST = RandomForestRegressor(3, random_state=0)
LOGS = {"func": np.log1p, "inverse_func": np.expm1}


def thrice(y):
    return 3 * y


def a_third(y):
    return y / 3


def of(regressor, **options):
    return TransformedTargetRegressor(regressor, **options)


CONVERTED = {
    "logarithms": of(LinearRegression(), **LOGS),
    "other logarithms": of(Ridge(), func=np.log, inverse_func=np.exp),
    "roots": of(LinearRegression(), func=np.sqrt, inverse_func=np.square),
    "functions of one's own": of(Ridge(), func=a_third, inverse_func=thrice),
    "functions that are no inverses": of(
        Ridge(), func=np.log, inverse_func=lambda y: np.maximum(y, 0.5), check_inverse=False
    ),
    "a forest": of(FOREST, **LOGS),
    "a pipeline inside": of(make_pipeline(StandardScaler(), SVR()), **LOGS),
    "inside a pipeline": make_pipeline(StandardScaler(), of(Ridge(), **LOGS)),
    "inside a search": GridSearchCV(of(Ridge(), **LOGS), {"regressor__alpha": [1, 2]}, cv=2),
    "inside a vote": VotingRegressor([("a", of(Ridge(), **LOGS)), ("b", Ridge())]),
    "a scaler, of a line": of(Ridge(), transformer=StandardScaler()),
    "a scaler, of a forest": of(FOREST, transformer=StandardScaler()),
    "a scaler to a range": of(FOREST, transformer=MinMaxScaler()),
}
REFUSED = {
    "several targets": (
        of(MultiOutputRegressor(Ridge()), **LOGS),
        "a TransformedTargetRegressor of several targets; fit one for each",
    ),
    "another transformer": (
        of(Ridge(), transformer=QuantileTransformer(n_quantiles=9)),
        "the inverse of the target's transformer QuantileTransformer; give func and inverse_func, "
        "a StandardScaler or a MinMaxScaler",
    ),
}


@pytest.mark.parametrize("name", CONVERTED)
def test_answers_are_taken_back_in_both_engines(name):
    model = CONVERTED[name].fit(X, TARGET)
    written = convert(model, X, watch(model, X))
    for engine in (score, second.score):
        assert parity(model, written, as_rows(X), TIGHT, engine).passed, engine.__module__


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_said(name):
    model, message = REFUSED[name]
    model.fit(X, np.c_[TARGET, TARGET] if "several" in name else TARGET)
    _, refused = attempt(model, X, watch(model, X))
    assert isinstance(refused, Refusal)
    assert [reason.message for reason in refused.reasons] == [message]
