"""Classifiers of several labels in PMML: a classifier for each, by JPMML-Evaluator."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier

from tests.cases_pmml import assert_parity, refusal

RNG = np.random.default_rng(0)
N = 90
X = RNG.normal(size=(N, 3))
LABELS = np.c_[X[:, 0] > 0, X[:, 1] + X[:, 2] > 0.5, RNG.random(N) > 0.5].astype(int)
KINDS = np.c_[np.digitize(X[:, 0], [-0.5, 0.5]), LABELS[:, 1]]
FOREST = RandomForestClassifier(4, max_depth=4, random_state=0)
NETWORK = MLPClassifier((4,), max_iter=20, random_state=0)
EACH = ("predict_proba_0", "predict_proba_1", "predict_proba_2")

CASES = {
    "a tree": (DecisionTreeClassifier(max_depth=4), LABELS, ()),
    "a tree drawn at random": (ExtraTreeClassifier(max_depth=4), KINDS, ()),
    "a forest": (FOREST, LABELS, ()),
    "a forest of several classes": (FOREST, KINDS, ()),
    "after a step": (make_pipeline(StandardScaler(), FOREST), LABELS, ()),
    "neighbours": (KNeighborsClassifier(3), LABELS, EACH),
    "a network": (NETWORK, LABELS, ()),
    "a line": (RidgeClassifier(), LABELS, ("decision_function",)),
    "a line against the rest": (
        OneVsRestClassifier(LogisticRegression()),
        LABELS,
        ("decision_function",),
    ),
    "one each": (MultiOutputClassifier(FOREST), KINDS, ()),
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", CASES)
def test_each_label_is_answered_as_scikit_learn_does(name):
    model, labels, without = CASES[name]
    assert_parity(model.fit(X, labels), X, without=without)


def test_scores_against_the_rest_are_told_apart_however_large():
    model = OneVsRestClassifier(LinearSVC(random_state=0)).fit(X, KINDS[:, 0])
    assert_parity(model, X * 1e5)


def test_labels_of_neighbours_that_tie_are_refused():
    model = KNeighborsClassifier(4).fit(X, LABELS)
    assert refusal(model, X).reasons[0].code == "pmml.option"
