"""Dates in rows: out of any file that has them, to the nanosecond, or refused in one sentence."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import pytest
from pyarrow import parquet

from converter import rows
from converter.errors import UsageError
from converter.handed import as_file
from converter.rows.dates import unit, without_zone
from converter.values import Field, Schema

FRAME = Schema(kind="frame", inputs=(Field(name="when", dtype="datetime"),), outputs=())
DAYS = Schema(
    kind="matrix", inputs=(Field(name="X", dtype="datetime", shape=(2,), unit="s"),), outputs=()
)
WORDS = Schema(kind="frame", inputs=(Field(name="when", dtype="string"),), outputs=())
NUMBERS = Schema(kind="frame", inputs=(Field(name="when", dtype="float64"),), outputs=())


def unitary(name):
    return Schema(
        kind="frame", inputs=(Field(name="when", dtype="datetime", unit=name),), outputs=()
    )


def dates(*texts):
    return np.array(texts, "datetime64[ns]")


# --- text -------------------------------------------------------------------------------------

TEXTS = {
    "2024-01-31": "2024-01-31",
    "2024-01-31T13:45": "2024-01-31T13:45",
    "2024-01-31 13:45:01": "2024-01-31T13:45:01",
    "2024-01-31 13:45:01.5": "2024-01-31T13:45:01.5",
    "2024-01-31T13:45:01.123456789": "2024-01-31T13:45:01.123456789",
    " 2024-02-29 ": "2024-02-29",
    "1969-12-31T23:59:59.999999999": "1969-12-31T23:59:59.999999999",
    "1677-09-22": "1677-09-22",
    "2262-04-11T23:47:15.999999999": "2262-04-11T23:47:15.999999999",
    "": "NaT",
    "NaT": "NaT",
    "NA": "NaT",
}
"""What a CSV may hold where the model takes dates, and the date that it is."""

NO_DATES = (
    "31.01.2024", "01/31/2024", "2024", "2024-01", "20240131", "1706659200", "today", "now",
    "2023-02-29", "2024-13-01", "2024-01-31T24:00", "2024-01-31T1:00", "2024-01-31T10:61",
    "2024-01-31T13:45:01.1234567891", "2024-01-31Z", "2024-01-31T13:45:00Z",
    "2024-01-31T13:45:00+01:00", "9999-12-31", "1677-09-21", "2262-04-11T23:47:16.9", "0001-01-01",
    "-2024-01-31", "٢٠٢٤-٠١-٣١",
)  # fmt: skip
"""What is refused: no ISO 8601, no such day, with a zone, or out of the reach of nanoseconds."""


@pytest.mark.parametrize("text", TEXTS)
def test_text_of_iso_8601_is_the_date_it_says(tmp_path, text):
    (tmp_path / "a.csv").write_text(f"when,other\n{text},1\n")
    found = rows.read(tmp_path / "a.csv", FRAME)["when"]
    assert found.dtype == "datetime64[ns]"
    np.testing.assert_array_equal(found, dates(TEXTS[text]))


@pytest.mark.parametrize("text", NO_DATES)
def test_other_text_is_refused_in_one_sentence_that_shows_it(tmp_path, text):
    (tmp_path / "a.csv").write_text(f"when,other\n2024-01-01,0\n{text},1\n", encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        rows.read(tmp_path / "a.csv", FRAME)
    assert f"a.csv holds {text!r} in column 'when', row 2, where the model takes a date" in str(
        raised.value
    )
    assert "\n" not in str(raised.value)


def test_a_json_file_has_dates_as_text_and_never_as_numbers(tmp_path):
    (tmp_path / "a.json").write_text('[{"when": "2024-01-31"}, {"when": null}]')
    np.testing.assert_array_equal(
        rows.read(tmp_path / "a.json", FRAME)["when"], dates("2024-01-31", "NaT")
    )
    (tmp_path / "b.json").write_text('[{"when": 1706659200000}]')
    with pytest.raises(UsageError, match=r"holds 1706659200000 in column 'when'"):
        rows.read(tmp_path / "b.json", FRAME)


def test_text_stays_text_where_no_schema_says_otherwise(tmp_path):
    (tmp_path / "a.csv").write_text("when,other\n2024-01-31,1\n")
    assert rows.read(tmp_path / "a.csv")["when"].tolist() == ["2024-01-31"]


# --- files that have types --------------------------------------------------------------------


def written(path, array, kind=None):
    parquet.write_table(pyarrow.table({"when": pyarrow.array(array, kind)}), path)
    return path


ARROW = {
    "timestamp[ms]": (np.array(["2024-01-31T13", "NaT"], "M8[ms]"), None, "ms"),
    "timestamp[us]": (np.array(["2024-01-31T13", "NaT"], "M8[us]"), None, "us"),
    "timestamp[ns]": (np.array(["2024-01-31T13", "NaT"], "M8[ns]"), None, "ns"),
    "date32": (np.array(["2024-01-31", "NaT"], "M8[D]"), pyarrow.date32(), None),
    "date64": (np.array(["2024-01-31", "NaT"], "M8[D]"), pyarrow.date64(), None),
}


@pytest.mark.parametrize("name", ARROW)
def test_every_arrow_type_of_dates_is_read_and_tells_its_unit(tmp_path, name):
    array, kind, counted = ARROW[name]
    path = written(tmp_path / "a.parquet", array, kind)
    typed, plain = rows.read(path, FRAME)["when"], rows.read(path)["when"]
    assert typed.dtype == "datetime64[ns]"
    np.testing.assert_array_equal(typed, array.astype("datetime64[ns]"))
    np.testing.assert_array_equal(plain, array)
    assert unit(plain) == counted


ZONES = ("UTC", "Europe/Berlin", "+02:00")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("schema", [FRAME, WORDS, NUMBERS], ids=["date", "text", "number"])
def test_a_column_with_a_zone_is_refused_where_it_is_taken(tmp_path, zone, schema):
    path = written(tmp_path / "a.parquet", [0, 1], pyarrow.timestamp("us", zone))
    with pytest.raises(UsageError, match="in column 'when', row 1, where the model takes"):
        rows.read(path, schema)


def test_a_column_with_a_zone_that_the_model_does_not_take_is_no_matter(tmp_path):
    table = {"when": np.array([0], "M8[us]"), "logged": pd.array([0], "datetime64[us, UTC]")}
    pd.DataFrame(table).to_parquet(tmp_path / "a.parquet")
    assert rows.extra_columns(tmp_path / "a.parquet", FRAME) == ("logged",)
    assert list(rows.read(tmp_path / "a.parquet", FRAME)) == ["when"]


def test_numpys_own_files_hold_dates_of_any_unit(tmp_path):
    days = np.array([["2024-01-31", "2024-02-01"], ["NaT", "1969-12-31"]], "M8[D]")
    np.savez(tmp_path / "a.npz", X=days)
    found = rows.read(tmp_path / "a.npz", DAYS)["X"]
    assert found.dtype == "datetime64[ns]"
    np.testing.assert_array_equal(found, days)


def test_dates_out_of_the_reach_of_nanoseconds_are_refused_not_wrapped(tmp_path):
    far = np.array(["2024-01-31", "9999-12-31"], "M8[us]")
    assert str(far.astype("M8[ns]")[1]).startswith("1816"), "numpy no longer wraps"
    with pytest.raises(UsageError, match=r"holds '9999-12-31T00:00:00.000000' in column 'when'"):
        rows.read(written(tmp_path / "a.parquet", far), FRAME)


@pytest.mark.parametrize("given", [[1.5], [7], [True]], ids=str)
def test_numbers_are_no_dates_and_dates_no_numbers(tmp_path, given):
    with pytest.raises(UsageError, match="where the model takes a date"):
        rows.read(written(tmp_path / "a.parquet", given), FRAME)
    when = written(tmp_path / "b.parquet", np.array(["2024-01-31"], "M8[us]"))
    with pytest.raises(UsageError, match=r"holds '2024-01-31.*' in .* where the model takes a num"):
        rows.read(when, NUMBERS)
    with pytest.raises(UsageError, match=r"holds '2024-01-31' in .* where the model takes text"):
        rows.read(when, WORDS)


def test_a_column_of_nothing_is_missing_dates(tmp_path):
    path = written(tmp_path / "a.parquet", [None, None], pyarrow.float64())
    assert np.isnat(rows.read(path, FRAME)["when"]).all()


@pytest.mark.parametrize("name", ["s", "ms", "us", "ns"])
def test_what_the_models_unit_cannot_hold_no_artifact_is_given(tmp_path, name):
    (tmp_path / "a.csv").write_text("when\n1969-12-31T23:59:59.123456789\n")
    [found] = rows.read(tmp_path / "a.csv", unitary(name))["when"]
    assert found.astype(f"datetime64[{name}]").astype("datetime64[ns]") == found


# --- in memory --------------------------------------------------------------------------------

MEMORY = {
    "seconds": np.array(["2024-01-31T13:45", "NaT"], "M8[s]"),
    "nanoseconds": pd.to_datetime(pd.Series(["2024-01-31T13:45", None])),
    "arrow": pd.Series(["2024-01-31T13:45", None]).astype("timestamp[us][pyarrow]"),
    "objects": pd.Series([pd.Timestamp("2024-01-31T13:45"), None], dtype=object),
    "python": [pd.Timestamp("2024-01-31T13:45").to_pydatetime(), None],
}


@pytest.mark.parametrize("name", MEMORY)
def test_dates_in_memory_arrive_as_they_are(name):
    with as_file({"when": MEMORY[name]}) as path:
        found = rows.read(Path(path), FRAME)["when"]
    np.testing.assert_array_equal(found, dates("2024-01-31T13:45", "NaT"))


@pytest.mark.parametrize("counted", ["ms", "us", "ns"])
def test_a_frame_in_memory_keeps_its_unit(counted):
    frame = pd.DataFrame({"when": np.array(["2024-01-31"], f"M8[{counted}]"), "x": [1.0]})
    with as_file(frame) as path:
        assert unit(rows.read(Path(path))["when"]) == counted


def test_a_frame_in_memory_keeps_its_zone_for_the_refusal():
    when = pd.to_datetime(pd.Series(["2024-01-31T13:45", None])).dt.tz_localize("Europe/Berlin")
    with (
        as_file(pd.DataFrame({"when": when})) as path,
        pytest.raises(UsageError, match=r"holds '2024-01-31 12:45:00.000000Z' in column 'when'"),
    ):
        rows.read(Path(path), FRAME)


# --- written ----------------------------------------------------------------------------------

MIXED = {"when": dates("2024-01-31T13:45:00.5", "NaT"), "day": dates("2024-01-31", "1969-12-31")}
BOTH = Schema(
    kind="frame", inputs=tuple(Field(name=name, dtype="datetime") for name in MIXED), outputs=()
)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".json", ".jsonl", ".parquet", ".npz"])
def test_dates_that_are_written_read_back_the_same(tmp_path, suffix):
    rows.write(tmp_path / f"a{suffix}", MIXED)
    back = rows.read(tmp_path / f"a{suffix}", BOTH)
    for name, column in MIXED.items():
        np.testing.assert_array_equal(back[name], column)


def test_a_written_csv_is_what_pandas_reads(tmp_path):
    rows.write(tmp_path / "a.csv", MIXED)
    text = (tmp_path / "a.csv").read_text()
    assert text == "when,day\n2024-01-31T13:45:00.500,2024-01-31\n,1969-12-31\n"
    frame = pd.read_csv(io.StringIO(text), parse_dates=["when", "day"])
    np.testing.assert_array_equal(frame["when"].to_numpy(), MIXED["when"])


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2024-01-31", "2024-01-31"),
        ("2024-01-31T13:45:00Z", "2024-01-31T13:45:00"),
        ("2024-01-31 13:45:00.5+0130", "2024-01-31 13:45:00.5"),
        ("2024-01-31 or so", ""),
        ("soon", ""),
    ],
)
def test_a_zone_is_told_from_the_date(text, local):
    assert without_zone(text) == local
