"""Every family of estimators beside trees, text and encoders: the same answers, or a refusal."""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import FeatureAgglomeration, KMeans
from sklearn.compose import TransformedTargetRegressor
from sklearn.covariance import EllipticEnvelope
from sklearn.cross_decomposition import CCA, PLSRegression
from sklearn.decomposition import PCA, FactorAnalysis, FastICA, IncrementalPCA, TruncatedSVD
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    StackingClassifier,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_selection import RFE, SelectKBest
from sklearn.impute import KNNImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import (
    LogisticRegression,
    MultiTaskLasso,
    Perceptron,
    PoissonRegressor,
    RANSACRegressor,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
    SGDOneClassSVM,
    TweedieRegressor,
)
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.multioutput import (
    ClassifierChain,
    MultiOutputClassifier,
    MultiOutputRegressor,
    RegressorChain,
)
from sklearn.naive_bayes import (
    BernoulliNB,
    CategoricalNB,
    ComplementNB,
    GaussianNB,
    MultinomialNB,
)
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import (
    Binarizer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    SplineTransformer,
    StandardScaler,
    TargetEncoder,
)
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.svm import SVC, SVR, LinearSVC, NuSVC, OneClassSVM
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from converter.compare import Tolerance
from tests.cases_onnx import assert_parity, refusal

RNG = np.random.default_rng(0)
N = 240
Y = RNG.integers(0, 3, N)
X = RNG.normal(size=(N, 4)) * [1, 10, 0.1, 3] + Y[:, None] * [1, -3, 0.2, 0]
GAPS = np.where(RNG.random(X.shape) < 0.1, np.nan, X)
APART = np.where(np.eye(4)[RNG.integers(0, 4, N)] * (RNG.random((N, 1)) < 0.3) > 0, np.nan, X)
"""With a gap a row, at most."""
COUNTS = RNG.poisson(2 + Y[:, None] % 2, (N, 4)).astype(float)
LEVELS = COUNTS.clip(0, 3)
TIED = np.round(X)
TWO = Y > 0
NAMES = np.array(["bird", "cat", "dog"])[Y]
NEAR = Tolerance(atol=1e-11, rtol=1e-10)

SCALERS = {
    "standard": (StandardScaler(), X),
    "standard, gaps": (StandardScaler(), GAPS),
    "not centred": (StandardScaler(with_mean=False), X),
    "not scaled": (StandardScaler(with_std=False), X),
    "robust": (RobustScaler(), GAPS),
    "robust, unit variance": (RobustScaler(unit_variance=True, with_centering=False), X),
    "min max": (MinMaxScaler((-2, 5)), GAPS),
    "min max, clipped": (MinMaxScaler(clip=True), X),
    "max abs": (MaxAbsScaler(), GAPS),
    "l2": (Normalizer(), X),
    "l1": (Normalizer("l1"), COUNTS),
    "max": (Normalizer("max"), np.r_[X, np.zeros((1, 4))]),
    "binary": (Binarizer(threshold=0.5), X),
    "polynomial": (PolynomialFeatures(3), X),
    "interactions": (PolynomialFeatures(2, interaction_only=True, include_bias=False), X),
    "yeo-johnson": (PowerTransformer(), GAPS),
    "yeo-johnson, plain": (PowerTransformer(standardize=False), X),
    "box-cox": (PowerTransformer("box-cox"), np.exp(X / 4)),
    "bins": (KBinsDiscretizer(5, encode="onehot"), X),
    "bins, dense": (KBinsDiscretizer(3, encode="onehot-dense", strategy="kmeans"), X),
    "bins, ordinal": (KBinsDiscretizer(7, encode="ordinal", strategy="uniform"), X),
    "bins of few values": (KBinsDiscretizer(4, encode="ordinal", strategy="uniform"), LEVELS),
    "quantiles": (QuantileTransformer(n_quantiles=100), X),
    "quantiles, gaps": (QuantileTransformer(n_quantiles=50), GAPS),
    "quantiles, ties": (QuantileTransformer(n_quantiles=60), TIED),
    "quantiles, normal": (QuantileTransformer(n_quantiles=99, output_distribution="normal"), X),
    "pca": (PCA(2), X),
    "pca, whitened": (PCA(3, whiten=True), X),
    "incremental pca": (IncrementalPCA(2), X),
    "svd": (TruncatedSVD(2), X),
    "splines": (SplineTransformer(), X),
    "splines, quadratic": (SplineTransformer(4, degree=2, knots="quantile"), X),
    "splines, without the last": (SplineTransformer(include_bias=False), X),
    "splines that go on": (SplineTransformer(4, extrapolation="continue"), X),
    "values of neighbours": (KNNImputer(), APART),
    "of near ones, by weight": (KNNImputer(n_neighbors=3, weights="distance"), APART),
    "of neighbours, with marks": (KNNImputer(add_indicator=True), APART),
}


