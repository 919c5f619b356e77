"""Rows that a caller hands over in memory, as a file that a worker can read."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from converter.errors import UsageError
from converter.placing import absolute, demand_file
from converter.rows.dates import Zoned
from converter.rows.tables import is_missing, objects, write_table


@contextmanager
def as_file(data: Any) -> Iterator[str]:
    """The absolute path of `data`: a path, a DataFrame, a mapping of columns, or a matrix.

    "" where it is None. Raises UsageError where there is no such file, or it is none of these.
    """
    if data is None or isinstance(data, str | Path):
        demand_file(data)
        yield absolute(data)
        return
    with tempfile.TemporaryDirectory(prefix="mlconvert-") as folder:
        yield str(_written(_columns(data), Path(folder)))


def _columns(data: Any) -> dict[str, np.ndarray]:
    if isinstance(data, Mapping) or hasattr(data, "columns"):  # a DataFrame is no Mapping
        return {str(name): _column(values) for name, values in data.items()}
    array = data.toarray() if hasattr(data, "toarray") else np.asarray(data)
    if array.ndim == 2 and array.dtype.kind == "O":
        return {f"x{number}": _column(column) for number, column in enumerate(array.T)}
    if array.ndim == 0:
        raise UsageError("Rows are a file, a DataFrame, a mapping of columns, or a matrix.")
    return {"X": array}


def _column(values: Any) -> np.ndarray:
    """Text as objects of str, None where missing; objects that are all numbers, or dates, as such.

    A date with a time zone stays one, for whoever knows whether the model takes the column.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "OU":
        return array
    cells = [None if is_missing(cell) else cell for cell in array.tolist()]
    if any(getattr(cell, "tzinfo", None) for cell in cells):
        return objects(None if cell is None else Zoned(str(cell)) for cell in cells)
    if any(isinstance(cell, date) for cell in cells):
        return np.array(cells, "datetime64[us]")
    if not any(isinstance(cell, str) for cell in cells):
        return np.array([np.nan if cell is None else cell for cell in cells])
    return np.array([None if cell is None else str(cell) for cell in cells], dtype=object)


def _written(columns: dict[str, np.ndarray], folder: Path) -> Path:
    """Only .npz holds a matrix, and only Parquet text with missing values."""
    if not all(map(len, columns.values())):
        raise UsageError("There is no row in the data.")
    if any(array.ndim > 1 for array in columns.values()):
        path = folder / "rows.npz"
        with path.open("wb") as file:
            np.savez(file, **columns)  # type: ignore[arg-type]
    else:
        path = folder / "rows.parquet"
        write_table(path, columns)
    return path
