"""Functions that give what they are given: placeholders, debugging, checks."""
# ruff: noqa: RET504, T201 - as strangers write it

import numpy as np
import pandas as pd

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import amounts, counts, documents, gappy, houses, passengers, signed

FEATURES = ["income", "balance", "spend"]


def identity(X):
    return X


def no_op(X, y=None):
    """Placeholder, swapped for a real step in the grid search."""
    return X


def copied(X):
    X = X.copy()
    return X


def checked(df):
    missing = [c for c in FEATURES if c not in df.columns]
    if missing:
        raise ValueError(f"missing columns: {missing}")
    return df


def show_shape(X):
    print("shape:", X.shape, type(X).__name__)
    return X


def maybe_scaled(X, scale=False):
    if scale:
        X = (X - X.mean()) / X.std()
    return X


def unnamed(df):
    if isinstance(df, pd.DataFrame):
        return df.to_numpy()
    return np.asarray(df)


SAMPLES = [
    Sample("none_matrix", None, signed, ONNX, 7),
    Sample("none_frame", None, amounts, ONNX, 6),
    Sample("none_gaps", None, gappy, ONNX, 2),
    Sample("none_mixed", None, passengers, ONNX, 2),
    Sample("lambda_x", lambda x: x, houses, ONNX, 1.5),
    Sample("lambda_documents", lambda x: x, documents, ONNX, 0.5),
    Sample("identity", identity, counts, ONNX),
    Sample("no_op", no_op, signed, ONNX, 0.5),
    Sample("copied", copied, gappy, ONNX, 0.3),
    Sample("checked", checked, amounts, ONNX, 0.3),
    Sample("show_shape", show_shape, signed, ONNX, 0.3),
    Sample("maybe_scaled", maybe_scaled, amounts, ONNX, 0.2),
    Sample("unnamed", unnamed, amounts, ONNX, 0.3),
]
