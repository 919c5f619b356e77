"""The job of scoring: an artifact and rows, in a process that never held the model."""

from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from adapters import TARGETS
from converter import rows
from converter.jobs import OUTPUTS, STEPS, Scored, ScoreJob

SCORERS = {name: import_module(f"{home}.score") for name, home in TARGETS.items()}


def run(job: bytes, folder: Path) -> Scored:
    """Do a `ScoreJob`."""
    wanted = msgspec.json.decode(job, type=ScoreJob)
    scorer = SCORERS[wanted.target]
    path = Path(wanted.artifact)
    if wanted.data:
        return _score_data(scorer, path, Path(wanted.data), folder)
    given = rows.load(Path(wanted.rows))
    rows.save(folder / OUTPUTS, scorer.score(path, given))
    if not wanted.steps:
        return Scored(versions=scorer.versions())
    found = scorer.intermediate(path, given)
    rows.save(folder / STEPS, found)
    return Scored(steps=tuple(found), versions=scorer.versions())


def _score_data(scorer: Any, path: Path, data: Path, folder: Path) -> Scored:
    card = scorer.card(path)
    given = rows.read(data, card.schema)
    rows.save(folder / OUTPUTS, scorer.score(path, given))
    extra = rows.extra_columns(data, card.schema)
    notes = (f"Columns that the model does not take: {', '.join(extra)}.",) if extra else ()
    return Scored(schema=card.schema, origin=card.origin, versions=scorer.versions(), notes=notes)
