"""Operators of onnxruntime-extensions, where the user lets a graph have them."""

from collections.abc import Sequence
from typing import Any

import onnx
from spox import Tensor, Var, inline

from adapters.base import Options
from adapters.to_onnx.refused import Refused
from adapters.to_onnx.runtimes import OLDEST
from converter.values import Reason, Turn

DOMAIN = "ai.onnx.contrib"
VERSION = 1
"""Of the domain, the only one there is."""


def extension(
    options: Options,
    kind: str,
    inputs: Sequence[Var],
    outputs: Sequence[Tensor],
    **attributes: Any,
) -> tuple[Var, ...]:
    """What one operator of the domain gives, such as `StringLower`; `outputs` are its types.

    The runtime infers nothing of such an operator while the graph is built: the types must be
    right. Raises `Refused` where the options do not allow these operators.
    """
    if options.ops != "extensions":
        raise Refused(_not_allowed(kind))
    names = [f"i{number}" for number in range(len(inputs))]
    results = [f"o{number}" for number in range(len(outputs))]
    node = onnx.helper.make_node(kind, names, results, domain=DOMAIN, **attributes)
    given = [_value(name, var.unwrap_tensor()) for name, var in zip(names, inputs, strict=True)]
    given_back = [_value(name, tensor) for name, tensor in zip(results, outputs, strict=True)]
    graph = onnx.helper.make_graph([node], kind, given, given_back)
    opsets = [onnx.helper.make_opsetid(*pair) for pair in (("", OLDEST), (DOMAIN, VERSION))]
    model = onnx.helper.make_model(graph, opset_imports=opsets)
    return tuple(inline(model)(**dict(zip(names, inputs, strict=True))).values())


def _value(name: str, tensor: Tensor) -> Any:
    """A value of the inlined model; of its shape only the rank matters there."""
    element = onnx.helper.np_dtype_to_tensor_dtype(tensor.dtype)
    rank = None if tensor.shape is None else [None] * len(tensor.shape)
    return onnx.helper.make_tensor_value_info(name, element, rank)


def _not_allowed(kind: str) -> Reason:
    return Reason(
        code="onnx.needs-extensions",
        message=f"needs the operator {kind} of onnxruntime-extensions, "
        "which --ops extensions allows",
        turn=Turn.LIBRARY,
    )
