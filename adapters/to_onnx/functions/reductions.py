"""Reductions, orders and what accumulates, over the columns of a row, in ONNX."""

from collections.abc import Callable

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions.numbers import maximum, minimum
from adapters.to_onnx.functions.tensors import (
    Lowering,
    common,
    ints,
    like,
    tensor_dtype,
    truth,
    zero,
)
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.refused import option
from adapters.to_onnx.wires import cast, dtype_of
from converter.trace.expression import Node

Over = Callable[[Var, int, bool], Var]


def _reduced(reduce: Over) -> Lowering:
    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        x = given[0]
        wanted = tensor_dtype(node, g)
        if dtype_of(x) == np.bool_ or wanted.kind == "f":
            x = cast(x, np.int64 if wanted.kind in "ib" else wanted)
        return reduce(x, int(node.attrs["axis"]) + 1, bool(node.attrs["keepdims"]))

    return lower


def summed(x: Var, axis: int, keep: bool) -> Var:
    """A sum along an axis of the tensor, the rows counted."""
    return op.reduce_sum(x, ints(axis), keepdims=int(keep))


def _total(x: Var, axis: int, keep: bool) -> Var:
    """A sum; of integers an exact one, which the runtime's reduction, in doubles, is not."""
    if dtype_of(x).kind == "f":
        return summed(x, axis, keep)
    shape = x.unwrap_tensor().shape or ()
    others = [place for place in range(len(shape)) if place != axis]
    ones = op.const(np.ones(int(shape[axis]), dtype=np.int64))
    total = op.matmul(op.transpose(x, perm=[*others, axis]), ones)
    return op.unsqueeze(total, ints(axis)) if keep else total


def _prod(x: Var, axis: int, keep: bool) -> Var:
    if dtype_of(x).kind == "f":
        return op.reduce_prod(x, axes=[axis], keepdims=int(keep))
    # One by one: integers wrap, which the runtime's reduction, in doubles, does not.
    width = int((x.unwrap_tensor().shape or ())[axis])
    product = op.const(np.array(1))
    for i in range(width):
        product = op.mul(product, op.gather(x, ints(i), axis=axis))
    return product if keep else op.squeeze(product, ints(axis))


def _any_nan(x: Var, axis: int, keep: bool) -> Var:
    return truth(summed(cast(op.isnan(x), np.int64), axis, keep))


def _extreme(find: Callable[..., Var]) -> Over:
    """NaN where one of the values is NaN."""

    def over(x: Var, axis: int, keep: bool) -> Var:
        if dtype_of(x).kind == "i":
            return find(x, axes=[axis], keepdims=int(keep))
        tame = op.where(op.isnan(x), zero(x), x)
        found = find(tame, axes=[axis], keepdims=int(keep))
        return op.where(_any_nan(x, axis, keep), like(x, np.nan), found)

    return over


def _nan_extreme(find: Callable[..., Var], lowest: float) -> Over:
    def over(x: Var, axis: int, keep: bool) -> Var:
        if dtype_of(x).kind == "i":
            return find(x, axes=[axis], keepdims=int(keep))
        found = find(op.where(op.isnan(x), like(x, lowest), x), axes=[axis], keepdims=int(keep))
        empty = op.equal(_count(x, axis, keep), op.const(np.int64(0)))
        return op.where(empty, like(x, np.nan), found)

    return over


def _count(x: Var, axis: int, keep: bool) -> Var:
    """How many values are not NaN: int64."""
    return summed(cast(op.not_(op.isnan(x)), np.int64), axis, keep)


def _without_nan(x: Var, instead: float) -> Var:
    return x if dtype_of(x).kind == "i" else op.where(op.isnan(x), like(x, instead), x)


def _mean(x: Var, axis: int, keep: bool) -> Var:
    return op.reduce_mean(x, axes=[axis], keepdims=int(keep))


def _nanmean(x: Var, axis: int, keep: bool) -> Var:
    count = cast(_count(x, axis, keep), dtype_of(x))
    return op.div(summed(_without_nan(x, 0), axis, keep), count)


def _signed(lower: Lowering) -> Lowering:
    """Products of unsigned integers soon need the 64th bit, which in a tensor is the sign."""

    def signed(node: Node, given: list[Var], g: Graph) -> Var:
        if node.dtype == np.uint64:
            raise option(f"numpy.{node.op} of unsigned integers")
        return lower(node, given, g)

    return signed


