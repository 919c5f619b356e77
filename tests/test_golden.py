"""Golden cases: rows and outputs come back exactly, and nothing else is taken for one."""

import json

import msgspec
import numpy as np
import pytest

from converter import golden
from converter.compare import Tolerance
from converter.errors import MlconvertError, OutputError, UnreadableError, UsageError
from converter.golden import Case
from converter.values import Field, Origin, Schema


def text(*cells):
    return np.array([*cells, ""], object)[:-1]


FRAME = Schema(
    kind="frame",
    inputs=(
        Field(name="zip", dtype="string"),
        Field(name="age", dtype="int64"),
        Field(name="pay, in €", dtype="float64"),
        Field(name="small", dtype="float32"),
        Field(name="ok", dtype="bool"),
        Field(name="none", dtype="string"),
        Field(name="when", dtype="datetime", unit="us"),
    ),
    outputs=(
        Field(name="predict", dtype="string"),
        Field(name="predict_proba", dtype="float64", shape=(2,), columns=("no", "yes")),
        Field(name="transform", dtype="float32", shape=(2, 2)),
    ),
)
INPUTS = {
    "zip": text("01234", "", None),
    "age": np.array([1, -5, 2**53 + 1]),
    "pay, in €": np.array([np.nan, -0.0, 0.1 + 0.2]),
    "small": np.array([0.1, np.inf, np.nan], np.float32),
    "ok": np.array([True, False, True]),
    "none": text(None, None, None),
    "when": np.array(["2024-01-31T13:45:00.123456", "NaT", "1969-12-31"], "datetime64[ns]"),
}
OUTPUTS = {
    "predict": text("yes", "nul\0", "ja ✓"),
    "predict_proba": np.array([[0.1, 0.9], [1 / 3, 2 / 3], [np.nan, 5e-324]]),
    "transform": np.arange(12, dtype=np.float32).reshape(3, 2, 2),
}
ORIGIN = Origin(path="m.joblib", sha256="0" * 64, estimator="sklearn.pipeline.Pipeline")
CASE = Case(
    origin=ORIGIN,
    schema=FRAME,
    environment={"scikit-learn": "1.6.1"},
    tolerances={"predict_proba": Tolerance(rtol=1e-7)},
    expect={"onnx": "artifact"},
    notes=("made by make.py",),
)


def same(left, right):
    assert list(left) == list(right)
    for name, array in left.items():
        assert (array.dtype, array.shape) == (right[name].dtype, right[name].shape), name
        exact = array.tolist() if array.dtype.kind == "O" else array.tobytes()
        other = right[name].tolist() if array.dtype.kind == "O" else right[name].tobytes()
        assert exact == other, name


@pytest.fixture
def folder(tmp_path):
    golden.write(tmp_path / "churn", CASE, INPUTS, OUTPUTS)
    return tmp_path / "churn"


def test_rows_outputs_and_case_come_back_exactly(folder):
    read = golden.read(folder)
    same(read.inputs, INPUTS)
    same(read.outputs, OUTPUTS)
    assert read.case == msgspec.structs.replace(CASE, hashes=read.case.hashes)
    assert read.case.methods == ("predict", "predict_proba", "transform")


def test_a_case_remembers_in_which_unit_the_model_was_handed_its_dates(folder):
    sample = golden.read(folder).sample
    assert sample["when"].dtype == "datetime64[us]"
    np.testing.assert_array_equal(sample["when"], INPUTS["when"])
    assert list(sample) == list(INPUTS)


@pytest.mark.parametrize("columns", [(), ("a", "b")])
def test_a_matrix_is_parquet_columns_by_feature_name(tmp_path, columns):
    from pyarrow import parquet

    x = Field(name="X", dtype="float64", shape=(2,), columns=columns)
    schema = Schema(kind="matrix", inputs=(x,), outputs=(Field(name="predict", dtype="bool"),))
    inputs = {"X": np.array([[1.0, np.nan], [3.0, -0.0]])}
    outputs = {"predict": np.array([True, False])}
    golden.write(tmp_path / "g", Case(origin=ORIGIN, schema=schema), inputs, outputs)
    names = parquet.ParquetFile(tmp_path / "g" / "inputs.parquet").schema.names
    assert names == list(columns or ("x0", "x1"))
    same(golden.read(tmp_path / "g").inputs, inputs)


