"""Write a bundle. Runs in the worker, where the model lives."""

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from adapters.base import Subject
from adapters.to_bundle import load as template
from adapters.to_bundle.by_value import dumps
from adapters.to_bundle.manifest import Manifest, describe
from converter import rows as named_arrays
from converter.errors import OutputError
from converter.rows import Rows
from converter.trace.seen import UNSEEN, Seen
from converter.values import Artifact, Reason, Refusal, Turn

SUFFIX = ".bundle"
MOST_ROWS = 1000
"""How many rows a bundle keeps for its self-check."""


def write(
    model: Any, subject: Subject, rows: Rows, path: Path, seen: Seen = UNSEEN
) -> Artifact | Refusal:
    """Write the folder `path`, whole or not at all; refuses what cannot be pickled.

    The first rows of `rows` and the model's own answers to them are kept in it. A bundle carries
    the model's own code: what was `seen` of it is not needed.
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
