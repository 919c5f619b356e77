"""Models that compute their answer from what others answer to the same row."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import StackingClassifier, StackingRegressor
from sklearn.pipeline import Pipeline

from adapters.names import public_name
from adapters.to_pmml.model.fields import Preparation, apart, regression, union
from adapters.to_pmml.model.targets import taken_back
from adapters.to_pmml.own import decisions
from adapters.to_pmml.own.estimators import model_of
from adapters.to_pmml.own.writing import (
    Writer,
    apply,
    choose,
    divide,
    softmax,
    total,
)
from adapters.to_pmml.terms import DataType, Said, Term


@dataclass(frozen=True)
class Holder:
    """Where a model stands that holds others, and how those are prepared."""

    p: Preparation
    address: str
    columns: tuple[DataType, ...]
    final: bool
    prepare: Callable[[Any, str, bool], Any]
    """Of an estimator, by the name it is held by; whether it is a step."""

    def apart(self, est: Any, name: str, step: bool = False) -> Any:
        """An estimator that reads columns of its own."""
        inner = self.prepare(est, name, step)
        kinds = self.columns or ("double",) * est.n_features_in_
        return apart(inner, kinds, self.p, f"{self.address}/{name}/columns".strip("/"))


def chained(est: Any, h: Holder) -> Any:
    """What JPMML reads for a model of which it says a part only; None where it says all of it."""
    make = _CHAINS.get(public_name(type(est)))
    return None if make is None else make(est, h)


def links(est: Any) -> bool:
    """Whether an estimator, as far as its class tells, becomes a chain, of columns of its own."""
    name = public_name(type(est))
    return name in _CHAINS and getattr(est, "loss", "") not in _PLAIN


_PLAIN = ("squared_error", "absolute_error", "quantile", "huber")


# --- numbers ----------------------------------------------------------------------------------


def _answering(members: list[Any], said: Said, h: Holder) -> StackingRegressor:
    """Numbers that are terms of what other models answer."""
    model = StackingRegressor([])
    model.estimators_ = members
    model.stack_method_ = ["predict"] * len(members)
    model.final_estimator_ = regression(union(said, h.p, h.address))
    model.passthrough = False
    return model


def _transformed(est: Any, h: Holder) -> Any:
    """TransformedTargetRegressor: the answer of its regressor, taken back."""
    address = f"{h.address}/transformer_".strip("/")
    return taken_back(est, h.apart(est.regressor_, "regressor_"), h.p, address)


def _linked(est: Any, h: Holder) -> Any:
    """HistGradientBoostingRegressor of counts and the like, whose trees add up logarithms."""
    if est.loss not in ("poisson", "gamma"):
        return None
    w = Writer(1)
    said, _ = w.said([apply("exp", w.inputs[0])])
    return _answering([h.apart(_changed(est, loss="squared_error"), "trees")], said, h)


def _begun(est: Any, h: Holder) -> Any:
    """GradientBoostingRegressor that begins with what trees answer.

    Other models are handed the row in single precision there.
    """
    first = est.init_
    if not (hasattr(first, "tree_") or type(first).__module__.endswith("ensemble._forest")):
        return None
    from sklearn.dummy import DummyRegressor

    zero = DummyRegressor(strategy="constant", constant=0.0)
    zero.constant_, zero.n_outputs_ = np.zeros((1, 1)), 1
    w = Writer(2)
    said, _ = w.said([total(w.inputs)])
    members = [h.apart(first, "init_"), h.apart(_changed(est, init_=zero), "trees")]
    return _answering(members, said, h)


def _changed(est: Any, **attributes: Any) -> Any:
    again = copy.copy(est)
    for name, value in attributes.items():
        setattr(again, name, value)
    return again


# --- classes ----------------------------------------------------------------------------------


def _classifying(est: Any, members: list[Any], final: Any, passthrough: bool) -> StackingClassifier:
    """A classifier of how likely its members find the classes; of two, the second."""
    model = StackingClassifier([])
    model.classes_ = est.classes_
    model.estimators_ = members
    model.stack_method_ = ["predict_proba"] * len(members)
    model.final_estimator_ = final
    model.passthrough = passthrough
    return model


def _boosted(est: Any, h: Holder) -> Any:
    """AdaBoostClassifier of three classes or more: each member is sure of one."""
    count = len(est.classes_)
    if count == 2 or not hasattr(est.estimators_[0], "tree_"):
        return None
    weights = est.estimator_weights_[: len(est.estimators_)]
    w = Writer(count * len(est.estimators_))
    sums: list[list[Term]] = [[] for _ in est.classes_]
    for number, weight in enumerate((weights / weights.sum()).tolist()):
        likely = w.inputs[count * number : count * (number + 1)]
        for place in range(count):
            other = -weight / (count - 1)
            sums[place].append(choose(_is_first(likely, place), weight, other))
    scores = [w.keep(total(part)) for part in sums]
    shares = softmax(w, [divide(score, float(count - 1)) for score in scores])
    outputs = {"predict_proba": shares, "decision_function": scores}
    final = model_of(est, w, "predict_proba", outputs, h.p, h.address, h.final)
    members = [h.apart(tree, f"estimators_/{n}") for n, tree in enumerate(est.estimators_)]
    return _classifying(est, members, final, passthrough=False)


def _is_first(terms: list[Term], place: int) -> Term:
    """Whether one is the first of the largest."""
    return apply(
        "and",
        *(
            apply("greaterThan" if n < place else "greaterOrEqual", terms[place], term)
            for n, term in enumerate(terms)
            if n != place
        ),
    )


def _stacked(est: Any, h: Holder) -> Any:
    """StackingClassifier of some members' decisions, where those can be said in terms."""
    methods = list(est.stack_method_)
    if "decision_function" not in methods or set(methods) > {"decision_function", "predict_proba"}:
        return None
    width, count = est.n_features_in_, len(est.classes_)
    likely = [m for m, method in zip(est.estimators_, methods, strict=True) if method != _DECIDES]
    start = len(likely) * (1 if count == 2 else count)
    rows = list(range(start, start + width))
    parts: list[Any] = []
    place = 0
    for number, (member, method) in enumerate(zip(est.estimators_, methods, strict=True)):
        name = f"estimators_/{number}"
        if method == _DECIDES:
            decided = _decided(member, name, h)
            if decided is None:
                return None
            parts.append((name, decided, rows))
        else:
            end = place + (1 if count == 2 else count)
            parts.append((name, "passthrough", list(range(place, end))))
            place = end
    if est.passthrough:
        parts.append(("rows", "passthrough", rows))
    told = ColumnTransformer(parts)
    told.transformers_ = parts
    last = est.final_estimator_
    if not likely:  # it knows the classes by their places
        if "classes_" not in vars(last):
            return None
        last = _changed(last, classes_=est.classes_)
    final = Pipeline([("told", told), ("final", h.prepare(last, "final", False))])
    if not likely:
        return final
    members = [h.apart(member, f"likely/{n}") for n, member in enumerate(likely)]
    return _classifying(est, members, final, passthrough=True)


_DECIDES = "decision_function"


def _decided(member: Any, name: str, h: Holder) -> Any:
    """A step that gives the decisions of a classifier; None where no terms say them."""
    steps = member.steps if isinstance(member, Pipeline) else [("model", member)]
    last = steps[-1][1]
    w = Writer(int(last.n_features_in_))
    found = decisions.decided(last, w)
    if found is None:
        return None
    fields = union(w.said(found)[0], h.p, f"{h.address}/{name}".strip("/"))
    if len(steps) == 1:
        return fields
    return Pipeline([("steps", h.apart(Pipeline(steps[:-1]), name, True)), ("decided", fields)])


_CHAINS: dict[str, Callable[[Any, Holder], Any]] = {
    "sklearn.compose.TransformedTargetRegressor": _transformed,
    "sklearn.ensemble.AdaBoostClassifier": _boosted,
    "sklearn.ensemble.GradientBoostingRegressor": _begun,
    "sklearn.ensemble.HistGradientBoostingRegressor": _linked,
    "sklearn.ensemble.StackingClassifier": _stacked,
}
