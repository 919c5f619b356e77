"""Estimators as others of the same answers, which JPMML knows."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline

from adapters.names import public_name
from adapters.to_pmml.model.labels import CLASSIFIERS, each_label, is_multilabel
from adapters.to_pmml.model.stand_ins import SelectorProxy

DECIDES = "only_decides"
"""An attribute of what stands for a classifier, and whose likelihoods are none of that one's."""


def respelled(est: Any, step: bool) -> Any:
    """The same answers by an estimator that JPMML knows; itself, where it knows that.

    The estimator stays as it is; what it holds is held by the other.
    """
    while isinstance(est, BaseEstimator):
        spell = (_STEPS if step else _MODELS).get(public_name(type(est)))
        other = est if spell is None else spell(est)
        if other is est:
            break
        est = other
    return est


def _held(name: str) -> Callable[[Any], Any]:
    return lambda est: getattr(est, name)


def _linear(est: Any) -> Any:
    return _line(est, est.coef_, est.intercept_)


def _line(est: Any, coef: Any, intercept: Any) -> LinearRegression:
    """A linear regression of known coefficients."""
    model = LinearRegression()
    model.coef_, model.intercept_ = np.asarray(coef), intercept
    if np.ndim(model.coef_) > 1 and not np.ndim(intercept):
        model.intercept_ = np.full(len(model.coef_), float(intercept))
    model.n_features_in_ = est.n_features_in_
    return model


def _linear_classifier(est: Any) -> Any:
    """A linear classifier that gives no probabilities: the largest score wins.

    JPMML squeezes the scores of several classes into (0, 1) first, where large ones become equal.
    """
    if is_multilabel(est):
        return each_label(est)
    if _is_likely(est) or len(np.shape(est.classes_)) > 1:
        return est
    coef = np.atleast_2d(est.coef_)
    return _decided(est, coef, np.broadcast_to(est.intercept_, len(coef)).copy(), est.classes_)


def _against_rest(est: Any) -> Any:
    """OneVsRestClassifier: of linear members that give no probabilities, the largest score."""
    members = est.estimators_
    if is_multilabel(est):
        return each_label(est)
    if not all(hasattr(member, "coef_") and not _is_likely(member) for member in members):
        return est
    coef = np.vstack([np.atleast_2d(member.coef_) for member in members])
    intercept = np.concatenate([np.ravel(member.intercept_) for member in members])
    return _decided(est, coef, intercept, est.classes_)


def _decided(est: Any, coef: Any, intercept: Any, classes: Any) -> LogisticRegression:
    """A classifier by the largest of linear scores, or the sign of one."""
    model = LogisticRegression()
    model.coef_, model.intercept_, model.classes_ = coef, intercept, classes
    model.n_features_in_ = est.n_features_in_
    setattr(model, DECIDES, True)
    return model


def _centers(est: Any) -> Any:
    """KMeans, MiniBatchKMeans: the nearest centre c of x has the largest 2 c x - |c|^2.

    So scikit-learn computes it. Where x is very far from all, the distances themselves are equal.
    """
    centers = np.asarray(est.cluster_centers_, dtype=np.float64)
    if len(centers) == 1:
        return _line(est, np.zeros(centers.shape[1]), 0.0)
    coef, intercept = 2.0 * centers, -np.sum(centers**2, axis=1)
    if len(centers) == 2:
        coef, intercept = np.diff(coef, axis=0), np.diff(intercept)
    return _decided(est, coef, intercept, np.arange(len(centers)))


def _is_likely(est: Any) -> bool:
    """Whether JPMML gives the likelihoods that scikit-learn does."""
    return hasattr(est, "predict_proba") and getattr(est, "loss", "") != "modified_huber"


def _eliminated(est: Any) -> Pipeline:
    """RFE, RFECV as a model: the estimator, of the columns it kept."""
    kept = SelectorProxy(selector=None, support_mask_=est.get_support())
    return Pipeline([("kept", kept), ("estimator", est.estimator_)])


def _targets(est: Any) -> Any:
    """TransformedTargetRegressor: the answers moved and scaled back, where those are linear."""
    inner, transformer = respelled(est.regressor_, step=False), est.transformer_
    if type(transformer).__name__ == "FunctionTransformer" and transformer.inverse_func is None:
        return est.regressor_
    linear = hasattr(inner, "coef_") and type(inner).__module__.startswith("sklearn.linear_model")
    if type(transformer).__name__ != "StandardScaler" or not linear or _is_linked(inner):
        return est
    scale = 1.0 if transformer.scale_ is None else transformer.scale_
    mean = 0.0 if transformer.mean_ is None else transformer.mean_
    coef = np.atleast_2d(inner.coef_) * np.reshape(scale, (-1, 1))
    intercept = np.ravel(inner.intercept_) * scale + mean
    if est._training_dim == 1:
        return _line(inner, np.ravel(coef), float(np.ravel(intercept)[0]))
    return _line(inner, coef, np.broadcast_to(intercept, len(coef)).copy())


