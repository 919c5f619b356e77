"""Classifiers of several labels as a classifier for each."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.multioutput import MultiOutputClassifier


def each_label(est: Any) -> Any:
    """A model of as many classifiers as there are labels; itself, where there is one."""
    parts = _parts(est)
    if parts is None:
        return est
    model = MultiOutputClassifier(None)
    model.estimators_ = parts
    model.classes_ = [part.classes_ for part in parts]
    model.n_features_in_ = est.n_features_in_
    return model


def is_multilabel(est: Any) -> bool:
    """Whether a classifier that turns labels into numbers was given several of them."""
    binarizer = getattr(est, "_label_binarizer", getattr(est, "label_binarizer_", None))
    kind = getattr(binarizer, "y_type_", "")
    return bool(kind.startswith("multilabel"))


def _parts(est: Any) -> list[Any] | None:
    if getattr(est, "n_outputs_", 1) > 1 and isinstance(est.classes_, list):
        one = _tree if hasattr(est, "tree_") else _forest
        return [one(est, k) for k in range(len(est.classes_))]
    if getattr(est, "outputs_2d_", False):
        return [_neighbours(est, k) for k in range(len(est.classes_))]
    if not is_multilabel(est):
        return None
    if hasattr(est, "coefs_"):
        return [_network(est, k) for k in range(len(est.classes_))]
    if hasattr(est, "estimators_"):
        return list(est.estimators_)
    return [_line(est, k) for k in range(len(est.coef_))] if hasattr(est, "coef_") else None


def _forest(est: Any, k: int) -> Any:
    trees = [_tree(tree, k) for tree in est.estimators_]
    return _with(est, estimators_=trees, **_classes(est, k))


def _tree(est: Any, k: int) -> Any:
    """A tree of several labels, of the shares of one."""
    from sklearn.tree._tree import Tree

    state = est.tree_.__getstate__()
    count = int(est.n_classes_[k])
    values = np.ascontiguousarray(state["values"][:, k : k + 1, :count])
    one = Tree(est.tree_.n_features, np.array([count], dtype=np.intp), 1)
    one.__setstate__({**state, "values": values})
    return _with(est, tree_=one, **_classes(est, k))


def _classes(est: Any, k: int) -> dict[str, Any]:
    return {"n_outputs_": 1, "n_classes_": int(est.n_classes_[k]), "classes_": est.classes_[k]}


def _neighbours(est: Any, k: int) -> Any:
    labels = np.ascontiguousarray(est._y[:, k])
    return _with(est, _y=labels, classes_=est.classes_[k], outputs_2d_=False)


def _network(est: Any, k: int) -> Any:
    last = [est.coefs_[-1][:, k : k + 1]], [est.intercepts_[-1][k : k + 1]]
    return _with(
        est,
        coefs_=[*est.coefs_[:-1], *last[0]],
        intercepts_=[*est.intercepts_[:-1], *last[1]],
        classes_=np.array([0, 1]),
        n_outputs_=1,
        _label_binarizer=None,
    )


def _line(est: Any, k: int) -> Any:
    model = LogisticRegression()
    model.coef_ = est.coef_[k : k + 1]
    model.intercept_ = np.broadcast_to(est.intercept_, len(est.coef_))[k : k + 1].copy()
    model.classes_ = np.array([0, 1])
    model.n_features_in_ = est.n_features_in_
    return model


def _with(est: Any, **attributes: Any) -> Any:
    again = copy.copy(est)
    for name, value in attributes.items():
        setattr(again, name, value)
    return again


CLASSIFIERS: dict[str, Callable[[Any], Any]] = {
    "sklearn.ensemble.ExtraTreesClassifier": each_label,
    "sklearn.ensemble.RandomForestClassifier": each_label,
    "sklearn.neighbors.KNeighborsClassifier": each_label,
    "sklearn.neural_network.MLPClassifier": each_label,
    "sklearn.tree.DecisionTreeClassifier": each_label,
    "sklearn.tree.ExtraTreeClassifier": each_label,
}
"""Public names, beside those of linear classifiers."""
