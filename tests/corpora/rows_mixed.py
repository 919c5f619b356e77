"""Functions that look at other rows of the batch: each must be refused."""

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from tests.corpora import Sample
from tests.corpora.inputs import amounts, gappy, members, passengers, positive, signed

MIXES = "function.mixes-rows"


def standardize(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


def min_max(df):
    return (df - df.min()) / (df.max() - df.min())


def winsorize(X, limits=(5, 95)):
    lo, hi = np.percentile(X, limits, axis=0)
    return np.clip(X, lo, hi)


def fill_median(df):
    df = df.copy()
    df["Age"] = df["Age"].fillna(df["Age"].median())
    return df[["Age", "Fare"]]


def rank_features(df):
    return df.rank(pct=True)


def dummies(df):
    return pd.get_dummies(df[["Sex", "Embarked"]])


def forward_fill(df):
    return df[["Age", "Fare"]].ffill().fillna(0)


def centered_by_class(df):
    means = df.groupby("Pclass")["Fare"].transform("mean")
    return (df["Fare"] - means).to_frame()


def quartiles(df):
    return pd.qcut(df["income"], 4, labels=False).to_frame()


def cumulative(X):
    return np.cumsum(X, axis=0)


def share_of_batch(X):
    return X / len(X)


def days_since_first(df):
    return (df["joined"] - df["joined"].min()).dt.days.to_frame()


def lagged(df):
    return df["income"].shift(1).fillna(0).to_frame()


def category_codes(df):
    df = df[["Sex", "Embarked"]].copy()
    for c in df.columns:
        df[c] = df[c].astype("category").cat.codes
    return df


def scaled_here(X):
    return StandardScaler().fit_transform(X)


def factorized(df):
    codes, _ = pd.factorize(df["Sex"])
    return codes.reshape(-1, 1)


SAMPLES = [
    Sample("standardize", standardize, signed, MIXES, 2),
    Sample("min_max", min_max, amounts, MIXES, 1.5),
    Sample("winsorize", winsorize, positive, MIXES, 1, {"limits": (1, 99)}),
    Sample("fill_median", fill_median, passengers, MIXES, 1.5),
    Sample("rank_features", rank_features, amounts, MIXES),
    Sample("dummies", dummies, passengers, MIXES, 1.5),
    Sample("forward_fill", forward_fill, passengers, MIXES),
    Sample("centered_by_class", centered_by_class, passengers, MIXES),
    Sample("quartiles", quartiles, amounts, MIXES, 0.5),
    Sample("cumulative", cumulative, positive, MIXES, 0.5),
    Sample("share_of_batch", share_of_batch, positive, MIXES, 0.5),
    Sample("days_since_first", days_since_first, members, MIXES, 0.5),
    Sample("lagged", lagged, amounts, MIXES, 0.5),
    Sample(
        "fill_mean_lambda", lambda X: np.where(np.isnan(X), np.nanmean(X, axis=0), X), gappy, MIXES
    ),
    Sample("category_codes", category_codes, passengers, MIXES),
    Sample("scaled_here", scaled_here, signed, MIXES),
    Sample("factorized", factorized, passengers, MIXES, 0.5),
    Sample("over_maximum", lambda x: x / np.max(x), positive, MIXES),
]
