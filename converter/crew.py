"""The processes of a stage or of a session: who does which job, and how long each of them lives.

Whatever holds a stranger's code does one job and is gone. What scores artifacts that hold none
stays, and scores one after the other.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from adapters import FINISHERS, TARGETS
from converter.permit import Permit
from converter.supervise import Child
from converter.supervise.stable import POSSIBLE, Stable

CONVERTING = "converter.worker.converting"
ANSWERING = "converter.worker.answering"
SCORING = "converter.worker.scoring"
"""The modules of the jobs."""
PRACTICE = "converter.worker.practice"

_WARM = {CONVERTING: ("sklearn.base", "sklearn.utils.validation", "joblib")}
"""What a worker imports while the file is still being read."""
_RUNTIMES = {"onnx": ("onnxruntime",), "pmml": ("adapters.to_pmml.java.warm",)}
"""What a scoring process imports before there is anything to score."""
_FOREIGN = {"bundle"}
"""Targets whose artifacts hold a stranger's code."""
_ALONE = {"pmml"}
"""Targets whose process is good for nothing else: SciPy is not safe beside Java."""
_ESTIMATORS = (
    *("calibration", "cluster", "compose", "covariance", "cross_decomposition", "decomposition"),
    *("discriminant_analysis", "dummy", "ensemble", "feature_extraction.text"),
    *("feature_selection", "impute", "isotonic", "kernel_approximation", "kernel_ridge"),
    *("linear_model", "mixture", "multiclass", "multioutput", "naive_bayes", "neighbors"),
    *("neural_network", "pipeline", "preprocessing", "random_projection", "svm", "tree"),
)
"""What a stable has of scikit-learn, so that no worker imports what many of them need."""
_OPERATORS = ("spox.opset.ai.onnx.v20",)
"""What functions of text and numbers are written with."""


def _writers(targets: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{TARGETS[target]}.write" for target in targets)


class Crew:
    """Processes within the bounds of a permit. Use it as a context manager, or `close` it.

    A `lasting` one forks its workers from one that has everything imported, where the system can.
    """

    def __init__(self, permit: Permit, *, lasting: bool = False) -> None:
        self.permit = permit
        self._lasting = lasting and POSSIBLE
        self._stable: Stable | None = None
        self._scorers: dict[str, Child] = {}
        self._started: Child | None = None

    def start(self, target: str) -> None:
        """Have the processes of one conversion start, before there is anything to do for them."""
        self._started = self.worker(CONVERTING, (target, "bundle"))
        if target not in FINISHERS:
            self.ready(target)

    def worker(self, jobs: str, targets: tuple[str, ...] = ()) -> Child:
        """A process for one job of a module, which may hold a stranger's code.

        One that converts can write those `targets`: the libraries of no other are imported.
        """
        if jobs == CONVERTING and self._started:
            started, self._started = self._started, None
            return started
        if self._lasting:
            return self.permit.spawn(jobs, stable=self._forking())
        return self.permit.spawn(jobs, warm=(*_WARM.get(jobs, ()), *_writers(targets)))

    def ready(self, target: str) -> None:
        """Have what scores artifacts of a target start, or start again where it has died."""
        if self._lasting and target in _FOREIGN:
            return
        there = self._scorers.get(target)
        if there and not there.alive:
            self._scorers.pop(target).close()
        if target not in self._scorers:
            self._scorers[target] = self.permit.spawn(
                SCORING, warm=_RUNTIMES.get(target, ()), serves=True
            )

    @contextmanager
    def scorer(self, target: str) -> Iterator[Child]:
        """A process that scores artifacts of a target, to be `ask`ed."""
        if target in _FOREIGN:
            with self._unused() as child:
                yield child
        else:
            self.ready(target)
            yield self._scorers[target]

    def close(self) -> None:
        """End all processes that are left."""
        for child in (self._started, *self._scorers.values()):
            if child:
                child.close()
        if self._stable:
            self._stable.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _unused(self) -> Child:
        """A process that scores once, and nothing else: a stranger is alone in it."""
        idle = (name for name, child in self._scorers.items() if not child.asked)
        spare = next((name for name in idle if name not in _ALONE), None)
        if self._lasting or spare is None:
            return self.worker(SCORING)
        child = self._scorers.pop(spare)
        child.serves = False
        return child

    def _forking(self) -> Stable:
        if self._stable and not self._stable.alive:
            self._stable.close()
            self._stable = None
        if not self._stable:
            warm = (
                *(ANSWERING, SCORING, *_writers(TARGETS), PRACTICE, *_OPERATORS),
                *(f"sklearn.{name}" for name in _ESTIMATORS),
            )
            self._stable = Stable(CONVERTING, caged=not self.permit.trust, warm=warm)
        return self._stable
