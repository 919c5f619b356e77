"""Functions of texts in PMML: as Python on texts that are seldom met, or refused."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from adapters.to_pmml.functions.scalarise import said
from adapters.to_pmml.functions.unsaid import Unsaid
from adapters.to_pmml.terms import Said
from converter.trace.expression import Expression
from converter.trace.tape import Tape
from tests.tracing import test_text_operations as operations
from tests.tracing import test_texts as functions
from tests.tracing.pmml import differences, refused, same_in_pmml

ODD = [*operations.ODD, None, "😀", "😀a😀", "👍🏽b"]
NOT_SAID = [
    ("text.case", {"how": "title", "by": "python"}),
    ("text.case", {"how": "casefold", "by": "python"}),
    ("text.slice", {"start": None, "stop": None, "step": -1}),
    ("text.is", {"what": "title", "by": "python"}),
    ("text.replace", {"pattern": "a", "by": "", "flags": 0, "limit": 2}),
    ("text.replace", {"pattern": r"a\B", "by": "", "flags": 0, "limit": 0}),
    ("text.replace", {"pattern": "x*", "by": "-", "flags": 0, "limit": 0}),
    ("text.extract", {"pattern": "(a)|b", "flags": 0, "group": 1, "index": 0}),
    ("text.extract", {"pattern": "a", "flags": 0, "group": 0, "index": -1}),
]
OTHERS = [
    ("text.piece", {"separator": ",", "index": -2, "limit": -1}),
    ("text.piece", {"separator": ",", "index": 3, "limit": 2}),
    ("text.replace", {"pattern": "(?m)^.", "by": "", "flags": 0, "limit": 0}),
    ("text.replace", {"pattern": "([a-z])([0-9])?", "by": r"\g<2>0\1$", "flags": 0, "limit": 0}),
    ("text.replace", {"pattern": "(?<=a)b|(?!a)c", "by": "\\\\", "flags": 0, "limit": 0}),
    ("text.replace", {"pattern": r"(.)\1", "by": r"\1", "flags": 0, "limit": 1}),
    ("text.case", {"how": "capitalize", "by": "arrow"}),
]
EVERY = [
    *operations.OPERATIONS,
    *operations.REPLACEMENTS,
    *operations.COUNTS,
    *operations.SEARCHES,
    *operations.EXTRACTS,
    *operations.EXTENSIONS,
    *OTHERS,
]


def expression(op: str, attrs: dict[str, Any]) -> Expression:
    """One operation, on all odd texts."""
    tape = Tape()
    rows = np.array(ODD, dtype=object)
    node = tape.make(op, tape.input("x", rows), **attrs)
    return Expression(tuple(tape.inputs()), (node,), tried={"x": rows})


def is_said(op: str, attrs: dict[str, Any]) -> bool:
    try:
        said(expression(op, attrs))
    except Unsaid:
        return False
    return True


SAID = [(op, attrs) for op, attrs in EVERY if is_said(op, attrs)]


@pytest.mark.parametrize(("op", "attrs"), SAID, ids=str)
def test_the_evaluator_gives_what_python_gives(op: str, attrs: dict[str, Any]) -> None:
    made = expression(op, attrs)
    terms = said(made)
    assert [told for told in differences(made, terms) if not is_told(told, terms)] == []


def is_told(difference: str, terms: Said) -> bool:
    """Whether a caveat names it."""
    caveats = " ".join(terms.caveats)
    return ("such as ﬁ" in caveats and any(letter in difference for letter in "ŉﬁ")) or (
        "digits 0 to 9" in caveats and "٣" in difference
    )


def test_most_operations_are_said() -> None:
    assert len(SAID) > 0.9 * len(EVERY)


@pytest.mark.parametrize(("op", "attrs"), NOT_SAID, ids=str)
def test_what_pmml_cannot_say_is_refused(op: str, attrs: dict[str, Any]) -> None:
    with pytest.raises(Unsaid):
        said(expression(op, attrs))


TITLE = 4
"""The place among the functions of the tests of ONNX of one that capitalizes every word."""


@pytest.mark.parametrize(
    ("function", "live"), [*functions.SAID[:TITLE], *functions.SAID[TITLE + 1 :]]
)
def test_functions_of_texts_are_said(function: Any, live: Any) -> None:
    same_in_pmml(function, live)


def test_what_java_has_no_function_for_is_refused() -> None:
    assert "`title` of texts" in refused(*functions.SAID[TITLE])


def test_missing_and_empty_texts_are_told_apart() -> None:
    texts = pd.Series(["a", "", None] * 5)
    same_in_pmml(lambda s: s.str.len(), texts)
    same_in_pmml(lambda s: s.isna(), texts)
    same_in_pmml(lambda s: s.fillna("none") + s.map({"a": "b", "": "c"}).fillna("d"), texts)


def test_texts_that_xml_cannot_hold_are_refused() -> None:
    assert "XML" in refused(lambda s: s == "a\rb", pd.Series(["a", "b"] * 5))
