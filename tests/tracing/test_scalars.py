"""Code of one row: branches, loops over rows, texts put together; in ONNX Runtime, or refused."""
# ruff: noqa: RET505, SIM401 - as strangers write it

import functools
import math
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from converter.trace.known import Known
from converter.trace.tape import Tape
from tests.tracing.onnx import refusal, same_in_onnx, told

_RNG = np.random.default_rng(0)
X = np.round(_RNG.normal(size=(24, 3)) * 3, 2)
X[3, 1] = np.nan
DF = pd.DataFrame(
    {
        "a": X[:, 0],
        "b": X[:, 1],
        "i": _RNG.integers(-3, 9, 24),
        "t": _RNG.choice(["x", "yy", "Big Dog", "1"], 24),
        "g": _RNG.choice(np.array(["x", "yy", None], dtype=object), 24),
        "n": _RNG.choice(["1", "2.5", "x", "7"], 24),
    }
)
DOCUMENTS = ["Hello World", "a b c", "", "wow!! ok!", "1 2 3"] * 4
TABLE = {"x": 1, "yy": 2}
LEVELS = [(0, "low"), (2, "mid"), (5, "high")]

# --- branches ---------------------------------------------------------------------------------


def early_returns(v):
    if np.isnan(v):
        return -1
    if v < 0:
        return 0
    elif v < 1:
        return 1
    elif 1 <= v < 3:
        return 2
    return 3


def levels(v):
    for limit, name in LEVELS:
        if v <= limit:
            return name
    return "top"


def matched(v):
    match v:
        case "x":
            return 1
        case "yy" | "Big Dog":
            return 2
    return 0


def parsed(v):
    try:
        return float(v)
    except ValueError:
        return 0


def looked_up(v):
    try:
        return {1: 10, 2: 20}[v]
    except KeyError:
        return 0


def safe_rate(row):
    try:
        return row["a"] / row["i"]
    except ZeroDivisionError:
        return -1.0


def checked(v):
    if v > 100:
        raise ValueError("too much")
    return v


def counted():
    counts = defaultdict(int)
    counts[1] = 5
    return counts


def many(v):
    squares = {i: i * i for i in range(50)}
    return squares.get(v, 0)


BRANCHES = {
    "early_returns": (early_returns, "b"),
    "levels": (levels, "a"),
    "match_statement": (matched, "t"),
    "try_float": (parsed, "n"),
    "try_key": (looked_up, "i"),
    "raise_on_some_rows": (checked, "a"),
    "fifty_keys": (many, "i"),
    "log_or_zero": (lambda v: math.log(v) if v > 0 else 0, "a"),
    "chained": (lambda v: 0 < v < 1 or v > 3, "a"),
    "negated": (lambda v: not v > 1 and v != 0, "a"),
    "in_a_list": (lambda v: v in [1, 2, 3], "i"),
    "in_a_set": (lambda v: 1 if v in {"x", "yy"} else 0, "t"),
    "global_dict": (lambda v: TABLE.get(v, 0), "t"),
    "global_dict_item": (lambda v: TABLE[v] if v in TABLE else -1, "t"),
    "defaultdict": (lambda v: counted().get(v, -1), "i"),
    "missing_text": (lambda v: "none" if pd.isna(v) else v, "g"),
    "no_text": (lambda v: 0 if not isinstance(v, str) else 1, "g"),
    "is_none": (lambda v: 1 if v is None or v != v else 0, "g"),
    "unequal_to_itself": (lambda v: 0 if v != v else 1, "b"),
    "math_isnan": (lambda v: 1 if math.isnan(v) else 0, "b"),
    "none_for_some": (lambda v: None if v < 0 else v, "a"),
    "any_word": (lambda v: any(w in v for w in ("Big", "yy", "q")), "t"),
    "text_or_text": (lambda v: "even" if v % 2 == 0 else "odd", "i"),
    "present_or_as_it_is": (lambda v: v if pd.isna(v) else len(v), "t"),
    "prefix": (lambda v: v.startswith(("B", "y")), "t"),
}

# --- arithmetic -------------------------------------------------------------------------------

