"""The signature of a fitted model: what it takes, as it tells, and what it gives, by running it."""

import os
from typing import Any

import numpy as np
from msgspec.structs import replace

from converter.errors import UsageError
from converter.probes import probes
from converter.rows import Rows, count, take
from converter.rows.conform import conform
from converter.rows.tables import Table
from converter.trace.impure import Kind
from converter.trace.reads import impure_reads
from converter.values import Field, Schema
from converter.worker.answers import METHODS, WIDEST, methods, outputs
from converter.worker.inputs import candidates
from converter.worker.model_input import to_model_input
from converter.worker.structure import is_custom, leaves

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
    failures = []
    for schema in candidates(model, sample or {}):
        try:
            return replace(schema, outputs=_outputs(model, schema, sample))
        except UsageError as error:
            failures.append(error)
    raise failures[0]


# --- outputs ----------------------------------------------------------------------------------


def _outputs(model: Any, schema: Schema, sample: Rows | None) -> tuple[Field, ...]:
    """What the methods give for a few rows: the user's where they fit, else probes."""
    rows = _few(model, schema, sample)
    failure: Exception | None = None
    alone = (take(rows, [row] * count(rows)) for row in range(count(rows)))
    for tried in (rows, *alone):
        try:
            answers = outputs(model, schema, tried)
        except Exception as error:  # a stranger's model may raise anything
            failure = failure or error
        else:
            named = _named(model, schema, tried)
            return tuple(_field(model, name, array, named) for name, array in answers.items())
    if isinstance(failure, UsageError):
        raise failure
    reason = f"{type(failure).__name__}: {failure}".splitlines()[0][:200]
    raise UsageError(
        f"The model raises on every row that was tried ({reason}).", _remedy(model, failure)
    ) from failure


def _remedy(model: Any, failure: Exception | None) -> str:
    """dill leaves what a function reads of its module behind, unless it is told to follow it."""
    if unset := _unset(model):
        named = ", ".join(unset)
        return (
            f"It reads {named} of the environment, which is not set here: set it as where the "
            f"model was made, and convert with --freeze env:{unset[0]} to keep that value."
        )
    if isinstance(failure, NameError):
        return "If it was saved with dill, save it with dill.dump(model, file, recurse=True)."
    return "Give rows that it takes with --data."


def _unset(model: Any) -> list[str]:
    """The variables that the model's own functions read and that are not set."""
    custom = (leaf.model for leaf in leaves(model, 1) if is_custom(leaf.model))
    functions = (getattr(part, name, None) for part in custom for name in ("func", *METHODS))
    reads = (read for function in functions if function for read in impure_reads(function))
    names = (read.name for read in reads if read.kind is Kind.ENVIRONMENT and read.name)
    return sorted({name for name in names if name not in os.environ})


def _few(model: Any, schema: Schema, sample: Rows | None) -> Rows:
    """Rows of another number than the columns: code that walks columns for rows must show."""
    total = TRIED + (len(schema.inputs) == TRIED)
    if sample and count(sample):
        first = np.arange(total) % count(sample)
        try:
            return conform(Table("the sample", take(sample, first)), schema)
        except UsageError:
            pass
    return probes(model, schema, seed=0, count=total)


def _named(model: Any, schema: Schema, rows: Rows) -> tuple[str, ...]:
    """The names of what `transform` gives: the model's own, or those of its frame."""
    if "transform" not in methods(model):
        return ()
    try:
        return tuple(str(name) for name in model.get_feature_names_out())
    except Exception:  # not every transformer can name what it gives
        given = model.transform(to_model_input(rows, schema, model))
        return tuple(map(str, getattr(given, "columns", ())))


def _field(model: Any, name: str, array: np.ndarray, named: tuple[str, ...]) -> Field:
    width = array.size // len(array)
    if width > WIDEST:
        raise UsageError(
            f"{type(model).__name__} gives {width} numbers for a row, and mlconvert compares at "
            f"most {WIDEST}.",
            "Convert it together with the steps that come after it.",
        )
    if array.dtype.kind not in "OfiubMm":
        raise UsageError(f"{type(model).__name__} gives numbers of the type {array.dtype}.")
    dtype = "string" if array.dtype.kind == "O" else str(array.dtype)
    names = named if name == "transform" else _classes_of(model, name)
    columns = names if array.ndim > 1 and len(names) == array.shape[-1] else ()
    return Field(name=name, dtype=dtype, shape=array.shape[1:], columns=columns)


def _classes_of(model: Any, name: str) -> tuple[str, ...]:
    """The classes that the columns of an output are of; () where it has none."""
    if name in ("predict_proba", "decision_function"):
        return _classes(model)
    method, _, number = name.rpartition("_")
    return _classes(model, int(number)) if method and number.isdigit() else ()


def _classes(model: Any, target: int | None = None) -> tuple[str, ...]:
    classes = getattr(model, "classes_", None)
    if classes is None:
        return ()
    if isinstance(classes, list):
        classes = classes[target] if target is not None and target < len(classes) else []
    return tuple(str(label) for label in np.asarray(classes).ravel().tolist())
