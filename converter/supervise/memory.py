"""How much memory a process and its children hold. Linux only: it reads /proc."""

import contextlib
from pathlib import Path

_PROC = Path("/proc")
_OWN = ("RssAnon:", "RssShmem:")


def resident(pid: int) -> int:
    """Bytes of memory of its own that a process and its descendants hold; 0 once it is gone.

    Files they have mapped, such as libraries, do not count: the system can drop those.
    """
    total = 0
    with contextlib.suppress(OSError):
        total += _own(_PROC / str(pid) / "status")
        for task in (_PROC / str(pid) / "task").iterdir():
            total += sum(resident(int(child)) for child in _children(task))
    return total


def _own(status: Path) -> int:
    fields = (line.split() for line in status.read_text().splitlines())
    return sum(int(field[1]) * 1024 for field in fields if field and field[0] in _OWN)


def _children(task: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return (task / "children").read_text().split()
    return []
