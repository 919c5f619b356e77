"""Gradient boosting: leaf values added to a start value, then the inverse of the loss's link."""

from dataclasses import replace
from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.converters.encoders import ordinal
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.labels import flat, most_likely, positive, two_sided
from adapters.to_onnx.ops.precise import expit
from adapters.to_onnx.ops.reduce import total
from adapters.to_onnx.ops.trees import Forest, hist_forest, leaf_values, reached, sklearn_forest
from adapters.to_onnx.refused import option
from adapters.to_onnx.wires import Matrix, Outputs, Wire, cast, join, select, take


def gradient_classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """GradientBoostingClassifier."""
    raw = _gradient_raw(est, wire, g)
    # The exponential loss is of {-1, 1}: its probability is expit of twice the raw value.
    twice = 2.0 if est.loss == "exponential" else 1.0
    return _decided(est, raw, twice, g)


def gradient_regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """GradientBoostingRegressor."""
    return {"predict": flat(_gradient_raw(est, wire, g))}


def hist_classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """HistGradientBoostingClassifier."""
    return _decided(est, _hist_raw(est, wire, g), 1.0, g)


def hist_regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """HistGradientBoostingRegressor: identity, or exp for the losses with a logarithmic link."""
    raw = flat(_hist_raw(est, wire, g))
    link = type(est._loss.link).__name__
    if link not in ("IdentityLink", "LogLink"):
        raise option(f"the link function {link} is not known here")
    return {"predict": raw if link == "IdentityLink" else op.exp(raw)}


def _decided(est: Any, raw: Var, twice: float, g: Graph) -> Outputs:
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
        "predict_proba": two_sided(expit(scaled)),
        "decision_function": score,
    }


def _gradient_raw(est: Any, wire: Wire, g: Graph) -> Var:
    """Raw values [N, K]: `estimators_` has stages along its first axis, classes along the next."""
    trees = [tree.tree_ for stage in est.estimators_ for tree in stage]
    x = cast(g.numbers(wire), np.float32)
    values = est.learning_rate * leaf_values(trees)[:, 0, 0]
    leaves = reached(x, sklearn_forest(trees), g)
    return op.add(_summed(values, leaves, est.estimators_.shape[1], g), _start(est, x, g))


def _start(est: Any, x: Var, g: Graph) -> Var:
    """The raw start value: [K] where it is the same for all rows, else [N, 1]."""
    if est.init is None or isinstance(est.init, str):
        same = est._raw_predict_init(np.zeros((1, est.n_features_in_), np.float32))[0]
        return g.const(np.asarray(same))
    # scikit-learn hands the start float32 rows, on which only trees compute as they do here.
    if hasattr(est, "classes_") or not hasattr(est.init_, "tree_"):
        raise option(f"gradient boosting that starts from {type(est.init).__name__}")
    start = g.convert(est.init_, Matrix(cast(x, g.real)), "init")["predict"]
    return op.reshape(start, op.const(np.array([-1, 1])))


def _hist_raw(est: Any, wire: Wire, g: Graph) -> Var:
    """Raw values [N, K]. Unlike other trees, these compare in float64."""
    predictors = [predictor for stage in est._predictors for predictor in stage]
    forest = hist_forest(predictors)
    values = np.concatenate([p.nodes["value"][p.nodes["is_leaf"] > 0] for p in predictors])
    x = cast(_prepared(est, wire, g), np.float64)
    leaves = reached(*_with_memberships(x, forest, predictors, g), g)
    start = np.asarray(est._baseline_prediction, dtype=np.float64).reshape(-1)
    return op.add(_summed(values, leaves, est.n_trees_per_iteration_, g), g.const(start))


def _prepared(est: Any, wire: Wire, g: Graph) -> Var:
    """The input as its trees see it: codes of the categories first, then the other columns."""
    if est.is_categorical_ is None or not est.is_categorical_.any():
        return g.numbers(wire)
    if getattr(est, "_preprocessor", None) is None:
        raise option("categorical features of histogram boosting before scikit-learn 1.4")
    parts = est._preprocessor
    places = parts._transformer_to_input_indices
    codes = ordinal(parts.named_transformers_["encoder"], select(wire, places["encoder"]), g)
    coded = g.matrix(codes["transform"])
    if len(places["numerical"]) == 0:
        return coded
    return op.concat([coded, g.numbers(select(wire, places["numerical"]))], axis=1)


def _with_memberships(
    x: Var, forest: Forest, predictors: list[Any], g: Graph
) -> tuple[Var, Forest]:
    """Columns for the categorical splits: 0 where the code is in the split's set, 1 where not.

    Missing and unknown categories are NaN in both, so a split is `column <= 0.5` like any other.
    """
    nodes = np.concatenate([predictor.nodes for predictor in predictors])
    split = np.flatnonzero((nodes["is_categorical"] > 0) & (nodes["is_leaf"] == 0))
    if not len(split):
        return x, forest
    sets = np.concatenate(
        [p.raw_left_cat_bitsets[p.nodes["bitset_idx"][_categorical(p)]] for p in predictors]
    )
    bits = (sets[:, :, None] >> np.arange(32, dtype=np.uint32)) & 1
    outside = 1.0 - bits.reshape(len(split), -1)
    table = np.column_stack([outside, np.full(len(split), np.nan)]).T  # [codes + 1, splits]
    width = int(forest.feature.max()) + 1
    columns, feature = [x], forest.feature.copy()
    for source in np.unique(nodes["feature_idx"][split]):
        own = np.flatnonzero(nodes["feature_idx"][split] == source)
        columns.append(_memberships(take(x, [int(source)]), table[:, own], g))
        feature[split[own]] = width + np.arange(len(own))
        width += len(own)
    threshold = forest.threshold.copy()
    threshold[split] = 0.5
    return join(columns), replace(forest, feature=feature, threshold=threshold)


def _categorical(predictor: Any) -> np.ndarray:
    nodes = predictor.nodes
    return np.asarray((nodes["is_categorical"] > 0) & (nodes["is_leaf"] == 0))


def _memberships(codes: Var, table: np.ndarray, g: Graph) -> Var:
    known = op.not_(op.isnan(codes))
    row = op.where(known, codes, op.const(np.array(len(table) - 1, np.float64)))
    index = op.reshape(op.cast(row, to=np.int64), op.const(np.array([-1])))
    return op.gather(op.const(table), index)


def _summed(values: np.ndarray, leaves: Var, n_classes: int, g: Graph) -> Var:
    """The values of the leaves reached [stages * K, N], summed over the stages: [N, K]."""
    reached_values = op.gather(g.large_const(values), leaves)
    if n_classes == 1:
        return op.unsqueeze(total(reached_values, 0, keep=False), op.const(np.array([1])))
    by_stage = op.unsqueeze(reached_values, op.const(np.array([0])))
    by_class = op.reshape(by_stage, op.const(np.array([-1, n_classes, 0])), allowzero=0)
    return op.transpose(total(by_class, 0, keep=False), perm=[1, 0])
