"""What a fitted model may take: as it tells, else as the sample suggests, the likeliest first."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, Literal, TypeGuard

import numpy as np
from msgspec.structs import replace

from converter.errors import UsageError
from converter.rows import Rows
from converter.rows.dates import Unit, first_zoned, unit, without_zone
from converter.values import Field, Schema
from converter.worker.structure import Leaf, is_vectorizer, leaves
from converter.worker.told import columns_read, feature_count, feature_names, takes

Container = Literal["", "series", "list"]
CONTAINERS: tuple[Container, ...] = ("", "series", "list")


def candidates(model: Any, sample: Rows) -> Iterator[Schema]:
    """Schemas without outputs, to be tried in turn: which it is, the model's answers tell.

    Those of other dtypes come last: dates for text that reads as dates, text or dates for a column
    of which neither the model nor a sample tells the type. Raises UsageError where nothing tells
    how many columns there are, or a column's dates have a time zone.
    """
    tried = []
    for schema in _kinds(model, sample):
        tried.append(schema)
        yield schema
    for schema in tried:
        if schema.kind == "text":
            continue
        yield from _with_dates(schema, sample)
        yield from _with_others(model, schema, sample)
        yield from _with_integers(schema, sample)
        yield from _with_numbers(schema, sample)


def _kinds(model: Any, sample: Rows) -> Iterator[Schema]:
    """One table of the columns that the model tells of; else whatever the sample may be."""
    kind = takes(model)
    if kind == "table":
        yield _told_table(model, sample)
        return
    if not kind and not sample:
        raise _unknown_width(model)
    width = _width(sample)
    texts = _are_texts(sample) if sample else True
    as_text = map(_documents, CONTAINERS if kind or (texts and width == 1) else ())
    as_table = _tables(model, sample)
    # One column without a name is rather a list of texts, one with a name rather of a frame.
    text_first = width < 2 if kind else list(sample) == ["X"]
    yield from chain(as_text, as_table) if text_first else chain(as_table, as_text)


def _documents(container: Container) -> Schema:
    text = Field(name="X", dtype="string", container=container)
    return Schema(kind="text", inputs=(text,), outputs=())


def _told_table(model: Any, sample: Rows) -> Schema:
    names = feature_names(model) or _names(model, sample)
    width = len(names) or feature_count(model) or _width(sample)
    if not width:
        raise _unknown_width(model)
    return _frame(model, names, sample) if names else _matrix(model, width, sample)


def _names(model: Any, sample: Rows) -> tuple[str, ...]:
    """The sample's columns, for a model that tells nothing of its input."""
    if feature_count(model) or any(array.ndim > 1 for array in sample.values()):
        return ()
    return tuple(sample)


def _tables(model: Any, sample: Rows) -> Iterator[Schema]:
    """For a model that tells nothing: a frame of the sample's columns, or a matrix of them."""
    if names := _names(model, sample):
        yield _frame(model, names, sample)
    if sample:
        yield _matrix(model, _width(sample), sample)


def _unknown_width(model: Any) -> UsageError:
    return UsageError(
        f"{type(model).__name__} does not tell how many columns it takes.",
        "Give rows with --data.",
    )


def _width(sample: Rows) -> int:
    matrices = [array.shape[1] for array in sample.values() if array.ndim > 1]
    return max(matrices, default=len(sample))


def _are_texts(sample: Rows) -> bool:
    return _matrix_dtype(sample) == "string"


# --- tables -----------------------------------------------------------------------------------


def _frame(model: Any, names: tuple[str, ...], sample: Rows) -> Schema:
    hints = _hints(model, len(names))
    read = sorted(columns_read(model, len(names)))
    fields = [_column(names[n], hints[n], sample) for n in read]
    return Schema(kind="frame", inputs=tuple(fields), outputs=())


def _matrix(model: Any, width: int, sample: Rows) -> Schema:
    dtype = "string" if "string" in _hints(model, width) else _matrix_dtype(sample)
    first = next(iter(sample.values()), None)
    counted: Unit | Literal[""] = _unit(first) if dtype == "datetime" else ""
    shape: tuple[int, ...] = (width,)
    if first is not None and first.ndim > 2 and first.shape[1] == width:
        shape = first.shape[1:]
    matrix = Field(name="X", dtype=dtype, shape=shape, unit=counted)
    return Schema(kind="matrix", inputs=(matrix,), outputs=())


def untold(model: Any, schema: Schema) -> tuple[str, ...]:
    """The columns of a frame whose dtype the model does not tell."""
    names = feature_names(model)
    if schema.kind != "frame" or not names:
        return ()
    told = dict(zip(names, _hints(model, len(names)), strict=True))
    return tuple(field.name for field in schema.inputs if not told.get(field.name))


def _hints(model: Any, width: int) -> list[str]:
    """Per input column, the dtype the model tells; "" where it leaves it open."""
    hints = [""] * width
    for leaf in leaves(model, width):
        for number, column in enumerate(leaf.columns):
            told = _told(leaf, number) if column.source >= 0 else ""
            if told == "string" or (told and not hints[column.source]):
                hints[column.source] = told
    return hints


def _told(leaf: Leaf, number: int) -> str:
    """The dtype that a leaf tells of its column `number`; "" where it does not."""
    if is_vectorizer(leaf.model):
        return "string"
    categories = getattr(leaf.model, "categories_", None)
    if categories is not None and number < len(categories):
        return _dtype_of(np.asarray(categories[number]))
    statistics = getattr(leaf.model, "statistics_", None)
    if statistics is not None and number < len(statistics):
        return "string" if isinstance(statistics[number], str) else ""
    return ""


