"""Estimators that we write in terms, by JPMML-Evaluator; and what their writers refuse."""

import numpy as np
import pytest
from sklearn.cluster import AffinityPropagation, Birch, FeatureAgglomeration, KMeans, MeanShift
from sklearn.covariance import EllipticEnvelope
from sklearn.cross_decomposition import CCA
from sklearn.decomposition import FactorAnalysis, FastICA, KernelPCA, SparsePCA
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, RationalQuadratic
from sklearn.kernel_approximation import (
    AdditiveChi2Sampler,
    Nystroem,
    RBFSampler,
    SkewedChi2Sampler,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.multiclass import OneVsOneClassifier, OutputCodeClassifier
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, GaussianNB
from sklearn.neighbors import (
    NeighborhoodComponentsAnalysis,
    RadiusNeighborsClassifier,
    RadiusNeighborsRegressor,
)
from sklearn.neural_network import BernoulliRBM
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    SplineTransformer,
    StandardScaler,
    TargetEncoder,
)
from sklearn.random_projection import GaussianRandomProjection
from sklearn.semi_supervised import LabelSpreading
from sklearn.svm import SVC, NuSVC

from converter.compare import Tolerance
from tests.cases_pmml import assert_parity, convert, parity, refusal

RNG = np.random.default_rng(0)
N = 60
Y = RNG.integers(0, 3, N)
X = RNG.normal(size=(N, 3)) + Y[:, None]
TARGET = X @ [1.0, -2.0, 0.5]
COUNTS = RNG.integers(0, 4, (N, 3)).astype(float)
NAMES = np.array(["ant", "bee", "cat"])[Y]
TWO = (Y > 0).astype(int)
CLOSE = Tolerance(rtol=1e-10, atol=1e-12)
"""For what is the sum of many that cancel."""

STEPS = {
    "latent variables": (FactorAnalysis(2), X, None),
    "independent components": (FastICA(2, random_state=0), X, None),
    "sparse components": (SparsePCA(2, random_state=0), X, None),
    "a random projection": (GaussianRandomProjection(2, random_state=0), X, None),
    "a learnt metric": (NeighborhoodComponentsAnalysis(2, max_iter=5), X, Y),
    "columns in clusters": (FeatureAgglomeration(2), X, None),
    "hidden units": (BernoulliRBM(2, n_iter=2, random_state=0), COUNTS / 3, None),
    "a kernel's components": (KernelPCA(2, kernel="rbf"), X, None),
    "those of a polynomial": (KernelPCA(2, kernel="poly", degree=2), X, None),
    "some rows' kernel": (Nystroem(n_components=5, random_state=0), X, None),
    "Fourier features": (RBFSampler(n_components=4, random_state=0), X, None),
    "skewed ones": (SkewedChi2Sampler(n_components=4, random_state=0), COUNTS, None),
    "additive ones": (AdditiveChi2Sampler(sample_steps=2), COUNTS, None),
    "products of columns": (PolynomialFeatures(2), X, None),
    "splines": (SplineTransformer(4), X, None),
    "splines that go on": (SplineTransformer(4, extrapolation="continue"), X, None),
    "weighted counts": (TfidfTransformer(sublinear_tf=True), COUNTS, None),
    "weighted counts, by their sum": (TfidfTransformer(norm="l1"), COUNTS, None),
    "mean targets": (TargetEncoder(random_state=0), COUNTS, TARGET),
    "mean targets of classes": (TargetEncoder(random_state=0), COUNTS, NAMES),
    "categories, unknown ones too": (
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
        COUNTS,
        None,
    ),
    "categories without the first": (
        OneHotEncoder(drop="first", sparse_output=False),
        COUNTS,
        None,
    ),
    "rare categories, gathered": (
        OneHotEncoder(min_frequency=20, sparse_output=False),
        COUNTS,
        None,
    ),
    "rare ones, with an unknown one": (
        OneHotEncoder(max_categories=2, handle_unknown="infrequent_if_exist", sparse_output=False),
        COUNTS,
        None,
    ),
    "rare ones, without the first": (
        OneHotEncoder(min_frequency=20, drop="first", sparse_output=False),
        COUNTS,
        None,
    ),
    "numbers of rare categories": (OrdinalEncoder(max_categories=3), COUNTS, None),
    "bins": (KBinsDiscretizer(4, encode="onehot-dense"), X, None),
    "numbers of bins": (KBinsDiscretizer(4, encode="ordinal", strategy="kmeans"), X, None),
    "numbers of unknown categories": (
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        COUNTS,
        None,
    ),
}

