"""What `record` writes: the rows the model answers, and what is expected of it later."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

import mlconvert
from converter import golden

ROWS = np.array([[1.0, 2.0], [np.nan, 2.0], [0.5, -1.0]])


def test_rows_on_which_the_model_raises_are_left_out_and_counted(line, tmp_path):
    recorded = mlconvert.record(line, data=ROWS, output=tmp_path / "case")
    assert (recorded.rows, recorded.outside) == (2, 1)
    np.testing.assert_array_equal(golden.read(tmp_path / "case").inputs["X"], ROWS[[0, 2]])


def test_a_live_model_is_recorded_and_its_outputs_are_its_own(tmp_path):
    model = LinearRegression().fit(np.eye(3), [1.0, 2.0, 3.0])
    mlconvert.record(model, data=np.eye(3), output=tmp_path / "case")
    read = golden.read(tmp_path / "case")
    np.testing.assert_array_equal(read.outputs["predict"], model.predict(np.eye(3)))


def test_what_is_expected_of_each_target_stands_in_the_case(line, tmp_path):
    mlconvert.record(line, output=tmp_path / "case", expect={"onnx": "artifact"})
    case = golden.read(tmp_path / "case").case
    assert case.expect == {"onnx": "artifact"}
    assert case.environment["scikit-learn"]
    assert case.origin.path == "line.joblib"


def test_a_case_may_be_recorded_beside_the_script_that_makes_it(line, tmp_path):
    (tmp_path / "make.py").write_text("# makes it")
    mlconvert.record(line, data=ROWS, output=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "make.py", "case.json", "inputs.parquet", "outputs.parquet",
    }  # fmt: skip


def test_a_folder_of_something_else_is_left_alone(line, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(mlconvert.UsageError, match="no golden case"):
        mlconvert.record(line, data=ROWS, output=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
