"""Putting a proved artifact in its place: whole, in one step, or not at all."""

import shutil
import tempfile
from pathlib import Path

from converter.errors import OutputError


def absolute(path: str | Path | None) -> str:
    """A path that means the same in a worker; "" for none."""
    return "" if path is None else str(Path(path).resolve())


def destination(output: Path | None, home: Path, target: str, asked: str) -> Path:
    """An artifact's place: as `output` says, or beside the model at `home` under its name.

    `output` may be a folder to put it in; it names the target `asked` for, and another target
    takes its name with a suffix of its own.
    """
    suffix = f".{target}"
    if output is None:
        return home.with_suffix(suffix)
    if output.is_dir() and not (output / "manifest.json").is_file():
        return output / home.with_suffix(suffix).name
    return output if target == asked else output.with_suffix(suffix)


def place(made: Path, destination: Path) -> Path:
    """Move a file or folder to `destination`, in place of what stands there.

    It is first brought beside its destination, then renamed, so that no reader sees half of it.
    Raises OutputError where that cannot be done; what stood there is then still there.
    """
    try:
        with tempfile.TemporaryDirectory(
            dir=destination.parent, prefix=f".{destination.name}."
        ) as folder:
            beside = Path(folder) / "new"
            shutil.move(made, beside)
            _swap(beside, destination, Path(folder) / "old")
    except OSError as error:
        raise OutputError(
            f"{destination} could not be written: {error.strerror or error}.",
            "What stood there before is untouched.",
        ) from error
    return destination


def _swap(new: Path, destination: Path, old: Path) -> None:
    """A file replaces a file at once; a folder cannot, so the old one steps aside first."""
    if new.is_file() and not destination.is_dir():
        new.replace(destination)
        return
    if destination.exists() or destination.is_symlink():
        destination.rename(old)
    try:
        new.rename(destination)
    except OSError:
        if old.exists():
            old.rename(destination)
        raise
