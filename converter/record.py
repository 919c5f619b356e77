"""The stage that makes a golden case: rows, and what the model says of them today."""

import platform
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from converter import golden, rows
from converter.compare import chosen
from converter.crew import ANSWERING
from converter.handed import as_file
from converter.jobs import EXPECTED, INPUTS, MASKS, Answered, AnswerJob, Given
from converter.permit import Permit, several
from converter.source import opened
from converter.values import Origin, Record, Schema


class Recorded(Record):
    """A golden case that was written."""

    path: str
    """Its folder."""
    rows: int
    """Rows recorded."""
    outside: int
    """Rows left out, because the model raises on them."""
    schema: Schema
    """The model's signature."""
    origin: Origin
    """The model."""

    def __repr__(self) -> str:
        return f"<Recorded {self.path}, {self.rows} rows>"


def record(
    model: Any,
    *,
    data: Any = None,
    output: str | Path,
    expect: Mapping[str, Literal["artifact", "refused"]] | None = None,
    seed: int = 0,
    timeout: float = 600.0,
    memory: int = 0,
    allow: str | tuple[str, ...] = (),
    trust: bool = False,
    code: str | tuple[str, ...] = (),
    progress: Callable[[str], None] | None = None,
) -> Recorded:
    """Record what a model file, or a live fitted model, answers to the rows of `data`.

    `data` is a file, a DataFrame, a mapping of columns, or a matrix; without it the rows
    are probes made from the model. `expect` says for later, by target, how a conversion is to
    end. Raises MlconvertError.
    """
    permit = Permit(
        timeout=timeout, memory=memory, allow=several(allow), trust=trust, code=several(code)
    )
    with (
        permit.spawn(ANSWERING) as worker,
        opened(model, permit) as source,
        as_file(data) as table,
    ):
        if progress:
            progress("asking the model")
        worker.submit(
            AnswerJob(
                model=source.file,
                given=Given(data=table),
                tolerance=chosen("float64", None, None),
                seed=seed,
            )
        )
        answered = worker.wait(Answered)
        inside = rows.load(worker.path(MASKS))["inside"]
        inputs = rows.take(rows.load(worker.path(INPUTS)), inside)
        outputs = rows.load(worker.path(EXPECTED))
        case = golden.Case(
            origin=source.file.origin,
            environment={"python": platform.python_version(), **answered.versions},
            schema=answered.schema,
            expect=dict(expect or {}),
            notes=answered.notes,
        )
        golden.write(Path(output), case, inputs, outputs)
    return Recorded(
        path=str(output),
        rows=rows.count(inputs),
        outside=int((~inside).sum()),
        schema=answered.schema,
        origin=case.origin,
    )
