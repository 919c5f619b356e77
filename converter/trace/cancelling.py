"""Rows on which a sum loses what it adds: the order of adding decides what is left.

1 + 1e300 - 1e300 is 0 or 1; numpy, pandas and ONNX Runtime add in orders of their own.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from converter.trace.expression import Expression, Node
from converter.trace.operations import evaluated

SUMS = frozenset({"sum", "nansum", "mean", "nanmean", "matmul"})
LOST = 1e-6
"""A sum below this part of what was added has too few digits left to be compared."""


def unstable(expression: Expression, given: Mapping[str, np.ndarray]) -> np.ndarray:
    """Which rows, [N] of bool, have such a sum: input name → [N, …]."""
    values = expression.values(given)
    rows = len(next(iter(given.values())))
    found = np.zeros(rows, dtype=bool)
    for node in values:
        if node.op in SUMS and values[node.inputs[0]].dtype.kind == "f":
            lost = _lost(node, [np.asarray(values[part]) for part in node.inputs], values[node])
            found |= lost.reshape(rows, -1).any(axis=1)
    return found


def _lost(node: Node, inputs: list[np.ndarray], total: Any) -> np.ndarray:
    gross = evaluated(node.op, [np.abs(part) for part in inputs], node.attrs)
    with np.errstate(all="ignore"):
        return np.asarray((np.abs(total) < LOST * gross) & (gross > 1 / LOST))
