"""The stage that is all of them: a model file becomes an artifact with a verdict."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, Unpack

import msgspec

from adapters import FINISHERS, NEEDS, SECOND, TARGETS
from adapters.base import Options
from adapters.to_onnx import runtimes
from converter.compare import chosen
from converter.crew import CONVERTING, Crew
from converter.errors import MlconvertError, UnreadableError, UsageError, WorkerError
from converter.foresee import foresee
from converter.handed import as_file
from converter.jobs import EXPECTED, Converted, ConvertJob, Given
from converter.permit import Permit, several
from converter.placing import absolute, destination, place
from converter.proof import Chosen, examined, expected, finish, judge, second_opinion
from converter.report import write_report
from converter.source import Opened, opened
from converter.supervise import Child
from converter.values import Artifact, Attempt, Outcome, Parity, Reason, Refusal, Turn, Verdict
from converter.verdict import Progress, Request, Story, verdict_of


def convert(
    model: Any,
    *,
    to: str = "onnx",
    output: str | Path | None = None,
    golden: str | Path | None = None,
    data: Any = None,
    atol: float | None = None,
    rtol: float | None = None,
    seed: int = 0,
    opset: int = 0,
    precision: str = "float64",
    runtime: str = "",
    ops: str = "",
    freeze: str | tuple[str, ...] = (),
    timeout: float = 600.0,
    memory: int = 0,
    jvm_memory: int = 0,
    allow: str | tuple[str, ...] = (),
    trust: bool = False,
    code: str | tuple[str, ...] = (),
    strict: bool = False,
    fallback: bool = True,
    accept_bundle: bool = False,
    progress: Progress | None = None,
) -> Verdict:
    """Convert a model file, or a live fitted model, and prove that the answers are the same.

    The artifact is put in place only once it is proved; a report, NAME.report.json, stands beside
    it in any case. What each option means stands in `mlconvert convert --help`.

    Raises:
        MlconvertError: the file is unreadable or unsafe, the worker failed, or the call is wrong.
    """
    permit = Permit(
        timeout=timeout,
        memory=memory,
        jvm_memory=jvm_memory,
        allow=several(allow),
        trust=trust,
        code=several(code),
    )
    with Crew(permit) as crew:
        return conversion(
            crew,
            model,
            to=to,
            output=output,
            golden=golden,
            data=data,
            atol=atol,
            rtol=rtol,
            seed=seed,
            opset=opset,
            precision=precision,
            runtime=runtime,
            ops=ops,
            freeze=freeze,
            strict=strict,
            fallback=fallback,
            accept_bundle=accept_bundle,
            progress=progress,
        )


class Wishes(TypedDict, total=False):
    """What may be wanted of a conversion; each as in `convert`."""

    to: str
    output: str | Path | None
    golden: str | Path | None
    data: Any
    atol: float | None
    rtol: float | None
    seed: int
    opset: int
    precision: str
    runtime: str
    ops: str
    freeze: str | tuple[str, ...]
    strict: bool
    fallback: bool
    accept_bundle: bool
    progress: Progress | None


def conversion(crew: Crew, model: Any, **wishes: Unpack[Wishes]) -> Verdict:
    """Convert a model by the processes of a crew. Raises MlconvertError."""
    request = requested(crew.permit, **wishes)
    with begun(model, request, crew) as trial:
        return concluded(trial)


def requested(
    permit: Permit,
    *,
    to: str = "onnx",
    output: str | Path | None = None,
    golden: str | Path | None = None,
    data: Any = None,
    atol: float | None = None,
    rtol: float | None = None,
    seed: int = 0,
    opset: int = 0,
    precision: str = "float64",
    runtime: str = "",
    ops: str = "",
    freeze: str | tuple[str, ...] = (),
    strict: bool = False,
    fallback: bool = True,
    accept_bundle: bool = False,
    progress: Progress | None = None,
) -> Request:
    """What is asked, checked as far as no model is needed for that. Raises UsageError."""
    options = Options(
        precision=precision, opset=opset, runtime=runtime, ops=ops, freeze=several(freeze)
    )
    _check(to, options, golden, data)
    return Request(
        permit=permit,
        to=to,
        output=None if output is None else Path(output),
        golden=absolute(golden),
        data=data,
        chosen=Chosen(atol, rtol),
        seed=seed,
        options=options,
        strict=strict,
        targets=(to, "bundle") if fallback and to != "bundle" else (to,),
        accept_bundle=accept_bundle,
        say=progress or (lambda _: None),
    )


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
        given = Given(golden=request.golden, data=stack.enter_context(as_file(request.data)))
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
    """Go on after a target that ended in an error: the next one may still do."""
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
    trial.request.say(f"proving {told.artifact.target}")
    return _judged(trial, story, told.artifact)


def _judged(trial: Trial, story: Story, artifact: Artifact) -> Story:
    request, source = trial.request, trial.source
    answered, target = story.told.answered, artifact.target
    path = trial.worker.path(artifact.path)
    proof = expected(trial.worker, answered, request.chosen, strict=request.strict)
    try:
        with trial.crew.scorer(target) as scoring:
            if target in FINISHERS:
                made = finish(scoring, target, path, proof)
                if isinstance(made, Refusal):
                    return _too_late(trial, story, made)
                artifact, path = made, Path(made.path)
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
    differing = max(output.differing for output in first.outputs)
    caveat = (
        f"Compared in a second engine: the first gives other answers on {differing} of "
        f"{first.rows} rows. Use one in which the rows that the artifact carries are right."
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
    reason = Reason(code=error.code, message=f"{error.what} {error.remedy}".strip(), turn=Turn.OURS)
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


def _check(to: str, options: Options, golden: object, data: object) -> None:
    """Raise UsageError where the call contradicts itself."""
    if to not in TARGETS:
        raise UsageError(f"There is no target {to!r}.", f"The targets are {', '.join(TARGETS)}.")
    if to in NEEDS:
        import_module(NEEDS[to]).demand()
    if options.precision not in ("float64", "float32"):
        raise UsageError(
            f"There is no precision {options.precision!r}.", "Choose float64 or float32."
        )
    if options.runtime and runtimes.version(options.runtime) is None:
        raise UsageError(
            f"{options.runtime!r} names no runtime.", 'Write it like "onnxruntime==1.17".'
        )
    if options.ops not in ("", "extensions"):
        raise UsageError(
            f"There are no operators {options.ops!r}.",
            'Choose "extensions", those of onnxruntime-extensions, or leave it away.',
        )
    for name in options.freeze:
        _check_freezable(name)
    if golden is not None and data is not None:
        raise UsageError("A proof stands on golden rows or on data, not on both.")


def _check_freezable(name: str) -> None:
    kind, colon, rest = name.partition(":")
    if not (name == "clock" or (colon and rest and kind in ("env", "file", "state"))):
        raise UsageError(
            f"{name!r} names nothing that can be frozen.",
            "Write env:NAME (a variable of the environment), clock, file:PATH, "
            "or state:NAME (a variable of the program).",
        )