BEYOND = ("go on", "splines", "an unknown one")
"""Endings of the names of those that are handed rows beyond those of fit."""


@pytest.mark.parametrize("name", STEPS)
def test_a_step_gives_what_scikit_learn_does(name):
    step, rows, target = STEPS[name]
    given = np.vstack([rows, rows[:5] * 1.5]) if name.endswith(BEYOND) else rows
    without = ("score_samples",) if hasattr(step, "score_samples") else ()
    assert_parity(step.fit(rows, target), given, CLOSE, without=without)


MODELS = {
    "nearest exemplars": (AffinityPropagation(random_state=0), X, None),
    "nearest modes": (MeanShift(), X, None),
    "subclusters": (Birch(n_clusters=3, threshold=0.8), X, None),
    "an envelope": (EllipticEnvelope(random_state=0), X, None),
    "canonical correlations": (CCA(1), X, np.c_[TARGET, TARGET**2]),
    "a covariance for each class": (QuadraticDiscriminantAnalysis(), X, NAMES),
    "a covariance for each of two": (QuadraticDiscriminantAnalysis(), X, TWO),
    "a mixture": (GaussianMixture(3, random_state=0), X, None),
    "a mixture of one": (GaussianMixture(1), X, None),
    "a mixture of one shape": (GaussianMixture(2, covariance_type="tied"), X, None),
    "a mixture along the axes": (
        BayesianGaussianMixture(n_components=2, covariance_type="diag"),
        X,
        None,
    ),
    "a Gaussian process": (
        GaussianProcessRegressor(ConstantKernel(2.0) * RBF(0.8), alpha=0.1),
        X,
        TARGET,
    ),
    "each against each": (OneVsOneClassifier(LogisticRegression()), X, NAMES),
    "codes": (OutputCodeClassifier(LogisticRegression(), random_state=0), X, NAMES),
    "signs": (BernoulliNB(), X, NAMES),
    "signs of two classes": (BernoulliNB(), X, TWO),
    "categories": (CategoricalNB(), COUNTS, NAMES),
    "normal distributions": (GaussianNB(), X, NAMES),
    "labels that spread": (LabelSpreading(), X, Y),
    "support vectors": (SVC(), X, NAMES),
    "support vectors, pairs": (SVC(decision_function_shape="ovo", kernel="poly"), X, Y),
    "support vectors, by surety": (NuSVC(break_ties=True, kernel="linear"), X, Y),
    "neighbours within a radius": (RadiusNeighborsRegressor(radius=2.0), X, TARGET),
    "classes within a radius": (RadiusNeighborsClassifier(radius=2.0), X, NAMES),
    "two classes within a radius": (RadiusNeighborsClassifier(radius=2.0), X, TWO),
    "distances to centres": (
        make_pipeline(KMeans(3, n_init=1, random_state=0), LogisticRegression()),
        X,
        NAMES,
    ),
    "a step of ours before a model of JPMML's": (
        make_pipeline(PolynomialFeatures(2), Ridge()),
        X,
        TARGET,
    ),
    "a step of JPMML's before a model of ours": (
        make_pipeline(StandardScaler(), GaussianMixture(2, random_state=0)),
        X,
        None,
    ),
    "categories before a step of ours": (
        make_pipeline(OneHotEncoder(sparse_output=False), PolynomialFeatures(2), Ridge()),
        COUNTS,
        TARGET,
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_answers_as_scikit_learn_does(name):
    model, rows, target = MODELS[name]
    model = model.fit(rows) if target is None else model.fit(rows, target)
    assert_parity(model, rows, CLOSE)


REFUSED = {
    "a kernel without terms": (KernelPCA(2, kernel="cosine"), X, None),
    "a process of another kernel": (
        GaussianProcessRegressor(RationalQuadratic(), alpha=0.1),
        X,
        TARGET,
    ),
    "splines that come again": (SplineTransformer(4, extrapolation="periodic"), X, None),
    "neighbours by weight": (RadiusNeighborsClassifier(radius=2.0, weights="distance"), X, Y),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_setting_that_no_term_says_is_refused(name):
    model, rows, target = REFUSED[name]
    (reason,) = refusal(model.fit(rows, target), rows).reasons
    assert reason.code == "pmml.option"


def test_normal_distributions_tell_rows_apart_that_are_far_from_all():
    model = GaussianNB().fit(X, NAMES)
    written = convert(model, X)
    far = {"X": np.vstack([X * 1e4, X - 1e6])}
    assert parity(model, written, far, CLOSE).passed
