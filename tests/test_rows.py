"""Rows: they travel exactly, and user files become them or are refused in one sentence."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from converter import rows
from converter.errors import MlconvertError, OutputError, UnreadableError, UsageError
from converter.values import Field, Schema


def texts(*cells):
    return np.array([*cells, ""], object)[:-1]


def same(left, right):
    assert list(left) == list(right)
    for name in left:
        assert left[name].dtype == right[name].dtype, name
        assert left[name].shape == right[name].shape, name
        if left[name].dtype.kind == "O":
            assert left[name].tolist() == right[name].tolist()
        else:
            assert left[name].tobytes() == right[name].tobytes()


EVERYTHING = {
    "text": texts("a", None, "", "nul\0\0", "\ud800 lone", "日本", "x" * 1000),
    "matrix of text": np.array([["a", None]] * 7, object),
    "float/64": np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 5e-324, 1.7e308]),
    "file": np.arange(7, dtype=np.float32),
    "": np.arange(7, dtype=np.int8),
    "naïve": np.array([True, False] * 3 + [True]),
    "when": np.arange(7).astype("datetime64[s]"),
    "matrix": np.arange(21, dtype=np.int64).reshape(7, 3),
}


def test_saved_rows_come_back_bit_for_bit(tmp_path):
    rows.save(tmp_path / "r.npz", EVERYTHING)
    same(rows.load(tmp_path / "r.npz"), EVERYTHING)


def test_no_rows_and_no_columns_travel_too(tmp_path):
    for empty in ({}, {"t": texts(), "x": np.empty((0, 3))}):
        rows.save(tmp_path / "r.npz", empty)
        same(rows.load(tmp_path / "r.npz"), empty)


def test_the_same_rows_are_saved_as_the_same_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        rows.save(tmp_path / name, EVERYTHING)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_other_objects_than_text_are_never_saved(tmp_path):
    with pytest.raises(TypeError, match="holds int 3"):
        rows.save(tmp_path / "r.npz", {"x": texts("a", 3)})


@pytest.mark.parametrize("junk", [b"", b"junk", b"PK\x03\x04", b"\x80\x04."])
def test_what_save_did_not_write_is_unreadable(tmp_path, junk):
    (tmp_path / "r.npz").write_bytes(junk)
    with pytest.raises(UnreadableError, match=r"r\.npz does not hold rows"):
        rows.load(tmp_path / "r.npz")


def test_a_pickle_inside_npz_is_not_unpickled(tmp_path):
    np.savez(tmp_path / "r.npz", names=np.array([print], object))
    with pytest.raises(UnreadableError):
        rows.load(tmp_path / "r.npz")


def test_take_count_and_concat():
    some = rows.take(EVERYTHING, np.arange(7) < 3)
    assert rows.count(some) == 3
    assert rows.count({}) == 0
    assert rows.count(rows.concat([some, some, EVERYTHING])) == 13


def test_importing_rows_loads_no_heavy_library():
    code = "import sys, converter.rows; print({'pyarrow', 'pandas', 'sklearn'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


# --- user files -------------------------------------------------------------------------------

FRAME = Schema(
    kind="frame",
    inputs=(
        Field(name="zip", dtype="string"),
        Field(name="age", dtype="int64"),
        Field(name="pay", dtype="float64"),
        Field(name="ok", dtype="bool"),
    ),
    outputs=(),
)
MATRIX = Schema(kind="matrix", inputs=(Field(name="X", dtype="float64", shape=(2,)),), outputs=())
NAMED = Schema(
    kind="matrix",
    inputs=(Field(name="X", dtype="float64", shape=(2,), columns=("a", "b")),),
    outputs=(),
)
TEXT = Schema(kind="text", inputs=(Field(name="X", dtype="string"),), outputs=())

TYPED = {
    "zip": texts("01234", None),
    "age": np.array([3, 4]),
    "pay": np.array([1.5, np.nan]),
    "ok": np.array([True, False]),
}
X = {"X": np.array([[1.0, 2.0], [3.0, 4.0]])}

READS = [
    ("a.csv", "zip,age,pay,ok\n01234,3,1.5,True\n,4,,False\n", FRAME, TYPED),
    ("reordered and extra.csv", "y,ok,pay,age,zip\n9,1,1.5,3,01234\n9,0,NA,4.0,\n", FRAME, TYPED),
    (
        "bom.csv",
        "\ufeffzip;age;pay;ok\r\n01234;3;1.5;true\r\n;4;;false\r\n",
        FRAME,
        TYPED,
    ),
    ("a.tsv", "zip\tage\tpay\tok\n01234\t3\t1.5\tTrue\n\t4\t\tFalse\n", FRAME, TYPED),
    (
        "a.jsonl",
        '{"zip":"01234","age":3,"pay":1.5,"ok":true}\n{"age":4,"ok":false}\n',
        FRAME,
        TYPED,
    ),
    (
        "a.json",
        '{"zip":["01234",null],"age":[3,4],"pay":[1.5,null],"ok":[true,false]}',
        FRAME,
        TYPED,
    ),
    (
        "missing whole numbers are NaN.csv",
        "zip,age,pay,ok\na,,1,1\n",
        FRAME,
        {
            "zip": texts("a"),
            "age": np.array([np.nan]),
            "pay": np.array([1.0]),
            "ok": np.array([True]),
        },
    ),
    ("headerless.csv", "1,2\n3,4\n", MATRIX, X),
    ("names the model has not.csv", "p,q\n1,2\n3,4\n", MATRIX, X),
    ("x0 and x1 and a target.csv", "y,x1,x0\n0,2,1\n0,4,3\n", MATRIX, X),
    ("by name.csv", "b,a,y\n2,1,0\n4,3,0\n", NAMED, X),
    ("headerless for names.csv", "1,2\n3,4\n", NAMED, X),
    ("matrix.json", "[[1, 2], [3, 4.0]]", MATRIX, X),
    ("X.csv", 'X\n"a, b"\nÄ\n', TEXT, {"X": texts("a, b", "Ä")}),
    ("text and label.csv", "label,X\n1,a\n2,b\n", TEXT, {"X": texts("a", "b")}),
    ("lines.txt", "a, b\n\n3\n", TEXT, {"X": texts("a, b", "", "3")}),
]


@pytest.mark.parametrize(
    ("name", "content", "schema", "expected"), READS, ids=[r[0] for r in READS]
)
def test_reads(tmp_path, name, content, schema, expected):
    (tmp_path / name).write_text(content, encoding="utf-8")
    same(rows.read(tmp_path / name, schema), expected)


REFUSALS = [
    ("empty.csv", "", FRAME, "empty.csv is empty."),
    ("header.csv", "zip,age,pay,ok\n", FRAME, "header.csv holds no rows."),
    (
        "near.csv",
        "Zip,age,pay,ok\n1,2,3,1\n",
        FRAME,
        "near.csv has no column 'zip'. The nearest to 'zip' is 'Zip'.",
    ),
    ("far.csv", "q,age\n1,2\n", FRAME, "far.csv has no column 'zip', 'pay', 'ok'."),
    ("ragged.csv", "a,b\n1,2\n3\n", MATRIX, "ragged.csv has 1 values in line 3 under 2 columns."),
    (
        "abc.csv",
        "zip,age,pay,ok\na,1,1.5,1\nb,2,abc,1\n",
        FRAME,
        "abc.csv holds 'abc' in column 'pay', row 2, where the model takes a number.",
    ),
    (
        "half.csv",
        "zip,age,pay,ok\na,1.5,1,1\n",
        FRAME,
        "half.csv holds '1.5' in column 'age', row 1, where the model takes a whole number.",
    ),
    (
        "maybe.csv",
        "zip,age,pay,ok\na,1,1,maybe\n",
        FRAME,
        "maybe.csv holds 'maybe' in column 'ok', row 1, where the model takes true or false.",
    ),
    (
        "huge.csv",
        "zip,age,pay,ok\na,99999999999999999999,1,1\n",
        FRAME,
        "where the model takes a whole number.",
    ),
    (
        "numbers for text.json",
        '[{"zip":1234,"age":1,"pay":1,"ok":true}]',
        FRAME,
        "holds 1234 in column 'zip', row 1, where the model takes text.",
    ),
    ("twice.csv", "a,a,b\n1,2,3\n", NAMED, "twice.csv has more than one column named 'a'."),
    ("wide.csv", "p,q,r\n1,2,3\n", MATRIX, "wide.csv has 3 columns, and the model takes 2."),
    ("nameless.csv", "1,2,3,4\n", FRAME, "nameless.csv has no column names"),
    ("two texts.csv", "a,b\nx,y\n", TEXT, "has 2 columns, and the model takes one text."),
    ("broken.json", "{", MATRIX, "broken.json could not be read: "),
    ("scalar.json", "3", MATRIX, "scalar.json could not be read: "),
    ("a.xlsx", "junk", MATRIX, "a.xlsx is no table that mlconvert reads."),
    ("a.parquet", "junk", MATRIX, "a.parquet is no table that mlconvert reads."),
    ("magic.parquet", "PAR1 junk", MATRIX, "magic.parquet could not be read: "),
]


@pytest.mark.parametrize(
    ("name", "content", "schema", "said"), REFUSALS, ids=[r[0] for r in REFUSALS]
)
def test_refuses_in_one_sentence(tmp_path, name, content, schema, said):
    (tmp_path / name).write_text(content)
    with pytest.raises(MlconvertError) as raised:
        rows.read(tmp_path / name, schema)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_and_one_that_is_not_text(tmp_path):
    with pytest.raises(UsageError, match="There is no file of rows"):
        rows.read(tmp_path / "no.csv")
    (tmp_path / "latin.csv").write_bytes(b"a\n\xff\n")
    with pytest.raises(UnreadableError, match=r"latin\.csv could not be read: 'utf-8'"):
        rows.read(tmp_path / "latin.csv")


def test_without_a_schema_values_tell_their_types(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("i,f,g,b,s,n\n1,1.0,,True,x,\n2,2.0,3,False,,\n")
    kinds = {name: array.dtype.kind for name, array in rows.read(path).items()}
    assert kinds == {"i": "i", "f": "f", "g": "f", "b": "b", "s": "O", "n": "f"}


def test_large_whole_numbers_keep_every_digit(tmp_path):
    (tmp_path / "a.csv").write_text("zip,age,pay,ok\na,9007199254740993,1,1\n")
    assert rows.read(tmp_path / "a.csv", FRAME)["age"].tolist() == [9007199254740993]


def test_arrays_on_disk_are_read_as_matrices_or_columns(tmp_path):
    np.save(tmp_path / "a.npy", X["X"])
    np.savez(tmp_path / "b.npz", X=X["X"], y=np.zeros(2))
    np.savez(tmp_path / "c.npz", anything=X["X"].astype(np.float32))
    for name in ("a.npy", "b.npz", "c.npz"):
        same(rows.read(tmp_path / name, MATRIX), X)


def test_extra_columns_are_named_and_left_out(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("y,b,a,z\n0,2,1,0\n")
    assert rows.extra_columns(path, NAMED) == ("y", "z")
    assert list(rows.read(path, NAMED)) == ["X"]
    assert rows.extra_columns(path, MATRIX) == ()


OUTPUTS = {
    "predict": texts("yes", "no"),
    "predict_proba": np.array([[0.25, 0.75], [0.5, np.nan]]),
}
FIELDS = (
    Field(name="predict", dtype="string"),
    Field(name="predict_proba", dtype="float64", shape=(2,), columns=("no", "yes")),
)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet", ".json", ".jsonl"])
def test_written_outputs_read_back_as_columns(tmp_path, suffix):
    path = tmp_path / f"y{suffix}"
    rows.write(path, OUTPUTS, FIELDS)
    back = rows.read(path)
    assert list(back) == ["predict", "predict_proba_no", "predict_proba_yes"]
    assert back["predict"].tolist() == ["yes", "no"]
    np.testing.assert_array_equal(
        rows.gather(back, FIELDS)["predict_proba"], OUTPUTS["predict_proba"]
    )
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_npz_keeps_matrices_whole(tmp_path):
    rows.write(tmp_path / "y.npz", OUTPUTS, FIELDS)
    assert np.load(tmp_path / "y.npz")["predict_proba"].shape == (2, 2)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    with pytest.raises(OutputError):
        rows.write(tmp_path / "no folder" / "y.csv", OUTPUTS)
    (tmp_path / "y.parquet").write_text("old")
    with pytest.raises(Exception, match="object"):
        rows.write(tmp_path / "y.parquet", {"x": np.array([object()], object)})
    assert (tmp_path / "y.parquet").read_text() == "old"
    assert len(list(Path(tmp_path).iterdir())) == 1
    with pytest.raises(UsageError, match=r"No table is written to y\.xlsx"):
        rows.write(tmp_path / "y.xlsx", OUTPUTS)


def test_classes_of_one_name_still_get_columns_of_their_own(tmp_path):
    field = Field(name="p", dtype="float64", shape=(2,), columns=("1", "1"))
    assert list(rows.spread({"p": np.zeros((3, 2))}, (field,))) == ["p_0", "p_1"]


def test_parquet_types_of_every_kind_are_read(tmp_path):
    import pyarrow
    from pyarrow import parquet

    columns = {
        "zip": pyarrow.array(["01", None, "01"]).dictionary_encode(),
        "age": pyarrow.array([1, None, 3]),
        "pay": pyarrow.array([1.5, None, float("nan")]),
        "ok": pyarrow.array([True, False, True]),
        "when": pyarrow.array([0, 1, 2], pyarrow.timestamp("s")),
    }
    parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    expected = {
        "zip": texts("01", None, "01"),
        "age": np.array([1, np.nan, 3]),
        "pay": np.array([1.5, np.nan, np.nan]),
        "ok": np.array([True, False, True]),
    }
    same(rows.read(tmp_path / "a.parquet", FRAME), expected)
    assert rows.extra_columns(tmp_path / "a.parquet", FRAME) == ("when",)


NUMBERS = Schema(kind="matrix", inputs=(Field(name="X", dtype="float64", shape=(3,)),), outputs=())


def test_the_counting_header_of_pandas_is_a_header(tmp_path):
    path = tmp_path / "numbered.csv"
    path.write_text("0,1,2\n1.5,2.5,3.5\n4,5,6\n")
    assert rows.read(path, NUMBERS)["X"].tolist() == [[1.5, 2.5, 3.5], [4.0, 5.0, 6.0]]


def test_a_first_row_of_other_numbers_is_a_row(tmp_path):
    path = tmp_path / "bare.csv"
    path.write_text("1,0,2\n4,5,6\n")
    assert rows.read(path, NUMBERS)["X"].tolist() == [[1.0, 0.0, 2.0], [4.0, 5.0, 6.0]]
