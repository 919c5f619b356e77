"""Pipelines as people write them, by JPMML-Evaluator: columns of every kind, then any model."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    AdaBoostClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeRegressor

from converter.compare import Tolerance
from tests.cases_pmml import as_rows, convert, parity, refusal

RNG = np.random.default_rng(0)
N = 150
FRAME = pd.DataFrame(
    {
        "age": np.where(RNG.random(N) < 0.1, np.nan, RNG.normal(40, 10, N)),
        "visits": RNG.integers(0, 6, N).astype(float),
        "city": RNG.choice(["lima", "oslo", "rome", "bern"], N, p=[0.5, 0.3, 0.15, 0.05]),
        "plan": RNG.choice(["basic", "gold", "pro"], N),
    }
)
AMOUNT = FRAME["age"].fillna(40) / 10 + FRAME["visits"] + 2 * (FRAME["city"] == "oslo")
KIND = np.array(["low", "mid", "top"])[np.digitize(AMOUNT, [6, 8])]
SEVERAL = np.c_[AMOUNT, AMOUNT**2]
CLOSE = Tolerance(rtol=1e-9, atol=1e-12)


def _given() -> pd.DataFrame:
    """Rows of fit; then some without a category, with another, and beside a tree's thresholds."""
    missing, other, beside = FRAME[:20].copy(), FRAME[:20].copy(), FRAME[:20].copy()
    missing.loc[::2, "city"] = None
    missing.loc[1::2, "plan"] = None
    other["city"] = "elsewhere"
    beside["visits"] = np.nextafter(np.arange(20) % 5 + 0.5, 9.0)
    return pd.concat([FRAME, missing, other, beside], ignore_index=True).astype({"city": object})


GIVEN = _given()


def columns(encoder=None, numbers=None):
    """What is before most models: numbers filled and scaled, categories encoded."""
    return ColumnTransformer(
        [
            (
                "numbers",
                numbers or make_pipeline(SimpleImputer(), StandardScaler()),
                ["age", "visits"],
            ),
            ("kinds", encoder or OneHotEncoder(handle_unknown="ignore"), ["city", "plan"]),
        ]
    )


DENSE = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
FOREST = RandomForestClassifier(4, max_depth=4, random_state=0)
BOOSTED = GradientBoostingClassifier(n_estimators=2, random_state=0)
NETWORK = MLPRegressor(hidden_layer_sizes=(3,), max_iter=20, random_state=0)
REGRESSORS = [
    ("line", make_pipeline(columns(), Ridge())),
    ("forest", make_pipeline(columns(), RandomForestRegressor(4, max_depth=4, random_state=0))),
]
CLASSIFIERS = [
    ("line", make_pipeline(columns(), LogisticRegression())),
    ("forest", make_pipeline(columns(), FOREST)),
]