def _any(node: Node, given: list[Var], g: Graph) -> Var:
    hits = cast(truth(given[0]), np.int64)
    return truth(summed(hits, int(node.attrs["axis"]) + 1, bool(node.attrs["keepdims"])))


def _all(node: Node, given: list[Var], g: Graph) -> Var:
    misses = cast(op.not_(truth(given[0])), np.int64)
    any_ = truth(summed(misses, int(node.attrs["axis"]) + 1, bool(node.attrs["keepdims"])))
    return op.not_(any_)


def _place(find: Callable[..., Var]) -> Lowering:
    """The first place of the largest (smallest) value; of the first NaN where there is one."""

    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        x, axis, keep = given[0], int(node.attrs["axis"]) + 1, int(node.attrs["keepdims"])
        if dtype_of(x).kind != "f":
            return find(cast(x, np.int64), axis=axis, keepdims=keep)
        nan = op.isnan(x)
        first = op.arg_max(cast(nan, np.int64), axis=axis, keepdims=keep)
        found = find(op.where(nan, zero(x), x), axis=axis, keepdims=keep)
        return op.where(_any_nan(x, axis, bool(keep)), first, found)

    return lower


def _ordered(x: Var, axis: int, width: int) -> Var:
    """Ascending; NaN at the end, as numpy has it."""
    if dtype_of(x).kind == "i":
        return op.top_k(x, ints(width), axis=axis, largest=0)[0]
    nan = op.isnan(x)
    tame = op.where(nan, like(x, np.inf), x)
    values, _ = op.top_k(tame, ints(width), axis=axis, largest=0)
    kept = op.sub(op.const(np.int64(width)), summed(cast(nan, np.int64), axis, keep=True))
    shape = np.ones(len(x.unwrap_tensor().shape or ()), dtype=int)
    shape[axis] = width
    place = op.const(np.arange(width).reshape(shape))
    return op.where(op.less(place, kept), values, like(x, np.nan))


def _sort(node: Node, given: list[Var], g: Graph) -> Var:
    axis = int(node.attrs["axis"])
    x = cast(given[0], g.real if node.kind == "float" else np.int64)
    return _ordered(x, axis + 1, node.shape[axis])


def _median(node: Node, given: list[Var], g: Graph) -> Var:
    x, axis = cast(given[0], g.real), int(node.attrs["axis"])
    width, keep = node.inputs[0].shape[axis], bool(node.attrs["keepdims"])
    ordered = _ordered(x, axis + 1, width)
    places = sorted({(width - 1) // 2, width // 2})  # of an odd number, there is one
    middle = op.gather(ordered, ints(*places), axis=axis + 1)
    found = _mean(middle, axis + 1, keep)
    return op.where(_any_nan(x, axis + 1, keep), like(x, np.nan), found)


def _cumulative(step: Callable[[Var, Var], Var]) -> Lowering:
    """Column by column."""

    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        axis = int(node.attrs["axis"]) + 1
        [x] = common(given, node, g)
        columns = [op.gather(x, ints(i), axis=axis) for i in range(node.shape[axis - 1])]
        for i in range(1, len(columns)):
            columns[i] = step(columns[i - 1], columns[i])
        return op.concat(columns, axis=axis)

    return lower


OPERATIONS: dict[str, Lowering] = {
    "sum": _reduced(_total),
    "prod": _signed(_reduced(_prod)),
    "max": _reduced(_extreme(op.reduce_max)),
    "min": _reduced(_extreme(op.reduce_min)),
    "mean": _reduced(_mean),
    "any": _any,
    "all": _all,
    "argmax": _place(op.arg_max),
    "argmin": _place(op.arg_min),
    "nansum": _reduced(lambda x, axis, keep: _total(_without_nan(x, 0), axis, keep)),
    "nanprod": _reduced(lambda x, axis, keep: _prod(_without_nan(x, 1), axis, keep)),
    "nanmax": _reduced(_nan_extreme(op.reduce_max, -np.inf)),
    "nanmin": _reduced(_nan_extreme(op.reduce_min, np.inf)),
    "nanmean": _reduced(_nanmean),
    "median": _median,
    "cumsum": _cumulative(op.add),
    "cumprod": _signed(_cumulative(op.mul)),
    "cummax": _cumulative(maximum),
    "cummin": _cumulative(minimum),
    "sort": _sort,
}
