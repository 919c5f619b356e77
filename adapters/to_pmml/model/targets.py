"""A regressor's answers, taken back through what its target went through."""

from typing import Any

import numpy as np
from sklearn.ensemble import StackingRegressor

from adapters.to_pmml.model.expressed import expressed
from adapters.to_pmml.model.fields import Preparation, regression, union
from adapters.to_pmml.own.writing import Writer, add, divide, multiply, subtract
from adapters.to_pmml.refused import option
from adapters.to_pmml.terms import Said, Term


def taken_back(est: Any, regressor: Any, p: Preparation, address: str) -> StackingRegressor:
    """TransformedTargetRegressor: a stack of `regressor`, prepared, and a model of its answer.

    Raises Refused.
    """
    if est._training_dim > 1:
        raise option("a TransformedTargetRegressor of several targets; fit one for each", address)
    stack = StackingRegressor([("regressor", None)])
    stack.estimators_, stack.stack_method_ = [regressor], ["predict"]
    stack.final_estimator_ = regression(union(_inverse(est, p, address), p, address))
    return stack


def _inverse(est: Any, p: Preparation, address: str) -> Said:
    transformer = est.transformer_
    kind = type(transformer).__name__
    if kind == "FunctionTransformer":
        call = p.seen.get(id(transformer), {}).get("inverse_func")
        keywords = transformer.inv_kw_args
        return expressed(transformer.inverse_func, keywords, call, p, address)
    w = Writer(1)
    if kind == "StandardScaler":
        return w.said([_unscaled(w.inputs[0], transformer)])[0]
    if kind == "MinMaxScaler":
        moved = subtract(w.inputs[0], _only(transformer.min_))
        return w.said([divide(moved, _only(transformer.scale_))])[0]
    raise option(
        (
            f"the inverse of the target's transformer {kind}; give func and inverse_func, "
            "a StandardScaler or a MinMaxScaler"
        ),
        address,
    )


def _unscaled(y: Term, scaler: Any) -> Term:
    scaled = y if scaler.scale_ is None else multiply(y, _only(scaler.scale_))
    return scaled if scaler.mean_ is None else add(scaled, _only(scaler.mean_))


def _only(values: Any) -> float:
    return float(np.ravel(values)[0])
