"""Functions of frames and series, as they are written: what becomes ONNX, and what is refused."""

from functools import partial
from operator import itemgetter

import numpy as np
import pandas as pd
import pytest

from converter.trace.expression import ordered
from tests.tracing.onnx import PANDAS_3, refusal, same_in_onnx, told

RNG = np.random.default_rng(0)
ROWS = 40
LETTERS = {"x": 1, "y": 2, "z": 3}


def _gaps() -> np.ndarray:
    return np.where(RNG.random(ROWS) < 0.3, np.nan, RNG.normal(size=ROWS))


FRAME = pd.DataFrame(
    {
        "a": RNG.normal(size=ROWS).round(2) * 10,
        "b": RNG.exponential(size=ROWS),
        "n": RNG.integers(0, 5, ROWS),
        "m": RNG.integers(-3, 9, ROWS),
        "flag": RNG.random(ROWS) > 0.5,
        "t": RNG.choice(["x", "y", "z"], ROWS),
        "u": RNG.choice(["Yes", "No", None], ROWS),
        "g": _gaps(),
        "h": _gaps(),
    }
)


def columns_in_place(df):
    df["a"] *= 2
    df["c"] = df["n"] + df.m
    del df["b"]
    return df[["a", "c"]]


def assigned_by_mask(df):
    df = df.copy()
    df.loc[df.a > 0, "z"] = 1
    df.loc[df.a <= 0, "z"] = 0
    df.loc[df["n"] == 2, ["a", "b"]] = 0
    return df[["z", "a", "b"]]


def the_same_mask_on_both_sides(df):
    mask = df.a > 0
    df.loc[mask, "b"] = df.loc[mask, "b"] * 2 + df.loc[mask, "n"]
    return df[["b"]]


def cells_by_mask(df):
    df = df[["a", "b"]].copy()
    df[df < 0] = 0
    return df


def renamed_in_place(df):
    df.drop(columns=["t", "u"], inplace=True)
    df.rename(columns={"a": "A"}, inplace=True)
    df.columns = [name.lower() for name in df.columns]
    return df[["a", "b"]]


def nothing_comes_of_it(df):
    df = df.copy()
    df["g"].fillna(0, inplace=True)
    return df[["g"]]


def inserted_and_popped(df):
    df.insert(0, "zero", 0)
    squared = df.pop("a") ** 2
    df["squared"] = squared
    return df[["zero", "squared"]]


def names_of_methods(df):
    df = df[["a", "b"]].rename(columns={"a": "count", "b": "_node"})
    return df.assign(double=df["count"] * 2, more=df["_node"] + 1)


def by_attribute(df):
    df = df[["a", "b"]].rename(columns={"a": "price", "b": "quantity"})
    df["total"] = df.price * df.quantity
    return df


def each_column(df):
    for name in df.columns:
        if df[name].dtype.kind in "if":
            df[name] = df[name].abs()
    return df.drop(columns=["t", "u", "flag"])


def statistics_across(df):
    part = df[["a", "b", "g", "h"]]
    return pd.DataFrame(
        {
            "sum": part.sum(axis=1),
            "mean": part.mean(axis=1),
            "max": part.max(axis=1),
            "min": part.min(axis=1),
            "median": part.median(axis=1),
            "std": part.std(axis=1),
            "var": part.var(axis=1, ddof=0),
            "count": part.count(axis=1),
            "distinct": part.nunique(axis=1),
            "gaps": part.isna().sum(axis=1),
            "any": (part > 0).any(axis=1),
            "all": (part > 0).all(axis=1),
            "with gaps": part.sum(axis=1, skipna=False),
        }
    )


