"""A model with a column of dates, from the file to the answers, by CSV, Parquet and in memory."""

import subprocess
import sys

import cloudpickle
import numpy as np
import onnx
import pandas as pd
import pytest
import spox.opset.ai.onnx.v17 as op
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from spox import Tensor, argument, build

import mlconvert
from adapters.to_onnx import score
from converter.errors import UsageError
from tests.cases_onnx import attempt
from tests.product import run

RNG = np.random.default_rng(0)
SINCE = np.datetime64("2015-01-01T06:30", "us")


def spread(frame):
    """Whatever a date has, and what it counts: the one depends on the unit."""
    when = frame["when"]
    return pd.DataFrame(
        {
            "year": when.dt.year.fillna(0),
            "day": when.dt.day.fillna(0),
            "hour": when.dt.hour.fillna(0),
            "count": when.fillna(pd.Timestamp("2000-01-01")).astype("int64") / 1e15,
            "size": frame["size"],
        }
    )


def table():
    when = SINCE + RNG.integers(-(10**9), 10**9, 80).astype("timedelta64[s]")
    frame = pd.DataFrame({"when": when.astype("datetime64[us]"), "size": RNG.normal(size=80)})
    frame.loc[7, "when"] = pd.NaT
    return frame


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the model, its rows in files, and what the model itself says of them."""
    folder = tmp_path_factory.mktemp("dates")
    frame = table()
    model = make_pipeline(FunctionTransformer(spread), Ridge()).fit(frame, frame["size"])
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    (folder / "model.pkl").write_bytes(cloudpickle.dumps(model))
    cloudpickle.unregister_pickle_by_value(sys.modules[__name__])
    frame.to_csv(folder / "rows.csv", index=False)
    frame.to_parquet(folder / "rows.parquet")
    np.save(folder / "answers.npy", model.predict(frame))
    mlconvert.convert(
        folder / "model.pkl", to="bundle", data=folder / "rows.parquet", output=folder / "b.bundle"
    )
    return folder


FORMS = ("rows.csv", "rows.parquet", "frame")


def rows_of(place, form):
    return pd.read_parquet(place / "rows.parquet") if form == "frame" else place / form


@pytest.mark.parametrize("form", FORMS)
def test_a_bundle_answers_as_the_model_does_whatever_form_the_dates_come_in(place, form):
    answers = mlconvert.predict(place / "b.bundle", rows_of(place, form)).outputs["predict"]
    np.testing.assert_array_equal(answers, np.load(place / "answers.npy"))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_rows_proves_the_model_and_tells_the_same_signature(place, tmp_path, form):
    verdict = mlconvert.convert(
        place / "model.pkl", to="bundle", data=rows_of(place, form), output=tmp_path / "b.bundle"
    )
    assert verdict.outcome is mlconvert.Outcome.ARTIFACT
    unit = np.datetime_data(pd.to_datetime(["2024-01-31"]).dtype)[0] if form == FORMS[0] else "us"
    signature = [(field.name, field.dtype, field.unit) for field in verdict.schema.inputs]
    assert signature == [("when", "datetime", unit), ("size", "float64", "")]
    said = "Text that the model takes as dates: when."
    assert (said in verdict.notes) == (form == "rows.csv")


def test_the_bundles_own_loader_takes_dates_of_any_unit(place):
    code = (
        "import numpy as np, pandas as pd\nfrom load import predict\n"
        "frame = pd.read_parquet('../rows.parquet')\n"
        "for unit in ('s', 'ns'):\n"
        "    when = frame['when'].to_numpy().astype(f'datetime64[{unit}]')\n"
        "    answers = predict({'when': when, 'size': frame['size'].to_numpy()})\n"
        "    np.testing.assert_array_equal(answers['predict'], np.load('../answers.npy'))\n"
        "print('the same')"
    )
    bundle = place / "b.bundle"
    done = subprocess.run([sys.executable, "-c", code], cwd=bundle, capture_output=True, text=True)
    assert done.stdout == "the same\n", done.stderr
    done = subprocess.run([sys.executable, bundle / "load.py"], capture_output=True, text=True)
    assert "recorded rows: 80, of which 0 differ" in done.stdout


def test_a_golden_case_keeps_dates_and_the_unit_that_the_model_counts_in(place, tmp_path):
    nanoseconds = pd.read_parquet(place / "rows.parquet").astype({"when": "datetime64[ns]"})
    mlconvert.record(place / "model.pkl", data=nanoseconds, output=tmp_path / "case")
    verdict = mlconvert.convert(
        place / "model.pkl", to="bundle", golden=tmp_path / "case", output=tmp_path / "b.bundle"
    )
    assert verdict.drift.passed
    assert verdict.schema.inputs[0].unit == "ns"
    assert mlconvert.verify(tmp_path / "b.bundle", golden=tmp_path / "case").exit_code == 0


REFUSED = {
    "a zone in Parquet": ("zone.parquet", lambda when: when.dt.tz_localize("UTC")),
    "a zone in CSV": ("zone.csv", lambda when: when.dt.tz_localize("Europe/Berlin")),
    "another order": ("order.csv", lambda when: when.dt.strftime("%d.%m.%Y")),
    "numbers": ("numbers.csv", lambda when: when.dt.year.fillna(0)),
    "the end of time": (
        "far.parquet",
        lambda when: when.where(when.dt.year < 2020, np.datetime64("9999-12-31", "us")),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_other_columns_are_refused_in_one_sentence_on_the_command_line(place, tmp_path, name):
    file, change = REFUSED[name]
    frame = pd.read_parquet(place / "rows.parquet")
    frame["when"] = change(frame["when"])
    write = frame.to_parquet if file.endswith(".parquet") else frame.to_csv
    write(tmp_path / file, index=False)
    done = run("predict", place / "b.bundle", "--data", tmp_path / file)
    assert done.returncode == 2
    assert f"{file} holds '" in done.stderr
    assert "in column 'when', row " in done.stderr
    assert "takes a date of ISO 8601" in " ".join(done.stderr.split())


def test_data_with_a_zone_is_refused_as_such(place, tmp_path):
    frame = pd.read_parquet(place / "rows.parquet")
    frame["when"] = frame["when"].dt.tz_localize("UTC")
    for to_file in (frame.to_csv, frame.to_parquet):
        to_file(tmp_path / "rows", index=False)
        (tmp_path / "rows").rename(tmp_path / "rows.csv")
        with pytest.raises(UsageError, match=r"time zone"):
            mlconvert.convert(
                place / "model.pkl", data=tmp_path / "rows.csv", output=tmp_path / "m.onnx"
            )


# --- in a graph -------------------------------------------------------------------------------


def test_a_graph_is_fed_nanoseconds_and_the_smallest_integer_for_a_missing_date(tmp_path):
    when = argument(Tensor(np.int64, ("N", 1)))
    model = build({"when": when}, {"transform": op.identity(when)})
    onnx.save(model, tmp_path / "m.onnx")
    dates = np.array(["1970-01-01T00:00:01", "NaT", "1969-12-31T23:59:59.999999"], "M8[us]")
    [counts] = score.score(tmp_path / "m.onnx", {"when": dates}).values()
    assert counts.tolist() == [[10**9], [-(2**63)], [-1000]]


def reasons(model, frame):
    schema, refused, _ = attempt(model, frame)
    assert "datetime" in {field.dtype for field in schema.inputs}
    return [(reason.code, reason.address) for reason in refused.reasons]


def test_dates_are_not_scaled_by_what_they_happen_to_count():
    frame = table().dropna()
    model = make_pipeline(StandardScaler(), Ridge()).fit(frame[["when"]], frame["size"])
    assert reasons(model, frame[["when"]]) == [("onnx.date-as-number", "standardscaler")]


def test_dates_do_not_leave_a_graph_as_numbers():
    frame = table()
    model = ColumnTransformer([("keep", "passthrough", ["when"])]).fit(frame)
    assert reasons(model, frame) == [("onnx.date-output", "")]


def test_a_bundle_gives_the_dates_that_the_model_gives(tmp_path):
    frame = table()
    model = ColumnTransformer([("keep", "passthrough", ["when"])]).fit(frame)
    mlconvert.convert(model, to="bundle", data=frame, output=tmp_path / "b.bundle")
    mlconvert.predict(tmp_path / "b.bundle", frame, output=tmp_path / "answers.csv")
    [written] = pd.read_csv(tmp_path / "answers.csv", parse_dates=[0]).to_numpy().T
    np.testing.assert_array_equal(written, frame["when"].to_numpy())
