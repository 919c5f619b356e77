"""What an array stand-in understands: numpy's functions and its methods, in one table each."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.lift import is_standin
from converter.trace.words import (
    bins,
    elementwise,
    lookups,
    products,
    reductions,
    shaping,
    statistics,
)
from converter.trace.words.options import unmodelled

OF_ALL_ROWS = {
    **dict.fromkeys(("unique", "bincount", "histogram", "cov", "corrcoef", "allclose"), ""),
    **dict.fromkeys(("array_equal", "array_equiv", "convolve", "correlate"), ""),
    **dict.fromkeys(("lexsort", "argwhere", "flatnonzero", "unravel_index"), ""),
    **dict.fromkeys(("setdiff1d", "intersect1d", "union1d", "histogram_bin_edges"), ""),
}
"""Functions of numpy that look at all rows at once."""


def _all_rows(name: str) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        return mixes_rows(f"calls `numpy.{name}`, which looks at all rows at once")

    return refuse


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    **{getattr(np, name): _all_rows(name) for name in OF_ALL_ROWS if hasattr(np, name)},
    **shaping.FUNCTIONS,
    **reductions.FUNCTIONS,
    **statistics.FUNCTIONS,
    **elementwise.FUNCTIONS,
    **bins.FUNCTIONS,
    **lookups.FUNCTIONS,
    **products.FUNCTIONS,
}
"""Numpy function → how it is recorded."""


def _sort_in_place(x: Array, axis: Any = -1, kind: Any = None, order: Any = None) -> None:
    x._become(FUNCTIONS[np.sort](x, axis, kind, order))


METHODS: dict[str, Callable[..., Any]] = {
    **shaping.METHODS,
    **reductions.METHODS,
    **statistics.METHODS,
    **elementwise.METHODS,
    **products.METHODS,
    "sort": _sort_in_place,
    "nonzero": FUNCTIONS[np.nonzero],
    "tolist": lambda x: active().words.as_list(x),
}
"""Method of ndarray → how it is recorded; the array comes first."""

_NUMPY_CALLS_THE_METHOD = (
    *("sum", "prod", "max", "min", "any", "all", "mean", "std", "var", "clip", "round", "around"),
    *("cumsum", "cumprod", "argmax", "argmin", "squeeze", "take", "repeat", "dot", "transpose"),
)


def called(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What numpy's function `func` records; refused where it is not known."""
    name = f"numpy.{func.__name__}"
    if func.__name__ in _NUMPY_CALLS_THE_METHOD and args and _is_pandas(args[0]):
        return _method_called(func.__name__, *args, **kwargs)
    if func not in FUNCTIONS:
        unknown(f"`{name}`")
    try:
        return FUNCTIONS[func](*args, **kwargs)
    except TypeError as error:  # an argument that the model of the function does not have
        if "argument" not in str(error):
            raise
        return unknown(f"`{name}` with arguments that are not modelled: it {unmodelled(error)}")


def _is_pandas(value: Any) -> bool:
    return is_standin(value) and not isinstance(value, Array) and value._rank > 0


def _method_called(name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
    """Of frames and series numpy calls their own method."""
    kwargs = {key: given for key, given in kwargs.items() if given is not np._NoValue}
    if name in ("std", "var"):
        kwargs.setdefault("ddof", 0)
    method = active().words.labelled_method(value, {"around": "round"}.get(name, name))
    return method(*args, **kwargs)


def bound(array: Array, name: str) -> Callable[..., Any]:
    """The method `name` of an array."""
    return partial(_checked, METHODS[name], name, array)


def _checked(method: Callable[..., Any], name: str, /, *args: Any, **kwargs: Any) -> Any:
    try:
        return method(*args, **kwargs)
    except TypeError as error:
        if "argument" not in str(error):
            raise
        return unknown(f"`.{name}` with arguments that are not modelled: it {unmodelled(error)}")


def rows_of(values: Any) -> Any:
    """A list with an entry for each row, as the column it stands for; None where it is none."""
    found = getattr(active().words, "column_of", None)
    return found(values) if found else None
