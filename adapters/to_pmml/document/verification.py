"""Rows with their answers, in the document itself: any engine that reads it can check itself."""

from typing import Any
from xml.etree.ElementTree import Element, SubElement

import numpy as np

from adapters.to_pmml.java.handing import plain
from adapters.to_pmml.java.jpmml import made, rows_of
from converter.rows import Rows, count, spread
from converter.values import Schema

PRECISION, ZERO = "1e-6", "1e-9"
"""Relative, and below what absolute value numbers count as zero."""


def verify_by(document: Any, schema: Schema, inputs: Rows, expected: Rows) -> None:
    """Embed rows of `inputs` with their `expected` outputs, as far as the schema offers those."""
    if not count(inputs):
        return
    offered = {field.name for field in schema.outputs}
    answers = {name: values for name, values in expected.items() if name in offered}
    [model] = document.getModels()
    read = {str(field.getName()) for field in model.getMiningSchema().getMiningFields()}
    asked = {n: values for n, values in spread(inputs, schema.inputs).items() if n in read}
    columns = asked | spread(answers, schema.outputs)
    verification = made(_fields(columns))
    verification.getInlineTable().addRows(*rows_of(_table(columns)))
    model.setModelVerification(verification)


def _fields(columns: Rows) -> Element:
    element = Element("ModelVerification", {"recordCount": str(count(columns))})
    fields = SubElement(element, "VerificationFields")
    SubElement(element, "InlineTable")
    for number, (name, values) in enumerate(columns.items()):
        exact = {} if values.dtype.kind != "f" else {"precision": PRECISION, "zeroThreshold": ZERO}
        SubElement(fields, "VerificationField", {"field": name, "column": f"c{number}", **exact})
    return element


def _table(columns: Rows) -> Element:
    table = Element("InlineTable")
    rows = [SubElement(table, "row") for _ in range(count(columns))]
    for number, values in enumerate(columns.values()):
        for row, value in zip(rows, plain(values), strict=True):
            if value is not None:
                SubElement(row, f"c{number}").text = _text(value)
    return table


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else repr(np.asarray(value).item())
