"""Dates, spans and dates of text: what is recorded and said in ONNX, beside what is refused."""

from datetime import date, datetime, timedelta

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from spox import Tensor, argument, build

from adapters.base import Options
from adapters.to_onnx.compiler import new_graph
from adapters.to_onnx.functions.saying import said
from adapters.to_onnx.wires import Frame
from converter.trace.seen import UNSEEN
from tests.tracing.onnx import refusal, same_in_onnx, told

ROWS = 40
UNITS = ("s", "us", "ns")
REFERENCE = pd.Timestamp("2020-03-01")
HOLIDAYS = pd.to_datetime(["2024-12-25", "2000-02-29", "1970-01-01"])
DAYS_OFF = {date(2024, 12, 25), date(2000, 2, 29)}


def _moments(seed, unit="us", *, missing=True):
    rng = np.random.default_rng(seed)
    found = rng.integers(-4_000_000_000, 4_000_000_000, ROWS).astype("M8[s]")
    found = found.astype(f"M8[{unit}]")
    if unit != "s":
        found += rng.integers(0, 1_000_000, ROWS).astype(f"m8[{unit}]")
    found[::3] = found[::3].astype("M8[D]").astype(found.dtype)
    if missing:
        found[::11] = np.datetime64("NaT")
    return found


def _frame(unit="us"):
    return pd.DataFrame(
        {
            "d": _moments(1, unit),
            "e": _moments(2, unit),
            "f": _moments(3, unit, missing=False),
            "n": np.arange(ROWS) % 17,
        }
    )


def _texts(form):
    return pd.DataFrame({"t": [pd.Timestamp(m).strftime(form) for m in _moments(4, missing=False)]})


PARTS = (
    *("year", "month", "day", "hour", "minute", "second", "microsecond", "nanosecond"),
    *("weekday", "dayofweek", "day_of_week", "dayofyear", "day_of_year", "quarter"),
    *("days_in_month", "daysinmonth", "is_leap_year", "is_month_start", "is_month_end"),
    *("is_quarter_start", "is_quarter_end", "is_year_start", "is_year_end"),
)


def _parts(column):
    return pd.DataFrame({name: getattr(column.dt, name) for name in PARTS})


def _written(column, form):
    return column.dt.strftime(form).to_frame()


def _matrix(values):
    return np.asarray(values).reshape(-1, 1)


def _season(d):
    if d.month in (12, 1, 2):
        return "winter"
    return "summer" if 6 <= d.month <= 8 else "other"


OF_ANY_UNIT = {
    "parts, missing dates among them": lambda X: _parts(X["d"]),
    "parts": lambda X: _parts(X["f"]),
    "spans": lambda X: pd.DataFrame(
        {p: getattr((X.d - X.e).dt, p) for p in ("days", "seconds", "microseconds", "nanoseconds")}
    ),
    "what pandas counts": lambda X: X.f.astype("int64").to_frame(),
    "what numpy counts": lambda X: _matrix(X["f"].values.astype("int64")),
    "days from a Timestamp": lambda X: (REFERENCE - X.d).dt.days.to_frame(),
    "compared": lambda X: pd.DataFrame({"a": X.d > "2000-01-01", "b": X.d != X.e, "c": X.d <= X.e}),
    "rounded": lambda X: pd.DataFrame(
        {"a": X.d.dt.floor("15min"), "b": X.d.dt.ceil("D"), "c": X.e.dt.round("2h")}
    ),
    "is one of": lambda X: X.d.dt.normalize().isin(HOLIDAYS).to_frame(),
}

