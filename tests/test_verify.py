"""What `verify` finds: an artifact as it was, or one that is not, and where it first differs."""

import shutil

import joblib
import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import numpy_helper
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeClassifier

import mlconvert
from converter import golden
from converter.report.terminal import verification_page
from tests.product import run


@pytest.fixture(scope="module")
def faulty(flower_graph, tmp_path_factory):
    """The flowers' graph with one number changed in its middle, where it scales."""
    graph = onnx.load(flower_graph)
    for tensor in _constants(graph):
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float64 and values.size == 4:
            changed = values.copy()
            changed.ravel()[2] += 0.5
            tensor.CopyFrom(numpy_helper.from_array(changed, tensor.name))
            break
    else:
        raise AssertionError("the graph has no constant of four numbers")
    path = tmp_path_factory.mktemp("faulty") / "flowers.onnx"
    onnx.save(graph, path)
    return path


def _constants(graph):
    yield from graph.graph.initializer
    for node in graph.graph.node:
        if node.op_type == "Constant":
            yield from (a.t for a in node.attribute if a.name == "value")


def test_an_untouched_artifact_verifies(flower_graph, flower_case):
    verified = mlconvert.verify(flower_graph, golden=flower_case)
    assert verified.exit_code == 0
    assert verified.parity.passed
    assert verified.artifact.target == "onnx"


def test_a_planted_fault_is_exit_4_and_its_step_is_named(faulty, flowers, flower_case):
    ran = run("verify", faulty, "--golden", flower_case, "--model", flowers)
    assert ran.returncode == 4, ran.stdout + ran.stderr
    assert "scale" in ran.stdout.split()


def test_a_planted_fault_shows_without_the_model_too(faulty, flower_case):
    verified = mlconvert.verify(faulty, golden=flower_case)
    assert verified.exit_code == 4
    assert verified.parity.diverges_at == ""
    worst = next(o for o in verified.parity.outputs if o.name == "predict_proba")
    assert worst.differing > 0
    assert set(worst.worst_inputs) == {
        "sepal length", "sepal width", "petal length", "petal width",
    }  # fmt: skip


def test_the_first_step_that_differs_is_the_scaler_and_not_what_comes_after(
    faulty, flowers, flower_rows
):
    verified = mlconvert.verify(faulty, model=flowers, data=flower_rows)
    assert verified.exit_code == 4
    assert verified.parity.diverges_at == "scale"


def _factored(frame):
    return frame.assign(side=frame["side"] * 4.0, top=frame["top"] + 1.0)


@pytest.mark.parametrize(
    ("factor", "diverges", "begins"),
    [(3.0, "factored", ""), (4.0 * (1 - 1e-10), "rounded", "factored")],
    ids=["much", "less than is allowed"],
)
def test_a_function_that_differs_is_named_and_not_only_what_amplifies_it(
    factor, diverges, begins, tmp_path
):
    steps = [FunctionTransformer(_factored), FunctionTransformer(np.floor)]
    model = Pipeline(list(zip(["factored", "rounded"], steps, strict=True)))
    # Near a whole number, but not as near as rounding goes.
    side = (np.arange(1.0, 31.0) + 1e-11) / 4.0
    frame = pd.DataFrame({"side": side, "top": np.arange(30.0) / 7})
    path = tmp_path / "model.onnx"
    assert mlconvert.convert(model.fit(frame), data=frame, output=path).outcome == "artifact"
    graph = onnx.load(path)
    [constant] = (t for t in _constants(graph) if np.all(numpy_helper.to_array(t) == 4.0))
    constant.CopyFrom(numpy_helper.from_array(np.array(factor), constant.name))
    onnx.save(graph, path)
    verified = mlconvert.verify(path, model=model, data=frame)
    assert verified.exit_code == 4
    assert (verified.parity.diverges_at, verified.parity.begins_at) == (diverges, begins)


