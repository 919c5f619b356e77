"""Tables as companies have them, in PMML: columns without use, categories missing or new."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestRegressor,
    VotingRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

import mlconvert
from mlconvert import Outcome

RNG = np.random.default_rng(0)
TABLE = pd.DataFrame(
    {
        "plan": RNG.choice(["basic", "plus", "pro"], 200).astype(object),
        "calls": RNG.integers(0, 40, 200).astype(float),
        "usage": RNG.normal(size=200),
    }
)
GAPS = TABLE.assign(
    calls=TABLE["calls"].where(TABLE.index % 7 > 0), plan=TABLE["plan"].where(TABLE.index % 9 > 0)
)
TARGET = TABLE["calls"] + 10 * (TABLE["plan"] == "pro")
FRESH = TABLE.head(6).assign(plan=[None, "gold", "pro", np.nan, "basic", "plus"])
PLANS = (OneHotEncoder(handle_unknown="ignore"), ["plan"])
CODES = OrdinalEncoder(
    handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
)
COLUMNS = make_column_transformer(PLANS, ("passthrough", ["calls"]))
KINDS = {"a": GradientBoostingRegressor(n_estimators=3), "b": LinearRegression()}

MODELS = {
    "one column of three": (make_column_transformer((StandardScaler(), ["calls"])), TABLE),
    "the columns in another order": (
        make_column_transformer((StandardScaler(), ["usage"]), PLANS),
        TABLE,
    ),
    "gaps marked, of columns that have any": (
        make_column_transformer(
            (make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), ["calls", "usage"])
        ),
        GAPS,
    ),
    "a number for a missing category": (
        make_column_transformer((CODES, ["plan"]), (SimpleImputer(), ["calls"])),
        GAPS,
    ),
}
BEHIND = {
    "boosting": GradientBoostingRegressor(n_estimators=5),
    "boosted classes": GradientBoostingClassifier(n_estimators=5),
    "AdaBoost": AdaBoostRegressor(n_estimators=5, random_state=0),
    "AdaBoost of classes": AdaBoostClassifier(n_estimators=5, random_state=0),
    "a forest": RandomForestRegressor(5, random_state=0),
    "boosting inside a vote": VotingRegressor(list(KINDS.items())),
}


@pytest.fixture(scope="module")
def session():
    with mlconvert.session() as session:
        yield session


def same(session, model, table, folder):
    """Converted on the rows of `table`, and the same on rows that the proof has not seen."""
    verdict = session.convert(model, to="pmml", data=table, output=folder / "m.pmml")
    assert verdict.outcome is Outcome.ARTIFACT, verdict.attempts
    found = mlconvert.predict(folder / "m.pmml", FRESH).outputs["predict"]
    expected = model.predict(FRESH)
    if expected.dtype.kind == "f":
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    else:
        assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("name", MODELS)
def test_what_columns_become_is_kept(session, name, tmp_path):
    columns, table = MODELS[name]
    same(session, make_pipeline(columns, LinearRegression()).fit(table, TARGET), table, tmp_path)


@pytest.mark.parametrize("name", BEHIND)
def test_a_category_that_is_missing_or_new_is_answered(session, name, tmp_path):
    classifies = hasattr(BEHIND[name], "predict_proba")
    target = TARGET > 20 if classifies else TARGET
    same(session, make_pipeline(COLUMNS, BEHIND[name]).fit(TABLE, target), TABLE, tmp_path)
