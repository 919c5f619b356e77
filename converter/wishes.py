"""What is wanted of a conversion, checked before anything is done for it."""

import math
from importlib import import_module
from pathlib import Path
from typing import Any, TypedDict, Unpack

from adapters import NEEDS
from adapters.base import Options
from adapters.to_onnx import runtimes
from converter.errors import UsageError
from converter.kinds import checked
from converter.permit import Permit, several
from converter.placing import absolute, demand_file, demand_folder, target_for
from converter.proof import Chosen
from converter.verdict import Progress, Request


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


DEFAULTS: Wishes = {
    "to": "",
    "output": None,
    "golden": None,
    "data": None,
    "atol": None,
    "rtol": None,
    "seed": 0,
    "opset": 0,
    "precision": "float64",
    "runtime": "",
    "ops": "",
    "freeze": (),
    "strict": False,
    "fallback": True,
    "accept_bundle": False,
    "progress": None,
}


def requested(permit: Permit, **wishes: Unpack[Wishes]) -> Request:
    """What is asked, checked as far as no model is needed for that. Raises UsageError."""
    if elsewhere := [name for name in wishes if name in Permit.__struct_fields__]:
        raise UsageError(
            f"The option {elsewhere[0]} holds for a whole session.",
            f"Give it there: mlconvert.session({elsewhere[0]}=…).",
        )
    given: Wishes = {**DEFAULTS, **checked(wishes, Wishes)}  # type: ignore[typeddict-item]
    options = Options(
        precision=given["precision"],
        opset=given["opset"],
        runtime=given["runtime"],
        ops=given["ops"],
        freeze=several(given["freeze"]),
    )
    output = None if given["output"] is None else Path(given["output"])
    to = target_for(given["to"], output)
    _check(to, options, given)
    return Request(
        permit=permit,
        to=to,
        output=output,
        golden=absolute(given["golden"]),
        data=given["data"],
        chosen=Chosen(given["atol"], given["rtol"]),
        seed=given["seed"],
        options=options,
        strict=given["strict"],
        targets=(to, "bundle") if given["fallback"] and to != "bundle" else (to,),
        accept_bundle=given["accept_bundle"],
        say=given["progress"] or (lambda _: None),
    )


def _check(to: str, options: Options, given: Wishes) -> None:
    """Raise UsageError where the call contradicts itself, or names what is not there."""
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
    for name, value in given.items():
        if _is_negative(value):
            raise UsageError(f"The option {name} cannot be {value}: it is not negative.")
    if given["golden"] is not None and given["data"] is not None:
        raise UsageError("A proof stands on golden rows or on data, not on both.")
    demand_file(given["data"])
    demand_folder(given["output"])


def _is_negative(value: Any) -> bool:
    return isinstance(value, int | float) and not 0 <= value < math.inf


def _check_freezable(name: str) -> None:
    kind, colon, rest = name.partition(":")
    if not (name == "clock" or (colon and rest and kind in ("env", "file", "state"))):
        raise UsageError(
            f"{name!r} names nothing that can be frozen.",
            "Write env:NAME (a variable of the environment), clock, file:PATH, "
            "or state:NAME (a variable of the program).",
        )
