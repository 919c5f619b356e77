"""The signature of a fitted model: what it takes, as it tells, and what it gives, by running it."""

from typing import Any

import numpy as np

from converter.errors import UsageError
from converter.probes import probes
from converter.rows import Rows, count, take
from converter.rows.conform import conform
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
    return Schema(kind=schema.kind, inputs=schema.inputs, outputs=_outputs(model, schema, sample))


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
        fields = [Field(name=names[n], dtype=hints[n] or _sampled(sample, names[n])) for n in read]
        return Schema(kind="frame", inputs=tuple(fields), outputs=())
    dtype = "string" if "string" in hints else _matrix_dtype(sample)
    matrix = Field(name="X", dtype=dtype, shape=(width,))
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


def _sampled(sample: Rows, name: str) -> str:
    if name not in sample or sample[name].dtype == np.float32:
        return "float32" if name in sample else "float64"
    return _KINDS.get(sample[name].dtype.kind, "float64")


def _matrix_dtype(sample: Rows) -> str:
    kinds = {array.dtype.kind for array in sample.values()}
    return "string" if kinds and kinds <= {"O", "U"} else "float64"


def _sampled_names(model: Any, sample: Rows) -> tuple[str, ...]:
    """The sample's columns, for a model that tells nothing of its input."""
    if feature_count(model) or any(array.ndim > 1 for array in sample.values()):
        return ()
    return tuple(sample)


def _sampled_width(sample: Rows) -> int:
    return max((array.shape[1] for array in sample.values() if array.ndim > 1), default=0)


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
