"""What functions of numbers become in PMML: terms that JPMML-Evaluator answers alike, or refusals.

The rows are those of the trace: samples, and the edges of what a column holds.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.special

from converter.trace.operations import UFUNCS
from tests.tracing.pmml import reasons_of, refused, same_in_pmml

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
_RNG = np.random.default_rng(0)
FLOATS = _RNG.normal(size=(40, 4)) * 3
INTS = _RNG.integers(-50, 50, size=(40, 4))
TRUTHS = _RNG.random((40, 4)) > 0.5
SINGLES = FLOATS.astype(np.float32)
WEIGHTS = _RNG.normal(size=(4, 2))

NOT_SAID = {"copysign", "gcd", "lcm", "nextafter", "signbit", "spacing"}
OF_BITS = {"bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift"}
SAID = sorted(UFUNCS - NOT_SAID - OF_BITS - {"isnat", "logaddexp2", "conjugate"})


def of_two(name: str) -> Callable[[Any], Any]:
    """A function of numpy's, of the first column or the first two."""
    function = getattr(np, name)
    if function.nin == 1:
        return lambda x: function(x[:, 0])
    return lambda x: function(x[:, 0], x[:, 1])


@pytest.mark.parametrize("name", SAID)
def test_numpys_functions_of_real_numbers_are_said(name):
    same_in_pmml(of_two(name), FLOATS)


@pytest.mark.parametrize("name", sorted(set(SAID) - {"power", "reciprocal"}))
def test_numpys_functions_of_whole_numbers_are_said(name):
    same_in_pmml(of_two(name), INTS)


