"""Transformer and estimator classes that people write themselves, wherever they stand."""
# ruff: noqa: B904, B905 - as strangers write it

import re

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import (
    amounts,
    bodies,
    customers,
    gappy,
    houses,
    loans,
    passengers,
    positive,
    sales,
    signed,
    trips,
)

rooms_ix, households_ix = 3, 6


class AddRatios(BaseEstimator, TransformerMixin):
    def __init__(self, with_income=True):
        self.with_income = with_income

    def fit(self, X, y=None):
        return self  # nothing to learn

    def transform(self, X):
        ratio = X[:, rooms_ix] / X[:, households_ix]
        if self.with_income:
            return np.c_[X, ratio, ratio * X[:, 7]]
        return np.c_[X, ratio]


class ColumnSelector(BaseEstimator, TransformerMixin):
    def __init__(self, columns):
        self.columns = columns

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        assert isinstance(X, pd.DataFrame)
        try:
            return X[self.columns]
        except KeyError:
            missing = list(set(self.columns) - set(X.columns))
            raise KeyError(f"not in the frame: {missing}")


class TypeSelector(BaseEstimator, TransformerMixin):
    def __init__(self, dtype):
        self.dtype = dtype

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X.select_dtypes(include=[self.dtype])


class Winsorizer(BaseEstimator, TransformerMixin):
    def __init__(self, lower=0.05, upper=0.95):
        self.lower = lower
        self.upper = upper

    def fit(self, X, y=None):
        X = check_array(X)
        self.lo_ = np.quantile(X, self.lower, axis=0)
        self.hi_ = np.quantile(X, self.upper, axis=0)
        return self

    def transform(self, X):
        check_is_fitted(self)
        X = check_array(X)
        return np.clip(X, self.lo_, self.hi_)


