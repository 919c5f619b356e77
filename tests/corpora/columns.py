"""Selecting, dropping, renaming and reordering columns."""
# ruff: noqa: RET504 - as strangers write it

from functools import partial
from operator import itemgetter

import numpy as np

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import (
    amounts,
    counts,
    customers,
    districts,
    houses,
    loans,
    passengers,
    positive,
    reviews,
)

NUMERIC = ["Age", "Fare", "SibSp"]
TO_DROP = ["Name", "Cabin"]
KEEP = np.array([True, False, True, True, False])


def select_columns(X, columns):
    return X[columns]


def drop_unused(df):
    df = df.drop(TO_DROP, axis=1)
    return df


def drop_if_there(df, cols=("Ticket", "PassengerId", "Name", "Cabin")):
    present = [c for c in cols if c in df.columns]
    return df.drop(columns=present)


def select_numbers(df):
    return df.select_dtypes(include=[np.number])


def select_text_columns(df):
    return df.select_dtypes(exclude="number")[["Sex", "Embarked"]]


def lowercase_columns(df):
    df = df.copy()
    df.columns = [c.lower().replace(" ", "_") for c in df.columns]
    return df[["age", "fare", "pclass"]]


def reorder(df):
    first = ["median_income", "households"]
    rest = [c for c in df.columns if c not in first]
    return df[first + rest]


def without_last_column(X):
    return np.delete(X, -1, axis=1)


def every_second(X):
    n = X.shape[1]
    idx = [i for i in range(n) if i % 2 == 0]
    return X[:, idx]


def take_by_position(X, start=0, stop=None):
    if hasattr(X, "iloc"):
        return X.iloc[:, start:stop]
    return X[:, start:stop]


def renamed(df):
    return df.rename(columns={"loan_amnt": "amount", "annual_inc": "income"})[["amount", "income"]]


SAMPLES = [
    Sample("first_two", lambda X: X[:, [0, 1]], positive, ONNX, 3),
    Sample("slice_of_columns", lambda X: X[:, :3], counts, ONNX, 2),
    Sample("last_column", lambda X: X[:, -1:], counts, ONNX),
    Sample("by_names", lambda df: df[["Age", "Fare"]], passengers, ONNX, 3),
    Sample("by_module_list", lambda X: X[NUMERIC], passengers, ONNX),
    Sample("body_column", lambda x: x["body"], reviews, ONNX, 1.5),
    Sample(
        "select_columns", select_columns, houses, ONNX, 4, {"columns": ["latitude", "longitude"]}
    ),
    Sample("partial_select", partial(select_columns, columns=["tenure"]), customers, ONNX),
    Sample("itemgetter", itemgetter(["income", "spend"]), amounts, ONNX),
    Sample("iloc", lambda df: df.iloc[:, 1:4], houses, ONNX),
    Sample("loc_range", lambda df: df.loc[:, "total_rooms":"households"], houses, ONNX, 0.5),
    Sample("mask", lambda X: X[:, KEEP], counts, ONNX, 0.5),
    Sample("drop_unused", drop_unused, passengers, ONNX, 2),
    Sample("drop_if_there", drop_if_there, passengers, ONNX),
    Sample("drop_lambda", lambda x: x.drop("ocean_proximity", axis=1), districts, ONNX),
    Sample("filter_like", lambda df: df.filter(like="total"), houses, ONNX, 0.5),
    Sample("filter_regex", lambda df: df.filter(regex="^(lat|lon)"), houses, ONNX, 0.5),
    Sample("select_numbers", select_numbers, districts, ONNX, 1.5),
    Sample("select_text_columns", select_text_columns, passengers, ONNX, 0.5),
    Sample("lowercase_columns", lowercase_columns, passengers, ONNX, 0.5),
    Sample("reorder", reorder, houses, ONNX, 0.5),
    Sample("without_last_column", without_last_column, positive, ONNX, 0.5),
    Sample("every_second", every_second, counts, ONNX, 0.5),
    Sample("take_by_position", take_by_position, counts, ONNX, 0.5, {"start": 1, "stop": 4}),
    Sample("renamed", renamed, loans, ONNX, 0.5),
]
