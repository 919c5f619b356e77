"""Several conversions by the same processes: libraries are imported once, runtimes stay warm."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, Unpack

from converter.convert import conversion
from converter.crew import Crew
from converter.errors import MlconvertError, OutputError, UsageError
from converter.kinds import checked
from converter.permit import Permit, several
from converter.placing import destination
from converter.trial import Trial, begun, concluded
from converter.values import Verdict
from converter.verdict import Request
from converter.wishes import Wishes, requested


def session(
    *,
    timeout: float = 600.0,
    memory: int = 0,
    jvm_memory: int = 0,
    allow: str | tuple[str, ...] = (),
    trust: bool = False,
    code: str | tuple[str, ...] = (),
    workers: int = 0,
) -> "Session":
    """Start a session; what a worker may do is the same for all models, and as in `convert`.

    `workers` is how many models `convert_all` may hold at once: by default one for each core, and
    one whose artifact is scored. Fewer take less memory.
    """
    permit = Permit(
        timeout=timeout,
        memory=memory,
        jvm_memory=jvm_memory,
        allow=several(allow),
        trust=trust,
        code=several(code),
    )
    return Session(permit, workers)


class Session:
    """A context in which models are converted one after the other. For one thread.

    Each model is still loaded in a process of its own, in a cage of its own, that does nothing
    else. On Linux it is forked from one that has imported the libraries and never holds a model;
    what scores the artifacts is the same process for all of them. Verdicts are those of `convert`.
    """

    def __init__(self, permit: Permit, workers: int = 0) -> None:
        self._crew = Crew(permit, lasting=True)
        self._workers = workers if workers > 0 else _cores() + 1

    def convert(self, model: Any, **wishes: Unpack[Wishes]) -> Verdict:
        """Convert a model file or a live model, as the function `convert` does.

        Raises MlconvertError.
        """
        return conversion(self._crew, model, **wishes)

    def convert_all(
        self,
        models: Iterable[Any],
        **wishes: Unpack[Wishes],
    ) -> Iterator[tuple[Any, Verdict | MlconvertError]]:
        """Convert models in their order, with the same wishes for all; yield each with its end.

        While one artifact is scored, the next models are already in their workers. `output` is a
        folder, made where there is none; without it each artifact goes where `convert` puts it.
        Of several that would bear one name, the later ones are numbered.

        Raises UsageError and OutputError at once, for wishes that no model could meet, and where
        there is no model.
        """
        folder = wishes.pop("output", None)  # whatever its name ends in, it is a folder
        request = requested(self._crew.permit, **wishes)
        several = _several(models)
        if folder is not None:
            request = request._replace(output=_made_folder(folder))
        return self._one_by_one(several, request)

    def close(self) -> None:
        """End the processes of the session."""
        self._crew.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _one_by_one(
        self, models: Iterable[Any], request: Request
    ) -> Iterator[tuple[Any, Verdict | MlconvertError]]:
        taken: set[Path] = set()
        ahead: deque[_Begun] = deque()
        try:
            for model in models:
                ahead.append(self._begin(model, request, taken))
                if len(ahead) == self._workers:
                    yield _ended(ahead)
            while ahead:
                yield _ended(ahead)
        finally:
            for begun in ahead:
                begun.stack.close()

    def _begin(self, model: Any, request: Request, taken: set[Path]) -> "_Begun":
        stack = ExitStack()
        try:
            trial = stack.enter_context(begun(model, request, self._crew))
        except MlconvertError as error:
            return _Begun(model, error, stack)
        return _Begun(model, _placed(trial, taken), stack)


class _Begun(NamedTuple):
    """A model on its way, or why it is not."""

    model: Any
    trial: Trial | MlconvertError
    stack: ExitStack
    """What its way is made of, to be closed."""

    def end(self) -> Verdict | MlconvertError:
        if isinstance(self.trial, MlconvertError):
            return self.trial
        try:
            return concluded(self.trial)
        except MlconvertError as error:
            return error
        finally:
            self.stack.close()


def _ended(ahead: deque[_Begun]) -> tuple[Any, Verdict | MlconvertError]:
    """The first model and its end; it is ahead, and so closed in any case, until that is there."""
    model, end = ahead[0].model, ahead[0].end()
    ahead.popleft()
    return model, end


def _cores() -> int:
    """Those that this process may use, where the system tells them."""
    own = getattr(os, "sched_getaffinity", None)
    return len(own(0)) if own else os.cpu_count() or 1


def _several(models: Any) -> Iterator[Any]:
    """One by one. Raises UsageError for none, or one alone: a pipeline can be iterated, too."""
    if isinstance(models, str | Path) or hasattr(models, "fit") or not isinstance(models, Iterable):
        raise UsageError(
            f"convert_all takes several models, and was given one {type(models).__name__}.",
            "Put it in a list, or use convert.",
        )
    each = iter(models)
    for first in each:
        return chain([first], each)
    raise UsageError("There is no model to convert: what was given to convert_all is empty.")


def _made_folder(output: Any) -> Path:
    path = Path(checked({"output": output}, Wishes)["output"])
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path} is no folder: {error.strerror or error}.") from error
    return path


def _placed(trial: Trial, taken: set[Path]) -> Trial:
    """The trial, with a place that no model before it has."""
    request = trial.request
    first = place = destination(request.output, trial.source.home, request.to, request.to)
    number = 2
    while place.absolute() in taken:
        place = first.with_stem(f"{first.stem}-{number}")
        number += 1
    taken.add(place.absolute())
    return trial if place == first else trial._replace(request=request._replace(output=place))
