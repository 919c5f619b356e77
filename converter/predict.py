"""The stage score by itself: rows in, answers out, by any artifact or a model file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from converter import rows
from converter.compare import chosen
from converter.crew import ANSWERING, Crew
from converter.errors import UsageError
from converter.handed import as_file
from converter.jobs import EXPECTED, MASKS, OUTPUTS, Answered, AnswerJob, Given, Scored, ScoreJob
from converter.permit import Permit, several
from converter.placing import absolute
from converter.recognise import PICKLE, artifact_at
from converter.rows import Rows
from converter.source import opened
from converter.values import Schema

Progress = Callable[[str], None]


@dataclass(frozen=True, repr=False)
class Predictions:
    """The answers of an artifact."""

    outputs: Rows
    """Output → array, rows along axis 0."""
    schema: Schema
    """The artifact's signature."""
    path: Path | None = None
    """Where they were written to, if anywhere."""

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in self.outputs.items())
        return f"<Predictions {shapes}>"


def predict(
    artifact: str | Path,
    data: Any,
    *,
    output: str | Path | None = None,
    timeout: float = 600.0,
    memory: int = 0,
    jvm_memory: int = 0,
    allow: str | tuple[str, ...] = (),
    trust: bool = False,
    code: str | tuple[str, ...] = (),
    progress: Progress | None = None,
) -> Predictions:
    """Score `data` with an artifact or model file: a file, a DataFrame, columns, or a matrix.

    The answers are scikit-learn's: its labels, its types, its column names. Raises MlconvertError.
    """
    permit = Permit(
        timeout=timeout,
        memory=memory,
        jvm_memory=jvm_memory,
        allow=several(allow),
        trust=trust,
        code=several(code),
    )
    path, target = artifact_at(artifact)
    if progress:
        progress("scoring")
    with as_file(data) as table:
        score = _by_model if target == PICKLE else _by_artifact
        outputs, schema = score(path, target, table, permit)
    if output is not None:
        rows.write(Path(output), outputs, schema.outputs)
    return Predictions(outputs, schema, None if output is None else Path(output))


def _by_artifact(path: Path, target: str, table: str, permit: Permit) -> tuple[Rows, Schema]:
    with Crew(permit) as crew, crew.scorer(target) as child:
        scored = child.ask(ScoreJob(target=target, artifact=absolute(path), data=table), Scored)
        assert scored.schema is not None  # a job with data is answered with one
        return rows.load(child.path(OUTPUTS)), scored.schema


def _by_model(path: Path, target: str, table: str, permit: Permit) -> tuple[Rows, Schema]:
    with permit.spawn(ANSWERING) as worker, opened(path, permit) as source:
        given, tolerance = Given(data=table), chosen("float64", None, None)
        worker.submit(AnswerJob(model=source.file, given=given, tolerance=tolerance))
        answered = worker.wait(Answered)
        inside = rows.load(worker.path(MASKS))["inside"]
        if not inside.all():
            raise UsageError(
                f"The model raises on {int((~inside).sum())} of {len(inside)} rows, "
                f"the first of them row {int(np.argmin(inside))}.",
                "Leave those rows out.",
            )
        return rows.load(worker.path(EXPECTED)), answered.schema
