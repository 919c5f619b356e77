"""The stranger's place in the child: our modules make room for theirs.

A model may come from the user's own `converter.py` or `adapters/`. Once ours are imported, they
leave `sys.modules`; what holds a reference to them works on. So in the worker no module of ours
may be imported inside a function.
"""

import sys
import types
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

OURS = ("converter", "adapters", "mlconvert")
ROOT = Path(__file__).resolve().parents[2]
"""The folder our packages stand in: site-packages, or a checkout."""


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


def evict() -> None:
    """Free our names, and give the stranger a `__main__` with nothing in it."""
    for name in list(sys.modules):
        if name.partition(".")[0] in OURS:
            del sys.modules[name]
    sys.meta_path.insert(0, OursLast)
    sys.modules["__main__"] = types.ModuleType("__main__")