RECORDED = {
    "ISO weeks": lambda X: X.f.dt.isocalendar().astype(int),
    "an ISO week": lambda X: X.d.dt.isocalendar().week.to_frame(),
    "names": lambda X: pd.DataFrame({"day": X.d.dt.day_name(), "month": X.e.dt.month_name()}),
    "written": lambda X: _written(X["f"], "%Y-%m-%d %H:%M:%S"),
    "written, missing dates among them": lambda X: _written(X["d"], "%d/%m/%y"),
    "year and month as text": lambda X: (
        X.f.dt.year.astype(str) + "-" + X.f.dt.month.astype(str).str.zfill(2)
    ).to_frame(),
    "time of day": lambda X: (X.d - X.d.dt.normalize()).dt.total_seconds().to_frame(),
    "hours from a datetime": lambda X: (
        (X.d - datetime(2024, 1, 1, 12)).dt.total_seconds() / 3600
    ).to_frame(),
    "days as real numbers": lambda X: ((X.d - X.e) / np.timedelta64(1, "D")).to_frame(),
    "whole weeks": lambda X: ((X.d - REFERENCE) // pd.Timedelta("7D")).to_frame(),
    "whole spans": lambda X: ((X.d - REFERENCE) // timedelta(hours=5)).to_frame(),
    "the rest of a span": lambda X: ((X.d - REFERENCE) % pd.Timedelta("1D")).dt.seconds.to_frame(),
    "the greater span": lambda X: (X.d - X.e).abs().dt.days.to_frame(),
    "filled": lambda X: X.d.fillna(X.e).fillna(REFERENCE).dt.year.to_frame(),
    "chosen": lambda X: X.d.where(X.d > X.e, X.e).dt.year.to_frame(),
    "the later one": lambda X: np.maximum(X.d, X.e).dt.year.to_frame(),
    "days added": lambda X: (X.d + pd.Timedelta(days=30)).dt.month.to_frame(),
    "days of a column added": lambda X: (X.d + pd.to_timedelta(X.n, unit="D")).dt.day.to_frame(),
    "seconds since 1970": lambda X: pd.to_datetime(X.n * 432_000, unit="s").dt.month.to_frame(),
    "made of numbers": lambda X: pd.to_datetime(
        {"year": X.n + 1990, "month": X.n % 12 + 1, "day": X.n + 1, "hour": X.n}
    ).to_frame(),
    "one row's date with another time": lambda X: X.f.apply(
        lambda d: (d - d.replace(day=1, hour=0, minute=0)).total_seconds()
    ).to_frame(),
    "columns of an index": lambda X: X.assign(m=pd.DatetimeIndex(X.f).month.values)[["m"]],
    "an index": lambda X: np.c_[pd.DatetimeIndex(X.f).year, pd.DatetimeIndex(X["d"]).month],
    "days of an index": lambda X: _matrix((pd.DatetimeIndex(X.f) - REFERENCE).days),
    "numpy's months": lambda X: _matrix(X["f"].values.astype("M8[M]").astype(int) % 12 + 1),
    "numpy's years": lambda X: _matrix(X["d"].values.astype("M8[Y]").astype(int) + 1970),
    "numpy's days of the month": lambda X: _matrix(
        (X["f"].values.astype("M8[D]") - X["f"].values.astype("M8[M]")).astype(int)
    ),
    "numpy's missing": lambda X: _matrix(np.isnat(X["d"].values)),
    "by the column's type": lambda X: X.select_dtypes("datetime64").apply(lambda c: c.dt.year),
    "one row's year": lambda X: X.d.apply(lambda d: d.year).to_frame(),
    "one row's parts": lambda X: X.f.map(
        lambda d: d.isoweekday() * 400 + d.timetuple().tm_yday + d.isocalendar()[1] / 100
    ).to_frame(),
    "one row's seconds": lambda X: X.f.apply(lambda d: d.timestamp()).to_frame(),
    "one row's text": lambda X: X.f.apply(lambda d: f"{d.year}-{d.month:02d}").to_frame(),
    "one row's branch": lambda X: X.d.apply(_season).to_frame(),
    "one row's missing date": lambda X: X.d.apply(lambda d: 0 if d is pd.NaT else d.day).to_frame(),
    "one row's difference": lambda X: X.apply(lambda r: (r["f"] - r["d"]).days, axis=1).to_frame(),
    "one row's day in a set": lambda X: X.f.apply(lambda d: int(d.date() in DAYS_OFF)).to_frame(),
    "days between dates": lambda X: X.f.apply(
        lambda d: (date(2024, 1, 1) - d.date()).days
    ).to_frame(),
    "unbound methods": lambda X: X.f.map(datetime.toordinal).to_frame(),
    "a list of rows": lambda X: np.array([d.month for d in X["f"]]).reshape(-1, 1),
}

REFUSED = {
    "Python's own dates": (lambda X: X.f.dt.date.to_frame(), "function.unknown-operation"),
    "periods": (
        lambda X: X.f.dt.to_period("M").astype(str).to_frame(),
        "function.unknown-operation",
    ),
    "zones": (
        lambda X: X.f.dt.tz_localize("Asia/Tokyo").dt.hour.to_frame(),
        "function.unknown-operation",
    ),
    "an unknown directive": (lambda X: _written(X["f"], "%U"), "function.unknown-operation"),
    "text of dates": (lambda X: X.f.astype(str).to_frame(), "function.unknown-operation"),
    "an offset of months": (
        lambda X: (X.f + pd.DateOffset(months=1)).to_frame(),
        "function.unknown-operation",
    ),
    "the clock": (lambda X: (pd.Timestamp.now() - X.f).dt.days.to_frame(), "function.reads-clock"),
    "the first date of the batch": (
        lambda X: (X.f - X.f.min()).dt.days.to_frame(),
        "function.mixes-rows",
    ),
    "the date before": (lambda X: X.f.diff().dt.days.to_frame(), "function.mixes-rows"),
    "the machine's zone": (
        lambda X: X.f.apply(lambda d: datetime.strptime(str(d), "%Y").timestamp()).to_frame(),
        "function.unknown-operation",
    ),
}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", OF_ANY_UNIT)
def test_dates_of_any_unit_are_said_in_onnx(name, unit):
    assert same_in_onnx(OF_ANY_UNIT[name], _frame(unit)).outputs


@pytest.mark.parametrize("name", RECORDED)
def test_functions_of_dates_are_said_in_onnx(name):
    assert same_in_onnx(RECORDED[name], _frame()).outputs


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_graph_is_refused_by_its_reason(name):
    function, code = REFUSED[name]
    assert refusal(function, _frame()) == code


# --- text -------------------------------------------------------------------------------------

FORMATS = ("%Y-%m-%d %H:%M:%S.%f", "%d.%m.%y %H:%M", "%Y%m%d", "%d-%b-%Y")
FIRST_DAYS = ("%b-%Y", "%B %Y", "%Y-%m", "%m/%Y", "%Y", "%Y %H:%M")
NO_YEARS = ("%H:%M:%S", "%d/%m %H:%M", "%b %d", "%H")
"""Formats without a month or day, which is the first, or a year, which is 1900."""


@pytest.mark.parametrize("form", FORMATS)
def test_text_of_a_given_format_is_parsed(form):
    def parsed(X, form=form):
        when = pd.to_datetime(X["t"], format=form)
        parts = {"year": when.dt.year, "day": when.dt.dayofyear, "us": when.dt.microsecond}
        return pd.DataFrame(parts)

    assert same_in_onnx(parsed, _texts(form)).outputs


def test_text_of_iso_dates_is_parsed_without_a_format():
    expression = same_in_onnx(
        lambda X: pd.to_datetime(X["t"]).dt.month.to_frame(), _texts("%Y-%m-%d")
    )
    assert "guessed=True" in repr(expression.outputs[0])


@pytest.mark.parametrize("form", ("%B %d, %Y", "%d %b %Y"))
def test_text_that_names_its_months_is_parsed_without_a_format(form):
    parsed = lambda X: pd.to_datetime(X["t"]).dt.day.to_frame()  # noqa: E731
    march = _texts(form)[lambda X: X["t"].str.contains("March|Mar ")]
    assert form in repr(same_in_onnx(parsed, march.reset_index(drop=True)).outputs[0])


def test_what_is_no_date_is_missing_where_that_is_asked_for():
    texts = _texts("%Y-%m-%d")
    texts.loc[::4, "t"] = "no date"
    texts.loc[1::4, "t"] = "2023-02-29"

    def parsed(X):
        return pd.to_datetime(X["t"], errors="coerce", format="%Y-%m-%d").dt.day.to_frame()

    assert same_in_onnx(parsed, texts).outputs


def test_strptime_raises_where_a_text_is_no_date():
    texts = _texts("%d.%m.%Y")
    texts.loc[::4, "t"] = "31.02.2020"

    def month(text):
        try:
            return datetime.strptime(text, "%d.%m.%Y").month
        except ValueError:
            return -1

    assert same_in_onnx(lambda X: X["t"].apply(month).to_frame(), texts).outputs


def test_a_format_that_the_first_row_decides_is_refused():
    month_first = pd.DataFrame({"t": ["01/02/2024", "03/04/2024"] * 5})
    assert refusal(lambda X: pd.to_datetime(X["t"]).dt.day.to_frame(), month_first) == (
        "function.mixes-rows"
    )


@pytest.mark.parametrize("form", (*FIRST_DAYS, *NO_YEARS))
def test_a_year_month_or_day_that_a_format_does_not_name_is_1900_or_the_first(form):
    def parsed(X):
        when = pd.to_datetime(X["t"], format=form)
        return pd.DataFrame({"year": when.dt.year, "month": when.dt.month, "day": when.dt.day})

    def read(X):
        return X["t"].map(lambda text: datetime.strptime(text, form).month).to_frame()

    same_in_onnx(parsed, _texts(form))
    same_in_onnx(read, _texts(form))


NO_DATES = ("%Y%m", "%m %b %Y", "%H%M")


@pytest.mark.parametrize("options", [{"dayfirst": True}, *({"format": form} for form in NO_DATES)])
def test_options_that_mean_something_else_are_refused(options):
    def parsed(X):
        return pd.to_datetime(X["t"], **options).dt.day.to_frame()

    assert refusal(parsed, _texts("%Y-%m-%d")) == "function.unknown-operation"


UTC = {
    "hours": lambda t: t.dt.hour,
    "weekdays": lambda t: t.dt.dayofweek,
    "the zone taken off": lambda t: t.dt.tz_localize(None),
    "the zone converted": lambda t: t.dt.tz_convert(None) - pd.Timestamp("2020-01-01"),
    "since a date in another zone": lambda t: t - pd.Timestamp("2020-01-01", tz="Asia/Tokyo"),
    "after a date": lambda t: t > "2020-06-01",
    "counts": lambda t: t.astype("int64"),
}
ZULU = _texts("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("name", UTC)
@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S"])
def test_dates_of_text_may_be_in_utc(name, form):
    same_in_onnx(lambda X: UTC[name](pd.to_datetime(X["t"], utc=True)).to_frame(), _texts(form))


def test_an_offset_of_zero_may_be_spelled_z():
    same_in_onnx(lambda X: pd.to_datetime(X["t"]).dt.hour.to_frame(), ZULU)
    form = "%Y-%m-%dT%H:%M:%S%z"
    same_in_onnx(lambda X: pd.to_datetime(X["t"], format=form).dt.hour.to_frame(), ZULU)


ZONED = {
    "handed on": lambda t: t,
    "in another zone": lambda t: t.dt.tz_convert("Asia/Tokyo").dt.hour,
    "the zone written": lambda t: t.dt.strftime("%H %z"),
    "the naive beside it": lambda t: (t - pd.Timestamp("2020-01-01")).dt.days,
}


@pytest.mark.parametrize("name", ZONED)
def test_a_time_zone_that_is_seen_is_refused(name):
    function = lambda X: ZONED[name](pd.to_datetime(X["t"])).to_frame()  # noqa: E731
    assert refusal(function, ZULU).startswith("function.")


def test_texts_with_offsets_are_refused():
    texts = pd.DataFrame({"t": _texts("%Y-%m-%dT%H:%M:%S")["t"] + "+03:00"})
    function = lambda X: pd.to_datetime(X["t"]).dt.hour.to_frame()  # noqa: E731
    assert refusal(function, texts) == "function.unknown-operation"


# --- what is kept -----------------------------------------------------------------------------


def test_a_date_column_that_can_miss_no_row_gives_whole_numbers():
    def filled(X):
        return X["d"].fillna(REFERENCE).dt.year.to_frame()

    assert told(filled, _frame()).outputs[0].dtype == np.int32


def test_a_row_without_a_date_has_no_number_even_if_no_training_row_lacked_one():
    expression = told(lambda X: X["f"].dt.year.to_frame(), _frame())
    [year] = expression.evaluate({**_given(), "f": np.array(["NaT"], "M8[us]")})
    assert np.isnan(year).all()


def test_dates_keep_the_unit_they_are_handed_in():
    [counted] = told(lambda X: X["f"].astype("int64").to_frame(), _frame("s")).outputs
    assert counted.value.tolist() == _frame("s")["f"].astype("int64").tolist()


@pytest.mark.parametrize("unit", UNITS)
def test_a_graph_is_handed_nanoseconds_and_gives_nanoseconds(unit):
    frame = _frame(unit)[["f"]]
    expression = told(lambda X: X.assign(next=X["f"] + pd.Timedelta("1D")), frame)
    f = argument(Tensor(np.int64, ("N", 1)))
    g = new_graph(np.dtype(np.float64), [], Options(), UNSEEN)
    g.dates.append(f)
    given = said(expression, Frame({"f": f}), g)
    assert all(g.is_date(var) for var in given.columns.values())
    model = build({"f": f}, {"later": given.columns["next"]})
    session = onnxruntime.InferenceSession(model.SerializeToString())
    counts = frame.to_numpy().astype("M8[ns]").astype(np.int64)
    [later] = session.run(["later"], {"f": counts})
    assert (later == counts + 86_400 * 10**9).all()


def test_the_whole_range_of_nanoseconds_has_a_calendar():
    days = np.arange("1677-09-23", "2262-04-11", 97, dtype="M8[D]").astype("M8[ns]")
    frame = pd.DataFrame({"d": days})
    names = ("year", "month", "day", "dayofyear", "weekday", "days_in_month")

    def parts(X):
        found = {name: getattr(X["d"].dt, name) for name in names}
        return pd.DataFrame({**found, "week": X["d"].dt.isocalendar().week.astype(int)})

    assert same_in_onnx(parts, frame).outputs


def _given():
    return {name: _frame()[name].to_numpy()[:1] for name in ("d", "e", "n")}
