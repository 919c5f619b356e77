"""The job of answering: load a model, take or make the rows of the proof, and ask it."""

from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from converter import golden, rows
from converter.compare import Tolerance, compare, differing_rows
from converter.errors import UsageError
from converter.jobs import (
    EXPECTED,
    INPUTS,
    MASKS,
    OUTPUTS,
    STEPS,
    Answered,
    AnswerJob,
    Diagnosed,
    DiagnoseJob,
    Given,
)
from converter.probes import probes
from converter.rows import Rows
from converter.values import Evidence, Parity, Schema
from converter.worker.answers import Answers, answers, outputs, scored_alone
from converter.worker.describe import describe
from converter.worker.inputs import untold
from converter.worker.loading import VERSIONS, load
from converter.worker.steps import steps


class Proof(NamedTuple):
    """The rows of a proof and what the live model says of them."""

    answered: Answered
    inputs: Rows
    """As given; of probes only where nothing was given."""
    inside: np.ndarray
    """bool [these rows]: False where the model raises."""


def run(job: bytes, folder: Path) -> Answered | Diagnosed:
    """Do an `AnswerJob` or a `DiagnoseJob`."""
    asked = msgspec.json.decode(job, type=dict[str, msgspec.Raw])
    if "schema" in asked:
        return _diagnose(msgspec.json.decode(job, type=DiagnoseJob), folder)
    wanted = msgspec.json.decode(job, type=AnswerJob)
    model, notes = load(wanted.model)
    return prove(model, wanted.given, wanted.seed, wanted.tolerance, notes, folder).answered


def prove(
    model: Any, given: Given, seed: int, tolerance: Tolerance, notes: tuple[str, ...], folder: Path
) -> Proof:
    """Answer the rows that are given, or made; the arrays are left in `folder`."""
    case = golden.read(Path(given.golden)) if given.golden else None
    sample = case.sample if case else rows.read(Path(given.data)) if given.data else None
    schema = describe(model, sample)
    inputs, evidence = _inputs(model, schema, case, given, seed)
    made = probes(model, schema, seed, like=inputs) if given.data and given.beside else {}
    found, made = _answered(model, schema, inputs, made, tolerance)
    inside = found.inside[: rows.count(inputs)]
    if not inside.any():
        raise UsageError(
            "The model raises on every row that it was tried on.",
            "Give rows that it accepts with --data.",
        )
    schema = _settled(schema, found.outputs)
    _save(folder, inputs, made, found, case)
    answered = Answered(
        schema=schema,
        evidence=evidence,
        versions=VERSIONS,
        drift=_drift(case, found, tolerance) if case else None,
        tolerances=case.case.tolerances if case else {},
        notes=(
            *notes,
            *_ignored(given, schema),
            *_assumed(model, schema, evidence),
            *_dated(sample, schema),
            *_alone(given, found, rows.count(inputs)),
        ),
    )
    return Proof(answered, inputs, inside)


def _answered(
    model: Any, schema: Schema, inputs: Rows, made: Rows, tolerance: Tolerance
) -> tuple[Answers, Rows]:
    """The answers to the rows, and after them those to what was `made` beside them, if any.

    Each are asked by themselves: answers to one row may change the type of those to all others.
    """
    doubt = _of_doubt(tolerance)
    found = answers(model, schema, inputs, doubt)
    if not made or not found.inside.any():
        return found, {}
    try:
        beside = answers(model, schema, made, doubt)
    except UsageError:  # it goes by the batch, and what was given may be one of its own
        return found, {}
    if not _are_alike(found.outputs, beside.outputs):
        return found, {}
    asked = rows.concat([rows.take(inputs, found.inside), rows.take(made, beside.inside)])
    if not _are_kept(model, schema, asked, found.outputs, doubt):
        return found, {}
    return Answers(
        rows.concat([found.outputs, beside.outputs]),
        np.concatenate([found.inside, beside.inside]),
        np.concatenate([found.unstable, beside.unstable]),
    ), made


def _are_kept(model: Any, schema: Schema, asked: Rows, before: Rows, tolerance: Tolerance) -> bool:
    """Whether the first of the rows have the same answers with the others behind them."""
    try:
        together = outputs(model, schema, asked)
    except Exception:  # whatever a model raises
        return False
    first = {name: array[: rows.count(before)] for name, array in together.items()}
    return first.keys() == before.keys() and not differing_rows(before, first, tolerance, {}).any()


def _are_alike(some: Rows, others: Rows) -> bool:
    """Whether two answers can be parts of one: numbers of any kind, or of the same type."""
    if some.keys() != others.keys():
        return False
    pairs = [(some[name], others[name]) for name in some]
    return all(
        one.shape[1:] == other.shape[1:]
        and (one.dtype == other.dtype or {one.dtype.kind, other.dtype.kind} <= set("iuf"))
        for one, other in pairs
    )


