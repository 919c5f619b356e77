"""The stranger's place in the child: our modules make room for theirs.

A model may come from the user's own `converter.py` or `adapters/`. Once ours are imported, they
leave `sys.modules`; what holds a reference to them works on. So in the worker no module of ours
may be imported inside a function.
"""

import importlib
import sys
import types
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

OURS = ("converter", "adapters", "mlconvert")
ROOT = Path(__file__).resolve().parents[2]
"""The folder our packages stand in: site-packages, or a checkout."""


_kept: dict[str, types.ModuleType] = {}


class OursLast:
    """Finds a module that is called like one of ours everywhere else before where ours is."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a stranger's module; None leaves the search to the finders behind."""
        if name not in OURS:
            return None
        elsewhere = [entry for entry in sys.path if Path(entry).resolve() != ROOT]
        return PathFinder.find_spec(name, elsewhere, target)


def ours(name: str) -> types.ModuleType:
    """A module of ours that was imported before the names were given up.

    Raises ModuleNotFoundError where it could not be, for want of a library.
    """
    if not _kept:
        return importlib.import_module(name)
    if name not in _kept:
        raise ModuleNotFoundError(name)
    return _kept[name]


def evict() -> None:
    """Free our names, and give the stranger a `__main__` with nothing in it."""
    for name in list(sys.modules):
        if name.partition(".")[0] in OURS:
            _kept[name] = sys.modules.pop(name)
    sys.meta_path.insert(0, OursLast)
    sys.modules["__main__"] = types.ModuleType("__main__")
