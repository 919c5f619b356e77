"""What JPMML alone writes and engines answer otherwise: mended or refused, never silently so."""

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    AdaBoostRegressor,
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
)
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.feature_selection import RFE, SelectKBest, VarianceThreshold
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression, Perceptron, Ridge, SGDClassifier
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import ClassifierChain
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    OneHotEncoder,
    OrdinalEncoder,
    PowerTransformer,
    QuantileTransformer,
    StandardScaler,
)
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from converter.worker.watching import watch
from tests.cases_pmml import TIGHT, as_rows, assert_parity, convert, parity, refusal

RNG = np.random.default_rng(0)
N = 120
Y = RNG.integers(0, 3, N)
X = RNG.normal(size=(N, 3)) + Y[:, None]
NAMES = np.array(["ant", "bee", "cat"])
TARGET = X @ [1.0, -2.0, 0.5]
GAPS = np.where(RNG.random(X.shape) < 0.2, np.nan, X)
COUNTS = RNG.integers(0, 4, (N, 3)).astype(float)
PAIR = [("line", LogisticRegression()), ("bayes", GaussianNB())]
FOREST = RandomForestClassifier(4, max_depth=3, random_state=0)


MENDED = {
    "whole numbers as classes, calibrated": (CalibratedClassifierCV(PAIR[0][1], cv=2), X, Y),
    "two of them, calibrated": (CalibratedClassifierCV(LinearSVC(), cv=2), X, Y > 0),
    "a forest, calibrated by steps": (
        CalibratedClassifierCV(FOREST, cv=2, method="isotonic"),
        X,
        Y,
    ),
    "one class against the rest": (OneVsRestClassifier(GaussianNB()), X, Y),
    "a forest that met missing values, calibrated": (
        CalibratedClassifierCV(FOREST, cv=2),
        GAPS,
        Y,
    ),
    "a forest that met missing values": (FOREST, GAPS, Y),
    "a regression forest that met them": (RandomForestRegressor(4, max_depth=3), GAPS, TARGET),
    "a tree that met them": (DecisionTreeClassifier(max_depth=4), GAPS, Y),
    "a tree that met none, given some": (DecisionTreeRegressor(max_depth=3), GAPS, TARGET),
    "quantiles that are tied": (QuantileTransformer(n_quantiles=40), COUNTS, None),
    "scores of several classes, far apart": (Perceptron(), X * 1e3, Y),
    "support vectors' votes that tie": (SVC(), X, Y),
    "votes that tie": (VotingClassifier(PAIR), X, Y),
    "votes of three": (VotingClassifier([*PAIR, ("forest", FOREST)]), X, Y),
    "votes by weight": (
        VotingClassifier([*PAIR, ("forest", FOREST)], weights=[1, 2, 1]),
        X,
        NAMES[Y],
    ),
    "a line and a forest, of the same columns": (
        StackingClassifier([PAIR[0], ("forest", FOREST)]),
        X,
        Y,
    ),
    "members that scale the same columns": (
        StackingRegressor(
            [
                ("one", make_pipeline(StandardScaler(), Ridge())),
                ("other", make_pipeline(StandardScaler(), Ridge(9.0))),
            ],
            passthrough=True,
        ),
        X,
        TARGET,
    ),
    "neighbours within another model": (
        StackingRegressor([("near", KNeighborsRegressor(3)), ("line", Ridge())]),
        X,
        TARGET,
    ),
    "scaled and calibrated": (
        CalibratedClassifierCV(make_pipeline(StandardScaler(), GaussianNB()), cv=2),
        X,
        Y,
    ),
    "a selector at the start": (make_pipeline(SelectKBest(k=2), Ridge()), X, TARGET),
    "a selector alone": (VarianceThreshold(), X, None),
    "elimination that answers": (RFE(Ridge(), n_features_to_select=2), X, TARGET),
    "columns by position": (
        ColumnTransformer([("scaled", StandardScaler(), [0, 2])], remainder="passthrough"),
        X,
        None,
    ),
    "categories that are the answer": (OneHotEncoder(sparse_output=False), COUNTS, None),
    "numbers of categories that are the answer": (OrdinalEncoder(), COUNTS, None),
    "one bin": (
        make_pipeline(KBinsDiscretizer(2, strategy="quantile"), Ridge()),
        (COUNTS > 2).astype(float),
        TARGET,
    ),
    "bins that are the answer": (
        KBinsDiscretizer(3, strategy="uniform", encode="onehot-dense"),
        X,
        None,
    ),
    "powers of missing values": (PowerTransformer(), GAPS, None),
    "each with where it was missing": (
        FeatureUnion([("filled", SimpleImputer()), ("missing", MissingIndicator())]),
        GAPS,
        None,
    ),
    "the same before a model": (
        make_pipeline(
            FeatureUnion([("filled", SimpleImputer()), ("missing", MissingIndicator())]), Ridge()
        ),
        GAPS,
        TARGET,
    ),
    "filled for one, as it is for another": (
        make_pipeline(
            ColumnTransformer(
                [
                    ("filled", SimpleImputer(), [0, 1]),
                    ("missing", MissingIndicator(), [0, 1, 2]),
                    ("again", SimpleImputer(strategy="median"), [0, 2]),
                ]
            ),
            Ridge(),
        ),
        GAPS,
        TARGET,
    ),
    "filled, with an indicator": (
        make_pipeline(SimpleImputer(add_indicator=True), Ridge()),
        GAPS,
        TARGET,
    ),
    "a threshold": (FixedThresholdClassifier(PAIR[0][1], threshold=0.3), X, Y > 0),
}


