"""Scaling and other arithmetic on single columns, in the operations scikit-learn uses.

Division stays division: a product with the reciprocal differs in the last bit, which is enough to
send a row down the other side of a tree behind the scaler.
"""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.reduce import normalized
from adapters.to_onnx.wires import Matrix, Outputs, Wire, cast, join, take


def standard(est: Any, wire: Wire, g: Graph) -> Outputs:
    """`(X - mean_) / scale_`."""
    return _centre_and_scale(
        wire, est.mean_ if est.with_mean else None, est.scale_ if est.with_std else None, g
    )


def robust(est: Any, wire: Wire, g: Graph) -> Outputs:
    """`(X - center_) / scale_`."""
    centre = est.center_ if est.with_centering else None
    return _centre_and_scale(wire, centre, est.scale_ if est.with_scaling else None, g)


def max_abs(est: Any, wire: Wire, g: Graph) -> Outputs:
    """`X / scale_`, clipped to [-1, 1] where asked."""
    scaled = op.div(g.numbers(wire), g.const(est.scale_))
    if getattr(est, "clip", False):
        scaled = op.clip(scaled, g.const(-1.0), g.const(1.0))
    return {"transform": Matrix(scaled)}


def min_max(est: Any, wire: Wire, g: Graph) -> Outputs:
    """`X * scale_ + min_`, clipped to the feature range where asked."""
    scaled = op.add(op.mul(g.numbers(wire), g.const(est.scale_)), g.const(est.min_))
    if est.clip:
        low, high = (float(bound) for bound in est.feature_range)
        scaled = op.clip(scaled, g.const(low), g.const(high))
    return {"transform": Matrix(scaled)}


def normalizer(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Each row divided by its norm; rows of zeros stay."""
    return {"transform": Matrix(normalized(g.numbers(wire), est.norm))}


def binarizer(est: Any, wire: Wire, g: Graph) -> Outputs:
    """1 above the threshold, else 0."""
    above = op.greater(g.numbers(wire), g.const(float(est.threshold)))
    return {"transform": Matrix(cast(above, g.real))}


def polynomial(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Products of columns: one gather and one product for each degree, whatever the width.

    A column of ones stands beside the inputs, so that every product has `degree` factors.
    """
    x = g.numbers(wire)
    powers = np.asarray(est.powers_)
    ones = op.add(op.mul(take(x, [0]), g.const(0.0)), g.const(1.0))
    padded = join([x, ones])
    factors = _factors(powers)
    result = take(padded, factors[:, 0])
    for column in factors.T[1:]:
        result = op.mul(result, take(padded, column))
    return {"transform": Matrix(result)}


def _factors(powers: np.ndarray) -> np.ndarray:
    """Exponents [outputs, features] → positions of the factors [outputs, degree], ones added."""
    degree = max(1, int(powers.sum(axis=1).max(initial=0)))
    n_features = powers.shape[1]
    rows = [np.repeat(np.arange(n_features), row) for row in powers]
    padded = np.full((len(rows), degree), n_features)
    for target, row in zip(padded, rows, strict=True):
        target[: len(row)] = row
    return padded


def _centre_and_scale(wire: Wire, centre: Any, scale: Any, g: Graph) -> Outputs:
    x = g.numbers(wire)
    if centre is not None:
        x = op.sub(x, g.const(centre))
    if scale is not None:
        x = op.div(x, g.const(scale))
    return {"transform": Matrix(x)}
