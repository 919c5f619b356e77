"""The bundle: the model itself in a folder, with all that is needed to load it safely elsewhere.

A folder of `model.dill` (the user's own code inside), `manifest.json`, the recorded rows
(`inputs.npz`, `outputs.npz`) and `load.py`, which checks everything before it loads. It says every
model that can be pickled, in the Python minor version it was made with.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from adapters.base import Rows, Subject
from adapters.to_bundle import load as template
from adapters.to_bundle.by_value import dumps
from adapters.to_bundle.manifest import Manifest, describe
from converter import rows as named_arrays
from converter.errors import LoadError, MlconvertError, OutputError, UnreadableError, UnsafeError
from converter.values import Artifact, Inspection, Reason, Refusal, Turn

SUFFIX = ".bundle"
MOST_ROWS = 1000
"""How many rows a bundle keeps for its self-check."""


def foresee(inspection: Inspection) -> tuple[Reason, ...]:
    """Nothing: whatever could be loaded can be bundled, as far as names tell."""
    return ()


def write(model: Any, subject: Subject, rows: Rows, path: Path) -> Artifact | Refusal:
    """Write the folder `path`, whole or not at all; refuses what cannot be pickled.

    The first rows of `rows` and the model's own answers to them are kept in it.
    """
    try:
        carried = dumps(model)
    except Exception as error:  # objects raise what they like when they are pickled
        return _refusal(error)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
            new = Path(folder) / path.name
            new.mkdir()
            (new / "model.dill").write_bytes(carried.data)
            shutil.copyfile(Path(template.__file__), new / "load.py")
            manifest = describe(model, subject, carried, {})
            _record(model, manifest, rows, new)
            _write_manifest(manifest, new)
            _put(new, path)
    except OSError as error:
        raise OutputError(f"{path.name} could not be written: {error.strerror}.") from error
    return _artifact(path)


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


# --- writing ----------------------------------------------------------------------------------


def _refusal(error: Exception) -> Refusal:
    told = " ".join(str(error).split())[:300] or type(error).__name__
    message = f"the model cannot be pickled: {told}"
    reason = Reason(code="bundle.unpicklable", message=message, turn=Turn.LIBRARY)
    return Refusal(target="bundle", reasons=(reason,))


def _record(model: Any, manifest: Manifest, rows: Rows, folder: Path) -> None:
    """Keep rows and the model's answers; none where the model raises on them."""
    inputs = named_arrays.take(rows, slice(MOST_ROWS))
    try:
        outputs = template.answers(model, inputs, msgspec.to_builtins(manifest))
        named_arrays.save(folder / "outputs.npz", outputs)
        named_arrays.save(folder / "inputs.npz", inputs)
    except Exception:  # rows outside the model's domain: a bundle without a self-check
        (folder / "outputs.npz").unlink(missing_ok=True)


def _write_manifest(manifest: Manifest, folder: Path) -> None:
    files = {file.name: _sha256(file) for file in sorted(folder.iterdir())}
    whole = msgspec.json.encode(msgspec.structs.replace(manifest, files=files))
    (folder / "manifest.json").write_bytes(msgspec.json.format(whole, indent=2) + b"\n")


def _put(new: Path, path: Path) -> None:
    """Move the finished folder to its name; an older one makes way, and goes with the temporary."""
    if path.is_dir() and not path.is_symlink():
        path.rename(new.with_name("old"))
    else:
        path.unlink(missing_ok=True)
    new.rename(path)


def _artifact(path: Path) -> Artifact:
    manifest = path / "manifest.json"
    size = sum(file.stat().st_size for file in path.iterdir())
    read = msgspec.json.decode(manifest.read_bytes(), type=Manifest)
    return Artifact(
        target="bundle",
        path=str(path),
        sha256=_sha256(manifest),
        size=size,
        details={"python": read.python, "entry": read.entry},
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


# --- reading ----------------------------------------------------------------------------------


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
