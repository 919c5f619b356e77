"""Functions as people write them: what becomes of each, and that they are what they stand for."""

from collections import Counter

import numpy as np
import pytest

from adapters.base import Options
from converter.codes import CODES
from converter.worker.answers import methods, plain
from tests.corpora import EXTENSIONS, ONNX, Sample, pmml
from tests.corpora.__main__ import main
from tests.corpora.inputs import ROWS, signed
from tests.corpora.judging import Found, Verdict, attempted, judged, prepared
from tests.corpora.models import fitted, rows
from tests.corpora.themes import THEMES, held_as

SAMPLES = [
    pytest.param(sample, id=f"{theme.name}-{sample.name}")
    for theme in THEMES
    for sample in theme.samples
]
IDENTITY = Sample("identity", None, signed, ONNX)


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_becomes_of_a_function_is_what_is_expected_of_it(sample):
    found = judged(sample)
    assert found.meets(sample.expectation), found


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES)
def test_no_function_is_said_wrong_in_pmml(sample):
    found = pmml.judged(sample)
    assert found.verdict not in (pmml.Verdict.WRONG, pmml.Verdict.FAILED), found


# --- the samples ------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_function_answers_every_row_of_its_kind(sample):
    model = fitted(sample)
    for name in methods(model):
        with np.errstate(all="ignore"):
            assert len(plain(getattr(model, name)(rows(sample, 1)))) == ROWS


def test_no_two_samples_have_one_name():
    assert max(Counter(param.id for param in SAMPLES).values()) == 1


def test_every_expectation_is_a_target_or_a_code_that_is_explained():
    expected = {sample.expectation for theme in THEMES for sample in theme.samples}
    assert expected - {ONNX, EXTENSIONS} <= set(CODES)


HELD = {"named": 48, "ufunc": 20, "lambda": 17, "None": 11}


@pytest.mark.parametrize(("way", "percent"), HELD.items())
def test_functions_are_held_as_often_as_in_public_code(way, percent):
    assert _percent(lambda sample: held_as(sample) == way) == pytest.approx(percent, abs=5)


@pytest.mark.parametrize(("said", "mark"), [((ONNX,), 86), ((ONNX, EXTENSIONS), 94)])
def test_of_the_call_sites_in_public_code_as_many_become_a_graph_as_we_hold_ourselves_to(
    said, mark
):
    # Each sample is held to its expectation by a test of its own, above.
    assert _percent(lambda sample: sample.expectation in said) >= mark


def test_log1p_and_keyword_arguments_are_as_frequent_as_in_public_code():
    assert _percent(lambda sample: sample.name.startswith("log1p")) == pytest.approx(13, abs=2)
    assert _percent(lambda sample: bool(sample.kw_args)) == pytest.approx(8, abs=2)


def _percent(is_counted):
    weights = [(theme.weight(each), each) for theme in THEMES for each in theme.samples]
    counted = sum(weight for weight, each in weights if is_counted(each))
    return 100 * counted / sum(weight for weight, _ in weights)


# --- the judge --------------------------------------------------------------------------------


def test_a_graph_that_gives_the_function_s_answers_is_right():
    assert attempted(prepared(IDENTITY), Options()).verdict is Verdict.ONNX


def test_a_graph_that_gives_another_answer_in_one_row_is_wrong():
    case = prepared(IDENTITY)
    other = case.expected["transform"].copy()
    other[7, 1] += 1e-6
    found = attempted(case._replace(expected={"transform": other}), Options())
    assert found.verdict is Verdict.WRONG
    assert found.note.startswith(f"1 of {ROWS} rows differ; row 7")


def test_the_command_prints_the_shares_and_fails_on_a_wrong_graph(capsys, monkeypatch):
    assert main(["clipping"]) == 0
    told = capsys.readouterr().out
    assert "in plain ONNX" in told
    assert "with --ops extensions" in told
    monkeypatch.setattr("tests.corpora.judging.score.score", lambda _, rows: rows)
    assert main(["identity"]) == 1
    assert "identity/none_mixed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said", "status"),
    [
        ([], Verdict.ONNX, 0),
        ([], Verdict.EXTENSIONS, 1),
        ([], Verdict.REFUSED, 1),
        ([THEMES[0].name], Verdict.REFUSED, 0),  # the marks are those of all together
        ([THEMES[0].name], Verdict.WRONG, 1),
    ],
)
def test_the_command_fails_below_its_marks_and_where_one_is_wrong(monkeypatch, words, said, status):
    monkeypatch.setattr("tests.corpora.__main__.judged", lambda sample: Found(said))
    assert main(words) == status
