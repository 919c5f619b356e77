"""Answers that depend on nothing, or on one number alone: dummies and isotonic regression."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.labels import flat, label_of
from adapters.to_onnx.ops.lookup import interpolated
from adapters.to_onnx.refused import option
from adapters.to_onnx.wires import Frame, Outputs, Wire


def classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """DummyClassifier, where it draws no random numbers."""
    if est.strategy not in ("prior", "most_frequent", "constant") or est.n_outputs_ > 1:
        raise option(f"a DummyClassifier that draws ({est.strategy}), or with several targets")
    winner = int(np.argmax(est.class_prior_))
    if est.strategy == "constant":
        winner = int(np.flatnonzero(est.classes_ == np.ravel(est.constant)[0])[0])
    certain = np.eye(len(est.classes_))[winner]
    proba = est.class_prior_ if est.strategy == "prior" else certain
    return {
        "predict": label_of(est.classes_, flat(_repeated(op.const(np.array([[winner]])), wire))),
        "predict_proba": _repeated(g.const(np.atleast_2d(proba)), wire),
    }


def regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """DummyRegressor."""
    value = np.asarray(est.constant_, dtype=np.float64).reshape(1, -1)
    y = _repeated(g.const(value), wire)
    return {"predict": flat(y) if est.n_outputs_ == 1 else y}


def isotonic(est: Any, wire: Wire, g: Graph) -> Outputs:
    """IsotonicRegression: beyond what fit saw, the nearest answer, or NaN."""
    if est.out_of_bounds not in ("clip", "nan"):
        raise option(f"isotonic regression with out_of_bounds={est.out_of_bounds!r}")
    x, xs, ys = g.numbers(wire), est.X_thresholds_, est.y_thresholds_
    if len(xs) == 1:
        y = _repeated(g.const(np.array([[ys[0]]])), wire)
    else:
        y = interpolated(x, [xs], [ys])
    if est.out_of_bounds == "nan" and len(xs) > 1:
        low, high = g.const(float(xs[0])), g.const(float(xs[-1]))
        y = op.where(op.or_(op.less(x, low), op.greater(x, high)), g.const(np.nan), y)
    return {"predict": flat(y), "transform": flat(y)}


def _repeated(row: Var, wire: Wire) -> Var:
    """A row [1, K] once for every row of the wire."""
    first = next(iter(wire.columns.values())) if isinstance(wire, Frame) else wire.var
    rows = op.gather(op.shape(first), op.const(np.array([0])))
    return op.expand(row, op.concat([rows, op.const(np.array([1]))], axis=0))
