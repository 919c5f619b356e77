"""A cloudpickle dump becomes a model. Runs only in the worker.

The stream is a pickle; it names the functions of the cloudpickle package that rebuild its code.
"""

import pickle
from pathlib import Path
from typing import Any

from converter.pickles.files import open_stream
from converter.pickles.loading import rebuilding


def load(path: Path) -> Any:
    """The object that the cloudpickle dump at `path` holds.

    Raises:
        LoadError: another minor of Python compiled its functions, a module or a name is missing
            here, or rebuilding failed.
    """
    with rebuilding(path), open_stream(path) as stream:
        return pickle.load(stream)
