"""Constant tables: joined to the rows by a key, asked by position, put side by side under names."""

import numpy as np
import pandas as pd
import pytest

from converter.trace.expression import told as spelled
from tests.tracing.onnx import refusal, same_in_onnx

MIXES = "function.mixes-rows"
UNKNOWN = "function.unknown-operation"
DEPENDS = "function.data-dependent"

REGIONS = pd.DataFrame(
    {"zip": [1, 2, 3], "rent": [1.5, 2.5, 3.5], "name": ["n", None, "s"], "size": [7, 8, 9]}
)
CODES = pd.DataFrame({"code": ["x", "y"], "weight": [1.0, 2.0]})
TWICE = pd.DataFrame({"zip": [1, 1, 2], "rent": [1.0, 2.0, 3.0]})
GAPS = pd.DataFrame({"zip": [1.0, np.nan], "rent": [1.0, 2.0]})
SHARES = pd.Series({"x": 10, "y": 20}, name="share")
DATED = pd.DataFrame({"zip": [1, 2], "since": pd.to_datetime(["2020-01-01", "2021-01-01"])})
ROWS = pd.DataFrame(
    {
        "zip": [1, 2, 3, 4] * 6,
        "letter": ["x", "y", "q", None] * 6,
        "units": np.arange(24.0),
        "size": [1, 2] * 12,
        5: [2, 9, 1] * 8,
    }
)


def joined_and_filled(df):
    merged = df.merge(REGIONS, on="zip", how="left")
    merged["rent"] = merged["rent"].fillna(0)
    merged["name"] = merged["name"].fillna("unknown")
    return merged


JOINED = {
    "by one key": lambda f: f[["zip", "units"]].merge(REGIONS, on="zip", how="left"),
    "and filled": joined_and_filled,
    "by the function": lambda f: pd.merge(f[["zip"]], REGIONS, how="left", on=["zip"]),
    "by what both have": lambda f: f[["zip", "units"]].merge(REGIONS, how="left"),
    "by two names": lambda f: f[["letter"]].merge(
        CODES, left_on="letter", right_on="code", how="left"
    ),
    "by a number for a name": lambda f: f[[5]].merge(
        REGIONS, left_on=5, right_on="zip", how="left"
    ),
    "by the table's labels": lambda f: f.merge(
        REGIONS.set_index("zip"), left_on="zip", right_index=True, how="left"
    )[["units", "rent"]],
    "names apart": lambda f: f[["zip", "size"]].merge(
        REGIONS[["zip", "size"]], on="zip", how="left", suffixes=("", "_there")
    ),
    "told to be one": lambda f: f[["zip"]].merge(REGIONS, how="left", validate="many_to_one"),
    "join": lambda f: f[["letter", "units"]].join(CODES.set_index("code"), on="letter"),
    "join of a series": lambda f: f[["letter"]].join(SHARES, on="letter"),
    "by an array": lambda f: f.assign(rent=f.merge(REGIONS, how="left", on="zip")["rent"].values)[
        ["rent"]
    ],
    "mapped": lambda f: f["letter"].map(SHARES).fillna(0).to_frame(),
}


@pytest.mark.parametrize("name", JOINED)
def test_a_constant_table_of_unique_keys_is_joined_by_a_lookup_for_each_column(name):
    expression = same_in_onnx(JOINED[name], ROWS)
    assert list(expression.columns) == list(map(str, JOINED[name](ROWS.copy()).columns))


