"""Rows at the edges of what a column can hold, in containers like those a function was handed."""

from typing import Any

import numpy as np

from converter.trace import given

FLOATS = (
    0.0,
    -0.0,
    np.nan,
    np.inf,
    -np.inf,
    1e300,
    -1e300,
    1e-300,
    -1e-300,
    0.5,
    -0.5,
    1.5,
    2.5,
    -1.0,
    1.0,
    -2.5,
    1e6,
)
INTS = (0, 1, -1, 2, -2, 127, -128, 1000, -1000, 2**31 - 1, -(2**31))
TEXTS = (
    "",
    " ",
    "a",
    "A b",
    "  two  spaces ",
    "Ünï çödé",
    "ß",
    "İ",
    "ΑΣ",
    "日本",
    "1",
    "1.5",
    "-",
    "a,b;c",
    "x\ty\n",
    "\u00a0",
)
DATES = (
    "1969-12-31T23:59:59",
    "1970-01-01",
    "2000-02-29",
    "1900-03-01",
    "2024-12-31T23:59:59.999999999",
    "2025-01-01",
)


def rows(live: Any) -> Any:
    """A container like `live` with edge values among its own; None where that cannot be made."""
    kind = given.container(live)
    total = given.count(live)
    if not total or kind in ("texts", "sparse"):
        return None
    rng = np.random.default_rng(1)
    chosen = given.take(live, np.resize(np.arange(total), max(40, min(total, 60))))
    return _framed(chosen, rng) if kind in ("frame", "series") else _arrayed(chosen, rng)


def _framed(live: Any, rng: np.random.Generator) -> Any:
    import pandas

    def odd(column: Any) -> Any:
        if column.dtype == "category":  # other values would become missing ones
            return column
        values = _values(given.column(column))
        places = rng.random(len(column)) < 0.5
        drawn = pandas.Series(
            rng.choice(np.array(values, dtype=object), len(column)), index=column.index
        )
        mixed = column.astype(object).where(~places, drawn)
        try:
            return mixed.astype(column.dtype)
        except (TypeError, ValueError, OverflowError):
            return column

    live = live.reset_index(drop=True)
    if hasattr(live, "columns") and given.is_uniform(live):
        return pandas.DataFrame(_arrayed(live.to_numpy(), rng), columns=live.columns)
    if not hasattr(live, "columns"):
        return odd(live)
    parts = [odd(live.iloc[:, i]) for i in range(live.shape[1])]
    result = pandas.concat(parts, axis=1) if parts else live
    result.columns = live.columns
    return result


def _arrayed(live: np.ndarray, rng: np.random.Generator) -> Any:
    if live.dtype.kind == "O" and live.ndim == 2:  # each column is of a kind of its own
        return np.stack([_arrayed(live[:, i], rng) for i in range(live.shape[1])], axis=1)
    values = _values(live if live.dtype.kind != "O" else given.column(live.ravel()))
    places = rng.random(live.shape) < 0.5
    result = live.copy()
    drawn = rng.choice(np.array(values, dtype=object), live.shape)
    with np.errstate(over="ignore"):  # in float32, the largest are infinite
        result[places] = drawn[places].astype(live.dtype)
    return result


def _values(column: np.ndarray) -> tuple[Any, ...]:
    """Edge values of a column's kind; missing ones only where such a column can hold them."""
    match column.dtype.kind:
        case "f":
            return FLOATS
        case "i" | "u":
            ends = np.iinfo(column.dtype)
            own = (ends.min, ends.max) if column.dtype != np.int64 else ()
            return (*(value for value in INTS if ends.min <= value <= ends.max), *own)
        case "b":
            return (False, True)
        case "M":
            return tuple(np.array(DATES, dtype="datetime64[ns]"))
    # In a tensor the empty text and a missing one are the same: a column has one of them.
    missing = any(cell is None for cell in column.tolist())
    return (*TEXTS[1:], None) if missing else TEXTS