def test_whole_numbers_with_missing_ones_stay_floats(tmp_path):
    schema = Schema(kind="frame", inputs=(Field(name="n", dtype="int64"),), outputs=())
    schema = msgspec.structs.replace(schema, outputs=(Field(name="predict", dtype="int64"),))
    inputs = {"n": np.array([1.0, np.nan])}
    golden.write(
        tmp_path / "g", Case(origin=ORIGIN, schema=schema), inputs, {"predict": np.array([1, 2])}
    )
    same(golden.read(tmp_path / "g").inputs, inputs)


def test_the_same_case_is_the_same_bytes(folder, tmp_path):
    golden.write(tmp_path / "again", CASE, INPUTS, OUTPUTS)
    for name in ("inputs.parquet", "outputs.parquet", "case.json"):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_a_case_is_replaced_whole_and_keeps_the_script_that_made_it(folder):
    (folder / "make.py").write_text("print()")
    (folder / "model").mkdir()
    golden.write(folder, CASE, {n: a[:1] for n, a in INPUTS.items()}, first(OUTPUTS))
    assert len(golden.read(folder).inputs["zip"]) == 1
    assert (folder / "make.py").read_text() == "print()"
    assert (folder / "model").is_dir()
    assert [path.name for path in folder.parent.iterdir()] == ["churn"]


def first(rows):
    return {name: array[:1] for name, array in rows.items()}


def test_an_empty_folder_may_become_a_case(tmp_path):
    golden.write(tmp_path, CASE, INPUTS, OUTPUTS)
    same(golden.read(tmp_path).outputs, OUTPUTS)


def test_what_is_no_golden_case_is_never_overwritten(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis.txt").write_text("precious")
    (tmp_path / "file").write_text("precious")
    for name in ("folder", "file"):
        with pytest.raises(UsageError, match="is no golden case"):
            golden.write(tmp_path / name, CASE, INPUTS, OUTPUTS)
    assert (tmp_path / "folder" / "thesis.txt").read_text() == "precious"


def test_a_failed_write_leaves_the_older_case_and_nothing_else(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ValueError, match="zip"):
        golden.write(folder, CASE, INPUTS, {**OUTPUTS, "predict_proba": np.zeros((3, 5))})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert len(list(folder.parent.iterdir())) == 1


def test_rows_that_do_not_match_their_outputs_are_refused(tmp_path):
    with pytest.raises(UsageError, match="3 rows in and 1 out"):
        golden.write(tmp_path / "g", CASE, INPUTS, first(OUTPUTS))
    with pytest.raises(UsageError, match="0 rows in"):
        golden.write(tmp_path / "g", CASE, {}, {})


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="could not be written"):
        golden.write(tmp_path / "file" / "g", CASE, INPUTS, OUTPUTS)


def edit(**changes):
    def apply(folder):
        case = json.loads((folder / "case.json").read_text())
        (folder / "case.json").write_text(json.dumps({**case, **changes}))

    return apply


def rename_column(folder):
    case = json.loads((folder / "case.json").read_text())
    case["schema"]["inputs"][0]["name"] = "postcode"
    (folder / "case.json").write_text(json.dumps(case))


BAD = {
    "no case": (lambda f: (f / "case.json").unlink(), "There is no golden case at"),
    "no inputs": (lambda f: (f / "inputs.parquet").unlink(), "has no inputs.parquet."),
    "no outputs": (lambda f: (f / "outputs.parquet").unlink(), "has no outputs.parquet."),
    "edited": (
        lambda f: (f / "inputs.parquet").write_bytes(b"PAR1"),
        "has changed since it was recorded. Record the golden case again.",
    ),
    "not JSON": (
        lambda f: (f / "case.json").write_text("{"),
        "case.json is not a golden case's description",
    ),
    "not a case": (lambda f: (f / "case.json").write_text("{}"), "missing required field"),
    "unknown key": (edit(colour="red"), "colour"),
    "of the future": (edit(golden_version=2, colour="red"), "was written by a later mlconvert"),
    "no such column": (rename_column, "has no column 'postcode', which its schema names."),
}


@pytest.mark.parametrize("name", BAD)
def test_a_broken_case_ends_in_one_sentence(folder, name):
    spoil, said = BAD[name]
    spoil(folder)
    with pytest.raises(MlconvertError) as raised:
        golden.read(folder)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_only_a_missing_case_is_a_matter_of_usage(folder):
    (folder / "inputs.parquet").unlink()
    with pytest.raises(UnreadableError):
        golden.read(folder)
    with pytest.raises(UsageError):
        golden.read(folder.parent / "nowhere")
