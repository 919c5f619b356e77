"""The job of converting: load, answer the rows, write for the first target that can say it."""

import types
from pathlib import Path

import msgspec

from adapters import TARGETS
from adapters.base import Subject
from converter import rows
from converter.errors import MissingExtraError, MlconvertError
from converter.jobs import Converted, ConvertJob
from converter.trace.seen import UNSEEN, Seen
from converter.values import Artifact, Reason, Refusal, Turn
from converter.worker import answering
from converter.worker.answering import Proof
from converter.worker.guest import ours
from converter.worker.loading import load
from converter.worker.model_input import to_model_input
from converter.worker.watching import to_watch, watch


def run(job: bytes, folder: Path) -> Converted:
    """Do a `ConvertJob`."""
    wanted = msgspec.json.decode(job, type=ConvertJob)
    model, notes = load(wanted.model)
    proof = answering.prove(model, wanted.given, wanted.seed, wanted.tolerance, notes, folder)
    if proof.answered.drift and not proof.answered.drift.passed:
        return Converted(answered=proof.answered)
    seen = _seen(model, proof)
    refusals: list[Refusal] = []
    for target in wanted.targets:
        written = _write(model, target, wanted, proof, seen, tuple(refusals), folder)
        if isinstance(written, Artifact):
            return Converted(answered=proof.answered, refusals=tuple(refusals), artifact=written)
        refusals.append(written)
    return Converted(answered=proof.answered, refusals=tuple(refusals))


def _seen(model: object, proof: Proof) -> Seen:
    """What the model's own code is handed; the model is run only where it has any."""
    if not to_watch(model):
        return UNSEEN
    accepted = rows.take(proof.inputs, proof.inside)
    return watch(model, to_model_input(accepted, proof.answered.schema, model))


def _write(
    model: object,
    target: str,
    job: ConvertJob,
    proof: Proof,
    seen: Seen,
    refusals: tuple[Refusal, ...],
    folder: Path,
) -> Artifact | Refusal:
    subject = Subject(
        origin=job.model.origin,
        schema=proof.answered.schema,
        versions=proof.answered.versions,
        options=job.options,
        refusals=refusals,
    )
    writer = _writer(target)
    name = f"artifact{writer.SUFFIX}"
    accepted = rows.take(proof.inputs, proof.inside)
    try:
        written: Artifact | Refusal = writer.write(model, subject, accepted, folder / name, seen)
    except (MlconvertError, OSError, MemoryError):
        raise
    except Exception as error:  # a library stumbles over the model; the next target may not
        return _stumbled(target, error)
    if isinstance(written, Refusal):
        return written
    return msgspec.structs.replace(written, path=name)


def _writer(target: str) -> types.ModuleType:
    """What the parent had imported; no library of other targets is waited for."""
    try:
        return ours(f"{TARGETS[target]}.write")
    except ModuleNotFoundError:
        raise MissingExtraError(
            f"Writing {target} needs libraries that are not installed.",
            'Install them with: pip install "mlconvert[onnx]".',
        ) from None


def _stumbled(target: str, error: Exception) -> Refusal:
    said = (str(error).splitlines() or [""])[0][:300]
    message = f"writing {target} stopped with {type(error).__name__}: {said}"
    reason = Reason(code="worker.raised", message=message, turn=Turn.OURS)
    return Refusal(target=target, reasons=(reason,))
