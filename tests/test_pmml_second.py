"""What PMML4S makes of documents that JPMML-Evaluator reads right: the table of docs/pmml.md."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    StandardScaler,
)
from sklearn.svm import SVC

from adapters.to_pmml.java import second
from converter.errors import UnreadableError
from converter.worker.watching import watch
from tests.cases_pmml import TIGHT, as_rows, convert, parity

PAGE = Path(__file__).parents[1] / "docs/pmml.md"
RNG = np.random.default_rng(0)
N = 120
TABLE = pd.DataFrame(
    {
        "a": 3 * RNG.normal(size=N),
        "b": RNG.normal(size=N),
        "words": RNG.choice(["Ab c", "x-y 12", "  Zürich ", "", "a,b;c", "7.5"], N).astype(object),
        "plan": RNG.choice(["p", "q", "r", "s"], N, p=[0.5, 0.4, 0.07, 0.03]).astype(object),
        "when": pd.Timestamp("2020-01-01") + pd.to_timedelta(RNG.integers(0, 10**8, N), unit="s"),
        "member": RNG.random(N) < 0.5,
    }
)
GAPS = TABLE.assign(**{name: TABLE[name].where(RNG.random(N) > 0.4) for name in "ab"})
PLANS = TABLE.assign(plan=np.where(RNG.random(N) > 0.2, TABLE["plan"], None))
TARGET = TABLE["a"] + TABLE["b"]
CLASSES = (TARGET > 0).astype(int) + (TARGET > 2)
PAIR = [("line", LogisticRegression()), ("bayes", GaussianNB())]


def of(function):
    return FunctionTransformer(function)


def one(function):
    """A function of a table that gives one column."""
    return of(lambda table: pd.DataFrame({"z": function(table)}))


def coded(encoder, column="plan"):
    columns = make_column_transformer((encoder, [column]), ("passthrough", ["a"]))
    return make_pipeline(columns, LinearRegression())


def answered(step):
    return make_pipeline(step, LinearRegression())


NUMBERS, PLAN, WORDS, DATES = ["a", "b"], ["plan", "a"], ["words"], ["when"]
TOKENS = CountVectorizer(token_pattern=r"\w+")
RARE = OneHotEncoder(min_frequency=10, handle_unknown="infrequent_if_exist")
MISSING = OrdinalEncoder(encoded_missing_value=-2)

CONSTRUCTS = {
    "linear models, their classes and probabilities": (
        LogisticRegression(),
        TABLE[NUMBERS],
        CLASSES,
    ),
    "several classes, scores beyond 700": (
        SGDClassifier(random_state=0),
        TABLE[NUMBERS] * 1e3,
        CLASSES,
    ),
    "k-means": (KMeans(3, n_init=1, random_state=0), TABLE[NUMBERS], None),
    "support vectors of two classes": (SVC(), TABLE[NUMBERS], CLASSES > 0),
    "support vectors of several": (SVC(), TABLE[NUMBERS], CLASSES),
    "nearest neighbours": (KNeighborsClassifier(3), TABLE[NUMBERS], CLASSES > 0),
    "neural networks": (
        MLPClassifier(hidden_layer_sizes=3, max_iter=9, random_state=0),
        TABLE[NUMBERS],
        CLASSES,
    ),
    "trees and forests": (
        RandomForestClassifier(3, max_depth=4, random_state=0),
        TABLE[NUMBERS],
        CLASSES,
    ),
    "trees and forests, values missing": (
        RandomForestRegressor(3, random_state=0),
        GAPS[NUMBERS],
        TARGET,
    ),
    "gradient boosting": (GradientBoostingClassifier(n_estimators=4), TABLE[NUMBERS], CLASSES),
    "histogram boosting, values missing": (
        HistGradientBoostingRegressor(max_iter=9, min_samples_leaf=5),
        GAPS[NUMBERS],
        TARGET,
    ),
    "stacks": (StackingClassifier(PAIR), TABLE[NUMBERS], CLASSES),
    "votes by probabilities": (VotingClassifier(PAIR, voting="soft"), TABLE[NUMBERS], CLASSES),
    "votes by counting": (VotingClassifier(PAIR), TABLE[NUMBERS], CLASSES),
    "several targets": (
        MultiOutputRegressor(LinearRegression()),
        TABLE[NUMBERS],
        np.c_[TARGET, -TARGET],
    ),
    "scaled numbers": (answered(StandardScaler()), TABLE[NUMBERS], TARGET),
    "filled gaps": (answered(SimpleImputer(add_indicator=True)), GAPS[NUMBERS], TARGET),
    "bins": (answered(KBinsDiscretizer(3, strategy="uniform")), TABLE[NUMBERS], TARGET),
    "quantiles": (answered(QuantileTransformer(n_quantiles=20)), TABLE[NUMBERS], TARGET),
    "truth values": (LinearRegression(), TABLE[["a", "member"]], TARGET),
    "one-hot categories": (coded(OneHotEncoder()), TABLE[PLAN], TARGET),
    "rare categories gathered": (coded(RARE), TABLE[PLAN], TARGET),
    "numbered categories": (coded(OrdinalEncoder()), TABLE[PLAN], TARGET),
    "a number for a missing category": (coded(MISSING), PLANS[PLAN], TARGET),
    "weighted words": (
        answered(make_column_transformer((TfidfVectorizer(), "words"))),
        TABLE[WORDS],
        TARGET,
    ),
    "words by a pattern of one's own": (
        answered(make_column_transformer((TOKENS, "words"))),
        TABLE[WORDS],
        TARGET,
    ),
    "functions of numbers, values missing": (
        of(lambda t: pd.DataFrame({"r": t.a / 2 - t.b**2, "l": np.log(t.a), "s": t.sum(axis=1)})),
        GAPS[NUMBERS],
        None,
    ),
    "functions that choose": (
        one(lambda t: np.select([t.a < -1, t.a < 1], [1, 2], 3)),
        TABLE[NUMBERS],
        None,
    ),
    "intervals and lines between points": (
        of(
            lambda t: pd.DataFrame(
                {"d": np.digitize(t.a, [-1, 2]), "i": np.interp(t.a, [-1, 2], [5, 9])}
            )
        ),
        TABLE[["a"]],
        None,
    ),
    "looked-up texts": (
        one(lambda t: t.plan.map({"p": 1, "q": 2}).fillna(-1)),
        TABLE[["plan"]],
        None,
    ),
    "parts of texts, patterns found in them": (
        of(
            lambda t: pd.DataFrame(
                {
                    "n": t.words.str.len(),
                    "d": t.words.str.contains("[0-9]"),
                    "s": t.words.str[:2] == "Ab",
                }
            )
        ),
        TABLE[WORDS],
        None,
    ),
    "patterns replaced by a text": (
        one(lambda t: t.words.str.replace("[a-z]", "_", regex=True)),
        TABLE[WORDS],
        None,
    ),
    "patterns replaced by nothing, texts stripped": (
        one(lambda t: t.words.str.replace("[^a-z]", "", regex=True)),
        TABLE[WORDS],
        None,
    ),
    "texts read as numbers": (
        one(lambda t: pd.to_numeric(t.words, errors="coerce")),
        TABLE[WORDS],
        None,
    ),
    "dates": (one(lambda t: t.when.dt.year), TABLE[DATES], None),
}
"""What a document holds → a model that has it, rows, and its target."""


SILENT = {"several classes, scores beyond 700", "texts read as numbers"}
"""What the document does not show, or what the engine itself says."""


def _verdict(model, written, rows):
    try:
        found = parity(model, written, rows, TIGHT, second.score)
    except UnreadableError:
        return "not read"
    return "right" if found.passed else "other answers"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CONSTRUCTS)
def test_the_page_tells_what_the_other_engine_makes_of_it(name):
    model, table, target = CONSTRUCTS[name]
    model.fit(table, target)
    written = convert(model, table, watch(model, table))
    rows = as_rows(table)
    assert parity(model, written, rows, TIGHT).passed
    verdict = _verdict(model, written, rows)
    assert told().get(name) == verdict
    warned = " ".join(written.artifact.caveats)
    if verdict == "right":
        assert "PMML4S" not in warned
    elif name not in SILENT:
        assert "PMML4S" in warned or "other than JPMML" in warned


def test_the_page_tells_of_nothing_else():
    assert list(told()) == list(CONSTRUCTS)


def told():
    """Construct → what the page says of PMML4S."""
    rows = re.findall(r"^\| (.+?) \| right \| (.+?) \|$", PAGE.read_text("utf-8"), re.M)
    return dict(rows)
