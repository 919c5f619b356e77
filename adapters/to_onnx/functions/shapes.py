"""Selection, joining, reduction and tables of the function expression in ONNX."""

from collections.abc import Callable
from typing import Any

import numpy as np
import spox.opset.ai.onnx.ml.v3 as ml
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions.numbers import maximum, minimum, truth
from adapters.to_onnx.functions.tensors import Lowering, common, like, tensor_dtype, zero
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.lookup import interpolated, passed
from adapters.to_onnx.refused import option
from adapters.to_onnx.wires import Matrix, cast, dtype_of, is_text
from converter.trace.expression import Node

FEW_EDGES = 32
"""So many bounds are compared with all at once; more are searched in."""


def _ints(*values: int) -> Var:
    return op.const(np.array(values, dtype=np.int64))


# --- selection and shape ----------------------------------------------------------------------


def _take(node: Node, given: list[Var], g: Graph) -> Var:
    axis = int(node.attrs["axis"]) + 1
    return op.gather(given[0], _ints(*node.attrs["indices"]), axis=axis)


def _pick(node: Node, given: list[Var], g: Graph) -> Var:
    index = op.const(np.int64(node.attrs["index"]))
    return op.gather(given[0], index, axis=int(node.attrs["axis"]) + 1)


def _join(node: Node, given: list[Var], g: Graph) -> Var:
    return op.concat(common(given, node, g), axis=int(node.attrs["axis"]) + 1)


def _reshape(node: Node, given: list[Var], g: Graph) -> Var:
    return op.reshape(given[0], _ints(-1, *node.attrs["shape"]))


def _permute(node: Node, given: list[Var], g: Graph) -> Var:
    return op.transpose(given[0], perm=[0, *(axis + 1 for axis in node.attrs["axes"])])


def _repeat(node: Node, given: list[Var], g: Graph) -> Var:
    value, rows = given
    count = op.slice(op.shape(rows), _ints(0), _ints(1))
    shape = op.concat([count, _ints(*node.shape)], axis=0)
    if node.kind == "text":  # Expand has no strings in every opset; where broadcasts them
        chosen = op.expand(op.const(np.array(True)), shape)
        return op.where(chosen, value, value)
    return op.expand(value, shape)


# --- reductions -------------------------------------------------------------------------------


Over = Callable[[Var, int, bool], Var]


def _reduced(reduce: Over) -> Lowering:
    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        x = given[0]
        wanted = tensor_dtype(node, g)
        if dtype_of(x) == np.bool_ or wanted.kind == "f":
            x = cast(x, np.int64 if wanted.kind in "ib" else wanted)
        return reduce(x, int(node.attrs["axis"]) + 1, bool(node.attrs["keepdims"]))

    return lower


def _sum(x: Var, axis: int, keep: bool) -> Var:
    return op.reduce_sum(x, _ints(axis), keepdims=int(keep))


def _total(x: Var, axis: int, keep: bool) -> Var:
    """A sum; of integers an exact one, which the runtime's reduction, in doubles, is not."""
    if dtype_of(x).kind == "f":
        return _sum(x, axis, keep)
    shape = x.unwrap_tensor().shape or ()
    others = [place for place in range(len(shape)) if place != axis]
    ones = op.const(np.ones(int(shape[axis]), dtype=np.int64))
    total = op.matmul(op.transpose(x, perm=[*others, axis]), ones)
    return op.unsqueeze(total, _ints(axis)) if keep else total


def _prod(x: Var, axis: int, keep: bool) -> Var:
    if dtype_of(x).kind == "f":
        return op.reduce_prod(x, axes=[axis], keepdims=int(keep))
    # One by one: integers wrap, which the runtime's reduction, in doubles, does not.
    width = int((x.unwrap_tensor().shape or ())[axis])
    product = op.const(np.array(1))
    for i in range(width):
        product = op.mul(product, op.gather(x, _ints(i), axis=axis))
    return product if keep else op.squeeze(product, _ints(axis))


def _any_nan(x: Var, axis: int, keep: bool) -> Var:
    return truth(_sum(cast(op.isnan(x), np.int64), axis, keep))


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
    return _sum(cast(op.not_(op.isnan(x)), np.int64), axis, keep)


def _without_nan(x: Var, instead: float) -> Var:
    return x if dtype_of(x).kind == "i" else op.where(op.isnan(x), like(x, instead), x)


def _mean(x: Var, axis: int, keep: bool) -> Var:
    return op.reduce_mean(x, axes=[axis], keepdims=int(keep))


def _nanmean(x: Var, axis: int, keep: bool) -> Var:
    count = cast(_count(x, axis, keep), dtype_of(x))
    return op.div(_sum(_without_nan(x, 0), axis, keep), count)


def _signed(lower: Lowering) -> Lowering:
    """Products of unsigned integers soon need the 64th bit, which in a tensor is the sign."""

    def signed(node: Node, given: list[Var], g: Graph) -> Var:
        if node.dtype == np.uint64:
            raise option(f"numpy.{node.op} of unsigned integers")
        return lower(node, given, g)

    return signed


def _any(node: Node, given: list[Var], g: Graph) -> Var:
    hits = cast(truth(given[0]), np.int64)
    return truth(_sum(hits, int(node.attrs["axis"]) + 1, bool(node.attrs["keepdims"])))