ARITHMETIC = {
    "rounded": (lambda v: round(v, 1), "a"),
    "rounded_to_int": (lambda v: round(v), "a"),
    "int_of_float": (lambda v: int(v), "a"),
    "int_arithmetic": (lambda v: v % 3 if v // 2 > 1 else -(v**2), "i"),
    "divided": (lambda v: 1 / (1 + math.exp(-v)), "a"),
    "bell": (lambda v: math.exp(-(v**2) / 2) / math.sqrt(2 * math.pi), "a"),
    "root": (lambda v: abs(v) ** 0.5, "b"),
    "power_of_int": (lambda v: abs(v) ** 0.5, "i"),
    "floor_and_ceil": (lambda v: math.floor(v) + math.ceil(v / 2), "a"),
    "bounded": (lambda v: min(max(v, 0), 1), "a"),
    "clipped": (lambda v: np.clip(v, 0, 1), "a"),
    "where_of_one": (lambda v: np.where(v > 0, v, 0), "a"),
    "log_of_base": (lambda v: math.log(abs(v) + 1, 3), "a"),
    "truth": (bool, "i"),
    "text_of_int": (lambda v: str(v) + "!", "i"),
    "truth_counts": (lambda v: (v > 0) + (v > 1), "a"),
    "float_of_int": (lambda v: float(v) / 3, "i"),
}


@pytest.mark.parametrize("name", [*BRANCHES, *ARITHMETIC])
def test_a_function_of_one_value_is_recorded_over_all_its_branches(name):
    function, column = {**BRANCHES, **ARITHMETIC}[name]
    same_in_onnx(lambda s: s.apply(function), DF[column], "extensions")


def test_python_rounds_by_what_a_float_really_is_and_numpy_by_what_it_looks_like():
    ties = pd.Series([2.675, 1.005, 0.285, 2.5, -0.125, 1e17, 0.5, 1.115, 4.35, 5.015])
    same_in_onnx(lambda s: s.map(lambda v: round(v, 2)), ties)
    same_in_onnx(lambda X: np.array([round(v, 2) for v in X[:, 0]]), ties.to_numpy()[:, None])
    assert round(2.675, 2) != round(np.float64(2.675), 2)


def test_a_chain_of_equalities_is_one_lookup():
    expression = told(lambda s: s.map(lambda v: TABLE.get(v, 0)), DF["t"])
    [output] = expression.outputs
    assert output.op == "lookup"
    assert dict(zip(output.attrs["keys"], output.attrs["values"], strict=True)) == TABLE


# --- rows -------------------------------------------------------------------------------------


def with_new_columns(row):
    row["z"] = row["a"] + row["b"]
    return row[["z", "a"]]


def distance(row):
    a, b = map(math.radians, (row["a"], row["b"]))
    return 2 * math.asin(math.sqrt(min(1, math.sin((a - b) / 2) ** 2)))


ROWS = {
    "rate": lambda row: 0.0 if row["i"] == 0 else row["a"] / row["i"],
    "caught_division": safe_rate,
    "attribute_and_get": lambda row: row.get("zz", 3) + row.a,
    "reduction": lambda row: row[["a", "b"]].mean(),
    "count_of_missing": lambda row: row.isnull().sum(),
    "all_of_columns": lambda row: 1 if all(row[c] > 0 for c in ["a", "i"]) else 0,
    "several_as_series": lambda row: pd.Series({"p": row["a"] + 1, "q": row["i"] * 2}),
    "changed_row": with_new_columns,
    "distance": distance,
    "f_string": lambda row: f"{row['t']}-{row['i']}",
    "joined": lambda row: " ".join([row["t"], row["n"]]),
    "joined_as_text": lambda row: "-".join(row[["t", "i"]].values.astype(str)),
    "formatted": lambda row: "{}_{}".format(row["t"], row["n"]),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_function_of_a_row_of_a_frame_is_recorded(name):
    same_in_onnx(lambda df: df.apply(ROWS[name], axis=1), DF, "extensions")


def test_a_row_of_numbers_has_numpys_arithmetic_and_a_mixed_row_has_pythons():
    numbers = told(lambda df: df.apply(safe_rate, axis=1), DF[["a", "i"]])
    mixed = told(lambda df: df.apply(safe_rate, axis=1), DF[["a", "i", "t"]])
    assert numbers.outputs[0].op == "divide"
    assert mixed.outputs[0].op == "where"


# --- loops ------------------------------------------------------------------------------------


def into_zeros(X):
    out = np.zeros((len(X), 2))
    for i in range(len(X)):
        out[i, 0] = X[i, 0] * 2
        if X[i, 1] > 0:
            out[i, 1] = 1
        else:
            out[i, 1] = X[i, 2]
    return out


def normed(X):
    out = np.empty_like(X)
    for i, row in enumerate(X):
        out[i] = row / (np.abs(row).sum() + 1)
    return out


def without_nan(X):
    X = X.copy()
    for i in range(len(X)):
        for j in range(X.shape[1]):
            if np.isnan(X[i, j]):
                X[i][j] = 0
    return X


def rows_changed(X):
    X = X.copy()
    for row in X:
        if row[0] < 0:
            row[0] = 0
    return X


def generated(X):
    def first():
        for row in X:
            yield row[0] * 2

    return np.fromiter(first(), dtype=float)


def appended(X):
    found = []
    for row in X:
        found.append([row[0] + row[1], row[0] * row[2]])
    return np.array(found)


def records(texts):
    rows = []
    for text in texts:
        rows.append({"n": len(text), "digit": any(c in text for c in "123")})
    return pd.DataFrame(rows)


def flags(df):
    df = df.copy()
    df["f"] = [1 if a > 0 else 0 for a in df["a"]]
    df["both"] = ["p" if a > 0 and i > 2 else "q" for a, i in zip(df["a"], df["i"], strict=True)]
    return df[["f", "both"]]


def iterated_rows(df):
    out = []
    for _, row in df.iterrows():
        out.append(row["a"] * 2 if row["i"] > 2 else 0)
    return pd.DataFrame({"out": out})


def located(df):
    df = df.copy()
    for i in df.index:
        df.at[i, "z"] = df.at[i, "a"] * 2
    return df[["z"]]


def quotients(df):
    q, r = zip(*[divmod(v, 3) for v in df["i"]], strict=True)
    return pd.DataFrame({"q": q, "r": r})


LOOPS = {
    "into_zeros": (into_zeros, X),
    "into_empty": (normed, X),
    "nested_assignment": (without_nan, X),
    "views_of_rows": (rows_changed, X),
    "generator": (generated, X),
    "appended": (appended, X),
    "nested_list": (lambda X: np.array([[math.sqrt(abs(v)) for v in row] for row in X]), X),
    "least_and_most": (lambda X: np.array([[min(r), max(r), sum(r)] for r in X]), X),
    "sorted_values": (lambda X: np.array([sorted(r) for r in np.nan_to_num(X)]), X),
    "norms": (lambda X: np.array([row / np.linalg.norm(row) for row in X]), X),
    "stacked": (lambda X: np.vstack([np.log1p(np.abs(row)) for row in X]), X),
    "mapped": (lambda X: np.array(list(map(math.exp, X[:, 0]))), X),
    "vectorized": (lambda X: np.vectorize(lambda v: v if v > 0 else v * 0.1)(X), X),
    "along_axis": (lambda X: np.apply_along_axis(lambda r: r[0] if r[1] > 0 else r[2], 1, X), X),
    "as_lists": (lambda X: [[float(v) + 1 for v in row] for row in X.tolist()], X),
    "reduced": (lambda X: functools.reduce(lambda a, b: a + b, [X[:, j] for j in range(3)]), X),
    "constants_only": (lambda s: np.array([1 if v > 1 else 0 for v in s]), DF["a"]),
    "columns_of_lists": (flags, DF),
    "iterrows": (iterated_rows, DF),
    "itertuples": (lambda df: np.array([row.a + row.i for row in df.itertuples()]), DF),
    "by_label": (located, DF),
    "unzipped": (quotients, DF),
    "records": (records, DOCUMENTS),
    "lengths": (lambda texts: np.array([len(t) for t in texts]).reshape(-1, 1), DOCUMENTS),
    "statistics": (lambda texts: [[len(t), t.count("!")] for t in texts], DOCUMENTS),
    "first_words": (lambda texts: [t.split(" ")[0] for t in texts], DOCUMENTS),
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_over_rows_is_recorded_where_each_row_has_the_same_answer(name):
    function, live = LOOPS[name]
    same_in_onnx(function, live, "extensions")


# --- what is refused --------------------------------------------------------------------------


def running_total(X):
    total, out = 0, []
    for row in X:
        total += row[0]
        out.append(total)
    return np.array(out)


def differences(s):
    before, out = None, []
    for v in s:
        out.append(0 if before is None else v - before)
        before = v
    return np.array(out)


def halved(X):
    out = []
    for row in X:
        v = row[0]
        while v > 1:
            v /= 2
        out.append(v)
    return np.array(out)


def first_row_only(X):
    out = np.zeros(len(X))
    for i in range(len(X)):
        out[i] = X[i, 0]
        break
    return out


def paths(row):
    return sum(2 if row[c] > k else 3 for c in ("a", "b", "i") for k in range(9))


REFUSED = {
    "running_total": (running_total, X, "function.mixes-rows"),
    "differences": (differences, DF["a"], "function.mixes-rows"),
    "filtered": (lambda X: np.array([r for r in X if r[0] > 0]), X, "function.mixes-rows"),
    "numbered": (lambda X: np.array([i for i, _ in enumerate(X)]), X, "function.mixes-rows"),
    "reversed_rows": (lambda X: np.array(list(reversed(X))), X, "function.mixes-rows"),
    "some_rows": (first_row_only, X, "function.mixes-rows"),
    "every_other": (lambda X: [X[i, 0] for i in range(0, len(X), 2)], X, "function.mixes-rows"),
    "label": (lambda df: df.apply(lambda row: row.name, axis=1), DF, "function.mixes-rows"),
    "largest": (lambda s: s / max(s), DF["a"], "function.mixes-rows"),
    "while_on_data": (halved, X, "function.unbounded-loop"),
    "as_often": (
        lambda s: s.map(lambda v: sum(k for k in range(v))),
        DF["i"],
        "function.data-dependent",
    ),
    "ragged": (lambda X: [[r[0]] if r[0] > 0 else [r[0], r[1]] for r in X], X, ""),
    "position": (lambda s: s.map(lambda v: [1, 2, 3][v]), DF["i"], "function.data-dependent"),
    "text_or_number": (lambda s: s.map(lambda v: "no" if v < 0 else v), DF["a"], ""),
    "format_spec": (lambda s: s.map(lambda v: f"{v:.2f}"), DF["a"], "function.unknown-operation"),
    "base": (lambda s: s.map(lambda v: int(v, 16)), DF["t"], "function.unknown-operation"),
    "letters": (lambda s: s.map(lambda v: ord(v[0])), DF["t"], "function.unknown-operation"),
    "changed_afterwards": (
        lambda df: df.apply(lambda r: f"{r['t']} {r['n']}".title(), axis=1),
        DF,
        "function.unknown-operation",
    ),
    "library_of_c": (
        lambda s: s.map(lambda v: math.comb(v, 2)),
        DF["i"],
        "function.unknown-operation",
    ),
    "too_many": (lambda df: df.apply(paths, axis=1), DF, "function.too-many-paths"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_depends_on_other_rows_or_cannot_be_followed_is_refused(name):
    function, live, code = REFUSED[name]
    found = refusal(function, live, "extensions")
    assert found == code if code else found


# --- what choices say of further ones ---------------------------------------------------------


def _condition(tape, op, constant):
    return tape.make(op, tape.input("x", X[:, 0]), tape.const(constant))


@pytest.mark.parametrize(
    ("op", "constant", "outcome", "asked", "other", "told"),
    [
        ("less", 10.0, True, "less", 20.0, True),
        ("less", 10.0, True, "greater", 10.0, False),
        ("less", 10.0, False, "less", 5.0, False),
        ("less", 10.0, False, "greater_equal", 10.0, None),
        ("equal", 3.0, True, "less", 4.0, True),
        ("equal", 3.0, True, "equal", 4.0, False),
        ("equal", 3.0, False, "equal", 4.0, None),
        ("less", 10.0, True, "less", 5.0, None),
    ],
)
def test_a_choice_tells_the_outcome_of_another_on_the_same_value(
    op, constant, outcome, asked, other, told
):
    tape = Tape()
    taken = [(_condition(tape, op, constant), outcome)]
    assert Known().answer(_condition(tape, asked, other), taken) is told
