"""Which input columns hold categories written as floats, rather than measurements."""

from typing import Any

import numpy as np

from converter.rows import Rows
from converter.values import Schema
from converter.worker.structure import Leaf, is_custom, leaves
from converter.worker.told import feature_names


def categories(model: Any, schema: Schema, rows: Rows) -> dict[str, np.ndarray]:
    """Per input, a bool (for a matrix, one a column): True where the floats are categories.

    They are those that an encoder reads, and those of whole numbers that code we don't know reads.
    """
    if schema.kind == "matrix":
        name = schema.inputs[0].name
        matrix = rows[name].reshape(len(rows[name]), -1)
        return {name: _fixed(model, list(matrix.T))}
    names = feature_names(model) or tuple(rows)
    fixed = _fixed(model, [rows.get(name, np.empty(0)) for name in names])
    return {name: fixed[names.index(name)] for name in rows}


def _fixed(model: Any, columns: list[np.ndarray]) -> np.ndarray:
    fixed = np.zeros(len(columns), np.bool_)
    whole = np.array([_is_whole(column) for column in columns])
    for leaf in leaves(model, len(columns)):
        sources = [column.source for column in leaf.columns if column.source >= 0]
        if _encodes(leaf):
            fixed[sources] = True
        elif is_custom(leaf.model):
            fixed[sources] |= whole[sources]
    return fixed


def _encodes(leaf: Leaf) -> bool:
    return hasattr(leaf.model, "categories_") or hasattr(leaf.model, "category_count_")


def _is_whole(column: np.ndarray) -> bool:
    if column.dtype.kind != "f":
        return True
    return bool(np.all(~np.isfinite(column) | (column == np.floor(column))))