def test_rows_that_do_not_show_a_difference_do_not_hide_it(tmp_path):
    for name, cut in (("one", 0.5), ("other", 0.7)):
        stump = DecisionTreeClassifier().fit([[0.0], [2 * cut]], ["low", "high"])
        joblib.dump(stump, tmp_path / f"{name}.joblib")
    mlconvert.convert(tmp_path / "one.joblib", output=tmp_path / "m.onnx")
    rows, model = np.array([[0.1], [0.9]]), tmp_path / "other.joblib"
    verified = mlconvert.verify(tmp_path / "m.onnx", data=rows, model=model)
    assert verified.exit_code == 4
    assert verified.parity.outputs[0].differing == 0
    assert verified.parity.probes.outputs[0].differing > 0
    page = "\n".join(str(line) for line in verification_page(verified))
    assert "not verified: predict differs on" in page
    assert "probe rows" in page


def test_a_model_file_is_held_against_its_golden_case(flowers, flower_case):
    assert mlconvert.verify(flowers, golden=flower_case).exit_code == 0


def test_outputs_that_were_edited_consistently_are_drift_of_the_model(
    flowers, flower_case, tmp_path
):
    read = golden.read(flower_case)
    folder = shutil.copytree(flower_case, tmp_path / "edited")
    outputs = dict(read.outputs)
    outputs["predict_proba"] = outputs["predict_proba"][:, ::-1].copy()
    golden.write(folder, read.case, read.inputs, outputs)
    verified = mlconvert.verify(flowers, golden=folder)
    assert verified.exit_code == 4
    assert mlconvert.convert(flowers, golden=folder, output=tmp_path).outcome == "drift"


def test_outputs_that_were_edited_by_hand_are_unreadable(flower_graph, flower_case, tmp_path):
    folder = shutil.copytree(flower_case, tmp_path / "edited")
    content = bytearray((folder / "outputs.parquet").read_bytes())
    content[100] ^= 1
    (folder / "outputs.parquet").write_bytes(content)
    with pytest.raises(mlconvert.UnreadableError, match="has changed"):
        mlconvert.verify(flower_graph, golden=folder)


def test_a_bundle_is_verified_by_the_rows_that_it_carries(flowers, tmp_path):
    mlconvert.convert(flowers, to="bundle", output=tmp_path / "m.bundle")
    verified = mlconvert.verify(tmp_path / "m.bundle")
    assert verified.exit_code == 0
    assert verified.parity.summary == "380 carried rows, 0 differ"


def test_with_nothing_to_hold_it_against_there_is_nothing_to_verify(
    flower_graph, flowers, flower_rows, tmp_path
):
    with pytest.raises(mlconvert.UsageError, match="nothing to hold"):
        mlconvert.verify(flower_graph)
    mlconvert.convert(flowers, to="bundle", output=tmp_path / "m.bundle")
    with pytest.raises(mlconvert.UsageError, match="nothing to hold"):
        mlconvert.verify(tmp_path / "m.bundle", data=flower_rows)
    with pytest.raises(mlconvert.UsageError, match="golden"):
        mlconvert.verify(flowers, model=flowers)


def test_a_damaged_artifact_is_one_sentence(flower_graph, flower_case, tmp_path):
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(flower_graph.read_bytes()[:500])
    ran = run("verify", damaged, "--golden", flower_case)
    assert ran.returncode == 5
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.strip().splitlines()) <= 4


def test_an_artifact_in_float32_is_judged_by_its_own_precision(flowers, flower_case, tmp_path):
    mlconvert.convert(flowers, precision="float32", output=tmp_path / "m.onnx")
    verified = mlconvert.verify(tmp_path / "m.onnx", golden=flower_case)
    assert verified.parity.passed
    assert {output.rtol for output in verified.parity.outputs} == {1e-5}


def test_the_users_tolerance_comes_before_that_of_the_precision(flowers, flower_case, tmp_path):
    mlconvert.convert(flowers, precision="float32", output=tmp_path / "m.onnx")
    verified = mlconvert.verify(tmp_path / "m.onnx", golden=flower_case, rtol=1e-12, atol=0.0)
    assert not verified.parity.passed
