"""What is said where JPMML, or a converter of ours, cannot write a part: what to do, and where."""

import numpy as np
import pytest
from sklearn.ensemble import AdaBoostClassifier, GradientBoostingClassifier, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer

from adapters.to_pmml.java.objection import objection
from tests.cases_pmml import refusal

X = np.random.default_rng(0).normal(size=(60, 2))
Y = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0.5)
TEXTS = np.array(["one two", "two three", "three"] * 20, dtype=object)

SAID = {
    "letters as words": (
        make_pipeline(TfidfVectorizer(analyzer="char"), LogisticRegression()),
        TEXTS,
        Y,
        "Fit with another analyzer.",
    ),
    "boosting of lines": (
        AdaBoostClassifier(LogisticRegression(), n_estimators=2),
        X,
        Y > 0,
        "Give it trees as members.",
    ),
    "boosting that begins with a line": (
        GradientBoostingClassifier(n_estimators=2, init=LogisticRegression()),
        X,
        Y > 0,
        "Fit with another init.",
    ),
    "neighbours that tie": (
        KNeighborsClassifier(),
        X,
        Y,
        "weights='distance', or an odd n_neighbors for two classes, has no ties",
    ),
    "likelihoods of neighbours for a vote": (
        VotingClassifier(
            [("k", KNeighborsClassifier()), ("l", LogisticRegression())], voting="soft"
        ),
        X,
        Y > 0,
        "voting='hard' asks for none",
    ),
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", SAID)
def test_a_refusal_ends_with_what_can_be_done(name):
    model, rows, target, advice = SAID[name]
    [reason] = refusal(model.fit(rows, target), rows).reasons
    assert reason.message.endswith(advice)
    assert "java.lang.ClassCastException" not in reason.message
    assert "cannot be cast" not in reason.message


def test_a_refusal_of_ours_says_where_the_part_stands():
    model = make_pipeline(SplineTransformer(4, extrapolation="periodic"), LinearRegression())
    [reason] = refusal(model.fit(X, X[:, 0]), X).reasons
    assert reason.address == "splinetransformer"


def test_what_only_java_says_is_said():
    assert objection(["Cannot cast a.B to c.D"]).startswith("JPMML says: Cannot cast a.B to c.D. ")
