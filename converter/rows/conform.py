"""A user's table typed by a schema: the model's inputs out of whatever columns a file has."""

from difflib import get_close_matches

import numpy as np

from converter.errors import UsageError
from converter.rows import dates
from converter.rows.bad_value import BadValue
from converter.rows.tables import Columns, Table
from converter.values import Field, Schema

_MISSING = {"", "na", "n/a", "nan", "nat", "null", "none", "<na>", "#n/a"}
_WORDS = ("true", "false")
_TRUTH = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}


def conform(table: Table, schema: Schema) -> Columns:
    """The schema's inputs out of the table. Raises UsageError in one sentence."""
    if schema.kind == "frame":
        chosen = pick(table, tuple(field.name for field in schema.inputs))
        return {field.name: _typed(table, field, chosen[field.name]) for field in schema.inputs}
    [field] = schema.inputs
    if schema.kind == "text":
        return {field.name: _typed(table, field, _document(table, field))}
    columns = [_typed(table, field, column, name) for name, column in _matrix(table, field)]
    return {field.name: np.stack(columns, axis=1).reshape(-1, *field.shape)}


def extra(table: Table, schema: Schema) -> tuple[str, ...]:
    """The table's columns that the model does not take, in their order."""
    if not table.header or schema.kind == "text":
        return ()
    taken = {name for field in schema.inputs for name in (field.name, *matrix_names(field))}
    return tuple(name for name in table.columns if taken & set(table.columns) and name not in taken)


def matrix_names(field: Field) -> tuple[str, ...]:
    """The names of an input matrix's columns: its feature names, else x0, x1 …; () for others."""
    if not field.shape:
        return ()
    return field.columns or tuple(f"x{number}" for number in range(int(np.prod(field.shape))))


def natural(table: Table) -> Columns:
    """The columns in the types that their values have: int64, float64, bool or string.

    Of a file that has types, they are those of the file. Columns without names are one matrix, X.
    """
    columns = {name: _natural(column, table.typed) for name, column in table.columns.items()}
    if table.header:
        return columns
    matrix = np.stack(list(columns.values()), axis=1)
    return {"X": matrix.reshape(-1, *table.shape) if table.shape else matrix}


def _natural(column: np.ndarray, typed: bool) -> np.ndarray:
    if column.dtype.kind != "O" or (typed and any(cell is not None for cell in column.tolist())):
        return column
    words = [cell is not None and cell.strip().lower() in _WORDS for cell in column.tolist()]
    if all(words):
        return _as_bool(column)
    if any(words):
        return column
    pointed = any("." in cell or "e" in cell.lower() for cell in column.tolist() if cell)
    for dtype in ("float64", "bool") if pointed else ("int64", "float64", "bool"):
        try:
            return cast(column, dtype)
        except BadValue:
            continue
    return column


# --- which columns ----------------------------------------------------------------------------


def pick(table: Table, names: tuple[str, ...]) -> Columns:
    """The named columns, in the order asked. Raises UsageError for those that are not there."""
    if not table.header:
        raise UsageError(
            f"{table.source} has no column names, and the model takes its columns by name.",
            f"Name them {_listed(names)}.",
        )
    if missing := [name for name in names if name not in table.columns]:
        near = get_close_matches(missing[0], table.columns, 1, 0.5)
        hint = f"The nearest to {missing[0]!r} is {near[0]!r}." if near else ""
        raise UsageError(f"{table.source} has no column {_listed(tuple(missing))}.", hint)
    return {name: table.columns[name] for name in names}


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(repr(name) for name in names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown


def _matrix(table: Table, field: Field) -> list[tuple[str, np.ndarray]]:
    """By feature name where the model has them, by x0, x1 … where the file does, else in order."""
    names = matrix_names(field)
    whole = table.columns.get(field.name)
    if whole is not None and whole.ndim > 1:
        return list(zip(names, whole.reshape(len(whole), -1).T, strict=True))
    if table.header and (field.columns or set(names) <= set(table.columns)):
        return list(pick(table, names).items())
    if len(table.columns) != len(names):
        raise UsageError(
            f"{table.source} has {len(table.columns)} columns, and the model takes {len(names)}."
        )
    return list(table.columns.items())


def _document(table: Table, field: Field) -> np.ndarray:
    if field.name in table.columns:
        return table.columns[field.name].reshape(-1)
    if len(table.columns) > 1:
        raise UsageError(
            f"{table.source} has {len(table.columns)} columns, and the model takes one text.",
            f"Name the column of the text {field.name!r}.",
        )
    return next(iter(table.columns.values()))


# --- which types ------------------------------------------------------------------------------


_WANTED = {
    "bool": "true or false",
    "int64": "a whole number",
    "int32": "a whole number",
    "string": "text",
    "datetime": dates.WANTED,
}


def _typed(table: Table, field: Field, column: np.ndarray, name: str = "") -> np.ndarray:
    name = name or field.name
    try:
        typed = cast(column, field.dtype)
    except BadValue as bad:
        where = f"column {name!r}" if table.header else f"column {int(name) + 1}"
        wanted = _WANTED.get(field.dtype, "a number")
        raise UsageError(
            f"{table.source} holds {bad.value!r:.60} in {where}, row {bad.row + 1}, where the "
            f"model takes {wanted}."
        ) from bad
    return dates.rounded(typed, field.unit) if field.dtype == "datetime" else typed


def cast(column: np.ndarray, dtype: str) -> np.ndarray:
    """The column in a schema's dtype; an integer column with missing values as float64 with NaN.

    Text is parsed for numbers and dates, but these never become text. Raises BadValue.
    """
    if dtype == "string":
        return _as_text(column)
    if dtype == "datetime":
        return _as_dates(column)
    if dtype == "bool":
        return _as_bool(column)
    numbers = _as_float(column)
    if dtype in ("float64", "float32"):
        return numbers.astype(dtype)
    return _as_integer(column, numbers, dtype)


def _as_text(column: np.ndarray) -> np.ndarray:
    if column.dtype.kind == "f" and np.isnan(column).all():
        return np.full(len(column), None, object)
    if column.dtype.kind == "M":
        raise BadValue(0, dates.texts(column)[0])
    if column.dtype.kind not in "OU":
        raise BadValue(0, column[0].item())
    if (row := dates.first_zoned(column)) >= 0:
        raise BadValue(row, column[row])
    return column.astype(object)


def _as_dates(column: np.ndarray) -> np.ndarray:
    if column.dtype.kind == "M":
        return dates.nanoseconds(column)
    if column.dtype.kind == "f" and np.isnan(column).all():
        return np.full(len(column), np.datetime64("NaT", "ns"))
    if column.dtype.kind not in "OU":
        raise BadValue(0, column[0].item())
    cells = column.tolist()
    missing = [cell is None or cell.strip().lower() in _MISSING for cell in cells]
    return dates.parsed([None if gone else c for c, gone in zip(cells, missing, strict=True)])


def _as_bool(column: np.ndarray) -> np.ndarray:
    if column.dtype.kind == "b":
        return column
    cells = [_TRUTH.get(str(cell).strip().lower()) for cell in column.tolist()]
    for row, cell in enumerate(cells):
        if cell is None:
            raise BadValue(row, column[row])
    return np.array(cells, np.bool_)


def _as_float(column: np.ndarray) -> np.ndarray:
    if column.dtype.kind in "fiub":
        return column.astype(np.float64)
    if column.dtype.kind not in "OU":
        raise BadValue(0, str(column[0]))
    return np.array([_number(row, cell) for row, cell in enumerate(column.tolist())], np.float64)


def _number(row: int, cell: str | None) -> float:
    if cell is None or cell.strip().lower() in _MISSING:
        return np.nan
    if cell.strip().lower() in _WORDS:  # for a model that takes them as numbers
        return float(_TRUTH[cell.strip().lower()])
    try:
        if "_" in cell:  # Python reads 1_000 as a number; tables do not
            raise BadValue(row, cell)
        return float(cell)
    except ValueError as error:
        raise BadValue(row, cell) from error


def _as_integer(column: np.ndarray, numbers: np.ndarray, dtype: str) -> np.ndarray:
    """Whole numbers without a detour through float where there is one to avoid."""
    if column.dtype.kind in "iub":
        return column.astype(dtype)
    if np.isnan(numbers).any():
        return numbers
    if not (whole := numbers == np.floor(numbers)).all():
        row = int(np.argmin(whole))
        raise BadValue(row, column[row])
    if column.dtype.kind == "f":
        return numbers.astype(dtype)
    return np.array([_whole(row, cell) for row, cell in enumerate(column.tolist())], dtype)


def _whole(row: int, cell: str) -> int:
    try:
        number = int(cell)
    except ValueError:
        number = int(float(cell))
    if not -(2**63) <= number < 2**63:
        raise BadValue(row, cell)
    return number
