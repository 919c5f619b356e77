"""Taking what a worker left in its folder: plain files inside it, of bounded size, or nothing.

A hostile worker may leave links to the user's files, pipes that block whoever opens them, or
files without end.
"""

import os
import stat
from pathlib import Path, PurePosixPath, PureWindowsPath

from converter.errors import WorkerError


def path(folder: Path, name: str, limit: int = 0) -> Path:
    """The file or folder `name` in a worker's `folder`, which no longer runs.

    Nothing on the way there or beneath it is a link, or anything else but files and folders; the
    files hold `limit` bytes together at most (0: no limit). Raises WorkerError otherwise.
    """
    parts = PurePosixPath(name).parts
    elsewhere = PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor
    if not parts or elsewhere or ".." in PureWindowsPath(name).parts:
        raise _nonsense(f"names {name!r}, which is outside its folder")
    steps = [folder.joinpath(*parts[: at + 1]) for at in range(len(parts))]
    size = sum(_size(step) for step in steps)
    for parent, folders, files in os.walk(steps[-1]):
        size += sum(_size(Path(parent, entry)) for entry in folders + files)
    if limit and size > limit:
        raise _nonsense(f"left {size} bytes in {name!r}, where {limit} are allowed")
    return steps[-1]


def content(folder: Path, name: str, limit: int) -> bytes:
    """The bytes of the file `name` in a worker's folder, `limit` of them at most."""
    return path(folder, name, limit).read_bytes()


def _size(entry: Path) -> int:
    try:
        status = entry.lstat()
    except (OSError, ValueError) as error:  # ValueError: a null byte
        raise _nonsense(f"left no {entry.name!r}") from error
    if stat.S_ISDIR(status.st_mode):
        return 0
    if not stat.S_ISREG(status.st_mode):
        raise _nonsense(f"left {entry.name!r}, which is neither a file nor a folder")
    return status.st_size


def _nonsense(what: str) -> WorkerError:
    return WorkerError(f"The worker {what}.", code="worker.nonsense")
