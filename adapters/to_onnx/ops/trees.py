"""Fitted trees as one TreeEnsembleRegressor that says which leaf each row reaches, exactly.

The node's own sums are float32. So it is asked for leaf positions only, which float32 holds
exactly up to 2^24: one target per tree, the weight of a leaf being its position in that tree. The
leaves' float64 values stand in a table of their own and are gathered from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import spox.opset.ai.onnx.ml.v3 as ml
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.document import Attributes
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.protobuf import Choices
from adapters.to_onnx.wires import cast


@dataclass(frozen=True)
class Forest:
    """The nodes of all trees, tree after tree; the root of each comes first.

    `left` and `right` are positions within the tree; `left` is -1 at leaves. A row goes left where
    `x[feature] <= threshold`, or where that is NaN and `missing_left` holds.
    """

    tree: np.ndarray
    node: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    missing_left: np.ndarray

    @cached_property
    def is_leaf(self) -> np.ndarray:
        """Mask over the nodes."""
        mask: np.ndarray = self.left < 0
        return mask

    @cached_property
    def leaf_tree(self) -> np.ndarray:
        """Of each leaf, its tree."""
        trees: np.ndarray = self.tree[self.is_leaf]
        return trees

    @cached_property
    def first_leaf(self) -> np.ndarray:
        """Of each tree, the position of its first leaf among the leaves of all trees."""
        leaves = np.bincount(self.leaf_tree)
        first: np.ndarray = np.cumsum(leaves) - leaves
        return first

    @property
    def leaf_position(self) -> np.ndarray:
        """Of each leaf, its position among the leaves of its tree."""
        position: np.ndarray = np.arange(len(self.leaf_tree)) - self.first_leaf[self.leaf_tree]
        return position


def sklearn_forest(trees: Sequence[Any], features: Sequence[np.ndarray] | None = None) -> Forest:
    """The nodes of `tree_` objects. `features` maps each tree's own features to the input's."""
    states = [tree.__getstate__()["nodes"] for tree in trees]
    tree, node = _numbered([len(state) for state in states])
    feature = _joined(states, "feature")
    if features is not None:
        feature = np.concatenate(
            [chosen[state["feature"]] for chosen, state in zip(features, states, strict=True)]
        )
    knows_missing = "missing_go_to_left" in (states[0].dtype.names or ())
    return Forest(
        tree=tree,
        node=node,
        feature=feature,
        threshold=_joined(states, "threshold"),
        left=_joined(states, "left_child"),
        right=_joined(states, "right_child"),
        missing_left=_joined(states, "missing_go_to_left").astype(bool)
        if knows_missing
        else np.zeros(len(tree), dtype=bool),
    )


def _joined(states: Sequence[np.ndarray], field: str) -> np.ndarray:
    """One field of all nodes; integers as int32, which halves what a large forest costs."""
    parts = [state[field] for state in states]
    return np.concatenate(parts, dtype=np.int32 if parts[0].dtype.kind == "i" else None)


def leaf_values(trees: Sequence[Any]) -> np.ndarray:
    """Values [leaves, outputs, classes] of all leaves of `tree_` objects, in order."""
    return np.concatenate([tree.value[tree.children_left < 0] for tree in trees])


def reached(x: Var, forest: Forest, g: Graph) -> Var:
    """Of each tree and row, the position of the leaf reached among all leaves: int64 [trees, N].

    Trees come first, because ONNX Runtime adds along the first axis one after the other, as
    scikit-learn does: the sums are then the same to the last bit.
    `x` is float32, as scikit-learn has it before its trees, or float64 where thresholds are.
    """
    position = ml.tree_ensemble_regressor(
        x, n_targets=len(forest.first_leaf), post_transform="NONE", aggregate_function="SUM"
    )
    double = x.unwrap_tensor().dtype == np.float64
    position = g.large_attributes(position, _attributes(forest, double=double))
    by_row = op.add(cast(position, np.int64), op.const(forest.first_leaf.astype(np.int64)))
    return op.transpose(by_row, perm=[1, 0])


def _numbered(sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Tree and position within the tree of every node."""
    tree = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    return tree, np.concatenate([np.arange(size, dtype=np.int32) for size in sizes])


def _attributes(forest: Forest, *, double: bool) -> Attributes:
    """Each is made when it is written, so that they never fill the memory together."""
    leaf = forest.is_leaf
    misses = forest.missing_left & ~leaf
    values: Attributes = {
        "nodes_featureids": lambda: np.where(leaf, 0, forest.feature),
        "nodes_modes": lambda: Choices((b"BRANCH_LEQ", b"LEAF"), leaf),
        "nodes_nodeids": lambda: forest.node,
        "nodes_treeids": lambda: forest.tree,
        "nodes_truenodeids": lambda: np.where(leaf, 0, forest.left),
        "nodes_falsenodeids": lambda: np.where(leaf, 0, forest.right),
        "target_ids": lambda: forest.leaf_tree,
        "target_nodeids": lambda: forest.node[leaf],
        "target_treeids": lambda: forest.leaf_tree,
    }
    if misses.any():
        values["nodes_missing_value_tracks_true"] = lambda: misses.astype(np.int64)
    if double:
        values["nodes_values_as_tensor"] = lambda: np.where(leaf, 0.0, forest.threshold)
        values["target_weights_as_tensor"] = lambda: forest.leaf_position.astype(np.float64)
    else:
        values["nodes_values"] = lambda: towards_minus_infinity(
            np.where(leaf, 0.0, forest.threshold)
        )
        values["target_weights"] = lambda: forest.leaf_position.astype(np.float32)
    return values


def towards_minus_infinity(threshold: np.ndarray) -> np.ndarray:
    """The largest float32 not above each float64: `x <= t` then holds for the same float32 `x`."""
    rounded = threshold.astype(np.float32)
    above = rounded > threshold
    return np.where(above, np.nextafter(rounded, np.float32(-np.inf)), rounded)


def hist_forest(predictors: Sequence[Any]) -> Forest:
    """The nodes of histogram gradient boosting's predictors."""
    states = [predictor.nodes for predictor in predictors]
    nodes = np.concatenate(states)
    tree, node = _numbered([len(state) for state in states])
    leaf = nodes["is_leaf"].astype(bool)
    return Forest(
        tree=tree,
        node=node,
        feature=nodes["feature_idx"].astype(np.int64),
        threshold=nodes["num_threshold"],
        left=np.where(leaf, -1, nodes["left"].astype(np.int64)),
        right=np.where(leaf, -1, nodes["right"].astype(np.int64)),
        missing_left=nodes["missing_go_to_left"].astype(bool),
    )
