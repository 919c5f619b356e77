"""Distances to centres and projections onto components."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.converters.gaussians import log_likelihood
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.reduce import squares as sum_of_squares
from adapters.to_onnx.wires import Matrix, Outputs, Wire, cast


def kmeans(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Euclidean distances to the centres, and the nearest one."""
    x, centres = g.numbers(wire), est.cluster_centers_.astype(np.float64)
    nearness = op.sub(_squares(centres, g), _twice_products(x, centres, g))
    squared = op.add(sum_of_squares(x), nearness)
    distance = op.sqrt(op.max([squared, g.const(0.0)]))
    label = op.arg_min(nearness, axis=1, keepdims=0)
    return {"predict": cast(label, np.int32), "transform": Matrix(distance)}


def pca(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Centred rows times the components, divided by their deviations where whitened."""
    x = g.numbers(wire)
    centred = op.sub(x, g.const(est.mean_))
    projected = op.matmul(centred, g.const(np.ascontiguousarray(est.components_.T)))
    if est.whiten:
        scale = np.sqrt(est.explained_variance_)
        smallest = np.finfo(scale.dtype).eps
        projected = op.div(projected, g.const(np.maximum(scale, smallest)))
    outputs: Outputs = {"transform": Matrix(projected)}
    if hasattr(est, "score_samples"):
        outputs["score_samples"] = log_likelihood(est, x, g)
    return outputs


def truncated_svd(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Rows times the components, not centred."""
    components = np.ascontiguousarray(est.components_.T, dtype=np.float64)
    return {"transform": Matrix(op.matmul(g.numbers(wire), g.const(components)))}


def _squares(centres: np.ndarray, g: Graph) -> Var:
    return g.const(np.einsum("ij,ij->i", centres, centres))


def _twice_products(x: Var, centres: np.ndarray, g: Graph) -> Var:
    return op.mul(g.const(2.0), op.matmul(x, g.const(np.ascontiguousarray(centres.T))))
