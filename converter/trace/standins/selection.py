"""Indexing by numpy's own rules: rows stay whole, what stands beside them is chosen."""

import operator
from typing import Any

import numpy as np

from converter.trace.session import mixes_rows, refuse
from converter.trace.standins.lift import is_batch, is_standin
from converter.trace.standins.rows import Rows
from converter.trace.standins.structure import Moved, moved


def get(array: Any, key: Any) -> Moved:
    """What `array[key]` is. Refuses keys that choose rows. Raises IndexError."""
    _check(array, key)
    return _one(moved(operator.getitem, (array, _as_key(key))))


def put(array: Any, key: Any, value: Any) -> Moved:
    """`array` after `array[key] = value`; cast to the array's dtype, as numpy does."""
    _check(array, key)

    def assigned(target: np.ndarray, chosen: Any, given: np.ndarray) -> np.ndarray:
        copy = target.copy()
        copy[chosen] = given
        return copy

    return _put(assigned, array, _as_key(key), value)


def put_view(array: Any, view: Any, value: Any) -> Moved:
    """`array` after `value` was written into a view of it; `view` makes one of an ndarray."""

    def assigned(target: np.ndarray, _: None, given: np.ndarray) -> np.ndarray:
        copy = target.copy()
        view(copy)[...] = given
        return copy

    return _put(assigned, array, None, value)


def _put(assigned: Any, array: Any, key: Any, value: Any) -> Moved:
    try:
        return _one(moved(assigned, (array, key, value), data=(0, 2)))
    except ValueError as error:
        return mixes_rows(f"assigns values of another shape ({error})")


def _one(result: Any) -> Moved:
    assert isinstance(result, Moved)
    return result


def _as_key(key: Any) -> Any:
    """Lists stay lists in a key, for a tuple would mean several axes."""
    if isinstance(key, tuple):
        return tuple(np.array(part) if isinstance(part, list) else part for part in key)
    return np.array(key) if isinstance(key, list) else key


def _check(array: Any, key: Any) -> None:
    parts = key if isinstance(key, tuple) else (key,)
    if any(is_standin(part) for part in parts):
        refuse(
            "data-dependent", "chooses columns by a row's value", "use numpy.where or numpy.select"
        )
    if not is_batch(array._slot):
        return
    part = _row_part(parts, array.ndim, array._lead)
    if isinstance(part, slice):
        if not is_all_rows(part):
            mixes_rows("chooses rows by their position", "a row must not know where it stands")
    else:
        mixes_rows("chooses single rows", "a row must not know where it stands")


def _row_part(parts: tuple[Any, ...], rank: int, lead: int) -> Any:
    """Which part of a key is about the rows."""
    used = sum(_axes(part) for part in parts)
    axis = 0
    for part in parts:
        wide = rank - used if part is Ellipsis else _axes(part)
        if part is not None and axis <= lead < axis + wide:
            return slice(None) if part is Ellipsis else part
        axis += wide
    return slice(None)


def _axes(part: Any) -> int:
    if part is None or part is Ellipsis:
        return 0
    array = np.asarray(part) if isinstance(part, list | np.ndarray) else None
    return array.ndim if array is not None and array.dtype == bool else 1


def is_all_rows(part: slice) -> bool:
    """Whether a slice leaves out no row."""
    start = part.start is None or (isinstance(part.start, int) and part.start == 0)
    stop = part.stop is None or isinstance(part.stop, Rows)
    return start and stop and part.step in (None, 1)
