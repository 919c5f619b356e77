"""Normal distributions: discriminant analysis, mixtures, envelopes."""

from typing import Any

import numpy as np

from adapters.to_pmml.own.writing import (
    Outputs,
    Writer,
    add,
    apply,
    choose,
    log_sum_exp,
    multiply,
    product,
    shifted,
    softmax,
    squares,
    subtract,
    total,
)
from adapters.to_pmml.terms import Term


def quadratic_discriminant(est: Any, w: Writer) -> Outputs:
    """QuadraticDiscriminantAnalysis: a covariance for each class."""
    scores = []
    for k, prior in enumerate(est.priors_):
        whitening = est.rotations_[k] * est.scalings_[k] ** -0.5
        distance = squares(w, product(shifted(w.inputs, est.means_[k]), whitening))
        log = float(np.log(est.scalings_[k]).sum())
        scores.append(w.keep(add(multiply(-0.5, add(distance, log)), float(np.log(prior)))))
    decision = [subtract(scores[1], scores[0])] if len(scores) == 2 else scores
    return {"predict_proba": softmax(w, scores), "decision_function": decision}


def mixture(est: Any, w: Writer) -> Outputs:
    """GaussianMixture, BayesianGaussianMixture: the weighted log density of each component.

    What does not depend on the row (weights, determinants) is what the estimator itself gives at
    the components' means, where the distance is zero.
    """
    at_means = np.diag(est._estimate_weighted_log_prob(est.means_)).tolist()
    densities = [
        w.keep(add(multiply(-0.5, squares(w, product(shifted(w.inputs, mean), root))), start))
        for mean, root, start in zip(est.means_, _whitenings(est), at_means, strict=True)
    ]
    return {"predict_proba": softmax(w, densities), "score_samples": [log_sum_exp(w, densities)]}


def envelope(est: Any, w: Writer) -> Outputs:
    """EllipticEnvelope: the Mahalanobis distance from the centre, negative."""
    centred = [w.keep(term) for term in shifted(w.inputs, est.location_)]
    turned = product(centred, est.precision_)
    squared = [multiply(a, b) for a, b in zip(turned, centred, strict=True)]
    score = w.keep(multiply(-1.0, total(squared)))
    decision = w.keep(subtract(score, float(est.offset_)))
    inside: Term = choose(apply("greaterOrEqual", decision, 0.0), 1.0, -1.0)
    return {"predict": [inside], "decision_function": [decision], "score_samples": [score]}


def _whitenings(est: Any) -> list[np.ndarray]:
    """A matrix for each component that makes its covariance the identity."""
    roots, (count, width) = est.precisions_cholesky_, est.means_.shape
    if est.covariance_type == "full":
        return list(roots)
    if est.covariance_type == "tied":
        return [roots] * count
    return [np.diag(np.broadcast_to(root, width)) for root in roots]
