"""What every reader of pickles does about loading: the Python check before, the sentences after.

Used only where models are loaded: in the worker.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from converter.errors import LoadError, MlconvertError
from converter.pickles.absent import PACKAGES, installed, no_module
from converter.pickles.code import minors, pythons
from converter.pickles.files import head_of, open_tape
from converter.pickles.machine import Machine

_LACKING = (
    re.compile(r"Can't get attribute '(?P<name>[^']+)' on <module '(?P<module>[^']+)'"),
    re.compile(r"module '(?P<module>[^']+)' has no attribute '(?P<name>[^']+)'"),
)
MAIN = frozenset({"__main__", "__mp_main__"})


@contextmanager
def rebuilding(path: Path) -> Iterator[None]:
    """Check that this Python can run the code in `path`; then turn what loading raises into words.

    Raises LoadError. Warnings pass through: whoever loads may record them.
    """
    check_python(path)
    try:
        yield
    except MlconvertError:
        raise
    except ModuleNotFoundError as error:
        raise no_module(path, error.name or str(error)) from error
    except AttributeError as error:
        raise _no_attribute(path, error) or _anything(path, error) from error
    except Exception as error:
        raise _anything(path, error) from error


def check_python(path: Path) -> None:
    """Raise LoadError where the file carries code that another minor of Python compiled.

    Running it all the same crashes, or gives wrong numbers.
    """
    machine = Machine(open_tape(path, head_of(path)))
    machine.run()
    possible = minors(machine.made)
    here = sys.version_info.minor
    if possible and here not in possible:
        named = pythons(possible)
        raise LoadError(
            f"The functions in {path} were compiled by Python {named}, "
            f"and this is Python 3.{here}, which cannot run them.",
            f"Run mlconvert with Python {named}.",
        )


def _no_attribute(path: Path, error: AttributeError) -> LoadError | None:
    found = next((m for pattern in _LACKING if (m := pattern.search(str(error)))), None)
    if found is None:
        return None
    module, name = found["module"], found["name"]
    if module in MAIN or module.endswith(".__main__"):  # by `python -m`
        return LoadError(
            f"{path} names __main__.{name}, a function or class of the script that saved it, "
            "which the file does not carry.",
            "Give that script with --code train.py.",
        )
    if module.partition(".")[0] in PACKAGES:
        top = module.partition(".")[0]
        return LoadError(
            f"{path} names {module}.{name}, which {installed(top)} does not have.",
            f"Install the {PACKAGES[top]} that wrote the file.",
        )
    return LoadError(
        f"{path} names {module}.{name}, which the module {module} found here does not have.",
        f"Give the right file with --code {module.partition('.')[0]}.py.",
    )


def _anything(path: Path, error: Exception) -> LoadError:
    lines = str(error).strip().splitlines()
    said = f"{type(error).__name__}: {lines[0] if lines else ''}".removesuffix(": ")
    return LoadError(f"{path} could not be loaded: {said[:300]}.")
