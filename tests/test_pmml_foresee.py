"""What the names in a file tell of making PMML of it, before anything is loaded or started."""

import subprocess
import sys

import pytest

from adapters.to_pmml.foresee import VERDICTS, foresee
from adapters.to_pmml.own.table import EXPOSED, MODELS, STEPS
from converter.values import Global, Inspection, Safety


def inspected(*names):
    return Inspection(
        path="m.pkl",
        format="pickle",
        protocol=4,
        size=1,
        sha256="",
        estimator="",
        globals=tuple(Global(name=name, safety=Safety.KNOWN) for name in names),
    )


def test_an_estimator_that_no_one_writes_is_foreseen():
    (reason,) = foresee(inspected("sklearn.impute._knn.KNNImputer"))
    assert reason.code == "pmml.unknown-estimator"
    assert reason.message == "KNNImputer is written neither by JPMML nor by us"


@pytest.mark.parametrize(
    "name",
    ["sklearn.svm._classes.SVC", "sklearn.mixture._gaussian_mixture.GaussianMixture"],
)
def test_nothing_is_foreseen_against_what_jpmml_or_we_write(name):
    assert foresee(inspected(name)) == ()


def test_every_estimator_of_our_own_was_tried_and_is_right():
    found = dict(line.split() for line in VERDICTS.read_text().splitlines())
    own = STEPS.keys() | EXPOSED.keys() | MODELS.keys()
    assert {name for name in own if found[name] == "refused"} == set()


def test_foreseeing_imports_no_library_that_converts():
    code = "import sys, adapters.to_pmml.foresee as f; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "sklearn", "jpype", "scipy"} & set(out.stdout.split())
