"""Settings that JPMML, or the evaluator of its documents, gets wrong: allowed for, or refused."""

import re
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import GradientBoostingClassifier

from adapters.names import public_name
from adapters.to_pmml.model.respell import respelled
from adapters.to_pmml.refused import option
from converter.values import Turn


def missing_allowed(est: Any) -> None:
    """Trees that scikit-learn lets answer rows with missing values say where those go."""
    tags = getattr(est, "_sklearn_tags", {})
    trees = hasattr(est, "tree_") or hasattr(next(iter(_members(est)), None), "tree_")
    if trees and tags.get("input_tags", {}).get("allow_nan"):
        est.pmml_options_ = {"allow_missing": True}


def takes_categories(est: Any) -> bool:
    """Whether JPMML's own takes a category itself for its columns of numbers, a missing one too.

    scikit-learn's boosted trees never see a missing value; JPMML's ask for the category itself.
    """
    if type(est).__module__.startswith(_TAKERS):
        return getattr(est, "is_categorical_", None) is None
    held = [*_members(est)[:50], *(getattr(est, name, None) for name in _HOLDERS)]
    inside = [one for one in held if isinstance(one, BaseEstimator)]
    return type(est).__name__ not in _MUTE and bool(inside) and all(map(takes_categories, inside))


_TAKERS = (
    "sklearn.ensemble._forest",
    "sklearn.ensemble._hist_gradient_boosting",
    "sklearn.feature_selection",
    "sklearn.impute",
    "sklearn.linear_model",
    "sklearn.preprocessing._encoders",
    "sklearn.tree",
)
_MUTE = {"AdaBoostClassifier", "AdaBoostRegressor"}
_MUTE |= {"GradientBoostingClassifier", "GradientBoostingRegressor"}
_HOLDERS = ("best_estimator_", "estimator_", "final_estimator_", "regressor_", "_final_estimator")


def letters_of_all_scripts(est: Any) -> None:
    """Words are found by Java, where a small u leaves the letters of a pattern to be ASCII."""
    pattern = getattr(est, "token_pattern", None)
    if isinstance(pattern, str):
        est.token_pattern = "(?U)" + pattern.removeprefix("(?u)")


def _members(est: Any) -> list[Any]:
    members = getattr(est, "estimators_", [])
    return list(np.ravel(np.array(members, dtype=object))) if len(members) else []


def objected(est: Any, address: str) -> None:
    """Raise Refused where an estimator has a setting that would answer otherwise."""
    check = _CHECKS.get(public_name(type(est)))
    said = check(est) if check is not None else None
    if said:
        raise option(said, address, Turn.LIBRARY)


def _neighbours(est: Any) -> str | None:
    if np.ndim(est._y) > 1 and np.shape(est._y)[1] > 1:
        return "nearest neighbours with several targets; fit one for each"
    if est.weights not in ("uniform",):
        return None
    if len(est.classes_) > 2 or est.n_neighbors % 2 == 0:
        return (
            "nearest neighbours that may tie in their vote, which engines break in other ways; "
            "weights='distance', or an odd n_neighbors for two classes, has no ties"
        )
    return None


def _bagging(est: Any) -> str | None:
    if not hasattr(est.estimators_[0], "predict_proba"):
        return "a BaggingClassifier of members that vote; give it members with predict_proba"
    return None


def _soft(est: Any) -> str | None:
    return _asked_for_likelihoods(est.estimators_) if est.voting == "soft" else None


def _asked_for_likelihoods(members: list[Any]) -> str | None:
    """JPMML-Evaluator hands on what neighbours predict, but not how likely that is."""
    if any(public_name(type(member)) == _NEIGHBOURS for member in members):
        return (
            "the likelihoods of nearest neighbours for another model; voting='hard' asks for none"
        )
    return None


def _calibrated(est: Any) -> str | None:
    if said := _asked_for_likelihoods([m.estimator for m in est.calibrated_classifiers_]):
        return said
    for member in est.calibrated_classifiers_:
        inner = respelled(member.estimator, step=False)
        known = isinstance(inner, GradientBoostingClassifier) or hasattr(inner, "coef_")
        if hasattr(inner, "decision_function") and not known:
            return (
                f"calibration of {type(inner).__name__}, of which JPMML takes other scores; "
                "calibrate a linear model or one without decision_function"
            )
    return None


def _words(est: Any) -> str | None:
    if est.tokenizer is not None or callable(est.analyzer):
        return f"a {type(est).__name__} with a function that finds words; give a token_pattern"
    if est.analyzer == "word" and re.compile(est.token_pattern).groups:
        return f"a {type(est).__name__} whose token_pattern has a group; use (?:…) there"
    return None


_NEIGHBOURS = "sklearn.neighbors.KNeighborsClassifier"
_CHECKS: dict[str, Any] = {
    "sklearn.calibration.CalibratedClassifierCV": _calibrated,
    "sklearn.ensemble.BaggingClassifier": _bagging,
    "sklearn.ensemble.VotingClassifier": _soft,
    "sklearn.feature_extraction.text.CountVectorizer": _words,
    "sklearn.feature_extraction.text.TfidfVectorizer": _words,
    _NEIGHBOURS: _neighbours,
}
