"""What the operations on text mean: on object arrays of str, in which None is missing."""

from collections.abc import Callable
from typing import Any

import numpy as np


def missing(x: np.ndarray) -> np.ndarray:
    """Where there is no value: None or NaN."""
    if x.dtype.kind in "fmM":
        return np.isnat(x) if x.dtype.kind in "mM" else np.isnan(x)
    if x.dtype.kind != "O":
        return np.zeros(x.shape, dtype=bool)
    return np.vectorize(lambda cell: cell is None or cell != cell, otypes=[bool])(x)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "text.missing": missing,
}
