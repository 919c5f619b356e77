"""From the compiled wires to an ONNX file: large attributes, opset, IR version, metadata."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import onnx
import spox.opset.ai.onnx.v17 as op
from spox import Var, build, inline

from adapters.base import Subject
from adapters.to_onnx.protobuf import attribute

OPSET = 17
"""The default: the oldest that the converters are written in; ONNX Runtime 1.12 reads it."""


def assemble(
    inputs: dict[str, Var],
    outputs: dict[str, Var],
    attributes: list[Mapping[str, np.ndarray]],
    opset: int,
) -> Any:
    """The model of these wires, at one opset for all of its nodes."""
    first, *rest = outputs
    pinned = {first: _pinned(outputs[first], opset or OPSET), **{n: outputs[n] for n in rest}}
    model = build(inputs, {name: op.identity(var) for name, var in pinned.items()})
    _fill(model, attributes)
    model.ir_version = onnx.helper.find_min_ir_version_for(_known_domains(model))
    model.producer_name = "mlconvert"
    model.graph.name = "model"
    return model


def describe(model: Any, subject: Subject, steps: list[tuple[str, str]]) -> None:
    """Write what is known of the origin into the model's metadata, in a fixed order."""
    facts = {
        "mlconvert.origin": subject.origin,
        "mlconvert.schema": subject.schema,
        "mlconvert.versions": dict(sorted(subject.versions.items())),
        "mlconvert.steps": steps,
    }
    for key, value in facts.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, msgspec.json.encode(value).decode()


def _pinned(var: Var, opset: int) -> Var:
    """`var` through an Identity of the wished opset: spox lifts all nodes to the newest in a graph."""
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


def _fill(model: Any, attributes: list[Mapping[str, np.ndarray]]) -> None:
    """Replace the marks that the compiler left by the attributes it kept aside."""
    for node in model.graph.node:
        if node.op_type != "TreeEnsembleRegressor" or len(node.attribute) > MARKED_ATTRIBUTES:
            continue
        mark = next(a for a in node.attribute if a.name == "nodes_nodeids")
        values = attributes[mark.ints[0]]
        node.attribute.remove(mark)
        for name in sorted(values):
            node.attribute.add().MergeFromString(attribute(name, values[name]))


MARKED_ATTRIBUTES = 4
"""Of a node that waits for its attributes: n_targets, the mark, post_transform, aggregation."""


def _known_domains(model: Any) -> list[Any]:
    return [entry for entry in model.opset_import if entry.domain in ("", "ai.onnx", "ai.onnx.ml")]
