"""Frames of named columns: names, dtypes, categories, missing values."""

import os

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)

from tests.cases_onnx import assert_parity, convert, refusal
from tests.fitted import CHURNED, FRAME, MODELS

RNG = np.random.default_rng(0)
N = 200
Y = RNG.integers(0, 2, N)
CITY = RNG.choice(["Rome", "Oslo", "Bern", "Rio"], N, p=[0.5, 0.3, 0.15, 0.05]).astype(object)
CODE = RNG.choice([3, 7, 11], N, p=[0.6, 0.37, 0.03])
KNOWN = pd.DataFrame({"city": CITY, "code": CODE})
UNKNOWN = pd.DataFrame({"city": ["Rome", "Lima", "oslo", ""], "code": [3, 8, -1, 11]})


def holed(frame):
    frame = frame.copy().astype({"city": object})
    frame.loc[::5, "city"] = None
    return frame


def inputs_of(file):
    return onnxruntime.InferenceSession(file.path).get_inputs()


def test_a_frame_of_mixed_columns_gives_the_same_answers():
    assert_parity(MODELS["churn"](), FRAME)


def test_column_inputs_are_n_by_1_in_their_own_dtype():
    types = {
        node.name: (node.type, node.shape) for node in inputs_of(convert(MODELS["churn"](), FRAME))
    }
    assert types == {
        "age": ("tensor(double)", ["N", 1]),
        "city": ("tensor(string)", ["N", 1]),
        "visits": ("tensor(int64)", ["N", 1]),
        "tier": ("tensor(int64)", ["N", 1]),
        "member": ("tensor(bool)", ["N", 1]),
        "note": ("tensor(string)", ["N", 1]),
    }


def test_columns_that_no_transformer_reads_are_not_asked_for():
    frame = pd.DataFrame(RNG.normal(size=(N, 4)), columns=list("abcd"))
    model = make_column_transformer((StandardScaler(), ["d"]), ("passthrough", ["b"]))
    file = assert_parity(make_pipeline(model, LogisticRegression()).fit(frame, Y), frame)
    assert [node.name for node in inputs_of(file)] == ["b", "d"]


NAMES = {
    "blank": ["my col", " led", "tail "],
    "slash": ["x/y", "a:b", "c.d"],
    "unicode": ["größe", "年齢", "é"],
    "names of steps": ["standardscaler", "scale/num", "scale/num:transform"],
    "names of tables": ["table:0", "leaves:0", "leaves:1"],
    "odd": ["1", "%s", "X"],
}


@pytest.mark.parametrize("kind", NAMES)
def test_names_of_columns_are_kept_verbatim(kind):
    frame = pd.DataFrame(RNG.normal(size=(N, 3)), columns=NAMES[kind])
    parts = ColumnTransformer([("num", StandardScaler(), NAMES[kind])])
    model = Pipeline([("scale", parts), ("model", RandomForestClassifier(3))])
    file = assert_parity(model.fit(frame, Y), frame)
    assert [node.name for node in inputs_of(file)] == NAMES[kind]


@pytest.mark.parametrize("name", ["", "predict", "predict_proba", "MatMul_0_Y"])
def test_a_column_with_no_name_or_an_outputs_or_a_nodes_is_refused(name):
    frame = pd.DataFrame(RNG.normal(size=(N, 2)), columns=["a", name])
    refused = refusal(LogisticRegression().fit(frame, Y), frame)
    assert [reason.code for reason in refused.reasons] == ["onnx.column-name"]


LABELS = {
    "str": np.array(["no", "yes"])[Y],
    "object str": np.array(["no", "yes"], dtype=object)[Y],
    "int64": Y.astype(np.int64) * 5 - 2,
    "int32": Y.astype(np.int32),
    "bool": Y.astype(bool),
    "float": Y.astype(float),
}


@pytest.mark.parametrize("kind", LABELS)
@pytest.mark.parametrize("model", [LogisticRegression(), RandomForestClassifier(3, random_state=0)])
def test_labels_keep_their_type(kind, model):
    rows = RNG.normal(size=(N, 2))
    file = assert_parity(model.fit(rows, LABELS[kind]), rows)
    given = file.answers(rows)["predict"]
    assert given.dtype == (object if "str" in kind else LABELS[kind].dtype)


def test_probabilities_are_a_plain_matrix():
    rows = RNG.normal(size=(N, 2))
    file = convert(LogisticRegression().fit(rows, LABELS["str"]))
    (proba,) = [
        o for o in onnxruntime.InferenceSession(file.path).get_outputs() if "proba" in o.name
    ]
    assert proba.type == "tensor(double)"
    assert file.answers(rows)["predict_proba"].shape == (N, 2)


ENCODERS = {
    "ignore": OneHotEncoder(handle_unknown="ignore"),
    "first dropped": OneHotEncoder(handle_unknown="ignore", drop="first"),
    "one of two dropped": OneHotEncoder(handle_unknown="ignore", drop="if_binary"),
    "rare together": OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20),
    "rare, ignore": OneHotEncoder(handle_unknown="ignore", min_frequency=20),
    "rare, dropped": OneHotEncoder(handle_unknown="ignore", min_frequency=20, drop="first"),
    "few": OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=2),
    "ordinal": OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    "ordinal, NaN": OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan),
    "ordinal, rare": OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-7, max_categories=3
    ),
}


