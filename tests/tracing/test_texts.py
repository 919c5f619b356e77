"""What functions of text become: graphs that ONNX Runtime answers alike, or refusals."""

import re
import string
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from converter.trace.function import Untraced
from tests.tracing.onnx import PANDAS_3, refusal, same_in_onnx, told

NAMES = [
    "Braund, Mr. Owen Harris",
    "Cumings, Mrs. John Bradley",
    "Heikkinen, Miss. Laina",
    "Rothes, the Countess. of",
] * 10
BODIES = [
    "Great product! See <b>https://x.io/a</b> now",
    "It broke after 2 days... :(",
    "  spaces   here ",
    "ALL CAPS!!",
    "",
] * 8
CABINS = ["C85", None, "E46", None, "B57 B59"] * 8
NOT_LETTERS = re.compile(r"[^a-zA-Z]+")

names = pd.Series(NAMES, name="Name")
bodies = pd.Series(BODIES, name="body")
cabins = pd.Series(CABINS, name="Cabin")
objects = bodies.astype(object)
frame = pd.DataFrame(
    {
        "Name": NAMES,
        "Cabin": CABINS,
        "Sex": ["male", "female"] * 20,
        "Pclass": [1, 2, 3, 1] * 10,
        "price": ["$1,200.50", "$3", "n/a", "12.5"] * 10,
        "date": ["2020-01-05", "1999-12-31"] * 20,
        "flag": ["yes", "no", "Yes", "N"] * 10,
    }
)


def clean(text: str) -> str:
    text = text.lower()
    text = re.sub(r"<.*?>", " ", text)
    text = re.sub(r"https?://\S+", "", text)
    text = re.sub(r"[^a-z\s]", "", text)
    return text.strip()


def price(value: str) -> float:
    try:
        return float(value.replace("$", "").replace(",", ""))
    except ValueError:
        return np.nan


def title(name: str) -> str:
    found = re.search(r" ([A-Za-z]+)\.", name)
    if found:
        return found.group(1)
    return ""


