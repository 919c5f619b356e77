"""What the tests of PMML share: models written, finished and scored as a conversion does it."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from adapters.base import Options, Subject
from adapters.to_pmml.finish import finish
from adapters.to_pmml.score import score
from adapters.to_pmml.write import write
from converter.compare import Tolerance, compare
from converter.rows import Rows, take
from converter.trace.seen import UNSEEN, Seen
from converter.values import Artifact, Evidence, Origin, Parity, Refusal, Schema
from converter.worker.answers import answers
from converter.worker.describe import describe
from tests.pmml import in_java

TIGHT = Tolerance(rtol=1e-12, atol=1e-13)
CHECKS = 5
"""Rows that the document carries to check itself by."""


Scoring = Callable[[Path, Rows], Rows]


class Written(NamedTuple):
    """A model's document."""

    artifact: Artifact
    schema: Schema
    text: str


def attempt(model: Any, given: Any, seen: Seen = UNSEEN) -> tuple[Schema, Artifact | Refusal]:
    """What becomes of a model; its document has rows by which it can be checked."""
    rows = as_rows(given)
    schema = describe(model, rows)
    origin = Origin(path="", sha256="", estimator=type(model).__name__)
    subject = Subject(origin=origin, schema=schema, versions={}, options=Options())
    folder = Path(tempfile.mkdtemp())
    draft = write(model, subject, rows, folder / "draft", seen)
    if isinstance(draft, Refusal):
        return schema, draft
    few = {name: values[:CHECKS] for name, values in rows.items()}
    expected = answers(model, schema, few, Tolerance())
    checks = take(few, expected.inside), take(expected.outputs, expected.inside)
    return schema, in_java(finish, folder / "draft", *checks, folder / "model.pmml")


def convert(model: Any, given: Any, seen: Seen = UNSEEN) -> Written:
    """The document of a model that has one."""
    schema, artifact = attempt(model, given, seen)
    assert isinstance(artifact, Artifact), artifact
    return Written(artifact, schema, Path(artifact.path).read_text("utf-8"))


def refusal(model: Any, given: Any) -> Refusal:
    """Why a model has none."""
    _, refused = attempt(model, given)
    assert isinstance(refused, Refusal), refused
    return refused


def assert_parity(
    model: Any, given: Any, tolerance: Tolerance = TIGHT, without: tuple[str, ...] = ()
) -> Written:
    """Every output that the document has, equal on all rows; it has all but those `without`."""
    written = convert(model, given)
    assert written.artifact.left_out == without
    found = parity(model, written, as_rows(given), tolerance)
    assert found.passed, found
    return written


def parity(
    model: Any, written: Written, rows: Rows, tolerance: Tolerance, engine: Scoring = score
) -> Parity:
    """The model's answers, on the rows that it takes, against those of its document."""
    expected = answers(model, written.schema, rows, Tolerance())
    inside = take(rows, expected.inside)
    actual = in_java(engine, Path(written.artifact.path), inside)
    wanted = {n: v for n, v in expected.outputs.items() if n not in written.artifact.left_out}
    return compare(wanted, actual, inside, evidence=Evidence.DATA, tolerance=tolerance)


def as_rows(given: Any) -> Rows:
    """A matrix, or the columns of a frame; missing texts are None."""
    if hasattr(given, "columns"):
        return {name: _column(given[name]) for name in given.columns}
    return {"X": np.asarray(given)}


def _column(series: Any) -> np.ndarray:
    values = series.to_numpy()
    return np.where(series.isna(), None, values) if values.dtype == object else values
