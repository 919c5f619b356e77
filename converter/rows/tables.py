"""The files that users keep rows in: .csv, .tsv, .txt, .parquet, .npy, .npz, .json and .jsonl.

A table is what the file says, and knows no model: text formats give object arrays of str (None
where empty), typed formats give arrays of their own types.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple

import numpy as np

from converter.errors import OutputError, UnreadableError, UsageError
from converter.rows import dates

Columns = dict[str, np.ndarray]


class Table(NamedTuple):
    """What a file holds: named columns, or (`header` False) columns in order without names."""

    source: str
    """The file's name, for sentences about it."""
    columns: Columns
    header: bool = True
    lines: bool = False
    """True for a text file: one document a line, whatever stands in it."""
    typed: bool = True
    """False where every value is written as text, as in CSV: numbers are still to be read."""
    shape: tuple[int, ...] = ()
    """Of a row, where it is more than a line of columns: an image, a signal of several channels."""


_UNREADABLE = (
    OSError, ValueError, TypeError, EOFError, KeyError, csv.Error, zipfile.BadZipFile,
)  # fmt: skip


def read_table(path: Path) -> Table:
    """Read a file by its content, where that tells, else by its suffix.

    Raises UsageError where there is no such file, no row in it or no such format, and
    UnreadableError where the file is not what it says it is.
    """
    if not path.is_file():
        raise UsageError(f"There is no file of rows at {path}.")
    reader = _reader(path)
    try:
        table = reader(path)
    except _UNREADABLE as error:
        raise UnreadableError(f"{path.name} could not be read: {_first_line(error)}") from error
    if not table.columns or not len(next(iter(table.columns.values()))):
        raise UsageError(f"{path.name} holds no rows.")
    return table


def _first_line(error: Exception) -> str:
    """A library's message, cut to one short line."""
    line = (str(error) or type(error).__name__).splitlines()[0]
    return line[:200].rstrip(".") + "."


def _reader(path: Path) -> Callable[[Path], Table]:
    with path.open("rb") as file:
        start = file.read(512)
    for magic, reader in _MAGIC.items():
        if start.startswith(magic):
            return reader
    if suffix := _SUFFIXES.get(path.suffix.lower()):
        return suffix
    if start.lstrip()[:1] in (b"{", b"["):
        return _read_json
    raise UsageError(
        f"{path.name} is no table that mlconvert reads.",
        "Give .csv, .tsv, .txt, .parquet, .npy, .npz, .json or .jsonl.",
    )


# --- text -------------------------------------------------------------------------------------


def _text(path: Path) -> str:
    """The file's text; a byte order mark is not part of it."""
    return path.read_bytes().decode("utf-8-sig")


def _read_csv(path: Path) -> Table:
    text = _text(path)
    csv.field_size_limit(2**31 - 1)
    delimiter = _delimiter(path, text.partition("\n")[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines = [line for line in reader if line]
    if not lines:
        raise UsageError(f"{path.name} is empty.")
    header = not all(_is_number(cell) for cell in lines[0]) or _is_counting(lines[0])
    names = lines[0] if header else [str(number) for number in range(len(lines[0]))]
    columns = _by_column(path, names, lines[header:], first=1 + header)
    return Table(path.name, columns, header, typed=False)


def _delimiter(path: Path, line: str) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    return max(",;\t", key=line.count)


def _is_counting(cells: list[str]) -> bool:
    """0, 1, 2 …: the header that pandas gives to columns without names."""
    return len(cells) > 1 and cells == [str(number) for number in range(len(cells))]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _by_column(path: Path, names: list[str], lines: list[list[str]], first: int) -> Columns:
    if repeated := [name for name in names if names.count(name) > 1]:
        raise UsageError(f"{path.name} has more than one column named {repeated[0]!r}.")
    for number, line in enumerate(lines, first):
        if len(line) != len(names):
            raise UsageError(
                f"{path.name} has {len(line)} values in line {number} under {len(names)} columns."
            )
    columns = zip(*lines, strict=True) if lines else [()] * len(names)
    return {
        name: objects(cell or None for cell in column)
        for name, column in zip(names, columns, strict=True)
    }


def _read_text(path: Path) -> Table:
    lines = _text(path).removesuffix("\n").split("\n")
    documents = objects(line.removesuffix("\r") for line in lines)
    return Table(path.name, {"X": documents}, lines=True, typed=False)


def _read_json(path: Path) -> Table:
    text = _text(path)
    try:
        rows = json.loads(text)
    except ValueError:
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(rows, dict) and all(isinstance(column, list) for column in rows.values()):
        return _table_of_arrays(path, {name: _values(column) for name, column in rows.items()})
    rows = [rows] if isinstance(rows, dict) else rows
    if rows and all(isinstance(row, dict) for row in rows):
        names = list(dict.fromkeys(name for row in rows for name in row))
        return Table(path.name, {name: _values([row.get(name) for row in rows]) for name in names})
    return _table_of_arrays(path, {"": _values(rows)})


def _values(cells: list[Any]) -> np.ndarray:
    """A typed array where the values have one type, else objects of str; None where missing."""
    kinds = {type(cell) for cell in cells} - {type(None)}
    if kinds == {str} or not kinds:
        return objects(cells)
    if kinds <= {int, float} and None in cells:
        return np.array([np.nan if cell is None else cell for cell in cells], np.float64)
    if None not in cells and (kinds <= {int, float} or kinds in ({bool}, {list})):
        return np.array(cells)
    return objects(None if cell is None else str(cell) for cell in cells)


def is_missing(cell: Any) -> bool:
    """Whether a cell is None, NaN, NaT or pandas' NA."""
    return cell is None or type(cell).__name__ in ("NAType", "NaTType") or cell != cell


def objects(cells: Iterable[Any]) -> np.ndarray:
    """A one-dimensional object array of the cells."""
    listed = list(cells)
    array = np.empty(len(listed), object)
    array[:] = listed
    return array


# --- binary -----------------------------------------------------------------------------------


def _read_parquet(path: Path) -> Table:
    from pyarrow import ArrowException, parquet

    try:
        table = parquet.ParquetFile(path).read()
    except ArrowException as error:
        raise ValueError(str(error)) from error
    pairs = zip(table.column_names, table.columns, strict=True)
    return Table(path.name, {name: _from_arrow(column) for name, column in pairs})


def _from_arrow(column: Any) -> np.ndarray:
    """Numbers and dates keep their types, with NaN or NaT where one is missing."""
    if getattr(column.type, "tz", None):
        return objects(text and dates.Zoned(text) for text in column.cast("string").to_pylist())
    array: np.ndarray = column.to_numpy()
    if array.dtype.kind in "OU":
        return _values(column.to_pylist())
    return array


def _read_npy(path: Path) -> Table:
    array = np.load(path, allow_pickle=False)
    if array.dtype.names:
        return _table_of_arrays(path, {name: array[name] for name in array.dtype.names})
    return _table_of_arrays(path, {"": array})


def _read_npz(path: Path) -> Table:
    with np.load(path, allow_pickle=False) as arrays:
        return _table_of_arrays(path, {name: arrays[name] for name in arrays.files})


def _table_of_arrays(path: Path, arrays: Columns) -> Table:
    """One matrix is its columns without names; several arrays are named columns."""
    if len({len(array) for array in arrays.values() if array.ndim}) != 1:
        raise ValueError("its arrays differ in length")
    arrays = {name: _texts(array) for name, array in arrays.items()}
    [(name, matrix), *more] = arrays.items()
    if more or (name and matrix.ndim == 1):
        return Table(path.name, arrays)
    flat = matrix.reshape(len(matrix), -1)
    columns = {str(n): column for n, column in enumerate(flat.T)}
    deep = matrix.shape[1:] if matrix.ndim > 2 else ()
    return Table(path.name, columns, header=False, shape=deep)


def _texts(array: np.ndarray) -> np.ndarray:
    return array.astype(object) if array.dtype.kind == "U" else array


_MAGIC = {
    b"PAR1": _read_parquet,
    b"\x93NUMPY": _read_npy,
    b"PK\x03\x04": _read_npz,
}
_SUFFIXES = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".txt": _read_text,
    ".json": _read_json,
    ".jsonl": _read_json,
    ".ndjson": _read_json,
}


# --- writing ----------------------------------------------------------------------------------


def write_table(path: Path, columns: Columns) -> None:
    """Write the columns in the format of the suffix, under a temporary name until whole."""
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise UsageError(f"No table is written to {path.name}.", f"Choose {', '.join(_WRITERS)}.")
    try:
        # No tempfile: its files are for their owner's eyes only, also once they are renamed.
        temporary = path.with_name(f".{path.name}.{token_hex(4)}.part")
        try:
            writer(temporary, columns)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}.") from error


def _records(columns: Columns) -> list[dict[str, Any]]:
    lists = [_cells(column) for column in columns.values()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]


def _cells(column: np.ndarray) -> list[Any]:
    """Values as text formats write them; dates in ISO 8601."""
    return dates.texts(column) if column.dtype.kind == "M" else column.tolist()


def _write_csv(path: Path, columns: Columns, delimiter: str = ",") -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*map(_cells, columns.values()), strict=True))


def _write_tsv(path: Path, columns: Columns) -> None:
    _write_csv(path, columns, "\t")


def _write_json(path: Path, columns: Columns) -> None:
    path.write_text(json.dumps(_records(columns), ensure_ascii=False) + "\n", encoding="utf-8")


def _write_jsonl(path: Path, columns: Columns) -> None:
    lines = [json.dumps(record, ensure_ascii=False) for record in _records(columns)]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def _write_npz(path: Path, columns: Columns) -> None:
    plain = {n: a.astype(str) if a.dtype.kind == "O" else a for n, a in columns.items()}
    with path.open("wb") as file:
        np.savez(file, **plain)  # type: ignore[arg-type]


def _write_parquet(path: Path, columns: Columns) -> None:
    import pyarrow
    from pyarrow import parquet

    arrays = {name: _to_arrow(column) for name, column in columns.items()}
    parquet.write_table(pyarrow.table(arrays), path)


def _to_arrow(column: np.ndarray) -> Any:
    """NaN stays NaN, and only None is null; a column of nothing but None is still text."""
    import pyarrow

    if column.dtype.kind in "OU":
        array = pyarrow.array(column.tolist(), pyarrow.string())
        zoned = dates.first_zoned(column) >= 0
        return array.cast(pyarrow.timestamp("us", "UTC")) if zoned else array
    if column.dtype.kind == "M" and not dates.unit(column):
        column = column.astype("datetime64[s]")
    return pyarrow.array(np.ascontiguousarray(column), from_pandas=False)


_WRITERS = {
    ".csv": _write_csv,
    ".tsv": _write_tsv,
    ".parquet": _write_parquet,
    ".npz": _write_npz,
    ".json": _write_json,
    ".jsonl": _write_jsonl,
}
