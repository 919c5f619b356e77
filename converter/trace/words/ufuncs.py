"""Numpy's universal functions, and those of scipy.special, on stand-ins."""

from typing import Any

import numpy as np

from converter.trace.operations import SPECIAL, UFUNCS
from converter.trace.session import active, unknown
from converter.trace.standins.array import Array, of
from converter.trace.standins.lift import is_standin, make, node_of, slot_of

REDUCED = {
    "add": "sum",
    "multiply": "prod",
    "maximum": "max",
    "minimum": "min",
    "logical_and": "all",
    "logical_or": "any",
}
"""A ufunc's `.reduce` → the reduction."""


def applied(ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What `ufunc(*inputs, **options)` records."""
    if method == "reduce" and ufunc.__name__ in REDUCED:
        options = {"axis": 0, **options}
        return active().words.called(getattr(np, REDUCED[ufunc.__name__]), inputs, options)
    if method != "__call__":
        unknown(f"`numpy.{ufunc.__name__}.{method}`")
    return _called(ufunc, inputs, dict(options))


def _called(ufunc: Any, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    (out,) = options.pop("out", (None,)) if ufunc.nout == 1 else (options.pop("out", None),)
    where, dtype = options.pop("where", True), options.pop("dtype", None)
    if options.pop("casting", "same_kind") != "same_kind" or options.pop("subok", True) is not True:
        unknown(f"options of `numpy.{ufunc.__name__}`")
    if options or (out is not None and ufunc.nout > 1):
        unknown(f"`{next(iter(options), 'out')}=` of `numpy.{ufunc.__name__}`")
    results = tuple(_result(node, inputs, dtype) for node in recorded(ufunc, inputs, dtype))
    if len(results) > 1:
        return results
    return _written(results[0], out, where)


def _result(node: Any, inputs: tuple[Any, ...], dtype: Any) -> Any:
    return type_of(inputs)(node, slot_of(*inputs))


def type_of(inputs: tuple[Any, ...]) -> Any:
    """The stand-in class that comes of these inputs: the highest `_rank` of them."""
    kinds = {type(value) for value in inputs if is_standin(value)}
    return max(kinds, key=lambda kind: kind._rank, default=Array)


def recorded(ufunc: Any, inputs: tuple[Any, ...], dtype: Any = None) -> list[Any]:
    """The nodes of a ufunc's results."""
    name = ufunc.__name__
    if dtype is not None:
        inputs = tuple(_cast(value, dtype) for value in inputs)
    if name == "divmod":
        return [make("floor_divide", *inputs), make("remainder", *inputs)]
    if name == "modf":
        whole = make("trunc", *inputs)
        return [make("subtract", inputs[0], of_node(whole, inputs)), whole]
    if name == "matmul":
        return [node_of(active().words.called(np.matmul, inputs, {}))]
    if name in UFUNCS and getattr(np, name, None) is ufunc:
        return [_named(name, inputs)]
    if name in SPECIAL:
        return [make(f"special.{name}", *inputs)]
    return unknown(f"`{name}`")


def of_node(node: Any, inputs: tuple[Any, ...]) -> Any:
    """A node as a stand-in beside the inputs."""
    return Array(node, slot_of(*inputs))


def _named(name: str, inputs: tuple[Any, ...]) -> Any:
    text = any(node_of(value).kind == "text" for value in inputs)
    if text and name == "add":
        return make("text.concat", *inputs)
    if text and name not in ("equal", "not_equal"):
        unknown(f"`numpy.{name}` on text")
    return make(name, *inputs)


def _cast(value: Any, dtype: Any) -> Any:
    node = active().tape.make("cast", node_of(value), dtype=str(np.dtype(dtype)))
    return Array(node, getattr(value, "_slot", None))


def _written(result: Any, out: Any, where: Any) -> Any:
    """`out=` and `where=`: what is not chosen keeps what `out` held."""
    if where is not True:
        if out is None:
            unknown("`where=` without `out=`: what is not chosen is left to chance")
        result = type(result)(make("where", where, result, out), slot_of(result, out))
    if out is None:
        return result
    if not is_standin(out):
        unknown("`out=` with a plain array")
    of(out)._become(node_of(result))
    return out
