"""Rows in memory reach a worker as a file, whatever form the caller has them in."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from converter.errors import UsageError
from converter.handed import as_file
from converter.rows import read
from converter.rows.tables import read_table
from converter.values import Field, Schema

TEXT = Schema(kind="text", inputs=(Field(name="X", dtype="string"),), outputs=())
NUMBERS = Schema(kind="matrix", inputs=(Field(name="X", dtype="float64", shape=(2,)),), outputs=())
WORDS = Schema(kind="matrix", inputs=(Field(name="X", dtype="string", shape=(2,)),), outputs=())
PAIRS = [["a", "b"], ["c", None]]


@pytest.mark.parametrize(
    ("given", "schema", "expected"),
    [
        (["a", "b"], TEXT, ["a", "b"]),
        (pd.Series(["a", "b"]), TEXT, ["a", "b"]),
        (pd.Series(["a", "b"], index=[7, 3]), TEXT, ["a", "b"]),
        ([[1, 2], [3, 4]], NUMBERS, [[1.0, 2.0], [3.0, 4.0]]),
        (csr_matrix([[0.0, 2.0], [3.0, 0.0]]), NUMBERS, [[0.0, 2.0], [3.0, 0.0]]),
        (np.array([[1, 2.5]], dtype=object), NUMBERS, [[1.0, 2.5]]),
        (np.array(PAIRS, dtype=object), WORDS, PAIRS),
        (np.array([["a", "b"]]), WORDS, [["a", "b"]]),
    ],
    ids=["list", "series", "indexed series", "lists", "sparse", "objects", "words", "U"],
)
def test_every_form_of_rows_arrives_as_it_was(given, schema, expected):
    with as_file(given) as path:
        assert read(Path(path), schema)["X"].tolist() == expected


def test_the_columns_of_a_frame_keep_their_names_types_and_missing_values():
    frame = pd.DataFrame({"a": [1, 2], 0: ["x", np.nan], "c": [True, False]})
    frame["d"] = pd.array([1, None], dtype="Int64")
    with as_file(frame) as path:
        columns = read_table(Path(path)).columns
    assert {name: array.tolist()[:1] for name, array in columns.items()} == {
        "a": [1], "0": ["x"], "c": [True], "d": [1.0],
    }  # fmt: skip
    assert columns["0"][1] is None
    assert np.isnan(columns["d"][1])


@pytest.mark.parametrize("given", ["absent.csv", np.array(3.0), 7], ids=str)
def test_what_is_no_rows_is_a_usage_error(given):
    with pytest.raises(UsageError), as_file(given):
        pass


def test_no_rows_are_the_empty_path():
    with as_file(None) as path:
        assert path == ""
