"""Which modules are the user's own: those that no installed distribution brings."""

import sys
import sysconfig
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path


@cache
def providers() -> dict[str, tuple[str, ...]]:
    """Top-level module → the distributions installed here that bring it."""
    return {name: tuple(sorted(set(by))) for name, by in packages_distributions().items()}


def is_own(module: str | None) -> bool:
    """Whether `module` (dotted) is user code: a script, a notebook, a file on the path.

    Packages installed in editable mode count as the user's own, for they are not what another
    machine would install. So do modules that are not here at all, whose code a file carried.
    """
    top = (module or "__main__").partition(".")[0]
    if top == "__main__" or top == "__mp_main__":
        return True
    file = _file(top)
    if top in sys.stdlib_module_names:
        return file != Path() and not file.is_relative_to(sysconfig.get_path("stdlib"))
    if {"site-packages", "dist-packages"} & set(file.parts):
        return False
    return not any(_brings(name, file) for name in providers().get(top, ()))


def _file(top: str) -> Path:
    """Where the loaded module came from; the empty path where that is not known."""
    module = sys.modules.get(top)
    file = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), "")
    return Path(file)


def _brings(name: str, file: Path) -> bool:
    """Whether the distribution holds the file itself; a stray "tests" beside it does not count."""
    home = Path(str(distribution(name).locate_file("")))
    return file == Path() or file.is_relative_to(home)
