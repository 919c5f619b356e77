"""Numpy's functions that choose, replace and convert values, one by one."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.operations import OTHERS
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array, array, of, wrapped
from converter.trace.standins.lift import holds_standin, is_standin, raw_node
from converter.trace.standins.types import real
from converter.trace.words import date_steps
from converter.trace.words.indexing import Places


def where(condition: Any, x: Any = np._NoValue, y: Any = np._NoValue) -> Any:
    """`np.where`: of one argument, places that are good as a key."""
    if x is np._NoValue and y is np._NoValue:
        return _nonzero(condition)
    x, y = _absent(x, beside=y), _absent(y, beside=x)
    if {raw_node(part).kind == "text" for part in (x, y)} == {True, False}:
        unknown("`numpy.where` of text or None beside numbers", "give values of one kind")
    return array("where", _truths(condition), x, y)


def _truths(condition: Any) -> Any:
    if is_standin(condition) and raw_node(condition).kind != "bool":
        return astype(of(condition), bool)
    return (
        np.asarray(condition)
        if isinstance(condition, list) and not holds_standin(condition)
        else condition
    )


def _nonzero(x: Any) -> Any:
    x = of(x)
    if x._slot is not None:
        mixes_rows("asks in which places a condition holds", "index with the mask itself")
    return Places(x if x.dtype == bool else astype(x, bool))


def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    values = [*choicelist, default]
    if len(condlist) != len(choicelist):
        unknown("`numpy.select` with as many conditions as choices")
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = where(condition, choice, result)
    nodes = [raw_node(value) for value in values]
    if any(node.kind == "text" for node in nodes):
        return result
    samples = [node.value if isinstance(node.value, int | float) else node.dtype for node in nodes]
    dtype = np.result_type(*samples)
    return result if result.dtype == dtype else astype(of(result), dtype)


def _piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kwargs: Any) -> Any:
    x = of(x)
    conditions = list(condlist) if isinstance(condlist, list | tuple) else [condlist]
    functions = list(funclist)
    if len(functions) == len(conditions) + 1:
        covered = conditions[0]
        for condition in conditions[1:]:
            covered = covered | condition
        conditions.append(~covered)
    result = np.zeros_like(x)
    for condition, function in zip(conditions, functions, strict=True):
        result[condition] = (
            function(x[condition], *args, **kwargs) if callable(function) else function
        )
    return result


def dtype_of(dtype: Any) -> np.dtype:
    """A dtype as a user spells it."""
    try:
        return np.dtype(real(dtype))  # type: ignore[no-any-return]
    except TypeError:
        return unknown(f"the dtype {dtype!r}")


def _absent(value: Any, beside: Any) -> Any:
    """NaN beside texts held as objects is a missing text."""
    is_nan = isinstance(value, float | np.floating) and value != value
    is_text = is_nan and is_standin(beside) and raw_node(beside).kind == "text"
    return None if is_text else value


def astype(
    x: Any,
    dtype: Any,
    order: str = "K",
    casting: str = "unsafe",
    subok: bool = True,
    copy: bool = True,
) -> Any:
    """`x.astype(dtype)`."""
    x, target = of(x), dtype_of(dtype)
    node = x._laid()
    if casting != "unsafe":
        unknown("`casting=` of `.astype`")
    if target.kind in "US" or node.kind == "text":
        return wrapped(_between_texts(node, target), x._slot, x._lead)
    if target.kind == "O" or target == node.dtype:
        return wrapped(node, x._slot, x._lead)
    if target.kind in "mM" or node.kind in ("date", "span"):
        return wrapped(date_steps.cast(node, target), x._slot, x._lead)
    if target.kind not in "biuf":
        unknown(f"a cast from {node.dtype} to {target}")
    if not node.rows:
        return of(np.asarray(node.value).astype(target))
    return wrapped(active().tape.make("cast", node, dtype=str(target)), x._slot, x._lead)


def _between_texts(node: Any, target: np.dtype) -> Any:
    make = active().tape.make
    if node.kind != "text":
        if target.itemsize or target.kind == "S" or "text.of_number" not in OTHERS:
            unknown(f"a cast from {node.dtype} to {target}")
        return make("text.of_number", node)
    if target.kind == "O":
        return node
    if target.kind == "f" and "text.number" in OTHERS:
        return make("cast", make("text.number", node, grammar="float"), dtype=str(target))
    if target.kind == "U" and not target.itemsize:
        if _has_missing(node):
            unknown("a cast of missing text to str", 'fill it first: x[x == None] = ""')
        return node
    return unknown(f"a cast from text to {target}")


def _has_missing(node: Any) -> bool:
    return any(not isinstance(cell, str) for cell in np.ravel(node.value))


def _copy(x: Any, order: str = "K", subok: bool = False) -> Any:
    x = of(x)
    return Array(x._laid(), x._slot, x._lead)


def _clip(
    x: Any,
    a_min: Any = None,
    a_max: Any = None,
    out: Any = None,
    *,
    min: Any = None,
    max: Any = None,
) -> Any:
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    result = of(x)
    if low is not None:
        result = np.maximum(result, low)
    if high is not None:
        result = np.minimum(result, high)
    return written(result, out)


def written(result: Any, out: Any) -> Any:
    """`out=`: an array that is given the result, and is the result."""
    if isinstance(out, tuple):
        [out] = out
    if out is None:
        return result
    if not isinstance(out, Array):
        unknown("`out=` with a plain array")
    out._become(result)
    return out


def _round(x: Any, decimals: int = 0, out: Any = None) -> Any:
    if not isinstance(decimals, int | np.integer):
        unknown("`decimals=` that are not a number")
    x = of(x)
    if x.dtype.kind == "b":
        x = astype(x, np.float16)
    node = active().tape.make("round", x._laid(), decimals=int(decimals))
    return written(wrapped(node, x._slot, x._lead), out)


def _nan_to_num(
    x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    given = of(x)
    if given.dtype.kind != "f":
        return given if not copy else _copy(given)
    limits = np.finfo(given.dtype)
    high, low = limits.max if posinf is None else posinf, limits.min if neginf is None else neginf
    result = where(np.isnan(given), nan, given)
    result = where(np.logical_and(np.isinf(given), given > 0), high, result)
    result = where(np.logical_and(np.isinf(given), given < 0), low, result)
    result = astype(of(result), given.dtype)
    return result if copy else written(result, given)


def _isclose(
    a: Any, b: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Any:
    near = np.less_equal(np.absolute(np.subtract(a, b)), atol + rtol * np.absolute(b))
    same = np.logical_or(np.logical_and(near, np.isfinite(b)), np.equal(a, b))
    if equal_nan:
        same = np.logical_or(same, np.logical_and(np.isnan(a), np.isnan(b)))
    return same


def _sinc(x: Any) -> Any:
    x = np.asanyarray(np.pi) * np.where(np.equal(x, 0), 1.0e-20, x)
    return np.sin(x) / x


def _sign_of_infinity(sign: int) -> Callable[..., Any]:
    def infinite(x: Any, out: Any = None) -> Any:
        x = of(x)
        return written(np.logical_and(np.isinf(x), (x > 0) if sign > 0 else (x < 0)), out)

    return infinite


def like(value: Any) -> Callable[..., Any]:
    """`np.zeros_like` and its kin."""

    def made(
        x: Any, dtype: Any = None, order: Any = "K", subok: Any = True, shape: Any = None
    ) -> Any:
        x = of(x)
        return filled_like(x, value, dtype, shape)

    return made


def _full_like(
    x: Any,
    fill_value: Any,
    dtype: Any = None,
    order: Any = "K",
    subok: Any = True,
    shape: Any = None,
) -> Any:
    return filled_like(of(x), fill_value, dtype, shape)


def filled_like(x: Array, value: Any, dtype: Any, shape: Any) -> Array:
    """An array of the shape of `x` that holds one value, or a row of values."""
    if shape is not None or is_standin(value):
        unknown("`shape=` or a column as the value of an array made like another")
    node = x._laid()
    kind = node.dtype if dtype is None else dtype_of(dtype)
    row = np.full(node.shape, value, dtype=kind)
    return Array(
        active().tape.make("repeat", active().tape.const(row), active().anchor), x._slot, x._lead
    )


def _fill(x: Array, value: Any) -> None:
    x[...] = value


def _same(x: Any) -> Any:
    x = of(x)
    return x if x.dtype.kind != "c" else unknown("complex numbers")


def _fix(x: Any, out: Any = None) -> Any:
    return written(np.trunc(of(x)), out)


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.where: where,
    np.nonzero: _nonzero,
    np.select: _select,
    np.piecewise: _piecewise,
    np.copy: _copy,
    np.clip: _clip,
    np.round: _round,
    np.around: _round,
    np.fix: _fix,
    np.nan_to_num: _nan_to_num,
    np.isclose: _isclose,
    np.sinc: _sinc,
    np.isposinf: _sign_of_infinity(1),
    np.isneginf: _sign_of_infinity(-1),
    np.zeros_like: like(0),
    np.ones_like: like(1),
    np.full_like: _full_like,
    np.real: _same,
    np.shape: lambda x: of(x).shape,
    np.ndim: lambda x: of(x).ndim,
    np.size: lambda x, axis=None: of(x).size if axis is None else of(x).shape[axis],
}

METHODS: dict[str, Callable[..., Any]] = {
    "astype": astype,
    "copy": _copy,
    "__copy__": _copy,
    "clip": _clip,
    "round": _round,
    "fill": _fill,
    "conj": _same,
    "conjugate": _same,
}