@pytest.mark.parametrize("name", SCALERS)
def test_transformers_give_the_same_numbers(name):
    model, rows = SCALERS[name]
    assert_parity(model.fit(rows), rows, NEAR)


def test_neighbours_that_tie_give_no_values():
    rows = np.where(RNG.random(COUNTS.shape) < 0.1, np.nan, COUNTS)
    assert "tie" in refusal(KNNImputer().fit(rows), rows).reasons[0].message


def test_rows_at_the_edges_of_bins_fall_on_the_same_side():
    model = KBinsDiscretizer(6, encode="ordinal").fit(X)
    edges = np.array([edges[1:-1] for edges in model.bin_edges_]).T
    around = np.r_[edges, np.nextafter(edges, np.inf), np.nextafter(edges, -np.inf), X[:2] * 99]
    assert_parity(model, around)


def test_rows_beyond_and_at_the_quantiles_become_the_same_numbers():
    for distribution in ("uniform", "normal"):
        model = QuantileTransformer(n_quantiles=20, output_distribution=distribution).fit(X)
        edges = model.quantiles_
        rows = np.r_[edges, np.nextafter(edges, np.inf), edges + 1e-8, edges[-1:] + 99, -edges - 99]
        assert_parity(model, rows, NEAR)


def test_powers_near_zero_lose_no_digits():
    tiny = np.array([[1e-300], [1e-17], [1e-9], [-1e-9], [1e-3], [0.0], [-0.0], [5e8], [-5e8]])
    for exponent in (1e-9, 0.0, 1.0, 2.0, -1.5, 0.3):
        model = PowerTransformer(standardize=False).fit(X[:, :1])
        model.lambdas_ = np.array([exponent])
        assert_parity(model, tiny, Tolerance(atol=0.0, rtol=1e-12))


BAYES = {
    "gaussian": (GaussianNB(), X, NAMES),
    "multinomial": (MultinomialNB(), COUNTS, NAMES),
    "complement": (ComplementNB(norm=True), COUNTS, Y),
    "bernoulli": (BernoulliNB(), X, TWO),
    "bernoulli, binary": (BernoulliNB(binarize=None), (X > 0).astype(float), Y),
    "categorical": (CategoricalNB(), LEVELS, NAMES),
    "lda": (LinearDiscriminantAnalysis(), X, NAMES),
    "lda, two classes": (LinearDiscriminantAnalysis(), X, TWO),
    "lda, lsqr": (LinearDiscriminantAnalysis("lsqr", shrinkage="auto"), X, Y),
    "lda, eigen": (LinearDiscriminantAnalysis("eigen"), X, Y),
    "qda": (QuadraticDiscriminantAnalysis(), X, NAMES),
    "qda, two classes": (QuadraticDiscriminantAnalysis(reg_param=0.1), X, TWO),
    **{
        f"mixture, {kind}": (GaussianMixture(3, covariance_type=kind, random_state=0), X, None)
        for kind in ("full", "tied", "diag", "spherical")
    },
    **{
        f"bayesian mixture, {kind}": (
            BayesianGaussianMixture(
                n_components=3, covariance_type=kind, random_state=0, max_iter=500
            ),
            X,
            None,
        )
        for kind in ("full", "tied", "diag", "spherical")
    },
}


