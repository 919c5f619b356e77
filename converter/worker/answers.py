"""What the live model answers, where it answers at all, and where it disagrees with itself."""

import warnings
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from converter.compare import Tolerance, gap
from converter.errors import UsageError
from converter.rows import Rows, concat, count, take
from converter.rows.tables import is_missing
from converter.values import Schema
from converter.worker.categories import categories
from converter.worker.model_input import to_model_input

METHODS = ("predict", "predict_proba", "decision_function", "transform", "score_samples")
ULPS = 4
ALONE = 8
FEW = 8
WIDEST = 100_000
"""Columns of an output; a hashed text has a million, most of them always zero."""


class Answers(NamedTuple):
    """The model's answers to some rows."""

    outputs: Rows
    """Of the rows inside the domain."""
    inside: np.ndarray
    """bool [all rows]: False where the model raises."""
    unstable: np.ndarray
    """bool [all rows]: the answer changes from call to call, alone against in a batch, or when
    the row's floats move by four ulp."""


def methods(model: Any) -> tuple[str, ...]:
    """The methods the model is known by: those it has, but not the by-products of a predictor."""
    wanted = {"classifier": METHODS[:3], "regressor": METHODS[:1]}.get(_role(model), METHODS)
    return tuple(name for name in wanted if _has(model, name))


def _role(model: Any) -> str:
    """scikit-learn's name for what the model does; "" for an object it does not know."""
    from sklearn.base import is_classifier, is_regressor

    try:
        return "classifier" if is_classifier(model) else "regressor" if is_regressor(model) else ""
    except AttributeError:  # an object without scikit-learn's base class
        return ""


def _has(model: Any, name: str) -> bool:
    return callable(getattr(model, name, None))


# --- plain answers ----------------------------------------------------------------------------


def outputs(model: Any, schema: Schema, rows: Rows, asked: tuple[str, ...] = ()) -> Rows:
    """What every method (or those `asked`) gives for all rows at once, by method.

    Raises whatever the model raises, and UsageError for an answer of another number of rows.

    Several matrices from one method (the probabilities of several targets) become `method_0`,
    `method_1` …
    """
    given = to_model_input(rows, schema, model)
    answers: Rows = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for name in asked or methods(model):
            answers |= _named(name, getattr(model, name)(given))
    for name, array in answers.items():
        if array.shape[:1] != (count(rows),):
            raise UsageError(_miscounted(name, array, count(rows)))
    return answers


def _miscounted(name: str, answer: np.ndarray, asked: int) -> str:
    gave = f"{len(answer)} for {asked} rows" if answer.ndim else "one value for all rows"
    return f"The model's {name} gives {gave}, and an artifact answers each row for itself."


def _named(name: str, answer: Any) -> Rows:
    several = name != "transform" and isinstance(answer, list)
    if several and all(isinstance(each, np.ndarray) for each in answer):
        return {f"{name}_{number}": plain(each) for number, each in enumerate(answer)}
    return {name: plain(answer)}


def plain(answer: Any) -> np.ndarray:
    """An answer (array, sparse matrix, frame, list) as a dense array; text as objects of str."""
    if hasattr(answer, "toarray"):
        answer = answer.toarray()
    array = np.asarray(answer.to_numpy() if hasattr(answer, "to_numpy") else answer)
    if array.dtype.kind == "O":
        array = _unboxed(array)
    return array.astype(object) if array.dtype.kind == "U" else array


def _unboxed(array: np.ndarray) -> np.ndarray:
    """Objects as what they are: numbers, or text with None where missing (None, NaN, NA).

    Dates among others are text, too: there is no one type for them. Raises UsageError for lists.
    """
    cells = array.ravel().tolist()
    if odd := next((cell for cell in cells if isinstance(cell, _NO_CELLS)), None):
        raise UsageError(f"The model's answer holds a {type(odd).__name__} in a cell.")
    if any(isinstance(cell, str | date) for cell in cells):
        texts = np.empty(len(cells), object)
        texts[:] = [None if is_missing(cell) else str(cell) for cell in cells]
        return texts.reshape(array.shape)
    numbers = [np.nan if cell is not None and is_missing(cell) else cell for cell in cells]
    return np.array(numbers).reshape(array.shape) if cells else array


