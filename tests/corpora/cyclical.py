"""Hours and months on a circle."""

from functools import partial

import numpy as np
import pandas as pd
from sklearn.preprocessing import FunctionTransformer

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import hours

PERIODS = {"hour": 24, "month": 12}


def clock(seed):
    return pd.DataFrame(hours(seed), columns=["hour", "month"])


def sin_cos(X, period=24):
    X = np.asarray(X)
    return np.c_[np.sin(2 * np.pi * X / period), np.cos(2 * np.pi * X / period)]


def encode_cycle(df):
    df = df.copy()
    for col, n in PERIODS.items():
        df[f"{col}_sin"] = np.sin(2 * np.pi * df[col] / n)
        df[f"{col}_cos"] = np.cos(2 * np.pi * df[col] / n)
        df.drop(col, axis=1, inplace=True)
    return df


def sin_transformer(period):
    return FunctionTransformer(lambda x: np.sin(x / period * 2 * np.pi))


def cosine(x, period):
    return np.cos(x / period * 2 * np.pi)


SAMPLES = [
    Sample("sin_cos", sin_cos, hours, ONNX, 1, {"period": 12}),
    Sample("encode_cycle", encode_cycle, clock, ONNX),
    Sample("sin_transformer", sin_transformer(24), clock, ONNX, 2),
    Sample("partial_cosine", partial(cosine, period=12), hours, ONNX),
    Sample("zero_based_month", lambda X: np.sin((X[:, [1]] - 1) * (2.0 * np.pi / 12)), hours, ONNX),
]
