"""Normal distributions: discriminant analysis, mixtures, probabilistic PCA."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.labels import flat, most_likely, positive, two_sided
from adapters.to_onnx.ops.precise import expit
from adapters.to_onnx.ops.reduce import log_sum_exp, softmax, squares, total
from adapters.to_onnx.wires import Matrix, Outputs, Wire, join, take


def linear_discriminant(est: Any, wire: Wire, g: Graph) -> Outputs:
    """LinearDiscriminantAnalysis: linear scores, and a projection where the solver has one."""
    x = g.numbers(wire)
    weights = g.const(np.ascontiguousarray(est.coef_.T))
    scores = op.add(op.matmul(x, weights), g.const(est.intercept_))
    outputs = _projected(est, x, g)
    if len(est.classes_) > 2:
        return outputs | {
            "predict": most_likely(est.classes_, scores),
            "predict_proba": op.softmax(scores, axis=1),
            "decision_function": scores,
        }
    score = flat(scores)
    return outputs | {
        "predict": positive(est.classes_, score),
        "predict_proba": two_sided(expit(score)),
        "decision_function": score,
    }


def quadratic_discriminant(est: Any, wire: Wire, g: Graph) -> Outputs:
    """QuadraticDiscriminantAnalysis: a covariance for each class."""
    x = g.numbers(wire)

    def of_class(k: int) -> Var:
        whitening = est.rotations_[k] * est.scalings_[k] ** -0.5
        centred = op.sub(x, g.const(est.means_[k]))
        return squares(op.matmul(centred, g.const(np.ascontiguousarray(whitening))))

    distances = join([of_class(k) for k in range(len(est.classes_))])
    logs = np.array([np.log(scaling).sum() for scaling in est.scalings_])
    scores = op.mul(op.add(distances, g.const(logs)), g.const(-0.5))
    scores = op.add(scores, g.const(np.log(est.priors_)))
    decision = scores
    if len(est.classes_) == 2:
        decision = flat(op.sub(take(scores, [1]), take(scores, [0])))
    return {
        "predict": most_likely(est.classes_, scores),
        "predict_proba": softmax(scores),
        "decision_function": decision,
    }


def mixture(est: Any, wire: Wire, g: Graph) -> Outputs:
    """GaussianMixture and BayesianGaussianMixture: the weighted log density of each component.

    What does not depend on the row (weights, determinants) is what the estimator itself gives at
    the components' means, where the distance is zero.
    """
    x = g.numbers(wire)
    whitenings = _whitenings(est)
    means = est.means_
    components = range(len(means))
    distances = [_distance(x, means[k], whitenings[k], g) for k in components]
    log_density = op.add(op.mul(join(distances), g.const(-0.5)), g.const(_densities_at_means(est)))
    return {
        "predict": op.arg_max(log_density, axis=1, keepdims=0),
        "predict_proba": softmax(log_density),
        "score_samples": flat(log_sum_exp(log_density)),
    }


def envelope(est: Any, wire: Wire, g: Graph) -> Outputs:
    """EllipticEnvelope: the Mahalanobis distance from the centre, negative."""
    centred = op.sub(g.numbers(wire), g.const(est.location_))
    turned = op.matmul(centred, g.const(np.ascontiguousarray(est.precision_)))
    score = flat(op.neg(total(op.mul(turned, centred))))
    decision = op.sub(score, g.const(float(est.offset_)))
    return {
        "predict": positive(np.array([-1, 1]), decision, at_zero=True),
        "decision_function": decision,
        "score_samples": score,
    }


def log_likelihood(est: Any, x: Var, g: Graph) -> Var:
    """PCA's `score_samples` [N], for rows `x`: Tipping and Bishop's (1999) probabilistic model."""
    centred = op.sub(x, g.const(est.mean_))
    precision = est.get_precision()
    whitening = np.linalg.cholesky(precision)
    distance = squares(op.matmul(centred, g.const(whitening)))
    constant = len(est.mean_) * np.log(2.0 * np.pi) - np.linalg.slogdet(precision)[1]
    return flat(op.mul(op.add(distance, g.const(float(constant))), g.const(-0.5)))


def _projected(est: Any, x: Var, g: Graph) -> Outputs:
    if est.solver == "lsqr":
        return {}
    centred = op.sub(x, g.const(est.xbar_)) if est.solver == "svd" else x
    scalings = np.ascontiguousarray(est.scalings_[:, : est._max_components])
    return {"transform": Matrix(op.matmul(centred, g.const(scalings)))}


def _whitenings(est: Any) -> list[np.ndarray]:
    """A matrix for each component that makes its covariance the identity."""
    roots, (count, width) = est.precisions_cholesky_, est.means_.shape
    if est.covariance_type == "full":
        return list(roots)
    if est.covariance_type == "tied":
        return [roots] * count
    return [np.diag(np.broadcast_to(root, width)) for root in roots]


def _distance(x: Var, mean: np.ndarray, whitening: np.ndarray, g: Graph) -> Var:
    return squares(op.matmul(op.sub(x, g.const(mean)), g.const(np.ascontiguousarray(whitening))))


def _densities_at_means(est: Any) -> np.ndarray:
    """The weighted log density of each component at its own mean."""
    return np.asarray(np.diag(est._estimate_weighted_log_prob(est.means_)))
