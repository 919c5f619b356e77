"""Estimators that hold others in line, side by side, or one inside: no arithmetic of their own."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.converters import functions
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.labels import flat
from adapters.to_onnx.refused import Refused, each, option
from adapters.to_onnx.wires import (
    Frame,
    Matrix,
    Outputs,
    Text,
    Wire,
    columns_of,
    is_text,
    select,
    side_by_side,
)


def pipeline(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Each step on what the one before gives; the last one answers."""
    outputs: Outputs = {"transform": wire}
    steps = [(name, step) for name, step in est.steps if step is not None and step != "passthrough"]
    for position, (name, step) in enumerate(steps):
        try:
            outputs = g.convert(step, _transformed(outputs, name), name)
        except Refused as refused:
            raise Refused(*refused.reasons, *g.objections(steps[position + 1 :])) from None
    return outputs


def column_transformer(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Each transformer on its own columns, the results side by side."""
    parts = [part for part in est.transformers_ if not _is_dropped(est, part)]

    def convert(part: tuple[str, Any, Any]) -> Wire:
        name, transformer, columns = part
        chosen = _chosen(est, wire, name)
        if transformer == "passthrough":
            return chosen
        if isinstance(columns, str | int) and not isinstance(columns, bool):
            chosen = _as_text(chosen)
        return _transformed(g.convert(transformer, chosen, name), name)

    return {"transform": side_by_side(each(convert, parts), _names(est), g.real)}


def feature_union(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Every transformer on the whole input, the results side by side."""
    weights = est.transformer_weights or {}

    def convert(part: tuple[str, Any]) -> Wire:
        name, transformer = part
        if transformer == "passthrough":
            return wire
        result = _transformed(g.convert(transformer, wire, name), name)
        if name not in weights:
            return result
        return Matrix(op.mul(g.numbers(result), g.const(float(weights[name]))))

    parts = [part for part in est.transformer_list if part[1] is not None and part[1] != "drop"]
    return {"transform": side_by_side(each(convert, parts), _names(est), g.real)}


def search(est: Any, wire: Wire, g: Graph) -> Outputs:
    """A search answers as its best estimator."""
    if not hasattr(est, "best_estimator_"):
        raise option("a search that was not refitted has no estimator to convert")
    return g.convert(est.best_estimator_, wire)


def inner(est: Any, wire: Wire, g: Graph) -> Outputs:
    """SelfTrainingClassifier, RANSACRegressor: once fitted, they answer as the one inside."""
    return g.convert(est.estimator_, wire)


def frozen(est: Any, wire: Wire, g: Graph) -> Outputs:
    """A frozen estimator answers as the one inside."""
    return g.convert(est.estimator, wire)


def recursive_elimination(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The columns kept; predictions are those of the inner estimator on them."""
    chosen = select(wire, np.flatnonzero(est.support_).tolist())
    return {**g.convert(est.estimator_, chosen, "estimator"), "transform": chosen}


def multi_output_regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """One regressor for each target, the answers as columns."""
    answers = _for_each_target(est, wire, g)
    return {"predict": _as_columns([answer["predict"] for answer in answers])}


def multi_output_classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """One classifier for each target; probabilities are numbered by target."""
    answers = _for_each_target(est, wire, g)
    outputs: Outputs = {"predict": _as_columns([answer["predict"] for answer in answers])}
    if all("predict_proba" in answer for answer in answers):
        outputs |= {
            f"predict_proba_{i}": answer["predict_proba"] for i, answer in enumerate(answers)
        }
    return outputs


def transformed_target(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The regressor's answer, taken back through the target's transformation."""
    y = g.convert(est.regressor_, wire, "regressor")["predict"]
    assert isinstance(y, Var)
    transformer = est.transformer_
    kind = type(transformer).__name__
    if kind == "FunctionTransformer" and transformer.inverse_func is None:
        return {"predict": y}
    if kind == "FunctionTransformer":
        return {"predict": functions.inverse(transformer, y, g)}
    if kind == "StandardScaler":
        return {"predict": _unscaled(y, transformer.scale_, transformer.mean_, g)}
    if kind == "MinMaxScaler":
        back = op.sub(y, g.const(transformer.min_))
        return {"predict": op.div(back, g.const(transformer.scale_))}
    raise option(f"the inverse of the target's transformer {kind}")


def _unscaled(y: Var, scale: Any, mean: Any, g: Graph) -> Var:
    if scale is not None:
        y = op.mul(y, g.const(scale))
    return y if mean is None else op.add(y, g.const(mean))


def _transformed(outputs: Outputs, name: str) -> Wire:
    wire = outputs.get("transform")
    if wire is None or isinstance(wire, Var):
        raise option(f"step {name} has no transform that others could go on from")
    return wire


def _chosen(est: Any, wire: Wire, name: str) -> Wire:
    """A transformer's columns. Those that no transformer reads may be absent from a frame."""
    positions = est._transformer_to_input_indices[name]
    if isinstance(wire, Frame) and len(wire.columns) < est.n_features_in_:
        present = list(wire.columns)
        positions = [present.index(est.feature_names_in_[position]) for position in positions]
    return select(wire, positions)


def _is_dropped(est: Any, part: tuple[str, Any, Any]) -> bool:
    name, transformer, _ = part
    return transformer == "drop" or len(est._transformer_to_input_indices[name]) == 0


def _as_text(wire: Wire) -> Wire:
    """A column chosen by a scalar reaches its transformer flat, as vectorizers want it."""
    column = columns_of(wire, 1)[0]
    return Text(flat(column)) if is_text(column) else wire


def _names(est: Any) -> list[str]:
    try:
        return [str(name) for name in est.get_feature_names_out()]
    except (AttributeError, ValueError):
        return []


def _for_each_target(est: Any, wire: Wire, g: Graph) -> list[Outputs]:
    return each(lambda pair: g.convert(pair[1], wire, str(pair[0])), enumerate(est.estimators_))


def _as_columns(values: list[Wire | Var]) -> Var:
    axis = op.const(np.array([1]))
    return op.concat([op.unsqueeze(v, axis) for v in values if isinstance(v, Var)], axis=1)
