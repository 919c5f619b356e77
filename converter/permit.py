"""What the user allows a worker that loads the model."""

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


def several(given: str | tuple[str, ...]) -> tuple[str, ...]:
    """One name or path, or several."""
    return (given,) if isinstance(given, str) else tuple(given)
