"""Single trees and forests, exact: scikit-learn's leaves, gathered and averaged in float64."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.labels import label_of, most_likely
from adapters.to_onnx.ops.reduce import total
from adapters.to_onnx.ops.trees import leaf_values, reached, sklearn_forest
from adapters.to_onnx.wires import Outputs, Wire, cast


def tree_classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """A single classification tree."""
    return _classified(est, [est], wire, g)


def forest_classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """A forest: the mean of its trees' class fractions."""
    return _classified(est, est.estimators_, wire, g)


def tree_regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """A single regression tree."""
    return _regressed(est, [est], wire, g)


def forest_regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """A forest: the mean of its trees."""
    return _regressed(est, est.estimators_, wire, g)


def isolation_forest(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Liu, Ting and Zhou (2008): score = -2 ^ -(summed path lengths / their expected sum)."""
    trees = [tree.tree_ for tree in est.estimators_]
    forest = sklearn_forest(trees, est.estimators_features_)
    lengths = np.concatenate([_path_lengths(tree) for tree in trees])
    leaves = reached(cast(g.numbers(wire), np.float32), forest, g)
    path = total(op.gather(g.large_const(lengths), leaves), 0, keep=False)
    expected = len(trees) * _average_path_length(np.array([est._max_samples]))[0]
    score = op.neg(op.pow(g.const(2.0), op.neg(op.div(path, g.const(expected)))))
    decision = op.sub(score, g.const(float(est.offset_)))
    outlier = op.cast(op.less(decision, g.const(0.0)), to=np.int64)
    return {
        "predict": label_of(np.array([1, -1]), outlier),
        "decision_function": decision,
        "score_samples": score,
    }


def _path_lengths(tree: Any) -> np.ndarray:
    """Of each leaf: its depth, and the expected rest of the path among the samples it holds."""
    leaf = tree.children_left < 0
    depth = tree.compute_node_depths()[leaf]
    return np.asarray(depth + _average_path_length(tree.n_node_samples[leaf]) - 1.0)


def _average_path_length(n: np.ndarray) -> np.ndarray:
    """Of a search in vain among `n` samples: 2 H(n - 1) - 2 (n - 1) / n, by the same paper."""
    size = np.maximum(n, 3).astype(np.float64)
    harmonic = np.log(size - 1.0) + np.euler_gamma
    return np.select([n <= 1, n == 2], [0.0, 1.0], 2.0 * harmonic - 2.0 * (size - 1.0) / size)


def _classified(est: Any, members: list[Any], wire: Wire, g: Graph) -> Outputs:
    leaves, values = _leaves(members, wire, g)
    if est.n_outputs_ == 1:
        proba = _mean(values[:, 0, :], leaves, len(members), g)
        return {"predict": most_likely(est.classes_, proba), "predict_proba": proba}
    probas = [
        _mean(np.ascontiguousarray(values[:, i, : len(classes)]), leaves, len(members), g)
        for i, classes in enumerate(est.classes_)
    ]
    labels = [most_likely(*pair) for pair in zip(est.classes_, probas, strict=True)]
    axis = op.const(np.array([1]))
    return {
        "predict": op.concat([op.unsqueeze(label, axis) for label in labels], axis=1),
        **{f"predict_proba_{i}": proba for i, proba in enumerate(probas)},
    }


def _regressed(est: Any, members: list[Any], wire: Wire, g: Graph) -> Outputs:
    leaves, values = _leaves(members, wire, g)
    table = values[:, 0, 0] if est.n_outputs_ == 1 else values[:, :, 0]
    return {"predict": _mean(table, leaves, len(members), g)}


def _leaves(members: list[Any], wire: Wire, g: Graph) -> tuple[Var, np.ndarray]:
    """The leaves that the rows reach, and the values [leaves, outputs, classes] of all leaves."""
    trees = [member.tree_ for member in members]
    x = cast(g.numbers(wire), np.float32)  # scikit-learn's own cast, before its trees
    return reached(x, sklearn_forest(trees), g), leaf_values(trees)


def _mean(table: np.ndarray, leaves: Var, n_trees: int, g: Graph) -> Var:
    values = op.gather(g.large_const(table), leaves)
    return op.div(total(values, 0, keep=False), g.const(float(n_trees)))
