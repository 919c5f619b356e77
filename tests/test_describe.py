"""Describe: the schema of a fitted model, from what it holds and from what it gives."""

import os

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import DBSCAN
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import BaggingClassifier, HistGradientBoostingClassifier
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.feature_selection import RFE
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from converter.errors import UsageError
from converter.rows.dates import Zoned
from converter.worker.describe import describe
from converter.worker.model_input import to_model_input
from converter.worker.steps import steps
from tests.fitted import FRAME, MODELS, X, Y, search


def outputs(schema):
    return [(field.name, field.dtype, field.shape) for field in schema.outputs]


LABELS = ("predict", "int64", ())
PROBA = ("predict_proba", "float64", (3,))
DECISION = ("decision_function", "float64", (3,))
TWO = [("predict_proba", "float64", (2,)), ("decision_function", "float64", ())]

SCHEMAS = {
    "churn": ("frame", [("predict", "string", ()), *TWO]),
    "tfidf": ("text", [("predict", "string", ()), *TWO]),
    "union": ("text", [("predict", "string", ()), *TWO]),
    "forest": ("matrix", [LABELS, PROBA]),
    "boosting": ("matrix", [LABELS, PROBA, DECISION]),
    "search": ("matrix", [LABELS, PROBA, DECISION]),
    "voting": ("matrix", [LABELS, PROBA]),
    "stacking": ("matrix", [("predict", "float64", ())]),
    "svc": ("matrix", [("predict", "bool", ()), ("decision_function", "float64", ())]),
    "kmeans": ("matrix", [("predict", "int32", ()), ("transform", "float64", (3,))]),
    "isolation": (
        "matrix",
        [LABELS, ("decision_function", "float64", ()), ("score_samples", "float64", ())],
    ),
    "multi": (
        "matrix",
        [
            ("predict", "int64", (2,)),
            ("predict_proba_0", "float64", (3,)),
            ("predict_proba_1", "float64", (2,)),
        ],
    ),
    "counts": ("matrix", [("predict", "bool", ()), ("predict_proba", "float64", (2,))]),
    "categories": ("matrix", [("predict", "bool", ()), ("predict_proba", "float64", (2,))]),
    "box_cox": ("matrix", [("transform", "float64", (4,))]),
    "text_matrix": ("matrix", [LABELS, *TWO]),
    "coded_floats": ("matrix", [("predict", "bool", ()), *TWO]),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema(name):
    schema = describe(MODELS[name]())
    assert (schema.kind, outputs(schema)) == SCHEMAS[name]


def test_every_model_of_the_table_is_described():
    assert SCHEMAS.keys() == MODELS.keys()


def test_columns_of_a_frame_come_in_their_own_dtypes_without_those_the_model_drops():
    fields = {field.name: field.dtype for field in describe(MODELS["churn"]()).inputs}
    assert fields == {
        "age": "float64",
        "city": "string",
        "tier": "int64",
        "member": "bool",
        "note": "string",
        "visits": "float64",
    }


def test_a_sample_settles_what_the_model_leaves_open_and_nothing_else():
    sample = {"visits": np.array([1, 2]), "tier": np.array(["1", "2"], object)}
    fields = {field.name: field.dtype for field in describe(MODELS["churn"](), sample).inputs}
    assert (fields["visits"], fields["tier"]) == ("int64", "int64")


def test_matrices_are_of_floats_unless_an_encoder_knows_text():
    dtypes = {name: describe(MODELS[name]()).inputs[0].dtype for name in ("forest", "text_matrix")}
    assert dtypes == {"forest": "float64", "text_matrix": "string"}


def test_outputs_are_named_after_classes_features_and_targets():
    named = {f.name: f.columns for f in describe(MODELS["multi"]()).outputs}
    assert named["predict_proba_0"] == ("0", "1", "2")
    assert named["predict_proba_1"] == ("0", "1")
    assert describe(MODELS["kmeans"]()).outputs[1].columns == ("kmeans0", "kmeans1", "kmeans2")


def test_text_behind_any_way_of_choosing_columns_is_found():
    filled = FRAME.fillna({"city": "?"})
    for columns in (["city"], [2], slice("city", "city"), make_column_selector("city")):
        chosen = ColumnTransformer([("c", OneHotEncoder(), columns)]).fit(filled)
        [field] = describe(chosen).inputs
        assert (field.name, field.dtype) == ("city", "string")


def test_columns_dropped_by_feature_elimination_are_still_asked_for():
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = RFE(LogisticRegression(max_iter=500), n_features_to_select=2).fit(frame, Y)
    assert [field.name for field in describe(model).inputs] == list("abcd")


def test_a_model_that_tells_nothing_is_given_the_frame_of_the_sample():
    model = FunctionTransformer(lambda frame: frame["age"].to_numpy().reshape(-1, 1) * 2)
    sample = {"age": np.array([1.0, 2.0]), "city": np.array(["a", None], object)}
    schema = describe(model, sample)
    assert [(f.name, f.dtype) for f in schema.inputs] == [("age", "float64"), ("city", "string")]
    assert outputs(schema) == [("transform", "float64", (1,))]


def test_histogram_boosting_on_categories_takes_text():
    frame = FRAME[["age", "city"]].astype({"city": "category"})
    model = HistGradientBoostingClassifier(max_iter=3, categorical_features="from_dtype")
    schema = describe(model.fit(frame, FRAME["member"]))
    assert [(f.name, f.dtype) for f in schema.inputs] == [("age", "float64"), ("city", "string")]
    rows = {"age": FRAME["age"].to_numpy(), "city": FRAME["city"].to_numpy(object)}
    given = to_model_input(rows, schema, model)
    np.testing.assert_array_equal(model.predict_proba(given), model.predict_proba(frame))


def test_bagging_over_some_columns_is_described():
    model = BaggingClassifier(LogisticRegression(), 3, max_features=0.5).fit(X, Y)
    assert outputs(describe(model)) == [LABELS, PROBA, DECISION]


def refuse_everything(_):
    raise RuntimeError("not today\nor ever")


def reads_a_variable(X):
    return X * float(os.environ["NOT_SET_ANYWHERE"])


REFUSED = {
    "an unset variable": (
        lambda: FunctionTransformer(reads_a_variable).fit(X),
        "It reads NOT_SET_ANYWHERE of the environment, which is not set here",
    ),
    "transductive": (lambda: DBSCAN().fit(X), "DBSCAN can neither predict nor transform new rows."),
    "not fitted": (lambda: ColumnTransformer([]), "ColumnTransformer is not fitted ("),
    "too wide": (HashingVectorizer, "gives 1048576 numbers for a row"),
    "unknown width": (lambda: FunctionTransformer(np.abs), "does not tell how many columns"),
    "raises": (
        lambda: make_pipeline(StandardScaler().fit(X), FunctionTransformer(refuse_everything)),
        "The model raises on every row that was tried (RuntimeError: not today).",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_one_sentence(name):
    make, said = REFUSED[name]
    with pytest.raises(UsageError) as raised:
        describe(make())
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


# --- dates ------------------------------------------------------------------------------------


def year(frame):
    """Raises on text."""
    return frame["when"].dt.year.to_numpy().reshape(-1, 1)


def parsed_year(frame):
    """Answers to text and to dates."""
    return pd.to_datetime(frame["when"]).dt.year.to_numpy().reshape(-1, 1)


def length(frame):
    """Raises on dates."""
    return frame["when"].str.len().to_numpy().reshape(-1, 1)


def length_and_year(frame):
    return np.stack([frame["text"].str.len(), frame["when"].dt.year], axis=1)


DAYS = np.array(["2024-01-31", "2023-12-31", None], object)
DATES = {
    "dates of microseconds": (year, np.array(["2024-01-31"], "M8[us]"), ("datetime", "us")),
    "dates of nanoseconds": (year, np.array(["2024-01-31"], "M8[ns]"), ("datetime", "ns")),
    "missing dates": (year, np.array(["NaT", "2024-01-31"], "M8[ms]"), ("datetime", "ms")),
    "whole days": (year, np.array(["2024-01-31"], "M8[D]"), ("datetime", "us")),
    "text, and the model raises on it": (year, DAYS, ("datetime", "us")),
    "text of nanoseconds": (
        year,
        np.array(["2024-01-31T13:45:01.123456789"], object),
        ("datetime", "ns"),
    ),
    "text that the model parses": (parsed_year, DAYS, ("string", "")),
    "dates that the model would parse": (
        parsed_year,
        np.array(["2024-01-31"], "M8[us]"),
        ("datetime", "us"),
    ),
    "text that the model takes as text": (length, DAYS, ("string", "")),
}
"""A function, a sample of its column, and the dtype and unit that the column then has."""


@pytest.mark.parametrize("name", DATES)
def test_a_column_is_of_dates_where_the_sample_has_them_or_the_model_takes_nothing_else(name):
    function, column, expected = DATES[name]
    if expected == ("datetime", "us") and column.dtype != "M8[us]":
        unit = np.datetime_data(pd.to_datetime(["2024-01-31"]).dtype)[0]
        expected = ("datetime", unit)
    [field] = describe(FunctionTransformer(function), {"when": column}).inputs
    assert (field.dtype, field.unit) == expected


def test_of_several_columns_of_text_those_are_dates_that_must_be():
    sample = {"text": DAYS[:2], "when": DAYS[:2]}
    schema = describe(FunctionTransformer(length_and_year), sample)
    assert [(f.name, f.dtype) for f in schema.inputs] == [("text", "string"), ("when", "datetime")]


def test_a_model_that_raises_on_text_and_on_dates_is_refused_for_what_it_said_of_the_text():
    def neither(frame):
        raise ValueError(str(frame["when"].dtype))

    with pytest.raises(UsageError, match=r"every row that was tried \(ValueError: (str|object)\)"):
        describe(FunctionTransformer(neither), {"when": DAYS})


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_model_is_handed_its_dates_in_the_unit_they_came_in(unit):
    count = FunctionTransformer(lambda f: f["when"].astype("int64").to_numpy().reshape(-1, 1))
    frame = pd.DataFrame({"when": np.array(["2024-01-31T13:45"], f"M8[{unit}]")})
    schema = describe(count, {"when": frame["when"].to_numpy()})
    given = to_model_input({"when": frame["when"].to_numpy().astype("M8[ns]")}, schema, count)
    pd.testing.assert_frame_equal(given, frame)


def test_a_matrix_of_dates_is_one():
    model = FunctionTransformer(lambda X: X.astype("M8[Y]").astype(int))
    sample = {"X": np.array([["2024-01-31", "2023-12-31"]], "M8[s]")}
    schema = describe(model, sample)
    [field] = schema.inputs
    assert (schema.kind, field.dtype, field.unit, field.shape) == ("matrix", "datetime", "s", (2,))
    assert to_model_input({"X": sample["X"].astype("M8[ns]")}, schema, model).dtype == "M8[s]"


def test_a_column_with_a_zone_is_refused_in_one_sentence():
    sample = {"when": np.array([None, Zoned("2024-01-31 13:45:00Z")], object)}
    with pytest.raises(UsageError, match="The column 'when' has a time zone") as raised:
        describe(FunctionTransformer(year), sample)
    assert "tz_localize(None)" in str(raised.value)


# --- what the model is given ------------------------------------------------------------------


def test_missing_text_reaches_the_model_as_it_was_trained():
    for marker in (None, np.nan):
        column = pd.Series(["a", marker, "b"] * 3, dtype=object)
        model = OneHotEncoder().fit(pd.DataFrame({"c": column}))
        schema = describe(model)
        rows = {"c": np.array(["a", None], object)}
        given = to_model_input(rows, schema, model)
        assert model.transform(given).toarray().sum() == 2


def test_a_frame_has_every_column_of_training_in_its_order():
    model = MODELS["churn"]()
    schema = describe(model)
    rows = {
        f.name: FRAME[f.name].to_numpy(object if f.dtype == "string" else None)
        for f in schema.inputs
    }
    given = to_model_input(rows, schema, model)
    assert list(given.columns) == list(FRAME.columns)
    assert (model.predict(given) == model.predict(FRAME)).all()


# --- the steps between ------------------------------------------------------------------------


def test_steps_are_addressed_in_the_order_of_the_data():
    model = MODELS["churn"]()
    rows = {
        f.name: FRAME[f.name].to_numpy(object if f.dtype == "string" else None)
        for f in describe(model).inputs
    }
    found = steps(model, describe(model), rows)
    assert [key for key in found if key.endswith(":transform")] == [
        "columntransformer/num/simpleimputer:transform",
        "columntransformer/num/standardscaler:transform",
        "columntransformer/num:transform",
        "columntransformer/cat/simpleimputer:transform",
        "columntransformer/cat/onehotencoder:transform",
        "columntransformer/cat:transform",
        "columntransformer/coded:transform",
        "columntransformer/text:transform",
        "columntransformer/rest:transform",
        "columntransformer:transform",
    ]
    last = found["logisticregression:predict_proba"]
    np.testing.assert_array_equal(last, model.predict_proba(FRAME))
    assert {array.ndim for array in found.values()} == {2}
    assert found["columntransformer/cat/simpleimputer:transform"].dtype == object


STEPS = {
    "search": ["standardscaler:transform", "logisticregression:predict"],
    "stacking": ["ridge:predict", "trees:predict", "final_estimator:predict"],
    "union": ["featureunion/words:transform", "featureunion/weights:transform"],
    "voting": ["a:predict", "b:predict"],
}


@pytest.mark.parametrize("name", STEPS)
def test_steps_of_containers(name):
    model = MODELS[name]()
    schema = describe(model)
    rows = {"X": np.array(["a cat", "dogs"], object) if schema.kind == "text" else X[::40]}
    found = list(steps(model, schema, rows))
    assert [key for key in found if key in STEPS[name]] == STEPS[name]
    assert "" not in found


def test_a_planted_fault_first_shows_at_its_step():
    model = search()
    schema = describe(model)
    before = steps(model, schema, {"X": X})
    model.best_estimator_[0].mean_ += 1e-3
    after = steps(model, schema, {"X": X})
    first = next(key for key in before if not np.allclose(before[key], after[key], rtol=1e-9))
    assert first == "standardscaler:transform"


def test_a_single_estimator_has_no_steps():
    model = MODELS["kmeans"]()
    assert steps(model, describe(model), {"X": X}) == {}