def _all(node: Node, given: list[Var], g: Graph) -> Var:
    misses = cast(op.not_(truth(given[0])), np.int64)
    any_ = truth(_sum(misses, int(node.attrs["axis"]) + 1, bool(node.attrs["keepdims"])))
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
        return op.top_k(x, _ints(width), axis=axis, largest=0)[0]
    nan = op.isnan(x)
    tame = op.where(nan, like(x, np.inf), x)
    values, _ = op.top_k(tame, _ints(width), axis=axis, largest=0)
    kept = op.sub(op.const(np.int64(width)), _sum(cast(nan, np.int64), axis, keep=True))
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
    middle = op.gather(ordered, _ints(*places), axis=axis + 1)
    found = _mean(middle, axis + 1, keep)
    return op.where(_any_nan(x, axis + 1, keep), like(x, np.nan), found)


def _cumulative(step: Callable[[Var, Var], Var]) -> Lowering:
    """Column by column."""

    def lower(node: Node, given: list[Var], g: Graph) -> Var:
        axis = int(node.attrs["axis"]) + 1
        [x] = common(given, node, g)
        columns = [op.gather(x, _ints(i), axis=axis) for i in range(node.shape[axis - 1])]
        for i in range(1, len(columns)):
            columns[i] = step(columns[i - 1], columns[i])
        return op.concat(columns, axis=axis)

    return lower


def _matmul(node: Node, given: list[Var], g: Graph) -> Var:
    a, b = (cast(value, g.real if node.kind == "float" else np.int64) for value in given)
    return op.matmul(a, b)


# --- values -----------------------------------------------------------------------------------


def _answer(node: Node, given: list[Var], g: Graph) -> Var:
    """A fitted estimator inside a function: converted as everywhere else."""
    method = node.attrs["method"]
    outputs = g.convert(node.attrs["estimator"].estimator, Matrix(given[0]))
    if method not in outputs:
        raise option(f"{method} of an estimator inside a function")
    answer = outputs[method]
    return answer if isinstance(answer, Var) else g.matrix(answer)


def _where(node: Node, given: list[Var], g: Graph) -> Var:
    condition, *values = given
    yes, no = values if node.kind == "text" else (cast(v, tensor_dtype(node, g)) for v in values)
    chosen = truth(condition)
    if node.kind == "bool":  # the runtime's Where has no kernel for truth values
        return op.or_(op.and_(chosen, yes), op.and_(op.not_(chosen), no))
    return op.where(chosen, yes, no)


def _cast(node: Node, given: list[Var], g: Graph) -> Var:
    x, wanted = given[0], node.dtype
    if wanted.kind == "b":
        return truth(x)
    if wanted.kind in "iu" and wanted.itemsize < 8:  # numpy wraps what does not fit
        x = cast(cast(x, np.int64), wanted)
    elif wanted.kind == "f" and wanted.itemsize < 8:
        x = cast(x, wanted)
    return cast(x, tensor_dtype(node, g))


def _round(node: Node, given: list[Var], g: Graph) -> Var:
    decimals = int(node.attrs["decimals"])
    [x] = given
    if dtype_of(x).kind == "i" and decimals >= 0:
        return x
    x = cast(x, tensor_dtype(node, g) if node.kind == "float" else g.real)
    if decimals == 0:
        return op.round(x)
    power = like(x, 10.0 ** abs(decimals))
    if decimals > 0:
        return op.div(op.round(op.mul(x, power)), power)
    return op.mul(op.round(op.div(x, power)), power)


def _searchsorted(node: Node, given: list[Var], g: Graph) -> Var:
    side, edges = node.attrs["side"], np.array(node.attrs["edges"])
    is_whole = {dtype_of(given[0]).kind, edges.dtype.kind} == {"i"}
    few = len(edges) <= FEW_EDGES
    dtype = np.dtype(np.int64) if is_whole and few else g.real
    x, edges = cast(given[0], dtype), edges.astype(dtype)
    if few:
        reached = op.greater_or_equal if side == "right" else op.greater
        hits = cast(reached(op.unsqueeze(x, _ints(-1)), op.const(edges)), np.int64)
        found = _sum(hits, -1, keep=False)
    else:
        bounds = edges if side == "right" else np.nextafter(edges, np.inf, dtype=g.real)
        flat = passed(op.reshape(x, _ints(-1, 1)), [bounds])
        found = op.reshape(flat, op.shape(x))
    return found if is_whole else op.where(op.isnan(x), op.const(np.int64(len(edges))), found)


def _interp(node: Node, given: list[Var], g: Graph) -> Var:
    x = cast(given[0], g.real)
    xs, ys = np.array(node.attrs["xp"], float), np.array(node.attrs["fp"], float)
    if len(xs) == 1:
        return op.where(op.isnan(x), x, like(x, ys[0]))
    flat = interpolated(op.reshape(x, _ints(-1, 1)), [xs], [ys])
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
    wide = op.unsqueeze(x, _ints(-1))
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
        found = op.where(truth(_sum(hits, -1, keep=False)), op.gather(places, first), found)
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
    "take": _take,
    "pick": _pick,
    "join": _join,
    "reshape": _reshape,
    "permute": _permute,
    "repeat": _repeat,
    "where": _where,
    "cast": _cast,
    "round": _round,
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
    "matmul": _matmul,
    "answer": _answer,
    "searchsorted": _searchsorted,
    "interp": _interp,
    "isin": _isin,
    "lookup": _lookup,
}
