"""Numpy's functions on frames and series: some are left to a method, others make arrays of them."""

from typing import Any

import numpy as np

from converter.trace.session import active
from converter.trace.standins.pandas import Labelled

DELEGATED = {
    **{name: name for name in ("sum", "mean", "std", "var", "max", "min", "prod", "any", "all")},
    "amax": "max",
    "amin": "min",
    "round": "round",
    "around": "round",
    "cumsum": "cumsum",
    "cumprod": "cumprod",
    "squeeze": "squeeze",
    "clip": "clip",
}
"""Those that numpy leaves to the method of an object that has one → the method."""


def called_labelled(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What numpy's function `func` gives of frames and series: mostly an array."""
    name = getattr(func, "__name__", "")
    if name in DELEGATED and args and isinstance(args[0], Labelled):
        return _delegated(name, *args, **kwargs)
    plain = [_as_array(value) for value in args]
    return active().words.called(func, tuple(plain), {k: _as_array(v) for k, v in kwargs.items()})


def _delegated(name: str, x: Any, *args: Any, **kwargs: Any) -> Any:
    if name in ("std", "var"):
        kwargs = {"ddof": 0, **kwargs}
    if name == "clip":
        kwargs = {{"a_min": "lower", "a_max": "upper"}.get(k, k): v for k, v in kwargs.items()}
    kwargs = {key: value for key, value in kwargs.items() if value is not np._NoValue}
    return getattr(x, DELEGATED[name])(*args, **kwargs)


def _as_array(value: Any) -> Any:
    if isinstance(value, Labelled):
        return active().words.labelled_method(value, "to_numpy")()
    if isinstance(value, list | tuple):
        return type(value)(map(_as_array, value))
    return value
