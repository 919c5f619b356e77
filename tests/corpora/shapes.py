"""Densifying and reshaping."""

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import OneHotEncoder

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import (
    ages,
    counts,
    documents,
    fares,
    houses,
    passengers,
    pixels,
    positive,
    reviews,
)


def to_dense(X):
    return X.toarray()


def densify(X, y=None):
    if hasattr(X, "toarray"):
        X = X.toarray()
    return X


def from_matrix(X):
    return np.asarray(X.todense())


def as_column(s):
    return s.values.reshape(-1, 1)


def column_of_series(s):
    return np.array(s).reshape((-1, 1))


def flat_pixels(X):
    images = X.reshape(-1, 4, 4)
    return images.mean(axis=1)


def flatten(X):
    return X.reshape(X.shape[0], -1)


def edges(X):
    img = X.reshape((len(X), 4, 4)).astype(float)
    return np.abs(np.diff(img, axis=2)).reshape(len(X), -1)


def flatten_text(X):
    return X.values.ravel()


def squeezed(df):
    return df[["body"]].squeeze(axis=1)


def framed(X):
    return pd.DataFrame(X, columns=[f"f{i}" for i in range(X.shape[1])])


def to_2d(x):
    x = np.asarray(x)
    if x.ndim == 1:
        x = x[:, np.newaxis]
    return x


def cities():
    return OneHotEncoder(handle_unknown="ignore")


SAMPLES = [
    Sample("to_dense", to_dense, documents, ONNX, 1.5, before=CountVectorizer),
    Sample("dense_lambda", lambda x: x.toarray(), documents, ONNX, 3, before=TfidfVectorizer),
    Sample("densify", densify, lambda s: passengers(s)[["Sex", "Pclass"]], ONNX, before=cities),
    Sample("densify_dense", densify, counts, ONNX, 0.5),
    Sample("from_matrix", from_matrix, documents, ONNX, 0.5, before=CountVectorizer),
    Sample("as_column", as_column, ages, ONNX),
    Sample(
        "reshape_lambda",
        lambda x: np.reshape(x, (-1, 1)),
        lambda s: fares(s).to_frame().to_numpy(),
        ONNX,
    ),
    Sample("column_of_series", column_of_series, fares, ONNX, 0.5),
    Sample("flat_pixels", flat_pixels, pixels, ONNX, 0.5),
    Sample("flatten", flatten, positive, ONNX),
    Sample("edges", edges, pixels, ONNX, 0.5),
    Sample("flatten_text", flatten_text, lambda s: reviews(s)[["body"]], ONNX),
    Sample("squeezed", squeezed, reviews, ONNX, 0.5),
    Sample("squeeze", np.squeeze, lambda s: reviews(s)[["body"]], ONNX, 0.5),
    Sample("framed", framed, counts, ONNX, 0.5),
    Sample("to_2d", to_2d, ages, ONNX, 0.5),
    Sample("to_numpy", pd.DataFrame.to_numpy, houses, ONNX, 0.5),
]