SAID: list[tuple[Callable[[Any], Any], Any]] = [
    (lambda s: s.str.lower(), bodies),
    (lambda s: s.str.lower(), objects),
    (lambda s: s.str.upper(), bodies),
    (lambda s: s.str.upper(), objects),
    (lambda s: s.str.title(), bodies),
    (lambda s: s.str.strip().str.lower(), bodies),
    (lambda s: s.str.len().to_frame(), bodies),
    (lambda s: s.str.len().to_frame(), cabins),
    (lambda s: s.str[0].to_frame(), cabins),
    (lambda s: s.fillna("U").str[0].to_frame(), cabins),
    (lambda s: s.str.contains("broke").astype(int).to_frame(), bodies),
    pytest.param(lambda s: s.str.contains("C").astype(int).to_frame(), cabins, marks=PANDAS_3),
    (lambda s: s.str.contains("C", na=True).astype(int).to_frame(), cabins),
    (lambda s: s.str.contains("GREAT", case=False).astype(int).to_frame(), bodies),
    (lambda s: s.str.match("^[A-Z]").astype(int).to_frame(), bodies),
    (lambda s: s.str.startswith(("A", "G")).astype(int).to_frame(), bodies),
    (lambda s: s.str.count("!").to_frame(), bodies),
    (lambda s: s.str.find("o").to_frame(), bodies),
    (lambda s: s.str.isupper().astype(int).to_frame(), bodies),
    (lambda s: s.str.extract(r" ([A-Za-z]+)\.", expand=False), names),
    (lambda s: s.str.extract(r"([A-Z])(\d+)"), cabins),
    (lambda s: s.str.extract(r"(\d+)", expand=False).astype(float).to_frame(), cabins),
    (lambda s: s.str.split(",").str[0].to_frame(), names),
    (lambda s: s.str.split(", ").str[1].str.split(".").str[0].to_frame(), names),
    (lambda s: s.str.split().str.len().to_frame(), bodies),
    (lambda s: s.str.split().str.join(" "), bodies),
    (lambda s: s.str.findall(r"\w+").str.len().to_frame(), bodies),
    (lambda s: s.str.replace("!", "").str.replace("...", " ", regex=False), bodies),
    (lambda s: s.str.replace(r"[^A-Za-z ]", " ", regex=True), bodies),
    (lambda s: s.str.translate(str.maketrans("", "", string.punctuation)), bodies),
    (lambda s: s.str.zfill(5).to_frame(), cabins),
    (lambda s: s.str.partition(",")[0].to_frame(), names),
    (lambda s: s.apply(clean), bodies),
    (lambda s: s.apply(title).to_frame(), names),
    (lambda s: s.map(len).to_frame(), bodies),
    (lambda s: s.apply(lambda t: len(t.split())).to_frame(), bodies),
    (lambda s: s.apply(lambda t: re.sub(r"\s+", " ", t).strip()), bodies),
    (lambda s: s.apply(lambda t: " ".join(t.split())), bodies),
    (lambda s: s.apply(lambda x: x[0] if pd.notna(x) else "U").to_frame(), cabins),
    (lambda s: s.apply(lambda x: x.split(",")[1].split(".")[0].strip()).to_frame(), names),
    (lambda s: np.char.lower(s.to_numpy().astype(str)), bodies),
    (lambda x: np.array([NOT_LETTERS.sub(" ", t) for t in x]), BODIES),
    (lambda x: [clean(t) for t in x], BODIES),
    (lambda x: np.array([[len(t), t.count("!"), len(t.split())] for t in x]), BODIES),
    (lambda x: np.array([[int(bool(re.search(r"[0-9]", t)))] for t in x]), BODIES),
    (lambda d: d["price"].apply(price).to_frame(), frame),
    (
        lambda d: pd.to_numeric(
            d["price"].str.replace("$", "").str.replace(",", ""), errors="coerce"
        ).to_frame(),
        frame,
    ),
    (lambda d: (d["Sex"] + "_" + d["Pclass"].astype(str)).to_frame("key"), frame),
    (lambda d: d["Name"].str.cat(d["Sex"], sep=" - "), frame),
    (lambda d: d["Cabin"].str.cat(d["Sex"], sep="-", na_rep="?"), frame),
    (lambda d: d[["Name", "Sex"]].agg(" ".join, axis=1), frame),
    (lambda d: (d["flag"].str.lower() == "yes").astype(int).to_frame(), frame),
    (lambda d: d["flag"].str.lower().map({"yes": 1, "no": 0}).to_frame(), frame),
    (lambda d: d["Cabin"].isna().astype(int).to_frame(), frame),
    (lambda d: d["Cabin"].str.len().fillna(0).to_frame(), frame),
    (lambda d: d["Cabin"].str.split().str.len().fillna(0).to_frame(), frame),
    (lambda s: s.str.extract(r" ([A-Za-z]+)\.", expand=False).fillna("none"), names),
    (lambda s: s.str.split(", ").str[1].isna().to_frame(), names),
    (lambda d: pd.to_numeric(d["flag"].replace({"yes": 1, "no": 0}), errors="coerce"), frame),
    (lambda d: d["date"].str[:4].astype(int).to_frame(), frame),
]
UNSAID: list[tuple[Callable[[Any], Any], Any, str]] = [
    (lambda s: s.str.cat(sep=" "), bodies, "function.mixes-rows"),
    (lambda s: s.str.get_dummies(","), names, "function.unknown-operation"),
    (lambda s: s.str.normalize("NFKD"), bodies, "function.unknown-operation"),
    (lambda s: s.str.encode("ascii", "ignore"), bodies, "function.unknown-operation"),
    (lambda s: s.str.wrap(3), bodies, "function.unknown-operation"),
    (lambda s: s.str.contains(s), bodies, "function.unknown-operation"),
    (lambda s: s.str.replace("a", str.upper, regex=True), bodies, "function.unknown-operation"),
    (lambda s: s.str.replace("x*", "-", regex=True), bodies, "function.unknown-operation"),
    (lambda s: s.str.strip().str.len(), cabins.fillna(""), ""),
    (lambda s: s.str.len(), pd.Series(["a", "", None] * 5), "onnx.missing-string"),
    (lambda s: s.str.swapcase(), bodies, "onnx.operation"),
    (lambda s: s.str.replace(r"(?<=a)b", "", regex=True), bodies, "onnx.operation"),
    (lambda s: s.str.replace(r"(\w+) ", r"\1_", regex=True), bodies, "onnx.needs-extensions"),
    (lambda d: (d["Pclass"] / 2).astype(str).to_frame(), frame, "function.unknown-operation"),
]


