"""Branches on all rows at once: a row's answer is its own where both ways give it the same."""

import logging
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.tracing.onnx import refusal, same_in_onnx

_RNG = np.random.default_rng(0)
FLOATS = _RNG.normal(size=(30, 3))
FRAME = pd.DataFrame(
    {
        "age": np.where(_RNG.random(30) < 0.2, np.nan, _RNG.integers(1, 80, 30).astype(float)),
        "fare": _RNG.gamma(2, 15, 30),
        "cabin": pd.Series(_RNG.choice(np.array(["C85", "E46", None], dtype=object), 30)),
    }
)
NUMBERS = FRAME[["age", "fare"]]


def fills(df: Any) -> Any:
    df = df.copy()
    if df.isnull().any().any():
        df = df.fillna(-1)
    return df


def fills_the_column(df: Any) -> Any:
    for name in ("age", "fare"):
        if df[name].isna().sum() > 0:
            df[name] = df[name].fillna(0)
    return df[["age", "fare"]]


def fills_unless_complete(df: Any) -> Any:
    if df.isnull().sum().sum() == 0:
        return df
    return df.fillna(0)


def fills_the_matrix(df: Any) -> Any:
    values = df.to_numpy()
    if np.isnan(values).sum():
        values = np.where(np.isnan(values), 0.0, values)
    return values


def fills_text(df: Any) -> Any:
    df = df.copy()
    if not df["cabin"].notna().all():
        df["cabin"] = df["cabin"].fillna("U")
    return df[["cabin"]]


def branches_row_by_row_within(df: Any) -> Any:
    ages = df["age"]
    if ages.isna().any():
        ages = ages.apply(lambda value: 0.0 if np.isnan(value) else value)
    return ages.to_frame()


def checks(df: Any) -> Any:
    if (df["fare"] < 0).any():
        raise ValueError("negative")
    return np.log1p(df[["fare"]])


WORK = {
    "fills where any is missing": (fills, NUMBERS),
    "fills a column where any is missing": (fills_the_column, FRAME),
    "fills unless none is missing": (fills_unless_complete, NUMBERS),
    "fills a matrix": (fills_the_matrix, NUMBERS),
    "fills text": (fills_text, FRAME),
    "row by row within": (branches_row_by_row_within, FRAME),
    "raises": (checks, FRAME),
    "caps": (lambda x: np.minimum(x, 2) if (x > 2).any() else x, FLOATS),
    "caps unless all are below": (lambda x: x if (x <= 2).all() else np.minimum(x, 2), FLOATS),
}


@pytest.mark.parametrize(("function", "live"), WORK.values(), ids=WORK)
def test_a_branch_on_all_rows_converts_where_both_ways_are_the_same(
    function: Any, live: Any
) -> None:
    same_in_onnx(function, live)


def columns_without_gaps(df: Any) -> Any:
    return df[df.columns[df.notna().all()]]


REFUSED = {
    "guesses the scale": (lambda x: x / 100 if (x > 2).any() else x, FLOATS),
    "changes other rows": (lambda x: np.where(x < -1.5, 0, x) if (x > 2).any() else x, FLOATS),
    "two questions": (lambda x: x * 2 if (x > 1).any() and not (x > 1).all() else x, FLOATS),
    "counts": (lambda df: df[["fare"]] + df["age"].isna().sum(), FRAME),
    "counts to three": (lambda df: df[["fare"]] * (df["age"].isna().sum() > 3), FRAME),
    "chooses columns": (columns_without_gaps, FRAME),
    "in a row's function": (
        lambda df: df.apply(lambda row: row["fare"] if df["fare"].isna().any() else 0.0, axis=1),
        NUMBERS,
    ),
}


@pytest.mark.parametrize(("function", "live"), REFUSED.values(), ids=REFUSED)
def test_a_branch_on_all_rows_that_changes_other_rows_is_refused(function: Any, live: Any) -> None:
    assert refusal(function, live) == "function.mixes-rows"


def tells(df: Any) -> Any:
    fares = df["fare"]
    show = print
    show(fares.mean(), f"{fares.std():.2f}", round(fares.max(), 1), df.describe(), df.head(3))
    show("of " + str(fares.nunique()), int(df["age"].isna().sum()), float(fares.median()))
    show(fares.quantile(0.9) - fares.min(), df.groupby("cabin").size().to_dict())
    df.info()
    return df[["fare"]] * 2


def logs(df: Any) -> Any:
    logging.getLogger("tests").info(
        "%s of %s", df["cabin"].value_counts(), len(df["cabin"].unique())
    )
    return np.log1p(df[["fare"]])


@pytest.mark.parametrize("function", [tells, logs])
def test_what_all_rows_have_may_be_shown(function: Any) -> None:
    same_in_onnx(function, FRAME)


TOLD: list[Any] = []


def spelled(df: Any) -> Any:
    return df.assign(told=f"mean {df['fare'].mean()}")[["told"]]


def asks_what_is_spelled(df: Any) -> Any:
    return df[["fare"]] * (0 if str(df["fare"].mean()) == "nan" else 1)


def floored(df: Any) -> Any:
    lowest = df.loc[df["fare"] > 0, "fare"].min()
    return df["fare"].apply(lambda fare: fare if fare >= 0 else lowest).to_frame()


USED = {
    "taken off": (lambda df: df[["fare"]] - df["fare"].mean(), "mixes-rows"),
    "beside the rows": (lambda df: df["fare"].mean() - df["fare"], "mixes-rows"),
    "a column": (lambda df: df.assign(mean=df["fare"].mean()), "mixes-rows"),
    "decides": (lambda df: df[["fare"]] if df["fare"].mean() > 3 else df[["age"]], "mixes-rows"),
    "compared with": (lambda df: (df["fare"] > df["fare"].median()).to_frame(), "mixes-rows"),
    "of groups": (lambda df: df.groupby("cabin")["fare"].transform("mean"), "mixes-rows"),
    "looked up": (lambda df: df["cabin"].map(df["cabin"].value_counts()), "mixes-rows"),
    "handed to numpy": (lambda df: df[["fare"]] * np.log(df["fare"].max()), "mixes-rows"),
    "made a number": (lambda df: df[["fare"]] * float(df["fare"].max()), "mixes-rows"),
    "looped over": (lambda df: df[["fare"]] * sum(df["fare"].unique()), "mixes-rows"),
    "handed on": (lambda df: df.describe(), "mixes-rows"),
    "from a row's function": (floored, "mixes-rows"),
    "between two": (lambda df: df["fare"].where(df["age"] > 1, df["fare"].min()), "mixes-rows"),
    "as a bound": (lambda df: df[["fare"]].clip(upper=df["fare"].quantile(0.9)), "mixes-rows"),
    "where none is": (lambda df: np.where(df["age"].isna(), df["age"].mean(), 1), "mixes-rows"),
    "asked": (asks_what_is_spelled, "mixes-rows"),
    "by a function": (lambda df: df.groupby("cabin").apply(len), "mixes-rows"),
    "spelled": (lambda df: df.assign(told=f"{df['fare'].mean()}"), "mixes-rows"),
    "spelled among words": (spelled, "differs"),
    "kept": (lambda df: TOLD.append(df["fare"].mean()) or df[["fare"]], "changes-state"),
}


@pytest.mark.parametrize(("function", "code"), USED.values(), ids=USED)
def test_what_all_rows_have_is_good_for_nothing_else(function: Any, code: str) -> None:
    assert refusal(function, FRAME) == f"function.{code}"
