"""Arithmetic over several columns: ratios, sums, distances, interactions."""
# ruff: noqa: B905, RET505, RUF005 - as strangers write it

from itertools import combinations

import numpy as np
import pandas as pd

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import (
    amounts,
    counts,
    customers,
    gappy,
    houses,
    loans,
    passengers,
    positive,
    signed,
    trips,
)

rooms_ix, bedrooms_ix, population_ix, households_ix = 3, 4, 5, 6
CENTERS = np.array([[0.0, 0.0, 0.0], [10.0, -10.0, 5.0]])
WEIGHTS = np.array([[0.5, 0.1], [0.2, -0.3], [0.3, 0.9]])
EARTH_RADIUS = 6371.0


def add_extra_features(X, add_bedrooms_per_room=True):
    rooms_per_household = X[:, rooms_ix] / X[:, households_ix]
    population_per_household = X[:, population_ix] / X[:, households_ix]
    if add_bedrooms_per_room:
        bedrooms_per_room = X[:, bedrooms_ix] / X[:, rooms_ix]
        return np.c_[X, rooms_per_household, population_per_household, bedrooms_per_room]
    else:
        return np.c_[X, rooms_per_household, population_per_household]


def column_ratio(X):
    return X[:, [0]] / X[:, [1]]


def add_ratios(df):
    df = df.copy()
    df["rooms_per_household"] = df["total_rooms"] / df["households"]
    df["bedrooms_ratio"] = df["total_bedrooms"] / df["total_rooms"]
    df["people_per_house"] = df["population"] / df["households"]
    return df


def family_size(X):
    X = X.copy()
    X["FamilySize"] = X["SibSp"] + X["Parch"] + 1
    X["IsAlone"] = 0
    X.loc[X["FamilySize"] == 1, "IsAlone"] = 1
    return X[["FamilySize", "IsAlone", "Fare"]]


def is_alone(df):
    df = df.assign(family=lambda d: d.SibSp + d.Parch)
    df["alone"] = (df["family"] == 0).astype(int)
    return df[["family", "alone"]]


def fare_per_person(df):
    out = pd.DataFrame(index=df.index)
    out["fare_pp"] = df["Fare"] / (df["SibSp"] + df["Parch"] + 1)
    out["age_class"] = df["Age"] * df["Pclass"]
    return out


