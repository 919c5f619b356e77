"""Kernel matrices between the rows of the input and rows that are kept."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.reduce import squares
from adapters.to_onnx.refused import option


def kernel(name: Any, x: Var, rows: np.ndarray, settings: dict[str, float], g: Graph) -> Var:
    """The kernel matrix [N, rows]. `settings` holds gamma, coef0 and degree."""
    products = op.matmul(x, g.const(np.ascontiguousarray(rows.T, dtype=np.float64)))
    if name == "linear":
        return products
    gamma = g.const(settings["gamma"])
    if name == "rbf":
        distance = op.add(squares(x), g.const((rows**2).sum(axis=1)))
        distance = op.sub(distance, op.mul(g.const(2.0), products))
        return op.exp(op.neg(op.mul(gamma, op.max([distance, g.const(0.0)]))))
    affine = op.add(op.mul(gamma, products), g.const(settings["coef0"]))
    if name in ("poly", "polynomial"):
        return op.pow(affine, g.const(settings["degree"]))
    if name == "sigmoid":
        return op.tanh(affine)
    raise option(f"the kernel is {name if isinstance(name, str) else 'a function'}")