def _dtype_of(values: np.ndarray) -> str:
    """The schema's dtype for some known values."""
    if values.dtype.kind != "O":
        return _KINDS.get(values.dtype.kind, "")
    kinds = {type(value) for value in values.tolist() if value is not None and value == value}
    if any(issubclass(kind, str) for kind in kinds):
        return "string"
    if kinds == {bool}:
        return "bool"
    return "int64" if kinds == {int} else "float64" if kinds else ""


_KINDS = {"O": "string", "U": "string", "b": "bool", "i": "int64", "u": "int64", "f": "float64"}
_KINDS |= {"M": "datetime"}


def _column(name: str, hint: str, sample: Rows) -> Field:
    """A column of a frame, of the dtype that the model tells, or else that of the sample."""
    column = sample.get(name)
    if column is not None and column.dtype.kind == "O" and (row := first_zoned(column)) >= 0:
        raise UsageError(
            f"The column {name!r} has a time zone ({column[row]} in row {row + 1}), and dates in "
            "mlconvert have none.",
            f"Give local times without one: frame[{name!r}].dt.tz_localize(None).",
        )
    dtype = hint or _sampled(sample, name)
    return Field(name=name, dtype=dtype, unit=_unit(column) if dtype == "datetime" else "")


def _sampled(sample: Rows, name: str) -> str:
    if name not in sample or sample[name].dtype == np.float32:
        return "float32" if name in sample else "float64"
    return _KINDS.get(sample[name].dtype.kind, "float64")


def _matrix_dtype(sample: Rows) -> str:
    kinds = {array.dtype.kind for array in sample.values()}
    if kinds == {"M"}:
        return "datetime"
    texts = kinds == {"O"} and all(map(_holds_texts, sample.values()))
    return "string" if texts else "float64"


def _holds_texts(array: np.ndarray) -> bool:
    return all(isinstance(cell, str | None) for cell in array.ravel().tolist())


# --- other dtypes -----------------------------------------------------------------------------


def _with_integers(schema: Schema, sample: Rows) -> Iterator[Schema]:
    """A matrix of whole numbers, or of truth values, as such: code may count bits, or invert."""
    kinds = {array.dtype.kind for array in sample.values()}
    dtype = {"i": "int64", "u": "int64", "b": "bool"}.get("".join(kinds), "")
    if schema.kind == "matrix" and dtype and schema.inputs[0].dtype == "float64":
        yield _changed(schema, {"X": {"dtype": dtype}})


def _with_numbers(schema: Schema, sample: Rows) -> Iterator[Schema]:
    """Numbers, as the sample has them: a function may make text of them for a vectorizer."""
    numbers = {
        field.name: {"dtype": _sampled(sample, field.name)}
        for field in schema.inputs
        if field.dtype == "string"
        and field.name in sample
        and sample[field.name].dtype.kind in "biuf"
    }
    if schema.kind == "frame" and numbers:
        yield _changed(schema, numbers)


def _with_others(model: Any, schema: Schema, sample: Rows) -> Iterator[Schema]:
    """Text, or dates, in all columns, or in one, whose type nothing tells: code may want them."""
    if sample:
        return
    numbers = schema.kind == "matrix" and schema.inputs[0].dtype == "float64"
    names = ("X",) if numbers else untold(model, schema)
    text, dates = {"dtype": "string"}, {"dtype": "datetime", "unit": _unit(None)}
    for chosen in _all_or_one(names):
        yield _changed(schema, dict.fromkeys(chosen, text))
        yield _changed(schema, dict.fromkeys(chosen, dates))


def _all_or_one(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if names:
        yield names
    if len(names) > 1:
        yield from ((name,) for name in names)


def _changed(schema: Schema, changes: dict[str, dict[str, str]]) -> Schema:
    """The schema with some fields of some of its inputs changed."""
    fields = [replace(field, **changes.get(field.name, {})) for field in schema.inputs]
    return replace(schema, inputs=tuple(fields))


def _unit(column: np.ndarray | None) -> Unit:
    """The unit of a column of dates; of text, or where there is none, that pandas reads it in."""
    import pandas

    if column is not None and column.dtype.kind == "M" and (found := unit(column)):
        return found
    cells = column.ravel().tolist() if _is_text(column) else []
    texts = [without_zone(text.strip()) for text in cells if text]
    longest = max(texts, key=len, default="") or "1970-01-01"
    return unit(pandas.to_datetime([longest]).to_numpy()) or "ns"


def _is_text(column: np.ndarray | None) -> TypeGuard[np.ndarray]:
    return column is not None and column.dtype.kind == "O"


def _with_dates(schema: Schema, sample: Rows) -> Iterator[Schema]:
    """The schemas in which text that reads as dates is dates: all such columns, then each.

    A table of text does not tell whether the model was trained on the text, and a function may well
    parse it. So it stays text for a model that answers to it; these are for one that does not.
    """
    columns = {f.name: sample.get(f.name) for f in schema.inputs if f.dtype == "string"}
    names = [name for name, column in columns.items() if _is_text(column) and _all_dates(column)]
    for chosen in _all_or_one(tuple(names)):
        units = {name: _unit(sample[name]) for name in chosen}
        yield _changed(schema, {n: {"dtype": "datetime", "unit": u} for n, u in units.items()})


def _all_dates(column: np.ndarray) -> bool:
    """Also with zones: such dates are refused where the rows are read, as what they are."""
    texts = [text.strip() for text in column.ravel().tolist() if text]
    return bool(texts) and all(map(without_zone, texts))