def haversine(df):
    lat1, lon1, lat2, lon2 = map(
        np.radians, [df["pickup_lat"], df["pickup_lon"], df["dropoff_lat"], df["dropoff_lon"]]
    )
    dlat = lat2 - lat1
    dlon = lon2 - lon1
    a = np.sin(dlat / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin(dlon / 2) ** 2
    return pd.DataFrame({"distance_km": 2 * EARTH_RADIUS * np.arcsin(np.sqrt(a))})


def manhattan(df):
    d = (df.dropoff_lat - df.pickup_lat).abs() + (df.dropoff_lon - df.pickup_lon).abs()
    return d.values.reshape(-1, 1)


def loan_features(df):
    d = df.copy()
    d["installment_to_income"] = d["loan_amnt"] / d["annual_inc"].replace(0, np.nan)
    d["bal_to_income"] = d["revol_bal"] / (d["annual_inc"] + 1)
    d["debt"] = d["dti"] * d["annual_inc"] / 100.0
    return d[["installment_to_income", "bal_to_income", "debt"]]


def charges_per_month(row):
    if row["tenure"] == 0:
        return 0.0
    return row["MonthlyCharges"] / row["tenure"]


def charges_by_row(df):
    df = df.copy()
    df["rate"] = df.apply(charges_per_month, axis=1)
    return df[["tenure", "MonthlyCharges", "rate"]]


def row_lambda(df):
    return df.apply(lambda r: r["income"] - r["spend"], axis=1).to_frame("saved")


def products(X):
    cols = [X[:, i] * X[:, j] for i, j in combinations(range(X.shape[1]), 2)]
    return np.column_stack([X] + cols)


def add_row_statistics(X):
    return np.hstack(
        [
            X,
            X.mean(axis=1, keepdims=True),
            X.std(axis=1, keepdims=True),
            X.max(axis=1).reshape(-1, 1),
            X.min(axis=1)[:, np.newaxis],
        ]
    )


def row_totals(df):
    df = df.copy()
    df["total"] = df[["income", "balance", "spend"]].sum(axis=1)
    for c in ["income", "balance", "spend"]:
        df[c + "_share"] = df[c] / df["total"]
    return df


def safe_divide(X):
    num, den = X[:, 0], X[:, 1]
    out = np.divide(num, den, out=np.zeros_like(num), where=den != 0)
    return out.reshape(-1, 1)


def ratio_or_zero(df, num="income", den="balance"):
    r = np.where(df[den] == 0, 0, df[num] / df[den])
    return pd.DataFrame({"ratio": r})


def no_infinities(df):
    df = df.copy()
    df["per_month"] = df["MonthlyCharges"] / df["tenure"]
    df = df.replace([np.inf, -np.inf], np.nan)
    df["per_month"] = df["per_month"].fillna(0)
    return df[["per_month", "tenure"]]


def distances_to_centers(X):
    return np.sqrt(((X[:, np.newaxis, :] - CENTERS) ** 2).sum(axis=2))


def unit_rows(X):
    return X / np.linalg.norm(X, axis=1, keepdims=True)


def polynomial(X, degree=3):
    X = np.asarray(X)
    return np.hstack([X**d for d in range(1, degree + 1)])


def preallocated(X):
    out = np.zeros((X.shape[0], 3))
    out[:, 0] = X[:, 0] + X[:, 1]
    out[:, 1] = X[:, 0] * X[:, 1]
    out[:, 2] = np.abs(X[:, 2])
    return out


def from_matrix_with_names(X):
    df = pd.DataFrame(X, columns=["a", "b", "c", "d"])
    df["a_b"] = df["a"] / df["b"]
    df["c-d"] = df.c - df.d
    return df.values


def joined_with_logs(df):
    logs = np.log1p(df).add_suffix("_log")
    return pd.concat([df, logs], axis=1)


def differences(df):
    out = {}
    cols = list(df.columns)
    for i, a in enumerate(cols):
        for b in cols[i + 1 :]:
            out[f"{a}_minus_{b}"] = df[a] - df[b]
    return pd.DataFrame(out)


def row_by_row(X):
    res = []
    for row in X:
        res.append([row[0] + row[1], row[0] * row[2]])
    return np.array(res)


def missing_per_row(X):
    return np.c_[X, np.isnan(X).sum(axis=1)]


def rate_into_the_same_frame(df):
    df["rate"] = df["dti"] / 100
    df["loan_per_balance"] = df["loan_amnt"] / (df["revol_bal"] + 1)
    return df[["rate", "loan_per_balance"]]


def body_mass(X):
    weight, height = X[:, 0], X[:, 1]
    bmi = weight / (height / 100) ** 2
    return np.concatenate([X, bmi[:, None]], axis=1)


def along_rows(X):
    r = np.apply_along_axis(lambda r: r[0] / (r[1] + 1), 1, X)
    return r.reshape(-1, 1)


def with_iterrows(df):
    rows = []
    for _, r in df.iterrows():
        rows.append({"relatives": r["SibSp"] + r["Parch"], "per_class": r["Fare"] / r["Pclass"]})
    return pd.DataFrame(rows)


def zipped(df):
    df = df.copy()
    df["share"] = [s / i if i > 5 else 0.0 for s, i in zip(df["spend"], df["income"])]
    return df


def with_eval(df):
    return df.eval("left = income - spend")


def with_join(df):
    return df.join(np.sqrt(df[["income", "spend"]]).add_prefix("root_"))


def _add_total(df):
    return df.assign(total=df["income"] + df["balance"])


def _add_share(df, of):
    df[f"{of}_share"] = df[of] / df["total"]
    return df


def piped(df):
    return df.pipe(_add_total).pipe(_add_share, of="spend")


def rows_to_series(df):
    return df.apply(
        lambda r: pd.Series({"low": min(r["income"], r["spend"]), "sum": r.sum()}), axis=1
    )


def bearing(lat1, lon1, lat2, lon2):
    dlon = np.radians(lon2 - lon1)
    lat1, lat2 = np.radians(lat1), np.radians(lat2)
    x = np.sin(dlon) * np.cos(lat2)
    y = np.cos(lat1) * np.sin(lat2) - np.sin(lat1) * np.cos(lat2) * np.cos(dlon)
    return np.degrees(np.arctan2(x, y))


def direction(df):
    b = bearing(
        df["pickup_lat"].values,
        df["pickup_lon"].values,
        df["dropoff_lat"].values,
        df["dropoff_lon"].values,
    )
    return pd.DataFrame({"bearing": b}, index=df.index)


SAMPLES = [
    Sample(
        "add_extra_features",
        add_extra_features,
        lambda s: houses(s).to_numpy(),
        ONNX,
        2,
        {"add_bedrooms_per_room": False},
    ),
    Sample("column_ratio", column_ratio, positive, ONNX, 1.5),
    Sample("add_ratios", add_ratios, houses, ONNX, 2),
    Sample("family_size", family_size, passengers, ONNX),
    Sample("is_alone", is_alone, passengers, ONNX),
    Sample("fare_per_person", fare_per_person, passengers, ONNX),
    Sample("haversine", haversine, trips, ONNX),
    Sample("manhattan", manhattan, trips, ONNX),
    Sample("loan_features", loan_features, loans, ONNX),
    Sample("charges_by_row", charges_by_row, customers, ONNX),
    Sample("row_lambda", row_lambda, amounts, ONNX),
    Sample("products", products, signed, ONNX),
    Sample("add_row_statistics", add_row_statistics, positive, ONNX),
    Sample("row_totals", row_totals, amounts, ONNX),
    Sample("safe_divide", safe_divide, signed, ONNX),
    Sample("ratio_or_zero", ratio_or_zero, amounts, ONNX, 1, {"den": "spend"}),
    Sample("no_infinities", no_infinities, customers, ONNX),
    Sample("distances_to_centers", distances_to_centers, signed, ONNX),
    Sample("unit_rows", unit_rows, positive, ONNX),
    Sample("polynomial", polynomial, signed, ONNX, 1, {"degree": 2}),
    Sample("preallocated", preallocated, signed, ONNX),
    Sample("from_matrix_with_names", from_matrix_with_names, positive, ONNX),
    Sample("joined_with_logs", joined_with_logs, amounts, ONNX),
    Sample("differences", differences, amounts, ONNX, 0.5),
    Sample("row_by_row", row_by_row, signed, ONNX),
    Sample("projected", lambda X: X @ WEIGHTS, signed, ONNX, 0.5),
    Sample("row_sum", lambda X: X.sum(axis=1).reshape(-1, 1), counts, ONNX, 2.5),
    Sample("relatives", lambda x: (x["SibSp"] + x["Parch"]).to_frame(), passengers, ONNX, 2),
    Sample("missing_per_row", missing_per_row, gappy, ONNX, 0.5),
    Sample("rate_into_the_same_frame", rate_into_the_same_frame, loans, ONNX),
    Sample("body_mass", body_mass, positive, ONNX, 0.5),
    Sample("along_rows", along_rows, positive, ONNX, 0.5),
    Sample("with_iterrows", with_iterrows, passengers, ONNX, 0.5),
    Sample("zipped", zipped, amounts, ONNX, 0.5),
    Sample("with_eval", with_eval, amounts, ONNX, 0.3),
    Sample("with_join", with_join, amounts, ONNX, 0.5),
    Sample("piped", piped, amounts, ONNX, 0.5),
    Sample("rows_to_series", rows_to_series, amounts, ONNX, 0.3),
    Sample("direction", direction, trips, ONNX, 0.5),
    Sample("by_position", lambda X: (X.iloc[:, 0] / X.iloc[:, 1]).to_frame(), amounts, ONNX),
]