@pytest.mark.parametrize("name", BAYES)
def test_likelihoods_give_the_same_answers(name):
    model, rows, y = BAYES[name]
    assert_parity(model.fit(rows, y), rows, NEAR)


def wide(y):
    return np.c_[y, y[::-1]]


TARGET = X @ [1.0, 0.1, -2.0, 0.5] + RNG.normal(size=N)
TREE_Y = DecisionTreeRegressor(max_depth=3, random_state=0)
LOGISTIC = LogisticRegression(max_iter=1000)
TREE = DecisionTreeClassifier(max_depth=3, random_state=0)
STUMPS = AdaBoostRegressor(n_estimators=20, random_state=0)
ENSEMBLES = {
    "adaboost": (AdaBoostClassifier(n_estimators=20, random_state=0), X, NAMES),
    "adaboost, two classes": (AdaBoostClassifier(n_estimators=20, random_state=0), X, TWO),
    "adaboost of lines": (AdaBoostClassifier(LOGISTIC, n_estimators=5, random_state=0), X, NAMES),
    "adaboost regressor": (STUMPS, X, TARGET),
    "adaboost regressor of lines": (AdaBoostRegressor(Ridge(), n_estimators=5), X, TARGET),
    "threshold": (FixedThresholdClassifier(LOGISTIC, threshold=0.3), X, TWO),
    "threshold, auto": (FixedThresholdClassifier(LinearSVC()), X, TWO),
    "threshold, first label": (
        FixedThresholdClassifier(LOGISTIC, threshold=0.8, pos_label="no"),
        X,
        np.where(TWO, "yes", "no"),
    ),
    "threshold, first label by distance": (
        FixedThresholdClassifier(LinearSVC(), threshold=0.2, pos_label="no"),
        X,
        np.where(TWO, "yes", "no"),
    ),
    "tuned threshold": (TunedThresholdClassifierCV(LOGISTIC), X, TWO),
    "classifier chain": (ClassifierChain(LOGISTIC, order=[1, 0]), X, wide(TWO.astype(int))),
    "regressor chain": (RegressorChain(Ridge(), order=[1, 0]), X, wide(TARGET)),
    "one vs one": (OneVsOneClassifier(LOGISTIC), X, NAMES),
    "one vs one, two classes": (OneVsOneClassifier(LOGISTIC), X, TWO),
    "one vs one of trees": (OneVsOneClassifier(TREE), X, NAMES),
    "one vs rest": (OneVsRestClassifier(LOGISTIC), X, NAMES),
    "one vs rest of trees": (OneVsRestClassifier(TREE), X, NAMES),
    "one vs rest, two classes": (OneVsRestClassifier(LOGISTIC), X, TWO),
    "one vs rest, labels": (OneVsRestClassifier(LOGISTIC), X, wide(TWO.astype(int))),
    "several classifiers": (MultiOutputClassifier(LOGISTIC), X, wide(TWO.astype(int))),
    "bagged, several targets": (BaggingRegressor(Ridge(), n_estimators=3), X, wide(TARGET)),
    "bagged, one target": (BaggingRegressor(n_estimators=3, max_features=0.5), X, TARGET),
    "voting": (VotingRegressor([("a", Ridge()), ("b", TREE_Y)], weights=[1, 3]), X, TARGET),
    "hard votes": (VotingClassifier([("a", LOGISTIC), ("b", TREE), ("c", GaussianNB())]), X, NAMES),
    "weighed hard votes": (
        VotingClassifier([("a", LOGISTIC), ("b", TREE)], weights=[1, 2]),
        X,
        NAMES,
    ),
    "soft votes": (
        VotingClassifier([("a", LOGISTIC), ("b", TREE)], voting="soft", weights=[1, 2]),
        X,
        NAMES,
    ),
    "stacked, two classes": (StackingClassifier([("a", LOGISTIC), ("b", TREE)]), X, TWO),
    "stacked, passed through": (
        StackingClassifier([("a", LOGISTIC), ("b", LinearSVC())], passthrough=True),
        X,
        NAMES,
    ),
    "scaled target": (
        TransformedTargetRegressor(Ridge(), transformer=StandardScaler()),
        X,
        TARGET,
    ),
    "support vectors": (SVC(), X, NAMES),
    "support vectors, how likely": (SVC(probability=True, random_state=0), X, NAMES),
    "two of them, how likely": (NuSVC(probability=True, random_state=0), X, TWO),
    "support vectors, pairs": (SVC(decision_function_shape="ovo", kernel="poly"), X, NAMES),
    "support vectors, ties": (SVC(break_ties=True, kernel="sigmoid"), X, NAMES),
    "support vectors, two": (NuSVC(kernel="linear"), X, TWO),
    "support vector regression": (SVR(), X, TARGET),
    "support vectors of one class": (OneClassSVM(), X, None),
    "lines": (LogisticRegression(max_iter=1000), X, NAMES),
    "one line": (LogisticRegression(max_iter=1000), X, TWO),
    "liblinear": (LogisticRegression(solver="liblinear"), X, TWO),
    "descent": (SGDClassifier(loss="modified_huber", random_state=0), X, NAMES),
    "descent, logistic": (SGDClassifier(loss="log_loss", random_state=0), X, NAMES),
    "perceptron": (Perceptron(), X, NAMES),
    "poisson": (PoissonRegressor(), X, np.exp(TARGET / 9)),
    "tweedie": (TweedieRegressor(power=0), X, TARGET),
    "lasso, several": (MultiTaskLasso(), X, wide(TARGET)),
    "clusters": (KMeans(3, n_init=1, random_state=0), X, None),
    "kept columns": (RFE(LogisticRegression(max_iter=1000), n_features_to_select=2), X, NAMES),
    "selected columns": (SelectKBest(k=2), X, NAMES),
    "several regressors": (MultiOutputRegressor(Ridge()), X, wide(TARGET)),
    "self training": (SelfTrainingClassifier(LOGISTIC), X, np.where(X[:, 0] > 2, -1, TWO)),
    "ransac": (RANSACRegressor(random_state=0), X, TARGET),
    "dummy": (DummyClassifier(), X, NAMES),
    "dummy, constant": (DummyClassifier(strategy="constant", constant="cat"), X, NAMES),
    "dummy regressor": (DummyRegressor(strategy="median"), X, TARGET),
    "isotonic": (IsotonicRegression(out_of_bounds="clip"), X[:, :1], TARGET),
    "network": (MLPClassifier(8, max_iter=20, random_state=0), X, NAMES),
    "network, two classes": (MLPClassifier(8, "tanh", max_iter=20, random_state=0), X, TWO),
    "network, labels": (MLPClassifier(8, max_iter=20), X, wide(TWO.astype(int))),
    "network regressor": (
        MLPRegressor(hidden_layer_sizes=8, activation="logistic", max_iter=20),
        X,
        TARGET,
    ),
    "neighbours": (KNeighborsClassifier(), X, NAMES),
    "neighbours, by distance": (KNeighborsClassifier(7, weights="distance"), X, NAMES),
    "neighbours' mean": (KNeighborsRegressor(), X, TARGET),
    "neighbours' means, by distance": (KNeighborsRegressor(weights="distance"), X, wide(TARGET)),
    "pls": (PLSRegression(2), X, TARGET),
    "cca": (CCA(2), X, wide(TARGET)),
    "kernel ridge": (KernelRidge(kernel="rbf", gamma=0.1), X, TARGET),
    "ridge, labels": (RidgeClassifier(), X, wide(TWO.astype(int))),
}


