"""Functions that read or change something other than their input: each must be refused."""
# ruff: noqa: PTH118 - as strangers write it

import datetime
import os
import random
import tempfile
import time
from urllib.request import urlopen

import numpy as np
import pandas as pd

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import amounts, members, passengers, positive, signed

RATES = os.path.join(tempfile.gettempdir(), "rates.csv")
calls = 0
history = []


def scaled_by_environment(X):
    return X * float(os.environ.get("SCALE_FACTOR", "1.0"))


def switched_by_environment(X):
    if os.getenv("USE_LOG"):
        return np.log1p(X)
    return X


def age_today(df):
    today = datetime.date.today()
    return (today.year - df["born"].dt.year).to_frame()


def days_until_now(df):
    return (pd.Timestamp.now() - df["joined"]).dt.days.to_frame()


def with_timestamp(X):
    return np.c_[X, np.full(X.shape[0], time.time())]


def jitter(X, scale=0.01):
    return X + np.random.normal(0, scale, X.shape)


def noise_with_seed(X):
    rng = np.random.RandomState(42)
    return X + rng.randn(*X.shape)


def fill_random_age(df):
    df = df.copy()
    df["Age"] = df["Age"].apply(lambda a: random.randint(20, 40) if np.isnan(a) else a)
    return df[["Age"]]


def with_rates(df):
    try:
        rates = pd.read_csv(RATES)
        factor = rates["rate"].iloc[0]
    except FileNotFoundError:
        factor = 1.0
    return df * factor


def current_rate(df):
    try:
        with urlopen("http://localhost:9/rate", timeout=0.01) as answer:
            rate = float(answer.read())
    except OSError:
        rate = 1.1
    return df * rate


def counted(X):
    global calls
    calls += 1
    return X * 2


def remembered(X):
    history.append(X.shape)
    return np.sqrt(X)


def change_in_place(df):
    df["income"] = df["income"] / 1000
    return df


SAMPLES = [
    Sample(
        "scaled_by_environment", scaled_by_environment, signed, "function.reads-environment", 1.5
    ),
    Sample(
        "switched_by_environment",
        switched_by_environment,
        positive,
        "function.reads-environment",
        0.5,
    ),
    Sample("age_today", age_today, members, "function.reads-clock", 1.5),
    Sample("days_until_now", days_until_now, members, "function.reads-clock"),
    Sample("with_timestamp", with_timestamp, signed, "function.reads-clock", 0.5),
    Sample("jitter", jitter, signed, "function.draws-random", 1, {"scale": 0.1}),
    Sample("noise_with_seed", noise_with_seed, signed, "function.draws-random", 0.5),
    Sample("fill_random_age", fill_random_age, passengers, "function.draws-random", 0.5),
    Sample("with_rates", with_rates, amounts, "function.uses-files", 1.5),
    Sample("current_rate", current_rate, amounts, "function.uses-network"),
    Sample("counted", counted, signed, "function.changes-state", 0.5),
    Sample("remembered", remembered, positive, "function.changes-state", 0.5),
    Sample("change_in_place", change_in_place, amounts, ONNX),
]
