"""Replacing, mapping, filling, binning: one value for another."""
# ruff: noqa: RET505 - as strangers write it

import numpy as np
import pandas as pd

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import (
    ages,
    amounts,
    customers,
    fares,
    gappy,
    hours,
    loans,
    passengers,
    positive,
    sales,
    shares,
    signed,
)

YES_NO = {"Yes": 1, "No": 0}
GRADES = dict(zip("ABCDEFG", range(1, 8), strict=True))
BINS = [0, 12, 18, 35, 60, np.inf]


def fill_zero(df):
    return df.fillna(0)


def fill_by_column(df):
    df = df.copy()
    df["Age"] = df["Age"].fillna(29.7)
    df["Embarked"] = df["Embarked"].fillna("S")
    df["HasCabin"] = df["Cabin"].notna().astype(int)
    return df[["Age", "Embarked", "HasCabin"]]


def fill_dict(X, values):
    return X[list(values)].fillna(values)


def encode_sex(df):
    df = df.copy()
    df["Sex"] = df["Sex"].map({"male": 0, "female": 1}).astype(int)
    df["Embarked"] = df["Embarked"].map({"S": 0, "C": 1, "Q": 2}).fillna(-1)
    return df[["Sex", "Embarked", "Pclass"]]


def yes_no(df):
    for_model = df.copy()
    for col in ["Partner"]:
        for_model[col] = for_model[col].map(YES_NO)
    for_model["Contract"] = for_model["Contract"].replace(
        {"Month-to-month": "monthly", "One year": "yearly", "Two year": "yearly"}
    )
    return for_model[["Partner", "Contract", "tenure"]]


def grade_to_number(X):
    return X.replace(GRADES).astype(int)


def clean_home_ownership(df):
    s = df["home_ownership"]
    s = s.where(s.isin(["RENT", "OWN", "MORTGAGE"]), "OTHER")
    return s.to_frame()


def sentinel_to_nan(X):
    X = X.copy()
    X[X == -999] = np.nan
    return X


def negatives_to_zero(X):
    X = np.array(X)
    X[X < 0] = 0
    return X


def nan_to_zero(X):
    return np.nan_to_num(X, nan=0.0)


def fill_where_nan(X, value=-1.0):
    return np.where(np.isnan(X), value, X)


def missing_indicator(X):
    return np.isnan(X).astype(np.int8)


def age_group(age):
    if np.isnan(age):
        return -1
    if age < 13:
        return 0
    elif age < 20:
        return 1
    elif age < 65:
        return 2
    return 3


def age_groups(s):
    return s.apply(age_group).to_frame()


def age_bins(df):
    return pd.cut(df["Age"], bins=BINS, labels=False).to_frame()


def age_labels(df):
    df = df.copy()
    df["AgeBand"] = pd.cut(
        df["Age"].fillna(30), bins=[0, 16, 32, 48, 64, 100], labels=["xs", "s", "m", "l", "xl"]
    ).astype(str)
    return df[["AgeBand", "Fare"]]


def fare_band(x):
    x = x.copy()
    x.loc[x["Fare"] <= 7.91, "Band"] = 0
    x.loc[(x["Fare"] > 7.91) & (x["Fare"] <= 14.454), "Band"] = 1
    x.loc[(x["Fare"] > 14.454) & (x["Fare"] <= 31), "Band"] = 2
    x.loc[x["Fare"] > 31, "Band"] = 3
    return x[["Band"]].astype(int)


def digitized(X):
    return np.digitize(X, bins=[1.0, 5.0, 10.0, 50.0])


def part_of_day(X):
    h = X[:, 0]
    conditions = [h < 6, h < 12, h < 18]
    return np.select(conditions, [0, 1, 2], default=3).reshape(-1, 1)


def nested_where(df):
    d = df["discount"].fillna(0)
    return pd.DataFrame({"level": np.where(d == 0, 0, np.where(d < 0.2, 1, 2))})


def list_of_flags(s):
    return np.array([1 if v > 30 else 0 for v in s]).reshape(-1, 1)


def promo_flag(df):
    flag = df["promo"].str.lower().isin(["yes", "y"])
    return flag.astype(int).to_frame()


def middle_aged(df):
    return pd.DataFrame({"middle": df["Age"].between(30, 50), "child": df["Age"] < 12}).astype(int)


def apply_lambda(df):
    df = df.copy()
    df["big"] = df["loan_amnt"].apply(lambda a: 1 if a >= 20000 else 0)
    df["short"] = df["term"].apply(lambda t: "short" if "36" in t else "long")
    return df[["big", "short"]]


