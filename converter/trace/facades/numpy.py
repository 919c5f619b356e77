"""What numpy's protocols do not hand to stand-ins: `np.asarray`, `np.array`, `np.zeros` …"""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.guarded import asked_later
from converter.trace.session import unknown
from converter.trace.standins.array import Array, of
from converter.trace.standins.lift import holds_standin, is_standin
from converter.trace.standins.types import TypeFacade, real
from converter.trace.standins.unset import unset
from converter.trace.words.elementwise import astype, dtype_of, filled_like
from converter.trace.words.shaping import FUNCTIONS, as_array, concatenated, holds_rows, with_rows
from converter.trace.words.ufuncs import REDUCED

__all__ = ["REPLACED", "NumpyType"]


def _asarray(
    a: Any, dtype: Any = None, order: Any = None, *, copy: Any = None, like: Any = None
) -> Any:
    array = of(a) if is_standin(a) else as_array(a)
    if like is not None:
        unknown("`like=` of `numpy.asarray`")
    if copy and array is a:
        array = Array(array._laid(), array._slot, array._lead)
    return array if dtype is None else astype(array, dtype)


def _array(
    object: Any,
    dtype: Any = None,
    *,
    copy: Any = True,
    order: Any = "K",
    subok: bool = False,
    ndmin: int = 0,
    like: Any = None,
) -> Any:
    array = _asarray(object, dtype, copy=copy, like=like)
    if array.ndim < ndmin:
        unknown("`ndmin=` of `numpy.array`", "use .reshape(-1, 1)")
    return array


def _made(name: str) -> Any:
    """A function of constants, which may be handed the number of rows and classes as dtypes."""
    function = getattr(np, name)

    def made(*args: Any, **kwargs: Any) -> Any:
        if kwargs.get("dtype") is not None:
            kwargs["dtype"] = dtype_of(kwargs["dtype"])
        args = tuple(map(real, args))
        if holds_standin(args) or holds_standin(kwargs):
            return _with_standins(name, args, kwargs)
        if holds_rows(args) or holds_rows(kwargs):
            return with_rows(function, args, kwargs)
        return asked_later(function(*args, **kwargs))

    made.always = True  # type: ignore[attr-defined]
    return made


def _with_standins(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What moves a column, and what is filled with one: `np.full(len(X), x)`."""
    if getattr(np, name) in FUNCTIONS:
        return FUNCTIONS[getattr(np, name)](*args, **kwargs)
    return unknown(f"`numpy.{name}` with a column in its arguments")


def _empty(shape: Any, dtype: Any = float, order: Any = "C") -> Any:
    """What is never assigned to must not be read."""
    kind = dtype_of(dtype)
    if not holds_rows(shape):
        return np.empty(shape, dtype=kind)
    return with_rows(lambda given: np.full(given, unset(kind), dtype=kind), (shape,), {})


def _empty_like(
    prototype: Any, dtype: Any = None, order: Any = "K", subok: Any = True, shape: Any = None
) -> Any:
    array = of(prototype)
    kind = array.dtype if dtype is None else dtype_of(dtype)
    return filled_like(array, unset(kind), kind, shape)


_empty.always = True  # type: ignore[attr-defined]


class _Joiner:
    """`np.c_` and `np.r_`."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getitem__(self, key: Any) -> Any:
        return concatenated(key, self._real) if holds_standin(key) else self._real[key]


class NumpyType(TypeFacade):
    """A class of numbers, such as `np.float64`: called it converts, and it is a dtype."""

    @property
    def dtype(self) -> np.dtype:
        """What `np.dtype` asks for."""
        return np.dtype(self._real)


def _number(name: str) -> NumpyType:
    cls = getattr(np, name)

    def convert(x: Any = 0, *rest: Any) -> Any:
        return astype(x, cls) if is_standin(x) and not rest else cls(x, *rest)

    return NumpyType(cls, convert)


class _Ufunc:
    """A ufunc whose `.reduce` may be handed a list of stand-ins."""

    def __init__(self, real: np.ufunc) -> None:
        self._real = real

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._real(*map(_listed, args), **kwargs)

    def reduce(self, array: Any, axis: Any = 0, *args: Any, **kwargs: Any) -> Any:
        """The list becomes an array whose leading axis is that of the list."""
        return self._real.reduce(_listed(array), axis, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def _listed(value: Any) -> Any:
    return (
        as_array(list(value)) if isinstance(value, list | tuple) and holds_standin(value) else value
    )


def _of_list(name: str) -> Callable[..., Any]:
    """A function that takes a list for an array: `np.sum([a, b], axis=0)`."""
    function = getattr(np, name)

    def call(a: Any, *args: Any, **kwargs: Any) -> Any:
        return function(_listed(a), *args, **kwargs)

    return call


_CONSTANTS = (
    *("zeros", "ones", "full", "arange", "linspace", "eye", "identity", "empty"),
    *("tile", "repeat", "broadcast_to"),
)

_TYPES = ("float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "uint16")
_LISTS = (
    *("sum", "mean", "max", "min", "prod", "std", "var", "median", "any", "all", "amax", "amin"),
    *("nansum", "nanmean", "nanmax", "nanmin", "transpose", "squeeze", "round", "where"),
)

REPLACED: dict[str, Any] = {
    **{f"numpy.{name}": _made(name) for name in _CONSTANTS},
    **{f"numpy.{name}": _number(name) for name in (*_TYPES, "uint32", "uint64", "bool_")},
    **{f"numpy.{name}": _of_list(name) for name in _LISTS},
    **{f"numpy.{name}": _Ufunc(getattr(np, name)) for name in REDUCED},
    "numpy.asarray": _asarray,
    "numpy.asanyarray": _asarray,
    "numpy.ascontiguousarray": _asarray,
    "numpy.asfortranarray": _asarray,
    "numpy.asarray_chkfinite": _asarray,
    "numpy.array": _array,
    "numpy.empty": _empty,
    "numpy.empty_like": _empty_like,
    "numpy.c_": _Joiner(np.c_),
    "numpy.r_": _Joiner(np.r_),
}