def _alone(given: Given, found: Answers, count: int) -> tuple[str, ...]:
    """That rows which were given are all that a proof stands on, though probes were wanted."""
    if not (given.data and given.beside) or (found.inside & ~found.unstable)[count:].any():
        return ()
    return (
        "The proof stands on your rows alone: the model is sure of no row that was made for it.",
    )


def _settled(schema: Schema, outputs: Rows) -> Schema:
    """The schema by the answers to all rows: where one is NaN, the others are no integers."""
    fields = (
        msgspec.structs.replace(field, dtype=str(outputs[field.name].dtype))
        if field.name in outputs and outputs[field.name].dtype.kind in "fib"
        else field
        for field in schema.outputs
    )
    return msgspec.structs.replace(schema, outputs=tuple(fields))


def _of_doubt(asked: Tolerance) -> Tolerance:
    """What counts as another answer of the model itself: never less than rounding does."""
    usual = Tolerance()
    return Tolerance(atol=max(asked.atol, usual.atol), rtol=max(asked.rtol, usual.rtol))


def _inputs(
    model: Any, schema: Schema, case: golden.Golden | None, given: Given, seed: int
) -> tuple[Rows, Evidence]:
    if case:
        return case.inputs, Evidence.GOLDEN
    if given.data:
        return rows.read(Path(given.data), schema), Evidence.DATA
    return probes(model, schema, seed), Evidence.PROBES


def _assumed(model: Any, schema: Schema, evidence: Evidence) -> tuple[str, ...]:
    names = untold(model, schema) if evidence is Evidence.PROBES else ()
    dtypes = {field.name: field.dtype for field in schema.inputs}
    words = {"float64": "float64", "string": "text", "datetime": "dates"}
    taken = {word: [n for n in names if dtypes[n] == dtype] for dtype, word in words.items()}
    return tuple(
        f"The model does not tell the types of {_listed(chosen)}: they are taken as {word}"
        f"{'' if word == 'float64' else ', for the model raises on numbers'}. "
        "Rows given with --data settle them."
        for word, chosen in taken.items()
        if chosen
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _dated(sample: Rows | None, schema: Schema) -> tuple[str, ...]:
    """The columns of text that the model takes as dates only, and so will any artifact."""
    dated = [field.name for field in schema.inputs if field.dtype == "datetime"]
    given = sample or {}
    names = [name for name in dated if name in given and given[name].dtype.kind == "O"]
    return (f"Text that the model takes as dates: {', '.join(names)}.",) if names else ()


def _ignored(given: Given, schema: Schema) -> tuple[str, ...]:
    extra = rows.extra_columns(Path(given.data), schema) if given.data else ()
    if not extra:
        return ()
    return (
        f"Columns of {Path(given.data).name} that the model does not take: {', '.join(extra)}.",
    )


def _save(
    folder: Path, inputs: Rows, made: Rows, found: Answers, case: golden.Golden | None
) -> None:
    """With a golden case, what it recorded is what is expected, on all of its rows."""
    inside = np.ones(len(found.inside), np.bool_) if case else found.inside
    unstable = found.unstable & inside
    probed = np.arange(len(inside)) >= rows.count(inputs)
    rows.save(folder / INPUTS, rows.concat([inputs, made]) if made else inputs)
    rows.save(folder / EXPECTED, case.outputs if case else found.outputs)
    rows.save(folder / MASKS, {"inside": inside, "unstable": unstable, "probes": probed})


def _drift(case: golden.Golden, found: Answers, tolerance: Tolerance) -> Parity:
    """Rows that the model once answered and now raises on have drifted, too."""
    parity = compare(
        rows.take(case.outputs, found.inside),
        found.outputs,
        rows.take(case.inputs, found.inside),
        evidence=Evidence.GOLDEN,
        tolerance=tolerance,
        tolerances=case.case.tolerances,
        unstable=found.unstable[found.inside],
    )
    outside = int(np.sum(~found.inside))
    passed = parity.passed and not outside
    return msgspec.structs.replace(parity, outside=outside, passed=passed)


def _diagnose(job: DiagnoseJob, folder: Path) -> Diagnosed:
    model, _ = load(job.model)
    given = rows.load(Path(job.rows))
    alone, answered = scored_alone(model, job.schema, given)
    rows.save(folder / OUTPUTS, alone)
    rows.save(folder / MASKS, {"answered": answered})
    found = steps(model, job.schema, given)
    rows.save(folder / STEPS, found)
    return Diagnosed(steps=tuple(found))
