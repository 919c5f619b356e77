"""One model's way to an artifact: its worker, the targets in line, what each of them came to."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from adapters import FINISHERS, SECOND
from converter.compare import chosen
from converter.crew import CONVERTING, Crew
from converter.errors import MlconvertError, UnreadableError, WorkerError
from converter.foresee import foresee
from converter.handed import as_file
from converter.jobs import EXPECTED, Converted, ConvertJob, Given
from converter.placing import destination, place
from converter.proof import examined, expected, finish, judge, second_opinion
from converter.report import write_report
from converter.source import Opened, opened
from converter.supervise import Child
from converter.values import Artifact, Attempt, Outcome, Parity, Reason, Refusal, Verdict
from converter.verdict import Request, Story, verdict_of


class Trial(NamedTuple):
    """What is to be tried, and what was tried before."""

    request: Request
    source: Opened
    given: Given
    crew: Crew
    worker: Child
    """Has its job, unless something was tried before."""
    targets: tuple[str, ...]
    attempts: tuple[Attempt, ...] = ()
    seconds: float = 0.0
    """That it took so far."""


@contextmanager
def begun(model: Any, request: Request, crew: Crew) -> Iterator[Trial]:
    """A model on its way: its file is read, and a worker has it."""
    started = time.monotonic()
    with ExitStack() as stack:
        # Both processes start while the file is still being read here.
        worker = stack.enter_context(crew.worker(CONVERTING, request.targets))
        if request.to not in FINISHERS:
            crew.ready(request.to)
        request.say("inspecting")
        source = stack.enter_context(opened(model, request.permit))
        if request.to in FINISHERS and not foresee(source.inspection, request.to).reasons:
            crew.ready(request.to)  # it takes long to start: not for what will be refused
        data = stack.enter_context(as_file(request.data))
        given = Given(golden=request.golden, data=data, beside=True)
        trial = Trial(request, source, given, crew, worker, request.targets)
        _submit(trial)
        yield trial._replace(seconds=time.monotonic() - started)


def concluded(trial: Trial) -> Verdict:
    """What becomes of a model that is on its way. Raises MlconvertError."""
    started = time.monotonic()
    verdict = verdict_of(_converted(trial), trial.request, trial.source.file.origin)
    return _reported(verdict, trial, trial.seconds + time.monotonic() - started)


def _converted(trial: Trial) -> Story:
    """Try the targets in line until one is proved."""
    story = _try(trial)
    if story.outcome is not Outcome.MISMATCH or not story.left:
        return story
    rest = trial._replace(targets=story.left, attempts=story.attempts)
    try:
        return _next(rest)
    except MlconvertError as error:  # the mismatch stands, whatever became of the fallback
        failed = Attempt(target=story.left[0], refusal=_failure(story.left[0], error))
        return story._replace(attempts=(*story.attempts, failed))


def _next(trial: Trial, error: MlconvertError | None = None) -> Story:
    """Try what is left, in a fresh process; with nothing left, `error` is the end."""
    if not trial.targets and error:
        raise error
    with trial.crew.worker(CONVERTING, trial.targets) as another:
        trial.crew.ready(trial.targets[0])
        trial = trial._replace(worker=another)
        _submit(trial)
        return _try(trial)


def _failed(trial: Trial, target: str, error: MlconvertError) -> Story:
    """Go on after a target that ended in an error: the next one may still do.

    Not where time or memory ran out: there is a limit to be raised, and nothing was refused.
    """
    if error.code in ("worker.timeout", "worker.memory"):
        raise error
    attempt = Attempt(target=target, refusal=_failure(target, error))
    left = trial.targets[trial.targets.index(target) + 1 :]
    return _next(trial._replace(targets=left, attempts=(*trial.attempts, attempt)), error)


def _try(trial: Trial) -> Story:
    """Have the first target that can say the model write it, and judge what it wrote."""
    trial.request.say("loading and converting")
    worker = trial.worker
    try:
        told = worker.wait(Converted)
    except WorkerError as error:
        if not (worker.folder / EXPECTED).exists():
            raise  # it did not come as far as writing: another target would fare no better
        return _failed(trial, trial.targets[0], error)
    refused = (Attempt(target=refusal.target, refusal=refusal) for refusal in told.refusals)
    trial = trial._replace(attempts=(*trial.attempts, *refused))
    story = Story(Outcome.REFUSED, told, trial.attempts, worker.protections)
    if told.answered.drift and not told.answered.drift.passed:
        return story._replace(outcome=Outcome.DRIFT)
    if told.artifact is None:
        unproved = any(attempt.parity for attempt in story.attempts)
        return story._replace(outcome=Outcome.MISMATCH if unproved else Outcome.REFUSED)
    return _judged(trial, story, told.artifact)


def _judged(trial: Trial, story: Story, artifact: Artifact) -> Story:
    request, source = trial.request, trial.source
    answered, target = story.told.answered, artifact.target
    path = trial.worker.path(artifact.path)
    proof = expected(trial.worker, answered, request.chosen, strict=request.strict)
    try:
        with trial.crew.scorer(target) as scoring:
            if target in FINISHERS:
                request.say(f"writing {target}")
                made = finish(scoring, target, path, proof)
                if isinstance(made, Refusal):
                    return _too_late(trial, story, made)
                artifact, path = made, Path(made.path)
            request.say(f"proving {target}")
            judged = first = judge(scoring, target, path, proof)
            if target in SECOND and not first.parity.passed:
                judged = second_opinion(scoring, target, path, first)
    except (WorkerError, UnreadableError) as error:
        return _failed(trial, target, error)
    parity = judged.parity
    if judged is not first:
        artifact = _by_second(artifact, first.parity)
    if not parity.passed:
        request.say("looking for the first difference")
        parity = examined(judged, target, path, answered.schema, source.file, trial.crew)
    story = story._replace(
        attempts=(*story.attempts, Attempt(target=target, parity=parity)),
        left=trial.targets[trial.targets.index(target) + 1 :],
        scored=judged.scored.versions,
    )
    if not parity.passed:
        return story._replace(outcome=Outcome.MISMATCH)
    placed = place(path, destination(request.output, source.home, target, request.to))
    return story._replace(
        outcome=Outcome.ARTIFACT if target == request.to else Outcome.BUNDLE,
        artifact=msgspec.structs.replace(artifact, path=str(placed)),
    )


def _by_second(artifact: Artifact, first: Parity) -> Artifact:
    parts = [first, first.probes] if first.probes else [first]
    differing = sum(max(output.differing for output in part.outputs) for part in parts)
    caveat = (
        f"Compared in a second engine: the first gives other answers on {differing} of "
        f"{sum(part.rows for part in parts)} rows. Use one in which the rows that the artifact "
        "carries are right."
    )
    return msgspec.structs.replace(artifact, caveats=(*artifact.caveats, caveat))


def _too_late(trial: Trial, story: Story, refusal: Refusal) -> Story:
    """Go on after a target that was refused only when its draft was to be finished."""
    attempts = (*story.attempts, Attempt(target=refusal.target, refusal=refusal))
    left = trial.targets[trial.targets.index(refusal.target) + 1 :]
    if not left:
        return story._replace(attempts=attempts, outcome=Outcome.REFUSED)
    return _next(trial._replace(targets=left, attempts=attempts))


def _failure(target: str, error: MlconvertError) -> Refusal:
    """What ended the try of a target, as its refusal: the next one may still do."""
    reason = Reason(code=error.code, message=f"{error.what} {error.remedy}".strip(), turn=None)
    return Refusal(target=target, reasons=(reason,))


def _submit(trial: Trial) -> None:
    request = trial.request
    trial.worker.submit(
        ConvertJob(
            model=trial.source.file,
            targets=trial.targets,
            given=trial.given,
            tolerance=chosen(request.options.precision, *request.chosen),
            seed=request.seed,
            options=request.options,
        )
    )


def _reported(verdict: Verdict, trial: Trial, seconds: float) -> Verdict:
    request, source = trial.request, trial.source
    asked = destination(request.output, source.home, request.to, request.to)
    made = verdict.artifact.path if verdict.artifact else ""
    places = (destination(request.output, source.home, t, request.to) for t in request.targets)
    notes = tuple(
        f"{place} stood there before. It is not of this conversion, and was left alone."
        for place in places
        if str(place) != made and place.exists()
    )
    notes = (*verdict.notes, *notes)
    verdict = msgspec.structs.replace(verdict, notes=notes, seconds=round(seconds, 3))
    write_report(verdict, asked.with_suffix(".report.json"))
    return verdict
