"""What an array holds that nobody has assigned to (`np.empty`): it must not reach a result."""

from typing import Any

import numpy as np

from converter.trace.expression import Node, ordered
from converter.trace.session import refuse

_FLOAT = np.uint64(0x7FF8_5EED_0BAD_CAFE).view(np.float64)
"""A NaN of which there is no other."""
_INT = -0x5EED_0BAD
_SMALL = {"f": np.nan, "i": 0x5E, "u": 0x5E}


def unset(dtype: np.dtype) -> Any:
    """A value that marks unassigned places; None for text, which is what numpy puts there."""
    match dtype.kind, dtype.itemsize:
        case "f", 8:
            return _FLOAT
        case "i", 8:
            return _INT
    return _SMALL.get(dtype.kind)


def refuse_unset(outputs: tuple[Node, ...]) -> None:
    """Refuse outputs of which some places were never assigned."""
    for node in ordered(outputs):
        if node.op == "const" and isinstance(node.value, np.ndarray) and _is_marked(node.value):
            refuse(
                "not-repeatable",
                "leaves places of `numpy.empty` as they are",
                "use numpy.zeros or numpy.full",
            )


def _is_marked(value: np.ndarray) -> bool:
    if value.dtype == np.float64:
        return bool((value.view(np.uint64) == _FLOAT.view(np.uint64)).any())
    return value.dtype == np.int64 and bool((value == _INT).any())
