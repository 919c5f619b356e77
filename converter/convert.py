"""The stage that is all of them: a model file becomes an artifact with a verdict."""

from importlib import import_module
from pathlib import Path
from typing import Any, TypedDict, Unpack

from adapters import NEEDS, TARGETS
from adapters.base import Options
from adapters.to_onnx import runtimes
from converter.crew import Crew
from converter.errors import UsageError
from converter.permit import Permit, several
from converter.placing import absolute
from converter.proof import Chosen
from converter.trial import begun, concluded
from converter.values import Verdict
from converter.verdict import Progress, Request


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
