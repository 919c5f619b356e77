"""Rows: named arrays, how they cross process borders, and how a schema types a user's table."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from converter.errors import UnreadableError
from converter.rows.conform import conform, extra, matrix_names, natural
from converter.rows.tables import read_table, write_table
from converter.values import Field, Schema

Rows = dict[str, np.ndarray]
"""Input or output name → array, rows along axis 0. Strings are object arrays of str, None where
missing."""


def count(rows: Rows) -> int:
    """How many rows there are; 0 where there is no array at all."""
    return next((len(array) for array in rows.values()), 0)


def take(rows: Rows, index: Any) -> Rows:
    """The rows that `index` (a mask, a slice, or an array of numbers) selects."""
    return {name: array[index] for name, array in rows.items()}


def concat(parts: list[Rows]) -> Rows:
    """The rows of all parts, one after the other; the names are those of the first part."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


# --- between processes ------------------------------------------------------------------------


def save(path: Path, rows: Rows) -> None:
    """Write `rows` to one `.npz` without pickles; the same rows give the same bytes.

    Strings travel as UTF-8 and lengths: numpy's own text dtype drops trailing NULs, knows no
    missing value, and pads every text to the longest. Raises TypeError for other objects.
    """
    arrays = {"names": _bytes(json.dumps(list(rows)))}
    for number, array in enumerate(rows.values()):
        parts = _pack_text(array) if array.dtype.kind in "OU" else {"": np.asarray(array)}
        arrays |= {f"{number}{suffix}": part for suffix, part in parts.items()}
    with path.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def load(path: Path) -> Rows:
    """Read what `save` wrote. Raises UnreadableError for anything else."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            names = json.loads(bytes(arrays["names"]))
            return {name: _unpack(arrays, number) for number, name in enumerate(names)}
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise UnreadableError(
            f"{path.name} does not hold rows ({type(error).__name__})."
        ) from error


def _bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _pack_text(array: np.ndarray) -> dict[str, np.ndarray]:
    texts = array.ravel().tolist()
    if strange := next((text for text in texts if not isinstance(text, str | None)), None):
        raise TypeError(f"a column of text holds {type(strange).__name__} {strange!r:.40}")
    coded = [None if text is None else text.encode("utf-8", "surrogatepass") for text in texts]
    lengths = [-1 if code is None else len(code) for code in coded]
    return {
        ".text": np.frombuffer(b"".join(code or b"" for code in coded), np.uint8),
        ".lengths": np.array(lengths, np.int64).reshape(array.shape),
    }


def _unpack(arrays: Any, number: int) -> np.ndarray:
    if f"{number}.text" not in arrays:
        return np.asarray(arrays[f"{number}"])
    data, lengths = arrays[f"{number}.text"].tobytes(), arrays[f"{number}.lengths"]
    ends = np.cumsum(np.maximum(lengths.ravel(), 0)).tolist()
    out = np.empty(lengths.size, object)
    for row, (length, end) in enumerate(zip(lengths.ravel().tolist(), ends, strict=True)):
        if length >= 0:
            out[row] = data[end - length : end].decode("utf-8", "surrogatepass")
    return out.reshape(lengths.shape)


# --- a user's files ---------------------------------------------------------------------------


def read(path: Path, schema: Schema | None = None) -> Rows:
    """Read the user's rows, typed by `schema` where there is one, else as the file tells.

    Columns the model does not take are left out (`extra_columns` names them); an int64 column
    with missing values stays float64 with NaN. Raises UsageError in one sentence for a missing
    column, a value of the wrong type, a ragged or an empty file.
    """
    table = read_table(path)
    return conform(table, schema) if schema else natural(table)


def extra_columns(path: Path, schema: Schema) -> tuple[str, ...]:
    """The columns of the file that the model does not take, in their order."""
    return extra(read_table(path), schema)


def write(path: Path, rows: Rows, fields: tuple[Field, ...] = ()) -> None:
    """Write outputs to .csv, .tsv, .parquet, .npz, .json or .jsonl, whole or not at all.

    A matrix becomes a column per element, named `output_column` after its field's columns; only
    .npz keeps it as it is. Raises UsageError for another suffix, OutputError if writing fails.
    """
    write_table(path, rows if path.suffix == ".npz" else spread(rows, fields))


def spread(rows: Rows, fields: tuple[Field, ...] = ()) -> Rows:
    """Every array as one-dimensional columns; the inverse of `gather` under the same fields."""
    named = {field.name: field for field in fields}
    columns: Rows = {}
    for name, array in rows.items():
        field = named.get(name) or Field(name=name, dtype="", shape=array.shape[1:])
        flat = array.reshape(len(array), int(np.prod(array.shape[1:])))
        columns |= dict(zip(column_names(field), flat.T, strict=True))
    return columns


def gather(columns: Rows, fields: tuple[Field, ...]) -> Rows:
    """The arrays of `fields` from one-dimensional columns. Raises KeyError for a missing one."""
    rows = {}
    for field in fields:
        parts = [columns[name] for name in column_names(field)]
        rows[field.name] = np.stack(parts, axis=1).reshape(len(parts[0]), *field.shape)
    return rows


def _size(field: Field) -> int:
    return int(np.prod(field.shape, dtype=int))


def column_names(field: Field) -> tuple[str, ...]:
    """A unique name for each column that an array of this field spreads over."""
    if not field.shape:
        return (field.name,)
    if field.name == "X":
        return matrix_names(field)
    unique = len(field.columns) == _size(field) == len(set(field.columns))
    labels = field.columns if unique else range(_size(field))
    return tuple(f"{field.name}_{label}" for label in labels)
