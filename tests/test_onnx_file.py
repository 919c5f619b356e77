"""The file itself: valid, the same bytes each time, of the opset asked for, with its origin."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import onnx
import onnxruntime
import pytest
from skl2onnx import to_onnx
from sklearn.base import MetaEstimatorMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import KernelPCA
from sklearn.ensemble import (
    BaggingClassifier,
    BaseEnsemble,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from adapters.base import Options
from adapters.names import public_name
from adapters.to_onnx import borrow, runtimes, score
from adapters.to_onnx.table import CONVERTERS
from converter.compare import tolerance
from converter.errors import UnreadableError
from converter.values import Origin, Schema
from converter.worker.steps import steps
from tests.cases_onnx import ORIGIN, as_rows, assert_parity, convert, refusal
from tests.fitted import CHURNED, COUNTS, DOCUMENTS, FRAME, MODELS, X, Y

ROWS = {
    "churn": FRAME,
    "tfidf": DOCUMENTS,
    "union": DOCUMENTS,
    "counts": COUNTS.astype(float),
    "categories": COUNTS.clip(0, 2).astype(float),
    "coded_floats": COUNTS.clip(0, 2).astype(float),
    "text_matrix": np.array([["a", "x"], ["b", "y"]] * 9, object),
}
KINDS = ["churn", "tfidf", "forest", "boosting", "stacking", "svc", "kmeans", "multi", "isolation"]


@pytest.mark.parametrize("name", MODELS)
def test_the_models_of_the_other_tests_give_the_same_answers(name):
    assert_parity(MODELS[name](), ROWS.get(name, X))


@pytest.mark.parametrize("name", KINDS)
def test_the_file_passes_the_checker_of_onnx(name):
    file = convert(MODELS[name](), ROWS.get(name))
    model = onnx.load(file.path)
    for opset in [entry for entry in model.opset_import if entry.domain == "com.microsoft"]:
        assert [node for node in model.graph.node if node.domain == opset.domain]
    onnx.checker.check_model(model)


def test_a_big_forest_passes_the_checker_with_its_attributes():
    model = onnx.load(convert(MODELS["forest"]()).path)
    (node,) = [node for node in model.graph.node if node.op_type == "TreeEnsembleRegressor"]
    sizes = {
        len(a.ints) or len(a.floats) or len(a.strings) for a in node.attribute if "nodes" in a.name
    }
    trees = MODELS["forest"]()[-1].estimators_
    assert sizes == {sum(tree.tree_.node_count for tree in trees)}


# --- the same bytes ---------------------------------------------------------------------------

HASHING = """
import hashlib, sys, warnings
warnings.simplefilter("ignore")
from tests.cases_onnx import convert
from tests.fitted import FRAME, MODELS
for name in sys.argv[1:]:
    file = convert(MODELS[name](), FRAME if name == "churn" else None)
    print(hashlib.sha256(file.path.read_bytes()).hexdigest(), file.artifact.sha256)
