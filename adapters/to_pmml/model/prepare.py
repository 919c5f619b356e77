"""A copy of the model, spelled as JPMML reads it: functions, columns, what we write ourselves."""

import copy
from dataclasses import asdict, dataclass, replace
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import SelectorMixin
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.validation import check_is_fitted

from adapters.names import public_name
from adapters.to_pmml.foresee import is_unwritten, unwritten
from adapters.to_pmml.model.chained import Holder, chained, links
from adapters.to_pmml.model.expressed import expressed
from adapters.to_pmml.model.fields import Preparation, apart, numbers, union
from adapters.to_pmml.model.options import (
    letters_of_all_scripts,
    missing_allowed,
    objected,
    takes_categories,
)
from adapters.to_pmml.model.respell import DECIDES, respelled
from adapters.to_pmml.model.stand_ins import SelectorProxy
from adapters.to_pmml.own import estimators as own
from adapters.to_pmml.refused import Refused
from adapters.to_pmml.terms import DataType, Said
from converter.values import Reason

MIXTURES = {
    f"sklearn.ensemble.{kind}{role}"
    for kind in ("Stacking", "Voting")
    for role in ("Classifier", "Regressor")
}
"""Whose members read the same columns, some of them in single precision."""


@dataclass(frozen=True)
class Place:
    """Where an estimator stands in the model."""

    address: str = ""
    step: bool = False
    """It transforms, for others."""
    exposed: bool = False
    """What it gives goes to a step of our own, which wants plain numbers."""
    numbers: bool = False
    """What it gives goes to one that takes no categories, only columns of numbers for them."""
    shared: bool = False
    """Others read the same columns as it does."""
    final: bool = True
    """Its answers are the model's."""
    columns: tuple[DataType, ...] = ()
    """What it reads, where that is not all numbers."""

    def at(self, name: str, **changes: Any) -> "Place":
        """The place of a part."""
        return replace(self, address=f"{self.address}/{name}".strip("/"), **changes)


def prepared(est: Any, p: Preparation, place: Place) -> Any:
    """A copy of an estimator that JPMML reads; the estimator itself stays as it is.

    Raises Refused.
    """
    if not isinstance(est, BaseEstimator):
        return est
    if isinstance(est, FunctionTransformer):
        return _function(est, p, place.address)
    if id(est) in p.seen:
        return _custom(est, p, place)
    est = respelled(est, place.step)
    objected(est, place.address)
    if place.final and getattr(est, DECIDES, False):
        p.without.add("predict_proba")
    if own.writes(est, place.step, place.exposed, place.shared, place.numbers):
        return own.written(est, p, place.address, place.step, place.final)
    chain = chained(est, _holder(p, place))
    if chain is not None:
        return chain
    name = public_name(type(est))
    if is_unwritten(name):
        raise Refused(unwritten(name, place.address))
    again = _copied(est, p, place)
    passes = name in MIXTURES and getattr(est, "passthrough", False)
    return _apart(again, est.n_features_in_, p, place) if passes else again


def _holder(p: Preparation, place: Place) -> Holder:
    """What a chain of models knows of its place."""

    def prepare(est: Any, name: str, step: bool) -> Any:
        there = place.at(name, final=place.final and name == "final", step=step, exposed=True)
        return prepared(est, p, there if name != "final" else replace(there, columns=()))

    return Holder(p, place.address, place.columns, place.final, prepare)


def _apart(prepared_est: Any, width: int, p: Preparation, place: Place) -> Pipeline:
    """Reading columns of its own, whose fields bear names of their own.

    Trees make the fields that they read numbers of single precision, steps are called after them.
    """
    return apart(prepared_est, place.columns or numbers(width), p, place.at("columns").address)


