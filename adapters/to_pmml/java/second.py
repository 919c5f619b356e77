"""The second opinion: PMML4S, another engine, asked where JPMML-Evaluator disagrees."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from adapters.to_pmml.java import jvm
from adapters.to_pmml.java.handing import plain
from adapters.to_pmml.java.jpmml import first_line
from adapters.to_pmml.java.jvm import java
from adapters.to_pmml.score import card, gathered, intermediate, stamp
from converter.errors import UnreadableError
from converter.rows import Rows, count, spread

__all__ = ["card", "intermediate", "score", "versions"]


def score(path: Path, rows: Rows) -> Rows:
    """Every output of the file for all rows, by name; NaN or None where the engine refuses."""
    schema = card(path).schema
    columns = spread(rows, schema.inputs)
    found = _evaluated(_model(path, *stamp(path)), columns)
    return gathered(found, schema.outputs, count(rows))


def versions() -> dict[str, str]:
    """The engine that scores."""
    return {"pypmml": jvm.version("pypmml")}


@lru_cache(maxsize=1)
def _model(path: Path, written: int, size: int) -> Any:
    import jpype

    try:
        return java("org.pmml4s.model.Model").fromFile(str(path))
    except jpype.JException as thrown:
        raise UnreadableError(f"PMML4S cannot read {path.name}: {first_line(thrown)}") from None


def _evaluated(model: Any, columns: Rows) -> dict[str, list[Any]]:
    """Field → its values: the engine takes and gives tables in JSON."""
    import jpype

    data = list(zip(*map(plain, columns.values()), strict=True))
    asked = msgspec.json.encode({"columns": list(columns), "data": data}).decode()
    try:
        told = msgspec.json.decode(str(model.predict(java("java.lang.String")(asked))))
    except jpype.JException as thrown:
        raise UnreadableError(f"PMML4S raises on these rows: {first_line(thrown)}") from None
    return {name: [row[at] for row in told["data"]] for at, name in enumerate(told["columns"])}
