"""From the compiled wires to an ONNX file: large attributes, opset, IR version, metadata."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import onnx
import onnx.reference.ops  # spox evaluates constants by it: loaded here, while the model is read
import spox.opset.ai.onnx.v17 as op
from spox import Var, build, inline

from adapters.base import Subject
from adapters.to_onnx import protobuf
from adapters.to_onnx.lifting import lifting
from adapters.to_onnx.protobuf import Choices, Rope, field
from adapters.to_onnx.refused import unnamable
from adapters.to_onnx.runtimes import OLDEST
from converter.values import Turn

Attributes = dict[str, Callable[[], np.ndarray | Choices]]


@dataclass(frozen=True)
class Large:
    """What is too large to pass through spox: it is kept aside, and written into the file.

    Keys are the names of the values that the constants, or the nodes with the attributes, give.
    """

    constants: dict[str, np.ndarray]
    attributes: dict[str, Attributes]


def assemble(inputs: dict[str, Var], outputs: dict[str, Var], opset: int) -> onnx.ModelProto:
    """The model of these wires, at one opset for all of its nodes; what is large is missing."""
    first, *rest = outputs
    pinned = {first: _pinned(outputs[first], opset or OLDEST), **{n: outputs[n] for n in rest}}
    model = _built(inputs, {name: op.identity(var) for name, var in pinned.items()})
    model.ir_version = onnx.helper.find_min_ir_version_for(_known_domains(model))
    model.producer_name = "mlconvert"
    model.graph.name = "model"
    return model


def _built(inputs: dict[str, Var], outputs: dict[str, Var]) -> onnx.ModelProto:
    try:
        with lifting():
            return build(inputs, outputs)
    except Exception as error:
        if type(error).__name__ != "ScopeError":  # which spox does not export
            raise
        name = next((name for name in inputs if f" {name} was already" in str(error)), "?")
        raise unnamable(
            f"the column {name!r} has a name that spox gives to a node", Turn.LIBRARY
        ) from None


def describe(model: Any, subject: Subject, steps: list[str], frozen: dict[str, str]) -> None:
    """Write what is known of the origin into the model's metadata, in a fixed order."""
    facts = {
        "mlconvert.origin": subject.origin,
        "mlconvert.schema": subject.schema,
        "mlconvert.options": subject.options,
        "mlconvert.versions": dict(sorted(subject.versions.items())),
        "mlconvert.steps": steps,
        "mlconvert.frozen": dict(sorted(frozen.items())),
    }
    for key, value in facts.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, msgspec.json.encode(value).decode()


def _pinned(var: Var, opset: int) -> Var:
    """`var` through an Identity of the wished opset: spox lifts all nodes to the newest of them."""
    element = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(var.unwrap_tensor().dtype))
    rank = [None] * len(var.unwrap_tensor().shape or ())
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Identity", ["x"], ["y"])],
        "pin",
        [onnx.helper.make_tensor_value_info("x", element, rank)],
        [onnx.helper.make_tensor_value_info("y", element, rank)],
    )
    opsets = [onnx.helper.make_opsetid("", opset)]
    return inline(onnx.helper.make_model(graph, opset_imports=opsets))(var)["y"]


def _known_domains(model: Any) -> list[Any]:
    return [entry for entry in model.opset_import if entry.domain in ("", "ai.onnx", "ai.onnx.ml")]


def serialize(model: onnx.ModelProto, large: Large) -> Rope:
    """The bytes of the file: the model's own, with the large parts put where they belong."""
    rest = onnx.ModelProto()
    rest.CopyFrom(model)
    del rest.graph.node[:]
    parts: Rope = [rest.graph.SerializeToString(deterministic=True)]
    for node in model.graph.node:
        if node.output[0] not in large.constants:
            parts += field(protobuf.GRAPH_NODE, _node(node, large))
    used = {name for node in model.graph.node for name in node.input}
    for name in sorted(used & large.constants.keys()):
        table = protobuf.tensor(name, large.constants[name])
        parts += field(protobuf.GRAPH_INITIALIZER, table)
    rest.ClearField("graph")
    head = rest.SerializeToString(deterministic=True)
    return [head, *field(protobuf.MODEL_GRAPH, parts)]


def _node(node: onnx.NodeProto, large: Large) -> Rope:
    pieces: Rope = [node.SerializeToString(deterministic=True)]
    for name, values in sorted(large.attributes.get(node.output[0], {}).items()):
        pieces += field(protobuf.NODE_ATTRIBUTE, protobuf.attribute(name, values()))
    return pieces
