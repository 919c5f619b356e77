"""Functions of dates in PMML: to the second as pandas, or refused."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.tracing import test_dates as functions
from tests.tracing.pmml import refused, same_in_pmml

GIVE_DATES = {"rounded", "made of numbers"}
SAID = {**functions.OF_ANY_UNIT, **functions.RECORDED}
PARTS = ("year", "month", "day", "hour", "minute", "second", "weekday", "dayofyear")
PARTS += ("days_in_month", "quarter", "is_leap_year")
_DAYS = np.random.default_rng(0).integers(-106_000, 106_000, 390).astype("M8[D]")
EVERYWHERE = pd.DataFrame({"d": _DAYS.astype("M8[s]") + np.arange(390) * np.timedelta64(211, "s")})


@pytest.mark.parametrize("unit", functions.UNITS)
@pytest.mark.parametrize("name", sorted(functions.OF_ANY_UNIT.keys() - GIVE_DATES))
def test_dates_of_any_unit_are_said(name: str, unit: str) -> None:
    same_in_pmml(SAID[name], functions._frame(unit))


@pytest.mark.parametrize("name", sorted(functions.RECORDED.keys() - GIVE_DATES))
def test_functions_of_dates_are_said(name: str) -> None:
    same_in_pmml(SAID[name], functions._frame())


@pytest.mark.parametrize("name", sorted(GIVE_DATES))
def test_dates_that_a_function_makes_are_refused_as_its_result(name: str) -> None:
    assert "dates or spans as its result" in refused(SAID[name], functions._frame())


def test_dates_that_a_function_hands_on_stay_dates() -> None:
    terms = same_in_pmml(lambda X: X.assign(year=X["f"].dt.year)[["n", "year"]], functions._frame())
    assert [terms.definitions[number].dtype for number in terms.outputs] == ["double", "double"]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("days", [0, 59], ids=["handed", "computed"])
def test_every_part_is_right_in_every_century(part: str, days: int) -> None:
    later = pd.Timedelta(days=days)

    def of_dates(X: Any) -> Any:
        when = X["d"] + later if days else X["d"]
        return getattr(when.dt, part).to_frame()

    same_in_pmml(of_dates, EVERYWHERE)


@pytest.mark.parametrize(
    "made",
    [
        lambda d: d.dt.floor("15min"),
        lambda d: d.dt.normalize(),
        lambda d: d.dt.round("2h"),
    ],
)
def test_rounded_dates_are_said_where_numbers_come_of_them(made: Any) -> None:
    same_in_pmml(lambda X: made(X["d"]).astype("int64").to_frame(), EVERYWHERE)


def test_what_parts_of_seconds_would_change_is_told() -> None:
    frame = functions._frame()
    spans = same_in_pmml(lambda X: (X["d"] - X["e"]).dt.days.to_frame(), frame)
    assert any("to the second" in caveat for caveat in spans.caveats)
    assert not same_in_pmml(lambda X: X["d"].dt.year.to_frame(), frame).caveats


# --- text -------------------------------------------------------------------------------------

FORMATS = ("%d.%m.%y %H:%M", "%Y%m%d", "%d-%b-%Y", "%Y-%m-%dT%H:%M:%S", "%B %d, %Y", "%b-%Y", "%Y")
FORMATS += ("%H:%M:%S",)
NONE = [
    "",
    "2020-02-30",
    "30.02.20 10:00",
    "29-Feb-2021",
    "x",
    "20200230",
    "February 30, 2020",
    "٣",
]


@pytest.mark.parametrize("form", FORMATS)
def test_texts_of_a_format_are_read(form: str) -> None:
    texts = functions._texts(form)
    odd = pd.DataFrame({"t": [*texts["t"], *NONE, *("  " + t for t in texts["t"][:3])]})

    def parsed(X: Any) -> Any:
        when = pd.to_datetime(X["t"], format=form, errors="coerce")
        return pd.DataFrame({"year": when.dt.year, "day": when.dt.dayofyear, "hour": when.dt.hour})

    same_in_pmml(parsed, odd)


REFUSED = {
    "parts of seconds in texts": (
        lambda X: pd.to_datetime(X["t"], format="%Y-%m-%d %H:%M:%S.%f").dt.year.to_frame(),
        functions._texts("%Y-%m-%d %H:%M:%S.%f"),
    ),
    "times real numbers": (
        lambda X: (X["d"] - X["f"]).mul(0.5).dt.days.to_frame(),
        functions._frame(),
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_pmml_has_no_dates_for_is_refused(why: str) -> None:
    assert why in refused(*REFUSED[why])
