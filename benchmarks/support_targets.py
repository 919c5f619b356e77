"""How the support table converts and scores: ONNX here, PMML in a process that has Java."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from adapters.base import Subject
from adapters.to_onnx import score as onnx_score
from adapters.to_onnx.table import CONVERTERS
from adapters.to_onnx.write import write as write_onnx
from adapters.to_pmml import score as pmml_score
from adapters.to_pmml.finish import finish
from adapters.to_pmml.model.respell import CLASSES
from adapters.to_pmml.own.table import EXPOSED, MODELS, STEPS
from adapters.to_pmml.write import write as write_pmml
from converter.rows import Rows
from converter.values import Artifact, Refusal


class Target(NamedTuple):
    """Of one format."""

    convert: Callable[[Any, Subject, Path], Artifact | Refusal]
    """The artifact of a model, in a folder."""
    score: Callable[[Path, Rows], Rows]
    verdict: Callable[[str], str]
    """What is said of an estimator, by its public name, whose answers are right."""


def _onnx(model: Any, subject: Subject, folder: Path) -> Artifact | Refusal:
    return write_onnx(model, subject, {}, folder / "model.onnx")


def _onnx_verdict(name: str) -> str:
    return "own" if name in CONVERTERS else "borrowed"


def _pmml(model: Any, subject: Subject, folder: Path) -> Artifact | Refusal:
    draft = write_pmml(model, subject, {}, folder / "draft")
    if isinstance(draft, Refusal):
        return draft
    return _java().submit(finish, folder / "draft", {}, {}, folder / "model.pmml").result()


def _pmml_scored(path: Path, rows: Rows) -> Rows:
    return _java().submit(pmml_score.score, path, rows).result()


@cache
def _java() -> ProcessPoolExecutor:
    """Beside SciPy, Java is not safe."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _pmml_verdict(name: str) -> str:
    if name in MODELS or (name in STEPS and name not in CLASSES):
        return "own"
    return "mended" if name in CLASSES or name in EXPOSED or name in _MENDED else "JPMML"


_MENDED = {
    f"sklearn.{name}"
    for name in (
        "calibration.CalibratedClassifierCV",
        "compose.ColumnTransformer",
        "ensemble.AdaBoostClassifier",
        "ensemble.StackingClassifier",
        "ensemble.VotingClassifier",
        "ensemble.IsolationForest",
        "feature_selection.GenericUnivariateSelect",
        "feature_selection.SelectFdr",
        "feature_selection.SelectFpr",
        "feature_selection.SelectFromModel",
        "feature_selection.SelectFwe",
        "feature_selection.SelectKBest",
        "feature_selection.SelectPercentile",
        "feature_selection.SequentialFeatureSelector",
        "feature_selection.VarianceThreshold",
        "multiclass.OneVsRestClassifier",
        "multioutput.ClassifierChain",
        "neural_network.MLPRegressor",
        "preprocessing.FunctionTransformer",
    )
}
"""What JPMML alone refuses or gets wrong on this data, by trial before anything was mended."""
TARGETS = {
    "onnx": Target(_onnx, onnx_score.score, _onnx_verdict),
    "pmml": Target(_pmml, _pmml_scored, _pmml_verdict),
}