class Standardizer(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        X = validate_data(self, X)
        self.mean_ = X.mean(axis=0)
        self.scale_ = X.std(axis=0)
        self.scale_[self.scale_ == 0] = 1
        return self

    def transform(self, X):
        check_is_fitted(self, ["mean_", "scale_"])
        X = validate_data(self, X, reset=False)
        return (X - self.mean_) / self.scale_


class GroupImputer(BaseEstimator, TransformerMixin):
    """Fills the age with the median of the class of travel."""

    def fit(self, X, y=None):
        self.medians_ = X.groupby("Pclass")["Age"].median().to_dict()
        self.overall_ = X["Age"].median()
        return self

    def transform(self, X):
        X = X.copy()
        X["Age"] = X["Age"].fillna(X["Pclass"].map(self.medians_)).fillna(self.overall_)
        return X[["Age", "Pclass"]]


class FrequencyEncoder(BaseEstimator, TransformerMixin):
    def __init__(self, cols=None):
        self.cols = cols

    def fit(self, X, y=None):
        self.maps_ = {c: X[c].value_counts(normalize=True).to_dict() for c in self.cols}
        return self

    def transform(self, X, y=None):
        out = X.copy()
        for c in self.cols:
            out[c] = out[c].map(self.maps_[c]).fillna(0)
        return out[self.cols]


class TargetMeanEncoder(BaseEstimator, TransformerMixin):
    def __init__(self, smoothing=5):
        self.smoothing = smoothing

    def fit(self, X, y):
        y = pd.Series(np.asarray(y), index=X.index)
        self.prior_ = y.mean()
        self.tables_ = []
        for c in X.columns:
            g = y.groupby(X[c]).agg(["mean", "count"])
            weight = g["count"] / (g["count"] + self.smoothing)
            self.tables_.append((weight * g["mean"] + (1 - weight) * self.prior_).to_dict())
        return self

    def transform(self, X):
        cols = [X[c].map(t).fillna(self.prior_) for c, t in zip(X.columns, self.tables_)]
        return np.column_stack(cols)


class RareGrouper(BaseEstimator, TransformerMixin):
    def __init__(self, min_count=8):
        self.min_count = min_count

    def fit(self, X, y=None):
        counts = X["home_ownership"].value_counts()
        self.keep_ = counts[counts >= self.min_count].index.tolist()
        return self

    def transform(self, X):
        s = X["home_ownership"]
        return pd.DataFrame({"home": np.where(s.isin(self.keep_), s, "other")}, index=X.index)


class DateParts(BaseEstimator, TransformerMixin):
    def __init__(self, column, parts=("month", "hour")):
        self.column = column
        self.parts = parts

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        d = pd.to_datetime(X[self.column]).dt
        return pd.DataFrame({p: getattr(d, p) for p in self.parts}, index=X.index)

    def get_feature_names_out(self, input_features=None):
        return np.array(self.parts)


class TextLength(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return np.array([[len(t), t.count("!")] for t in X])


class Cleaner(BaseEstimator, TransformerMixin):
    pattern = re.compile(r"[^a-z ]")

    def fit(self, X, y=None):
        return self

    def _clean(self, text):
        return self.pattern.sub("", text.lower()).strip()

    def transform(self, X):
        return [self._clean(x) for x in X]


class Binner(BaseEstimator, TransformerMixin):
    def __init__(self, n_bins=4):
        self.n_bins = n_bins

    def fit(self, X, y=None):
        qs = np.linspace(0, 1, self.n_bins + 1)[1:-1]
        self.edges_ = [np.quantile(X[:, j], qs) for j in range(X.shape[1])]
        return self

    def transform(self, X):
        out = np.empty(X.shape)
        for j, e in enumerate(self.edges_):
            out[:, j] = np.searchsorted(e, X[:, j])
        return out


class HandMadePCA(BaseEstimator, TransformerMixin):
    def __init__(self, k=2):
        self.k = k

    def fit(self, X, y=None):
        self.mean_ = X.mean(axis=0)
        _, _, vt = np.linalg.svd(X - self.mean_, full_matrices=False)
        self.W_ = vt[: self.k].T
        return self

    def transform(self, X):
        return np.dot(X - self.mean_, self.W_)


class SkewFixer(BaseEstimator, TransformerMixin):
    def __init__(self, threshold=1.0):
        self.threshold = threshold

    def fit(self, X, y=None):
        skew = X.skew()
        self.skewed_ = skew[skew > self.threshold].index
        return self

    def transform(self, X):
        X = X.copy()
        for c in self.skewed_:
            X[c] = np.log1p(X[c])
        return X


class MissingMarker(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        self.cols_ = np.flatnonzero(np.isnan(X).any(axis=0))
        return self

    def transform(self, X):
        return np.hstack([np.nan_to_num(X), np.isnan(X[:, self.cols_]).astype(float)])


class ServiceYears(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        return self

    def transform(self, df):
        df = df.assign(
            years=df["tenure"] // 12,
            loyal=lambda d: (d["years"] >= 3).astype(int),
            yearly=df["MonthlyCharges"] * 12,
        )
        return df[["years", "loyal", "yearly"]]


class StandardizesEachBatch(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        return self

    def transform(self, X):
        self.mean_ = X.mean(axis=0)
        return X - self.mean_


class CountsCalls(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        self.calls_ = 0
        return self

    def transform(self, X):
        self.calls_ += 1
        return X * 2.0


class Nearest(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.centers_ = np.array([X[y == c].mean(axis=0) for c in self.classes_])
        return self

    def predict(self, X):
        d = ((X[:, None, :] - self.centers_[None]) ** 2).sum(axis=-1)
        return self.classes_[np.argmin(d, axis=1)]


class RuleOfThumb(RegressorMixin, BaseEstimator):
    def __init__(self, per_room=25.0):
        self.per_room = per_room

    def fit(self, X, y):
        self.base_ = float(np.mean(y))
        return self

    def predict(self, X):
        price = self.base_ + self.per_room * X["total_rooms"] / X["households"]
        return np.maximum(price, 0).to_numpy()


SAMPLES = [
    Sample("AddRatios", AddRatios(), lambda s: houses(s).to_numpy(), ONNX, 2),
    Sample("ColumnSelector", ColumnSelector(["Age", "Fare"]), passengers, ONNX, 2),
    Sample("TypeSelector", TypeSelector("number"), customers, ONNX),
    Sample("Winsorizer", Winsorizer(), positive, ONNX),
    Sample("Standardizer", Standardizer(), signed, ONNX),
    Sample("GroupImputer", GroupImputer(), passengers, ONNX),
    Sample("FrequencyEncoder", FrequencyEncoder(cols=["grade", "term"]), loans, ONNX),
    Sample(
        "TargetMeanEncoder",
        TargetMeanEncoder(),
        lambda s: customers(s)[["Contract", "gender"]],
        ONNX,
    ),
    Sample("RareGrouper", RareGrouper(), loans, ONNX),
    Sample("DateParts", DateParts("pickup"), trips, ONNX),
    Sample("DatePartsOfText", DateParts("date", ("year", "month")), sales, ONNX),
    Sample("TextLength", TextLength(), bodies, ONNX),
    Sample("Cleaner", Cleaner(), bodies, ONNX),
    Sample("Binner", Binner(), positive, ONNX),
    Sample("HandMadePCA", HandMadePCA(), signed, ONNX),
    Sample("SkewFixer", SkewFixer(), amounts, ONNX),
    Sample("MissingMarker", MissingMarker(), gappy, ONNX),
    Sample("ServiceYears", ServiceYears(), customers, ONNX),
    Sample("StandardizesEachBatch", StandardizesEachBatch(), signed, "function.mixes-rows"),
    Sample("CountsCalls", CountsCalls(), signed, "function.changes-state"),
    Sample("Nearest", Nearest(), signed, ONNX),
    Sample("RuleOfThumb", RuleOfThumb(), houses, ONNX),
]
