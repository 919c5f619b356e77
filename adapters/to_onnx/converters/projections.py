"""Rows times a matrix, centred or not: latent variables, random projections, kernels' features."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.converters.gaussians import log_likelihood
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.kernels import kernel
from adapters.to_onnx.ops.labels import flat
from adapters.to_onnx.wires import Matrix, Outputs, Wire


def partial_least_squares(est: Any, wire: Wire, g: Graph) -> Outputs:
    """PLSRegression, PLSCanonical, CCA."""
    centred = op.sub(g.numbers(wire), g.const(est._x_mean))
    y = op.add(_product(centred, est.coef_.T, g), g.const(np.asarray(est.intercept_)))
    scores = _product(op.div(centred, g.const(est._x_std)), est.x_rotations_, g)
    one = getattr(est, "_predict_1d", False)
    return {"predict": flat(y) if one else y, "transform": Matrix(scores)}


def factor_analysis(est: Any, wire: Wire, g: Graph) -> Outputs:
    """FactorAnalysis: the expected latent variables."""
    weighted = est.components_ / est.noise_variance_
    inner = np.linalg.inv(np.eye(len(est.components_)) + weighted @ est.components_.T)
    x = g.numbers(wire)
    latent = _product(_product(op.sub(x, g.const(est.mean_)), weighted.T, g), inner, g)
    return {"transform": Matrix(latent), "score_samples": log_likelihood(est, x, g)}


def independent_components(est: Any, wire: Wire, g: Graph) -> Outputs:
    """FastICA."""
    x = g.numbers(wire)
    centred = op.sub(x, g.const(est.mean_)) if est.whiten else x
    return {"transform": Matrix(_product(centred, est.components_.T, g))}


def random_projection(est: Any, wire: Wire, g: Graph) -> Outputs:
    """GaussianRandomProjection, SparseRandomProjection."""
    return {"transform": Matrix(_product(g.numbers(wire), _dense(est.components_).T, g))}


def agglomeration(est: Any, wire: Wire, g: Graph) -> Outputs:
    """FeatureAgglomeration: the mean of each cluster of columns."""
    members = (est.labels_[:, None] == np.unique(est.labels_)).astype(np.float64)
    sums = _product(g.numbers(wire), members, g)
    return {"transform": Matrix(op.div(sums, g.const(members.sum(axis=0))))}


def nystroem(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Nystroem: a kernel with some rows of fit, normalised."""
    found = kernel(est.kernel, g.numbers(wire), est.components_, _kernel_settings(est), g)
    return {"transform": Matrix(_product(found, est.normalization_.T, g))}


def fourier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """RBFSampler: random Fourier features."""
    phase = op.add(_product(g.numbers(wire), est.random_weights_, g), g.const(est.random_offset_))
    return {"transform": Matrix(op.mul(op.cos(phase), g.const((2.0 / est.n_components) ** 0.5)))}


def kernel_ridge(est: Any, wire: Wire, g: Graph) -> Outputs:
    """KernelRidge: a kernel with the rows of fit, weighted."""
    found = kernel(est.kernel, g.numbers(wire), est.X_fit_, _kernel_settings(est), g)
    coef = np.asarray(est.dual_coef_)
    y = _product(found, coef.reshape(len(coef), -1), g)
    return {"predict": flat(y) if coef.ndim == 1 else y}


def _kernel_settings(est: Any) -> dict[str, float]:
    """As `pairwise_kernels` fills them in where they are None."""
    defaults = {"gamma": 1.0 / est.n_features_in_, "degree": 3.0, "coef0": 1.0}
    given = {name: getattr(est, name, None) for name in defaults}
    given |= getattr(est, "kernel_params", None) or {}
    chosen = {name: value for name, value in given.items() if value is not None}
    return {name: float(chosen.get(name, default)) for name, default in defaults.items()}


def _product(x: Var, matrix: Any, g: Graph) -> Var:
    return op.matmul(x, g.const(np.ascontiguousarray(matrix, dtype=np.float64)))


def _dense(values: Any) -> np.ndarray:
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values)