"""


def hashes(seed, names):
    home = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-c", HASHING, *names],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_the_same_model_gives_the_same_bytes_from_two_processes_with_other_hash_seeds():
    names = ["churn", "tfidf", "forest", "stacking", "counts"]
    one, other = hashes("1", names), hashes("2", names)
    assert one == other
    assert one[::2] == one[1::2]
    assert len(set(one)) == len(names)


# --- opsets, precisions, runtimes -------------------------------------------------------------


@pytest.mark.parametrize("opset", [17, 18, 19, 21])
@pytest.mark.parametrize("name", KINDS)
def test_every_opset_gives_a_model_of_that_opset_with_the_same_answers(name, opset):
    file = assert_parity(MODELS[name](), ROWS.get(name, X), opset=opset)
    model = onnx.load(file.path)
    assert {entry.version for entry in model.opset_import if entry.domain == ""} == {opset}
    assert file.artifact.details["opset"] == str(opset)


def test_the_default_is_opset_17():
    details = convert(MODELS["forest"]()).artifact.details
    assert (details["opset"], details["ir"]) == ("17", "8")


@pytest.mark.parametrize("opset", [1, 16, 999])
def test_an_opset_that_cannot_be_written_is_refused(opset):
    refused = refusal(MODELS["forest"](), opset=opset)
    assert [reason.code for reason in refused.reasons] == ["onnx.opset"]


def test_an_opset_that_the_runtime_here_does_not_read_is_refused(monkeypatch):
    monkeypatch.setattr(onnx.defs, "onnx_opset_version", lambda: 10**6)
    refused = refusal(MODELS["forest"](), opset=10**5)
    assert "ONNX Runtime installed here" in refused.reasons[0].message


FLOAT32 = [
    "churn",
    "tfidf",
    "boosting",
    "stacking",
    "search",
    "voting",
    "svc",
    "multi",
    "isolation",
]


@pytest.mark.parametrize("name", FLOAT32)
def test_float32_is_within_its_tolerance_and_takes_float32(name):
    file = assert_parity(
        MODELS[name](), ROWS.get(name, X), tolerance("float32"), precision="float32"
    )
    types = {node.type for node in onnxruntime.InferenceSession(file.path).get_inputs()}
    assert "tensor(double)" not in types


READS = [
    ("onnxruntime==1.12", 17, 8, True),
    ("onnxruntime==1.12.1", 18, 8, False),
    ("onnxruntime==1.14", 18, 8, True),
    ("onnxruntime==1.17", 20, 9, True),
    ("onnxruntime==1.17", 21, 10, False),
    ("onnxruntime==1.17", 20, 10, False),
    ("onnxruntime==1.20", 21, 10, True),
    ("onnxruntime==1.99", 21, 10, True),
    ("onnxruntime==1.2", 17, 8, False),
    ("onnxruntime", 99, 99, True),
    ("", 99, 99, True),
]


@pytest.mark.parametrize(("runtime", "opset", "ir", "reads"), READS)
def test_a_runtime_reads_what_its_table_says(runtime, opset, ir, reads):
    objection = runtimes.objection(runtime, opset, ir)
    assert (objection is None) is reads
    assert reads or objection.code == "onnx.runtime"


def test_a_model_too_new_for_the_runtime_asked_for_is_refused():
    refused = refusal(MODELS["forest"](), runtime="onnxruntime==1.14", opset=19)
    assert [reason.code for reason in refused.reasons] == ["onnx.runtime"]


# --- what the file says of itself -------------------------------------------------------------


def test_the_metadata_hold_origin_schema_versions_and_steps():
    file = convert(MODELS["churn"](), FRAME)
    facts = {entry.key: entry.value for entry in onnx.load(file.path).metadata_props}
    assert sorted(facts) == [
        "mlconvert.frozen",
        "mlconvert.options",
        "mlconvert.origin",
        "mlconvert.schema",
        "mlconvert.steps",
        "mlconvert.versions",
    ]
    assert msgspec.json.decode(facts["mlconvert.origin"], type=Origin) == ORIGIN
    schema = msgspec.json.decode(facts["mlconvert.schema"], type=Schema)
    assert [field.name for field in schema.inputs] == [
        "age",
        "city",
        "visits",
        "tier",
        "member",
        "note",
    ]
    proba = next(field for field in schema.outputs if field.name == "predict_proba")
    assert proba.columns == tuple(np.unique(CHURNED))


def test_the_card_is_read_without_scikit_learn():
    file = convert(MODELS["churn"](), FRAME)
    card = score.card(file.path)
    assert (card.origin, card.schema) == (ORIGIN, file.schema)
    assert card.options == Options()


def test_a_file_of_someone_else_has_no_card(tmp_path):
    path = tmp_path / "other.onnx"
    path.write_bytes(to_onnx(StandardScaler().fit(X), X[:1]).SerializeToString())
    with pytest.raises(UnreadableError, match="not written by mlconvert"):
        score.card(path)


def test_a_damaged_file_ends_in_a_sentence(tmp_path):
    path = tmp_path / "damaged.onnx"
    path.write_bytes(convert(MODELS["forest"]()).path.read_bytes()[:-100])
    with pytest.raises(UnreadableError, match=r"cannot load damaged\.onnx"):
        score.score(path, {"X": X})


def test_the_hash_is_that_of_the_file():
    file = convert(MODELS["forest"]())
    content = file.path.read_bytes()
    assert file.artifact.sha256 == hashlib.sha256(content).hexdigest()
    assert file.artifact.size == len(content)


# --- the steps --------------------------------------------------------------------------------


def nested():
    numbers = Pipeline([("fill", SimpleImputer()), ("scale", StandardScaler())])
    columns = ColumnTransformer(
        [("num", numbers, ["age"]), ("cat", OneHotEncoder(handle_unknown="ignore"), ["tier"])]
    )
    model = Pipeline([("prep", columns), ("model", LogisticRegression())])
    return model.fit(FRAME, CHURNED)


def test_the_wires_between_steps_bear_the_names_of_the_models_steps():
    model = nested()
    file = convert(model, FRAME)
    rows = as_rows(FRAME, file.schema)
    flowing = score.intermediate(file.path, rows)
    expected = steps(model, file.schema, rows)
    assert list(expected) == [
        "prep/num/fill:transform",
        "prep/num/scale:transform",
        "prep/num:transform",
        "prep/cat:transform",
        "prep:transform",
        "model:predict",
        "model:predict_proba",
        "model:decision_function",
    ]
    missing = set(expected) - set(flowing)
    assert missing <= {"prep/num:transform"}  # the same wire as its last step's
    for name in set(expected) & set(flowing):
        if expected[name].dtype.kind == "f":
            given = flowing[name].reshape(expected[name].shape)
            assert np.allclose(given, expected[name], rtol=1e-12, atol=1e-12, equal_nan=True), name


# --- leaves only ------------------------------------------------------------------------------


def test_no_container_ever_reaches_skl2onnx(monkeypatch):
    exported = []
    original = borrow._exported

    def spy(est, x):
        exported.append(type(est))
        return original(est, x)

    monkeypatch.setattr(borrow, "_exported", spy)
    for name in MODELS:
        convert(MODELS[name](), ROWS.get(name))
    inner = make_pipeline(KernelPCA(2), LogisticRegression())  # KernelPCA is borrowed
    for container in containers_around(inner):
        convert(container.fit(X, Y))
    containers = [cls for cls in exported if public_name(cls) in CONVERTERS or holds_others(cls)]
    assert containers == []
    assert exported, "the borrowed leaves themselves"


def containers_around(inner):
    outer = Pipeline([("in", inner)])
    return [
        outer,
        CalibratedClassifierCV(inner, cv=2),
        BaggingClassifier(inner, n_estimators=2, random_state=0),
        GridSearchCV(outer, {"in__logisticregression__C": [1, 2]}, cv=2),
        OneVsRestClassifier(inner),
        StackingClassifier([("a", inner), ("b", outer)], cv=2),
        VotingClassifier([("a", inner), ("b", outer)], voting="soft"),
        FeatureUnion([("a", KernelPCA(2)), ("b", KernelPCA(1))]),
        ColumnTransformer([("a", KernelPCA(2), [0, 1, 2]), ("b", KernelPCA(1), [3])]),
    ]


def holds_others(cls):
    return issubclass(cls, MetaEstimatorMixin | BaseEnsemble)
