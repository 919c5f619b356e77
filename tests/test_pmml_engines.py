"""What JPMML-Evaluator and PMML4S make of the same document."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestRegressor, StackingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.tree import DecisionTreeRegressor

from adapters.to_pmml.java import second
from adapters.to_pmml.score import gathered, score
from converter.values import Field
from converter.worker.watching import watch
from tests.cases_pmml import TIGHT, as_rows, convert, parity

PMML = "{http://www.dmg.org/PMML-4_4}"
RNG = np.random.default_rng(0)
N = 100
TABLE = pd.DataFrame(
    {
        "member": RNG.random(N) < 0.5,
        "staff": RNG.random(N) < 0.3,
        "spent": RNG.normal(size=N),
        "city": RNG.choice(["Bern", "Rome"], N).astype(object),
    }
)
TARGET = 2 * TABLE["spent"] + TABLE["member"]
NUMBERS = ["member", "staff", "spent"]
BOTH = {"a": LinearRegression(), "b": DecisionTreeRegressor(max_depth=4)}
REST = {"remainder": "passthrough"}

TRUTHS = {
    "a line": (LinearRegression(), NUMBERS),
    "truth values alone": (LinearRegression(), NUMBERS[:2]),
    "classes": (make_pipeline(StandardScaler(), LogisticRegression()), NUMBERS),
    "a forest": (RandomForestRegressor(3, max_depth=4, random_state=0), NUMBERS),
    "a stack": (StackingRegressor(list(BOTH.items())), NUMBERS),
    "clusters": (KMeans(4, n_init=2, random_state=0), NUMBERS),
    "neighbours": (KNeighborsRegressor(3), NUMBERS),
    "neurons": (MLPRegressor(hidden_layer_sizes=3, solver="lbfgs", max_iter=9), NUMBERS),
    "terms of ours": (make_pipeline(PolynomialFeatures(), LinearRegression()), NUMBERS),
    "bins of ours": (
        make_pipeline(KBinsDiscretizer(2, strategy="uniform"), LinearRegression()),
        NUMBERS,
    ),
    "as a category": (
        make_pipeline(
            make_column_transformer((OneHotEncoder(), ["member", "city"]), **REST),
            LinearRegression(),
        ),
        ["member", "spent", "city"],
    ),
    "as a numbered category": (
        make_pipeline(
            make_column_transformer((OrdinalEncoder(), ["member", "city"]), **REST),
            DecisionTreeRegressor(),
        ),
        ["member", "spent", "city"],
    ),
    "a transformer": (StandardScaler(), NUMBERS),
}
"""What reads truth values, and the columns that it is fitted on."""


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", TRUTHS)
def test_truth_values_are_such_and_are_read_right_by_both_engines(name):
    model, columns = TRUTHS[name]
    target = TARGET > 1 if hasattr(model, "predict_proba") else TARGET
    rows = TABLE[columns]
    written = convert(model.fit(rows, target), rows)
    assert {field.get("dataType") for field in _fields(written, "member")} == {"boolean"}
    for engine in (score, second.score):
        assert parity(model, written, as_rows(rows), TIGHT, engine).passed, engine.__module__


def test_what_fills_a_gap_is_a_number_and_no_truth_value():
    model = make_pipeline(SimpleImputer(), LinearRegression()).fit(TABLE[NUMBERS], TARGET)
    written = convert(model, TABLE[NUMBERS])
    [counted] = [
        field
        for field in ElementTree.fromstring(written.text).iter(f"{PMML}NormDiscrete")
        if field.get("field") == "member"
    ]
    assert float(counted.get("mapMissingTo")) == TABLE["member"].mean()
    taken = ElementTree.fromstring(written.text).iter(f"{PMML}MiningField")
    assert [f.get("missingValueReplacement") for f in taken if f.get("name") == "member"] == [None]


def _fields(written, name):
    fields = ElementTree.fromstring(written.text).iter(f"{PMML}DataField")
    return [field for field in fields if field.get("name") == name]


UNANSWERED = {
    "truth values": ("bool", [True, None, False], ["True", None, "False"]),
    "whole numbers": ("int64", [3, None, 4.0], ["3", None, "4"]),
    "texts": ("string", ["a", None, "b"], ["a", None, "b"]),
}


@pytest.mark.parametrize("name", UNANSWERED)
def test_labels_stay_labels_where_an_engine_has_none_for_some_row(name):
    dtype, given, wanted = UNANSWERED[name]
    fields = (Field(name="predict", dtype=dtype),)
    assert gathered({"predict": given}, fields, 3)["predict"].tolist() == wanted


def test_labels_of_several_targets_are_of_one_type():
    fields = (Field(name="predict", dtype="int64", shape=(2,)),)
    found = gathered({"predict_0": [1, 2], "predict_1": [None, 3]}, fields, 2)
    assert found["predict"].tolist() == [["1", None], ["2", "3"]]


def test_the_fields_of_a_function_are_called_as_its_columns_are():
    rows = TABLE[["spent", "member"]]
    model = make_pipeline(FunctionTransformer(_features), LinearRegression()).fit(rows, TARGET)
    written = convert(model, rows, watch(model, rows))
    assert parity(model, written, as_rows(rows), TIGHT).passed
    read = ElementTree.fromstring(written.text).iter(f"{PMML}NumericPredictor")
    assert [field.get("name") for field in read] == [
        "functiontransformer#0.twice",
        "functiontransformer#0.if a member",
    ]


def _features(table):
    spent = np.where(table["member"], table["spent"], 0.0)
    return pd.DataFrame({"twice": 2 * table["spent"], "if a member": spent})
