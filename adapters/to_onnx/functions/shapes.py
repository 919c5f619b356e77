"""Selection, shape, joining and choice in ONNX: what moves values, or makes others of them."""

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions.tensors import Lowering, common, ints, like, tensor_dtype, truth
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.refused import option
from adapters.to_onnx.wires import Matrix, cast, dtype_of
from converter.trace.expression import Node

# --- selection and shape ----------------------------------------------------------------------


def _take(node: Node, given: list[Var], g: Graph) -> Var:
    axis = int(node.attrs["axis"]) + 1
    return op.gather(given[0], ints(*node.attrs["indices"]), axis=axis)


def _pick(node: Node, given: list[Var], g: Graph) -> Var:
    index = op.const(np.int64(node.attrs["index"]))
    return op.gather(given[0], index, axis=int(node.attrs["axis"]) + 1)


def _join(node: Node, given: list[Var], g: Graph) -> Var:
    return op.concat(common(given, node, g), axis=int(node.attrs["axis"]) + 1)


def _reshape(node: Node, given: list[Var], g: Graph) -> Var:
    return op.reshape(given[0], ints(-1, *node.attrs["shape"]))


def _permute(node: Node, given: list[Var], g: Graph) -> Var:
    return op.transpose(given[0], perm=[0, *(axis + 1 for axis in node.attrs["axes"])])


def _repeat(node: Node, given: list[Var], g: Graph) -> Var:
    value, rows = given
    count = op.slice(op.shape(rows), ints(0), ints(1))
    shape = op.concat([count, ints(*node.shape)], axis=0)
    if node.kind == "text":  # Expand has no strings in every opset; where broadcasts them
        chosen = op.expand(op.const(np.array(True)), shape)
        return op.where(chosen, value, value)
    return op.expand(value, shape)


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
    "matmul": _matmul,
    "answer": _answer,
}
