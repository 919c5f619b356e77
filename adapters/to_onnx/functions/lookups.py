"""Values found in constant tables, edges and curves, in ONNX."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.ml.v3 as ml
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions.reductions import summed
from adapters.to_onnx.functions.tensors import Lowering, ints, like, tensor_dtype, truth
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.lookup import interpolated, passed
from adapters.to_onnx.wires import cast, dtype_of, is_text
from converter.trace.expression import Node

FEW_EDGES = 32
"""So many bounds are compared with all at once; more are searched in."""


def _searchsorted(node: Node, given: list[Var], g: Graph) -> Var:
    side, edges = node.attrs["side"], np.array(node.attrs["edges"])
    is_whole = {dtype_of(given[0]).kind, edges.dtype.kind} == {"i"}
    few = len(edges) <= FEW_EDGES
    dtype = np.dtype(np.int64) if is_whole and few else g.real
    x, edges = cast(given[0], dtype), edges.astype(dtype)
    if few:
        reached = op.greater_or_equal if side == "right" else op.greater
        hits = cast(reached(op.unsqueeze(x, ints(-1)), op.const(edges)), np.int64)
        found = summed(hits, -1, keep=False)
    else:
        bounds = edges if side == "right" else np.nextafter(edges, np.inf, dtype=g.real)
        flat = passed(op.reshape(x, ints(-1, 1)), [bounds])
        found = op.reshape(flat, op.shape(x))
    return found if is_whole else op.where(op.isnan(x), op.const(np.int64(len(edges))), found)


def _interp(node: Node, given: list[Var], g: Graph) -> Var:
    x = cast(given[0], g.real)
    xs, ys = np.array(node.attrs["xp"], float), np.array(node.attrs["fp"], float)
    if len(xs) == 1:
        return op.where(op.isnan(x), x, like(x, ys[0]))
    flat = interpolated(op.reshape(x, ints(-1, 1)), [xs], [ys])
    return op.where(op.isnan(x), x, op.reshape(flat, op.shape(x)))


def _isin(node: Node, given: list[Var], g: Graph) -> Var:
    values = node.attrs["values"]
    return op.less(_positions(node, given[0], values, g), op.const(np.int64(len(values))))


def _lookup(node: Node, given: list[Var], g: Graph) -> Var:
    table = [*node.attrs["values"], node.attrs["default"]]
    if node.kind == "text":
        cells = np.array(["" if cell is None else cell for cell in table], dtype=str)
    else:
        cells = np.array(table).astype(tensor_dtype(node, g))
    return op.gather(op.const(cells), _positions(node, given[0], node.attrs["keys"], g))


def _positions(node: Node, x: Var, keys: tuple[Any, ...], g: Graph) -> Var:
    """Of each value among `keys`, the first that is equal; their number where none is."""
    if not keys:
        return op.mul(cast(_nothing(x), np.int64), op.const(np.int64(0)))
    if is_text(x):
        return _text_positions(node, x, keys, g)
    return _number_positions(x, keys, g)


def _nothing(x: Var) -> Var:
    return op.isnan(x) if dtype_of(x).kind == "f" else cast(x, bool)


def _text_positions(node: Node, x: Var, keys: tuple[Any, ...], g: Graph) -> Var:
    places: dict[str, int] = {}
    for place, key in enumerate(keys):
        if key is None and _holds_missing(node.inputs[0]):
            g.reads_empty_as_missing()
            places[""] = place
        elif key is None:
            g.reads_missing_as_empty()
        elif isinstance(key, str):
            places.setdefault(key, place)
    if not places:
        places["\u0000"] = len(keys)
    return ml.label_encoder(
        x,
        keys_strings=list(places),
        values_int64s=list(places.values()),
        default_int64=len(keys),
    )


def _holds_missing(node: Node) -> bool:
    return any(cell is None for cell in np.ravel(node.value).tolist())


def _number_positions(x: Var, keys: tuple[Any, ...], g: Graph) -> Var:
    numbers = [(place, key) for place, key in enumerate(keys) if isinstance(key, int | float)]
    x = cast(x, np.int64) if dtype_of(x) == np.bool_ else x
    dtype = dtype_of(x)
    if dtype.kind == "i" and _is_counted(keys):
        return _counted_positions(x, keys[0], len(keys))
    wide = op.unsqueeze(x, ints(-1))
    if dtype.kind == "i" and any(float(key) != int(key) for _, key in numbers if key == key):
        wide, dtype = cast(wide, g.real), g.real
    sizes = [(p, k) for p, k in numbers if k == k and (dtype.kind == "f" or abs(k) < 2**63)]
    found = op.mul(cast(_nothing(x), np.int64), op.const(np.int64(0)))
    found = op.add(found, op.const(np.int64(len(keys))))
    if sizes:
        hit = op.equal(wide, op.const(np.array([key for _, key in sizes]).astype(dtype)))
        hits = cast(hit, np.int64)
        first = op.arg_max(hits, axis=-1, keepdims=0)  # the earliest key wins
        places = op.const(np.array([place for place, _ in sizes], dtype=np.int64))
        found = op.where(truth(summed(hits, -1, keep=False)), op.gather(places, first), found)
    missing = [place for place, key in enumerate(keys) if key is None or key != key]
    if missing and dtype_of(x).kind == "f":
        found = op.where(op.isnan(x), op.const(np.int64(missing[0])), found)
    return found


def _is_counted(keys: tuple[Any, ...]) -> bool:
    return type(keys[0]) is int and keys == tuple(range(keys[0], keys[0] + len(keys)))


def _counted_positions(x: Var, first: int, count: int) -> Var:
    """Among keys that are counted one by one."""
    place = op.sub(cast(x, np.int64), op.const(np.int64(first)))
    inside = op.and_(
        op.greater_or_equal(place, op.const(np.int64(0))), op.less(place, op.const(np.int64(count)))
    )
    return op.where(inside, place, op.const(np.int64(count)))


OPERATIONS: dict[str, Lowering] = {
    "searchsorted": _searchsorted,
    "interp": _interp,
    "isin": _isin,
    "lookup": _lookup,
}
