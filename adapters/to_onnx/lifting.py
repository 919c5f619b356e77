"""Nodes of an older opset in a graph of a newer one.

spox runs each through onnx's converter of versions, at some 25 ms a node, also where the newer
operator only takes further types. Such nodes stay as they are here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import onnx
import spox._graph

AXES_ARE_INPUTS = 18
"""The opset from which on all reductions have their axes as an input."""
OTHER = {"GridSample"}
"""Operators of the same form that mean something else by it."""


@contextmanager
def lifting() -> Iterator[None]:
    """While this lasts, spox converts only the nodes whose form has changed."""
    convert = spox._graph.adapt_best_effort

    def adapt(node: Any, protos: Any, opsets: dict[str, int], *names: Any) -> Any:
        if len(protos) == 1 and _stays(node, protos[0], opsets):
            return None
        if len(protos) == 1 and _is_old_reduction(protos[0], opsets):
            return _with_axes_as_input(protos[0])
        return convert(node, protos, opsets, *names)

    spox._graph.adapt_best_effort = adapt
    try:
        yield
    finally:
        spox._graph.adapt_best_effort = convert


def _stays(node: Any, proto: onnx.NodeProto, opsets: dict[str, int]) -> bool:
    if proto.domain not in ("", "ai.onnx") or node.op_type.domain not in ("", "ai.onnx"):
        return False
    source = max(version for domain, version in node.opset_req if domain in ("", "ai.onnx"))
    return _same_form(proto.op_type, source, opsets[""])


def _is_old_reduction(proto: onnx.NodeProto, opsets: dict[str, int]) -> bool:
    """A reduction whose axes are an attribute, in a graph where they are an input."""
    axes = [attribute for attribute in proto.attribute if attribute.name == "axes"]
    return proto.op_type.startswith("Reduce") and bool(axes) and opsets[""] >= AXES_ARE_INPUTS


def _with_axes_as_input(proto: onnx.NodeProto) -> list[onnx.NodeProto]:
    """onnx's converter names the axes of all of them alike, which is no graph any more."""
    [axes] = [list(attr.ints) for attr in proto.attribute if attr.name == "axes"]
    name = f"{proto.output[0]}:axes"
    lifted = onnx.NodeProto()
    lifted.CopyFrom(proto)
    del lifted.attribute[:]
    lifted.attribute.extend(attr for attr in proto.attribute if attr.name != "axes")
    lifted.input.append(name)
    value = onnx.helper.make_tensor(name, onnx.TensorProto.INT64, [len(axes)], axes)
    return [onnx.helper.make_node("Constant", [], [name], value=value), lifted]


@cache
def _same_form(operator: str, source: int, target: int) -> bool:
    """Whether a node of the older operator, as it is, is one of the newer."""
    try:
        old, new = (onnx.defs.get_schema(operator, version, "") for version in (source, target))
    except onnx.defs.SchemaError:
        return False
    if operator in OTHER:
        return False
    inputs = [value.name for value in old.inputs]
    added = new.attributes.keys() - old.attributes.keys()
    return (
        inputs == [value.name for value in new.inputs][: len(inputs)]
        and old.attributes.keys() <= new.attributes.keys()
        and not any(new.attributes[name].required for name in added)
        and all(_is_optional(value) for value in list(new.inputs)[len(inputs) :])
    )


def _is_optional(value: Any) -> bool:
    return bool(value.option == onnx.defs.OpSchema.FormalParameterOption.Optional)
