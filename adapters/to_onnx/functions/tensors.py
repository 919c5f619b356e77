"""The tensor types of the function expression's dtypes, and constants beside a value."""

from collections.abc import Callable
from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.wires import cast, dtype_of
from converter.trace.expression import Node

Lowering = Callable[[Node, list[Var], Graph], Var]
"""How a target says one operation."""

MISSING_DATE = np.iinfo(np.int64).min


def tensor_dtype(node: Node, g: Graph) -> np.dtype:
    """Integers are int64, text is strings, real numbers the graph's own dtype.

    Dates are int64 too, counted in their node's unit; on wires, and so in graphs, in nanoseconds.
    """
    match node.kind:
        case "float":
            return real(g, node)
        case "bool":
            return np.dtype(bool)
        case "text":
            return np.dtype(str)
    return np.dtype(np.int64)


def real(g: Graph, node: Node) -> np.dtype:
    """The dtype in which a node's real numbers are computed: float32 where numpy does."""
    return np.dtype(np.float32) if node.dtype.itemsize < 8 and node.kind == "float" else g.real


def constant(node: Node, g: Graph) -> Var:
    """A constant of the expression as a tensor."""
    value = np.asarray(node.value)
    if node.kind == "text":
        cells = [
            "" if cell is None or cell != cell else str(cell) for cell in value.ravel().tolist()
        ]
        return op.const(np.array(cells, dtype=str).reshape(value.shape))
    if node.kind in ("date", "span"):
        return op.const(value.astype(np.int64))
    return op.const(value.astype(tensor_dtype(node, g)))


def common(given: list[Var], node: Node, g: Graph) -> list[Var]:
    """The inputs of an operation in the dtype of its result."""
    dtype = tensor_dtype(node, g)
    return [cast(value, np.int64 if dtype.kind == "b" else dtype) for value in given]


def like(x: Var, value: Any) -> Var:
    """A constant of the dtype of `x`."""
    return op.const(np.array(value, dtype=dtype_of(x)))


def zero(x: Var) -> Var:
    """Zero in the dtype of `x`."""
    return like(x, 0)


def truth(x: Var) -> Var:
    """What is not zero; NaN is not."""
    return x if dtype_of(x) == np.bool_ else op.not_(op.equal(x, zero(x)))


def is_whole(x: Var) -> bool:
    """Whether a tensor holds integers."""
    return dtype_of(x).kind == "i"


def ints(*values: int) -> Var:
    """A vector of integers, such as axes or a shape."""
    return op.const(np.array(values, dtype=np.int64))
