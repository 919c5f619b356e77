"""A function alone, in ONNX Runtime, on the rows it was traced and tried on.

The model's own proof comes later and elsewhere; this one reaches the edges of what a column holds,
which rows of a model rarely do.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from spox import Tensor, argument

from adapters.to_onnx.document import assemble, serialize
from adapters.to_onnx.functions.saying import Values, leaves, lower_all
from adapters.to_onnx.functions.tensors import tensor_dtype
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.extensions import DOMAIN
from adapters.to_onnx.refused import Refused
from converter.trace.cancelling import unstable
from converter.trace.expression import Expression, Node
from converter.values import Reason, Turn

RTOL, ATOL = 1e-9, 1e-12
RTOL_SINGLE = 1e-4


def tried(expression: Expression, name: str, g: Graph) -> None:
    """Raises `Refused` where the runtime gives anything but what the expression means.

    `g` is a graph of its own, of the same options as the model's.
    """
    wanted = expression.evaluate(expression.tried)
    found = _run(expression, g)
    for node, expected, actual in zip(expression.outputs, wanted, found, strict=True):
        _compare(node, expected, actual, name, expression, g)


def operators(expression: Expression, g: Graph) -> list[str]:
    """The kinds of all nodes that say an expression. Raises `Refused`."""
    document, _ = _document(expression, g)
    return [node.op_type for node in document.graph.node]


def _document(expression: Expression, g: Graph) -> tuple[Any, Values]:
    """The expression as an ONNX model of its own: what it is handed i0, i1, …; o0, … it gives."""
    arguments: Values = {
        node: argument(Tensor(tensor_dtype(node, g), ("N", *node.shape)))
        for node in leaves(expression)
    }
    inputs = {f"i{number}": var for number, var in enumerate(arguments.values())}
    values = dict(arguments)
    lower_all(expression, values, g)
    outputs = {f"o{number}": values[node] for number, node in enumerate(expression.outputs)}
    return assemble(inputs, outputs, 0), arguments


def _run(expression: Expression, g: Graph) -> list[np.ndarray]:
    document, arguments = _document(expression, g)
    session = _session(b"".join(serialize(document, g.large)), document)
    feed = {
        f"i{number}": _fed(_rows(node, expression.tried), tensor_dtype(node, g))
        for number, node in enumerate(arguments)
    }
    given = {value.name for value in session.get_inputs()}
    feed = {name: values for name, values in feed.items() if name in given}
    return list(session.run(None, feed))


def _rows(node: Node, tried: Mapping[str, np.ndarray]) -> np.ndarray:
    """The values of an input, or of several side by side."""
    if node.op == "input":
        return tried[node.attrs["name"]]
    return np.stack([tried[part.inputs[0].attrs["name"]] for part in node.inputs], axis=1)


def _session(content: bytes, document: Any) -> Any:
    import onnxruntime  # only models with functions of their own pay for it

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    if any(entry.domain == DOMAIN for entry in document.opset_import):
        import onnxruntime_extensions

        options.register_custom_ops_library(onnxruntime_extensions.get_library_path())
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _fed(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """An input of the expression as the scorer would feed it."""
    if dtype.kind == "U":
        cells = ["" if cell is None else cell for cell in values.ravel().tolist()]
        return np.array(cells, dtype=object).reshape(values.shape)
    if values.dtype.kind in "mM":
        return values.astype(np.int64)
    return values.astype(dtype)


def _compare(
    node: Node, expected: np.ndarray, actual: np.ndarray, name: str, made: Expression, g: Graph
) -> None:
    same = _same(expected, actual, single=g.real == np.float32)
    if actual.shape != expected.shape:
        raise _differs(name, f"an array of {actual.shape} instead of {expected.shape}")
    if not same.all():
        same = (same.T | unstable(made, made.tried)).T
    if not same.all():
        row = int(np.argmin(same.reshape(len(same), -1).all(axis=1)))
        given = {key: np.asarray(values[row]).tolist() for key, values in made.tried.items()}
        shown = ", ".join(f"{key}={value!r}" for key, value in list(given.items())[:4])
        told = f"{_shown(actual[row])} instead of {_shown(expected[row])} for {shown:.200}"
        raise _untold(name) if _tells_empty_from_missing(made) else _differs(name, told)


def _tells_empty_from_missing(made: Expression) -> bool:
    """Whether rows hold both the empty text and a missing one, which are one in a tensor."""
    texts = [
        set(values.ravel().tolist()) for values in made.tried.values() if values.dtype == object
    ]
    return any({"", None} <= cells for cells in texts)


def _untold(name: str) -> Refused:
    return Refused(
        Reason(
            code="onnx.missing-string",
            message=f"`{name}` tells an empty string from a missing one; "
            "in a graph both are the empty string",
            turn=Turn.FORMAT,
        )
    )


def _shown(value: Any) -> str:
    return f"{np.asarray(value).tolist()!r:.80}"


def _same(expected: np.ndarray, actual: np.ndarray, *, single: bool) -> np.ndarray:
    if expected.dtype.kind in "mM":
        return np.asarray(expected.astype(np.int64) == actual)
    if expected.dtype.kind in "OU" or actual.dtype.kind in "OU":
        cells = ["" if cell is None or cell != cell else cell for cell in expected.ravel().tolist()]
        flat = zip(cells, actual.ravel().tolist(), strict=False)
        return np.array([a == b for a, b in flat], dtype=bool).reshape(expected.shape)
    with np.errstate(all="ignore"):
        rtol = RTOL_SINGLE if single or expected.dtype == np.float32 else RTOL
        wide, found = expected.astype(np.float64), actual.astype(np.float64)
        return np.isclose(found, wide, rtol=rtol, atol=ATOL, equal_nan=True)


def _differs(name: str, told: str) -> Refused:
    return Refused(
        Reason(
            code="onnx.differs",
            message=f"`{name}` was traced, but ONNX Runtime gives {told}",
            turn=Turn.LIBRARY,
        )
    )
