"""From the story of a conversion to its verdict: exit code, and what a reader should know."""

import platform
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from adapters.base import Options
from adapters.to_onnx import runtimes
from converter.compare import Tolerance
from converter.jobs import Converted, Given
from converter.values import VERSION, Artifact, Attempt, Origin, Outcome, Verdict

Progress = Callable[[str], None]
EXIT_CODES = {
    Outcome.ARTIFACT: 0,
    Outcome.BUNDLE: 3,
    Outcome.REFUSED: 3,
    Outcome.MISMATCH: 4,
    Outcome.DRIFT: 4,
}


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


def verdict_of(story: Story, request: Request, origin: Origin) -> Verdict:
    """The verdict that the story ends in."""
    answered = story.told.answered
    return Verdict(
        mlconvert=VERSION,
        outcome=story.outcome,
        requested=request.to,
        origin=origin,
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
