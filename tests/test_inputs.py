"""What a model takes, where it tells little itself: tried in turn, settled by what it answers."""

from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.feature_selection import SelectKBest, f_regression
from sklearn.impute import SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from adapters.to_bundle import load as bundle
from converter import rows
from converter.compare import Tolerance
from converter.errors import UsageError
from converter.handed import as_file
from converter.probes import probes
from converter.values import Evidence, Field, Schema
from converter.worker.answering import _assumed
from converter.worker.answers import answers, outputs
from converter.worker.describe import TRIED, describe
from converter.worker.inputs import CONTAINERS, untold
from converter.worker.model_input import to_model_input
from converter.worker.told import takes

TEXTS = ["good stuff", "Bad Stuff", "fine or good", "not so bad", "GOOD"] * 8
NUMBERS = np.random.default_rng(0).lognormal(size=(40, 3))
FRAME = pd.DataFrame(
    {"body": TEXTS, "size": NUMBERS[:, 0], "code": [f"{n % 4}" for n in range(40)]}
)


class Own(TransformerMixin, BaseEstimator):
    """A class that keeps nothing of what it was fitted on."""

    def __init__(self, function):
        self.function = function

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return self.function(X)


def counted(*functions, held=FunctionTransformer):
    return make_pipeline(*map(held, functions), CountVectorizer())


def lower(texts):
    return [text.lower() for text in texts]


def lower_series(texts):
    return texts.str.lower()


def sampled(data):
    with as_file(data) as path:
        return rows.read(Path(path))


def lengths(texts):
    return np.array([[len(text)] for text in texts])


# --- texts ------------------------------------------------------------------------------------

UNION = FeatureUnion([("a", counted(lower)), ("b", make_pipeline(FunctionTransformer(lengths)))])
BEFORE_WORDS = {
    "any": (counted(lower), ""),
    "several": (counted(lower, lambda X: [t.strip() for t in X]), ""),
    "a class": (counted(lower, held=Own), ""),
    "a series": (counted(lower_series), "series"),
    "a list": (counted(lambda X: X.copy() + lower(X)[:0]), "list"),
    "numpy's text": (counted(lambda X: np.char.lower(X)), "list"),
    "beside words": (UNION, ""),
}


@pytest.mark.parametrize("name", BEFORE_WORDS)
def test_functions_before_a_vectorizer_are_handed_texts_in_what_they_answer_to(name):
    model, container = BEFORE_WORDS[name]
    given = TEXTS if container == "list" else pd.Series(TEXTS)
    schema = describe(model.fit(given))
    assert schema.kind == "text"
    assert schema.inputs == (Field(name="X", dtype="string", container=container),)
    found = outputs(model, schema, {"X": np.array(TEXTS, object)})["transform"]
    np.testing.assert_array_equal(found, model.transform(given).toarray())


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_bundle_hands_its_model_the_same_texts_in_the_same_container(container):
    texts = Field(name="X", dtype="string", container=container)
    schema = Schema(kind="text", inputs=(texts,), outputs=())
    given = {"X": np.array(["a", None, ""], object)}
    manifest = {"schema": msgspec.to_builtins(schema), "missing": "nan"}
    ours, its = to_model_input(given, schema, None), bundle.model_input(None, given, manifest)
    assert type(ours) is type(its)
    assert repr(list(ours)) == repr(list(its)) == "['a', nan, '']"


def test_a_series_of_missing_texts_alone_is_still_of_text():
    texts = Field(name="X", dtype="string", container="series")
    schema = Schema(kind="text", inputs=(texts,), outputs=())
    alone = to_model_input({"X": np.array([None], object)}, schema, None)
    assert alone.str.lower().isna().all()


