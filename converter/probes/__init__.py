"""Probe rows: made from the fitted model itself, where no one gave rows to prove it on.

Most rows are plain, in the range that the model knows, so that a fault shows in many of them. The
others stand where converters go wrong: at thresholds, between classes, at zero and at the ends of
the numbers, on missing values, and on categories and texts that nobody trained on.
"""

import warnings
from typing import Any, NamedTuple

import numpy as np

from converter.probes.columns import (
    Column,
    can_miss,
    missing,
    near_threshold,
    plain,
    strange,
)
from converter.probes.knowledge import Knowledge, knowledge
from converter.rows import Rows, take
from converter.rows import count as count_rows
from converter.values import Field, Schema
from converter.worker.answers import outputs
from converter.worker.model_input import to_model_input
from converter.worker.told import feature_names

# Shares of the rows; what is left is plain.
_AT_THRESHOLDS, _BETWEEN, _STRANGE, _MISSING = 0.2, 0.15, 0.1, 0.05
_HALVINGS = 12

Table = list[Column]


class _Subject(NamedTuple):
    """The model, and what its input columns are and hold."""

    model: Any
    schema: Schema
    fields: list[Field]
    known: list[Knowledge]


def probes(
    model: Any, schema: Schema, seed: int, count: int = 400, like: Rows | None = None
) -> Rows:
    """`count` rows for the model, typed by the schema; the same seed gives the same rows.

    Rows that the model may refuse (strange and missing values) come last. Where the model tells
    nothing of a column, its values are such as those of the rows `like` which they should be.
    """
    rng = np.random.default_rng(seed)
    fields = _fields(schema)
    subject = _Subject(model, schema, fields, _known(model, fields))
    if like:
        for known, values in zip(subject.known, _columns(like), strict=True):
            known.learn(values)
    shares = [int(count * share) for share in (_AT_THRESHOLDS, _BETWEEN, _STRANGE, _MISSING)]
    usual = _plain(rng, subject, count - sum(shares))
    makers = (_at_thresholds, _between, _strange, _missing)
    parts = [make(rng, subject, usual, n) for make, n in zip(makers, shares, strict=True)]
    joined = [np.concatenate(columns) for columns in zip(usual, *parts, strict=True)]
    return _rows(schema, joined)


# --- columns and rows -------------------------------------------------------------------------


def _fields(schema: Schema) -> list[Field]:
    """One field for each single column of the input."""
    if schema.kind != "matrix":
        return list(schema.inputs)
    matrix = schema.inputs[0]
    width = int(np.prod(matrix.shape))
    return [Field(name=str(number), dtype=matrix.dtype) for number in range(width)]


def _known(model: Any, fields: list[Field]) -> list[Knowledge]:
    names = feature_names(model)
    if not names:
        return knowledge(model, len(fields))
    by_name = dict(zip(names, knowledge(model, len(names)), strict=True))
    return [by_name[field.name] for field in fields]


def _rows(schema: Schema, table: Table) -> Rows:
    if schema.kind != "matrix":
        return {field.name: values for field, values in zip(schema.inputs, table, strict=True)}
    matrix = schema.inputs[0]
    return {matrix.name: np.stack(table, axis=1).reshape(-1, *matrix.shape)}


def _columns(rows: Rows) -> Table:
    """Every single column of the input, in order."""
    return [column for array in rows.values() for column in array.reshape(len(array), -1).T]


def _drawn(rng: np.random.Generator, usual: Table, total: int) -> Table:
    """Copies of plain rows, at random."""
    chosen = rng.integers(0, len(usual[0]), total)
    return [column[chosen] for column in usual]


# --- the kinds of rows ------------------------------------------------------------------------


def _plain(rng: np.random.Generator, subject: _Subject, total: int) -> Table:
    """Rows in range; of magnitudes, or of counts, for a model that takes nothing below zero."""
    pairs = zip(subject.fields, subject.known, strict=True)
    first = [plain(rng, field, known, total) for field, known in pairs]
    for tame in (lambda column: column, np.abs, _counted):
        table = [tame(column) if column.dtype.kind in "fi" else column for column in first]
        if _mostly_accepted(subject, table):
            return table
    return first


def _counted(column: Column) -> Column:
    counts: Column = np.floor(np.abs(column) + 0.5).astype(column.dtype)
    return counts


def _mostly_accepted(subject: _Subject, table: Table) -> bool:
    rows = _rows(subject.schema, [column[:8] for column in table])
    total = count_rows(rows)
    if _accepted(subject, rows):
        return True
    return 2 * sum(_accepted(subject, take(rows, [row])) for row in range(total)) > total


def _accepted(subject: _Subject, rows: Rows) -> bool:
    try:
        outputs(subject.model, subject.schema, rows)
    except Exception:  # whatever a model raises, the row is not for it
        return False
    return True


def _at_thresholds(rng: np.random.Generator, subject: _Subject, usual: Table, n: int) -> Table:
    table = _drawn(rng, usual, n)
    return [near_threshold(rng, c, known) for c, known in zip(table, subject.known, strict=True)]


def _between(rng: np.random.Generator, subject: _Subject, usual: Table, n: int) -> Table:
    """Between two plain rows each: near where the label changes, if it does, else anywhere.

    Only measurements move; the rest is the first row's.
    """
    low, high = _drawn(rng, usual, n), _drawn(rng, usual, n)
    middle = _mean(subject, low, high, [rng.random(n) for _ in usual])
    try:
        labels = _labels(subject, low)
        for _ in range(_HALVINGS if labels.dtype.kind != "f" and n else 0):
            middle = _mean(subject, low, high, [0.5] * len(usual))
            same = (_labels(subject, middle) == labels).reshape(n, -1).all(axis=1)
            low = [np.where(same, m, a) for m, a in zip(middle, low, strict=True)]
            high = [np.where(same, b, m) for m, b in zip(middle, high, strict=True)]
    except Exception:  # a model that does not predict, or not these
        return middle
    return middle


def _mean(subject: _Subject, low: Table, high: Table, shares: list[Any]) -> Table:
    table = []
    for known, a, b, share in zip(subject.known, low, high, shares, strict=True):
        moves = a.dtype.kind == "f" and not known.categories
        table.append(np.asarray(a + share * (b - a), a.dtype) if moves else a)
    return table


def _labels(subject: _Subject, table: Table) -> np.ndarray:
    given = to_model_input(_rows(subject.schema, table), subject.schema, subject.model)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return np.asarray(subject.model.predict(given))


def _strange(rng: np.random.Generator, subject: _Subject, usual: Table, n: int) -> Table:
    """Plain rows, each with one strange value, the columns in turn."""
    table, turn = _drawn(rng, usual, n), np.arange(n) * len(usual) // max(n, 1)
    for number, (field, known) in enumerate(zip(subject.fields, subject.known, strict=True)):
        here = turn == number
        table[number][here] = strange(rng, field, known, int(here.sum()))
    return table


def _missing(rng: np.random.Generator, subject: _Subject, usual: Table, n: int) -> Table:
    """Plain rows, each with one missing value, the columns in turn."""
    table, turn = _drawn(rng, usual, n), np.arange(n) * len(usual) // max(n, 1)
    for number, (column, known) in enumerate(zip(table, subject.known, strict=True)):
        if can_miss(column) and not known.like.complete:
            column[turn == number] = missing(column)
    return table
