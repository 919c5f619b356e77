"""The rows with their answers that stand in a document (see `verification`), read back."""

import mmap
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

import numpy as np

from adapters.to_pmml.score import card, gathered
from converter.errors import UnreadableError
from converter.rows import Rows, column_names, gather
from converter.values import Schema

OPENS, CLOSES = b"<ModelVerification", b"</ModelVerification>"
"""In text and attributes a `<` is escaped: where this stands, the element begins."""


def carried(path: Path) -> tuple[Rows, Rows] | None:
    """The rows that the document carries, and their answers; None where it has none.

    Raises UnreadableError where they cannot be read, or the document was not written by us.
    """
    schema = card(path).schema
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        start, end = content.find(OPENS), content.find(CLOSES)
        text = content[start : end + len(CLOSES)] if 0 <= start < end else b""
    if not text:
        return None
    try:
        return _read(fromstring(text), schema)
    except (ParseError, ValueError, KeyError) as error:
        raise UnreadableError(
            f"The verification rows of {path.name} cannot be read: {error}.",
            "The file may be damaged.",
        ) from None


def _read(element: Element, schema: Schema) -> tuple[Rows, Rows]:
    fields = element.findall("VerificationFields/VerificationField")
    named = {field.get("column", ""): field.get("field", "") for field in fields}
    rows = [{each.tag: each.text or "" for each in row} for row in element.iter("row")]
    cells = {name: [row.get(column) for row in rows] for column, name in named.items()}
    missing: list[str | None] = [None] * len(rows)
    columns = {
        name: _column(cells.get(name, missing), field.dtype)
        for field in schema.inputs
        for name in column_names(field)
    }
    found = {
        name: _values(cells[name], field.dtype)
        for field in schema.outputs
        for name in column_names(field)
    }
    return gather(columns, schema.inputs), gathered(found, schema.outputs, len(rows))


def _column(cells: list[str | None], dtype: str) -> np.ndarray:
    """A column of the input; one that the model makes no use of is not carried."""
    values = _values(cells, dtype)
    if dtype == "datetime":
        return np.array(values, "datetime64[ns]")
    if dtype == "string":
        texts = np.empty(len(values), object)
        texts[:] = values
        return texts
    empty: Any = np.nan if dtype.startswith("float") else 0
    return np.array([empty if value is None else value for value in values], dtype)


def _values(cells: list[str | None], dtype: str) -> list[Any]:
    read = _READ.get(dtype.rstrip("0123456789"), str)
    return [None if cell is None else read(cell) for cell in cells]


def _truth(text: str) -> bool:
    return text.lower() in ("true", "1", "1.0")


def _whole(text: str) -> int:
    return int(float(text)) if "." in text else int(text)


_READ: dict[str, Callable[[str], Any]] = {"bool": _truth, "float": float}
_READ |= {"int": _whole, "uint": _whole}
