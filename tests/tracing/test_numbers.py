"""Arithmetic: every elementwise function of numpy and scipy.special, in ONNX Runtime or refused."""

import numpy as np
import pandas as pd
import pytest
import scipy.special

from converter.trace.function import Untraced
from converter.trace.operations import SPECIAL, UFUNCS
from tests.tracing.onnx import refusal, same_in_onnx, told

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


TRUTH = UNIT > 0.5


def _of_truth(name):
    ufunc = getattr(np, name)
    function = (lambda x: ufunc(x, x[:, [1]])) if name in PAIRED else ufunc
    try:
        with np.errstate(all="ignore"):
            function(TRUTH)
    except TypeError:
        return None
    return function


@pytest.mark.parametrize("name", sorted(name for name in UFUNCS if _of_truth(name)))
def test_a_ufunc_of_truth_values_gives_numpy_s_own_halves(name):
    function = _of_truth(name)
    [node] = same_in_onnx(function, TRUTH).outputs
    with np.errstate(all="ignore"):
        assert node.dtype == function(TRUTH).dtype


def test_of_truth_values_in_columns_and_beside_a_constant_it_is_the_same():
    frame = pd.DataFrame(TRUTH, columns=list("abc"))
    same_in_onnx(lambda x: np.exp(x["a"]), frame)
    same_in_onnx(lambda x: np.logaddexp(x, True), TRUTH)


def test_what_is_computed_with_halves_is_rounded_as_numpy_rounds_it():
    same_in_onnx(lambda x: np.exp(x) * np.float16(0.1) + np.sqrt(np.exp(x)) / 3, TRUTH)
    same_in_onnx(lambda x: x.astype(np.float16) * 3 + 1, REALS)


def test_a_logarithm_of_a_power_is_whole_before_it_is_rounded_down():
    powers = 10.0 ** _RNG.integers(-8, 9, (24, 3))
    same_in_onnx(lambda x: np.floor(np.log10(x)), powers)
    same_in_onnx(lambda x: np.floor(np.log2(x)), 2.0 ** _RNG.integers(-9, 9, (24, 3)))


def test_float32_stays_float32():
    [node] = same_in_onnx(lambda x: x * 2 + 0.1, REALS.astype(np.float32)).outputs
    assert node.dtype == np.float32


SOME = {
    "sum": lambda x: np.sum(x, axis=1, where=x > 0),
    "sum from": lambda x: x.sum(axis=1, initial=3.0),
    "product": lambda x: np.prod(x, axis=1, where=x > 0, keepdims=True),
    "largest": lambda x: x.max(axis=1, where=x > 0, initial=0.5),
    "smallest": lambda x: np.amin(x, axis=1, initial=0.5),
    "mean": lambda x: x.mean(axis=1, where=x > -9),
    "any": lambda x: np.any(x > 1, axis=1, where=x < 2),
    "all": lambda x: np.all(x > 1, axis=1, where=[True, False, True]),
    "reduce": lambda x: np.add.reduce(x, axis=1, where=x > 0),
}


@pytest.mark.parametrize("name", SOME)
def test_a_reduction_of_some_values_leaves_out_the_others(name):
    same_in_onnx(SOME[name], REALS)


def test_arguments_that_are_not_modelled_are_told_as_numpy_calls_them():
    with pytest.raises(Untraced, match=r"not modelled: it got an unexpected keyword .*'like'"):
        told(lambda x: x.cumsum(axis=1, like=x), REALS)
    with pytest.raises(Untraced, match=r"`initial=` or `where=` of `numpy\.argmax"):
        told(lambda x: x.argmax(axis=1, where=x > 0), REALS)


DIFFERENCES = {
    "a number before": lambda x: np.diff(x, axis=1, prepend=0),
    "numbers around": lambda x: np.diff(x, prepend=0.5, append=1),
    "a column before": lambda x: np.diff(x, axis=1, prepend=x[:, 1:2]),
    "twice": lambda x: np.diff(x, n=2, prepend=0),
}


@pytest.mark.parametrize("rows", [REALS, WHOLE], ids=["reals", "whole"])
@pytest.mark.parametrize("name", DIFFERENCES)
def test_differences_begin_and_end_where_they_are_told_to(name, rows):
    same_in_onnx(DIFFERENCES[name], rows)


FAMILIES = {
    "polynomial": ("poly", "Polynomial"),
    "legendre": ("leg", "Legendre"),
    "chebyshev": ("cheb", "Chebyshev"),
    "hermite": ("herm", "Hermite"),
    "hermite_e": ("herme", "HermiteE"),
    "laguerre": ("lag", "Laguerre"),
}


@pytest.mark.parametrize("module", FAMILIES)
def test_polynomials_of_every_family_are_those_of_numpy(module):
    prefix, cls = FAMILIES[module]
    family = getattr(np.polynomial, module)
    value, matrix = getattr(family, f"{prefix}val"), getattr(family, f"{prefix}vander")
    held = getattr(np.polynomial, cls)([1.0, -0.5, 0.25, 2.0], domain=[-3, 3])
    for degree in range(4):
        same_in_onnx(lambda x, d=degree: value(x, np.arange(1.0, d + 2)), REALS)
        same_in_onnx(lambda x, d=degree: matrix(x[:, 0], d), REALS)
    same_in_onnx(held, REALS)
    same_in_onnx(lambda x: getattr(np.polynomial, cls)([1, 2, 3])(x[:, 0]), WHOLE)


TABLE = np.round(_RNG.normal(size=(3, 2)), 3)
CODES = pd.DataFrame({"i": np.arange(24) % 3, "j": np.arange(24) % 2})
LOOKUPS = {
    "both": lambda f: TABLE[f["i"].to_numpy(), f["j"].to_numpy()],
    "one and a constant": lambda f: TABLE[f["i"], 1],
    "from behind": lambda f: TABLE[f["i"] - 3, -1],
    "whole rows": lambda f: TABLE[f["i"].to_numpy()],
    "row by row": lambda f: f.apply(lambda row: TABLE[row["i"], row["j"]], axis=1),
}


@pytest.mark.parametrize("name", LOOKUPS)
def test_a_table_of_two_axes_is_asked_by_what_a_row_holds(name):
    same_in_onnx(LOOKUPS[name], CODES)
