"""The stage that holds an artifact, or a pickle in a new environment, against recorded answers."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from adapters import CARRIERS
from converter import golden as golden_case
from converter import rows
from converter.compare import chosen
from converter.crew import ANSWERING, Crew
from converter.errors import UsageError
from converter.handed import as_file
from converter.jobs import Answered, AnswerJob, Given
from converter.permit import Permit, several
from converter.placing import absolute
from converter.proof import Chosen, Expected, Judged, examined, expected, judge, self_judged
from converter.recognise import PICKLE, artifact_at
from converter.source import Opened, opened
from converter.supervise import Child
from converter.values import Artifact, Evidence, Parity, Record, Schema

Progress = Callable[[str], None]


_AGAINST = "Give a golden case with --golden, or the model with --model (and rows with --data)."
_BY_ITSELF = (
    "The rows and their answers stand in the artifact: that it gives these shows that it runs here "
    "and was not damaged. Only a golden case or the model shows that the answers are the model's."
)


class Verification(Record):
    """An artifact held against the answers it should give."""

    artifact: Artifact
    """What was verified."""
    parity: Parity
    """How it compares."""
    schema: Schema
    """The signature of the model that gave the answers."""
    protections: tuple[str, ...] = ()
    """What held while foreign code ran."""
    notes: tuple[str, ...] = ()
    """What else a reader should know."""
    exit_code: int
    """0 with parity, 4 without."""

    def __repr__(self) -> str:
        said = "verified" if self.parity.passed else "not verified"
        return f"<Verification {self.artifact.path} {said}, {self.parity.summary}>"


def verify(
    artifact: str | Path,
    *,
    golden: str | Path | None = None,
    data: Any = None,
    model: str | Path | None = None,
    atol: float | None = None,
    rtol: float | None = None,
    strict: bool = False,
    timeout: float = 600.0,
    memory: int = 0,
    jvm_memory: int = 0,
    allow: str | tuple[str, ...] = (),
    trust: bool = False,
    code: str | tuple[str, ...] = (),
    progress: Progress | None = None,
) -> Verification:
    """Hold an artifact, or a model file, against a golden case, or against `model` on `data`.

    Without all of these, PMML and a bundle are held against the rows that they carry. With `model`
    beside a golden case, a mismatch also names the first step that differs. Raises MlconvertError.
    """
    say = progress or (lambda _: None)
    path, target = artifact_at(artifact)
    if golden is None and model is None and (target not in CARRIERS or data is not None):
        raise UsageError("There is nothing to hold the artifact against.", _AGAINST)
    permit = Permit(
        timeout=timeout,
        memory=memory,
        jvm_memory=jvm_memory,
        allow=several(allow),
        trust=trust,
        code=several(code),
    )
    say("scoring")
    with as_file(data) as table:
        given = Given(golden=absolute(golden), data=table, beside=True)
        asked = Asked(path, target, given, Chosen(atol, rtol), strict, permit)
        if target == PICKLE:
            return _model_file(asked)
        if golden is None and model is None:
            return _artifact_by_itself(asked)
        if model is None:
            return _artifact_alone(asked)
        with opened(model, permit) as source:
            return _artifact_with_model(asked, source)


class Asked(NamedTuple):
    """What is asked of one verification."""

    path: Path
    target: str
    given: Given
    chosen: Chosen
    strict: bool
    permit: Permit


def _artifact_alone(asked: Asked) -> Verification:
    """Against the golden case: nothing of the model is needed."""
    case = golden_case.read(Path(asked.given.golden))
    everything = np.ones(rows.count(case.inputs), np.bool_)
    proof = Expected(
        inputs=case.inputs,
        outputs=case.outputs,
        inside=everything,
        unstable=~everything,
        evidence=Evidence.GOLDEN,
        chosen=asked.chosen,
        tolerances=case.case.tolerances,
        strict=asked.strict,
    )
    with Crew(asked.permit) as crew, crew.scorer(asked.target) as child:
        judged = judge(child, asked.target, asked.path, proof)
        held = child.protections
    return _verification(asked, judged.parity, case.case.schema, held, _missing(judged, proof))


def _artifact_by_itself(asked: Asked) -> Verification:
    """Against the rows that it carries."""
    with Crew(asked.permit) as crew, crew.scorer(asked.target) as child:
        judged = self_judged(child, asked.target, asked.path, asked.chosen)
        held = child.protections
    if judged is None or judged.scored.schema is None:
        raise UsageError(f"{asked.path} carries no rows to hold it against.", _AGAINST)
    return _verification(asked, judged.parity, judged.scored.schema, held, (_BY_ITSELF,))


def _artifact_with_model(asked: Asked, source: Opened) -> Verification:
    """Against what the model says now, of golden rows, of data, or of probes."""
    with Crew(asked.permit) as crew, crew.worker(ANSWERING) as worker:
        crew.ready(asked.target)
        answered = _answered(worker, asked, source)
        proof = expected(worker, answered, asked.chosen, strict=asked.strict)
        held = worker.protections
        with crew.scorer(asked.target) as child:
            judged = judge(child, asked.target, asked.path, proof)
        parity = judged.parity
        if not parity.passed:
            parity = examined(judged, asked.target, asked.path, answered.schema, source.file, crew)
    notes = (*answered.notes, *_missing(judged, proof))
    return _verification(asked, parity, answered.schema, held, notes)


def _missing(judged: Judged, proof: Expected) -> tuple[str, ...]:
    """What the model gives and the artifact does not offer."""
    names = ", ".join(name for name in proof.outputs if name not in judged.proof.outputs)
    return (f"The artifact has no {names}, which the model has.",) if names else ()


def _model_file(asked: Asked) -> Verification:
    """A pickle in this environment against its golden case."""
    if not asked.given.golden:
        raise UsageError("A model file is verified against a golden case.", "Give one: --golden.")
    with (
        asked.permit.spawn(ANSWERING) as worker,
        opened(asked.path, asked.permit) as source,
    ):
        answered = _answered(worker, asked, source)
        held = worker.protections
    assert answered.drift is not None  # a golden case always comes with one
    return _verification(asked, answered.drift, answered.schema, held, answered.notes)


def _answered(worker: Child, asked: Asked, source: Opened) -> Answered:
    tolerance = chosen("float64", *asked.chosen)
    worker.submit(AnswerJob(model=source.file, given=asked.given, tolerance=tolerance))
    return worker.wait(Answered)


def _verification(
    asked: Asked, parity: Parity, schema: Schema, held: tuple[str, ...], notes: tuple[str, ...]
) -> Verification:
    return Verification(
        artifact=_described(asked),
        parity=parity,
        schema=schema,
        protections=held,
        notes=notes,
        exit_code=0 if parity.passed else 4,
    )


def _described(asked: Asked) -> Artifact:
    """The artifact as it stands; a bundle is known by its manifest, which has the other hashes."""
    named = asked.path / "manifest.json" if asked.path.is_dir() else asked.path
    content = named.read_bytes()
    return Artifact(
        target=asked.target,
        path=str(asked.path),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )
