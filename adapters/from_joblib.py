"""A joblib dump becomes a model. Runs only in the worker."""

from pathlib import Path
from typing import Any

from converter.pickles.loading import rebuilding


def load(path: Path) -> Any:
    """The object that the joblib dump at `path` holds, compressed or not.

    Raises:
        LoadError: a module or a name is missing here, or rebuilding failed.
    """
    with rebuilding(path):
        import joblib

        return joblib.load(path)
