"""Missing values: NaN in numbers, the empty string in text."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.ml.v3 as ml
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.refused import option
from adapters.to_onnx.wires import (
    Matrix,
    Outputs,
    Wire,
    cast,
    columns_of,
    is_text,
    join,
    side_by_side,
)


def simple(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Each missing value replaced by its column's statistic."""
    columns = columns_of(wire, est.n_features_in_)
    if not any(is_text(column) for column in columns):
        return {"transform": Matrix(_filled_numbers(est, g.numbers(wire), g))}
    if est.add_indicator:
        raise option("SimpleImputer with add_indicator over text columns")
    filled = [
        Matrix(_filled(column, fill, est.missing_values, g))
        for column, fill in zip(columns, est.statistics_, strict=True)
        if est.keep_empty_features or not _is_missing(fill)
    ]
    return {"transform": side_by_side(filled, est.get_feature_names_out(), g.real)}


def indicator(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Which values are missing, for the columns it reports on."""
    if any(is_text(column) for column in columns_of(wire, est.n_features_in_)):
        raise option("MissingIndicator over text columns")
    return {"transform": Matrix(_missing(est, g.numbers(wire), g))}


def _filled_numbers(est: Any, x: Var, g: Graph) -> Var:
    statistics = np.asarray(est.statistics_, dtype=np.float64)
    kept = np.arange(len(statistics))
    if not est.keep_empty_features:
        kept = np.flatnonzero(~np.isnan(statistics))
    missing = _is(x, est.missing_values, g)
    result = op.where(missing, g.const(np.nan_to_num(statistics)), x)
    if len(kept) < len(statistics):
        result = op.gather(result, op.const(kept), axis=1)
    if not est.add_indicator:
        return result
    return join([result, marked(est.indicator_, x, g)])


def marked(est: Any, x: Var, g: Graph) -> Var:
    """1 where a value is missing, for the columns that a MissingIndicator reports on."""
    return cast(_missing(est, x, g), g.real)


def _missing(est: Any, x: Var, g: Graph) -> Var:
    mask = _is(x, est.missing_values, g)
    return op.gather(mask, op.const(np.asarray(est.features_, dtype=np.int64)), axis=1)


def _filled(column: Var, fill: Any, missing: Any, g: Graph) -> Var:
    if not is_text(column):
        x = cast(column, g.real)
        return op.where(_is(x, missing, g), g.const(float(fill)), x)
    marker = "" if _is_missing(missing) else str(missing)
    if not marker:
        g.reads_empty_as_missing()
    found = ml.label_encoder(column, keys_strings=[marker], values_int64s=[1], default_int64=0)
    return op.where(cast(found, np.bool_), op.const(np.array(str(fill))), column)


def _is(x: Var, missing: Any, g: Graph) -> Var:
    return op.isnan(x) if _is_missing(missing) else op.equal(x, g.const(float(missing)))


def _is_missing(value: Any) -> bool:
    """None, NaN or pandas' NA: values that do not equal themselves, or cannot tell."""
    return value is None or type(value).__name__ == "NAType" or value != value
