"""Putting a proved artifact in its place: whole, in one step, or not at all."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from adapters import TARGETS
from converter.errors import OutputError, UsageError


def absolute(path: str | Path | None) -> str:
    """A path that means the same in a worker; "" for none."""
    return "" if path is None else str(Path(path).resolve())


def target_for(to: str, output: Path | None) -> str:
    """The target asked for, or the one that the suffix of `output` names; ONNX without either.

    Raises UsageError where there is no such target, and where the two contradict each other.
    """
    if to and to not in TARGETS:
        raise UsageError(f"There is no target {to!r}.", f"The targets are {', '.join(TARGETS)}.")
    named = "" if output is None or _holds_artifacts(output) else output.suffix.lower()[1:]
    if named not in TARGETS:
        return to or next(iter(TARGETS))
    if output is not None and to not in ("", named):
        raise UsageError(
            f"The name of {output} says {named}, and the target asked for is {to}.",
            f"Name it {output.with_suffix(f'.{to}').name}, or ask for {named}.",
        )
    return named


def demand_file(path: Any) -> None:
    """Raise UsageError for the path of a file that is not there; what is no path passes."""
    if isinstance(path, str | Path) and not Path(path).exists():
        raise UsageError(f"There is no file {path}.")


def demand_folder(output: str | Path | None) -> None:
    """Raise UsageError where there is no folder that `output` could be written into."""
    place = None if output is None else Path(output)
    if place and str(output).endswith(("/", os.sep)) and not place.is_dir():
        raise UsageError(f"There is no folder {str(output)!r}.", "Create it first.")
    if place and not place.parent.is_dir():
        raise UsageError(
            f"There is no folder {str(place.parent)!r} to write {place.name!r} into.",
            "Create it first.",
        )


def _holds_artifacts(output: Path) -> bool:
    """Whether it is a folder to put artifacts in, and not a bundle."""
    return output.is_dir() and not (output / "manifest.json").is_file()


def destination(output: Path | None, home: Path, target: str, asked: str) -> Path:
    """An artifact's place: as `output` says, or beside the model at `home` under its name.

    `output` may be a folder to put it in; it names the target `asked` for, and another target
    takes its name with a suffix of its own.
    """
    suffix = f".{target}"
    if output is None:
        return home.with_suffix(suffix)
    if _holds_artifacts(output):
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