@pytest.mark.parametrize(("function", "live"), SAID)
def test_onnx_runtime_answers_as_the_function_does(
    function: Callable[[Any], Any], live: Any
) -> None:
    same_in_onnx(function, live)


@pytest.mark.parametrize(("function", "live", "code"), UNSAID)
def test_what_cannot_be_said_has_its_reason(
    function: Callable[[Any], Any], live: Any, code: str
) -> None:
    assert refusal(function, live) == code


def test_the_extensions_replace_by_groups() -> None:
    same_in_onnx(lambda s: s.str.replace(r"(\w+) ", r"\1_", regex=True), bodies, "extensions")


@pytest.mark.parametrize(
    "function",
    [
        lambda s: s.fillna("") + "!",
        lambda s: s.str.strip().str.lower().fillna("") + "!",
        lambda s: s.fillna("").str.contains("a", case=False).astype(int).to_frame(),
    ],
)
def test_a_missing_text_made_empty_is_the_empty_text_that_it_is_in_a_graph(function) -> None:
    same_in_onnx(function, pd.Series(["", None, "a", " Bc "] * 5))


@pytest.mark.parametrize(
    "function",
    [
        lambda s: s.fillna("none"),
        lambda s: pd.DataFrame({"is": s.isna(), "text": s.fillna("")}),
        lambda s: (s + "!").fillna(""),
    ],
)
def test_a_missing_text_told_from_an_empty_one_is_refused(function) -> None:
    assert refusal(function, pd.Series(["", None, "a", " Bc "] * 5)) == "onnx.missing-string"


def test_a_missing_text_is_asked_of_the_input_not_of_what_became_of_it() -> None:
    expression = told(lambda s: s.str.strip().str.lower().str.len().to_frame(), cabins)
    [output] = expression.outputs
    assert output.op == "where"
    assert repr(output.inputs[0]) == "text.missing(X)"


REWRITTEN = {
    ".str.normalize": (
        lambda X: X["t"].str.normalize("NFKD").str.len(),
        lambda X: X["t"].str.replace("é", "e").str.len(),
    ),
    ".str.encode": (
        lambda X: X["t"].str.encode("ascii", errors="ignore").str.decode("ascii").str.len(),
        lambda X: X["t"].str.replace(r"[^\x00-\x7f]", "", regex=True).str.len(),
    ),
    ".str.rfind": (
        lambda X: X["t"].str.rfind("-"),
        lambda X: X["t"].str.split("-").str[-1].str.len(),
    ),
    "date.fromisoformat": (
        lambda X: X["on"].map(lambda text: date.fromisoformat(text).year),
        lambda X: X["on"].map(lambda text: datetime.strptime(text, "%Y-%m-%d").year),
    ),
    ".date": (
        lambda X: (X["when"].dt.date - date(2024, 1, 1)).map(lambda span: span.days),
        lambda X: (X["when"].dt.normalize() - pd.Timestamp("2024-01-01")).dt.days,
    ),
}
WORDED = pd.DataFrame(
    {
        "t": ["café-au-lait", "thé", "a-b", "noir"] * 5,
        "on": ["2024-02-29", "1999-12-31"] * 10,
        "when": pd.date_range("2024-02-28 23:00", periods=20, freq="11h"),
    }
)


@pytest.mark.parametrize("word", REWRITTEN)
def test_a_word_that_a_graph_lacks_is_refused_with_a_rewrite_that_converts(word):
    function, rewrite = REWRITTEN[word]
    with pytest.raises(Untraced) as untraced:
        told(function, WORDED)
    [reason] = untraced.value.reasons
    assert reason.code == "function.unknown-operation"
    assert f"`{word}" in reason.message
    assert ";" in reason.message
    same_in_onnx(rewrite, WORDED, ops="extensions")
