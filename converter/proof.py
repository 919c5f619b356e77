"""The stages score and compare: an artifact's own answers against what scikit-learn said."""

import re
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from converter import rows
from converter.compare import Tolerance, chosen, compare, differing_rows
from converter.crew import ANSWERING, Crew
from converter.errors import UnreadableError, WorkerError
from converter.jobs import (
    EXPECTED,
    INPUTS,
    MASKS,
    OUTPUTS,
    STEPS,
    Answered,
    Diagnosed,
    DiagnoseJob,
    Finished,
    FinishJob,
    ModelFile,
    Scored,
    ScoreJob,
)
from converter.rows import Rows
from converter.supervise import Child
from converter.values import Artifact, Evidence, Parity, Refusal, Schema

EXAMINED = 64
"""How many differing rows are asked again, alone and step by step."""
EMBEDDED = 10
"""How many rows an artifact may carry with it, for engines to check themselves by."""


class Chosen(NamedTuple):
    """The tolerance that the user chose; None where it is left to the artifact's precision."""

    atol: float | None = None
    rtol: float | None = None


class Expected(NamedTuple):
    """The rows of a proof, and what scikit-learn says of them."""

    inputs: Rows
    outputs: Rows
    """Of the rows inside."""
    inside: np.ndarray
    unstable: np.ndarray
    evidence: Evidence
    chosen: Chosen
    tolerances: dict[str, Tolerance] = {}
    """Output → its own tolerance, from the golden case."""
    tolerance: Tolerance = Tolerance()
    """Of the other outputs; `judge` settles it, by what was chosen and the artifact's precision."""
    strict: bool = False
    probes: np.ndarray | None = None
    """bool [all rows]: which were made from the model, beside those that were given."""


class Judged(NamedTuple):
    """An artifact's answers and what they are worth."""

    parity: Parity
    outputs: Rows
    scored: Scored
    proof: Expected
    """What it was held against: the outputs that it offers, by its own precision's tolerance."""


def expected(worker: Child, answered: Answered, asked: Chosen, *, strict: bool) -> Expected:
    """What the worker that held the model left in its folder."""
    masks = rows.load(worker.path(MASKS))
    return Expected(
        inputs=rows.load(worker.path(INPUTS)),
        outputs=rows.load(worker.path(EXPECTED)),
        inside=masks["inside"],
        unstable=masks["unstable"],
        evidence=answered.evidence,
        chosen=asked,
        tolerances=answered.tolerances,
        strict=strict,
        probes=masks["probes"] if masks["probes"].any() else None,
    )


def finish(child: Child, target: str, draft: Path, proof: Expected) -> Artifact | Refusal:
    """Have `child` make the artifact of a draft; its `path` is where it lies."""
    inputs, expected = child.folder / "some.npz", child.folder / "answers.npz"
    clear = ~proof.unstable[proof.inside]
    chosen = np.flatnonzero(clear)[:EMBEDDED]
    rows.save(inputs, rows.take(rows.take(proof.inputs, proof.inside), chosen))
    rows.save(expected, rows.take(proof.outputs, chosen))
    job = FinishJob(target=target, draft=str(draft), inputs=str(inputs), expected=str(expected))
    made = child.ask(job, Finished)
    if made.artifact is None:
        assert made.refusal is not None
        return made.refusal
    return msgspec.structs.replace(made.artifact, path=str(child.path(made.artifact.path)))


def judge(child: Child, target: str, path: Path, proof: Expected) -> Judged:
    """Score the artifact at `path` in `child`, and compare the outputs that it offers."""
    scored = _scored(child, target, path, proof)
    proof = proof._replace(tolerance=chosen(scored.precision, *proof.chosen))
    if scored.schema is not None:
        names = {field.name for field in scored.schema.outputs}
        offered = {name: values for name, values in proof.outputs.items() if name in names}
        proof = proof._replace(outputs=offered)
    outputs = rows.load(child.path(OUTPUTS))
    return Judged(_compared(proof, outputs), outputs, scored, proof)