@pytest.mark.parametrize("name", MENDED)
def test_the_document_answers_as_scikit_learn_does(name):
    model, rows, target = MENDED[name]
    assert_parity(model.fit(rows, target), rows)


def test_boosting_that_stopped_early_weighs_the_members_there_are():
    model = AdaBoostRegressor(n_estimators=8).fit(X[:, :1], X[:, 0] > 1)
    assert len(model.estimator_weights_) > len(model.estimators_)
    assert_parity(model, X[:, :1])


def test_boosted_members_that_each_know_one_class():
    model = OneVsRestClassifier(GradientBoostingClassifier(n_estimators=2)).fit(X, Y)
    assert_parity(model, X, without=("decision_function",))


TEXTS = ["Café olé, x2!", "naïve Ça va", "plain words va", "x2 va café", "Olé words plain"] * 4


@pytest.mark.parametrize("grams", [(1, 1), (1, 2)])
def test_words_have_letters_of_all_scripts(grams):
    texts = np.array(TEXTS, dtype=object)
    model = make_pipeline(TfidfVectorizer(ngram_range=grams), LogisticRegression())
    model.fit(texts, Y[: len(texts)])
    assert_parity(model, np.array([*TEXTS, "unheard of", ""], dtype=object))


@pytest.mark.parametrize("kind", [CountVectorizer, TfidfVectorizer])
def test_capitals_tell_words_apart(kind):
    model = make_pipeline(kind(lowercase=False), LogisticRegression())
    texts = np.array([*TEXTS, "CAFÉ café", "plain Plain"], dtype=object)
    assert_parity(model.fit(texts, Y[: len(texts)]), texts)


def test_a_chain_hands_out_how_likely_each_label_is():
    labels = np.c_[Y > 0, Y > 1].astype(int)
    chain = ClassifierChain(LogisticRegression()).fit(X, labels)
    assert_parity(chain, X, without=("decision_function",))


def test_outliers_among_rows_with_missing_values():
    model = IsolationForest(n_estimators=5, random_state=0).fit(GAPS)
    assert_parity(model, GAPS, without=("score_samples",))


def test_probabilities_that_jpmml_drops_are_told_as_left_out():
    model = SGDClassifier(loss="modified_huber", random_state=0).fit(X, Y)
    assert_parity(model, X, without=("predict_proba",))


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_probabilities_of_support_vectors_are_left_out():
    model = SVC(probability=True, random_state=0).fit(X, Y)
    assert_parity(model, X, without=("predict_proba",))


def _counted(**options):
    return make_pipeline(CountVectorizer(**options), LogisticRegression())


REFUSED = {
    "neighbours that tie in their vote": (KNeighborsClassifier(), X, Y),
    "calibration of scores that JPMML does not take": (
        CalibratedClassifierCV(HistGradientBoostingClassifier(max_iter=2), cv=2),
        X,
        Y > 0,
    ),
    "words found by a function": (_counted(tokenizer=str.split), np.array(TEXTS), Y[:20]),
    "words found by a group": (_counted(token_pattern=r"(\w)\w+"), np.array(TEXTS), Y[:20]),
    "members without probabilities": (BaggingClassifier(LinearSVC(), 3), X, Y),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_mended_is_refused(name):
    model, rows, target = REFUSED[name]
    refused = refusal(model.fit(rows, target), rows)
    assert refused.reasons[0].code == "pmml.option"


def test_a_value_a_breath_below_the_edge_of_a_bin_is_below_it():
    model = make_pipeline(KBinsDiscretizer(3, strategy="uniform"), Ridge()).fit(X, TARGET)
    edges = np.array(list(model[0].bin_edges_))[:, 1:-1].T
    below = np.vstack([edges, np.nextafter(edges, -np.inf), edges - 1e-9])
    assert_parity(model, below)


@pytest.mark.parametrize("kind", [KMeans, MiniBatchKMeans])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_clusters_are_told_apart_where_distances_to_all_are_equal(kind, count):
    model = kind(count, n_init=1, random_state=0).fit(X)
    far = np.vstack([X, *(sign * 1e30 * np.eye(3) + X[:3] for sign in (1, -1))])
    assert_parity(model, far, without=("transform",))


@pytest.mark.parametrize("encoder", [OrdinalEncoder(), OrdinalEncoder(encoded_missing_value=-2)])
def test_none_is_a_category_like_others(encoder):
    names = pd.DataFrame({"name": np.array(["ant", "bee", None, "cat"] * 30, dtype=object)})
    names["name"] = names["name"].astype(object).where(names["name"].notna(), None)
    assert None in encoder.fit(names).categories_[0].tolist()
    assert_parity(make_pipeline(encoder, Ridge()).fit(names, TARGET), names)


def test_texts_that_a_transformer_gives_are_texts():
    names = pd.DataFrame({"name": NAMES[Y].astype(object)})
    model = FunctionTransformer(_capitals).fit(names)
    written = convert(model, names, watch(model, names))
    assert 'name="transform_name" optype="categorical" dataType="string"' in written.text
    assert parity(model, written, as_rows(names), TIGHT).passed


def _capitals(table):
    return table.assign(name=table["name"].str.upper())
