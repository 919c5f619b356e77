"""Parts of dates, durations, and dates written as text."""
# ruff: noqa: RET505 - as strangers write it

import datetime as dt

import numpy as np
import pandas as pd

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import members, pickups, sales, trips

REFERENCE = pd.Timestamp("2024-01-01")
HOLIDAYS = {(1, 1), (7, 4), (12, 25)}


def date_parts(df):
    df = df.copy()
    df["year"] = df["pickup"].dt.year
    df["month"] = df["pickup"].dt.month
    df["day"] = df["pickup"].dt.day
    df["hour"] = df["pickup"].dt.hour
    df["weekday"] = df["pickup"].dt.weekday
    return df.drop(columns=["pickup", "dropoff"])


def is_weekend(df):
    return (df["pickup"].dt.dayofweek >= 5).astype(int).to_frame()


def parse_and_split(X):
    X = X.copy()
    X["date"] = pd.to_datetime(X["date"])
    X["year"] = X["date"].dt.year
    X["month"] = X["date"].dt.month
    X["dayofweek"] = X["date"].dt.dayofweek
    X = X.drop("date", axis=1)
    return X[["year", "month", "dayofweek", "store"]]


def attributes(df, col="joined", attrs=("year", "quarter", "dayofyear")):
    return pd.DataFrame({f"{col}_{a}": getattr(df[col].dt, a) for a in attrs})


def trip_minutes(df):
    minutes = (df["dropoff"] - df["pickup"]).dt.total_seconds() / 60
    return minutes.to_frame("minutes")


def days_since(df):
    out = pd.DataFrame()
    out["days_member"] = (REFERENCE - df["joined"]).dt.days
    out["days_idle"] = (REFERENCE - df["last_seen"]).dt.days
    return out


def age_in_years(df, today=dt.datetime(2024, 6, 30)):
    return ((today - df["born"]).dt.days // 365.25).to_frame()


def days_between(df):
    gap = (df["last_seen"] - df["joined"]) / np.timedelta64(1, "D")
    return gap.fillna(-1).to_frame("gap")


def month_ends(df):
    d = df["joined"].dt
    return pd.DataFrame({"end": d.is_month_end, "start": d.is_month_start}).astype(int)


def hour_of_series(s):
    return s.dt.hour.to_frame()


def series_to_matrix(s):
    s = pd.to_datetime(s)
    return np.c_[s.dt.month, s.dt.day, s.dt.hour * 60 + s.dt.minute]


def season(df):
    m = df["joined"].dt.month
    return pd.DataFrame({"season": (m % 12 + 3) // 3})


def season_name(d):
    if d.month in (12, 1, 2):
        return "winter"
    elif d.month in (3, 4, 5):
        return "spring"
    elif d.month in (6, 7, 8):
        return "summer"
    else:
        return "autumn"


def seasons(df):
    return df["joined"].apply(season_name).to_frame()


def rush_hour(df):
    h = df["pickup"].dt.hour
    weekday = df["pickup"].dt.dayofweek < 5
    rush = weekday & (h.between(7, 9) | h.between(16, 18))
    return rush.astype(int).to_frame("rush")


def weekday_names(df):
    return df["pickup"].dt.day_name().to_frame()


def unix_seconds(df):
    t = (df["pickup"] - pd.Timestamp("1970-01-01")) // pd.Timedelta("1s")
    return t.to_frame()


def loop_over_dates(df):
    df = df.copy()
    for col in df.select_dtypes(include=["datetime64"]).columns:
        df[col + "_month"] = df[col].dt.month
        df[col + "_dow"] = df[col].dt.dayofweek
        df = df.drop(columns=col)
    return df


def year_from_text(df):
    return df["date"].str[:4].astype(int).to_frame()


def month_from_text(df):
    parts = df["date"].str.split("-", expand=True)
    return parts[1].astype(int).to_frame("month")


def hour_angle(df):
    hour = df["pickup"].dt.hour + df["pickup"].dt.minute / 60.0
    return pd.DataFrame(
        {"hsin": np.sin(2 * np.pi * hour / 24), "hcos": np.cos(2 * np.pi * hour / 24)}
    )


def holiday(df):
    flags = [(d.month, d.day) in HOLIDAYS for d in df["joined"]]
    return np.array(flags, dtype=int).reshape(-1, 1)


def week_number(df):
    return df["joined"].dt.isocalendar().week.astype(int).to_frame()


def parsed_one_by_one(df):
    when = df["date"].apply(lambda s: dt.datetime.strptime(s, "%Y-%m-%d"))
    return pd.DataFrame({"month": when.dt.month, "day": when.dt.day})


def index_parts(df):
    i = pd.DatetimeIndex(df["pickup"])
    return np.column_stack([i.year, i.month, i.hour])


def hours_by_map(s):
    return s.map(lambda t: t.hour + t.minute / 60).to_frame()


def years_between(df):
    return pd.DataFrame({"age_joined": df["joined"].dt.year - df["born"].dt.year})


SAMPLES = [
    Sample("date_parts", date_parts, trips, ONNX, 3),
    Sample("is_weekend", is_weekend, trips, ONNX, 1.5),
    Sample("parse_and_split", parse_and_split, sales, ONNX, 3),
    Sample("attributes", attributes, members, ONNX, 1, {"attrs": ("year", "month", "day")}),
    Sample("trip_minutes", trip_minutes, trips, ONNX, 1.5),
    Sample("days_since", days_since, members, ONNX, 1.5),
    Sample("age_in_years", age_in_years, members, ONNX),
    Sample("days_between", days_between, members, ONNX),
    Sample("month_ends", month_ends, members, ONNX, 0.5),
    Sample("hour_of_series", hour_of_series, pickups, ONNX),
    Sample("series_to_matrix", series_to_matrix, pickups, ONNX),
    Sample("month_lambda", lambda x: x["joined"].dt.month.to_numpy()[:, None], members, ONNX, 2.5),
    Sample("season", season, members, ONNX, 0.5),
    Sample("seasons", seasons, members, ONNX, 0.5),
    Sample("rush_hour", rush_hour, trips, ONNX, 0.5),
    Sample("weekday_names", weekday_names, trips, ONNX, 0.5),
    Sample("unix_seconds", unix_seconds, trips, ONNX, 0.5),
    Sample("loop_over_dates", loop_over_dates, members, ONNX),
    Sample("year_from_text", year_from_text, sales, ONNX, 0.5),
    Sample("month_from_text", month_from_text, sales, ONNX, 0.5),
    Sample("hour_angle", hour_angle, trips, ONNX),
    Sample("holiday", holiday, members, ONNX, 0.5),
    Sample("week_number", week_number, members, ONNX, 0.5),
    Sample("parsed_one_by_one", parsed_one_by_one, sales, ONNX, 0.5),
    Sample("index_parts", index_parts, trips, ONNX, 0.5),
    Sample("hours_by_map", hours_by_map, pickups, ONNX, 0.5),
    Sample("years_between", years_between, members, ONNX, 0.5),
]
