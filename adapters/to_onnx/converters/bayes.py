"""Naive Bayes: the log of the joint likelihood of each class, made probabilities."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.labels import most_likely
from adapters.to_onnx.ops.reduce import softmax, total
from adapters.to_onnx.wires import Outputs, Wire, cast, join, take


def gaussian(est: Any, wire: Wire, g: Graph) -> Outputs:
    """GaussianNB: one variance for each feature and class."""
    x = g.numbers(wire)

    def of_class(k: int) -> Var:
        centred = op.sub(x, g.const(est.theta_[k]))
        distance = total(op.div(op.mul(centred, centred), g.const(est.var_[k])))
        return op.mul(distance, g.const(-0.5))

    norms = np.log(2.0 * np.pi * est.var_).sum(axis=1)
    start = np.log(est.class_prior_) - 0.5 * norms
    joint = op.add(join([of_class(k) for k in range(len(est.classes_))]), g.const(start))
    return _decided(est, joint)


def multinomial(est: Any, wire: Wire, g: Graph) -> Outputs:
    """MultinomialNB: counts times log probabilities."""
    return _decided(est, _weighted(est, wire, est.class_log_prior_, g))


def complement(est: Any, wire: Wire, g: Graph) -> Outputs:
    """ComplementNB: the same with weights of its own, the prior only of a single class."""
    alone = len(est.classes_) == 1
    prior = est.class_log_prior_ if alone else np.zeros(len(est.classes_))
    return _decided(est, _weighted(est, wire, prior, g))


def bernoulli(est: Any, wire: Wire, g: Graph) -> Outputs:
    """BernoulliNB: what is absent counts too."""
    x = g.numbers(wire)
    if est.binarize is not None:
        x = cast(op.greater(x, g.const(float(est.binarize))), g.real)
    absent = np.log(1 - np.exp(est.feature_log_prob_))
    weights = np.ascontiguousarray((est.feature_log_prob_ - absent).T)
    start = est.class_log_prior_ + absent.sum(axis=1)
    return _decided(est, op.add(op.matmul(x, g.const(weights)), g.const(start)))


def categorical(est: Any, wire: Wire, g: Graph) -> Outputs:
    """CategoricalNB: the log probability of each feature's category, looked up."""
    x = cast(g.numbers(wire), np.int64)
    joint = None
    for i, log_probability in enumerate(est.feature_log_prob_):
        table = g.const(np.ascontiguousarray(log_probability.T))
        found = op.gather(table, op.reshape(take(x, [i]), op.const(np.array([-1]))))
        joint = found if joint is None else op.add(joint, found)
    assert joint is not None
    return _decided(est, op.add(joint, g.const(est.class_log_prior_)))


def _weighted(est: Any, wire: Wire, prior: np.ndarray, g: Graph) -> Var:
    weights = g.const(np.ascontiguousarray(est.feature_log_prob_.T))
    return op.add(op.matmul(g.numbers(wire), weights), g.const(prior))


def _decided(est: Any, joint: Var) -> Outputs:
    return {"predict": most_likely(est.classes_, joint), "predict_proba": softmax(joint)}