TOLD = {
    "a vectorizer": (CountVectorizer().fit(TEXTS), "text"),
    "a function before one": (counted(lower).fit(TEXTS), "text"),
    "a class before one": (counted(lower, held=Own).fit(TEXTS), "text"),
    "a function fitted on a frame": (counted(lambda f: f["body"]).fit(FRAME), "table"),
    "a column of a frame": (
        ColumnTransformer([("w", counted(lower_series), "body")]).fit(FRAME), "table",
    ),
    "a scaler": (StandardScaler().fit(NUMBERS), "table"),
    "a function before a scaler": (
        make_pipeline(FunctionTransformer(lengths), StandardScaler()).fit(TEXTS), "",
    ),
    "a class alone": (Own(lower), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_what_the_parts_tell_of_the_input(name):
    model, told = TOLD[name]
    assert takes(model) == told


def test_one_column_handed_to_a_function_as_a_series_is_text_without_any_rows():
    model = ColumnTransformer(
        [("w", counted(lower_series), "body"), ("s", "passthrough", ["size"])]
    )
    schema = describe(model.fit(FRAME))
    assert [(field.name, field.dtype) for field in schema.inputs] == [
        ("body", "string"),
        ("size", "float64"),
    ]
    assert any("good" in text for text in probes(model, schema, 0)["body"] if text)


# --- what the rows tell -----------------------------------------------------------------------

LONG = make_pipeline(FunctionTransformer(lengths), StandardScaler())
RATIO = make_pipeline(Own(lambda X: np.c_[X, X[:, 0] / X[:, 1]]), StandardScaler())
WHOLE = np.arange(80).reshape(40, 2)
SAMPLED = {
    "documents": (LONG.fit(TEXTS), np.array(TEXTS, object), ("text", "string", ())),
    "a matrix": (RATIO.fit(NUMBERS), NUMBERS, ("matrix", "float64", (3,))),
    "a frame, where it takes a matrix": (
        RATIO.fit(NUMBERS), pd.DataFrame(NUMBERS, columns=list("abc")), ("matrix", "float64", (3,)),
    ),
    "whole numbers": (Own(lambda X: X & 3), WHOLE, ("matrix", "int64", (2,))),
    "truth values": (Own(lambda X: ~X), WHOLE > 9, ("matrix", "bool", (2,))),
    "a matrix of text": (
        Own(lambda X: X[:, :1]), FRAME[["body", "code"]].to_numpy(), ("matrix", "string", (2,)),
    ),
    "a frame": (Own(lambda f: f[["size"]]), FRAME[["size"]], ("frame", "float64", ())),
    "a frame of one text": (
        counted(lambda f: f["body"], held=Own).fit(FRAME), FRAME[["body"]],
        ("frame", "string", ()),
    ),
    "texts in a frame": (
        counted(lower, held=Own).fit(TEXTS), FRAME[["body"]], ("text", "string", ()),
    ),
    "as many columns as rows are tried": (
        Own(lambda f: f.iloc[:, :1]), pd.DataFrame(np.ones((9, TRIED)), columns=list("abcdef")),
        ("frame", "float64", ()),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLED)
def test_a_model_that_tells_nothing_is_handed_what_it_answers_to(name):
    model, data, expected = SAMPLED[name]
    schema = describe(model, sampled(data))
    field = schema.inputs[0]
    assert (schema.kind, field.dtype, field.shape) == expected


def test_text_that_reads_as_numbers_is_text_where_the_file_has_types(tmp_path):
    FRAME[["code"]].to_csv(tmp_path / "rows.csv", index=False)
    FRAME[["code"]].to_parquet(tmp_path / "rows.parquet")
    kinds = {
        form: rows.read(tmp_path / form)["code"].dtype.kind for form in ("rows.csv", "rows.parquet")
    }
    assert kinds == {"rows.csv": "i", "rows.parquet": "O"}
    assert sampled(FRAME)["code"].dtype.kind == "O"


UNTOLD = {
    "float64": (lambda f: f[["size"]] * 2, "float64"),
    "text": (lambda f: f["size"].str.len().to_frame(), "string"),
    "dates": (lambda f: f["size"].dt.month.to_frame(), "datetime"),
}
VALUES = {"float64": NUMBERS[:, 0], "text": TEXTS, "dates": pd.date_range("2020", periods=40)}


@pytest.mark.parametrize("word", UNTOLD)
def test_without_rows_a_column_is_what_the_function_answers_to_and_that_is_said(word):
    function, dtype = UNTOLD[word]
    model = FunctionTransformer(function).fit(pd.DataFrame({"size": VALUES[word]}))
    schema = describe(model)
    assert [field.dtype for field in schema.inputs] == [dtype]
    assert untold(model, schema) == ("size",)
    [note] = _assumed(model, schema, Evidence.PROBES)
    assert f"taken as {word}" in note
    assert "--data" in note


# --- what is refused --------------------------------------------------------------------------


def fails(_):
    raise ValueError("no such thing")


REFUSED = {
    "nothing is told, and there are no rows": (Own(lower), None, "how many columns.*--data"),
    "it raises on all": (FunctionTransformer(fails).fit(FRAME), None, "no such thing.*--data"),
    "one value": (Own(np.sum), NUMBERS, "transform gives one value for all rows"),
    "one row for many": (Own(lambda X: X[:1]), NUMBERS, "transform gives 1 for 6 rows"),
    "nothing": (Own(lambda X: None), NUMBERS, "gives one value for all rows"),
    "lists in cells": (Own(lambda f: f[["body"]].map(str.split)), FRAME, "holds a list in a cell"),
    "complex numbers": (Own(lambda X: X * 1j), NUMBERS, "numbers of the type complex128"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_of_answers_is_refused_in_one_sentence(name):
    model, data, sentence = REFUSED[name]
    with pytest.raises(UsageError, match=sentence):
        describe(model, None if data is None else sampled(data))


# --- answers of another length ----------------------------------------------------------------

ONE = Schema(kind="frame", inputs=(Field(name="size", dtype="float64"),), outputs=())


def asked(function, values):
    return answers(Own(function), ONE, {"size": np.array(values)}, Tolerance())


def test_a_row_that_is_left_out_is_outside_and_the_others_are_answered():
    found = asked(lambda f: f.dropna(), [1.0, np.nan, 3.0, 4.0])
    assert found.inside.tolist() == [True, False, True, True]
    assert found.outputs["transform"].tolist() == [[1.0], [3.0], [4.0]]
    assert not found.unstable.any()


def test_rows_of_which_some_go_as_soon_as_they_move_are_unstable():
    found = asked(lambda f: f[f["size"] <= 2.5], [1.5, 2.5])
    assert found.inside.all()
    assert found.unstable.tolist() == [False, True]


def test_rows_that_are_answered_apart_but_not_together_are_refused_in_one_sentence():
    with pytest.raises(UsageError, match=r"apart, but not together.*transform gives 2 for 3 rows"):
        asked(lambda f: f.drop_duplicates(), [1.0, 1.0, 2.0])


def test_rounding_of_numbers_among_text_is_no_doubt():
    found = asked(lambda f: f.assign(label="x"), [1.5, 2.5])
    assert found.outputs["transform"].tolist() == [["1.5", "x"], ["2.5", "x"]]
    assert not found.unstable.any()


@pytest.mark.parametrize("dtype", ["Float64", "Int64", "boolean"])
def test_missing_values_of_pandas_own_types_are_nan(dtype):
    given = pd.DataFrame({"size": pd.array([1, None], dtype)})
    found = outputs(Own(lambda f: given), ONE, {"size": np.zeros(2)})["transform"]
    np.testing.assert_array_equal(found, [[1.0], [np.nan]])


def test_a_list_of_rows_is_one_matrix():
    found = outputs(Own(lambda f: list(f.to_numpy())), ONE, {"size": np.zeros(2)})
    assert found["transform"].shape == (2, 1)


PARTED = {
    "chosen by a ColumnTransformer": ColumnTransformer([("last", "passthrough", ["part", "long"])]),
    "filled": SimpleImputer(),
    "scaled": StandardScaler(),
    "chosen by their scores": SelectKBest(f_regression, k=2),
}


@pytest.mark.parametrize("name", PARTED)
def test_a_function_may_give_more_columns_than_the_one_it_takes(name):
    def parts(frame):
        text = frame["body"]
        counts = {"long": text.str.len(), "words": text.str.count(" "), "part": text.str.find("o")}
        return pd.DataFrame(counts)

    line = make_pipeline(FunctionTransformer(parts), PARTED[name])
    schema = describe(line.fit(FRAME[["body"]], NUMBERS[:, 0]), sampled(FRAME[["body"]]))
    assert [(field.name, field.dtype) for field in schema.inputs] == [("body", "string")]


def test_a_function_may_make_of_numbers_the_text_that_a_vectorizer_counts():
    def label(size):
        return "long" if size > 1 else "short"

    line = make_pipeline(FunctionTransformer(lambda sizes: sizes.apply(label)), CountVectorizer())
    model = ColumnTransformer([("labels", line, "size")]).fit(FRAME[["size"]])
    schema = describe(model, sampled(FRAME[["size"]]))
    assert [(field.name, field.dtype) for field in schema.inputs] == [("size", "float64")]


def test_a_pipeline_of_functions_alone_is_a_leaf_of_nothing_known():
    assert takes(Pipeline([("a", FunctionTransformer(lower))]).fit(TEXTS)) == ""