def self_judged(child: Child, target: str, path: Path, asked: Chosen) -> Judged | None:
    """The artifact held against the rows that it carries itself; None where it has none."""
    job = ScoreJob(target=target, artifact=str(path.resolve()), carried=True)
    scored = child.ask(job, Scored)
    if not scored.carried:
        return None
    everything = np.ones(scored.carried, np.bool_)
    inputs, outputs, answers = (rows.load(child.path(n)) for n in (INPUTS, EXPECTED, OUTPUTS))
    proof = Expected(
        inputs=inputs,
        outputs=outputs,
        inside=everything,
        unstable=~everything,
        evidence=Evidence.CARRIED,
        chosen=asked,
        tolerance=chosen(scored.precision, *asked),
    )
    return Judged(_compared(proof, answers), answers, scored, proof)


def _scored(child: Child, target: str, path: Path, proof: Expected) -> Scored:
    """Strictly, the artifact is asked all rows: it must not answer those outside the domain."""
    if proof.inside.all() or not proof.strict:
        return score(child, target, path, rows.take(proof.inputs, proof.inside))
    mask = child.folder / MASKS
    rows.save(mask, {"inside": proof.inside})
    return score(child, target, path, proof.inputs, inside=mask)


def second_opinion(child: Child, target: str, path: Path, first: Judged) -> Judged:
    """What another engine makes of an artifact that failed by the first: that, if it passes."""
    try:
        second = judge(child, f"{target}/second", path, first.proof)
    except (WorkerError, UnreadableError):  # the first one stands
        return first
    return second if second.parity.passed else first


def score(
    child: Child,
    target: str,
    path: Path,
    asked: Rows,
    *,
    inside: Path | None = None,
    steps: bool = False,
) -> Scored:
    """Have `child` score rows by the artifact; the arrays are left in its folder."""
    handed = child.folder / "asked.npz"
    rows.save(handed, asked)
    job = ScoreJob(
        target=target,
        artifact=str(path.resolve()),
        rows=str(handed),
        inside="" if inside is None else str(inside),
        steps=steps,
    )
    return child.ask(job, Scored)


def examined(
    judged: Judged, target: str, path: Path, schema: Schema, model: ModelFile, crew: Crew
) -> Parity:
    """A failed parity, looked at again with the model at hand.

    Rows whose answer changes when they are scored alone are unstable, not wrong; for the others,
    the first step whose output differs is named.
    """
    proof = judged.proof
    suspects = _suspects(judged, proof)
    if not len(suspects):
        return judged.parity
    asked = rows.take(rows.take(proof.inputs, proof.inside), suspects)
    try:
        told = _diagnosed(asked, schema, model, crew)
    except WorkerError:  # the mismatch stands, whatever the model says of single rows
        return judged.parity
    again = _compared(_with_doubts(proof, suspects, told), judged.outputs)
    if again.passed:
        return again
    found = _flow(target, path, asked, crew)
    loud = _first(told, found, proof)
    quiet = _first(told, found, proof._replace(tolerance=_SAME))
    begins = quiet if loud and quiet != loud else ""
    return msgspec.structs.replace(again, diverges_at=loud, begins_at=begins)


_SAME = Tolerance(atol=0.0, rtol=0.0)
_METHOD = re.compile(r":(?:predict|predict_proba|decision_function|transform|score_samples)(?::|$)")


def _first(told: "Told", found: Rows, proof: Expected) -> str:
    """The address of the first step whose output differs; "" where none does, or is known."""
    first = next((name for name in told.steps if _diverges(name, told.flow, found, proof)), "")
    return _METHOD.split(first)[0]


class Told(NamedTuple):
    """What the model says of single rows."""

    steps: tuple[str, ...]
    """The names of its steps, in the order of the data."""
    flow: Rows
    """What they give."""
    alone: Rows
    """The answers of the rows that have one when scored alone."""
    answered: np.ndarray
    """Which rows these are."""


