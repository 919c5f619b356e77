"""Unexpected failures. Each holds its fields, composes one sentence, and owns its exit code.

A model that a target cannot say is not an error: that is a `Refusal` (see `values.py`).
"""

import errno


class MlconvertError(Exception):
    """What ends a job: `what` happened, in one sentence, and the `remedy`, where there is one.

    `code` is stable, so that scripts may test for it; `mlconvert explain CODE` tells more.
    """

    exit_code = 5
    code = "failed"

    def __init__(self, what: str, remedy: str = "", *, code: str = "") -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy
        self.code = code or type(self).code

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


class UsageError(MlconvertError):
    """The command or the call contradicts itself, or names something that is not there."""

    exit_code = 2
    code = "usage"


class UnreadableError(MlconvertError):
    """The file is not what it should be: truncated, of an unknown format, or not there."""

    code = "unreadable"


class UnsafeError(MlconvertError):
    """The policy forbids loading the file; `names` are the globals it objects to."""

    code = "unsafe"

    def __init__(self, what: str, remedy: str = "", *, names: tuple[str, ...] = ()) -> None:
        super().__init__(what, remedy)
        self.names = names


class LoadError(MlconvertError):
    """The model could not be rebuilt in the worker: a module or a name is missing there."""

    code = "load"


class WorkerError(MlconvertError):
    """The worker died, hung, outgrew its memory or answered nonsense."""

    code = "worker"


class MissingExtraError(MlconvertError):
    """A library that an extra of mlconvert brings is not installed."""

    code = "missing-extra"


class OutputError(MlconvertError):
    """The result could not be written: no space, no permission."""

    code = "output"


NO_SPACE = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""How the system says that there is no room: on the disk, in one file, for this user."""


def no_space(where: str = "") -> OutputError:
    """The error of an OSError with one of these numbers."""
    return OutputError(f"There is no space left on the disk{where}.", "Free some and try again.")
