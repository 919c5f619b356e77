"""From a model file that passed the policy to the live model, in the worker."""

import warnings
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from adapters import SOURCES
from converter.jobs import ModelFile
from converter.worker import cage, code

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
    return model, tuple(dict.fromkeys(_told(warning) for warning in caught if _matters(warning)))


def versions() -> dict[str, str]:
    """Library → version installed here, of those that may take part."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


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