def _diagnosed(asked: Rows, schema: Schema, model: ModelFile, crew: Crew) -> Told:
    with crew.worker(ANSWERING) as child:
        handed = child.folder / "asked.npz"
        rows.save(handed, asked)
        child.submit(DiagnoseJob(model=model, schema=schema, rows=str(handed)))
        steps = child.wait(Diagnosed).steps
        flow, alone, masks = (rows.load(child.path(name)) for name in (STEPS, OUTPUTS, MASKS))
        return Told(steps, flow, alone, masks["answered"])


def _flow(target: str, path: Path, asked: Rows, crew: Crew) -> Rows:
    """What flows between the artifact's steps; nothing where it cannot tell."""
    try:
        with crew.scorer(target) as child:
            score(child, target, path, asked, steps=True)
            return rows.load(child.path(STEPS))
    except (WorkerError, UnreadableError):  # the mismatch stands, wherever it begins
        return {}


def _suspects(judged: Judged, proof: Expected) -> np.ndarray:
    """Numbers, among the rows inside, of differing rows."""
    differs = differing_rows(
        proof.outputs, _inside(judged.outputs, proof), proof.tolerance, proof.tolerances
    )
    return np.flatnonzero(differs & ~proof.unstable[proof.inside])[:EXAMINED]


def _inside(outputs: Rows, proof: Expected) -> Rows:
    whole = proof.strict and rows.count(outputs) == len(proof.inside)
    return rows.take(outputs, proof.inside) if whole else outputs


def _with_doubts(proof: Expected, suspects: np.ndarray, told: Told) -> Expected:
    """The proof, with the rows unstable whose answers alone are not those in the batch."""
    batch = rows.take(rows.take(proof.outputs, suspects), told.answered)
    changed = ~told.answered
    changed[told.answered] = differing_rows(batch, told.alone, proof.tolerance, proof.tolerances)
    unstable = proof.unstable.copy()
    unstable[np.flatnonzero(proof.inside)[suspects[changed]]] = True
    return proof._replace(unstable=unstable)


def _diverges(name: str, live: Rows, found: Rows, proof: Expected) -> bool:
    if name not in found:
        return False
    ours = found[name].reshape(len(found[name]), -1)
    theirs = live[name]
    if ours.shape != theirs.shape or (ours.dtype.kind in "OU") != (theirs.dtype.kind in "OU"):
        return True
    if theirs.dtype.kind not in "OU":
        ours, theirs = ours.astype(np.float64), theirs.astype(np.float64)
    return bool(differing_rows({"": theirs}, {"": ours}, proof.tolerance, {}).any())


def _compared(proof: Expected, outputs: Rows) -> Parity:
    """How the given rows compare, and beside them the probes, of which `strict` asks nothing."""
    if proof.probes is None:
        return _on(proof, outputs, proof.evidence)
    given = _on(*_part(proof, outputs, ~proof.probes), proof.evidence)
    if not (proof.probes & proof.inside & ~proof.unstable).any():
        return given
    own, answers = _part(proof._replace(strict=False), outputs, proof.probes)
    probes = _on(own, answers, Evidence.PROBES)
    passed = given.passed and probes.passed
    return msgspec.structs.replace(given, probes=probes, passed=passed)


def _part(proof: Expected, outputs: Rows, mask: np.ndarray) -> tuple[Expected, Rows]:
    """The proof on some of its rows, and the artifact's answers to them."""
    among = mask[proof.inside]
    part = proof._replace(
        inputs=rows.take(proof.inputs, mask),
        outputs=rows.take(proof.outputs, among),
        inside=proof.inside[mask],
        unstable=proof.unstable[mask],
    )
    answers = {
        name: array[mask if len(array) == len(mask) else among]
        for name, array in outputs.items()
        if len(array) in (len(mask), len(among))
    }
    return part, answers


def _on(proof: Expected, outputs: Rows, evidence: Evidence) -> Parity:
    return compare(
        proof.outputs,
        outputs,
        proof.inputs,
        evidence=evidence,
        tolerance=proof.tolerance,
        tolerances=proof.tolerances,
        inside=proof.inside,
        unstable=proof.unstable,
        strict=proof.strict,
    )
