"""From the story of a conversion to its verdict: exit code, and what a reader should know."""

import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from adapters.base import Options
from adapters.to_onnx import runtimes
from converter.jobs import Converted
from converter.permit import Permit
from converter.proof import Chosen
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

    permit: Permit

    to: str
    output: Path | None
    golden: str
    """A golden case's folder, or ""."""
    data: Any
    """The user's rows: a path, a table in memory, or None."""
    chosen: Chosen
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
        notes=(
            *answered.notes,
            *_of_artifact(story),
            *_single(story, request),
            *_runtime(request, story),
        ),
        exit_code=_exit_code(story.outcome, request),
    )


def _exit_code(outcome: Outcome, request: Request) -> int:
    if outcome is Outcome.BUNDLE and request.accept_bundle:
        return 0
    return EXIT_CODES[outcome]


def _of_artifact(story: Story) -> tuple[str, ...]:
    """What the artifact lacks or reads otherwise, and a proof that stands on few of its rows."""
    artifact, parity = story.artifact, story.attempts[-1].parity if story.attempts else None
    if artifact is None or parity is None:
        return ()
    notes = [*artifact.caveats, *_frozen(artifact), *_extensions(artifact), *_mixed(story)]
    for name in artifact.left_out:
        why = artifact.left_out_because.get(name, "")
        notes.append(f"The artifact has no {name}, which the model has{why and f': {why}'}.")
    judged, total = parity.rows - parity.unstable, parity.rows + parity.outside
    if 2 * judged < total:
        notes.append(
            f"Only {judged} of {total} rows could be judged: give rows that are more like the "
            "model's own with --data or --golden."
        )
    return tuple(notes)


def _single(story: Story, request: Request) -> tuple[str, ...]:
    """Why rows of float32 are not matched, or not judged, where the artifact is in float64."""
    parities = [attempt.parity for attempt in story.attempts if attempt.parity]
    fine = all(each.passed and 2 * each.unstable <= each.rows for each in parities)
    fields = story.told.answered.schema.inputs
    names = [field.name for field in fields if field.dtype == "float32"]
    if fine or not names or request.options.precision == "float32":
        return ()
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    choice = "" if request.to == "bundle" else "convert with --precision float32, or "
    return (
        f"In float32: {', '.join(names[:5])}{more}. Where scikit-learn computes in float32, its "
        "answers are rounded by some 1e-7, which the tolerance of a float64 artifact forbids: "
        f"{choice}give the rows as float64.",
    )


def _frozen(artifact: Artifact) -> list[str]:
    return [
        f"Baked in on purpose: {name} is {value!r}, whatever it is where the artifact runs."
        for name, value in sorted(artifact.frozen.items())
    ]


def _mixed(story: Story) -> list[str]:
    """A bundle does what the model does, also where that is no answer to a row."""
    refusals = (attempt.refusal for attempt in story.attempts if attempt.refusal)
    reasons = [reason for refusal in refusals for reason in refusal.reasons]
    if not any(reason.code == "function.mixes-rows" for reason in reasons):
        return []
    return [
        "The bundle answers a row by the rows that are handed in with it, as the model does: "
        "alone, or in another batch, the same row may have another answer."
    ]


def _extensions(artifact: Artifact) -> list[str]:
    """How to load a graph that stock ONNX Runtime does not."""
    if "extensions" not in artifact.details:
        return []
    return [
        "The graph has operators of onnxruntime-extensions: where it runs, install that package, "
        "and pass a session the options of `options = onnxruntime.SessionOptions(); "
        "options.register_custom_ops_library(onnxruntime_extensions.get_library_path())`."
    ]


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
