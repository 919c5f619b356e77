"""The stage that is all of them: a model file becomes an artifact with a verdict."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from adapters import TARGETS
from adapters.base import Options
from adapters.to_onnx import runtimes
from converter.compare import chosen
from converter.errors import MlconvertError, UnreadableError, UsageError, WorkerError
from converter.handed import as_file
from converter.jobs import Converted, ConvertJob, Given
from converter.placing import absolute, destination, place
from converter.proof import examined, expected, judge, scorer
from converter.report import write_report
from converter.source import Opened, Permit, opened
from converter.supervise import Child
from converter.values import Artifact, Attempt, Outcome, Reason, Refusal, Turn, Verdict
from converter.verdict import Progress, Request, Story, verdict_of

WARM = ("sklearn.base", "sklearn.utils.validation", "joblib")
"""What a worker imports while the file is still being read."""


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
    timeout: float = 600.0,
    memory: int = 0,
    allow: tuple[str, ...] = (),
    trust: bool = False,
    code: tuple[str, ...] = (),
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
    started = time.monotonic()
    _check(to, precision, runtime, golden, data)
    request = Request(
        to=to,
        output=None if output is None else Path(output),
        given=Given(),
        tolerance=chosen(precision, atol, rtol),
        seed=seed,
        options=Options(precision=precision, opset=opset, runtime=runtime),
        strict=strict,
        targets=(to, "bundle") if fallback and to != "bundle" else (to,),
        accept_bundle=accept_bundle,
        say=progress or (lambda _: None),
    )
    permit = Permit(timeout=timeout, memory=memory, allow=allow, trust=trust, code=code)
    with ExitStack() as stack:
        # Both processes start while the file is still being read here.
        bench = stack.enter_context(_bench(permit, to))
        request.say("inspecting")
        source = stack.enter_context(opened(model, permit))
        table = stack.enter_context(as_file(data))
        request = request._replace(given=Given(golden=absolute(golden), data=table))
        story = _converted(request, source, permit, bench)
        verdict = verdict_of(story, request, source.file.origin)
    return _reported(verdict, request, source, time.monotonic() - started)


class Bench(NamedTuple):
    """The two processes of one try."""

    worker: Child
    scoring: Child


@contextmanager
def _bench(permit: Permit, target: str) -> Iterator[Bench]:
    with (
        permit.spawn("converter.worker.converting", warm=WARM) as worker,
        scorer(permit, target) as scoring,
    ):
        yield Bench(worker, scoring)


def _converted(request: Request, source: Opened, permit: Permit, bench: Bench) -> Story:
    """Try the targets in line until one is proved."""
    story = _try(request, source, permit, bench, request.targets, ())
    if story.outcome is Outcome.MISMATCH and story.left:
        return _next(request, source, permit, story.left, story.attempts)
    return story


def _next(
    request: Request,
    source: Opened,
    permit: Permit,
    left: tuple[str, ...],
    attempts: tuple[Attempt, ...],
    error: MlconvertError | None = None,
) -> Story:
    """Try the targets that are left, in fresh processes; with none left, `error` is the end."""
    if not left and error:
        raise error
    with _bench(permit, left[0]) as another:
        return _try(request, source, permit, another, left, attempts)


def _try(
    request: Request,
    source: Opened,
    permit: Permit,
    bench: Bench,
    targets: tuple[str, ...],
    before: tuple[Attempt, ...],
) -> Story:
    """Have the first target that can say the model write it, and judge what it wrote."""
    request.say("loading and converting")
    try:
        told = _submit(bench.worker, request, source, targets)
    except WorkerError as error:
        failed = (*before, Attempt(target=targets[0], refusal=_failure(targets[0], error)))
        return _next(request, source, permit, targets[1:], failed, error)
    refused = (Attempt(target=refusal.target, refusal=refusal) for refusal in told.refusals)
    story = Story(Outcome.REFUSED, told, (*before, *refused), bench.worker.protections)
    if told.answered.drift and not told.answered.drift.passed:
        return story._replace(outcome=Outcome.DRIFT)
    if told.artifact is None:
        unproved = any(attempt.parity for attempt in story.attempts)
        return story._replace(outcome=Outcome.MISMATCH if unproved else Outcome.REFUSED)
    request.say(f"proving {told.artifact.target}")
    return _judged(request, source, permit, bench, targets, story, told.artifact)


def _judged(
    request: Request,
    source: Opened,
    permit: Permit,
    bench: Bench,
    targets: tuple[str, ...],
    story: Story,
    artifact: Artifact,
) -> Story:
    answered = story.told.answered
    path = bench.worker.path(artifact.path)
    proof = expected(bench.worker, answered, request.tolerance, strict=request.strict)
    left = targets[targets.index(artifact.target) + 1 :]
    try:
        judged = judge(bench.scoring, artifact, path, proof)
    except (WorkerError, UnreadableError) as error:
        failed = Attempt(target=artifact.target, refusal=_failure(artifact.target, error))
        return _next(request, source, permit, left, (*story.attempts, failed), error)
    parity = judged.parity
    if not parity.passed:
        request.say("looking for the first difference")
        parity = examined(judged, artifact, path, proof, answered.schema, source.file, permit)
    story = story._replace(
        attempts=(*story.attempts, Attempt(target=artifact.target, parity=parity)),
        left=left,
        scored=judged.scored.versions,
    )
    if not parity.passed:
        return story._replace(outcome=Outcome.MISMATCH)
    asked = artifact.target == request.to
    placed = place(path, destination(request.output, source.home, artifact.target, request.to))
    return story._replace(
        outcome=Outcome.ARTIFACT if asked else Outcome.BUNDLE,
        artifact=msgspec.structs.replace(artifact, path=str(placed)),
    )


def _failure(target: str, error: MlconvertError) -> Refusal:
    """What ended the try of a target, as its refusal: the next one may still do."""
    reason = Reason(code=error.code, message=error.what, turn=Turn.OURS)
    return Refusal(target=target, reasons=(reason,))


def _submit(worker: Child, request: Request, source: Opened, targets: tuple[str, ...]) -> Converted:
    worker.submit(
        ConvertJob(
            model=source.file,
            targets=targets,
            given=request.given,
            tolerance=request.tolerance,
            seed=request.seed,
            options=request.options,
        )
    )
    return worker.wait(Converted)


def _reported(verdict: Verdict, request: Request, source: Opened, seconds: float) -> Verdict:
    verdict = msgspec.structs.replace(verdict, seconds=round(seconds, 3))
    asked = destination(request.output, source.home, request.to, request.to)
    write_report(verdict, asked.with_suffix(".report.json"))
    return verdict


def _check(to: str, precision: str, runtime: str, golden: object, data: object) -> None:
    """Raise UsageError where the call contradicts itself."""
    if to not in TARGETS:
        raise UsageError(f"There is no target {to!r}.", f"The targets are {', '.join(TARGETS)}.")
    if precision not in ("float64", "float32"):
        raise UsageError(f"There is no precision {precision!r}.", "Choose float64 or float32.")
    if runtime and runtimes.version(runtime) is None:
        raise UsageError(f"{runtime!r} names no runtime.", 'Write it like "onnxruntime==1.17".')
    if golden is not None and data is not None:
        raise UsageError("A proof stands on golden rows or on data, not on both.")
