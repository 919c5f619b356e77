"""How likely each class is, from how likely each is against each: LIBSVM's pairwise coupling.

Wu, Lin and Weng (2004): minimised by rounds that end for each row as LIBSVM ends them, before the
minimum is reached; what comes of them is the probability.
"""

import warnings
from itertools import combinations

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.reduce import largest, total
from adapters.to_onnx.wires import join, take

ROUNDS = 100


def coupled(pairwise: Var, count: int, g: Graph) -> Var:
    """Probabilities [N, classes] from those of the first class of each pair, [N, pairs]."""
    weights = _weights(pairwise, count, g)
    start = op.add(op.mul(take(pairwise, [0] * count), g.const(0.0)), g.const(1.0 / count))
    rounds = op.const(np.array([max(ROUNDS, count)]))

    def one(_: Var, __: Var, p: Var) -> list[Var]:
        moved, error = _round(p, weights, count, g)
        ended = op.less(error, g.const(0.005 / count))
        return [op.not_(_all(ended)), op.where(ended, p, moved)]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spox does not know the shape that a loop ends with
        (found,) = op.loop(rounds, op.const(np.array([True])), [start], body=one)
    return op.reshape(found, op.shape(start))


def _all(condition: Var) -> Var:
    """Whether it holds in all rows, [1]."""
    least = op.reduce_min(op.cast(condition, to=np.int64), keepdims=0)
    return op.reshape(op.cast(least, to=np.bool_), op.const(np.array([1])))


def _weights(pairwise: Var, count: int, g: Graph) -> list[Var]:
    """The rows of the quadratic form, each [N, classes]."""
    against: dict[tuple[int, int], Var] = {}
    for column, (i, j) in enumerate(combinations(range(count), 2)):
        against[i, j] = take(pairwise, [column])
        against[j, i] = op.sub(g.const(1.0), against[i, j])
    rows = []
    for t in range(count):
        others = [j for j in range(count) if j != t]
        lost = total(join([op.mul(against[j, t], against[j, t]) for j in others]))
        cells = {j: op.neg(op.mul(against[j, t], against[t, j])) for j in others}
        rows.append(join([cells.get(j, lost) for j in range(count)]))
    return rows


def _round(p: Var, weights: list[Var], count: int, g: Graph) -> tuple[Var, Var]:
    """The probabilities after one class after the other was moved; how far they were off before."""
    one = g.const(1.0)
    slopes = join([total(op.mul(row, p)) for row in weights])
    level = total(op.mul(p, slopes))
    error = largest(op.abs(op.sub(slopes, level)))
    for t, row in enumerate(weights):
        own = take(row, [t])
        slope = take(slopes, [t])
        step = op.div(op.sub(level, slope), own)
        grown = op.add(one, step)
        twice = op.mul(g.const(2.0), slope)
        gain = op.mul(step, op.add(op.mul(step, own), twice))
        level = op.div(op.div(op.add(level, gain), grown), grown)
        slopes = op.div(op.add(slopes, op.mul(step, row)), grown)
        unit = g.const(np.eye(count)[t])
        p = op.div(op.add(p, op.mul(step, unit)), grown)
    return p, error
