"""Naive Bayes of kinds that JPMML takes in other forms only."""

from typing import Any

import numpy as np

from adapters.to_pmml.own.writing import (
    MISSING,
    Outputs,
    Writer,
    add,
    apply,
    choose,
    divide,
    multiply,
    number,
    product,
    shifted,
    softmax,
    subtract,
    total,
)
from adapters.to_pmml.terms import Term


def bernoulli(est: Any, w: Writer) -> Outputs:
    """BernoulliNB: what is absent counts too."""
    x = w.inputs
    if est.binarize is not None:
        x = [w.keep(choose(apply("greaterThan", v, float(est.binarize)), 1.0, 0.0)) for v in x]
    absent = np.log(1 - np.exp(est.feature_log_prob_))
    start = est.class_log_prior_ + absent.sum(axis=1)
    return {"predict_proba": softmax(w, product(x, (est.feature_log_prob_ - absent).T, start))}


def gaussian(est: Any, w: Writer) -> Outputs:
    """GaussianNB: by logarithms, for far from all means the densities themselves are zero."""
    scores: list[Term] = []
    for prior, mean, variance in zip(est.class_prior_, est.theta_, est.var_, strict=True):
        squares = [multiply(x, x) for x in map(w.keep, shifted(w.inputs, mean))]
        start = np.log(prior) - 0.5 * np.log(2.0 * np.pi * variance).sum()
        far = [divide(x, float(v)) for x, v in zip(squares, variance, strict=True)]
        scores.append(subtract(float(start), multiply(0.5, total(far))))
    return {"predict_proba": softmax(w, scores)}


def categorical(est: Any, w: Writer) -> Outputs:
    """CategoricalNB: the log probability of each column's category, looked up."""
    whole = [w.keep(apply("floor", x)) for x in w.inputs]
    scores = []
    for k, prior in enumerate(est.class_log_prior_.tolist()):
        parts = [
            w.keep(_looked_up(x, table[k]))
            for x, table in zip(whole, est.feature_log_prob_, strict=True)
        ]
        scores.append(add(total(parts), prior))
    return {"predict_proba": softmax(w, scores)}


def _looked_up(x: Term, logs: np.ndarray) -> Term:
    result: Term = MISSING
    for category in reversed(range(len(logs))):
        result = choose(apply("equal", x, number(category)), float(logs[category]), result)
    return result