EITHER: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "a remainder by a constant": (lambda x: x % 7, FLOATS),
    "a remainder by a short fraction": (lambda x: x % 0.25, FLOATS),
    "a remainder by a long fraction": (lambda x: x % 0.1, FLOATS),
    "a quotient rounded down": (lambda x: x // 0.1, FLOATS),
    "whole numbers by a constant": (lambda x: x // 7 + x % -3, INTS),
    "whole powers": (lambda x: x**3 - x**0, INTS % 10),
    "shifts": (lambda x: (x << 2) + (x >> 1), INTS),
    "truth values joined": (lambda x: (x[:, 0] & x[:, 1]) | ~x[:, 2] ^ x[:, 3], TRUTHS),
    "truth values added": (lambda x: x[:, 0].astype(int) + x[:, 1] * 2, TRUTHS),
    "truth values beside numbers": (lambda x: np.column_stack([x[:, 0] > 0, x[:, 1]]), FLOATS),
    "single precision": (lambda x: (x * 3 + 1) / x - np.sqrt(np.abs(x)), SINGLES),
    "casts to single precision": (lambda x: x.astype(np.float32) / 3, FLOATS),
    "comparisons of single precision": (lambda x: x > 0.1, SINGLES),
    "small whole numbers as real ones": (lambda x: x / 255, (INTS % 50).astype(np.uint8)),
    "casts to whole numbers": (lambda x: x.astype(int), FLOATS),
    "casts to truth values": (lambda x: x.astype(bool), FLOATS),
    "a choice": (lambda x: np.where(x > 0, np.log(x), -1), FLOATS),
    "NaN replaced": (lambda x: np.nan_to_num(x), FLOATS),
    "values within bounds": (lambda x: np.clip(x, -1, 1), FLOATS),
    "halves to even": (lambda x: np.round(x), FLOATS),
    "decimals": (lambda x: np.round(x, 1), FLOATS),
    "tens": (lambda x: np.round(x, -1), INTS),
    "intervals": (lambda x: np.digitize(x, [-1, 0, 2]), FLOATS),
    "intervals that end": (lambda x: np.searchsorted([-1, 0, 2], x), FLOATS),
    "intervals without an end": (lambda x: np.digitize(x, [-np.inf, 0, np.inf]), FLOATS),
    "intervals of which one is empty": (lambda x: np.searchsorted([0, 0, 2], x), FLOATS),
    "intervals without a number": (lambda x: np.digitize(x, [-np.inf, np.inf]), FLOATS),
    "intervals without an end, closed": (lambda x: np.searchsorted([-np.inf, 0], x), FLOATS),
    "interpolation": (lambda x: np.interp(x[:, 0], [-1, 0, 2], [5.0, 7.0, 6.0]), FLOATS),
    "one of several": (lambda x: np.isin(x, [1, 2, 0]), INTS),
    "columns moved": (lambda x: np.hstack([x[:, ::-1], x[:, [1]] * 2]), FLOATS),
    "a product with a matrix": (lambda x: x @ WEIGHTS, FLOATS),
    "lengths taken out": (lambda x: x / np.linalg.norm(x, axis=1, keepdims=True), FLOATS),
    "the spread of a row": (lambda x: x.std(axis=1), FLOATS),
    "an hour as an angle": (lambda x: np.sin(2 * np.pi * x / 24), FLOATS),
    "running sums": (lambda x: np.cumsum(x, axis=1), INTS),
    "running maxima": (lambda x: np.maximum.accumulate(x, axis=1), FLOATS),
    "the order of a row": (lambda x: np.sort(x, axis=1), FLOATS),
    "shares of a row": (lambda x: scipy.special.softmax(x, axis=1), FLOATS),
}


@pytest.mark.parametrize("name", EITHER)
def test_functions_are_said(name):
    same_in_pmml(*EITHER[name])


REDUCTIONS = ["sum", "prod", "max", "min", "mean", "any", "all", "argmax", "argmin", "median"]
REDUCTIONS += ["nansum", "nanprod", "nanmax", "nanmin", "nanmean"]


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("rows", [FLOATS, INTS, TRUTHS], ids=["real", "whole", "truth"])
def test_reductions_over_columns_are_said(name, rows):
    same_in_pmml(lambda x: getattr(np, name)(x, axis=1), rows)


SPECIAL: dict[str, Callable[[Any], Any]] = {
    **{
        name: getattr(scipy.special, name)
        for name in ("expit", "log_expit", "logit", "erf", "ndtr", "entr", "exp10")
    },
    "boxcox": lambda x: scipy.special.boxcox(x, 0.3),
    "boxcox without a power": lambda x: scipy.special.boxcox(x, 0.0),
    "boxcox1p": lambda x: scipy.special.boxcox1p(x, 0.25),
    "inv_boxcox": lambda x: scipy.special.inv_boxcox(x, 0.3),
    "xlogy": lambda x: scipy.special.xlogy(x[:, 0], x[:, 1]),
    "huber": lambda x: scipy.special.huber(1.5, x),
}


@pytest.mark.parametrize("name", SPECIAL)
def test_functions_of_scipy_are_said(name):
    same_in_pmml(SPECIAL[name], FLOATS)


# --- refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(NOT_SAID))
def test_what_pmml_has_no_functions_for_is_refused(name):
    rows = INTS if name in ("gcd", "lcm") else FLOATS
    assert f"the operation {name!r}" in refused(of_two(name), rows)


REFUSED: dict[str, tuple[Callable[[Any], Any], Any, str]] = {
    "the bits of numbers": (lambda x: x & 3, INTS, "the bits of numbers"),
    "shifts by columns": (lambda x: x[:, 0] << x[:, 1], INTS % 5, "shifts"),
    "powers by columns": (lambda x: x[:, 0] ** x[:, 1], INTS % 5, "whole powers"),
    "numbers that wrap": (lambda x: x + 1, INTS.astype(np.int8), "wrap at -128 and 127"),
    "differences below zero": (lambda x: x - 1, (INTS % 9).astype(np.uint32), "wrap at 0"),
    "half precision": (lambda x: x * 2, FLOATS.astype(np.float16), "float16"),
    "an order of places": (lambda x: np.argsort(x, axis=1, kind="stable"), FLOATS, "'argsort'"),
    "the gamma function": (lambda x: scipy.special.gammaln(x), FLOATS, "gammaln"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_functions_are_refused(name):
    function, rows, why = REFUSED[name]
    assert why in refused(function, rows)


def test_every_objection_is_told_with_its_line():
    def both(x):
        a = np.spacing(x[:, 0])
        return a + np.argsort(x, axis=1, kind="stable")[:, 0]

    reasons = reasons_of(both, FLOATS)
    assert [reason.message.split(" uses ")[0] for reason in reasons] == [
        f"line {both.__code__.co_firstlineno + 1} of `both`",
        f"line {both.__code__.co_firstlineno + 2} of `both`",
    ]


def test_the_same_is_defined_once():
    once = same_in_pmml(lambda x: np.log1p(np.abs(x[:, [0]])), FLOATS)
    twice = same_in_pmml(lambda x: np.log1p(np.abs(x[:, [0, 0]])), FLOATS)
    assert once.definitions == twice.definitions and twice.outputs == once.outputs * 2


def test_what_no_output_needs_is_not_defined():
    assert len(same_in_pmml(lambda x: np.exp(x)[:, 1] * 2, FLOATS).definitions) == 2


def test_rounding_of_great_whole_numbers_is_told():
    assert any("2^53" in caveat for caveat in same_in_pmml(lambda x: x * x * x, INTS).caveats)
    assert not same_in_pmml(lambda x: x + x, INTS).caveats


COLUMN = pd.Series(INTS[:, 0] % 4)
TABLES: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "infinite values": (lambda s: s.map({1: np.inf, 2: 5.0, 3: np.nan}), COLUMN),
    "texts of numbers": (lambda s: s.map({0: "x", 2: "y"}).fillna("z"), COLUMN),
    "infinite and missing keys": (
        lambda s: s.map({np.inf: 1, 0.5: 2, np.nan: 3}),
        pd.Series(FLOATS[:, 0]),
    ),
    "infinities replaced": (
        lambda s: s.replace({np.inf: np.nan, -np.inf: 0.0}),
        pd.Series(FLOATS[:, 0]),
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_numbers_are_said(name):
    same_in_pmml(*TABLES[name])
