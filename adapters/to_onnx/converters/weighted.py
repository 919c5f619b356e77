"""AdaBoost: members that vote by weight. Where they are trees, one node walks them all."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.labels import flat, most_likely, place_of, positive
from adapters.to_onnx.ops.reduce import total
from adapters.to_onnx.ops.trees import leaf_values, reached, sklearn_forest
from adapters.to_onnx.refused import each
from adapters.to_onnx.wires import Outputs, Wire, cast


def classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """AdaBoostClassifier: a vote for a class counts against the others."""
    scores = op.div(_votes(est, wire, g), g.const(float(est.estimator_weights_.sum())))
    if len(est.classes_) > 2:
        spread = op.div(scores, g.const(float(len(est.classes_) - 1)))
        return {
            "predict": most_likely(est.classes_, scores),
            "predict_proba": op.softmax(spread, axis=1),
            "decision_function": scores,
        }
    score = flat(total(op.mul(scores, g.const(np.array([-1.0, 1.0])))))
    half = op.unsqueeze(op.div(score, g.const(2.0)), op.const(np.array([1])))
    return {
        "predict": positive(est.classes_, score),
        "predict_proba": op.softmax(op.concat([op.neg(half), half], axis=1), axis=1),
        "decision_function": score,
    }


def regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """AdaBoostRegressor: the weighted median of the members' answers."""
    answers = op.transpose(_answers(est, wire, g), perm=[1, 0])
    count = len(est.estimators_)
    ordered, order = op.top_k(answers, op.const(np.array([count])), axis=1, largest=0)
    weights = op.gather(g.const(est.estimator_weights_[:count]), order)
    reach = op.cumsum(weights, op.const(np.int64(1)))
    half = op.mul(g.const(0.5), op.gather(reach, op.const(np.array([count - 1])), axis=1))
    beyond = op.cast(op.greater_or_equal(reach, half), to=np.int64)
    middle = op.arg_max(beyond, axis=1, keepdims=1)
    return {"predict": flat(op.gather_elements(ordered, middle, axis=1))}


def _votes(est: Any, wire: Wire, g: Graph) -> Var:
    """Summed votes [N, classes]."""
    n_classes = len(est.classes_)
    ballot = np.where(np.eye(n_classes) > 0, 1.0, -1.0 / (n_classes - 1))
    weights = est.estimator_weights_[: len(est.estimators_)]
    if _are_trees(est):
        trees = [member.tree_ for member in est.estimators_]
        choice = leaf_values(trees)[:, 0, :].argmax(axis=1)
        sizes = [int((tree.children_left < 0).sum()) for tree in trees]
        table = ballot[choice] * np.repeat(weights, sizes)[:, None]
        return total(op.gather(g.large_const(table), _leaves(trees, wire, g)), 0, keep=False)

    def convert(triple: tuple[int, Any, float]) -> Var:
        number, member, weight = triple
        answer = g.convert(member, wire, str(number))["predict"]
        assert isinstance(answer, Var)
        return op.gather(g.const(ballot * weight), place_of(est.classes_, answer))

    numbered = zip(range(len(weights)), est.estimators_, weights, strict=True)
    return op.sum(each(convert, numbered))


def _answers(est: Any, wire: Wire, g: Graph) -> Var:
    """Of every member and row: [members, N]."""
    if _are_trees(est):
        trees = [member.tree_ for member in est.estimators_]
        return op.gather(g.large_const(leaf_values(trees)[:, 0, 0]), _leaves(trees, wire, g))

    def convert(pair: tuple[int, Any]) -> Var:
        answer = g.convert(pair[1], wire, str(pair[0]))["predict"]
        assert isinstance(answer, Var)
        return op.unsqueeze(answer, op.const(np.array([0])))

    return op.concat(each(convert, enumerate(est.estimators_)), axis=0)


def _are_trees(est: Any) -> bool:
    return all(hasattr(member, "tree_") for member in est.estimators_)


def _leaves(trees: list[Any], wire: Wire, g: Graph) -> Var:
    return reached(cast(g.numbers(wire), np.float32), sklearn_forest(trees), g)
