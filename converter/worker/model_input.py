"""Rows as the model's methods take them: a matrix, a DataFrame, or documents."""

from typing import Any

import numpy as np

from converter.rows import Rows, count
from converter.values import Schema
from converter.worker.structure import Leaf, leaves
from converter.worker.told import feature_names


def to_model_input(rows: Rows, schema: Schema, model: Any) -> Any:
    """An array [N, F], N documents as the schema says, or a DataFrame for a model trained on one.

    Missing text is NaN, as pandas reads it, but None where the model was trained on None. Columns
    that the model drops anyway are not in the schema: where it wants to see them, they are NaN.
    Dates come in the unit that the schema says: a model may compute with what it counts.
    """
    if schema.kind == "text":
        [field] = schema.inputs
        return _documents(rows[field.name], field.container)
    if schema.kind == "matrix":
        [field] = schema.inputs
        return _matrix(_in_unit(rows[field.name], field.unit), model)
    return _frame(rows, schema, model)


def _documents(texts: np.ndarray, container: str) -> Any:
    marked = _marked(texts, np.nan)
    if container == "series":
        return _as_series(marked)
    return marked.tolist() if container == "list" else marked


def _in_unit(column: np.ndarray, unit: str) -> np.ndarray:
    """Dates in that unit; what are no dates as they are."""
    return column.astype(f"datetime64[{unit or 'ns'}]") if column.dtype.kind == "M" else column


def _matrix(matrix: np.ndarray, model: Any) -> np.ndarray:
    if matrix.dtype.kind != "O":
        return matrix
    columns = zip(matrix.T, _missing_marks(model, matrix.shape[1]), strict=True)
    return np.stack([_marked(column, mark) for column, mark in columns], axis=1)


def _frame(rows: Rows, schema: Schema, model: Any) -> Any:
    import pandas

    names = feature_names(model) or tuple(rows)
    marks = _missing_marks(model, len(names))
    units = {field.name: field.unit for field in schema.inputs}
    columns = {
        name: _series(_in_unit(rows[name], units.get(name, "")), mark)
        if name in rows
        else np.full(count(rows), np.nan)
        for name, mark in zip(names, marks, strict=True)
    }
    return pandas.DataFrame(columns)


def _series(column: np.ndarray, mark: Any) -> Any:
    """Text gets the dtype that pandas gives it when it reads a file, unless None must be kept."""
    import pandas

    if column.dtype.kind != "O":
        return column
    marked = _marked(column, mark)
    return pandas.Series(marked, dtype=object) if mark is None else _as_series(marked)


def _as_series(texts: np.ndarray) -> Any:
    """Of pandas' own dtype for text, also where every text is missing."""
    import pandas

    return pandas.Series(texts.tolist(), dtype=pandas.Series([""]).dtype)


def _marked(column: np.ndarray, mark: Any) -> np.ndarray:
    missing = np.array([cell is None for cell in column], np.bool_)
    return np.where(missing, np.array(mark, object), column)


def _missing_marks(model: Any, width: int) -> list[Any]:
    """What stands for missing text in each input column: NaN or None."""
    marks: list[Any] = [np.nan] * width
    for leaf in leaves(model, width):
        for number, column in enumerate(leaf.columns):
            if column.source >= 0 and _wants_none(leaf, number):
                marks[column.source] = None
    return marks


def _wants_none(leaf: Leaf, number: int) -> bool:
    if getattr(leaf.model, "missing_values", 0) is None:
        return True
    categories = getattr(leaf.model, "categories_", None)
    return categories is not None and any(value is None for value in categories[number])
