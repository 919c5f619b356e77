"""Score an ONNX file by ONNX Runtime alone: no scikit-learn, no onnx package."""

import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from adapters.base import Options, Subject
from converter.errors import MissingExtraError, UnreadableError
from converter.rows import Rows, concat, count, take
from converter.values import Origin, Schema

BATCH = 4096
"""Rows a run: a forest's leaf values for all rows at once would fill the memory."""
EXTENDED = b"\x0a\x0fai.onnx.contrib"
"""How a file spells that it imports the operators of onnxruntime-extensions."""


def score(path: Path, rows: Rows) -> Rows:
    """Every output of the file for all rows, by name."""
    session = _loaded(path)
    return _run(session, rows, [output.name for output in session.get_outputs()])


def intermediate(path: Path, rows: Rows) -> Rows:
    """What each step of the graph gives, by its name, in the order of the flow."""
    session = _loaded(path)
    steps = msgspec.json.decode(_metadata(session)["mlconvert.steps"], type=list[str])
    return _run(_session(_exposing(path, steps), path), rows, steps)


def versions() -> dict[str, str]:
    """The runtime that scores, and its extensions where a file needed them."""
    import onnxruntime

    extensions = sys.modules.get("onnxruntime_extensions")
    more = {"onnxruntime-extensions": extensions.__version__} if extensions else {}
    return {"onnxruntime": onnxruntime.__version__, **more}


def card(path: Path) -> Subject:
    """What the file says of itself."""
    facts = _metadata(_loaded(path))
    if "mlconvert.schema" not in facts:
        raise UnreadableError(
            f"{path.name} was not written by mlconvert: it carries no schema.",
            "Convert the model with `mlconvert`, which writes one.",
        )
    return Subject(
        origin=msgspec.json.decode(facts["mlconvert.origin"], type=Origin),
        schema=msgspec.json.decode(facts["mlconvert.schema"], type=Schema),
        versions=msgspec.json.decode(facts["mlconvert.versions"], type=dict[str, str]),
        options=msgspec.json.decode(facts["mlconvert.options"], type=Options),
    )


def _loaded(path: Path) -> Any:
    status = path.stat()
    return _kept(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)  # one file is asked several things, and then the next
def _kept(path: Path, written: int, size: int) -> Any:
    return _session(path.read_bytes(), path)


def _session(content: bytes, path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # failures come back as exceptions, in our words
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others need the core
    if EXTENDED in content:
        options.register_custom_ops_library(_extensions(path))
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # pybind raises classes that have no common base but Exception
        raise UnreadableError(
            f"ONNX Runtime {onnxruntime.__version__} cannot load {path.name}: {_first(error)}",
            "The file may be damaged, or newer than this ONNX Runtime.",
        ) from None


def _extensions(path: Path) -> str:
    """The library of further operators, which an extra of ours brings."""
    try:
        import onnxruntime_extensions
    except ImportError:
        raise MissingExtraError(
            f"{path.name} has operators of onnxruntime-extensions, which is not installed.",
            'Install it with: pip install "mlconvert[extensions]".',
        ) from None
    return str(onnxruntime_extensions.get_library_path())


def _metadata(session: Any) -> dict[str, str]:
    return dict(session.get_modelmeta().custom_metadata_map)


def _run(session: Any, rows: Rows, names: Sequence[str]) -> Rows:
    feeds = {node.name: _feed(rows[node.name], node) for node in session.get_inputs()}
    starts = range(0, max(count(feeds), 1), BATCH)
    batches = [take(feeds, slice(start, start + BATCH)) for start in starts]
    return concat(
        [dict(zip(names, session.run(list(names), feed), strict=True)) for feed in batches]
    )


def _feed(values: np.ndarray, node: Any) -> np.ndarray:
    """Rows as the graph's input wants them: a column is [N, 1], a missing string is empty.

    Dates are what they count in nanoseconds, NaT the smallest int64.
    """
    if values.dtype.kind == "M":
        values = values.astype("datetime64[ns]")
    if node.type == "tensor(string)":
        values = np.array(["" if v is None else v for v in values.reshape(-1)], dtype=object)
        values = values.reshape(-1, *node.shape[1:])
    else:
        values = values.astype(_DTYPES[node.type], copy=False)
    return values.reshape(len(values), 1) if len(node.shape) == 2 and values.ndim == 1 else values


_DTYPES = {
    "tensor(double)": np.float64,
    "tensor(float)": np.float32,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}


def _exposing(path: Path, names: Sequence[str]) -> bytes:
    """The same graph with further values as outputs; ONNX Runtime infers their types."""
    import onnx

    model = onnx.load(path)
    present = {output.name for output in model.graph.output}
    for name in names:
        if name not in present:
            model.graph.output.add().name = name
    return bytes(model.SerializeToString())


def _first(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