@pytest.mark.parametrize("name", ENSEMBLES)
def test_predictors_give_the_same_answers(name):
    model, rows, y = ENSEMBLES[name]
    assert_parity(model.fit(rows, y), rows, NEAR)


def test_neighbours_of_large_numbers_are_measured_exactly():
    rows = RNG.normal(size=(N, 3)) + 1e6
    model = KNeighborsRegressor(3, weights="distance").fit(rows, TARGET)
    assert_parity(model, np.r_[rows, rows + 1e-3], NEAR)


MATRICES = {
    "factors": (FactorAnalysis(2), X),
    "ica": (FastICA(2, random_state=0), X),
    "random": (GaussianRandomProjection(3, random_state=0), X),
    "sparse random": (SparseRandomProjection(3, random_state=0), X),
    "agglomeration": (FeatureAgglomeration(2), X),
    "nystroem": (Nystroem(n_components=20, random_state=0), X),
    "nystroem, poly": (Nystroem("poly", n_components=9, degree=2, coef0=1, random_state=0), X),
    "fourier": (RBFSampler(n_components=9, random_state=0), X),
    "envelope": (EllipticEnvelope(random_state=0), X),
    "one class": (SGDOneClassSVM(random_state=0), X),
}


@pytest.mark.parametrize("name", MATRICES)
def test_projections_give_the_same_numbers(name):
    model, rows = MATRICES[name]
    assert_parity(model.fit(rows), rows, NEAR)


