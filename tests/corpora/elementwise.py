"""Elementwise maths: half of it is `np.log1p`."""
# ruff: noqa: E731 - as strangers write it

import math
from functools import partial

import numpy as np
import pandas as pd
from scipy import special
from scipy.special import boxcox1p, expit
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.preprocessing import FunctionTransformer

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import amounts, counts, fares, houses, pixels, positive, shares, signed

SKEWED = ["total_rooms", "population", "households"]
EPS = 1e-6


def log_transform(X):
    return np.log1p(X)


def log_skewed_columns(df):
    df = df.copy()
    for col in SKEWED:
        df[col] = np.log1p(df[col])
    return df


def log_columns(X, columns=None):
    """Log-transform the given columns, leave the rest."""
    X_ = X.copy()
    cols = columns if columns is not None else X_.columns
    X_[cols] = X_[cols].apply(np.log1p)
    return X_


def log_shifted(X, shift=1.0):
    return np.log(X + shift)


def power(X, exponent=2):
    return np.power(X, exponent)


def signed_log(X):
    return np.sign(X) * np.log1p(np.abs(X))


def safe_log(x):
    # avoid log(0)
    x = np.asarray(x, dtype=float)
    return np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0)


def log_of_maximum(X):
    return np.log(np.maximum(X, 1e-5))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def to_logit(X):
    X = np.asarray(X)
    return np.log(X / (1 - X))


def scale_known_range(X, lo=0.0, hi=50.0):
    return (X - lo) / (hi - lo)


def fahrenheit_to_celsius(X):
    return (X - 32) * 5.0 / 9.0


def log_scalar(v):
    if v > 0:
        return math.log(v)
    return 0.0


def log_or_zero(df):
    out = df.copy()
    out["income"] = out["income"].apply(lambda v: math.log(v) if v > 0 else 0)
    return out


def sqrt_and_log(df):
    return pd.DataFrame({"sqrt": np.sqrt(df["income"]), "log": np.log10(df["spend"] + 1)})


def gaussian_bump(X):
    return np.exp(-((X - 35) ** 2) / (2 * 5.0**2))


def abs_sqrt_keep_sign(X):
    X = X.copy()
    neg = X < 0
    X = np.sqrt(np.abs(X))
    X[neg] = -X[neg]
    return X


def log_column_of_fares(s):
    return np.log1p(s).to_frame()


def cube_root_or_original(X):
    try:
        return np.cbrt(X)
    except TypeError:
        return X


class Log:
    def __init__(self, base):
        self.base = base

    def apply(self, X):
        return np.log(X + 1) / np.log(self.base)


def make_power(n):
    def inner(X):
        return X**n

    return inner


log10p = lambda X: np.log10(X + 1)


SAMPLES = [
    Sample("log1p_frame", np.log1p, amounts, ONNX, 24),
    Sample("log1p_matrix", np.log1p, positive, ONNX, 22),
    Sample("log1p_lambda", lambda x: np.log1p(x), positive, ONNX, 6),
    Sample("log1p_named", log_transform, amounts, ONNX, 3),
    Sample("log1p_skewed_columns", log_skewed_columns, houses, ONNX, 1.5),
    Sample("log1p_kw_columns", log_columns, amounts, ONNX, 1, {"columns": ["income", "spend"]}),
    Sample("log1p_apply", lambda df: df.apply(np.log1p), amounts, ONNX),
    Sample(
        "log1p_both_ways",
        FunctionTransformer(
            np.log1p, inverse_func=np.expm1, feature_names_out="one-to-one", validate=True
        ),
        amounts,
        ONNX,
        2,
    ),
    Sample("log1p_series", log_column_of_fares, fares, ONNX, 0.5),
    Sample("sqrt", np.sqrt, positive, ONNX, 8),
    Sample("sqrt_frame", np.sqrt, amounts, ONNX, 6),
    Sample("log", np.log, positive, ONNX, 7),
    Sample("exp", np.exp, signed, ONNX, 5),
    Sample("expm1", np.expm1, shares, ONNX),
    Sample("abs", np.abs, signed, ONNX, 4),
    Sample("log10", np.log10, amounts, ONNX, 2),
    Sample("log2", np.log2, positive, ONNX),
    Sample("square", np.square, signed, ONNX, 4),
    Sample("cbrt", np.cbrt, signed, ONNX),
    Sample("sin", np.sin, signed, ONNX, 0.5),
    Sample("tanh", np.tanh, signed, ONNX, 0.5),
    Sample("arcsinh", np.arcsinh, signed, ONNX, 0.5),
    Sample("reciprocal", np.reciprocal, positive, ONNX, 0.5),
    Sample("rint", np.rint, signed, ONNX, 0.5),
    Sample("radians", np.radians, signed, ONNX, 0.5),
    Sample("expit", expit, signed, ONNX, 0.5),
    Sample("logit", special.logit, shares, ONNX, 0.5),
    Sample("boxcox1p", lambda X: boxcox1p(X, 0.25), positive, ONNX, 0.5),
    Sample(
        "rbf_to_35",
        rbf_kernel,
        lambda s: houses(s)[["housing_median_age"]].to_numpy(),
        ONNX,
        1,
        {"Y": [[35.0]], "gamma": 0.1},
    ),
    Sample("partial_round", partial(np.round, decimals=1), signed, ONNX, 0.5),
    Sample("log_plus_one", lambda x: np.log(x + 1), positive, ONNX, 5),
    Sample("log_epsilon", lambda X: np.log(X + EPS), counts, ONNX),
    Sample("log10_of_one_more", log10p, counts, ONNX),
    Sample("squared", lambda x: x**2, signed, ONNX, 4),
    Sample("inverse", lambda x: 1 / (x + 1), counts, ONNX),
    Sample("negated", lambda x: -x, signed, ONNX, 0.5),
    Sample("over_255", lambda X: X.astype("float32") / 255.0, pixels, ONNX),
    Sample("rounded", lambda X: X.round(1), amounts, ONNX, 0.5),
    Sample("thousands", lambda X: X * 0.001, amounts, ONNX, 0.5),
    Sample("map_cells", lambda df: df.map(lambda v: v**0.5), amounts, ONNX, 0.5),
    Sample("vectorized_log", np.vectorize(log_scalar), signed, ONNX, 0.5),
    Sample("log_shifted", log_shifted, positive, ONNX, 4, {"shift": 10.0}),
    Sample("power", power, signed, ONNX, 4, {"exponent": 3}),
    Sample("signed_log", signed_log, signed, ONNX, 1.5),
    Sample("safe_log", safe_log, signed, ONNX),
    Sample("log_of_maximum", log_of_maximum, signed, ONNX),
    Sample("sigmoid", sigmoid, signed, ONNX),
    Sample("to_logit", to_logit, shares, ONNX, 0.5),
    Sample("scale_known_range", scale_known_range, positive, ONNX, 1, {"hi": 80.0}),
    Sample("fahrenheit_to_celsius", fahrenheit_to_celsius, signed, ONNX, 0.5),
    Sample("log_or_zero", log_or_zero, amounts, ONNX),
    Sample("sqrt_and_log", sqrt_and_log, amounts, ONNX),
    Sample("gaussian_bump", gaussian_bump, signed, ONNX, 0.5),
    Sample("abs_sqrt_keep_sign", abs_sqrt_keep_sign, signed, ONNX, 0.5),
    Sample("cube_root_or_original", cube_root_or_original, positive, ONNX, 0.5),
    Sample("bound_method", Log(2).apply, counts, ONNX, 0.5),
    Sample("closure_power", make_power(3), signed, ONNX, 0.5),
]
