"""A pickle becomes a model. Runs only in the worker."""

import pickle
from pathlib import Path
from typing import Any

from converter.pickles.files import open_stream
from converter.pickles.loading import rebuilding


def load(path: Path) -> Any:
    """The object that the pickle at `path` holds.

    Python 2's byte strings are read as latin-1, as numpy needs it for the bytes of its arrays.

    Raises:
        LoadError: a module or a name is missing here, or rebuilding failed.
    """
    with rebuilding(path), open_stream(path) as stream:
        return pickle.load(stream, encoding="latin1")
