"""Operators of onnxruntime-extensions: allowed, written, run by every stage that scores; and what
was frozen on purpose is told wherever the artifact is told of."""

import sys

import msgspec
import numpy as np
import onnx
import pandas as pd
import pytest
import spox.opset.ai.onnx.v17 as op
from sklearn.preprocessing import FunctionTransformer
from spox import Tensor, argument

import mlconvert
from adapters.base import Options, Subject
from adapters.to_onnx import score
from adapters.to_onnx.compiler import FAMILIES
from adapters.to_onnx.document import Large, assemble, describe, serialize
from adapters.to_onnx.ops.extensions import extension
from adapters.to_onnx.refused import Refused
from adapters.to_onnx.wires import Text
from converter.errors import MissingExtraError
from converter.jobs import Answered, Converted
from converter.proof import Chosen
from converter.source import Permit
from converter.values import Artifact, Attempt, Evidence, Field, Origin, Outcome, Parity, Schema
from converter.verdict import Request, Story, verdict_of
from tests.cases_onnx import attempt

WORDS = np.array(["ONE", "two", None, "Three"], object)
LOWER = ["one", "two", "", "three"]
ORIGIN = Origin(path="m.pkl", sha256="", estimator="")
ALLOWED = Options(ops="extensions")
SCHEMA = Schema(
    kind="text",
    inputs=(Field(name="X", dtype="string"),),
    outputs=(Field(name="transform", dtype="string"),),
)
REQUEST = Request(
    permit=Permit(timeout=1.0, memory=0, allow=(), trust=False, code=()),
    to="onnx",
    output=None,
    golden="",
    data=None,
    chosen=Chosen(),
    seed=0,
    options=ALLOWED,
    strict=False,
    targets=("onnx",),
    accept_bundle=False,
    say=str,
)


def lower(var, options=ALLOWED):
    (lowered,) = extension(options, "StringLower", [var], [Tensor(np.str_, ("N",))])
    return lowered


@pytest.fixture(params=[17, 21])
def lowering(request, tmp_path):
    """A file that lowers text, as this package writes its files."""
    words = argument(Tensor(np.str_, ("N",)))
    step = op.identity(lower(words))
    step._rename("low:transform")
    document = assemble({"X": words}, {"transform": lower(step)}, request.param)
    subject = Subject(origin=ORIGIN, schema=SCHEMA, versions={}, options=ALLOWED)
    describe(document, subject, ["low:transform"], {})
    path = tmp_path / "lower.onnx"
    path.write_bytes(b"".join(serialize(document, Large({}, {}))))
    return path


def test_a_file_with_an_extension_operator_is_scored(lowering):
    assert score.score(lowering, {"X": WORDS})["transform"].tolist() == LOWER


def test_its_steps_are_told(lowering):
    assert score.intermediate(lowering, {"X": WORDS})["low:transform"].tolist() == LOWER


def test_the_command_scores_it_in_its_own_process(lowering):
    made = mlconvert.predict(lowering, pd.DataFrame({"X": WORDS}))
    assert made.outputs["transform"].tolist() == LOWER


def test_the_version_of_the_extensions_is_told_with_the_runtimes(lowering):
    score.score(lowering, {"X": WORDS})
    assert set(score.versions()) == {"onnxruntime", "onnxruntime-extensions"}


def test_where_the_package_is_missing_the_extra_is_named(lowering, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime_extensions", None)
    with pytest.raises(MissingExtraError, match=r'pip install "mlconvert\[extensions\]"'):
        score.score(lowering, {"X": WORDS})


def test_other_files_need_no_package(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime_extensions", None)
    words = argument(Tensor(np.str_, ("N",)))
    document = assemble({"X": words}, {"y": op.identity(words)}, 0)
    document.doc_string = "ai.onnx.contrib"  # named, not imported
    path = tmp_path / "same.onnx"
    path.write_bytes(document.SerializeToString())
    assert score.score(path, {"X": WORDS})["y"].tolist() == ["ONE", "two", "", "Three"]


def test_an_extension_operator_is_refused_where_it_is_not_allowed():
    with pytest.raises(Refused) as refused:
        lower(argument(Tensor(np.str_, ("N",))), Options())
    (reason,) = refused.value.reasons
    assert reason.code == "onnx.needs-extensions"
    assert "StringLower" in reason.message


# --- what is told of an artifact --------------------------------------------------------------


def lowered(est, wire, g):
    """Stands in for the converter of functions: the facts are what `write` makes of its graph."""
    g.frozen["env:LANGUAGE"] = "el"
    return {"transform": Text(lower(wire.var, g.options))}


@pytest.fixture
def artifact(monkeypatch):
    monkeypatch.setattr(FAMILIES["functions"], "function_transformer", lowered)
    monkeypatch.setattr("tests.cases_onnx.describe", lambda model, rows: SCHEMA)
    _, written, path = attempt(FunctionTransformer(), ops="extensions", freeze=("env:LANGUAGE",))
    assert isinstance(written, Artifact)
    return written, path


def test_the_artifact_says_that_it_needs_the_extensions(artifact):
    written, path = artifact
    assert written.details["extensions"] == "ai.onnx.contrib"
    assert score.score(path, {"X": WORDS})["transform"].ravel().tolist() == LOWER


def test_the_artifact_and_its_metadata_say_what_was_frozen(artifact):
    written, path = artifact
    assert written.frozen == {"env:LANGUAGE": "el"}
    facts = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    assert msgspec.json.decode(facts["mlconvert.frozen"]) == {"env:LANGUAGE": "el"}
    assert score.card(path).options.freeze == ("env:LANGUAGE",)


def test_the_notes_of_the_verdict_say_both(artifact):
    parity = Parity(evidence=Evidence.PROBES, rows=4, passed=True)
    answered = Answered(schema=SCHEMA, evidence=Evidence.PROBES, versions={})
    attempts = (Attempt(target="onnx", parity=parity),)
    story = Story(Outcome.ARTIFACT, Converted(answered=answered), attempts, (), (), artifact[0])
    frozen, extensions = verdict_of(story, REQUEST, ORIGIN).notes
    assert "env:LANGUAGE is 'el'" in frozen
    assert "register_custom_ops_library" in extensions


# --- the grammar ------------------------------------------------------------------------------

FREEZABLE = ["clock", "env:HOME", "file:rates.csv", "file:C:\\rates.csv", "state:counter"]
NOT_FREEZABLE = ["env", "env:", "HOME", "random:x", "clock:utc", "file:", "", "Env:HOME"]


@pytest.mark.parametrize("name", FREEZABLE)
def test_what_a_function_reads_beside_its_input_can_be_frozen(name, tmp_path):
    with pytest.raises(mlconvert.UnreadableError):  # for the file: the call is well
        mlconvert.convert(_no_model(tmp_path), freeze=(name,))


@pytest.mark.parametrize("name", NOT_FREEZABLE)
def test_what_cannot_be_frozen_is_a_usage_error_that_lists_what_can(name, tmp_path):
    with pytest.raises(mlconvert.UsageError) as error:
        mlconvert.convert(_no_model(tmp_path), freeze=(name,))
    assert all(word in str(error.value) for word in ("env:", "clock", "file:", "state:"))


def test_other_operators_are_a_usage_error(tmp_path):
    with pytest.raises(mlconvert.UsageError, match="extensions"):
        mlconvert.convert(_no_model(tmp_path), ops="everything")


def _no_model(folder):
    path = folder / "m.pkl"
    path.write_text("not a model")
    return path
