"""What the user allows a worker that loads the model."""

from os import PathLike
from typing import Any

from msgspec.structs import asdict

from converter.kinds import checked
from converter.supervise import Child, Limits, spawn
from converter.supervise.stable import Stable
from converter.values import Record


class Permit(Record):
    """What the user allows a worker that loads the model."""

    timeout: float = 600.0
    memory: int = 0
    allow: tuple[str, ...] = ()
    trust: bool = False
    """Load unknown code without the cage."""
    code: tuple[str, ...] = ()
    jvm_memory: int = 0
    """Bytes that Java may use where it scores; 0: half of the machine's."""

    def __post_init__(self) -> None:
        """Raise UsageError for a value of another kind."""
        checked(asdict(self), Permit)

    def spawn(
        self,
        jobs: str,
        *,
        warm: tuple[str, ...] = (),
        stable: Stable | None = None,
        serves: bool = False,
    ) -> Child:
        """A worker within these bounds; see `converter.supervise.spawn`."""
        return spawn(
            jobs,
            caged=not self.trust,
            limits=Limits(timeout=self.timeout, memory=self.memory),
            code=self.code,
            warm=warm,
            stable=stable,
            serves=serves,
            environment={"MLCONVERT_JVM_MEMORY": str(self.jvm_memory)} if self.jvm_memory else {},
        )


def several(given: Any) -> tuple[Any, ...]:
    """One name or path, or several; what is neither is left to a check."""
    each = given if isinstance(given, tuple | list | set | frozenset) else (given,)
    return tuple(str(one) if isinstance(one, PathLike) else one for one in each)
