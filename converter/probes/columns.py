"""Values of one input column: in its range, at its thresholds, missing, or strange."""

from typing import Any

import numpy as np

from converter.probes.calendar import dates, odd_dates
from converter.probes.documents import documents, odd_documents
from converter.probes.knowledge import Knowledge
from converter.rows.dates import rounded
from converter.values import Field

Column = np.ndarray
"""The values of one input column: float64, int64, bool, datetime64[ns], or objects of str and
None."""

_EXTREMES = (0.0, -0.0, 1.0, -1.0, 1e-30, -1e-30, 1e-300, 1e6, -1e6, 1e30, -1e30, 5e-324)
_WHOLE_EXTREMES = (0, -1, 1, 2**24 + 1, 2**31, 2**53 + 1, -(2**31) - 1)
# Not the empty string: in a column of categories it stands for a missing one.
_ODD_WORDS = ("unknown", " ", "Ünknown", "日本", "x" * 300, "nan", "0", "a b,c;d")


def plain(rng: np.random.Generator, field: Field, known: Knowledge, total: int) -> Column:
    """Values as the model knows them from training."""
    if known.is_text:
        return objects(documents(rng, known.words, total))
    categories = [value for value in known.categories if value is not None and value == value]
    if field.dtype == "string":
        return _drawn(rng, [str(value) for value in categories] or list("abc"), total)
    if field.dtype == "bool":
        return rng.integers(0, 2, total).astype(np.bool_)
    if field.dtype == "datetime":
        return rounded(dates(rng, categories, total), field.unit)
    if categories:
        return _drawn(rng, categories, total).astype(field.dtype)
    values = _in_range(rng, np.array(known.landmarks, np.float64), total)
    return (np.rint(values) if field.dtype.startswith("int") else values).astype(field.dtype)


def objects(cells: list[Any]) -> Column:
    """A one-dimensional array of objects."""
    array = np.empty(len(cells), object)
    array[:] = cells
    return array


def _drawn(rng: np.random.Generator, values: list[Any], total: int) -> Column:
    """Values at random, the first of them in turn so that none is left out where there is room."""
    order = np.concatenate([np.arange(len(values)), rng.integers(0, len(values), total)])
    drawn: Column = objects(values)[rng.permutation(order[:total])]
    return drawn


def _in_range(rng: np.random.Generator, landmarks: np.ndarray, total: int) -> np.ndarray:
    """Between two landmarks each, or normal where the model tells none."""
    if not len(landmarks):
        return rng.normal(0.0, 2.0, total)
    one, other = rng.choice(landmarks, (2, total))
    # Off the landmarks themselves: what stands on a threshold is unstable and proves little.
    reach = np.ptp(landmarks) / 1000 or max(1.0, abs(landmarks[0])) / 10
    return np.asarray(
        one + rng.random(total) * (other - one) + reach * rng.normal(size=total), np.float64
    )


def near_threshold(rng: np.random.Generator, column: Column, known: Knowledge) -> Column:
    """Each value, with even chance, at or one ulp beside one of the column's thresholds."""
    if not known.thresholds or column.dtype.kind != "f":
        return column
    points = np.array(known.thresholds)
    chosen = points[rng.integers(0, len(points), len(column)), rng.integers(0, 3, len(column))]
    return np.where(rng.random(len(column)) < 0.5, chosen.astype(column.dtype), column)


def strange(rng: np.random.Generator, field: Field, known: Knowledge, total: int) -> Column:
    """Values that nobody trained on: unknown categories, odd texts, the ends of the numbers."""
    if known.is_text:
        return objects(odd_documents(rng, known.words, total))
    if field.dtype == "string":
        changed = [str(value).swapcase() for value in known.categories[:3]]
        return objects(_cycled([*_ODD_WORDS, *changed], total))
    if field.dtype == "bool":
        return rng.integers(0, 2, total).astype(np.bool_)
    if field.dtype == "datetime":
        return rounded(odd_dates(total), "s" if known.like.seconds else field.unit)
    if known.near:
        values = _cycled(_off(np.array([*known.landmarks, 0.0])), total)
        return np.array(np.rint(values) if field.dtype.startswith("int") else values, field.dtype)
    if field.dtype.startswith("int"):
        most = 2**53 if known.like.exact else np.iinfo(field.dtype).max
        fits = [n for n in _WHOLE_EXTREMES if abs(n) <= min(most, np.iinfo(field.dtype).max)]
        return np.array(_cycled(fits, total), field.dtype)
    with np.errstate(all="ignore"):  # 1e-300 is zero in float32
        return np.array(_cycled(list(_EXTREMES), total), np.float64).astype(field.dtype)


def _off(landmarks: np.ndarray) -> list[float]:
    """Zeros, and values outside of the range."""
    low, high, reach = landmarks.min(), landmarks.max(), np.ptp(landmarks) or 1.0
    return [0.0, -0.0, low - reach, high + reach, low - 30 * reach, high + 30 * reach]


def _cycled(values: list[Any], total: int) -> list[Any]:
    return [values[number % len(values)] for number in range(total)]


def can_miss(column: Column) -> bool:
    """Whether the column's type has a way to say that a value is missing."""
    return column.dtype.kind in "fOM"


def missing(column: Column) -> Any:
    """What stands for a missing value in the column."""
    return {"O": None, "M": np.datetime64("NaT")}.get(column.dtype.kind, np.nan)
