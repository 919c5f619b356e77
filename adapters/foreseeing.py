"""What the names in a model file tell of converting it, for every target that converts."""

import re
from functools import cache
from pathlib import Path

from adapters.names import public
from converter.values import Inspection, Safety


def named(inspection: Inspection) -> tuple[str, ...]:
    """The public names of what a file names, each once."""
    return tuple(dict.fromkeys(public(found.name) for found in inspection.globals))


@cache
def refused(verdicts: Path) -> frozenset[str]:
    """The estimators that were tried for a target and refused.

    `verdicts` has an estimator and what was found of it on each line.
    """
    lines = verdicts.read_text(encoding="utf-8").splitlines() if verdicts.exists() else []
    pairs = [line.split() for line in lines]
    return frozenset(name for name, verdict in pairs if verdict == "refused")


UNTRIED = frozenset(
    {
        "sklearn.feature_extraction.DictVectorizer",
        "sklearn.feature_extraction.FeatureHasher",
        "sklearn.feature_extraction.text.HashingVectorizer",
        "sklearn.impute.IterativeImputer",
    }
)
"""Estimators whose input the support table does not try; they have no converter."""


def traced(inspection: Inspection) -> tuple[str, ...]:
    """The functions and classes that are not scikit-learn's: the conversion itself traces them."""
    held = any(public(found.name) == _HOLDER for found in inspection.globals)
    library = [found.name for found in inspection.globals if held and _is_function(found.name)]
    own = [
        found.name
        for found in inspection.globals
        if found.safety is Safety.UNKNOWN and not _is_plumbing(found.name)
    ]
    script = map(_plain, (*inspection.by_value, *inspection.main_names))
    return tuple(dict.fromkeys((*library, *script, *own)))


_HOLDER = "sklearn.preprocessing.FunctionTransformer"


def _is_function(name: str) -> bool:
    """Such as `numpy.log1p`; the names by which arrays are rebuilt are none."""
    return bool(_FUNCTION.fullmatch(name)) and name not in _REBUILDERS


_FUNCTION = re.compile(r"numpy\.[a-z][a-z0-9_]*|scipy\.special\.[a-z_.]+")
_REBUILDERS = {"numpy.ndarray", "numpy.dtype", "numpy.matrix", "numpy.memmap", "numpy.generic"}
_REBUILDERS |= {f"numpy.{kind}{n}" for kind in ("int", "uint", "float") for n in (8, 16, 32, 64)}
_REBUILDERS |= {"numpy.bool", "numpy.bool_", "numpy.str_", "numpy.object_", "numpy.datetime64"}


def _is_plumbing(name: str) -> bool:
    """Names by which pickles, dill and cloudpickle carry what is told by itself.

    Everything below `__main__` is among the inspection's own main names.
    """
    return name.split(".")[0] in _PLUMBING


_PLUMBING = {"__main__", "_codecs", "builtins", "cloudpickle", "collections", "copyreg", "dill"}
_PLUMBING |= {"functools", "joblib", "numpy", "pandas", "scipy", "sklearn", "types", "typing"}


def _plain(name: str) -> str:
    return name.removeprefix("__main__.")
