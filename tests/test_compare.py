"""Compare: labels exactly, numbers within tolerance, and never an exception for what differs."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from converter.compare import Tolerance, compare, differing_rows, tolerance
from converter.values import Evidence, Parity

NAN, INF = np.nan, np.inf


def parity(expected, actual, *, at=None, **options):
    expected, actual = np.asarray(expected), np.asarray(actual)
    inputs = {"x": np.arange(len(options.get("inside", expected)), dtype=float)}
    return compare(
        {"predict": expected},
        {"predict": actual},
        inputs,
        evidence=Evidence.PROBES,
        tolerance=at or Tolerance(),
        **options,
    )


def text(*cells):
    return np.array(cells, object)


def date(*texts, unit="ns"):
    return np.array(texts, f"datetime64[{unit}]")


AGREE = {
    "the same floats": ([1.0, -2.5], [1.0, -2.5]),
    "rounding": ([1.0, 1e9], [1.0 + 1e-10, 1e9 + 0.5]),
    "nothing against almost nothing": ([0.0], [1e-17]),
    "signed zeros": ([0.0], [-0.0]),
    "NaN and infinities as themselves": ([NAN, INF, -INF], [NAN, INF, -INF]),
    "float widths": (np.float64([0.5]), np.float32([0.5])),
    "integer widths": (np.int64([3]), np.int32([3])),
    "text, and missing text": (text("a", None), text("a", None)),
    "two spellings of text arrays": (text("a"), np.array(["a"])),
    "bools": ([True, False], [True, False]),
    "matrices": ([[1.0, NAN]], [[1.0, NAN]]),
    "dates, and missing dates": (date("2024-01-31", "NaT"), date("2024-01-31", "NaT")),
    "units of dates": (date("2024-01-31"), date("2024-01-31", unit="D")),
}

DIFFER = {
    "a number": ([1.0], [1.1]),
    "NaN against a number": ([NAN], [0.0]),
    "a number against NaN": ([0.0], [NAN]),
    "infinities of two signs": ([INF], [-INF]),
    "infinity against huge": ([INF], [1e308]),
    "a label": ([1], [2]),
    "missing against empty text": (text(None), text("")),
    "missing against the word None": (text(None), text("None")),
    "text case": (text("a"), text("A")),
    "an integer label as float": ([1], [1.0]),
    "an integer label as text": ([1], text("1")),
    "a bool label as integer": ([True], [1]),
    "a float where whole": ([1.0], [1]),
    "a column for a vector": ([1.0], [[1.0]]),
    "fewer rows": ([1.0, 2.0], [1.0]),
    "more columns": ([[1.0]], [[1.0, 2.0]]),
    "no rows": ([1.0], np.empty(0)),
    "a date": (date("2024-01-31"), date("2024-01-31T00:00:00.000000001")),
    "a missing date against a date": (date("NaT"), date("1970-01-01")),
    "a date against what it counts": (date("1970-01-01"), [0]),
    "a date against its text": (date("1970-01-01"), text("1970-01-01")),
}


@pytest.mark.parametrize("name", AGREE)
def test_agree(name):
    result = parity(*AGREE[name])
    assert result.passed
    assert result.outputs[0].differing == 0
    assert result.outputs[0].needed_rtol <= 1e-9


@pytest.mark.parametrize("name", DIFFER)
def test_differ(name):
    result = parity(*DIFFER[name])
    assert not result.passed
    assert result.outputs[0].differing >= 1
    needed = result.outputs[0].needed_rtol
    assert needed is None or needed > 1e-9


def test_one_matrix_cell_makes_one_row_differ():
    actual = np.zeros((4, 3))
    actual[2, 1] = 0.5
    [output] = parity(np.zeros((4, 3)), actual).outputs
    assert (output.differing, output.max_abs, output.worst_row) == (1, 0.5, 2)
    assert output.worst_inputs == {"x": "2.0"}
    assert (output.worst_expected, output.worst_actual) == ("[0.0, 0.0, 0.0]", "[0.0, 0.5, 0.0]")


def test_another_type_is_said_in_words():
    [output] = parity(np.array([1, 2]), np.array([1.0, 2.0])).outputs
    assert (output.worst_expected, output.worst_actual) == ("integer [2]", "float [2]")


@pytest.mark.parametrize("labels", [[True, False, True], [1, 0, 12]])
def test_labels_of_which_one_is_missing_differ_in_that_row_alone(labels):
    found = parity(labels, text(str(labels[0]), None, str(labels[2]))).outputs[0]
    assert (found.differing, found.worst_row) == (1, 1)
    assert (found.worst_expected, found.worst_actual) == (repr(str(labels[1])), "None")


def test_an_output_the_artifact_lacks_is_a_mismatch():
    result = compare(
        {"predict": np.zeros(2), "predict_proba": np.zeros((2, 2))},
        {"predict": np.zeros(2)},
        {"x": np.zeros(2)},
        evidence=Evidence.DATA,
        tolerance=Tolerance(),
    )
    assert not result.passed
    assert result.outputs[1].worst_actual == "no such output"


def test_unstable_rows_are_counted_and_never_the_cause_of_a_failure():
    result = parity([1.0, 2.0], [1.0, 9.0], unstable=np.array([False, True]))
    assert result.passed
    assert (result.rows, result.unstable, result.outputs[0].differing) == (2, 1, 0)
    assert result.outputs[0].max_abs == 0.0


def test_a_proof_in_which_every_row_is_unstable_has_not_passed():
    assert not parity([1.0], [1.0], unstable=np.array([True])).passed


def test_rows_outside_the_domain_are_counted_and_a_mismatch_only_if_strict_and_answered():
    inside = np.array([True, False, True])
    everything, domain = [1.0, 7.0, 9.0], [1.0, 9.0]
    for strict, actual, passed in [
        (False, everything, True),
        (False, domain, True),
        (True, everything, False),
        (True, domain, True),
    ]:
        result = parity([1.0, 9.0], actual, inside=inside, strict=strict)
        assert (result.rows, result.outside, result.passed) == (2, 1, passed)


def test_the_worst_row_is_numbered_among_all_rows():
    inside = np.array([False, True, True])
    [output] = parity([1.0, 1.0], [1.0, 2.0], inside=inside).outputs
    assert (output.worst_row, output.worst_inputs) == (2, {"x": "2.0"})


def test_nothing_is_said_of_a_worst_row_where_all_rows_are_equal():
    [output] = parity([1.0], [1.0]).outputs
    assert (output.worst_row, output.worst_inputs, output.worst_expected) == (-1, {}, "")


def test_float32_gets_the_looser_tolerance():
    assert (tolerance("float64").rtol, tolerance("float32").rtol) == (1e-9, 1e-5)
    actual = np.array([1.0 + 1e-6])
    assert not parity([1.0], actual, at=tolerance("float64")).passed
    assert parity([1.0], actual, at=tolerance("float32")).passed


def test_long_values_are_cut_in_the_report():
    [output] = parity(text("a" * 1000), text("b")).outputs
    assert len(output.worst_expected) <= 120


def test_dates_are_shown_as_people_write_them():
    expected, actual = date("2024-01-31", "NaT"), date("2024-01-31T13:45", "NaT")
    inputs = {"when": date("2024-01-31", "NaT")}
    evidence, at = Evidence.PROBES, Tolerance()
    [worst] = compare(
        {"predict": expected}, {"predict": actual}, inputs, evidence=evidence, tolerance=at
    ).outputs
    assert worst.worst_inputs == {"when": "2024-01-31"}
    assert (worst.worst_expected, worst.worst_actual) == ("2024-01-31", "2024-01-31T13:45")


def test_a_parity_survives_json():
    result = parity(np.array([1.0, NAN, 1.7e308]), np.array([1.1, 0.0, -1.7e308]))
    assert result.outputs[0].needed_rtol is None
    assert msgspec.json.decode(msgspec.json.encode(result), type=Parity) == result


@given(arrays(np.float64, 5), arrays(np.float64, 5))
def test_the_needed_tolerance_is_just_enough(expected, actual):
    [output] = parity(expected, actual).outputs
    if output.needed_rtol is not None:
        enough = Tolerance(rtol=output.needed_rtol * (1 + 1e-12) + 5e-324)
        assert parity(expected, actual, at=enough).passed
        short = Tolerance(rtol=output.needed_rtol * 0.999)
        assert parity(expected, actual, at=short).passed == (output.needed_rtol == 0)
    else:
        assert not parity(expected, actual, at=Tolerance(rtol=1e300)).passed


@given(st.data())
def test_an_array_equals_itself(data):
    dtype = data.draw(st.sampled_from([np.float64, np.int64, np.bool_]))
    array = data.draw(arrays(dtype, (4, 2)))
    assert parity(array, array.copy()).passed


def test_an_output_may_have_a_tolerance_of_its_own():
    own = {"predict": Tolerance(rtol=0.2)}
    assert parity([1.0], [1.1], tolerances=own).passed
    assert not parity([1.0], [1.3], tolerances=own).passed
    assert parity([1.0], [1.1], tolerances=own).outputs[0].rtol == 0.2


def test_outputs_of_unequal_length_are_a_mismatch_where_all_rows_were_scored_too():
    result = compare(
        {"predict": np.zeros(2), "transform": np.zeros(2)},
        {"predict": np.zeros(3), "transform": np.zeros(1)},
        {"x": np.zeros(3)},
        evidence=Evidence.DATA,
        tolerance=Tolerance(),
        inside=np.array([True, True, False]),
    )
    assert [output.differing for output in result.outputs] == [0, 2]


def test_differing_rows_are_those_of_any_output():
    expected = {"a": np.zeros(3), "b": np.arange(3), "c": np.zeros(3)}
    actual = {"a": np.array([0.0, 1.0, 0.0]), "b": np.array([0, 1, 7])}
    assert differing_rows(expected, actual, Tolerance(), {}).tolist() == [False, True, True]
