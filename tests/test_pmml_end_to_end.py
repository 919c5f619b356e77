"""Models to PMML by the command line, and what the documents say of themselves."""

import json
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import Ridge
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neighbors import NearestCentroid

import mlconvert
from mlconvert import Outcome
from tests.pmml import in_java

GOLDEN = Path(__file__).parents[1] / "golden"
PMML = "{http://www.dmg.org/PMML-4_4}"
CASES = sorted(path.parent.name for path in GOLDEN.glob("*/case.json"))
BUNDLES = {"tied_votes"}
"""Golden cases that PMML refuses."""


def _verified(path: str) -> bool:
    """Whether JPMML-Evaluator finds the document's own rows right."""
    from adapters.to_pmml.java.jvm import java

    builder = java("org.jpmml.evaluator.LoadingModelEvaluatorBuilder")()
    builder.load(java("java.io.File")(path)).build().verify()
    return True


def _faults(path: str) -> list[str]:
    """What JPMML's model of the schema does not know, and what its inspectors object to.

    The order of elements is that of the schema by the way in which documents are written.
    """
    import jpype

    from adapters.to_pmml.java.jvm import java

    found: list[str] = []
    reader = java("org.jpmml.model.metro.MetroJAXBSerializer")().createUnmarshaller()
    heard = {"handleEvent": lambda event: found.append(str(event.getMessage())) or True}
    reader.setEventHandler(jpype.JProxy("jakarta.xml.bind.ValidationEventHandler", heard))
    document = reader.unmarshal(java("java.io.File")(path))
    for name in ("MissingMarkupInspector", "InvalidMarkupInspector"):
        inspector = java(f"org.jpmml.model.visitors.{name}")()
        with suppress(jpype.JException):  # it throws the first of what it found
            inspector.applyTo(document)
        found += [str(fault.getMessage()) for fault in inspector.getExceptions()]
    return found


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """Golden case → its verdict, by one session."""
    folder = tmp_path_factory.mktemp("pmml")
    with mlconvert.session() as session:
        return {
            name: session.convert(
                next((GOLDEN / name).glob("model.*")),
                to="pmml",
                golden=GOLDEN / name,
                output=folder / f"{name}.pmml",
            )
            for name in CASES
        }


@pytest.mark.parametrize("name", CASES)
def test_a_golden_case_becomes_pmml_or_a_bundle_with_its_answers(converted, name):
    wanted = Outcome.BUNDLE if name in BUNDLES else Outcome.ARTIFACT
    verdict = converted[name]
    assert verdict.outcome is wanted, verdict.attempts
    assert verdict.attempts[-1].parity.passed


@pytest.mark.parametrize("name", sorted(set(CASES) - BUNDLES))
def test_an_engine_can_check_itself_by_the_rows_in_the_document(converted, name):
    assert in_java(_verified, converted[name].artifact.path)


@pytest.mark.parametrize("name", sorted(set(CASES) - BUNDLES))
def test_a_document_keeps_to_the_structure_of_the_schema(converted, name):
    assert in_java(_faults, converted[name].artifact.path) == []


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("MiningSchema>", "MiningPlan>", "MiningPlan"),
        ('dataType="string"', 'dataType="text"', "DataField@dataType"),
        ('functionName="classification"', "", "functionName"),
        ("<VerificationField field=", "<VerificationField fields=", "VerificationField@field"),
    ],
)
def test_what_departs_from_the_structure_is_found(converted, tmp_path, right, wrong, told):
    content = Path(converted["churn"].artifact.path).read_text()
    path = tmp_path / "wrong.pmml"
    path.write_text(content.replace(right, wrong))
    assert path.read_text() != content
    assert any(told in fault for fault in in_java(_faults, str(path)))


def test_the_document_names_its_fields_as_the_rows_and_the_methods_do(converted):
    root = ElementTree.parse(converted["churn"].artifact.path).getroot()
    fields = {f.get("name"): f.get("dataType") for f in root.iter(f"{PMML}DataField")}
    assert {"age", "monthly charge", "city", "plan"} <= set(fields)
    assert (fields["age"], fields["city"]) == ("double", "string")
    outputs = [f.get("name") for f in root.iter(f"{PMML}OutputField")]
    assert outputs == ["predict", "predict_proba_left", "predict_proba_stayed"]


def test_the_same_model_gives_the_same_bytes(converted, tmp_path):
    again = mlconvert.convert(
        GOLDEN / "churn/model.joblib",
        to="pmml",
        golden=GOLDEN / "churn",
        output=tmp_path / "churn.pmml",
    )
    assert again.artifact.sha256 == converted["churn"].artifact.sha256
    assert "Timestamp" not in (tmp_path / "churn.pmml").read_text()


BEYOND = {"text"}
"""Golden cases that only JPMML reads: PMML has no word for what a token is."""


