"""Modules that a model file names and that are not here: what to say of them."""

import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from converter.errors import LoadError

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


def no_module(path: Path, module: str) -> LoadError:
    """What to say where a file names a module that cannot be imported."""
    top = module.partition(".")[0]
    if "." in module and _is_here(top):
        return LoadError(
            f"{path} names the module {module}, which {installed(top)} does not have.",
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


def installed(top: str) -> str:
    """A top-level module as the package, and its version, that brings it."""
    package = PACKAGES.get(top, top)
    try:
        return f"the installed {package} {version(package)}"
    except PackageNotFoundError:
        return f"the {top} found here"
