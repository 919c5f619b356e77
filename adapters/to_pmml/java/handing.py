"""How rows are handed to an engine: plain values, None where one is missing."""

from typing import Any

import numpy as np


def plain(values: np.ndarray) -> list[Any]:
    """NaN, NaT and None are missing; dates are spelled to the second, without a zone."""
    if values.dtype.kind == "M":
        spelled = np.datetime_as_string(values, unit="s").tolist()
        return [None if value == "NaT" else value for value in spelled]
    if values.dtype.kind == "f":
        return [None if value != value else value for value in values.tolist()]
    return list(values.tolist())
