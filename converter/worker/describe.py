"""The signature of a fitted model: what it takes, as it tells, and what it gives, by running it."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Literal, TypeGuard

import msgspec
import numpy as np

from converter.errors import UsageError
from converter.probes import probes
from converter.rows import Rows, count, take
from converter.rows.conform import conform
from converter.rows.dates import Unit, first_zoned, unit, without_zone
from converter.rows.tables import Table
from converter.values import Field, Schema
from converter.worker.answers import WIDEST, methods, outputs
from converter.worker.structure import (
    Leaf,
    columns_read,
    feature_count,
    feature_names,
    is_vectorizer,
    leaves,
    takes_text,
)

TRIED = 6


def describe(model: Any, sample: Rows | None = None) -> Schema:
    """The schema of a fitted model; `sample` settles what the model leaves open.

    `sample` has the names and types that the user's file gives (see `converter.rows.read`); it
    may have more columns than the model takes. Raises UsageError for a model that has none of the
    five methods, takes no table, or answers none of the rows tried.
    """
    if not methods(model):
        raise UsageError(
            f"{type(model).__name__} can neither predict nor transform new rows.",
            "Give a fitted model with predict, transform or score_samples.",
        )
    schema = _inputs(model, sample or {})
    try:
        return _whole(model, schema, sample)
    except UsageError:
        for dated in _with_dates(schema, sample or {}):
            with suppress(UsageError):
                return _whole(model, dated, sample)
        raise


def _whole(model: Any, schema: Schema, sample: Rows | None) -> Schema:
    """The schema with the outputs that the model gives for such inputs."""
    return msgspec.structs.replace(schema, outputs=_outputs(model, schema, sample))


# --- inputs -----------------------------------------------------------------------------------


def _inputs(model: Any, sample: Rows) -> Schema:
    """The schema without its outputs."""
    if takes_text(model):
        return Schema(kind="text", inputs=(Field(name="X", dtype="string"),), outputs=())
    names = feature_names(model) or _sampled_names(model, sample)
    width = len(names) or feature_count(model) or _sampled_width(sample)
    if not width:
        raise UsageError(
            f"{type(model).__name__} does not tell how many columns it takes.",
            "Give rows with --data.",
        )
    hints = _hints(model, width)
    if names:
        read = sorted(columns_read(model, width))
        fields = [_column(names[n], hints[n], sample) for n in read]
        return Schema(kind="frame", inputs=tuple(fields), outputs=())
    dtype = "string" if "string" in hints else _matrix_dtype(sample)
    first = next(iter(sample.values()), None)
    counted: Unit | Literal[""] = _unit(first) if dtype == "datetime" else ""
    matrix = Field(name="X", dtype=dtype, shape=(width,), unit=counted)
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
    return "string" if kinds and kinds <= {"O", "U"} else "float64"


def _sampled_names(model: Any, sample: Rows) -> tuple[str, ...]:
    """The sample's columns, for a model that tells nothing of its input."""
    if feature_count(model) or any(array.ndim > 1 for array in sample.values()):
        return ()
    return tuple(sample)


def _sampled_width(sample: Rows) -> int:
    return max((array.shape[1] for array in sample.values() if array.ndim > 1), default=0)


# --- dates ------------------------------------------------------------------------------------


def _unit(column: np.ndarray | None) -> Unit:
    """The unit of a column of dates; of text, or where there is none, that pandas reads it in."""
    import pandas

    if column is not None and column.dtype.kind == "M" and (found := unit(column)):
        return found
    texts = [without_zone(text.strip()) for text in column if text] if _is_text(column) else []
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
    for chosen in [names] if len(names) == 1 else [names, *([name] for name in names)]:
        fields = tuple(
            msgspec.structs.replace(field, dtype="datetime", unit=_unit(sample[field.name]))
            if field.name in chosen
            else field
            for field in schema.inputs
        )
        if chosen:
            yield msgspec.structs.replace(schema, inputs=fields)


def _all_dates(column: np.ndarray) -> bool:
    """Also with zones: such dates are refused where the rows are read, as what they are."""
    texts = [text.strip() for text in column.tolist() if text]
    return bool(texts) and all(map(without_zone, texts))


# --- outputs ----------------------------------------------------------------------------------


def _outputs(model: Any, schema: Schema, sample: Rows | None) -> tuple[Field, ...]:
    """What the methods give for a few rows: the user's where they fit, else probes."""
    rows = _few(model, schema, sample)
    failure: Exception | None = None
    for tried in (rows, *(take(rows, [row]) for row in range(count(rows)))):
        try:
            answers = outputs(model, schema, tried)
        except Exception as error:  # a stranger's model may raise anything
            failure = failure or error
        else:
            return tuple(_field(model, name, array) for name, array in answers.items())
    reason = (str(failure) or type(failure).__name__).splitlines()[0][:200]
    raise UsageError(
        f"The model raises on every row that was tried ({reason}).", _remedy(failure)
    ) from failure


def _remedy(failure: Exception | None) -> str:
    """dill leaves what a function reads of its module behind, unless it is told to follow it."""
    if isinstance(failure, NameError):
        return "If it was saved with dill, save it with dill.dump(model, file, recurse=True)."
    return "Give rows that it takes with --data."


def _few(model: Any, schema: Schema, sample: Rows | None) -> Rows:
    if sample and count(sample):
        try:
            return conform(Table("the sample", take(sample, slice(TRIED))), schema)
        except UsageError:
            pass
    return probes(model, schema, seed=0, count=TRIED)


def _field(model: Any, name: str, array: np.ndarray) -> Field:
    width = array.size // len(array)
    if width > WIDEST:
        raise UsageError(
            f"{type(model).__name__} gives {width} numbers for a row, and mlconvert compares at "
            f"most {WIDEST}.",
            "Convert it together with the steps that come after it.",
        )
    dtype = "string" if array.dtype.kind == "O" else str(array.dtype)
    columns = _columns(model, name, array.shape[-1]) if array.ndim > 1 else ()
    return Field(name=name, dtype=dtype, shape=array.shape[1:], columns=columns)


def _columns(model: Any, name: str, width: int) -> tuple[str, ...]:
    """Names for the columns of an output, where the model has as many as there are columns."""
    method, _, number = name.rpartition("_")
    if name == "transform":
        names = _names_out(model)
    elif name in ("predict_proba", "decision_function"):
        names = _classes(model)
    else:
        names = _classes(model, int(number)) if method and number.isdigit() else ()
    return names if len(names) == width else ()


def _names_out(model: Any) -> tuple[str, ...]:
    try:
        return tuple(str(name) for name in model.get_feature_names_out())
    except Exception:  # not every transformer can name what it gives
        return ()


def _classes(model: Any, target: int | None = None) -> tuple[str, ...]:
    classes = getattr(model, "classes_", None)
    if classes is None:
        return ()
    if isinstance(classes, list):
        classes = classes[target] if target is not None and target < len(classes) else []
    return tuple(str(label) for label in np.asarray(classes).ravel().tolist())
