"""Score a PMML file by JPMML-Evaluator alone: no scikit-learn, and none of what wrote it."""

import io
import pickle
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, iterparse

import msgspec
import numpy as np

from adapters.base import Subject
from adapters.to_pmml.document.edit import CARD
from adapters.to_pmml.java import jvm
from adapters.to_pmml.java.handing import plain
from adapters.to_pmml.java.jpmml import NAMESPACE, exhausted, first_line
from adapters.to_pmml.java.jvm import java
from converter.errors import UnreadableError
from converter.rows import Rows, column_names, count, gather, spread
from converter.rows.tables import objects
from converter.values import Field

_DECODER = msgspec.json.Decoder(Subject)


def score(path: Path, rows: Rows) -> Rows:
    """Every output of the file for all rows, by name; NaN or None where the evaluator refuses."""
    schema = card(path).schema
    found = _evaluated(_evaluator(path, *stamp(path)), spread(rows, schema.inputs))
    return gathered(found, schema.outputs, count(rows))


def gathered(found: dict[str, list[Any]], outputs: tuple[Field, ...], rows: int) -> Rows:
    """The outputs, each as scikit-learn gives it, of the values of single fields."""
    missing = [None] * rows
    columns: Rows = {}
    for field in outputs:
        names = column_names(field)
        values = _typed([found.get(name, missing) for name in names], field)
        columns |= dict(zip(names, values, strict=True))
    return gather(columns, outputs)


def intermediate(path: Path, rows: Rows) -> Rows:
    """Nothing: what flows between the steps has no outputs in PMML."""
    return {}


def card(path: Path) -> Subject:
    """What the file says of itself."""
    said = _card(path, *stamp(path))
    if said is None:
        raise UnreadableError(
            f"{path.name} was not written by mlconvert: it carries no schema.",
            "Convert the model with `mlconvert`, which writes one.",
        )
    return _DECODER.decode(said)


def stamp(path: Path) -> tuple[int, int]:
    """What changes when another file stands at a path."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=1)  # one file is asked several things, and then the next
def _card(path: Path, written: int, size: int) -> str | None:
    """The extension of the header, which is the first thing in the file."""
    try:
        with path.open("rb") as file:
            for _, element in iterparse(file):
                if element.tag == f"{{{NAMESPACE}}}Extension" and element.get("name") == CARD:
                    return element.get("value")
                if element.tag == f"{{{NAMESPACE}}}Header":
                    return None
    except ParseError as error:
        raise UnreadableError(
            f"{path.name} is no PMML: {error}.", "The file may be damaged."
        ) from None
    return None


def versions() -> dict[str, str]:
    """The runtime that scores."""
    return jvm.versions()


@lru_cache(maxsize=1)
def _evaluator(path: Path, written: int, size: int) -> Any:
    import jpype

    try:
        builder = java("org.jpmml.evaluator.LoadingModelEvaluatorBuilder")()
        return builder.load(java("java.io.File")(str(path))).build()
    except jpype.JException as thrown:
        raise _unreadable(path, thrown) from None


def _unreadable(path: Path, thrown: Any) -> Exception:
    if str(thrown.getClass().getName()) == "java.lang.OutOfMemoryError":
        return exhausted()
    return UnreadableError(
        f"JPMML-Evaluator cannot read {path.name}: {_fault(thrown)}.",
        "The file may be damaged, or written for another engine.",
    )


def _fault(thrown: Any) -> str:
    """An exception without words means that the text could not be read at all."""
    said = thrown.getMessage() is not None
    return first_line(thrown).rstrip(".") if said else "it is no well-formed XML"


def _evaluated(evaluator: Any, columns: Rows) -> dict[str, list[Any]]:
    """Field → its values; those of rows that the evaluator refuses are None."""
    asked = {"columns": list(columns), "data": [plain(values) for values in columns.values()]}
    util = java("org.jpmml.evaluator.python.PythonEvaluatorUtil")
    told = _Plain(io.BytesIO(bytes(util.evaluateAll(evaluator, pickle.dumps(asked, 2), None, 1))))
    answer = told.load()
    return dict(zip(answer["columns"], answer["data"], strict=True))


class _Plain(pickle.Unpickler):
    """Reads values that need no class."""

    def find_class(self, module: str, name: str) -> Any:
        """Raises UnpicklingError: what the evaluator gives are numbers, texts and truth values."""
        raise pickle.UnpicklingError(f"{module}.{name} in an answer")


def _typed(columns: list[list[Any]], field: Field) -> list[np.ndarray]:
    """In scikit-learn's own dtype; labels of which some are missing are spelled, None for those."""
    kind = np.dtype("O" if field.dtype == "string" else field.dtype)
    if kind.kind == "f":
        return [np.array([np.nan if v is None else v for v in c], kind) for c in columns]
    if kind.kind != "O" and all(
        value is not None and value == value for c in columns for value in c
    ):
        return [np.array(values).astype(kind) for values in columns]
    return [objects(_spelled(value, kind) for value in values) for values in columns]


def _spelled(value: Any, kind: np.dtype[Any]) -> str | None:
    """A label as text."""
    if value is None or value != value:
        return None
    return str(value) if kind.kind == "O" else str(np.array(value).astype(kind))
