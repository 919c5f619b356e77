"""What the names in a model file tell of converting it, without loading spox or the model."""

import re
from functools import cache
from pathlib import Path

from adapters.to_onnx.table import CONVERTERS, public
from converter.values import Inspection, Reason, Safety, Turn

VERDICTS = Path(__file__).with_name("support.txt")
"""Estimator and verdict, one a line; benchmarks/support.py writes it from what it measures."""


def foresee(inspection: Inspection) -> tuple[Reason, ...]:
    """The reasons to refuse that the names alone already tell: estimators without a converter."""
    names = dict.fromkeys(public(found.name) for found in inspection.globals)
    return tuple(_unsaid(name) for name in names if name in _refused())


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
_UNTRIED = {
    "sklearn.feature_extraction.DictVectorizer",
    "sklearn.feature_extraction.FeatureHasher",
    "sklearn.feature_extraction.text.HashingVectorizer",
    "sklearn.impute.IterativeImputer",
}
"""Estimators whose input the support table does not try; they have no converter."""


@cache
def _refused() -> frozenset[str]:
    """The estimators that were tried and gave no graph, or a wrong one."""
    lines = VERDICTS.read_text(encoding="utf-8").splitlines() if VERDICTS.exists() else []
    pairs = [line.split() for line in lines]
    refused = {name for name, verdict in pairs if verdict == "refused"}
    return frozenset((refused | _UNTRIED) - CONVERTERS.keys())


def _is_plumbing(name: str) -> bool:
    """Names by which pickles, dill and cloudpickle carry what is told by itself.

    Everything below `__main__` is among the inspection's own main names.
    """
    return name.split(".")[0] in _PLUMBING


_PLUMBING = {"__main__", "_codecs", "builtins", "cloudpickle", "collections", "copyreg", "dill"}
_PLUMBING |= {"functools", "joblib", "numpy", "pandas", "scipy", "sklearn", "types", "typing"}


def _plain(name: str) -> str:
    return name.removeprefix("__main__.")


def _unsaid(name: str) -> Reason:
    return Reason(
        code="onnx.unknown-estimator",
        message=f"{name.rpartition('.')[2]} has no converter",
        turn=Turn.OURS,
    )
