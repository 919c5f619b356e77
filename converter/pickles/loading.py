"""What every reader of pickles does about loading: the Python check before, the sentences after.

Used only where models are loaded: in the worker.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from converter.errors import LoadError, MlconvertError
from converter.pickles.code import minors, pythons
from converter.pickles.files import head_of, open_tape
from converter.pickles.machine import Machine

PACKAGES = {
    "sklearn": "scikit-learn", "imblearn": "imbalanced-learn", "cv2": "opencv-python",
    "PIL": "Pillow", "skimage": "scikit-image", "yaml": "PyYAML", "bs4": "beautifulsoup4",
    "dateutil": "python-dateutil", "xgboost": "xgboost-cpu", "sklego": "scikit-lego",
    "category_encoders": "category-encoders", "feature_engine": "feature-engine",
} | {name: name for name in (
    "numpy", "scipy", "pandas", "joblib", "dill", "cloudpickle", "lightgbm", "catboost",
    "statsmodels", "polars", "pyarrow", "nltk", "spacy", "gensim", "torch", "tensorflow", "keras",
    "mlxtend", "skops",
    "sklearn_pandas", "onnx", "numba", "textblob", "xlrd", "lz4",
)}  # fmt: skip
"""Top-level modules of public packages → what pip calls them."""
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
        raise _no_module(path, error.name or str(error)) from error
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


def _no_module(path: Path, module: str) -> LoadError:
    top = module.partition(".")[0]
    if "." in module and _is_here(top):
        return LoadError(
            f"{path} names the module {module}, which {_installed(top)} does not have.",
            f"Install the {PACKAGES.get(top, top)} that wrote the file.",
        )
    if top in PACKAGES:
        return LoadError(
            f"{path} needs {top}, which is not installed.", f"pip install {PACKAGES[top]}"
        )
    beside = next((p for p in (path.parent / f"{top}.py", path.parent / top) if p.exists()), None)
    if beside is not None:
        return LoadError(
            f"{path} names the module {top}, which stands beside it and is not loaded unasked.",
            f"Give it with --code {beside}.",
        )
    return LoadError(
        f"{path} names the module {top}, which cannot be found here.",
        f"Give its file with --code {top}.py, or, if it is a public package, pip install {top}.",
    )


def _is_here(top: str) -> bool:
    try:
        return top in sys.modules or find_spec(top) is not None
    except (ImportError, ValueError):
        return False


def _installed(top: str) -> str:
    package = PACKAGES.get(top, top)
    try:
        return f"the installed {package} {version(package)}"
    except PackageNotFoundError:
        return f"the {top} found here"


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
            f"{path} names {module}.{name}, which {_installed(top)} does not have.",
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