NOT_JOINED = {
    "rows without a match are dropped": (lambda f: f.merge(REGIONS, on="zip"), MIXES),
    "rows of the table are added": (lambda f: f.merge(REGIONS, on="zip", how="outer"), MIXES),
    "the table's rows": (lambda f: f.merge(REGIONS, on="zip", how="right"), MIXES),
    "every pair": (lambda f: f.merge(CODES, how="cross"), MIXES),
    "a key twice": (lambda f: f.merge(TWICE, on="zip", how="left"), MIXES),
    "a key that is missing": (lambda f: f.merge(GAPS, on="zip", how="left"), MIXES),
    "the rows themselves": (lambda f: f.merge(f, on="zip", how="left"), MIXES),
    "what the rows give": (
        lambda f: f.merge(f.groupby("zip")["units"].mean(), on="zip", how="left"),
        MIXES,
    ),
    "the table first": (
        lambda f: REGIONS.merge(f, on="zip", how="right"),
        "function.left-numpy",
    ),
    "by the labels of the rows": (lambda f: f[["units"]].join(REGIONS), MIXES),
    "labels of other rows": (
        lambda f: f.assign(rent=f.merge(REGIONS, on="zip", how="left")["rent"])[["rent"]],
        MIXES,
    ),
    "some of the rows": (
        lambda f: f[f["units"] > 3].merge(REGIONS, on="zip", how="left"),
        UNKNOWN,
    ),
    "rows in another order": (
        lambda f: f.merge(REGIONS, on="zip", how="left", sort=True),
        UNKNOWN,
    ),
    "two keys": (lambda f: f.merge(REGIONS, on=["zip", "size"], how="left"), UNKNOWN),
    "where it came from": (
        lambda f: f.merge(REGIONS, on="zip", how="left", indicator=True),
        UNKNOWN,
    ),
    "one to one": (
        lambda f: f.merge(REGIONS, on="zip", how="left", validate="1:1"),
        UNKNOWN,
    ),
    "numbers beside text": (
        lambda f: f.merge(REGIONS, left_on="letter", right_on="zip", how="left"),
        UNKNOWN,
    ),
    "dates": (lambda f: f[["zip"]].merge(DATED, on="zip", how="left"), UNKNOWN),
    "a series whose keys are not unique": (
        lambda f: f["zip"].map(pd.Series([1.0, 2.0], index=[1, 1])).to_frame(),
        "function.differs",
    ),
}


@pytest.mark.parametrize("name", NOT_JOINED)
def test_what_changes_the_rows_or_is_not_modelled_is_not_joined(name):
    function, code = NOT_JOINED[name]
    assert refusal(function, ROWS) == code


# --- positions --------------------------------------------------------------------------------

LABELS = ["low", "mid", "high", "top"]
SCORES = (10, 20, 40, 80)
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
EDGES = [18.5, 25, 30]
MASSES = np.array([[18.5], [20.0], [30.0], [45.2], [np.nan], [17.0]] * 4)
VISITS = pd.DataFrame(
    {
        "mass": MASSES[:, 0],
        "number": [0, 1, 2, 3, 9, -4] * 4,
        "day": pd.to_datetime(["2024-01-01", "2024-02-03", "2023-03-04", "2022-12-31"] * 6),
    }
)

OF_ARRAYS = {
    "rows of an identity": lambda X: np.eye(4)[np.digitize(X.ravel(), EDGES)],
    "an array of a list": lambda X: np.array(LABELS)[np.digitize(X.ravel(), EDGES)],
    "an array of its own": lambda X: np.array(["a", "b", "c", "d"])[
        np.searchsorted(EDGES, X.ravel())
    ],
    "from behind": lambda X: np.asarray(SCORES)[np.digitize(X.ravel(), EDGES) - 4],
    "choose": lambda X: np.choose(np.digitize(X.ravel(), EDGES), SCORES),
    "computed": lambda X: (np.arange(4) ** 2 / 3)[np.digitize(X.ravel(), EDGES)],
    "a list, row by row": lambda X: [LABELS[i] for i in np.digitize(X.ravel(), EDGES)],
    "a tuple, row by row": lambda X: np.array([SCORES[i] for i in np.digitize(X[:, 0], EDGES)]),
    "a list of its own": lambda X: [["a", "b", "c", "d"][i] for i in np.digitize(X[:, 0], EDGES)],
}
OF_FRAMES = {
    "bins of one value": lambda f: f["mass"].apply(lambda x: LABELS[np.searchsorted(EDGES, x)]),
    "a remainder": lambda f: f["number"].apply(lambda n: LABELS[n % 4]),
    "a truth value": lambda f: f["number"].apply(lambda n: ("no", "yes")[n > 2]),
    "letters": lambda f: f["number"].apply(lambda n: "abcde"[n % 5]),
    "weekdays": lambda f: (
        f["day"].fillna(pd.Timestamp("2020-01-01")).apply(lambda day: DAYS[day.weekday()])
    ),
    "codes of a cut": lambda f: np.array(LABELS)[
        pd.cut(f["mass"], [0, *EDGES, 50]).cat.codes
    ].reshape(-1, 1),
    "a cut": lambda f: np.array(LABELS)[
        pd.cut(f["mass"], [0, *EDGES, 50], labels=False).fillna(0).astype(int)
    ].reshape(-1, 1),
}


