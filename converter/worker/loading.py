"""From a model file that passed the policy to the live model, in the worker."""

import warnings
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from adapters import SOURCES
from converter.errors import UnreadableError
from converter.jobs import ModelFile
from converter.worker import cage, code
from converter.worker.answers import methods

SOURCE = {name: import_module(home) for name, home in SOURCES.items()}
LIBRARIES = (
    *("scikit-learn", "numpy", "scipy", "pandas", "joblib", "dill"),
    *("onnx", "onnxruntime", "skl2onnx", "spox"),
)


def load(file: ModelFile) -> tuple[Any, tuple[str, ...]]:
    """The model, and what the libraries had to say while it was rebuilt.

    Raises UnsafeError where the file asks for a cage and there is none; LoadError.
    """
    if file.unknown:
        cage.demand(file.unknown)
    code.provide((), tuple(name.removeprefix("__main__.") for name in file.main_names))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = SOURCE[file.format].load(Path(file.path))
    _check(model, file.origin.path)
    return model, tuple(dict.fromkeys(_told(warning) for warning in caught if _matters(warning)))


def _check(model: Any, name: str) -> None:
    """Raise UnreadableError for what is no fitted model."""
    if isinstance(model, type):
        raise UnreadableError(
            f"{name} holds the class {model.__name__}, not a model.", "Save a fitted model."
        )
    if not methods(model):
        held = _held(model)
        raise UnreadableError(
            f"{name} holds {_article(type(model).__name__)}, which can neither predict nor "
            "transform.",
            f"Save the model alone, such as {held}." if held else "Save a fitted model.",
        )
    if _is_unfitted(model):
        raise UnreadableError(
            f"{name} holds {_article(type(model).__name__)} that is not fitted.",
            "Save it after its `fit`.",
        )


def _held(container: Any) -> str:
    """How to reach the first model inside a dict, a list or a tuple; "" where there is none."""
    if isinstance(container, dict):
        entries = list(container.items())
    else:
        entries = list(enumerate(container)) if isinstance(container, list | tuple) else []
    key = next((key for key, entry in entries if methods(entry)), None)
    return "" if key is None else f"the entry [{key!r}], {_article(type(container[key]).__name__)}"


def _is_unfitted(model: Any) -> bool:
    from sklearn.base import BaseEstimator
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    if not isinstance(model, BaseEstimator):
        return False
    try:
        check_is_fitted(model)
    except NotFittedError:
        return True
    except Exception:  # a stranger's own idea of being fitted
        return False
    return False


def _article(name: str) -> str:
    return f"an {name}" if name[:1] in "AEIOUaeiou" else f"a {name}"


def _versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


VERSIONS = _versions()
"""Library → version installed here, of those that may take part."""


def _matters(warning: warnings.WarningMessage) -> bool:
    return "InconsistentVersion" in warning.category.__name__


def _told(warning: warnings.WarningMessage) -> str:
    """scikit-learn's own warning names each class; once is enough."""
    written = getattr(warning.message, "original_sklearn_version", "?")
    here = getattr(warning.message, "current_sklearn_version", "?")
    return (
        f"The model was saved with scikit-learn {written} and loaded with {here}: "
        "its answers may not be those it once gave."
    )
