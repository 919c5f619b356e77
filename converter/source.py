"""What the user calls a model, a path or a live object, as a file that the policy lets pass."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from adapters.to_bundle.by_value import dumps
from converter.errors import MissingExtraError, UsageError
from converter.inspect import PYTHON_2, inspect
from converter.jobs import ModelFile
from converter.permit import Permit
from converter.pickles.absent import no_module
from converter.pickles.policy import check
from converter.values import Inspection, Origin, Safety


class Opened(NamedTuple):
    """A model file, and where its artifacts go by default."""

    file: ModelFile
    inspection: Inspection
    home: Path


@contextmanager
def opened(model: Any, permit: Permit) -> Iterator[Opened]:
    """Inspect the model and hold it against the policy; a live one is written to a file first.

    Raises UsageError, UnreadableError and UnsafeError.
    """
    if isinstance(model, str | Path):
        yield Opened(*_judged(Path(model), permit, ours=False), Path(model))
        return
    with tempfile.TemporaryDirectory(prefix="mlconvert-") as folder:
        path = Path(folder) / f"{type(model).__name__}.dill"
        _dump(model, path)
        yield Opened(*_judged(path, permit, ours=True), Path.cwd() / path.name)


def _judged(path: Path, permit: Permit, *, ours: bool) -> tuple[ModelFile, Inspection]:
    """`ours`: the user's own live object; its code already runs in this process."""
    found = inspect(path)
    demands_cage = not ours and check(found, allow=permit.allow, trust=permit.trust)
    if not ours:
        _demand_modules(found, path, permit.code)
    unknown = (g.name for g in found.globals if g.safety is not Safety.KNOWN)
    file = ModelFile(
        path=str(path.resolve()),
        format=found.format,
        origin=Origin(path=path.name, sha256=found.sha256, estimator=found.estimator),
        main_names=found.main_names,
        unknown=tuple(unknown) if demands_cage else (),
    )
    return file, found


def _demand_modules(found: Inspection, path: Path, code: tuple[str, ...]) -> None:
    """Raise LoadError for a module that loading would not find, before a worker is started."""
    named = {each.name.partition(".")[0] for each in found.globals}
    for module in found.missing_modules:
        if module in named and PYTHON_2 not in found.hints and not _brings(code, module):
            raise no_module(path.resolve(), module)


def _brings(code: tuple[str, ...], module: str) -> bool:
    """Whether a module stands in a folder of `--code`, or beside a file."""
    paths = [Path(each) for each in code]
    homes = [path if path.is_dir() else path.parent for path in paths]
    return any((home / f"{module}.py").exists() or (home / module).exists() for home in homes)


def _dump(model: Any, path: Path) -> None:
    try:
        path.write_bytes(dumps(model).data)
    except ImportError:
        raise MissingExtraError(
            "A live model is handed to the worker by dill, which is not installed.",
            'Install it with: pip install "mlconvert[onnx]".',
        ) from None
    except Exception as error:  # objects raise what they like when they are pickled
        raise UsageError(
            f"The model cannot be pickled: {type(error).__name__}: {error}"[:300]
        ) from error
