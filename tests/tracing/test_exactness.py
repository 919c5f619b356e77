"""Numbers to the last digit, on rows that the tracing never saw: ONNX Runtime against numpy."""

from dataclasses import replace

import numpy as np
import pandas
import pytest

from adapters.base import Options
from adapters.to_onnx.compiler import new_graph
from adapters.to_onnx.functions.trial import _run
from converter.trace.given import arrays_of
from converter.trace.seen import UNSEEN
from tests.tracing.onnx import refusal, same_in_onnx

WHOLE = np.arange(-12, 12).reshape(8, 3)
FIRST, LAST = np.iinfo(np.int64).min, np.iinfo(np.int64).max
HUGE = np.array(
    [[FIRST, -1, 0], [LAST, -1, 63], [2**53 + 1, 7, 3], [-(2**61) - 1, -7, 5], [3**33, 2, 62]]
)


def answers(function, seen, fresh):
    """What ONNX Runtime gives for fresh rows of a function that was traced on others."""
    expression = replace(same_in_onnx(function, seen), tried=arrays_of(fresh))
    return _run(expression, new_graph(np.dtype(np.float64), [], Options(), UNSEEN))[0]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x // x[:, [1]],
        lambda x: x % x[:, [1]],
        lambda x: np.fmod(x, x[:, [1]]),
        lambda x: x // -1,
        lambda x: x**3,
        lambda x: x ** np.array([1, 2, 5]),
        lambda x: x ** np.abs(x % 70),
        lambda x: x << 63,
        lambda x: x >> 62,
        lambda x: x.sum(axis=1),
        lambda x: x.sum(axis=1, keepdims=True),
        lambda x: x.prod(axis=1),
        lambda x: np.sort(x, axis=1),
        lambda x: np.fmax(x, x[:, [2]]),
        lambda x: x @ np.array([1, 3, -2]),
        lambda x: np.searchsorted([2**53, 2**53 + 1, 2**53 + 2], x),
        lambda x: np.nanargmax(x // 2, axis=1),
    ],
)
def test_whole_numbers_are_exact_to_the_last_of_64_bits(function):
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(answers(function, WHOLE, HUGE), function(HUGE))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32"])
@pytest.mark.parametrize(
    "function",
    [
        lambda x: x + x,
        lambda x: x - x[:, [1]],
        lambda x: x * x,
        lambda x: -x,
        lambda x: abs(x),
        lambda x: ~x,
        lambda x: x**2,
        lambda x: x // 3,
    ],
)
def test_whole_numbers_of_fewer_bits_wrap_as_numpy_has_them(function, dtype):
    ends = np.iinfo(dtype)
    rows = np.linspace(ends.min, ends.max, 60).astype(dtype).reshape(20, 3)
    with np.errstate(all="ignore"):
        wanted = function(rows)
        np.testing.assert_array_equal(answers(function, rows[8:11], rows), wanted)


SINGLE = np.array([0.1, 0.2, 0.3, 0.7, 2.675, -1.5], dtype=np.float32).repeat(4).reshape(8, 3)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x > 0.1,
        lambda x: x == 0.7,
        lambda x: x > np.float64(0.1),
        lambda x: x > np.array([0.1, 0.2, 0.3]),
        lambda x: np.isin(x, [0.1, 0.2]),
        lambda x: np.isin(x, np.float32([0.1, 0.2])),
    ],
)
def test_float32_is_compared_as_numpy_compares_it(function):
    np.testing.assert_array_equal(answers(function, SINGLE * 3, SINGLE), function(SINGLE))


@pytest.mark.parametrize(
    "function",
    [
        lambda d: d.a.isin([0.1, 0.2]),
        lambda d: d.a.map({0.1: 1, 0.5: 2}),
        lambda d: pandas.DataFrame({str(b): d.a > b for b in (0.1, 0.2, 0.3, 0.7)}),
    ],
)
def test_a_column_of_float32_is_compared_as_pandas_compares_it(function):
    seen, fresh = (pandas.DataFrame({"a": x.ravel()}) for x in (SINGLE * 3, SINGLE))
    found, wanted = answers(function, seen, fresh), function(fresh).to_numpy()
    np.testing.assert_array_equal(found, wanted if wanted.ndim == 1 else wanted[:, 0])


def test_a_real_number_by_an_infinite_one_is_rounded_down():
    rows = np.array([[1.5, np.inf], [-1.5, np.inf], [1.5, -np.inf], [7.0, -2.0]])
    function = lambda x: x[:, 0] // x[:, 1]  # noqa: E731
    np.testing.assert_array_equal(answers(function, rows[3:].repeat(4, 0), rows), function(rows))


def test_none_beside_numbers_is_refused():
    assert refusal(lambda x: np.where(x > 0, None, x), WHOLE) == "function.unknown-operation"


def test_dates_of_other_centuries_have_no_nanoseconds():
    seen, fresh = (pandas.DataFrame({"t": np.array([t], dtype="M8[us]")}) for t in (0, 3 * 10**16))
    function = lambda d: d.t.dt.nanosecond  # noqa: E731
    np.testing.assert_array_equal(answers(function, seen, fresh), function(fresh))


@pytest.mark.parametrize("function", [lambda x: x + 1, lambda x: x.sum(axis=1), np.sqrt])
def test_64_bits_without_a_sign_are_refused(function):
    assert refusal(function, WHOLE.astype(np.uint8).astype(np.uint64)) == "onnx.option"


def test_products_of_integers_without_a_sign_are_refused():
    assert refusal(lambda x: x.prod(axis=1), WHOLE.astype(np.uint32)) == "onnx.option"


COLOURS = pandas.DataFrame({"s": ["red", "blue", "green"] * 4})


@pytest.mark.parametrize(
    ("function", "is_told"),
    [
        (lambda d: d.s.fillna("none"), True),
        (lambda d: d.s.isna(), True),
        (lambda d: d.s.notna().astype(int), True),
        (lambda d: d.s.map({"red": 1, None: 2}), True),
        (lambda d: d.s.isin(["red", None]), True),
        (lambda d: d.s.map({"red": 1}), False),
        (lambda d: d.s.str.upper(), False),
    ],
)
def test_a_function_that_asks_for_missing_text_of_which_there_is_none_tells_so(function, is_told):
    g = new_graph(np.dtype(np.float64), [], Options(), UNSEEN)
    _run(same_in_onnx(function, COLOURS), g)
    assert any("missing text" in caveat for caveat in g.caveats) == is_told


def test_a_function_that_reads_whole_numbers_in_text_tells_how_long_they_may_be():
    g = new_graph(np.dtype(np.float64), [], Options(), UNSEEN)
    _run(same_in_onnx(lambda d: d.s.apply(int), pandas.DataFrame({"s": ["12", "-7", "0"]})), g)
    assert any("64 bits" in caveat for caveat in g.caveats)
