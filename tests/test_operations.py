"""What the documentation says of functions in ONNX is what the tables do."""

import pytest

from benchmarks import operations as document
from benchmarks.operation_samples import every, expression, samples
from converter.trace.operations import known
from converter.trace.vocabulary import vocabulary

PAGE = document.PAGE.read_text(encoding="utf-8")


def test_the_page_is_what_the_code_says_now():
    assert document.page() == PAGE, "run `python -m benchmarks.operations`"


def test_every_operation_has_an_example_that_runs():
    assert set(every()) == known()
    for op in every():
        for sample in samples(op):
            expression(op, sample)


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("`sqrt`", "native: Sqrt"),
        ("`log1p`", "lowered"),
        ("`special.digamma`", "refused"),
        ("`text.replace` `pattern='([0-9])([0-9])'`, `by='\\\\2\\\\1'`, `limit=0`", "extensions"),
    ],
)
def test_each_way_of_saying_an_operation_is_told(operation, said):
    assert f"\n| {operation} | {said} |" in PAGE


def test_words_that_look_at_other_rows_are_told_apart():
    words = {words.holder: words for words in vocabulary()}
    assert "clip" in words["numpy"].traced
    assert "unique" in words["numpy"].mixing
    assert "scale" in words["sklearn.preprocessing"].mixing
    assert "groupby" in words["pandas.DataFrame"].mixing
    assert "casefold" in words["pandas.Series.str"].traced
    assert all(not set(each.traced) & set(each.mixing) for each in words.values())
