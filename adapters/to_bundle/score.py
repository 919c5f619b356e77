"""Score a bundle through its own `load.py`, in a caged process that held no model."""

from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from adapters.base import Subject
from adapters.to_bundle import load as template
from adapters.to_bundle.manifest import Manifest
from converter.errors import LoadError, MlconvertError, UnreadableError, UnsafeError
from converter.rows import Rows


def score(path: Path, rows: Rows) -> Rows:
    """The bundle's answers through its own load.py, checked by ours first; for a caged process.

    Raises UnsafeError for a changed file, UnreadableError for a missing one, LoadError where
    Python or a library differs or the model does not load.
    """
    manifest = _checked(path)
    shipped = _shipped(path, manifest)
    try:
        model = shipped.load(path)
    except Exception as error:  # whatever a stranger's objects raise when rebuilt
        told = str(error) or type(error).__name__
        raise LoadError(f"The bundle {path.name} does not load here: {told}") from error
    result: Rows = shipped.answers(model, rows, manifest)
    return result


def card(path: Path) -> Subject:
    """What the manifest says. Raises UnreadableError or UnsafeError, as `score` does."""
    try:
        manifest = msgspec.convert(_checked(path), Manifest)
    except msgspec.ValidationError as error:
        raise UnreadableError(f"The manifest of {path.name} is not one: {error}.") from error
    return Subject(
        origin=manifest.origin,
        schema=manifest.schema,
        versions=manifest.versions,
        refusals=manifest.refusals,
    )


def carried(path: Path) -> tuple[Rows, Rows] | None:
    """The recorded rows and the model's answers to them; None where it has none."""
    manifest = _checked(path)
    if "outputs.npz" not in manifest["files"]:
        return None
    inputs, outputs = (
        template.read_rows(path, manifest, f"{name}.npz") for name in ("inputs", "outputs")
    )
    return inputs, outputs


def intermediate(path: Path, rows: Rows) -> Rows:
    """Nothing: what flows in a bundle is what flows in the model."""
    return {}


def versions() -> dict[str, str]:
    """The runtime is the model's own Python, whose libraries the loader has checked."""
    return {}


def _checked(path: Path) -> dict[str, Any]:
    try:
        return template.check(path)
    except template.BundleError as error:
        raise _as_ours(error) from error


def _as_ours(error: template.BundleError) -> MlconvertError:
    if isinstance(error, template.TamperedError):
        return UnsafeError(str(error))
    return UnreadableError(str(error))


def _shipped(path: Path, manifest: dict[str, Any]) -> Any:
    """The bundle's own load.py as a module, so that the proof covers the file that is shipped.

    Run from the bytes that were checked: an import would prefer a `__pycache__` beside it.
    """
    try:
        source = template.read_checked(path, manifest, "load.py")
    except KeyError as error:
        raise UnreadableError(f"{path.name} has no load.py.") from error
    module = ModuleType("load")
    module.__file__ = str(path / "load.py")
    exec(compile(source, module.__file__, "exec", dont_inherit=True), vars(module))
    return module
