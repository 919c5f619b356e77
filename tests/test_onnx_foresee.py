"""What the names in a file tell of converting it, before anything is loaded."""

import subprocess
import sys

import joblib
import numpy as np
import pytest
from sklearn.preprocessing import FunctionTransformer

from adapters.names import public, public_name
from adapters.to_onnx.foresee import VERDICTS, foresee, traced
from adapters.to_onnx.table import CONVERTERS
from converter.inspect import inspect
from converter.values import Global, Inspection, Safety


def inspected(*names, safety=Safety.KNOWN, **more):
    return Inspection(
        path="m.pkl",
        format="pickle",
        protocol=4,
        size=1,
        sha256="",
        estimator="",
        globals=tuple(Global(name=name, safety=safety) for name in names),
        **more,
    )


def test_an_estimator_without_a_graph_is_foreseen():
    (reason,) = foresee(inspected("sklearn.cluster._birch.Birch"))
    assert (reason.code, reason.message) == ("onnx.unknown-estimator", "Birch has no converter")


@pytest.mark.parametrize("name", ["sklearn.pipeline.Pipeline", "sklearn.svm._classes.SVC"])
def test_nothing_is_foreseen_against_an_estimator_that_converts(name):
    assert foresee(inspected(name)) == ()


USERS = {
    "a function that the file carries": ({"by_value": ("__main__.scale",)}, ("scale",)),
    "a name of the script": ({"main_names": ("__main__.scale",)}, ("scale",)),
    "a function of the user's module": ({}, ("mylib.features.scale",)),
}


@pytest.mark.parametrize("kind", USERS)
def test_the_users_own_code_is_traced_and_no_objection(kind):
    more, names = USERS[kind]
    name = "__main__.scale" if more else "mylib.features.scale"
    inspection = inspected(name, safety=Safety.UNKNOWN, **more)
    assert (foresee(inspection), traced(inspection)) == ((), names)


PLUMBING = [
    "dill._dill._create_array",
    "dill._dill._create_function",
    "builtins.__main__",
    "numpy.ndarray.__new__",
    "cloudpickle.cloudpickle._make_function",
    "_codecs.encode",
    "copyreg._reconstructor",
]


@pytest.mark.parametrize("name", PLUMBING)
def test_what_merely_carries_code_is_not_the_users(name):
    assert traced(inspected(name, safety=Safety.UNKNOWN)) == ()


def test_foreseeing_imports_no_library_that_converts():
    code = "import sys, adapters.to_onnx.foresee as f; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"numpy", "spox", "onnx", "sklearn", "skl2onnx", "onnxruntime"}
    assert not heavy & set(out.stdout.split())


def test_every_estimator_with_a_converter_has_been_tried():
    tried = {line.split()[0] for line in VERDICTS.read_text().splitlines()}
    assert set(CONVERTERS) - tried <= {
        "sklearn.linear_model.PassiveAggressiveClassifier",  # gone, or leaving
        "sklearn.linear_model.PassiveAggressiveRegressor",
        "sklearn.frozen.FrozenEstimator",  # fitted before it is made
        "sklearn.feature_extraction.text.CountVectorizer",  # not among all_estimators()
        "sklearn.feature_extraction.text.TfidfVectorizer",
        "sklearn.feature_extraction.text.TfidfTransformer",
    }


def test_names_are_those_that_users_write():
    assert public("sklearn.ensemble._forest.RandomForestClassifier").split(".") == [
        "sklearn",
        "ensemble",
        "RandomForestClassifier",
    ]
    from sklearn.tree import DecisionTreeClassifier

    assert public_name(DecisionTreeClassifier) == "sklearn.tree.DecisionTreeClassifier"


def test_a_library_function_that_a_step_holds_is_traced(tmp_path):
    path = tmp_path / "log.joblib"
    joblib.dump(FunctionTransformer(np.log1p), path)
    assert (foresee(inspect(path)), traced(inspect(path))) == ((), ("numpy.log1p",))


def test_a_step_without_a_function_and_numpys_own_pieces_are_not(tmp_path):
    path = tmp_path / "identity.joblib"
    joblib.dump([FunctionTransformer(), np.float64(1.0), np.arange(3), np.dtype("f4")], path)
    assert (foresee(inspect(path)), traced(inspect(path))) == ((), ())