@pytest.mark.parametrize("name", ENCODERS)
def test_known_and_unknown_categories_are_coded_as_scikit_learn_codes_them(name):
    model = make_pipeline(ENCODERS[name], FunctionTransformer()).fit(KNOWN)
    assert_parity(model, KNOWN)
    assert_parity(model, UNKNOWN)


@pytest.mark.parametrize("name", ["ignore", "first dropped", "rare together", "ordinal"])
def test_a_category_that_was_missing_in_fit_travels_as_the_empty_string(name):
    frame = holed(KNOWN)
    file = assert_parity(make_pipeline(ENCODERS[name]).fit(frame), frame)
    assert list(file.answers(frame)) == ["transform"]


def test_missing_text_is_filled_in():
    frame = holed(KNOWN)
    for fill in (
        SimpleImputer(strategy="most_frequent"),
        SimpleImputer(strategy="constant", fill_value="?"),
    ):
        fill.set_params(missing_values=None)
        model = make_pipeline(fill, OneHotEncoder(handle_unknown="ignore"))
        assert_parity(model.fit(frame[["city"]]), frame[["city"]])


def test_a_model_that_tells_an_empty_string_from_a_missing_one_is_refused():
    frame = holed(KNOWN)
    frame.loc[1, "city"] = ""
    refused = refusal(make_pipeline(OneHotEncoder()).fit(frame), frame)
    assert [reason.code for reason in refused.reasons] == ["onnx.missing-string"]
    assert refused.reasons[0].address == "onehotencoder"


def test_categories_of_numbers_and_truth_values_are_found():
    frame = pd.DataFrame({"a": RNG.choice([1.5, 2.5, np.nan], N), "b": Y.astype(bool), "c": CODE})
    assert_parity(OneHotEncoder(handle_unknown="ignore").fit(frame), frame)
    assert_parity(OrdinalEncoder(encoded_missing_value=-5).fit(frame), frame)


GAPS = np.where(RNG.random((N, 3)) < 0.2, np.nan, RNG.normal(size=(N, 3)))
EMPTY = np.c_[GAPS, np.full(N, np.nan)]
IMPUTERS = {
    "mean": (SimpleImputer(), GAPS),
    "median": (SimpleImputer(strategy="median"), GAPS),
    "constant": (SimpleImputer(strategy="constant", fill_value=-3.0), GAPS),
    "indicator": (SimpleImputer(add_indicator=True), GAPS),
    "empty column": (SimpleImputer(), EMPTY),
    "empty column kept": (SimpleImputer(keep_empty_features=True), EMPTY),
    "zeros": (SimpleImputer(missing_values=0.0), np.nan_to_num(GAPS)),
    "mask": (MissingIndicator(), GAPS),
    "mask of all": (MissingIndicator(features="all"), GAPS),
}


@pytest.mark.parametrize("name", IMPUTERS)
def test_missing_numbers_are_filled_in_as_scikit_learn_does(name):
    model, rows = IMPUTERS[name]
    assert_parity(model.fit(rows), rows)


def test_parts_side_by_side_read_the_frame_by_name():
    frame = KNOWN.assign(age=RNG.normal(size=N), rest=RNG.normal(size=N))
    both = FeatureUnion(
        [
            ("codes", make_column_transformer((OneHotEncoder(), ["city"]))),
            ("ages", make_column_transformer((StandardScaler(), ["rest", "age"]))),
        ]
    )
    assert_parity(make_pipeline(both, LogisticRegression()).fit(frame, Y), frame)


def centred(values):
    return values - values.mean()


def scaled(values):
    return values * float(os.getenv("SCALE_FACTOR", "2"))


def test_every_part_that_has_no_graph_is_named_with_its_address():
    model = make_column_transformer(
        (FunctionTransformer(centred), ["age"]),
        (FunctionTransformer(np.log1p), ["age"]),
        (FunctionTransformer(scaled), ["age"]),
    )
    frame = KNOWN.assign(age=1.0)
    refused = refusal(model.fit(frame), frame)
    assert [(reason.code, reason.address) for reason in refused.reasons] == [
        ("function.mixes-rows", "functiontransformer-1"),
        ("function.reads-environment", "functiontransformer-3"),
    ]


def test_text_beside_numbers_is_refused_where_a_matrix_is_needed():
    model = make_column_transformer(("passthrough", ["city", "code"]))
    refused = refusal(model.fit(KNOWN), KNOWN)
    assert [reason.code for reason in refused.reasons] == ["onnx.mixed-columns"]


def test_labels_of_several_types_are_refused():
    model = LogisticRegression().fit(RNG.normal(size=(N, 2)), LABELS["int64"])
    model.classes_ = np.array(["a", 1], dtype=object)
    assert [reason.code for reason in refusal(model).reasons] == ["onnx.option"]


def test_the_answers_of_a_single_row_are_those_of_the_batch():
    model = MODELS["churn"]()
    file = convert(model, FRAME)
    batch = file.answers(FRAME)["predict_proba"]
    alone = [file.answers(FRAME.iloc[[row]])["predict_proba"][0] for row in range(20)]
    assert np.allclose(batch[:20], alone, rtol=1e-14, atol=0)


def test_churned_labels_are_text():
    assert set(convert(MODELS["churn"](), FRAME).answers(FRAME)["predict"]) <= set(CHURNED)