_NO_CELLS = (list, tuple, dict, set, np.ndarray)


def scored_alone(model: Any, schema: Schema, rows: Rows) -> tuple[Rows, np.ndarray]:
    """The answers to the rows, scored one at a time, and a mask of the rows that have one.

    A model may raise on a row alone that it answers in a batch: an encoder that knows a missing
    category does, where a column has nothing else.
    """
    answered, alone = np.zeros(count(rows), np.bool_), []
    for row in range(count(rows)):
        try:
            alone.append(outputs(model, schema, take(rows, [row])))
        except Exception:  # whatever a model raises
            continue
        answered[row] = True
    return (concat(alone) if alone else {}), answered


# --- the domain and the doubts ----------------------------------------------------------------


def answers(model: Any, schema: Schema, rows: Rows, tolerance: Tolerance) -> Answers:
    """The model's answers to `rows`, and which of the rows prove anything.

    A row the model raises on is outside its domain. An answer that differs by more than
    `tolerance` between two calls, between the rows moved up or down by four ulp, or (tried on
    a few rows) between batch and row alone, is unstable. Beside numbers of other types, those in
    float32 move by ulp of float64, in which the model then computes.
    """
    answer, inside = _attempt(model, schema, rows)
    unstable = np.zeros(len(inside), np.bool_)
    if inside.any():
        unstable[inside] = _doubts(model, schema, take(rows, inside), answer, tolerance)
    return Answers(answer, inside, unstable)


def _attempt(model: Any, schema: Schema, rows: Rows) -> tuple[Rows, np.ndarray]:
    """The outputs of the rows inside the domain, and which these are.

    Raises UsageError where the model answers them apart, but not together.
    """
    every = methods(model)
    inside = np.ones(count(rows), np.bool_)
    # Where all methods raise, the first alone mostly tells on which rows.
    for asked in (every[:1], every):
        try:
            return outputs(model, schema, take(rows, inside)), inside
        except Exception:  # whatever a model raises, the row is not for it
            inside = _inside(partial(_ask, model, schema, rows, asked), odd(rows))
        if not inside.any():
            return {}, inside
    try:
        return outputs(model, schema, take(rows, inside)), inside
    except Exception as error:
        raise _only_apart(error) from error


def _only_apart(error: Exception) -> UsageError:
    """Of a model that raises on a batch of rows each of which it answers."""
    reason = (str(error) or type(error).__name__).splitlines()[0][:200]
    return UsageError(
        f"The model answers the rows apart, but not together ({reason.rstrip('.')}).",
        "A model that goes by the batch cannot be proved: have it answer each row for itself.",
    )


def _ask(model: Any, schema: Schema, rows: Rows, asked: tuple[str, ...], index: np.ndarray) -> Rows:
    return outputs(model, schema, take(rows, index), asked)


def _inside(call: Callable[[np.ndarray], Any], suspects: np.ndarray) -> np.ndarray:
    """The rows on which `call` does not raise, found by halving the batches that do.

    The `suspects` (bool, all rows) are tried apart from the others, and few rows one by one: where
    all of a batch raise, halving only adds to the calls.
    """
    inside = np.zeros(len(suspects), np.bool_)
    batches = [batch for mask in (~suspects, suspects) if len(batch := np.flatnonzero(mask))]
    while batches:
        batch = batches.pop()
        try:
            call(batch)
            inside[batch] = True
        except Exception:
            pieces = len(batch) if len(batch) <= FEW else 2
            batches += np.array_split(batch, pieces) if len(batch) > 1 else []
    return inside