@pytest.mark.parametrize("name", sorted(set(CASES) - BUNDLES))
def test_a_document_keeps_to_the_standard_or_says_that_it_does_not(converted, name):
    assert (name in BEYOND) == bool(
        [note for note in converted[name].notes if "other than JPMML" in note]
    )


def test_several_targets_are_told_to_be_beyond_the_standard(tmp_path):
    rows = np.random.default_rng(0).normal(size=(60, 3))
    model = MultiOutputRegressor(Ridge()).fit(rows, rows[:, :2] * 2)
    verdict = mlconvert.convert(model, to="pmml", output=tmp_path / "m.pmml")
    assert verdict.outcome is Outcome.ARTIFACT
    assert any("multipleModelMethod=x-multiModelChain" in note for note in verdict.notes)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (
            KMeans(2, n_init=1),
            "no transform, which the model has: a document of a model that predi",
        ),
        (PCA(2), "no score_samples, which the model has: a document of a model that transforms"),
        (NearestCentroid(), "no decision_function, which the model has: PMML has no output for"),
        (NearestCentroid(), "no predict_proba, which the model has: the document decides as"),
        (
            IsolationForest(n_estimators=5),
            "no score_samples, which the model has: PMML gives one score of a",
        ),
    ],
    ids=str,
)
def test_a_method_that_is_left_out_is_told_with_the_reason(tmp_path, model, said):
    rows = np.random.default_rng(0).normal(size=(60, 3))
    fitted = model.fit(rows, rows[:, 0] > 0)
    verdict = mlconvert.convert(fitted, to="pmml", output=tmp_path / "m.pmml")
    assert verdict.outcome is Outcome.ARTIFACT
    assert any(f"The artifact has {said}" in note for note in verdict.notes), verdict.notes


def test_predict_and_verify_read_the_document(converted, tmp_path):
    path = converted["churn"].artifact.path
    rows = GOLDEN / "churn/inputs.parquet"
    found = mlconvert.predict(path, rows).outputs
    theirs = mlconvert.predict(GOLDEN / "churn/model.joblib", rows).outputs
    assert (found["predict"] == theirs["predict"]).all()
    assert mlconvert.verify(path, golden=GOLDEN / "churn").parity.passed


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (0, "m.pmml is cut short, or damaged: it does not end as PMML."),
        (100, "JPMML-Evaluator cannot read m.pmml: it is no well-formed XML."),
    ],
)
def test_a_damaged_document_is_told_in_one_sentence(converted, tmp_path, end, said):
    content = Path(converted["churn"].artifact.path).read_bytes()
    (tmp_path / "m.pmml").write_bytes(content[: len(content) // 2] + content[len(content) - end :])
    rows = GOLDEN / "churn/inputs.parquet"
    done = _run("predict", "m.pmml", "--data", rows, "-q", cwd=tmp_path)
    assert done.returncode == 5
    assert done.stderr.splitlines()[0] == f"mlconvert: {said}"
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize("name", sorted(set(CASES) - BUNDLES))
def test_a_document_is_verified_by_the_rows_that_it_carries(converted, name):
    verified = mlconvert.verify(converted[name].artifact.path)
    assert verified.exit_code == 0
    assert verified.parity.evidence is mlconvert.Evidence.CARRIED
    assert verified.parity.rows == 10
    offered = {output.name for output in converted[name].attempts[-1].parity.outputs}
    assert {output.name for output in verified.parity.outputs} == offered
    assert any("rows and their answers stand in the artifact" in note for note in verified.notes)


def test_a_document_that_was_altered_no_longer_gives_the_answers_that_it_carries(
    converted, tmp_path
):
    text = Path(converted["churn"].artifact.path).read_text()
    altered = re.sub('intercept="[^"]*"', 'intercept="0.5"', text, count=1)
    (tmp_path / "m.pmml").write_text(altered)
    done = _run("verify", "m.pmml", "-q", cwd=tmp_path)
    assert done.returncode == 4
    assert "m.pmml not verified: predict_proba differs on 10 of 10 rows" in done.stdout


def test_without_the_extra_one_sentence_says_what_to_install(tmp_path):
    """An interpreter whose import system does not find the library."""
    hide = (
        f"import sys; sys.path.insert(0, {str(GOLDEN.parent)!r}); import importlib.util as u; "
        "find = u.find_spec; u.find_spec = lambda n, *a: None if n == 'jpype' else find(n, *a); "
        "import mlconvert; sys.exit(mlconvert.main())"
    )
    model = GOLDEN / "churn/model.joblib"
    command = [sys.executable, "-c", hide, str(model), "--to", "pmml", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    error = json.loads(done.stdout)["error"]
    assert error["remedy"] == 'Install it with: pip install "mlconvert[pmml]".'
    assert not any(tmp_path.iterdir())


def _run(*words, cwd):
    command = [sys.executable, "-m", "mlconvert", *map(str, words)]
    environment = {"PYTHONPATH": str(GOLDEN.parent), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
