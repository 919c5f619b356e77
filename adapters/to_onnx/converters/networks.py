"""Multilayer perceptrons: products, biases and activations in double."""

from typing import Any

import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.labels import flat, label_of, most_likely, two_sided
from adapters.to_onnx.ops.precise import expit
from adapters.to_onnx.wires import Outputs, Wire, cast

ACTIVATIONS = {
    "identity": op.identity,
    "logistic": expit,
    "tanh": op.tanh,
    "relu": op.relu,
    "softmax": op.softmax,
}


def classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """MLPClassifier: the last layer is a probability for each class, or for each label."""
    p = _forward(est, wire, g)
    half = g.const(0.5)
    if est._label_binarizer.y_type_.startswith("multilabel"):
        return {"predict": cast(op.greater(p, half), int), "predict_proba": p}
    if est.n_outputs_ > 1:
        return {"predict": most_likely(est.classes_, p), "predict_proba": p}
    p = flat(p)
    second = cast(op.greater(p, half), int)
    return {"predict": label_of(est.classes_, second), "predict_proba": two_sided(p)}


def regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """MLPRegressor."""
    y = _forward(est, wire, g)
    return {"predict": flat(y) if est.n_outputs_ == 1 else y}


def _forward(est: Any, wire: Wire, g: Graph) -> Var:
    x = g.numbers(wire)
    layers = list(zip(est.coefs_, est.intercepts_, strict=True))
    for number, (weights, bias) in enumerate(layers):
        x = op.add(op.matmul(x, g.const(weights)), g.const(bias))
        last = number == len(layers) - 1
        x = ACTIVATIONS[est.out_activation_ if last else est.activation](x)
    return x
