"""The stage that is all of them: a model file becomes an artifact with a verdict."""

import platform
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from adapters import TARGETS
from adapters.base import Options
from adapters.to_onnx import runtimes
from converter.compare import Tolerance, chosen
from converter.errors import UsageError
from converter.jobs import Converted, ConvertJob, Given
from converter.placing import absolute, place
from converter.proof import examined, expected, judge, scorer
from converter.report import write_report
from converter.source import Opened, Permit, opened
from converter.supervise import Child
from converter.values import VERSION, Artifact, Attempt, Outcome, Verdict

Progress = Callable[[str], None]
WARM = ("sklearn.base", "sklearn.utils.validation", "joblib")
"""What a worker imports while the file is still being read."""


class Request(NamedTuple):
    """What is asked of one conversion."""

    to: str
    output: Path | None
    given: Given
    tolerance: Tolerance
    seed: int
    options: Options
    strict: bool
    targets: tuple[str, ...]
    """The one asked for, then the fallbacks."""
    accept_bundle: bool
    say: Progress


def convert(
    model: Any,
    *,
    to: str = "onnx",
    output: str | Path | None = None,
    golden: str | Path | None = None,
    data: str | Path | None = None,
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
        given=Given(golden=absolute(golden), data=absolute(data)),
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
        verdict = _converted(request, source, permit, bench)
    return _reported(verdict, request, source, time.monotonic() - started)


class Bench(NamedTuple):
    """The two processes of one try."""

    worker: Child
    scoring: Child


@contextmanager
def _bench(permit: Permit, target: str) -> Iterator[Bench]:
    with permit.spawn("converter.worker.converting", warm=WARM) as worker:
        with scorer(permit, target) as scoring:
            yield Bench(worker, scoring)


def _converted(request: Request, source: Opened, permit: Permit, bench: Bench) -> Verdict:
    """Try the targets in line until one is proved."""
    story = _try(request, source, permit, bench, request.targets, ())
    while story.outcome is Outcome.MISMATCH and story.left:
        with _bench(permit, story.left[0]) as another:
            story = _try(request, source, permit, another, story.left, story.attempts)
    return _verdict(request, source, story)


class Story(NamedTuple):
    """What came of the targets so far."""

    outcome: Outcome
    told: Converted
    attempts: tuple[Attempt, ...]
    protections: tuple[str, ...]
    left: tuple[str, ...] = ()
    """Targets not tried yet."""
    artifact: Artifact | None = None
    scored: dict[str, str] = {}
    """Library → version of the runtime that scored."""


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
    told = _submit(bench.worker, request, source, targets)
    refused = (Attempt(target=refusal.target, refusal=refusal) for refusal in told.refusals)
    story = Story(Outcome.REFUSED, told, (*before, *refused), bench.worker.protections)
    if told.answered.drift and not told.answered.drift.passed:
        return story._replace(outcome=Outcome.DRIFT)
    if told.artifact is None:
        failed = any(attempt.parity for attempt in story.attempts)
        return story._replace(outcome=Outcome.MISMATCH if failed else Outcome.REFUSED)
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
    judged = judge(bench.scoring, artifact, path, proof)
    parity = judged.parity
    if not parity.passed:
        request.say("looking for the first difference")
        parity = examined(judged, artifact, path, proof, answered.schema, source.file, permit)
    story = story._replace(
        attempts=(*story.attempts, Attempt(target=artifact.target, parity=parity)),
        left=targets[targets.index(artifact.target) + 1 :],
        scored=judged.scored.versions,
    )
    if not parity.passed:
        return story._replace(outcome=Outcome.MISMATCH)
    asked = artifact.target == request.to
    placed = place(path, _destination(request, source, artifact.target))
    return story._replace(
        outcome=Outcome.ARTIFACT if asked else Outcome.BUNDLE,
        artifact=msgspec.structs.replace(artifact, path=str(placed)),
    )


def _submit(
    worker: Child, request: Request, source: Opened, targets: tuple[str, ...]
) -> Converted:
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


def _verdict(request: Request, source: Opened, story: Story) -> Verdict:
    answered = story.told.answered
    return Verdict(
        mlconvert=VERSION,
        outcome=story.outcome,
        requested=request.to,
        origin=source.file.origin,
        artifact=story.artifact,
        schema=answered.schema,
        attempts=story.attempts,
        drift=answered.drift,
        protections=story.protections,
        environment={"python": platform.python_version(), **answered.versions, **story.scored},
        notes=(*answered.notes, *_left_out(story.artifact), *_runtime(request, story)),
        exit_code=_exit_code(story.outcome, request),
    )


def _exit_code(outcome: Outcome, request: Request) -> int:
    if outcome is Outcome.BUNDLE and request.accept_bundle:
        return 0
    return EXIT_CODES[outcome]


EXIT_CODES = {
    Outcome.ARTIFACT: 0,
    Outcome.BUNDLE: 3,
    Outcome.REFUSED: 3,
    Outcome.MISMATCH: 4,
    Outcome.DRIFT: 4,
}


def _left_out(artifact: Artifact | None) -> tuple[str, ...]:
    if artifact is None or not artifact.left_out:
        return ()
    return (f"The artifact has no {', '.join(artifact.left_out)}, which the model has.",)


def _runtime(request: Request, story: Story) -> tuple[str, ...]:
    """What is proved of the runtime that was asked for: a run in it, or only what it reads."""
    asked = request.options.runtime
    if not asked or story.outcome is not Outcome.ARTIFACT:
        return ()
    here = story.scored.get("onnxruntime", "")
    if runtimes.version(asked) == runtimes.version(f"onnxruntime=={here}"):
        return (f"Proved by a run in onnxruntime {here}.",)
    return (
        f"Proved for {asked}: that it reads this opset and IR version. "
        f"The answers were compared in onnxruntime {here}.",
    )


# --- where things go --------------------------------------------------------------------------


def _destination(request: Request, source: Opened, target: str) -> Path:
    """The artifact's place: as asked, or beside the model under its name."""
    suffix = f".{'bundle' if target == 'bundle' else target}"
    if request.output is None:
        return source.home.with_suffix(suffix)
    if request.output.is_dir() and not _is_artifact(request.output):
        return request.output / source.home.with_suffix(suffix).name
    return request.output if target == request.to else request.output.with_suffix(suffix)


def _is_artifact(folder: Path) -> bool:
    return (folder / "manifest.json").is_file()


def _reported(verdict: Verdict, request: Request, source: Opened, seconds: float) -> Verdict:
    verdict = msgspec.structs.replace(verdict, seconds=round(seconds, 3))
    write_report(verdict, _destination(request, source, request.to).with_suffix(".report.json"))
    return verdict


def _check(
    to: str, precision: str, runtime: str, golden: object, data: object
) -> None:
    """Raise UsageError where the call contradicts itself."""
    if to not in TARGETS:
        raise UsageError(f"There is no target {to!r}.", f"The targets are {', '.join(TARGETS)}.")
    if precision not in ("float64", "float32"):
        raise UsageError(f"There is no precision {precision!r}.", "Choose float64 or float32.")
    if runtime and runtimes.version(runtime) is None:
        raise UsageError(
            f"{runtime!r} names no runtime.", 'Write it like "onnxruntime==1.17".'
        )
    if golden and data:
        raise UsageError("A proof stands on golden rows or on data, not on both.")