@pytest.mark.parametrize("name", OF_ARRAYS)
def test_constants_are_asked_by_the_bins_of_an_array(name):
    same_in_onnx(OF_ARRAYS[name], MASSES)


@pytest.mark.parametrize("name", OF_FRAMES)
def test_constants_are_asked_by_a_whole_number_of_which_few_can_be(name):
    same_in_onnx(OF_FRAMES[name], VISITS)


def test_a_position_among_constants_is_one_lookup():
    expression = same_in_onnx(OF_FRAMES["weekdays"], VISITS)
    assert spelled(expression.outputs[0]).startswith("lookup(date.part(")


NOT_ASKED = {
    "any number": (lambda f: f["number"].apply(lambda n: LABELS[n]), DEPENDS),
    "any quotient": (lambda f: f["number"].apply(lambda n: LABELS[n // 4]), DEPENDS),
    "a hundred numbers": (lambda f: f["number"].apply(lambda n: range(100)[n % 100]), DEPENDS),
    "a real number": (lambda f: f["mass"].apply(lambda x: LABELS[x]), DEPENDS),
    "numpy's truth": (lambda f: f["mass"].apply(lambda x: LABELS[np.isnan(x)]), DEPENDS),
    "a list too short": (
        lambda f: [LABELS[i] for i in np.digitize(f["mass"], [5, *EDGES])],
        "function.differs",
    ),
}


@pytest.mark.parametrize("name", NOT_ASKED)
def test_positions_that_may_be_any_are_refused(name):
    function, code = NOT_ASKED[name]
    assert refusal(function, VISITS) == code


# --- side by side -----------------------------------------------------------------------------


def flattened(df):
    both = pd.concat([df[["zip"]], df[["size", "zip"]]], axis=1, keys=["a", "b"])
    both.columns = ["_".join(names) for names in both.columns]
    return both


NAMED = {
    "series": lambda f: pd.concat([f["zip"], f["size"]], axis=1, keys=["a", "b"]),
    "a dict of series": lambda f: pd.concat({"a": f["zip"], "b": f["size"] * 2}, axis=1),
    "frames, then flat": flattened,
    "frames, and one of them": lambda f: pd.concat(
        {"a": f[["zip"]], "b": f[["size", "zip"]]}, axis=1
    )["b"],
    "frames, a level less": lambda f: pd.concat(
        {"a": f[["zip"]], "b": f[["size"]]}, axis=1
    ).droplevel(0, axis=1),
}


@pytest.mark.parametrize("name", NAMED)
def test_columns_put_side_by_side_have_the_names_of_their_keys(name):
    expression = same_in_onnx(NAMED[name], ROWS)
    assert list(expression.columns) == list(NAMED[name](ROWS.copy()).columns)


@pytest.mark.parametrize(
    ("function", "code"),
    [
        (lambda f: pd.concat([f["zip"], f["size"]], keys=["a", "b"]), MIXES),
        (lambda f: pd.concat([f["zip"], REGIONS["rent"]], axis=1, keys=["a", "b"]), MIXES),
        (
            lambda f: pd.concat([f[["zip"]]], axis=1, keys=["a"], names=["of", "what"]),
            UNKNOWN,
        ),
    ],
)
def test_what_is_put_below_one_another_or_has_other_rows_is_refused(function, code):
    assert refusal(function, ROWS) == code
