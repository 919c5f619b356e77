"""The jobs of a process that never held the model: finish an artifact, score it."""

from importlib import import_module
from pathlib import Path
from typing import Any, cast

import msgspec

from adapters import CARRIERS, FINISHERS, SECOND, TARGETS
from converter import rows
from converter.errors import UnreadableError
from converter.jobs import EXPECTED, INPUTS, OUTPUTS, STEPS, Finished, FinishJob, Scored, ScoreJob
from converter.rows import Rows
from converter.values import Refusal

SCORERS = {name: import_module(f"{home}.score") for name, home in TARGETS.items()}
SCORERS |= {f"{name}/second": import_module(home) for name, home in SECOND.items()}
CARRYING = {name: import_module(home) for name, home in CARRIERS.items()}
FINISHING = {name: import_module(home) for name, home in FINISHERS.items()}


def run(job: bytes, folder: Path) -> Scored | Finished:
    """Do a `ScoreJob` or a `FinishJob`."""
    wanted = msgspec.json.decode(job, type=ScoreJob | FinishJob)
    return _score(wanted, folder) if isinstance(wanted, ScoreJob) else _finish(wanted, folder)


def _finish(wanted: FinishJob, folder: Path) -> Finished:
    name = f"finished.{wanted.target}"
    inputs, expected = (rows.load(Path(path)) for path in (wanted.inputs, wanted.expected))
    made = FINISHING[wanted.target].finish(Path(wanted.draft), inputs, expected, folder / name)
    if isinstance(made, Refusal):
        return Finished(refusal=made)
    return Finished(artifact=msgspec.structs.replace(made, path=name))


def _score(wanted: ScoreJob, folder: Path) -> Scored:
    scorer = SCORERS[wanted.target]
    path = Path(wanted.artifact)
    if wanted.data:
        return _score_data(scorer, path, Path(wanted.data), folder)
    if wanted.carried:
        return _score_carried(scorer, wanted.target, path, folder)
    given = rows.load(Path(wanted.rows))
    rows.save(folder / OUTPUTS, _answers(scorer, path, given, wanted.inside))
    found = scorer.intermediate(path, given) if wanted.steps else {}
    rows.save(folder / STEPS, found)
    return msgspec.structs.replace(_introduced(scorer, path), steps=tuple(found))


def _answers(scorer: Any, path: Path, given: Rows, inside: str) -> Rows:
    """The artifact's answers; where it raises, as the model did, those to the rows `inside`."""
    if not inside:
        return cast(Rows, scorer.score(path, given))
    try:
        return cast(Rows, scorer.score(path, given))
    except Exception:  # whatever a runtime or a model raises on rows outside its domain
        mask = rows.load(Path(inside))["inside"]
        return cast(Rows, scorer.score(path, rows.take(given, mask)))


def _score_data(scorer: Any, path: Path, data: Path, folder: Path) -> Scored:
    card = scorer.card(path)
    given = rows.read(data, card.schema)
    rows.save(folder / OUTPUTS, scorer.score(path, given))
    extra = rows.extra_columns(data, card.schema)
    notes = (f"Columns that the model does not take: {', '.join(extra)}.",) if extra else ()
    return msgspec.structs.replace(_introduced(scorer, path), notes=notes)


def _score_carried(scorer: Any, target: str, path: Path, folder: Path) -> Scored:
    found = CARRYING[target].carried(path)
    if found is None:
        return _introduced(scorer, path)
    inputs, expected = found
    rows.save(folder / INPUTS, inputs)
    rows.save(folder / EXPECTED, expected)
    rows.save(folder / OUTPUTS, scorer.score(path, inputs))
    return msgspec.structs.replace(_introduced(scorer, path), carried=rows.count(inputs))


def _introduced(scorer: Any, path: Path) -> Scored:
    """What the artifact says of itself, if it was written by us, and the runtime that scored it."""
    try:
        card = scorer.card(path)
    except UnreadableError:
        return Scored(versions=scorer.versions())
    precision = card.options.precision
    return Scored(schema=card.schema, precision=precision, versions=scorer.versions())
