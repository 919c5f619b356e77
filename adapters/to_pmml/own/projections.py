"""Rows times a matrix, centred or not."""

from typing import Any

import numpy as np

from adapters.to_pmml.own.writing import (
    Outputs,
    Writer,
    apply,
    divide,
    multiply,
    product,
    shifted,
    squares,
)


def partial_least_squares(est: Any, w: Writer) -> Outputs:
    """CCA, PLSCanonical, PLSRegression: answers, and the scores of the rows."""
    centred = [w.keep(term) for term in shifted(w.inputs, est._x_mean)]
    scaled = [divide(term, float(std)) for term, std in zip(centred, est._x_std, strict=True)]
    return {
        "predict": product(centred, est.coef_.T, np.asarray(est.intercept_)),
        "transform": product(scaled, est.x_rotations_),
    }


def factor_analysis(est: Any, w: Writer) -> Outputs:
    """FactorAnalysis: the expected latent variables, and the log-likelihood."""
    weights = est.components_ / est.noise_variance_
    inner = np.linalg.inv(np.eye(len(est.components_)) + weights @ est.components_.T)
    centred = shifted(w.inputs, est.mean_)
    return {
        "transform": product(centred, weights.T @ inner),
        "score_samples": [likelihood(est, w)],
    }


def likelihood(est: Any, w: Writer) -> Any:
    """Of a row, under the normal distribution that FactorAnalysis or PCA fitted."""
    centred = [w.keep(term) for term in shifted(w.inputs, est.mean_)]
    precision = est.get_precision()
    distance = squares(w, product(centred, np.linalg.cholesky(precision)))
    constant = len(est.mean_) * np.log(2.0 * np.pi) - np.linalg.slogdet(precision)[1]
    return multiply(-0.5, apply("+", distance, float(constant)))


def independent_components(est: Any, w: Writer) -> Outputs:
    """FastICA."""
    centred = shifted(w.inputs, est.mean_) if est.whiten else w.inputs
    return {"transform": product(centred, est.components_.T)}


def random_projection(est: Any, w: Writer) -> Outputs:
    """GaussianRandomProjection, SparseRandomProjection, NeighborhoodComponentsAnalysis."""
    matrix = est.components_
    dense = matrix.toarray() if hasattr(matrix, "toarray") else matrix
    return {"transform": product(w.inputs, np.asarray(dense).T)}


def sparse_components(est: Any, w: Writer) -> Outputs:
    """SparsePCA, MiniBatchSparsePCA: a ridge regression of the row on the components."""
    components, alpha = est.components_, est.ridge_alpha
    ridge = np.linalg.inv(components @ components.T + alpha * np.eye(len(components)))
    return {"transform": product(shifted(w.inputs, est.mean_), components.T @ ridge)}


def agglomeration(est: Any, w: Writer) -> Outputs:
    """FeatureAgglomeration: the mean of each cluster of columns."""
    members = (est.labels_[:, None] == np.unique(est.labels_)).astype(np.float64)
    return {"transform": product(w.inputs, members / members.sum(axis=0))}


def boltzmann(est: Any, w: Writer) -> Outputs:
    """BernoulliRBM: the probability of each hidden unit."""
    hidden = product(w.inputs, est.components_.T, est.intercept_hidden_)
    return {
        "transform": [divide(1.0, apply("+", 1.0, apply("exp", multiply(-1.0, h)))) for h in hidden]
    }