CASES = {
    "categories before a line": (make_pipeline(columns(), LogisticRegression()), KIND),
    "before a forest": (make_pipeline(columns(), FOREST), KIND),
    "before boosted trees": (
        make_pipeline(columns(), BOOSTED),
        KIND,
    ),
    "before a network": (
        make_pipeline(columns(), MLPClassifier((4,), max_iter=20, random_state=0)),
        KIND,
    ),
    "before components": (make_pipeline(columns(DENSE), PCA(3), LogisticRegression()), KIND),
    "before normal distributions": (make_pipeline(columns(DENSE), GaussianNB()), KIND),
    "rare ones gathered": (
        make_pipeline(
            columns(OneHotEncoder(min_frequency=30, handle_unknown="infrequent_if_exist")),
            LogisticRegression(),
        ),
        KIND,
    ),
    "at most so many, before a forest": (
        make_pipeline(columns(OneHotEncoder(max_categories=2, handle_unknown="ignore")), FOREST),
        KIND,
    ),
    "rare ones, numbered": (make_pipeline(columns(OrdinalEncoder(min_frequency=30)), FOREST), KIND),
    "unknown ones numbered": (
        make_pipeline(
            columns(OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)), FOREST
        ),
        KIND,
    ),
    "unknown ones missing": (
        make_pipeline(
            columns(
                OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan),
                "passthrough",
            ),
            HistGradientBoostingClassifier(max_iter=3, categorical_features=[2, 3]),
        ),
        KIND,
    ),
    "bins": (
        make_pipeline(
            columns(numbers=make_pipeline(SimpleImputer(), KBinsDiscretizer(4))),
            LogisticRegression(),
        ),
        KIND,
    ),
    "marked gaps before a forest": (
        make_pipeline(columns(numbers=SimpleImputer(add_indicator=True)), FOREST),
        KIND,
    ),
    "pipelines that vote": (VotingClassifier(CLASSIFIERS), KIND),
    "whose likelihoods are averaged": (VotingClassifier(CLASSIFIERS, voting="soft"), KIND),
    "whose numbers are averaged": (VotingRegressor(REGRESSORS), AMOUNT),
    "pipelines below another model": (StackingRegressor(REGRESSORS, cv=2), AMOUNT),
    "those of classes": (StackingClassifier(CLASSIFIERS, cv=2), KIND),
    "a line and a forest after the columns": (
        make_pipeline(
            columns(),
            StackingClassifier([("line", LogisticRegression()), ("forest", FOREST)], cv=2),
        ),
        KIND,
    ),
    "boosted trees below another model": (
        make_pipeline(columns(), StackingClassifier([("boosted", BOOSTED)], cv=2)),
        KIND,
    ),
    "decisions below another model": (
        StackingClassifier([("margin", make_pipeline(columns(), LinearSVC(random_state=0)))], cv=2),
        KIND,
    ),
    "decisions beside likelihoods": (
        make_pipeline(
            columns(),
            StackingClassifier([("near", SVC()), ("boosted", BOOSTED)], cv=2, passthrough=True),
        ),
        KIND,
    ),
    "decisions of two classes": (
        make_pipeline(
            columns(),
            StackingClassifier(
                [("forest", FOREST), ("near", SVC()), ("line", RidgeClassifier())], cv=2
            ),
        ),
        KIND == "low",
    ),
    "stumps that vote on three classes": (
        make_pipeline(columns(), AdaBoostClassifier(n_estimators=5, random_state=0)),
        KIND,
    ),
    "a target that was scaled": (
        TransformedTargetRegressor(make_pipeline(columns(), NETWORK), transformer=StandardScaler()),
        AMOUNT,
    ),
    "one within bounds": (
        TransformedTargetRegressor(REGRESSORS[1][1], transformer=MinMaxScaler()),
        AMOUNT,
    ),
    "counts": (
        make_pipeline(columns(), HistGradientBoostingRegressor(max_iter=3, loss="poisson")),
        AMOUNT.round(),
    ),
    "boosting that begins with a tree": (
        make_pipeline(
            columns(),
            GradientBoostingRegressor(n_estimators=3, init=DecisionTreeRegressor(max_depth=2)),
        ),
        AMOUNT,
    ),
    "a tree of several numbers": (
        make_pipeline(columns(), RandomForestRegressor(3, max_depth=4, random_state=0)),
        SEVERAL,
    ),
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", CASES)
def test_the_document_answers_as_the_pipeline_does(name):
    model, target = CASES[name]
    model = clone(model).fit(FRAME, target)
    found = parity(model, convert(model, GIVEN), as_rows(GIVEN), CLOSE)
    assert found.passed, found
    assert found.rows > N


REFUSED = {
    "decisions that no terms say": StackingClassifier(
        [("near", make_pipeline(StandardScaler(), OneVsRestClassifier(SVC())))], cv=2
    ),
    "boosting that begins with a line": GradientBoostingRegressor(n_estimators=2, init=Ridge()),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_chain_cannot_say_is_refused(name):
    rows = FRAME[["visits"]]
    target = KIND if name.startswith("decisions") else AMOUNT
    assert refusal(clone(REFUSED[name]).fit(rows, target), rows).reasons[0].code == "pmml.library"
