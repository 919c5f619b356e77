"""Constants by key: being one of several values, and tables."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any

from adapters.to_pmml.functions.book import NO_TEXT, NOTHING, Book, Cell
from adapters.to_pmml.functions.cells import Say, as_number, each, literal
from adapters.to_pmml.functions.comparisons import is_missing
from adapters.to_pmml.terms import Constant, Discretize, Interval, MapValues, Term
from converter.trace.expression import Node


def _isin(node: Node, book: Book, x: Cell) -> Cell:
    values = node.attrs["values"]
    with_missing = any(value is None for value in values)
    x = _key(x, book)
    keys = _matching(x, values)
    if not keys:
        return is_missing(book, x) if with_missing else literal(False)
    return _is_one_of(book, x, keys, if_missing=with_missing)


def _is_one_of(book: Book, x: Cell, keys: list[Any], *, if_missing: bool) -> Cell:
    function = "isIn" if len(keys) > 1 else "equal"
    return book.truth(function, x, *map(literal, keys), if_missing=if_missing)


def _key(x: Cell, book: Book) -> Cell:
    return x if x.dtype == "string" else as_number(x, book)


def _matching(x: Cell, keys: Sequence[Any]) -> list[Any]:
    """The keys that a cell of its type can equal, each once."""
    if x.dtype == "string":
        return list(dict.fromkeys(key for key in keys if isinstance(key, str)))
    numbers = [float(key) for key in keys if isinstance(key, int | float) and key == key]
    return list(dict.fromkeys(numbers))


# --- tables -----------------------------------------------------------------------------------


def _lookup(node: Node, book: Book, x: Cell) -> Cell:
    """A table; the first of several equal keys counts."""
    x = _key(x, book)
    pairs = list(zip(node.attrs["keys"], node.attrs["values"], strict=True))
    first = {key: _entry(node, value) for key, value in reversed(pairs)}
    entries = {key: first[key] for key in _matching(x, list(first))}
    default = _entry(node, node.attrs["default"])
    found = _found(book, x, entries, default, first.get(None, default))
    every = [*first.values(), default]
    return replace(found, low=min(c.low for c in every), high=max(c.high for c in every))


def _entry(node: Node, value: Any) -> Cell:
    """A value of a table, in the type of the node."""
    if value is None or value != value:
        return NO_TEXT if node.kind == "text" else NOTHING
    return literal(value if node.kind in ("text", "bool") else float(value))


def _found(book: Book, x: Cell, entries: dict[Any, Cell], default: Cell, if_missing: Cell) -> Cell:
    for key in (inf, -inf):  # no interval ends there
        if key in entries:
            others = {each: cell for each, cell in entries.items() if each != key}
            found = _found(book, x, others, default, if_missing)
            return book.choose(book.truth("equal", x, literal(key)), entries[key], found)
    known = {key: cell for key, cell in entries.items() if not cell.missing}
    if not known:
        return book.choose(is_missing(book, x), if_missing, default)
    missing = default.missing or (x.missing and if_missing.missing)
    term = _table(x, known, default, if_missing)
    found = book.define(term, default.dtype, missing=missing)
    lost = [key for key, cell in entries.items() if cell.missing]
    if default.missing or not lost:
        return found
    nothing = NO_TEXT if default.dtype == "string" else NOTHING
    return book.choose(_is_one_of(book, x, lost, if_missing=False), nothing, found)


def _table(x: Cell, known: dict[Any, Cell], default: Cell, if_missing: Cell) -> Term:
    """Texts by a table of PMML; numbers by intervals of one number, so that 1 is 1.0."""
    assert not isinstance(x.term, Constant)
    nothing = _value(if_missing) if x.missing else None
    if x.dtype == "string":
        return MapValues(
            of=x.term,
            keys=tuple(known),
            values=tuple(str(_value(cell)) for cell in known.values()),
            dtype=default.dtype,
            if_missing=nothing,
            default=_value(default),
        )
    points = tuple(
        Interval(left=key, right=key, closure="closedClosed", value=str(_value(cell)))
        for key, cell in known.items()
    )
    return Discretize(
        of=x.term,
        intervals=points,
        dtype=default.dtype,
        if_missing=nothing,
        default=_value(default),
    )


def _value(cell: Cell) -> str | None:
    assert isinstance(cell.term, Constant)
    return None if cell.missing else cell.term.value


OPERATIONS: dict[str, Say] = {"isin": each(_isin), "lookup": each(_lookup)}
