"""Numpy's universal functions, and those of scipy.special, on stand-ins."""

from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.operations import SPECIAL, UFUNCS
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array, array, of, wrapped
from converter.trace.standins.lift import (
    aligned,
    is_batch,
    is_standin,
    make_led,
    raw_node,
    slot_of,
)
from converter.trace.words.elementwise import astype, dtype_of
from converter.trace.words.reductions import along

REDUCED = {
    "add": "sum",
    "multiply": "prod",
    "maximum": "max",
    "minimum": "min",
    "logical_and": "all",
    "logical_or": "any",
}
"""A ufunc's `.reduce` → the reduction."""
ACCUMULATED = {"add": "cumsum", "multiply": "cumprod", "maximum": "cummax", "minimum": "cummin"}
"""A ufunc's `.accumulate` → the operation."""


def applied(ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What `ufunc(*inputs, **options)` records."""
    if method == "reduce" and ufunc.__name__ in REDUCED:
        options = {"axis": 0, **options}
        return active().words.called(getattr(np, REDUCED[ufunc.__name__]), inputs, options)
    if method == "accumulate" and ufunc.__name__ in ACCUMULATED:
        return _accumulated(ACCUMULATED[ufunc.__name__], *inputs, **{"axis": 0, **options})
    if method == "outer":
        mixes_rows(f"calls `numpy.{ufunc.__name__}.outer`", "spread columns by x[:, None]")
    if method != "__call__":
        unknown(f"`numpy.{ufunc.__name__}.{method}`")
    return _called(ufunc, inputs, dict(options))


def _accumulated(op: str, x: Any, axis: int, dtype: Any = None, out: Any = None) -> Any:
    if dtype is not None or out is not None:
        unknown("`dtype=` or `out=` of an accumulation")
    return along(op, of(x), axis)


def _called(ufunc: Any, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    (out,) = options.pop("out", (None,)) if ufunc.nout == 1 else (options.pop("out", None),)
    where, dtype = options.pop("where", True), options.pop("dtype", None)
    if options.pop("casting", "same_kind") not in ("same_kind", "unsafe"):
        unknown(f"`casting=` of `numpy.{ufunc.__name__}`")
    options.pop("subok", None), options.pop("order", None)
    if options or (out is not None and ufunc.nout > 1):
        unknown(f"`{next(iter(options), 'out')}=` of `numpy.{ufunc.__name__}`")
    if ufunc.__name__ == "matmul":
        return active().words.called(np.matmul, inputs, {} if out is None else {"out": out})
    results = tuple(_result(node, inputs) for node in recorded(ufunc, inputs, dtype))
    if len(results) > 1:
        return results
    return _written(results[0], out, where)


def _result(node: Node, inputs: tuple[Any, ...]) -> Any:
    kind, slot = type_of(inputs), slot_of(*inputs)
    if kind is Array or (not is_batch(slot) and node.shape):
        return wrapped(node, slot, aligned(inputs, slot)[1])
    return kind(node, slot)


def type_of(inputs: tuple[Any, ...]) -> Any:
    """The stand-in class that comes of these inputs: the highest `_rank` of them."""
    kinds = {type(value) for value in inputs if is_standin(value)}
    return max(kinds, key=lambda kind: kind._rank, default=Array)


def recorded(ufunc: Any, inputs: tuple[Any, ...], dtype: Any = None) -> list[Node]:
    """The nodes of a ufunc's results."""
    name = ufunc.__name__
    if dtype is not None:
        inputs = tuple(_cast(value, dtype) for value in inputs)
    if name == "divmod":
        return [_made("floor_divide", *inputs), _made("remainder", *inputs)]
    if name == "modf":
        return _parts(*inputs)
    if name == "clip":
        (low, top, high) = inputs
        return [raw_node(np.minimum(np.maximum(low, top), high))]
    if name in UFUNCS and getattr(np, name, None) is ufunc:
        tabled = of_truths(ufunc, [raw_node(value) for value in inputs])
        return [tabled or _named(name, inputs)]
    if name in SPECIAL:
        return [_made(f"special.{name}", *inputs)]
    return unknown(f"`{name}`")


def of_truths(ufunc: Any, nodes: list[Node]) -> Node | None:
    """Of truth values numpy computes in eight or sixteen bits: there are two answers, or four.

    None for another ufunc, or other values.
    """
    if any(node.kind != "bool" or node.shape for node in nodes if not node.rows):
        return None
    if {node.kind for node in nodes} != {"bool"} or not any(node.rows for node in nodes):
        return None
    make, const = active().tape.make, active().tape.const

    def chosen(known: tuple[Any, ...]) -> Node:
        if len(known) == len(nodes):
            with np.errstate(all="ignore"):
                return const(ufunc(*known))
        node = nodes[len(known)]
        if not node.rows:
            return chosen((*known, np.bool_(node.value)))
        yes, no = chosen((*known, np.True_)), chosen((*known, np.False_))
        return make("where", node, yes, no)

    try:
        dtype = ufunc(*(np.True_ for _ in nodes)).dtype
    except TypeError:  # numpy has no such function of truth values
        return None
    return chosen(()) if dtype == np.float16 or ufunc is np.reciprocal else None


def _parts(x: Any) -> list[Node]:
    """Of `np.modf`: what stands behind the point, and before it; both have the number's sign."""
    whole = _made("trunc", x)
    make = active().tape.make
    infinite = make("isinf", whole)
    rest = make("where", infinite, active().tape.const(0.0), make("subtract", raw_node(x), whole))
    return [make("copysign", rest, raw_node(x)), whole]


def _made(op: str, *values: Any) -> Node:
    return make_led(op, *values)[0]


def _named(name: str, inputs: tuple[Any, ...]) -> Node:
    text = any(raw_node(value).kind == "text" for value in inputs)
    if text and name == "add":
        return _made("text.concat", *inputs)
    if text and name not in ("equal", "not_equal"):
        unknown(f"`numpy.{name}` on text")
    if name == "power" and _is_half(inputs[1]) and raw_node(inputs[0]).kind == "float":
        return _made("sqrt", inputs[0])  # as numpy itself does it, which shows at -inf
    return _made(name, *inputs)


def _is_half(value: Any) -> bool:
    return not is_standin(value) and np.ndim(value) == 0 and bool(np.equal(value, 0.5))


def _cast(value: Any, dtype: Any) -> Any:
    return astype(value, dtype) if is_standin(value) else np.asarray(value).astype(dtype_of(dtype))


def _written(result: Any, out: Any, where: Any) -> Any:
    """`out=` and `where=`: what is not chosen keeps what `out` held."""
    if where is not True:
        if out is None:
            unknown(
                "`where=` without `out=`: what is not chosen is left to chance",
                "give `out=` of zeros, or use numpy.where",
            )
        chosen = array("where", where, result, out)
        result = (
            chosen if isinstance(out, Array) else type(out)(chosen._mlconvert_node(), out._slot)
        )
    if out is None:
        return result
    if not isinstance(out, Array):
        unknown("`out=` with something else than an array of the data")
    out._become(result)
    return out
