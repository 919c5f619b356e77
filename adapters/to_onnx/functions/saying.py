"""A function expression as nodes of the graph: its inputs from a wire, its outputs as one."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions import dates
from adapters.to_onnx.functions.table import lowering
from adapters.to_onnx.functions.tensors import constant, tensor_dtype
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.refused import Refused, option
from adapters.to_onnx.wires import Frame, Matrix, Text, Wire, cast, columns_of, is_text
from converter.trace.expression import Expression, Node, ordered
from converter.trace.source import located
from converter.values import Reason, Turn

Values = dict[Node, Var]


def said(expression: Expression, wire: Wire, g: Graph) -> Wire | Var:
    """What the function gives for a wire. Raises `Refused` for operations that ONNX lacks."""
    values = bound(expression, wire, g)
    lower_all(expression, values, g)
    return _result(expression, [values[node] for node in expression.outputs], g)


def lower_all(expression: Expression, values: Values, g: Graph) -> None:
    """Add the value of every node to those of the inputs; all objections are collected."""
    if any(node.dtype == np.uint64 for node in expression.inputs):
        raise option("a function of uint64, whose 64th bit is the sign in a tensor")
    nodes = [node for node in ordered(expression.outputs, values) if node not in values]
    spared = _spared(nodes) - {*expression.outputs}
    nodes = [node for node in nodes if node not in spared]
    unsaid = dict.fromkeys(_unsaid(node) for node in nodes if not _is_said(node))
    if unsaid:
        raise Refused(*unsaid)
    for node in nodes:
        values[node] = _lowered(node, values, g)


def _spared(nodes: list[Node]) -> set[Node]:
    """The questions for missing texts that only tell which texts to make empty."""
    emptied = [node for node in nodes if _is_emptied(node)]
    used = {part for node in nodes if not _is_emptied(node) for part in node.inputs}
    return {node.inputs[0] for node in emptied} - used


def _is_emptied(node: Node) -> bool:
    """Whether it gives the empty text for a missing one, which in a tensor it is already."""
    if node.op != "where" or node.inputs[0].op != "text.missing":
        return False
    asked, filling, text = node.inputs
    while text.op in _STAY_EMPTY and text is not asked.inputs[0]:
        text = text.inputs[0]
    is_empty = filling.op == "const" and not filling.shape and filling.value == ""
    return is_empty and text is asked.inputs[0]


_STAY_EMPTY = {"text.case", "text.strip", "text.slice"}
"""Of the empty text they make the empty text."""


def _lowered(node: Node, values: Values, g: Graph) -> Var:
    if node.op == "const":
        return constant(node, g)
    if _is_emptied(node):
        return values[node.inputs[2]]
    lower = lowering(node)
    assert lower is not None, node.op
    try:
        value = lower(node, [values[part] for part in node.inputs], g)
    except Refused as refused:
        raise Refused(*(located(reason, node.line) for reason in refused.reasons)) from None
    if node.dtype == np.float16 and node.op in _ROUNDED:
        value = cast(value, np.dtype(np.float16))
    return value if is_text(value) else cast(value, tensor_dtype(node, g))


_ROUNDED = {"add", "subtract", "multiply", "divide", "sqrt", "square", "reciprocal"}
"""Operations in half precision that are those in single precision, rounded."""


def _is_said(node: Node) -> bool:
    return node.op == "const" or lowering(node) is not None


def _unsaid(node: Node) -> Reason:
    reason = Reason(
        code="onnx.operation",
        message=f"uses the operation {node.op!r}, which ONNX Runtime has no operators for",
        turn=Turn.LIBRARY,
    )
    return located(reason, node.line)


# --- wires ------------------------------------------------------------------------------------


def bound(expression: Expression, wire: Wire, g: Graph) -> Values:
    """The inputs of an expression, from the wire that stands for what the function is handed."""
    [first, *_] = expression.inputs
    if len(expression.inputs) == 1 and len(first.shape) >= 1:
        return {first: _whole(first, wire, g)}
    columns = columns_of(wire, len(expression.inputs))
    if isinstance(wire, Frame) and set(wire.columns) >= {
        n.attrs["name"] for n in expression.inputs
    }:
        columns = [wire.columns[node.attrs["name"]] for node in expression.inputs]
    wires = dict(zip(expression.inputs, columns, strict=True))
    flat = op.const(np.array([-1]))
    return {node: _given(node, wires, flat, g) for node in leaves(expression)}


def _given(node: Node, wires: Values, flat: Var, g: Graph) -> Var:
    if node.op == "input":
        return _typed(op.reshape(wires[node], flat), node, g)
    return op.concat([_typed(wires[part.inputs[0]], part, g) for part in node.inputs], axis=1)


def leaves(expression: Expression) -> list[Node]:
    """What an expression starts from: matrices of inputs side by side, and inputs on their own."""
    whole = [node for node in ordered(expression.outputs) if _is_side_by_side(node)]
    below = ordered(expression.outputs, set(whole))
    return [*whole, *(node for node in below if node.op == "input")]


def _is_side_by_side(node: Node) -> bool:
    if node.op != "join" or node.attrs["axis"] != 0 or node.kind == "date":
        return False
    return all(_is_column(part) and part.dtype == node.dtype for part in node.inputs)


def _is_column(part: Node) -> bool:
    """Whether it is an input [N] as [N, 1]."""
    return part.op == "reshape" and part.shape == (1,) and part.inputs[0].op == "input"


def _whole(node: Node, wire: Wire, g: Graph) -> Var:
    """A matrix; of a frame, its columns side by side in one dtype."""
    if isinstance(wire, Frame) and node.kind != "text":
        parts = [_typed(var, node, g) for var in wire.columns.values()]
        return parts[0] if len(parts) == 1 else op.concat(parts, axis=1)
    return _typed(wire.var if isinstance(wire, Matrix) else g.matrix(wire), node, g)


def _typed(var: Var, node: Node, g: Graph) -> Var:
    wanted = tensor_dtype(node, g)
    if is_text(var) != (wanted.kind == "U"):
        raise Refused(
            Reason(
                code="onnx.text-as-number",
                message="a function is handed numbers made of text, or text made of numbers",
                turn=Turn.OURS,
            )
        )
    if node.kind == "date":
        return dates.off_the_wire(var, node)
    return var if is_text(var) else cast(var, wanted)


def _result(expression: Expression, outputs: list[Var], g: Graph) -> Wire | Var:
    """A frame where there are names; a matrix; or, one value a row, text or a plain tensor."""
    [node, *_] = expression.outputs
    outputs = [
        dates.on_a_wire(var, part) if part.kind == "date" else var
        for part, var in zip(expression.outputs, outputs, strict=True)
    ]
    if expression.columns is not None and len(node.shape) == 0:
        one = op.const(np.array([-1, 1]))
        columns = [op.reshape(var, one) for var in outputs]
        pairs = zip(expression.outputs, columns, strict=True)
        g.dates += [var for part, var in pairs if part.kind in ("date", "span")]
        return Frame(dict(zip(_unique(expression.columns), columns, strict=True)))
    [only] = outputs
    if node.kind in ("date", "span"):
        g.dates.append(only)
    if len(node.shape) == 1:
        return Matrix(only)
    return Text(only) if is_text(only) and not node.shape else only


def _unique(names: tuple[str, ...]) -> list[str]:
    """Names as keys: those that come again get a number."""
    seen: dict[str, Any] = {}
    for name in names:
        free = name
        while free in seen:
            free += "'"
        seen[free] = None
    return list(seen)
