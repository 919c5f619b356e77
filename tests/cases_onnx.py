"""What the tests of the ONNX target share: convert a live model, score the file, compare."""

import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from adapters.base import Options, Subject
from adapters.to_onnx import score
from adapters.to_onnx.write import write
from converter.compare import Tolerance, compare
from converter.rows import Rows
from converter.trace.seen import UNSEEN
from converter.values import Artifact, Evidence, Origin, Parity, Refusal, Schema
from converter.worker.answers import outputs
from converter.worker.describe import describe
from converter.worker.watching import watch

ORIGIN = Origin(path="model.joblib", sha256="0" * 64, estimator="sklearn.Model")
CLOSE = Tolerance(atol=1e-12, rtol=1e-12)


class Converted(NamedTuple):
    """A file beside the model it was made from."""

    path: Path
    schema: Schema
    artifact: Artifact

    def answers(self, given: Any) -> Rows:
        """What ONNX Runtime gives for a frame, a matrix, or texts."""
        return score.score(self.path, as_rows(given, self.schema))


def as_rows(given: Any, schema: Schema) -> Rows:
    """A frame, a matrix or texts as the rows of a schema."""
    if not isinstance(given, pd.DataFrame):
        array = np.asarray(given, dtype=object if schema.kind == "text" else None)
        return {"X": array.astype(object) if array.dtype.kind == "U" else array}
    columns = {field.name: _column(given[field.name]) for field in schema.inputs}
    return {
        name: column.astype("datetime64[ns]") if column.dtype.kind == "M" else column
        for name, column in columns.items()
    }


def _column(series: pd.Series) -> np.ndarray:
    if pd.api.types.is_datetime64_dtype(series):
        return series.to_numpy()
    if pd.api.types.is_numeric_dtype(series) or series.dtype == bool:
        return series.to_numpy()
    return np.array([None if pd.isna(cell) else cell for cell in series], dtype=object)


def attempt(
    model: Any, given: Any = None, **options: Any
) -> tuple[Schema, Artifact | Refusal, Path]:
    """Convert, into a new folder; `given` settles the dtypes that the model leaves open."""
    schema = describe(model, _sample(given))
    subject = Subject(origin=ORIGIN, schema=schema, versions={}, options=Options(**options))
    path = Path(tempfile.mkdtemp(prefix="onnx-")) / "model.onnx"
    seen = UNSEEN if given is None else watch(model, given)
    return schema, write(model, subject, {}, path, seen), path


def _sample(given: Any) -> Rows | None:
    if isinstance(given, pd.DataFrame):
        return {name: _column(given[name]) for name in given.columns}
    return {"X": given} if np.ndim(given) == 2 else None


def convert(model: Any, given: Any = None, **options: Any) -> Converted:
    """Convert a model that has a graph."""
    schema, artifact, path = attempt(model, given, **options)
    assert isinstance(artifact, Artifact), artifact
    return Converted(path, schema, artifact)


def refusal(model: Any, given: Any = None, **options: Any) -> Refusal:
    """Convert a model that has none."""
    _, refused, path = attempt(model, given, **options)
    assert isinstance(refused, Refusal), refused
    assert not path.exists()
    return refused


def parity(
    model: Any, given: Any, tolerance: Tolerance = CLOSE, **options: Any
) -> tuple[Parity, Converted]:
    """The model's answers to some rows against its file's; every method must have an output."""
    converted = convert(model, given, **options)
    assert converted.artifact.left_out == ()
    rows = as_rows(given, converted.schema)
    expected = outputs(model, converted.schema, rows)
    actual = score.score(converted.path, rows)
    for name, value in expected.items():
        if options.get("precision") != "float32":
            assert _kind(actual[name]) == _kind(value), name
    return compare(expected, actual, rows, evidence=Evidence.DATA, tolerance=tolerance), converted


def _kind(array: np.ndarray) -> str:
    return "string" if array.dtype.kind in "OU" else str(array.dtype)


def assert_parity(
    model: Any, given: Any, tolerance: Tolerance = CLOSE, **options: Any
) -> Converted:
    """Every output equal, and the file in `Converted`."""
    found, converted = parity(model, given, tolerance, **options)
    assert found.passed, found
    return converted
