"""Gradient boosting: leaf values added to a start value, then the inverse of the loss's link."""

from typing import TYPE_CHECKING, Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.labels import flat, most_likely, positive, two_sided
from adapters.to_onnx.reduce import total
from adapters.to_onnx.refused import option
from adapters.to_onnx.trees import hist_forest, leaf_values, reached, sklearn_forest
from adapters.to_onnx.wires import Outputs, Wire, cast

if TYPE_CHECKING:
    from adapters.to_onnx.compiler import Compiler


def gradient_classifier(est: Any, wire: Wire, g: "Compiler") -> Outputs:
    """GradientBoostingClassifier."""
    raw = _gradient_raw(est, wire, g)
    # The exponential loss is of {-1, 1}: its probability is expit of twice the raw value.
    twice = 2.0 if est.loss == "exponential" else 1.0
    return _decided(est, raw, twice, g)


def gradient_regressor(est: Any, wire: Wire, g: "Compiler") -> Outputs:
    """GradientBoostingRegressor."""
    return {"predict": flat(_gradient_raw(est, wire, g))}


def hist_classifier(est: Any, wire: Wire, g: "Compiler") -> Outputs:
    """HistGradientBoostingClassifier."""
    return _decided(est, _hist_raw(est, wire, g), 1.0, g)


def hist_regressor(est: Any, wire: Wire, g: "Compiler") -> Outputs:
    """HistGradientBoostingRegressor: identity, or exp for the losses with a logarithmic link."""
    raw = flat(_hist_raw(est, wire, g))
    link = type(est._loss.link).__name__
    if link not in ("IdentityLink", "LogLink"):
        raise option(f"the link function {link} is not known here")
    return {"predict": raw if link == "IdentityLink" else op.exp(raw)}


def _decided(est: Any, raw: Var, twice: float, g: "Compiler") -> Outputs:
    if len(est.classes_) > 2:
        return {
            "predict": most_likely(est.classes_, raw),
            "predict_proba": op.softmax(raw, axis=1),
            "decision_function": raw,
        }
    score = flat(raw)
    scaled = score if twice == 1.0 else op.mul(g.const(twice), score)
    return {
        "predict": positive(est.classes_, score, at_zero=True),
        "predict_proba": two_sided(op.sigmoid(scaled)),
        "decision_function": score,
    }


def _gradient_raw(est: Any, wire: Wire, g: "Compiler") -> Var:
    """Raw values [N, K]: stages lie along the first axis of `estimators_`, classes along the next."""
    trees = [tree.tree_ for stage in est.estimators_ for tree in stage]
    x = cast(g.numbers(wire), np.float32)
    values = est.learning_rate * leaf_values(trees)[:, 0, 0]
    leaves = reached(x, sklearn_forest(trees), g)
    return op.add(_summed(values, leaves, est.estimators_.shape[1], g), g.const(_start(est)))


def _start(est: Any) -> np.ndarray:
    """The raw start value [K], where it is the same for all rows."""
    if est.init is not None and est.init != "zero":
        raise option(f"gradient boosting that starts from {type(est.init).__name__}")
    return np.asarray(est._raw_predict_init(np.zeros((1, est.n_features_in_), np.float32))[0])


def _hist_raw(est: Any, wire: Wire, g: "Compiler") -> Var:
    """Raw values [N, K]. Unlike other trees, these compare in float64."""
    if est.is_categorical_ is not None and est.is_categorical_.any():
        raise option("histogram gradient boosting with categorical features")
    predictors = [predictor for stage in est._predictors for predictor in stage]
    forest = hist_forest(predictors)
    values = np.concatenate([p.nodes["value"][p.nodes["is_leaf"] > 0] for p in predictors])
    leaves = reached(cast(g.numbers(wire), np.float64), forest, g)
    start = np.asarray(est._baseline_prediction, dtype=np.float64).reshape(-1)
    return op.add(_summed(values, leaves, est.n_trees_per_iteration_, g), g.const(start))


def _summed(values: np.ndarray, leaves: Var, n_classes: int, g: "Compiler") -> Var:
    """The values of the leaves reached [stages * K, N], summed over the stages: [N, K]."""
    reached_values = op.gather(g.large_const(values), leaves)
    if n_classes == 1:
        return op.unsqueeze(total(reached_values, 0, keep=False), op.const(np.array([1])))
    by_stage = op.unsqueeze(reached_values, op.const(np.array([0])))
    by_class = op.reshape(by_stage, op.const(np.array([-1, n_classes, 0])), allowzero=0)
    return op.transpose(total(by_class, 0, keep=False), perm=[1, 0])
