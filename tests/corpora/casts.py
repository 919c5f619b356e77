"""From one type to another: text to numbers, numbers to text, precision."""

import numpy as np
import pandas as pd

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import counts, customers, loans, pixels, positive, sales, signed


def to_float(X):
    return X.astype(float)


def to_numeric(df):
    df = df.copy()
    df["TotalCharges"] = pd.to_numeric(df["TotalCharges"], errors="coerce")
    df["TotalCharges"] = df["TotalCharges"].fillna(0)
    return df[["TotalCharges", "MonthlyCharges"]]


def percent_to_number(df):
    rate = df["int_rate"].str.rstrip("%").astype(float) / 100
    return rate.to_frame("int_rate")


def money_to_number(df):
    p = df["price"].str.replace("$", "", regex=False).str.replace(",", "", regex=False)
    return p.astype(float).to_frame()


def parse_price(text):
    return float(text.replace("$", "").replace(",", ""))


def parse_prices(df):
    out = df[["quantity"]].copy()
    out["price"] = df["price"].apply(parse_price)
    return out


def months(df):
    return df["term"].str.replace(" months", "").astype(int).to_frame()


def employment_years(v):
    if pd.isnull(v):
        return 0
    if v == "10+ years":
        return 10
    if v == "< 1 year":
        return 0
    return int(v.split(" ")[0])


def employment(df):
    return df["emp_length"].apply(employment_years).to_frame()


def codes_to_text(df):
    df = df.copy()
    df["SeniorCitizen"] = df["SeniorCitizen"].astype(str)
    return df[["SeniorCitizen", "gender"]]


def flags_to_int(df):
    return pd.DataFrame(
        {"paperless": df["PaperlessBilling"].astype(int), "senior": df["SeniorCitizen"] == 1}
    )


def whole_numbers(X):
    return X.astype(np.int64)


def single_precision(X, dtype=np.float32):
    return np.asarray(X, dtype=dtype)


SAMPLES = [
    Sample("to_float", to_float, counts, ONNX, 2),
    Sample("float_lambda", lambda x: x.astype(float), lambda s: customers(s)[["tenure"]], ONNX, 2),
    Sample("to_numeric", to_numeric, customers, ONNX, 1.5),
    Sample("percent_to_number", percent_to_number, loans, ONNX),
    Sample("money_to_number", money_to_number, sales, ONNX),
    Sample("parse_prices", parse_prices, sales, ONNX, 0.5),
    Sample("months", months, loans, ONNX, 0.5),
    Sample("employment", employment, loans, ONNX, 0.5),
    Sample("codes_to_text", codes_to_text, customers, ONNX),
    Sample("text_lambda", lambda x: x.astype(str), lambda s: sales(s)[["store"]], ONNX, 1.5),
    Sample("flags_to_int", flags_to_int, customers, ONNX),
    Sample("whole_numbers", whole_numbers, positive, ONNX),
    Sample("single_precision", single_precision, signed, ONNX),
    Sample("single_precision_kw", single_precision, pixels, ONNX, 0.5, {"dtype": np.float64}),
]
