"""The manifest: what a bundle says of itself, and what `load.py` checks before loading."""

import platform
import sys
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Literal

from adapters.base import Subject
from adapters.to_bundle.by_value import Carried
from converter.trace.own import providers
from converter.trace.source import FunctionCard
from converter.values import Origin, Record, Refusal, Schema

BUNDLE_VERSION = 1


class Manifest(Record):
    """`manifest.json`, beside model.dill, load.py and the recorded rows."""

    bundle_version: int = BUNDLE_VERSION
    python: str
    """Such as "3.11.7"; the first two numbers must match."""
    implementation: str
    """Such as "cpython"."""
    entry: str
    """Dotted name of the model's class."""
    origin: Origin
    schema: Schema
    columns: tuple[str, ...]
    """Of a model trained on a frame: the columns it was trained on, in order."""
    missing: Literal["nan", "none"]
    """What stands for missing text in the model's input."""
    libraries: dict[str, str]
    """Distribution → version, of all that the model's stream and its functions import."""
    modules: tuple[str, ...]
    """Top-level modules needed that no distribution brings and the stream cannot carry."""
    versions: dict[str, str]
    """Library → version that was installed where the model was loaded."""
    functions: tuple[FunctionCard, ...]
    """The user's functions and classes that model.dill carries by value."""
    refusals: tuple[Refusal, ...]
    """Why the bundle stands in another target's place."""
    files: dict[str, str]
    """File name → SHA-256, of every other file of the bundle."""


def describe(model: Any, subject: Subject, carried: Carried, files: dict[str, str]) -> Manifest:
    """The manifest of `model`, whose stream is `carried`."""
    return Manifest(
        python=platform.python_version(),
        implementation=sys.implementation.name,
        entry=f"{type(model).__module__}.{type(model).__qualname__}",
        origin=subject.origin,
        schema=subject.schema,
        columns=_columns(model, subject.schema),
        missing="none" if _knows_none(model, set()) else "nan",
        libraries=_libraries(carried.modules),
        modules=_unprovided(carried.modules),
        versions=dict(sorted(subject.versions.items())),
        functions=carried.functions,
        refusals=subject.refusals,
        files=files,
    )


def _libraries(modules: frozenset[str]) -> dict[str, str]:
    names = {name for module in {*modules, "dill", "numpy"} for name in providers().get(module, ())}
    return {name: version(name) for name in sorted(names)}


def _unprovided(modules: frozenset[str]) -> tuple[str, ...]:
    """Modules that are here and that no package brings; those not here are only ever tried."""
    known = {*sys.stdlib_module_names, *providers(), "__main__", "__builtin__"}
    return tuple(name for name in sorted(modules - known) if _is_here(name))


def _is_here(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ValueError:  # in sys.modules without a spec
        return True


def _columns(model: Any, schema: Schema) -> tuple[str, ...]:
    """The columns the model was trained on, those that it drops included."""
    if schema.kind != "frame":
        return ()
    taken = tuple(field.name for field in schema.inputs)
    trained = tuple(map(str, getattr(model, "feature_names_in_", ())))
    return trained if set(taken) <= set(trained) else taken


def _knows_none(model: Any, seen: set[int]) -> bool:
    """Whether some part of the model was trained on None as the mark of missing text."""
    if id(model) in seen:
        return False
    seen.add(id(model))
    if isinstance(model, list | tuple):
        return any(_knows_none(each, seen) for each in model)
    if not hasattr(model, "get_params") or not hasattr(model, "__dict__"):
        return False
    categories = getattr(model, "categories_", None)
    marks = [value for each in categories or () for value in each if value is None]
    none = bool(marks) or vars(model).get("missing_values", 0) is None
    return none or any(_knows_none(each, seen) for each in vars(model).values())
