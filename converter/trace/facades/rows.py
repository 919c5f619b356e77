"""Numpy's ways to make an array of what comes one by one."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from converter.trace.session import active, unknown
from converter.trace.standins.lift import holds_standin, is_standin
from converter.trace.standins.types import real


def _fromiter(iter: Iterable[Any], dtype: Any, count: int = -1, *, like: Any = None) -> Any:
    values = [value for value in iter]  # noqa: C416 - a list would ask for the length
    if not holds_standin(values):
        return np.fromiter(values, real(dtype), count)
    if like is not None or (count != -1 and not isinstance(count, int)):
        unknown("options of `numpy.fromiter`")
    return active().words.as_array(values).astype(real(dtype))


def _tolist(x: Any) -> Any:
    return active().words.as_list(x) if is_standin(x) else x.tolist()


_fromiter.always = True  # type: ignore[attr-defined]

REPLACED: dict[str, Any] = {
    "numpy.fromiter": _fromiter,
    "numpy.ndarray.tolist": _tolist,
}