def _copied(est: Any, p: Preparation, place: Place) -> Any:
    """JPMML's own, with what it holds prepared."""
    again = copy.copy(est)
    _tag(again)
    missing_allowed(again)
    letters_of_all_scripts(again)
    match again:
        case Pipeline():
            again.steps = _chained(est.steps, p, place)
        case FeatureUnion():
            inside = replace(place, shared=True)
            again.transformer_list = _steps(est.transformer_list, p, inside)
        case ColumnTransformer():
            parts = _columns(est)
            shared = place.shared or _overlap([where for _, _, where in parts])
            again.transformers_ = _steps(parts, p, replace(place, shared=shared))
            again.transformers = again.transformers_
        case SelectorMixin():
            return SelectorProxy(selector=None, support_mask_=est.get_support())
        case CalibratedClassifierCV():
            again.calibrated_classifiers_ = _calibrated(est, p, place)
        case _:
            _held(again, p, place)
    return again


def _calibrated(est: CalibratedClassifierCV, p: Preparation, place: Place) -> list[Any]:
    """Its members, which are no estimators themselves, each with the estimator it holds."""
    members = []
    for number, member in enumerate(est.calibrated_classifiers_):
        there = place.at(f"calibrated_classifiers_/{number}", final=False)
        members.append(copy.copy(member))
        members[-1].estimator = _member(member.estimator, p, there)
    return members


def _chained(steps: Any, p: Preparation, place: Place) -> list[Any]:
    """The steps of a pipeline, each told what the next ones want of it."""
    places: list[Place] = []
    exposed, numbers = place.exposed, place.numbers
    for number, (name, step) in reversed(list(enumerate(steps))):
        last = number == len(steps) - 1
        there = place.at(name, step=place.step or not last, exposed=exposed, numbers=numbers)
        there = there if number == 0 else replace(there, columns=())
        places.insert(0, replace(there, final=place.final and last))
        exposed = exposed or _is_ours(step, p, there.step)
        numbers = numbers or _wants_numbers(step, there.step)
    return _prepared_parts([(*part, there) for part, there in zip(steps, places, strict=True)], p)


def _steps(steps: Any, p: Preparation, place: Place) -> list[Any]:
    inside = replace(place, step=True, final=False, columns=())
    return _prepared_parts([(*part, inside.at(part[0])) for part in steps], p)


def _prepared_parts(parts: list[Any], p: Preparation) -> list[Any]:
    found: list[Any] = []
    reasons: list[Reason] = []
    for name, part, *where, place in parts:
        try:
            found.append((name, prepared(part, p, place), *where))
        except Refused as refused:
            reasons.extend(refused.reasons)
    if reasons:
        raise Refused(*reasons)
    return found


def _is_ours(est: Any, p: Preparation, step: bool) -> bool:
    """Whether stand-ins of ours read what an estimator is handed."""
    if isinstance(est, FunctionTransformer) or id(est) in p.seen:
        return True
    if not isinstance(est, BaseEstimator):
        return False
    est = respelled(est, step)
    if _mixes(est) or links(est) or own.writes(est, step):
        return True
    return any(_is_ours(part, p, inside) for part, inside in _parts(est, step))


def _wants_numbers(est: Any, step: bool) -> bool:
    """Whether categories that are handed to an estimator are to be numbers already."""
    if not isinstance(est, BaseEstimator):
        return False
    est = respelled(est, step)
    parts = _parts(est, step)
    if parts:
        return any(_wants_numbers(part, inside) for part, inside in parts)
    return not takes_categories(est)


def _parts(est: Any, step: bool) -> list[tuple[Any, bool]]:
    """What a container of steps holds, and whether each is a step."""
    kinds = {
        Pipeline: "steps",
        FeatureUnion: "transformer_list",
        ColumnTransformer: "transformers_",
    }
    held: list[Any] = next(
        (getattr(est, name) for cls, name in kinds.items() if isinstance(est, cls)), []
    )
    return [(part, n < len(held) - 1 or step) for n, (_, part, *_) in enumerate(held)]


