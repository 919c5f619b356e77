"""Which artifact a path holds, told by its content."""

from os import PathLike
from pathlib import Path

from converter.errors import UnreadableError, UsageError
from converter.pickles.files import tail_of
from converter.pickles.strangers import ends_as_pmml

PICKLE = "pickle"
_AGAIN = "Copy it again, or convert the model again."


def artifact_at(given: str | Path) -> tuple[Path, str]:
    """Where an artifact stands, and its target; see `target_of`. Raises UsageError for no path."""
    if not isinstance(given, str | PathLike):
        raise UsageError(f"An artifact is named by its path, and this is a {type(given).__name__}.")
    return Path(given), target_of(Path(given))


def target_of(path: Path) -> str:
    """ "bundle", "onnx", "pmml", or PICKLE for what is left.

    Raises UsageError where there is nothing, UnreadableError for an artifact that is empty or cut.
    """
    if path.is_dir():
        if (path / "manifest.json").is_file():
            return "bundle"
        raise UsageError(f"{path} is a folder, and no bundle: it has no manifest.json.")
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    found = "onnx" if _is_onnx(path) else "pmml" if _is_pmml(path) else PICKLE
    if found != PICKLE and not path.stat().st_size:
        raise UnreadableError(f"{path} is empty.", _AGAIN)
    if found == "pmml" and not ends_as_pmml(tail_of(path)):
        raise UnreadableError(f"{path} is cut short, or damaged: it does not end as PMML.", _AGAIN)
    return found


def _is_onnx(path: Path) -> bool:
    """Ours start with the IR version and the producer; others at least bear the suffix."""
    with path.open("rb") as file:
        head = file.read(64)
    return path.suffix == ".onnx" or (head[:1] == b"\x08" and b"mlconvert" in head)


def _is_pmml(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(1024).lstrip(b"\xef\xbb\xbf \r\n\t")
    return path.suffix == ".pmml" or (head.startswith(b"<") and b"<PMML" in head)