def odd(rows: Rows) -> np.ndarray:
    """bool [all rows]: those with a value that is missing or no finite number."""
    found = np.zeros(count(rows), np.bool_)
    for array in rows.values():
        if array.dtype.kind == "f":
            here = ~np.isfinite(array)
        elif array.dtype.kind == "M":
            here = np.isnat(array)
        else:
            here = array == None  # noqa: E711  cell by cell
        found |= here.reshape(len(array), -1).any(axis=1)
    return found


def _doubts(
    model: Any, schema: Schema, rows: Rows, answer: Rows, tolerance: Tolerance
) -> np.ndarray:
    doubts = _changed(model, schema, rows, answer, tolerance)
    fixed = categories(model, schema, rows)
    floats = _widened(rows, tolerance)
    for ulps in (ULPS, -ULPS):
        moved = _moved(floats, ulps, fixed)
        if moved is not None:
            doubts |= _changed(model, schema, moved, answer, tolerance)
    chosen = np.unique(np.linspace(0, count(rows) - 1, min(ALONE, count(rows))).astype(int))
    for row in chosen.tolist():
        one = take(rows, [row])
        doubts[row] |= _changed(model, schema, one, take(answer, [row]), tolerance)[0]
    return doubts


def _changed(
    model: Any, schema: Schema, rows: Rows, answer: Rows, tolerance: Tolerance
) -> np.ndarray:
    """The rows to which the model now answers otherwise, or not at all."""
    try:
        again, inside = _attempt(model, schema, rows)
    except UsageError:
        return np.ones(count(rows), np.bool_)
    changed = ~inside
    if inside.any():
        for name, before in take(answer, inside).items():
            after = again.get(name)
            if after is None or after.shape != before.shape:
                changed[:] = True
            else:
                changed[inside] |= _apart(before, after, tolerance)
    return changed


def _apart(before: np.ndarray, after: np.ndarray, tolerance: Tolerance) -> np.ndarray:
    """Where two answers differ by more than rounding, also by that of numbers among text."""
    differs = gap(before, after, tolerance).differs
    if before.dtype.kind == "O":
        for row in np.flatnonzero(differs).tolist():
            pairs = zip(np.ravel(before[row]), np.ravel(after[row]), strict=True)
            differs[row] = not all(a == b or _are_near(a, b, tolerance) for a, b in pairs)
    return differs


def _are_near(before: Any, after: Any, tolerance: Tolerance) -> bool:
    try:
        one, other = float(before), float(after)
    except (TypeError, ValueError):
        return False
    return abs(one - other) <= tolerance.atol + tolerance.rtol * abs(one)


def _widened(rows: Rows, tolerance: Tolerance) -> Rows:
    """The rows with float32 as float64, where numpy makes float64 of all numbers together.

    There a float32 is exact, and its ulp no rounding of the model's. A tolerance that is wider
    than these ulp is one of computing in float32, and leaves the rows as they are.
    """
    numbers = {array.dtype for array in rows.values() if array.dtype.kind in "fiu"}
    is_mixed = np.dtype(np.float32) in numbers and np.result_type(*numbers) == np.float64
    if not is_mixed or tolerance.rtol > ULPS * np.finfo(np.float32).eps:
        return rows
    return {
        name: array.astype(np.float64) if array.dtype == np.float32 else array
        for name, array in rows.items()
    }


def _moved(rows: Rows, ulps: int, fixed: dict[str, np.ndarray]) -> Rows | None:
    """Every float a few ulp of its own dtype up or down; None where there is nothing to move."""
    moved = dict(rows)
    for name, array in rows.items():
        if array.dtype.kind == "f" and not np.all(fixed[name]):
            with np.errstate(all="ignore"):
                shifted = array + ulps * np.spacing(array)
            still = fixed[name].reshape(array.shape[1:]) if array.ndim > 2 else fixed[name]
            move = np.isfinite(shifted) & ~still
            moved[name] = np.where(move, shifted, array)
    return moved if any(moved[name] is not rows[name] for name in rows) else None
