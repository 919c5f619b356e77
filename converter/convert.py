"""The stage that is all of them: a model file becomes an artifact with a verdict."""

from pathlib import Path
from typing import Any, Unpack

from converter.crew import Crew
from converter.permit import Permit, several
from converter.trial import begun, concluded
from converter.values import Verdict
from converter.verdict import Progress
from converter.wishes import Wishes, requested


def convert(
    model: Any,
    *,
    to: str = "",
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
    it in any case. Without `to`, the suffix of `output` names the target, else it is ONNX. What
    each option means stands in `mlconvert convert --help`.

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


def conversion(crew: Crew, model: Any, **wishes: Unpack[Wishes]) -> Verdict:
    """Convert a model by the processes of a crew. Raises MlconvertError."""
    request = requested(crew.permit, **wishes)
    with begun(model, request, crew) as trial:
        return concluded(trial)
