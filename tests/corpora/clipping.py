"""Limits that are known beforehand."""

from functools import partial

import numpy as np

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import amounts, gappy, houses, signed

LIMITS = {"total_rooms": (0, 4000), "median_income": (1.0, 10.0)}


def cap(df):
    df = df.copy()
    for col, (lo, hi) in LIMITS.items():
        df[col] = df[col].clip(lo, hi)
    return df


def squash(X):
    return np.minimum(np.maximum(X, -10), 10)


SAMPLES = [
    Sample("clip", np.clip, signed, ONNX, 1, {"a_min": -5, "a_max": 5}),
    Sample("clip_frame", lambda x: x.clip(lower=0, upper=20), amounts, ONNX),
    Sample("partial_clip", partial(np.clip, a_min=0, a_max=None), gappy, ONNX, 0.5),
    Sample("cap", cap, houses, ONNX),
    Sample("squash", squash, signed, ONNX, 0.5),
]