def _is_linked(est: Any) -> bool:
    """Whether an answer is a function of the linear sum: a generalised model."""
    return hasattr(est, "_get_loss") or hasattr(est, "classes_")


def _several(est: Any) -> Any:
    """A model of several numbers as a model for each."""
    values = _parts(est)
    if values is None:
        return est
    model = MultiOutputRegressor(None)
    model.estimators_ = values
    model.n_features_in_ = est.n_features_in_
    return model


def _parts(est: Any) -> list[Any] | None:
    if public_name(type(est)) == "sklearn.kernel_ridge.KernelRidge":
        coefficients = np.asarray(est.dual_coef_)
        if coefficients.ndim == 1:
            return None
        return [_with(est, dual_coef_=column) for column in coefficients.T.copy()]
    if getattr(est, "n_outputs_", 1) == 1:
        return None
    if hasattr(est, "tree_"):
        return [_one_target(est, k) for k in range(est.n_outputs_)]
    if hasattr(est, "estimators_"):
        return [
            _with(est, n_outputs_=1, estimators_=[_one_target(tree, k) for tree in est.estimators_])
            for k in range(est.n_outputs_)
        ]
    return None


def _one_target(tree: Any, k: int) -> Any:
    """A tree of several targets, of the values of one."""
    from sklearn.tree._tree import Tree

    state = tree.tree_.__getstate__()
    values = np.ascontiguousarray(state["values"][:, k : k + 1, :])
    one = Tree(tree.tree_.n_features, np.array([1], dtype=np.intp), 1)
    one.__setstate__({**state, "values": values})
    return _with(tree, tree_=one, n_outputs_=1)


def _with(est: Any, **attributes: Any) -> Any:
    again = copy.copy(est)
    for name, value in attributes.items():
        setattr(again, name, value)
    return again


def _constant(est: Any) -> Any:
    """A DummyRegressor of several targets."""
    values = np.ravel(est.constant_)
    if len(values) == 1:
        return est
    return _line(est, np.zeros((len(values), est.n_features_in_)), values)


def _stopped_early(est: Any) -> Any:
    """AdaBoost keeps room for the weights of members that it never made."""
    count = len(est.estimators_)
    if len(est.estimator_weights_) == count:
        return est
    return _with(est, estimator_weights_=est.estimator_weights_[:count])


def _threshold(est: Any) -> Any:
    """A classifier that decides at a threshold of its own, with what is left to scikit-learn."""
    if getattr(est, "response_method", "") != "auto":
        return est
    method = "predict_proba" if hasattr(est.estimator_, "predict_proba") else "decision_function"
    changes: dict[str, Any] = {"response_method": method}
    if getattr(est, "threshold", 0.0) == "auto":
        changes["threshold"] = 0.5 if method == "predict_proba" else 0.0
    return _with(est, **changes)


def _all(package: str, names: str, spell: Callable[[Any], Any]) -> dict[str, Any]:
    return {f"sklearn.{package}.{name}": spell for name in names.split()}


_SEARCHES = _all(
    "model_selection",
    "GridSearchCV HalvingGridSearchCV HalvingRandomSearchCV RandomizedSearchCV",
    _held("best_estimator_"),
)
_STEPS: dict[str, Callable[[Any], Any]] = {
    **_SEARCHES,
    "sklearn.frozen.FrozenEstimator": _held("estimator"),
}
_MODELS: dict[str, Callable[[Any], Any]] = {
    **_STEPS,
    **_all(
        "linear_model",
        "LassoLarsIC MultiTaskElasticNet MultiTaskElasticNetCV MultiTaskLasso MultiTaskLassoCV "
        "PassiveAggressiveRegressor",
        _linear,
    ),
    **_all(
        "linear_model",
        "PassiveAggressiveClassifier Perceptron RidgeClassifier RidgeClassifierCV SGDClassifier",
        _linear_classifier,
    ),
    "sklearn.svm.LinearSVC": _linear_classifier,
    **_all("cluster", "KMeans MiniBatchKMeans", _centers),
    **_all("feature_selection", "RFE RFECV", _eliminated),
    **_all("tree", "DecisionTreeRegressor ExtraTreeRegressor", _several),
    **_all("ensemble", "RandomForestRegressor ExtraTreesRegressor", _several),
    **_all("model_selection", "FixedThresholdClassifier TunedThresholdClassifierCV", _threshold),
    "sklearn.compose.TransformedTargetRegressor": _targets,
    "sklearn.dummy.DummyRegressor": _constant,
    "sklearn.ensemble.AdaBoostRegressor": _stopped_early,
    "sklearn.kernel_ridge.KernelRidge": _several,
    "sklearn.multiclass.OneVsRestClassifier": _against_rest,
    **CLASSIFIERS,
    "sklearn.linear_model.RANSACRegressor": _held("estimator_"),
    "sklearn.semi_supervised.SelfTrainingClassifier": _held("estimator_"),
}
CLASSES = frozenset(_MODELS) - CLASSIFIERS.keys()
"""Public names of the estimators that are spelled as others."""
