"""Dates as categories: looked up to the nanosecond, and never taken for numbers."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
    TargetEncoder,
)

from tests.cases_onnx import assert_parity, refusal

DAYS = pd.to_datetime(["2020-01-01", "2020-02-29", "1969-12-31", "2020-01-01"] * 5)
SPLIT_SECOND = np.array([0, 1] * 10).astype("timedelta64[ns]")


def frame(unit):
    return pd.DataFrame({"when": DAYS.astype(f"datetime64[{unit}]"), "size": np.arange(20.0)})


ONE_HOT = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
ORDINAL = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
@pytest.mark.parametrize("encoder", [ONE_HOT, ORDINAL], ids=["one hot", "ordinal"])
def test_dates_of_every_unit_are_found_and_others_are_unknown(encoder, unit):
    given = frame(unit)
    model = ColumnTransformer([("e", encoder, ["when"]), ("n", StandardScaler(), ["size"])])
    converted = assert_parity(model.fit(given), given)
    later = given.assign(when=given["when"] + pd.Timedelta(1, "s"))
    np.testing.assert_allclose(converted.answers(later)["transform"], model.transform(later))


def test_dates_a_nanosecond_apart_are_two():
    given = frame("ns").assign(when=DAYS.astype("datetime64[ns]") + SPLIT_SECOND)
    model = OneHotEncoder(sparse_output=False).fit(given[["when"]])
    assert assert_parity(model, given[["when"]]).answers(given)["transform"].shape == (20, 4)


def test_a_target_is_averaged_by_date():
    given = frame("us")
    assert_parity(TargetEncoder().fit(given[["when"]], given["size"]), given[["when"]])


def test_dates_out_of_a_function_are_encoded():
    floored = FunctionTransformer(lambda f: f[["when"]].assign(when=f["when"].dt.floor("D")))
    model = make_pipeline(floored, ONE_HOT).fit(frame("us"))
    assert_parity(model, frame("us"))


# --- what is refused --------------------------------------------------------------------------


def gave(columns):
    return FunctionTransformer(lambda f: f[columns])


REFUSED = {
    "dates beside numbers": (gave(["when", "size"]), "onnx.date-output"),
    "text beside numbers": (gave(["size", "word"]), "onnx.mixed-columns"),
    "times between dates": (
        FunctionTransformer(lambda f: f[["when"]] - pd.Timestamp("2020-01-01")), "onnx.date-output",
    ),
    "a series of dates": (FunctionTransformer(lambda f: f["when"]), "onnx.date-output"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_one_tensor_holds_is_refused_and_never_a_crash(name):
    model, code = REFUSED[name]
    given = frame("us").assign(word=["a", "b"] * 10)
    assert [reason.code for reason in refusal(model.fit(given), given).reasons] == [code]


SHAPES = {
    "a series": lambda f: f["size"] * 2,
    "one dimension": lambda f: f["size"].to_numpy() + 1,
    "three dimensions": lambda f: f[["size"]].to_numpy().reshape(-1, 1, 1),
}


@pytest.mark.parametrize("name", SHAPES)
def test_what_a_last_function_gives_has_its_own_shape(name):
    assert_parity(FunctionTransformer(SHAPES[name]).fit(frame("us")), frame("us"))