def _columns(est: ColumnTransformer) -> list[Any]:
    """The fitted parts with their columns by position."""
    where = est._transformer_to_input_indices
    return [(name, part, [int(c) for c in where[name]]) for name, part, _ in est.transformers_]


def _overlap(columns: list[list[int]]) -> bool:
    every = [column for part in columns for column in part]
    return len(set(every)) < len(every)


def _held(est: Any, p: Preparation, place: Place) -> None:
    """Estimators that a meta-estimator holds."""
    inside = replace(place, final=False)
    mixes = _mixes(est)
    for name, value in list(vars(est).items()):
        if name.startswith("_"):
            continue  # a part that JPMML reads itself, in its own class
        if isinstance(value, BaseEstimator) and not isinstance(value, type):
            reads = () if name == "final_estimator_" else place.columns
            setattr(est, name, _member(value, p, inside.at(name, columns=reads)))
        elif isinstance(value, list) and value and _holds_code(est, value):
            setattr(
                est,
                name,
                [_entry(v, p, inside.at(f"{name}/{n}"), mixes) for n, v in enumerate(value)],
            )


def _member(est: Any, p: Preparation, place: Place, mixed: bool = False) -> Any:
    """An estimator that another one holds, fitted or only given to be copied.

    What others than trees compute from the columns they read is not what trees make of them.
    """
    if not _is_fitted(est):
        return est
    if not (mixed or isinstance(est, Pipeline)) or not hasattr(est, "n_features_in_"):
        return prepared(est, p, place)
    return _apart(prepared(est, p, replace(place, exposed=True)), est.n_features_in_, p, place)


def _is_fitted(est: Any) -> bool:
    try:
        check_is_fitted(est)
    except NotFittedError:
        return False
    return True


def _holds_code(est: Any, values: list[Any]) -> bool:
    """Trees of a forest are left alone: there may be thousands, and nothing of ours in them."""
    forest = type(est).__module__.startswith("sklearn.ensemble") and not _mixes(est)
    first = values[0][1] if isinstance(values[0], tuple) and len(values[0]) > 1 else values[0]
    return isinstance(first, BaseEstimator) and not (hasattr(first, "tree_") and forest)


def _mixes(est: Any) -> bool:
    return public_name(type(est)) in MIXTURES


def _entry(value: Any, p: Preparation, place: Place, mixed: bool) -> Any:
    if isinstance(value, tuple):
        return (value[0], _member(value[1], p, place, mixed), *value[2:])
    return _member(value, p, place, mixed) if isinstance(value, BaseEstimator) else value


def _tag(est: Any) -> None:
    """JPMML asks what an estimator says of itself, which in the file is nowhere else."""
    try:
        tags = est.__sklearn_tags__()
    except (AttributeError, TypeError):
        return
    est._sklearn_tags = asdict(tags) if not isinstance(tags, dict) else tags


# --- functions --------------------------------------------------------------------------------


def _function(est: FunctionTransformer, p: Preparation, address: str) -> Any:
    if est.func is None:
        return "passthrough"
    call = p.seen.get(id(est), {}).get("func")
    return union(expressed(est.func, est.kw_args, call, p, address), p, address)


def _custom(est: Any, p: Preparation, place: Place) -> Any:
    """A step by its `transform`, a predictor by its `predict`, with the scores that have terms."""
    if place.step:
        return union(_method(est, "transform", p, place), p, place.address)
    said = {"predict": _method(est, "predict", p, place)}
    for name in ("predict_proba", "decision_function") if place.final else ():
        try:
            said |= {name: _method(est, name, p, place)} if hasattr(est, name) else {}
        except Refused:
            continue  # it is left out of the document
    return own.answering(est, said, p, place.address, place.final)


def _method(est: Any, name: str, p: Preparation, place: Place) -> Said:
    call = p.seen[id(est)].get(name)
    return expressed(getattr(est, name, est), None, call, p, place.address)
