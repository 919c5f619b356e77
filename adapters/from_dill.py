"""A dill dump becomes a model. Runs only in the worker."""

from pathlib import Path
from typing import Any

from converter.pickles.files import open_stream
from converter.pickles.loading import rebuilding


def load(path: Path) -> Any:
    """The object that the dill dump at `path` holds.

    Raises:
        LoadError: another minor of Python compiled its functions, a module or a name is missing
            here, or rebuilding failed.
    """
    with rebuilding(path), open_stream(path) as stream:
        import dill

        return dill.load(stream)
