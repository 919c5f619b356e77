"""Several columns of text into one, for a vectorizer."""

import numpy as np

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import passengers, reviews


def join_with_spaces(df, cols=("title", "body")):
    return df[list(cols)].fillna("").agg(" ".join, axis=1)


def add_texts(df):
    return df["title"].fillna("") + " " + df["body"]


def cat_texts(df):
    return df["title"].fillna("none").str.cat(df["body"], sep=" - ")


def join_rows(X):
    X = np.asarray(X)
    return [" ".join(row) for row in X]


def class_and_sex(df):
    df = df.copy()
    df["key"] = df["Sex"] + "_" + df["Pclass"].astype(str)
    return df[["key"]]


SAMPLES = [
    Sample("join_with_spaces", join_with_spaces, reviews, ONNX),
    Sample("add_texts", add_texts, reviews, ONNX),
    Sample("cat_texts", cat_texts, reviews, ONNX, 0.5),
    Sample("join_rows", join_rows, lambda s: passengers(s)[["Name", "Sex"]], ONNX, 0.5),
    Sample("class_and_sex", class_and_sex, passengers, ONNX, 0.5),
    Sample("join_lambda", lambda x: x["body"] + " " + x["title"].fillna(""), reviews, ONNX, 0.5),
]
