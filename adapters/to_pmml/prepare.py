"""A copy of the model, spelled as JPMML reads it: functions, selectors and columns."""

import copy
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import SelectorMixin
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer

from adapters.to_pmml.draft import Function
from adapters.to_pmml.functions.scalarise import said
from adapters.to_pmml.functions.unsaid import Unsaid
from adapters.to_pmml.refused import Refused
from adapters.to_pmml.stand_ins import Alias, ExpressionTransformer, SelectorProxy
from adapters.to_pmml.terms import Definition, Input, Said, columns
from converter.trace.function import Untraced, express
from converter.trace.reasons import reasons as why
from converter.trace.seen import Seen
from converter.values import Reason

MARKER = 7.0e15
"""Whole numbers from here on are exact, and no one's constants."""
STEP = 1.0e6


@dataclass
class Preparation:
    """The model on its way: where we are in it, and what was found."""

    seen: Seen
    freeze: tuple[str, ...] = ()
    functions: list[Function] = field(default_factory=list)
    frozen: dict[str, str] = field(default_factory=dict)
    caveats: dict[str, None] = field(default_factory=dict)


def prepared(est: Any, p: Preparation, address: str) -> Any:
    """A copy of an estimator that JPMML reads; the estimator itself stays as it is.

    Raises Refused.
    """
    if not isinstance(est, BaseEstimator):
        return est
    if isinstance(est, FunctionTransformer):
        return _function(est, p, address)
    if id(est) in p.seen:
        return _custom(est, p, address)
    again = copy.copy(est)
    _tag(again)
    match again:
        case Pipeline():
            again.steps = _steps(est.steps, p, address)
        case FeatureUnion():
            again.transformer_list = _steps(est.transformer_list, p, address)
        case ColumnTransformer():
            again.transformers_ = _steps(_columns(est), p, address)
            again.transformers = again.transformers_
        case SelectorMixin():
            return SelectorProxy(selector=again, support_mask_=est.get_support())
        case _:
            _held(again, p, address)
    return again


def _steps(steps: Any, p: Preparation, address: str) -> list[Any]:
    found: list[Any] = []
    reasons: list[Reason] = []
    for name, step, *where in steps:
        try:
            found.append((name, prepared(step, p, f"{address}/{name}".strip("/")), *where))
        except Refused as refused:
            reasons.extend(refused.reasons)
    if reasons:
        raise Refused(*reasons)
    return found


def _columns(est: ColumnTransformer) -> list[Any]:
    """The fitted parts with their columns by position."""
    where = est._transformer_to_input_indices
    return [(name, part, [int(c) for c in where[name]]) for name, part, _ in est.transformers_]


def _held(est: Any, p: Preparation, address: str) -> None:
    """Estimators that a meta-estimator holds."""
    for name, value in list(vars(est).items()):
        if isinstance(value, BaseEstimator) and not isinstance(value, type):
            setattr(est, name, prepared(value, p, f"{address}/{name}".strip("/")))
        elif isinstance(value, list) and value and _holds_code(value):
            setattr(est, name, [_entry(v, p, f"{address}/{name}/{n}") for n, v in enumerate(value)])


def _holds_code(values: list[Any]) -> bool:
    """Trees of a forest are left alone: there may be thousands, and nothing of ours in them."""
    first = values[0][1] if isinstance(values[0], tuple) and len(values[0]) > 1 else values[0]
    return isinstance(first, BaseEstimator) and not hasattr(first, "tree_")


def _entry(value: Any, p: Preparation, address: str) -> Any:
    if isinstance(value, tuple):
        return (value[0], prepared(value[1], p, address), *value[2:])
    return prepared(value, p, address)


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
    return _expressed(est.func, est.kw_args, call, p, address)


def _custom(est: Any, p: Preparation, address: str) -> Any:
    call = p.seen[id(est)].get("transform")
    if call is None:
        raise Refused(*why(getattr(est, "predict", est), address, "pmml"))
    return _expressed(est.transform, None, call, p, address)


def _expressed(function: Any, keywords: Any, call: Any, p: Preparation, address: str) -> Any:
    if call is None:
        raise Refused(*why(function, address, "pmml"))
    try:
        expression = express(function, call.given, keywords, freeze=p.freeze)
        spelled = said(expression)
    except (Untraced, Unsaid) as unsaid:
        raise Refused(*unsaid.reasons) from None
    p.frozen.update(expression.frozen)
    return _union(spelled, p, address)


def identity(width: int, p: Preparation) -> Any:
    """A step that gives every one of `width` columns a field of its own."""
    definitions = tuple(Definition(dtype="double", term=Input(column=k)) for k in range(width))
    spelled = Said(definitions=definitions, outputs=tuple(range(width)))
    return _union(spelled, p, "transform")


def _union(spelled: Said, p: Preparation, address: str) -> Any:
    """A FeatureUnion of stand-ins, one for each output, that JPMML takes for its own."""
    marker = MARKER + STEP * len(p.functions)
    needs = tuple(tuple(sorted(columns(spelled, number))) or (0,) for number in spelled.outputs)
    p.functions.append(Function(address=address, marker=marker, said=spelled, needs=needs))
    parts = []
    for k, (added, number) in enumerate(zip(needs, spelled.outputs, strict=True)):
        total = " + ".join([*(f"X[{column}]" for column in added), repr(marker + k)])
        dtype = {"string": "str", "integer": "int", "boolean": "bool"}.get(
            spelled.definitions[number].dtype
        )
        kind = None if dtype is None else np.dtype(dtype)
        stand_in = ExpressionTransformer(expr=total, dtype=kind, dtype_=kind)
        parts.append((str(k), Alias(transformer_=stand_in, name=f"{address}.{k}", prefit=True)))
    return FeatureUnion(parts)