CITIES = np.array(["Rome", "Oslo", "Bern", None], dtype=object)
FRAME = pd.DataFrame({"city": CITIES[RNG.integers(0, 4, N)], "x": GAPS[:, 0], "code": COUNTS[:, 0]})
STRANGE = pd.DataFrame(
    {"city": ["Lima", None, "Rome"], "x": [0.0, np.nan, 1], "code": [99.0, 1, 2]}
)


@pytest.mark.parametrize("y", [TARGET, TWO, NAMES], ids=["numbers", "two", "three"])
def test_means_of_the_target_are_those_of_its_category(y):
    model = TargetEncoder().fit(FRAME[["city", "code"]], y)
    for frame in (FRAME, STRANGE):
        assert_parity(model, frame[["city", "code"]])


@pytest.mark.parametrize("y", [TARGET, TWO, NAMES], ids=["numbers", "two", "three"])
def test_histogram_boosting_splits_categories_as_scikit_learn_does(y):
    kind = HistGradientBoostingRegressor if y is TARGET else HistGradientBoostingClassifier
    model = kind(max_iter=20, categorical_features=["city", "code"], min_samples_leaf=5)
    model.fit(FRAME, y)
    for frame in (FRAME, STRANGE):
        assert_parity(model, frame)


def test_histogram_boosting_splits_coded_categories_in_a_matrix():
    model = HistGradientBoostingRegressor(max_iter=20, categorical_features=[1, 3])
    rows = np.c_[GAPS[:, 0], COUNTS[:, 0], GAPS[:, 1], LEVELS[:, 1]]
    model.fit(rows, TARGET)
    strange = rows.copy()
    strange[::3, 1] = np.nan
    strange[1::3, 3] = 77
    assert_parity(model, np.r_[rows, strange])


REFUSED = {
    "drawn answers": (DummyClassifier(strategy="stratified"), NAMES),
    "another metric": (KNeighborsClassifier(metric="manhattan"), NAMES),
    "weights by a function": (KNeighborsClassifier(weights=np.exp), NAMES),
    "splines that come again": (SplineTransformer(extrapolation="periodic"), None),
    "a metric of gaps": (KNNImputer(metric=lambda a, b, **_: 0.0), None),
    "bounds": (IsotonicRegression(out_of_bounds="raise"), None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_settings_without_a_graph_are_refused(name):
    model, y = REFUSED[name]
    fitted = model.fit(X[:, :1] if y is None else X, TARGET if y is None else y)
    assert [reason.code for reason in refusal(fitted, X[:, :1] if y is None else None).reasons] == [
        "onnx.option"
    ]


def test_probabilities_keep_their_digits_where_they_are_tiny():
    model = SGDClassifier(loss="log_loss", random_state=0).fit(X, NAMES)
    tiny = model.predict_proba(X * 3)
    assert ((tiny > 0) & (tiny < 1e-30)).any()
    assert_parity(model, X * 3, Tolerance(atol=1e-290, rtol=1e-9))


@pytest.mark.parametrize("beyond", ["nan", "clip"])
def test_isotonic_regression_answers_beyond_what_it_saw_as_scikit_learn_does(beyond):
    model = IsotonicRegression(out_of_bounds=beyond).fit(X[:100, :1], TARGET[:100])
    edges = model.X_thresholds_.reshape(-1, 1)
    assert_parity(model, np.r_[X[:, :1], edges, [[-99.0], [99.0]]], NEAR)
