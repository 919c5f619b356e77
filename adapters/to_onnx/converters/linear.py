"""Models that are a matrix product: linear regressors and classifiers."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.labels import flat, most_likely, positive, two_sided
from adapters.to_onnx.ops.precise import expit
from adapters.to_onnx.refused import option
from adapters.to_onnx.wires import Outputs, Wire, cast


def regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """`X @ coef_.T + intercept_`, flat where the target is."""
    coef = np.asarray(_dense(est.coef_))
    y = _product(np.atleast_2d(coef), est.intercept_, g.numbers(wire), g)
    return {"predict": flat(y) if coef.ndim == 1 else y}


def glm(est: Any, wire: Wire, g: Graph) -> Outputs:
    """A generalised linear model: identity or exponential of the linear predictor."""
    eta = flat(_product(np.atleast_2d(est.coef_), est.intercept_, g.numbers(wire), g))
    link = type(est._base_loss.link).__name__
    if link not in ("IdentityLink", "LogLink"):
        raise option(f"the link function {link} is not known here")
    return {"predict": eta if link == "IdentityLink" else op.exp(eta)}


def classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """A linear classifier without probabilities."""
    scores = _product(_dense(est.coef_), est.intercept_, g.numbers(wire), g)
    if getattr(est, "_label_binarizer", None) is not None and _multilabel(est):
        above = op.greater(scores, g.const(0.0))
        return {"predict": cast(above, np.int64), "decision_function": scores}
    return decide(est.classes_, scores)


def logistic(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Logistic regression: expit for two classes, softmax or one-vs-rest for more."""
    outputs = classifier(est, wire, g)
    scores = outputs["decision_function"]
    assert isinstance(scores, Var)
    return {**outputs, "predict_proba": _logistic_proba(est, scores, g)}


def sgd_classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """SGD: probabilities exist for `log_loss` and `modified_huber`."""
    outputs = classifier(est, wire, g)
    scores = outputs["decision_function"]
    assert isinstance(scores, Var)
    if est.loss == "log_loss":
        return {**outputs, "predict_proba": one_vs_rest_proba(scores, len(est.classes_), g)}
    if est.loss == "modified_huber":
        return {**outputs, "predict_proba": _modified_huber_proba(scores, len(est.classes_), g)}
    return outputs


def one_class(est: Any, wire: Wire, g: Graph) -> Outputs:
    """SGDOneClassSVM: inliers are 1, outliers -1."""
    distance = op.matmul(g.numbers(wire), g.const(est.coef_.reshape(-1, 1)))
    score = flat(distance)
    decision = op.sub(score, g.const(float(np.ravel(est.offset_)[0])))
    return {
        "predict": positive(np.array([-1, 1]), decision, at_zero=True),
        "decision_function": decision,
        "score_samples": score,
    }


def decide(classes: Any, scores: Var) -> Outputs:
    """Decision values [N, K] ([N, 1] for two classes) and the labels they give."""
    if len(classes) == 2:
        scores = flat(scores)
        return {"predict": positive(classes, scores), "decision_function": scores}
    return {"predict": most_likely(classes, scores), "decision_function": scores}


def one_vs_rest_proba(scores: Var, n_classes: int, g: Graph) -> Var:
    """Expit of each score, made to sum to one."""
    return _summing_to_one(expit(scores), n_classes, g)


def _logistic_proba(est: Any, scores: Var, g: Graph) -> Var:
    # Up to scikit-learn 1.7 the parameter `multi_class` chooses the form; later it is gone, though
    # a file of an older version may still carry it.
    asked = est.get_params(deep=False).get("multi_class", "auto")
    n_classes = len(est.classes_)
    by_itself = asked != "multinomial" and (n_classes == 2 or est.solver == "liblinear")
    if asked == "ovr" or by_itself:
        return one_vs_rest_proba(scores, n_classes, g)
    if n_classes == 2:
        column = op.unsqueeze(scores, op.const(np.array([1])))
        scores = op.concat([op.neg(column), column], axis=1)
    return op.softmax(scores, axis=1)


def _modified_huber_proba(scores: Var, n_classes: int, g: Graph) -> Var:
    """(clip(score, -1, 1) + 1) / 2, from Zadrozny and Elkan (2002), as scikit-learn has it."""
    p = op.clip(scores, g.const(-1.0), g.const(1.0))
    return _summing_to_one(op.div(op.add(p, g.const(1.0)), g.const(2.0)), n_classes, g)


def _summing_to_one(p: Var, n_classes: int, g: Graph) -> Var:
    """The rows of `p` divided by their sums; uniform where all of a row is zero."""
    if n_classes == 2:
        return two_sided(p)
    total = op.reduce_sum(p, op.const(np.array([1])), keepdims=1)
    empty = op.equal(total, g.const(0.0))
    p = op.where(empty, g.const(1.0), p)
    return op.div(p, op.where(empty, g.const(float(n_classes)), total))


def _product(coef: np.ndarray, intercept: Any, x: Var, g: Graph) -> Var:
    product = op.matmul(x, g.const(np.ascontiguousarray(coef.T, dtype=np.float64)))
    if not np.any(intercept):
        return product
    return op.add(product, g.const(np.asarray(intercept, dtype=np.float64)))


def _dense(coef: Any) -> np.ndarray:
    """`coef_` may have been made sparse by `sparsify()`."""
    return np.asarray(coef.toarray() if hasattr(coef, "toarray") else coef, dtype=np.float64)


def _multilabel(est: Any) -> bool:
    return bool(est._label_binarizer.y_type_.startswith("multilabel"))
