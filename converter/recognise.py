"""Which artifact a path holds, told by its content."""

from pathlib import Path

from converter.errors import UsageError

PICKLE = "pickle"


def target_of(path: Path) -> str:
    """ "bundle", "onnx", "pmml", or PICKLE for what is left.

    Raises UsageError where there is nothing.
    """
    if path.is_dir():
        if (path / "manifest.json").is_file():
            return "bundle"
        raise UsageError(f"{path} is a folder, and no bundle: it has no manifest.json.")
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    if _is_onnx(path):
        return "onnx"
    return "pmml" if _is_pmml(path) else PICKLE


def _is_onnx(path: Path) -> bool:
    """Ours start with the IR version and the producer; others at least bear the suffix."""
    with path.open("rb") as file:
        head = file.read(64)
    return path.suffix == ".onnx" or (head[:1] == b"\x08" and b"mlconvert" in head)


def _is_pmml(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(1024).lstrip(b"\xef\xbb\xbf \r\n\t")
    return head.startswith(b"<") and b"<PMML" in head
