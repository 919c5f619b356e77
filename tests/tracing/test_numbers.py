"""Arithmetic: every elementwise function of numpy and scipy.special, in ONNX Runtime or refused."""

import numpy as np
import pytest
import scipy.special

from converter.trace.operations import SPECIAL, UFUNCS
from tests.tracing.onnx import refusal, same_in_onnx

_RNG = np.random.default_rng(0)
REALS = np.round(_RNG.normal(size=(24, 3)) * 3, 3)
UNIT = _RNG.random((24, 3))
WHOLE = _RNG.integers(-9, 9, (24, 3))

UNSAID = {"gcd", "lcm", "nextafter", "spacing"}
UNSAID_SPECIAL = {
    *("cosdg", "cosm1", "digamma", "erfcinv", "erfinv", "gamma", "gammaln", "huber", "kl_div"),
    *("log_ndtr", "powm1", "pseudo_huber", "radian", "rel_entr", "sinc", "sindg", "tandg"),
    "logaddexp",
}
PAIRED = {name for name in UFUNCS if getattr(np, name).nin == 2}


@pytest.mark.parametrize("rows", [REALS, UNIT, WHOLE], ids=["reals", "unit", "whole"])
@pytest.mark.parametrize("name", sorted(UFUNCS - UNSAID))
def test_a_ufunc_gives_in_onnx_runtime_what_it_gives_in_numpy(name, rows):
    ufunc = getattr(np, name)
    function = (lambda x: ufunc(x, x[:, [1]])) if name in PAIRED else ufunc
    with np.errstate(all="ignore"):
        try:
            function(rows)
        except (TypeError, ValueError):
            pytest.skip("numpy itself has no such function of these")
        same_in_onnx(function, rows)


@pytest.mark.parametrize("name", sorted(SPECIAL - UNSAID_SPECIAL))
def test_a_function_of_scipy_gives_the_same(name):
    ufunc = getattr(scipy.special, name)
    same_in_onnx(ufunc if ufunc.nin == 1 else lambda x: ufunc(x, 0.5), UNIT)
    same_in_onnx(ufunc if ufunc.nin == 1 else lambda x: ufunc(x, 0.0), REALS)


@pytest.mark.parametrize("name", sorted(UNSAID))
def test_an_operation_that_onnx_lacks_is_refused_by_name(name):
    ufunc = getattr(np, name)
    rows = WHOLE if name in ("gcd", "lcm") else REALS
    function = ufunc if ufunc.nin == 1 else lambda x: ufunc(x, 2)
    assert refusal(function, rows) == "onnx.operation"


def test_truth_values_add_as_or_and_multiply_as_and():
    truth = UNIT > 0.5
    assert same_in_onnx(lambda x: x + x[:, [0]], truth).outputs[0].kind == "bool"
    assert same_in_onnx(lambda x: x * x[:, [0]], truth).outputs[0].kind == "bool"


def test_a_logarithm_of_a_power_is_whole_before_it_is_rounded_down():
    powers = 10.0 ** _RNG.integers(-8, 9, (24, 3))
    same_in_onnx(lambda x: np.floor(np.log10(x)), powers)
    same_in_onnx(lambda x: np.floor(np.log2(x)), 2.0 ** _RNG.integers(-9, 9, (24, 3)))


def test_float32_stays_float32():
    [node] = same_in_onnx(lambda x: x * 2 + 0.1, REALS.astype(np.float32)).outputs
    assert node.dtype == np.float32
