"""Write a fitted model as ONNX. Runs in the worker, where the model lives."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import spox.opset.ai.onnx.v17 as op
from spox import Tensor, Var, argument

from adapters.base import Subject
from adapters.to_onnx.compiler import new_graph
from adapters.to_onnx.document import assemble, describe, serialize
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.extensions import DOMAIN
from adapters.to_onnx.protobuf import Rope
from adapters.to_onnx.refused import Refused, unnamable
from adapters.to_onnx.runtimes import objection, opset_objection
from adapters.to_onnx.wires import Frame, Matrix, Text, Wire, cast, matrix, variables
from converter.rows import Rows
from converter.trace.seen import UNSEEN, Seen
from converter.values import Artifact, Field, Reason, Refusal, Schema, Turn

SUFFIX = ".onnx"
DTYPES: dict[str, Any] = {
    "float64": np.float64,
    "float32": np.float32,
    "int64": np.int64,
    "int32": np.int32,
}
DTYPES |= {"bool": np.bool_, "string": np.str_, "datetime": np.int64}
"""Dates are nanoseconds since 1970-01-01; a missing one is the smallest int64."""


def write(
    model: Any, subject: Subject, rows: Rows, path: Path, seen: Seen = UNSEEN
) -> Artifact | Refusal:
    """Compile `model` and write it to `path`; nothing is written where it is refused."""
    reason = opset_objection(subject.options.opset, subject.options.runtime)
    if reason is not None:
        return Refusal(target="onnx", reasons=(reason,))
    try:
        document, g, left_out = compiled(model, subject, seen)
    except Refused as refused:
        return Refusal(target="onnx", reasons=refused.reasons)
    opset = next(entry.version for entry in document.opset_import if entry.domain == "")
    reason = objection(subject.options.runtime, opset, document.ir_version)
    if reason is not None:
        return Refusal(target="onnx", reasons=(reason,))
    size, digest = _saved(path, serialize(document, g.large))
    details = {"opset": str(opset), "ir": str(document.ir_version), "nodes": _nodes(document)}
    if any(entry.domain == DOMAIN for entry in document.opset_import):
        details["extensions"] = DOMAIN
    return Artifact(
        target="onnx",
        path=str(path),
        sha256=digest,
        size=size,
        left_out=left_out,
        caveats=tuple(g.caveats),
        frozen=g.frozen,
        details=details,
    )


def compiled(
    model: Any, subject: Subject, seen: Seen = UNSEEN
) -> tuple[onnx.ModelProto, Graph, tuple[str, ...]]:
    """The ONNX document of `model`, the graph it was made of, and the methods it leaves out.

    Raises `Refused` with every reason why there is none.
    """
    real = np.dtype(subject.options.precision)
    inputs = {field.name: _argument(field, subject.schema, real) for field in subject.schema.inputs}
    names = [field.name for field in subject.schema.outputs]
    _check_names(list(inputs), names)
    g = new_graph(real, [*inputs, *names], subject.options, seen)
    g.dates += [inputs[field.name] for field in subject.schema.inputs if field.dtype == "datetime"]
    given = g.convert(model, _wire(inputs, subject.schema))
    outputs = {
        field.name: _typed(_tensor(given[field.name], g), field)
        for field in subject.schema.outputs
        if field.name in given
    }
    if not outputs:
        raise Refused(_no_outputs(subject.schema))
    document = assemble(inputs, outputs, subject.options.opset)
    offered = tuple(field for field in subject.schema.outputs if field.name in given)
    schema = msgspec.structs.replace(subject.schema, outputs=offered)
    describe(document, msgspec.structs.replace(subject, schema=schema), g.steps, g.frozen)
    left_out = tuple(f.name for f in subject.schema.outputs if f.name not in given)
    return document, g, left_out


def _check_names(inputs: list[str], outputs: list[str]) -> None:
    """A graph has one space of names, in which "" means that a value is absent."""
    faulty = [name for name in inputs if not name or name in outputs]
    if faulty:
        listed = ", ".join(repr(name) for name in faulty)
        raise unnamable(f"no input of a graph can have the name {listed}", Turn.FORMAT)


def _saved(path: Path, content: Rope) -> tuple[int, str]:
    """Write the pieces; their size in bytes and their SHA-256."""
    digest = hashlib.sha256()
    for piece in content:
        digest.update(piece)
    with path.open("wb") as file:
        file.writelines(content)
    return sum(map(len, content)), digest.hexdigest()


def _argument(field: Field, schema: Schema, real: np.dtype) -> Var:
    dtype = real if field.dtype == "float64" else np.dtype(DTYPES[field.dtype])
    shape = {"matrix": ("N", *field.shape), "frame": ("N", 1), "text": ("N",)}[schema.kind]
    return argument(Tensor(dtype, shape))


def _wire(inputs: dict[str, Var], schema: Schema) -> Wire:
    if schema.kind == "frame":
        return Frame(inputs)
    (only,) = inputs.values()
    return Text(only) if schema.kind == "text" else Matrix(only)


def _tensor(value: Wire | Var, g: Graph) -> Var:
    if any(map(g.is_date, [value] if isinstance(value, Var) else variables(value))):
        raise Refused(_dates_out())
    if isinstance(value, Var):
        return value
    if isinstance(value, Text):
        return value.var
    try:
        return matrix(value, g.real)
    except TypeError:
        raise Refused(
            Reason(
                code="onnx.mixed-columns",
                message="the model gives text beside numbers, which no one tensor can hold",
                turn=Turn.OURS,
            )
        ) from None


def _typed(var: Var, field: Field) -> Var:
    """Whole numbers and truth values in the very dtype that scikit-learn gives."""
    wanted = np.dtype(field.dtype) if field.dtype != "string" else np.dtype(str)
    return cast(var, wanted) if wanted.kind in "iub" else op.identity(var)


def _dates_out() -> Reason:
    message = "the model gives dates, or times between them, for which a tensor has no type"
    return Reason(code="onnx.date-output", message=message, turn=Turn.OURS)


def _no_outputs(schema: Schema) -> Reason:
    names = ", ".join(field.name for field in schema.outputs)
    return Reason(
        code="onnx.no-outputs",
        message=f"none of the model's methods ({names}) has a graph",
        turn=Turn.OURS,
    )


def _nodes(document: onnx.ModelProto) -> str:
    return str(len(document.graph.node))
