"""Every family of estimators beside trees, text and encoders: the same answers, or a refusal."""

import numpy as np
import pytest
from sklearn.decomposition import PCA, IncrementalPCA, TruncatedSVD
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.naive_bayes import (
    BernoulliNB,
    CategoricalNB,
    ComplementNB,
    GaussianNB,
    MultinomialNB,
)
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
    StandardScaler,
)

from converter.compare import Tolerance
from tests.cases_onnx import assert_parity

RNG = np.random.default_rng(0)
N = 240
Y = RNG.integers(0, 3, N)
X = RNG.normal(size=(N, 4)) * [1, 10, 0.1, 3] + Y[:, None] * [1, -3, 0.2, 0]
GAPS = np.where(RNG.random(X.shape) < 0.1, np.nan, X)
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
}


@pytest.mark.parametrize("name", SCALERS)
def test_transformers_give_the_same_numbers(name):
    model, rows = SCALERS[name]
    assert_parity(model.fit(rows), rows, NEAR)


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
