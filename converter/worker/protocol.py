"""The records that cross between `supervise` and `worker.main`, whose docstring tells the order."""

import msgspec

from converter.values import Record


class Setup(Record):
    """What the child is told on its command line, before any job."""

    jobs: str
    """Dotted name of the module whose `run(job, folder)` does the work."""
    folder: str
    """The child's own folder: where it writes."""
    parent: int
    """The process the child must not outlive."""
    caged: bool
    writable: tuple[str, ...] = ()
    warm: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    environment: dict[str, str] = {}
    """Variables beside those of the parent."""
    bell: int = 0
    """The descriptor on which a child that serves several jobs rings after each; 0: it has one."""
    control: int = 0
    """The descriptor on which a stable is asked for workers; 0: it does the work itself."""


class Fork(Record):
    """What a forked worker is told, the first line on its stdin."""

    setup: Setup
    """Its `parent` is the stable."""
    environment: tuple[tuple[bytes, bytes], ...]
    """What may have changed in the parent since the stable was started, and"""
    cwd: bytes
    """where the parent is now."""


class Hello(Record):
    """The child's first line on stdout: it stands, and these protections hold."""

    protections: tuple[str, ...]


class Failure(Record):
    """A job that ended with an exception."""

    kind: str
    """Name of the class of `converter.errors` to raise in the parent."""
    code: str
    what: str
    remedy: str = ""
    names: tuple[str, ...] = ()
    traceback: str = ""
    """"" for the errors we raise ourselves."""


class Reply(Record):
    """What stands in `reply.json`: the job's own record, or why there is none."""

    result: msgspec.Raw = msgspec.Raw(b"null")
    failure: Failure | None = None


def one_line(text: str, limit: int = 300) -> str:
    """The first line of `text` that says something, printable and cut: a stranger wrote it."""
    line = next((line for line in text.splitlines() if line.strip()), "").strip()
    clean = "".join(char if char.isprintable() else "?" for char in line)
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
