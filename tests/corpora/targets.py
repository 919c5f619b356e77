"""Functions of the target: what a TransformedTargetRegressor takes its answer back through."""

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression, Ridge

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import amounts, houses, positive, signed

SCALE = 1000.0


def to_log(y):
    return np.log10(y + 1)


def from_log(z):
    return 10**z - 1


def to_thousands(y):
    return y / SCALE


def from_thousands(z):
    return np.clip(z, 0, None) * SCALE


def held(model, func, inverse_func):
    return TransformedTargetRegressor(
        regressor=model, func=func, inverse_func=inverse_func, check_inverse=False
    )


SAMPLES = [
    Sample("log1p_expm1", held(LinearRegression(), np.log1p, np.expm1), positive, ONNX, 3),
    Sample("sqrt_square", held(Ridge(), np.sqrt, np.square), amounts, ONNX),
    Sample("lambdas", held(Ridge(), lambda y: np.log(y), lambda z: np.exp(z)), signed, ONNX),
    Sample("named_logs", held(Ridge(), to_log, from_log), signed, ONNX),
    Sample(
        "thousands_cut",
        held(LinearRegression(), to_thousands, from_thousands),
        lambda s: houses(s).drop(columns="total_bedrooms"),
        ONNX,
    ),
]