def dummies_by_hand(df):
    out = pd.DataFrame()
    for port in ["S", "C", "Q"]:
        out[f"Embarked_{port}"] = (df["Embarked"] == port).astype(int)
    return out


def income_group(df):
    conditions = [df["income"] < 2, df["income"].between(2, 8), df["income"] > 8]
    return pd.DataFrame({"group": np.select(conditions, ["low", "mid", "high"], default="?")})


def impossible_ages(df):
    df = df.copy()
    df.loc[(df["Age"] > 75) | (df["Age"] < 2), "Age"] = np.nan
    df["Age"].fillna(30, inplace=False)
    return df[["Age", "Pclass"]]


def grade_points(df):
    return df["grade"].apply(lambda g: GRADES.get(g, 0)).to_frame()


def port_or_class(row):
    if pd.isna(row["Embarked"]):
        return "unknown"
    if row["Pclass"] == 1 and row["Fare"] > 30:
        return "rich"
    return row["Embarked"]


def port_or_classes(df):
    return df.apply(port_or_class, axis=1).to_frame("kind")


def three_way(v, low, high):
    return -1 if v < low else (1 if v > high else 0)


def three_ways(X, low=-5, high=5):
    return np.vectorize(three_way)(X, low, high)


def number_or_default(X, default=0):
    X = pd.DataFrame(X).fillna(default)
    return X.values


SAMPLES = [
    Sample("fill_zero", fill_zero, lambda s: passengers(s)[["Age", "Fare"]], ONNX, 1.5),
    Sample(
        "fill_lambda",
        lambda x: x.fillna("missing"),
        lambda s: passengers(s)[["Cabin", "Embarked"]],
        ONNX,
        2.5,
    ),
    Sample("fill_by_column", fill_by_column, passengers, ONNX),
    Sample("fill_dict", fill_dict, passengers, ONNX, 1, {"values": {"Age": 28, "Fare": 14.45}}),
    Sample("encode_sex", encode_sex, passengers, ONNX, 1.5),
    Sample("yes_no", yes_no, customers, ONNX),
    Sample("grade_to_number", grade_to_number, lambda s: loans(s)[["grade"]], ONNX, 0.5),
    Sample("clean_home_ownership", clean_home_ownership, loans, ONNX, 0.5),
    Sample("sentinel_to_nan", sentinel_to_nan, gappy, ONNX),
    Sample(
        "replace_sentinel",
        lambda df: df.replace(-999, np.nan),
        lambda s: pd.DataFrame(gappy(s), columns=list("abcd")),
        ONNX,
        1.5,
    ),
    Sample("negatives_to_zero", negatives_to_zero, signed, ONNX),
    Sample("nan_to_zero", nan_to_zero, gappy, ONNX),
    Sample("nan_to_num", np.nan_to_num, gappy, ONNX),
    Sample("fill_where_nan", fill_where_nan, gappy, ONNX, 1, {"value": 0.5}),
    Sample("missing_indicator", missing_indicator, gappy, ONNX),
    Sample("age_groups", age_groups, ages, ONNX),
    Sample("age_bins", age_bins, passengers, ONNX),
    Sample("age_labels", age_labels, passengers, ONNX, 0.5),
    Sample("fare_band", fare_band, passengers, ONNX, 0.5),
    Sample("digitized", digitized, positive, ONNX, 0.5),
    Sample("part_of_day", part_of_day, hours, ONNX, 0.5),
    Sample("nested_where", nested_where, sales, ONNX, 0.5),
    Sample("list_of_flags", list_of_flags, fares, ONNX, 0.5),
    Sample("promo_flag", promo_flag, sales, ONNX, 0.5),
    Sample("middle_aged", middle_aged, passengers, ONNX, 0.5),
    Sample("apply_lambda", apply_lambda, loans, ONNX, 0.5),
    Sample("dummies_by_hand", dummies_by_hand, passengers, ONNX, 0.5),
    Sample("binarized", lambda X: (X > 0.5).astype(int), shares, ONNX, 2),
    Sample("income_group", income_group, amounts, ONNX, 0.5),
    Sample("impossible_ages", impossible_ages, passengers, ONNX, 0.5),
    Sample("grade_points", grade_points, loans, ONNX, 0.5),
    Sample("port_or_classes", port_or_classes, passengers, ONNX, 0.5),
    Sample("three_ways", three_ways, signed, ONNX, 0.5, {"low": -10}),
    Sample("number_or_default", number_or_default, gappy, ONNX, 0.5, {"default": 0.5}),
]