def whole_numbers(df):
    return pd.DataFrame({"q": df.n // 2, "r": df.m % 3, "z": df.n // df.m, "w": df.n % df.m})


def comparisons(df):
    return ((df.a > 0) & (df.n == 2) | ~df.flag).to_frame("q")


def dummies_of_known_columns(df):
    wide = pd.get_dummies(df, columns=["t", "u"])
    return wide.reindex(columns=["a", "t_x", "u_Yes", "u_Nope"], fill_value=0)


def dummies_of_known_categories(df):
    return pd.get_dummies(
        df["t"].astype(pd.CategoricalDtype(["x", "y", "w"])), prefix="T", dtype=int
    )


def levels(df):
    return pd.DataFrame(
        {"level": np.select([df["a"] < 0, df["a"] < 5], [0, 1], default=2)}, index=df.index
    )


def from_nothing(df):
    out = pd.DataFrame()
    out["double"] = df.a * 2
    out["one"] = 1
    return out


def by_eval(df):
    return df.eval("left = a - b * 2\nbig = a > 0 & n == 2")[["left", "big"]]


def matrix_or_frame(data):
    if isinstance(data, pd.DataFrame):
        data = data[["a", "b"]].to_numpy()
    return data**2


KINDS = {"a": 1.0, "b": 2.0}

EXPRESSED = [
    lambda df: pd.cut(df["a"], [-100, 0.5, 100]).astype(str),
    lambda df: pd.cut(df["a"], [-1, 0, 1], right=False).cat.codes.to_frame(),
    lambda df: pd.cut(df["a"], [-1, 0, 1], labels=["low", "high"]).cat.codes * 100,
    lambda df: pd.get_dummies(pd.cut(df["a"], [-1, 0.5, 1]), dtype=int),
    lambda df: pd.concat([df[["a"]], df[["a"]] ** 2], axis=1),
    lambda df: pd.concat([df["a"], df["b"], df["a"] ** 2], axis=1).iloc[:, 2],
    lambda df: np.exp(pd.concat([df["a"], df["a"] * 2], axis=1)).to_numpy().sum(axis=1),
    lambda df: pd.concat([df["a"], df["b"], df["a"] ** 2], axis=1).drop(columns="a"),
    lambda df: df[["a", "b", "a"]].set_axis(["p", "q", "r"], axis=1),
    lambda df: pd.Series([KINDS.get(each, 0.0) for each in df["t"]], index=df.index),
    lambda df: df.assign(ratio=df.a / df.b, more=lambda d: d.ratio * 2)[["ratio", "more"]],
    columns_in_place,
    assigned_by_mask,
    the_same_mask_on_both_sides,
    cells_by_mask,
    renamed_in_place,
    nothing_comes_of_it,
    inserted_and_popped,
    names_of_methods,
    by_attribute,
    each_column,
    statistics_across,
    whole_numbers,
    comparisons,
    dummies_of_known_columns,
    dummies_of_known_categories,
    levels,
    from_nothing,
    by_eval,
    matrix_or_frame,
    itemgetter(["a", "b"]),
    pd.DataFrame.isna,
    partial(pd.DataFrame.filter, regex="^[ab]$"),
    lambda df: df.select_dtypes("number").fillna(0),
    lambda df: df.fillna({"g": 0, "u": "none"}),
    lambda df: df["g"].fillna(df["h"]).fillna(0),
    lambda df: df["t"].map(LETTERS).to_frame(),
    pytest.param(lambda df: df["u"].map({"Yes": 1, np.nan: -1}).to_frame(), marks=PANDAS_3),
    lambda df: df[["t"]].replace(LETTERS).astype(int),
    lambda df: df[["a", "t", "n"]].replace({"t": {"x": "X", "y": "x"}, "n": {0: 9, 1: 0}}),
    lambda df: df[["g", "n"]].replace([np.nan, 0], [0, 7]),
    lambda df: np.log1p(df[["b", "n"]]),
    lambda df: np.where(df["a"] > 0, df["a"], df["b"]),
    lambda df: df[["a", "b"]].where(df["a"] > 0, 0),
    lambda df: df[["a", "b", "g"]].mask(df["a"] > 0),
    lambda df: df[["a", "b"]].mask(df[["a", "b"]] > 0, df["h"], axis=0),
    lambda df: df[["a", "b", "n"]].clip(lower=0, upper=3),
    lambda df: df["a"].clip(df["b"], 5).to_frame(),
    lambda df: df[["a", "b"]].round({"a": 1}),
    lambda df: df["a"].between(-5, 5, inclusive="left").astype(int).to_frame(),
    lambda df: pd.DataFrame({"t": df["t"].isin(["x", "q"]), "n": df["n"].isin([1, 2.0])}),
    lambda df: pd.concat([df[["a"]], np.log1p(df[["b"]]).add_suffix("_l"), df["n"]], axis=1),
    lambda df: pd.cut(df["a"], bins=[-100, -5, 0, 5, 100], labels=["a", "b", "c", "d"]),
    lambda df: pd.cut(df["g"], bins=[-1, 0, 1], labels=False, include_lowest=True).to_frame(),
    lambda df: df[["t"]].apply(lambda c: pd.Categorical(c, categories=["z", "y"]).codes),
    lambda df: df[["a", "b", "g"]].diff(axis=1),
    lambda df: df[["a", "b", "g"]].cumsum(axis=1),
    lambda df: df[["g", "h", "a"]].bfill(axis=1),
    lambda df: df[["a", "b"]].div(df[["a", "b"]].sum(axis=1), axis=0).add_prefix("p_"),
    lambda df: df["g"].add(df["h"], fill_value=0).to_frame("s"),
    lambda df: df[["a", "b"]] + df[["b", "n"]],
    lambda df: (df[["a", "b"]] - pd.Series({"b": 2.0, "a": 1.0})) * [2, 3],
    lambda df: df[["a", "b"]].apply(lambda column: (column - 1) / 2),
    lambda df: df[["a", "b"]].apply(np.sqrt),
    lambda df: df.apply(lambda row: row.a * 2 if row.n > 2 else row.b, axis=1).to_frame("z"),
    lambda df: df["a"].apply(lambda v: np.log(v) if v > 0 else 0.0).to_frame(),
    lambda df: df.loc[:, "a":"n"].iloc[:, [0, 2]],
    lambda df: df.loc[:, df.dtypes == "float64"].notna(),
    lambda df: np.clip(df[["a", "b"]], 0, 1),
    lambda df: np.std(df[["a", "b", "n"]], axis=1),
    lambda df: np.column_stack([df["a"], df["b"] ** 2]),
    lambda df: df[["a", "b"]].values.reshape(-1, 2)[:, :1],
    lambda df: df[["n", "flag", "u"]].astype(str)[["n", "flag"]],
    lambda df: sum([df["a"], df["b"], df["n"]]).to_frame("s"),
    lambda df: df[["a", "b"]].pipe(lambda d, k: d * k, 3),
    lambda df: df["a"].combine_first(df["g"]) ** 0.5,
    lambda df: df[["a"]].join(df[["b"]] * 2).squeeze(axis=1),
    lambda df: df[["t", "u"]].nunique(axis=1).to_frame(),
    lambda df: df[["t"]].replace("^x$", np.nan, regex=True).fillna("none"),
    lambda df: df[["t", "a"]].replace({"[xy]": None}, regex=True).isna(),
    partial(pd.DataFrame.__getitem__, key=["b", "a"]),
    lambda df: pd.Series([LETTERS[each] for each in df["t"]]).to_frame(),
    lambda df: df.reindex(columns=["b", "a", "missing"], fill_value=0),
]


@pytest.mark.parametrize("function", EXPRESSED)
def test_onnx_runtime_answers_as_pandas_does(function):
    same_in_onnx(function, FRAME)


def batch_if(df):
    if df["a"].max() > 3:
        return df[["a"]]
    return df[["b"]]


def two_indexes(df):
    df = df.copy()
    df["k"] = pd.Series(df["a"].to_numpy() * 2)
    return df[["k"]]


MIXES = "function.mixes-rows"
UNKNOWN = "function.unknown-operation"
REFUSED = [
    (MIXES, lambda df: df["a"] - df["a"].mean()),
    (MIXES, lambda df: (df[["a", "b"]] - df[["a", "b"]].min()) / 2),
    (MIXES, lambda df: df["g"].fillna(df["g"].median()).to_frame()),
    (MIXES, lambda df: df["t"].fillna(df["t"].mode()[0]).to_frame()),
    (MIXES, lambda df: df["a"].rank()),
    (MIXES, lambda df: df[["g"]].ffill()),
    (MIXES, lambda df: df[["g"]].interpolate()),
    (MIXES, lambda df: df["a"].shift(1)),
    (MIXES, lambda df: df["a"].diff()),
    (MIXES, lambda df: df["a"].cumsum()),
    (MIXES, lambda df: df["a"].rolling(3).mean()),
    (MIXES, lambda df: pd.get_dummies(df[["t"]])),
    (MIXES, lambda df: pd.qcut(df["a"], 4, labels=False)),
    (MIXES, lambda df: pd.cut(df["a"], 4, labels=False)),
    (MIXES, lambda df: df["t"].astype("category").cat.codes),
    (MIXES, lambda df: pd.factorize(df["t"])[0].reshape(-1, 1)),
    (MIXES, lambda df: df["a"] - df.groupby("t")["a"].transform("mean")),
    (MIXES, lambda df: df["t"].map(df["t"].value_counts()).to_frame()),
    (MIXES, lambda df: df.merge(pd.DataFrame({"t": ["x"], "v": [1]}), on="t")),
    (MIXES, lambda df: df.dropna()),
    (MIXES, lambda df: df[df["a"] > 0]),
    (MIXES, lambda df: df.iloc[:5]),
    (MIXES, lambda df: df.sort_values("a")),
    (MIXES, lambda df: df["a"] / len(df)),
    (MIXES, lambda df: df["a"] * df.shape[0]),
    (MIXES, lambda df: pd.concat([df, df])),
    (MIXES, lambda df: pd.DataFrame({"i": df.index})),
    (MIXES, lambda df: df[["a", "b"]].mul(df["n"])),
    (MIXES, lambda df: df[["a", "b"]].where(df["a"] > 0, 0, axis=1)),
    (MIXES, batch_if),
    (MIXES, two_indexes),
    ("function.data-dependent", lambda df: df[["t"]].replace(LETTERS)),
    (UNKNOWN, lambda df: pd.cut(df["a"], [-100, 0.5, 100]).apply(lambda each: each.left)),
    (UNKNOWN, lambda df: pd.cut(df["a"], [-100, 0, 100]).astype(str)),
    (UNKNOWN, lambda df: pd.concat([df[["a"]], df[["a"]] ** 2], axis=1)["a"]),
    (UNKNOWN, lambda df: df["a"].astype(str)),
    (UNKNOWN, lambda df: df[["a", "b"]].rank(axis=1, pct=True)),
    (UNKNOWN, lambda df: df["g"].fillna(0, limit=1)),
]


@pytest.mark.parametrize(("code", "function"), REFUSED)
def test_what_mixes_rows_or_is_not_modelled_is_refused(code, function):
    assert refusal(function, FRAME) == code


WIDE = pd.DataFrame(RNG.normal(size=(20, 300)), columns=[f"c{i}" for i in range(300)])


def logs_in_a_loop(df):
    for name in df.columns:
        df[name] = np.log1p(df[name].clip(lower=0))
    return df


@pytest.mark.parametrize(
    "function",
    [
        lambda df: np.log1p(df.fillna(0).abs()) * 2,
        logs_in_a_loop,
        lambda df: df.assign(total=df.sum(axis=1))[["total", "c1"]],
        lambda df: np.sqrt(np.abs(df.to_numpy())),
    ],
)
def test_columns_computed_alike_are_a_handful_of_nodes(function):
    made = told(function, WIDE.iloc[:6])
    inputs = set(made.inputs)
    nodes = [node for node in ordered(made.outputs) if node.op != "const" and node not in inputs]
    assert len([n for n in nodes if not (n.op == "reshape" and n.inputs[0] in inputs)]) < 10
