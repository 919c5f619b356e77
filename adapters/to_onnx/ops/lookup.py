"""Binary search in sorted edges, for all columns at once: what `np.searchsorted` does."""

from collections.abc import Sequence

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.wires import cast


def passed(x: Var, edges: Sequence[np.ndarray]) -> Var:
    """How many of the sorted `edges[i]` are at or below column i of `x`: int64 [N, F].

    That is `np.searchsorted(edges[i], x[:, i], side="right")`; NaN passes none.
    """
    dtype = x.unwrap_tensor().dtype
    levels = max(int(max(map(len, edges))).bit_length(), 1)
    width = 2**levels - 1
    padded = np.full((len(edges), width), np.nan, dtype=dtype)
    for row, values in zip(padded, edges, strict=True):
        row[: len(values)] = values
    table, start = op.const(padded.ravel()), op.const(np.arange(len(edges)) * width)
    found = cast(op.mul(op.const(np.int64(0)), op.cast(op.isnan(x), to=np.int64)), np.int64)
    for level in reversed(range(levels)):
        step = 2**level
        probe = op.gather(table, op.add(op.add(found, start), op.const(np.int64(step - 1))))
        above = op.cast(op.less_or_equal(probe, x), to=np.int64)
        found = op.add(found, op.mul(above, op.const(np.int64(step))))
    return found


def gathered(table: Sequence[np.ndarray], index: Var, dtype: np.dtype) -> Var:
    """`table[i][index[:, i]]` for every column i: [N, F]."""
    starts = np.cumsum([0, *(len(values) for values in table)])[:-1]
    joined = np.concatenate(table).astype(dtype)
    return op.gather(op.const(joined), op.add(index, op.const(starts)))


def interpolated(x: Var, xs: Sequence[np.ndarray], ys: Sequence[np.ndarray]) -> Var:
    """`np.interp(x[:, i], xs[i], ys[i])` for every column i: [N, F]. NaN stays NaN."""
    dtype = np.dtype(x.unwrap_tensor().dtype)
    piece = passed(x, [values[1:-1] for values in xs])
    slopes = [_slopes(a, b) for a, b in zip(xs, ys, strict=True)]
    left, low = (gathered([v[:-1] for v in values], piece, dtype) for values in (xs, ys))
    line = op.add(op.mul(gathered(slopes, piece, dtype), op.sub(x, left)), low)
    ends = [op.const(np.array([v[i] for v in vs], dtype)) for vs in (xs, ys) for i in (0, -1)]
    first, last, bottom, top = ends
    line = op.where(op.less_or_equal(x, first), bottom, line)
    return op.where(op.greater_or_equal(x, last), top, line)


def _slopes(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    run = np.diff(x)
    return np.divide(np.diff(y), run, out=np.zeros(len(run)), where=run != 0)
