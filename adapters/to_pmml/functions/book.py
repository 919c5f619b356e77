"""Cells, which are what becomes of one value of a row, and the book of their definitions.

NaN, NaT and the missing text are *missing* in PMML, and nothing else is. Truth values are booleans,
texts strings, and all numbers doubles: the integers of JPMML-Evaluator have 32 bits, and their
division drops the rest. PMML has no negative zero.
"""

from dataclasses import dataclass, replace

from adapters.to_pmml.terms import (
    Apply,
    Constant,
    DataType,
    Defined,
    Definition,
    Ref,
    Term,
    real,
)

EXACT = 2**53
"""Whole numbers up to here are doubles, every one."""
ROUNDED = "Whole numbers are doubles in PMML, rounded beyond 2^53."


@dataclass(frozen=True)
class Cell:
    """A value of the rows, or a constant."""

    term: Ref | Constant
    dtype: DataType = "double"
    missing: bool = False
    """Whether it can be."""
    low: int = 0
    high: int = 0
    """Between which bounds it lies, where it is a whole number."""


class Book:
    """The definitions made so far: the same term is defined once."""

    def __init__(self) -> None:
        self.definitions: list[Definition] = []
        self.caveats: dict[str, None] = {}
        self.dates: dict[Term, Cell] = {}
        """Seconds since 1970 → the field of the date."""
        self.days: dict[Term, Cell] = {}
        """The same → its days since then."""
        self._numbers: dict[Definition, int] = {}

    def define(self, term: Term, dtype: DataType = "double", *, missing: bool = False) -> Cell:
        """A cell whose value is that of the term."""
        definition = Definition(dtype=dtype, term=term)
        if definition not in self._numbers:
            self._numbers[definition] = len(self.definitions)
            self.definitions.append(definition)
        return Cell(Defined(number=self._numbers[definition]), dtype, missing)

    def bounded(self, cell: Cell, low: int, high: int) -> Cell:
        """A whole number between bounds; where doubles round it, with a caveat."""
        if low < -EXACT or high > EXACT:
            self.caveats[ROUNDED] = None
        return replace(cell, low=max(low, -EXACT), high=min(high, EXACT))

    def real(self, function: str, *cells: Cell, invalid: bool = True) -> Cell:
        """A function of numbers, missing where one of them is.

        `invalid`: whether it can be missing where none of them is (the logarithm of -1).
        """
        term: Term = call(function, *cells, invalid=invalid)
        if any(cell.missing for cell in cells):
            term = present(cells, term)
        missing = invalid or any(cell.missing for cell in cells)
        return self.define(term, missing=missing)

    def sum_of(self, function: str, *cells: Cell, invalid: bool = True) -> Cell:
        """One of + - * /, which are missing by themselves where an operand is."""
        missing = invalid or any(cell.missing for cell in cells)
        return self.define(call(function, *cells, invalid=invalid), missing=missing)

    def truth(self, function: str, *cells: Cell, if_missing: bool = False) -> Cell:
        """A question about cells, with the answer where one of them is missing."""
        return self.define(question(function, *cells, if_missing=if_missing), "boolean")

    def choose(self, condition: Cell, yes: Cell, no: Cell) -> Cell:
        """One of two cells, by a truth value."""
        if isinstance(condition.term, Constant):
            return yes if condition.term.value == "true" else no
        if yes.term == no.term:
            return yes
        low, high = min(yes.low, no.low), max(yes.high, no.high)
        missing = self._missing(condition, yes, no)
        term = Apply(function="if", arguments=(condition.term, yes.term, no.term))
        return replace(self.define(term, yes.dtype, missing=missing), low=low, high=high)

    def _missing(self, condition: Cell, yes: Cell, no: Cell) -> bool:
        """Whether a choice can be missing; `if x is missing then 0 else x` cannot."""
        asked = self.term_of(condition)
        if asked == call("isMissing", no):
            return yes.missing
        if asked == call("isNotMissing", yes):
            return no.missing
        return yes.missing or no.missing

    def number(self, cell: Cell) -> int:
        """The definition that a cell is; of a constant and of an input, it is one of its own."""
        if isinstance(cell.term, Defined):
            return cell.term.number
        return self.number(self.define(cell.term, cell.dtype))

    def term_of(self, cell: Cell) -> Term:
        """What a cell is defined by."""
        term = cell.term
        return self.definitions[term.number].term if isinstance(term, Defined) else term


def call(function: str, *cells: Cell | Term, invalid: bool = False) -> Apply:
    """A function of cells, or of terms; `invalid`: what is no number is missing."""
    terms = tuple(cell.term if isinstance(cell, Cell) else cell for cell in cells)
    return Apply(function=function, arguments=terms, invalid_as_missing=invalid)


def question(function: str, *cells: Cell, if_missing: bool = False) -> Apply:
    """As `Book.truth` has it, not defined yet."""
    term = call(function, *cells)
    if not any(cell.missing for cell in cells):
        return term
    return Apply(function=function, arguments=term.arguments, if_missing=spelled(if_missing))


def present(cells: tuple[Cell, ...], term: Term) -> Apply:
    """The term where none of the cells is missing; missing elsewhere."""
    unsure = dict.fromkeys(cell.term for cell in cells if cell.missing)
    return call("if", both([call("isNotMissing", each) for each in unsure]), term)


def both(conditions: list[Apply]) -> Apply:
    """Whether all conditions hold."""
    return conditions[0] if len(conditions) == 1 else call("and", *conditions)


def either(conditions: list[Apply]) -> Apply:
    """Whether one of the conditions holds."""
    return conditions[0] if len(conditions) == 1 else call("or", *conditions)


def spelled(value: bool) -> str:
    """A truth value as PMML writes it."""
    return "true" if value else "false"


# --- constants --------------------------------------------------------------------------------

NOTHING = Cell(Constant(dtype="double", missing=True), "double", missing=True)
NO_TEXT = Cell(Constant(dtype="string", missing=True), "string", missing=True)


def number(value: float) -> Cell:
    """A number; NaN is missing."""
    if value != value:
        return NOTHING
    whole = int(value) if abs(value) <= EXACT else 0
    return Cell(Constant(dtype="double", value=real(value)), low=whole, high=whole)


def truth(value: bool) -> Cell:
    """A truth value."""
    return Cell(Constant(dtype="boolean", value=spelled(value)), "boolean")


def text(value: str) -> Cell:
    """A text."""
    return Cell(Constant(dtype="string", value=value), "string")


def value_of(cell: Cell) -> float | None:
    """The number that a constant is; None for what depends on the row, and for missing ones."""
    term = cell.term
    if not isinstance(term, Constant) or term.missing or term.dtype != "double":
        return None
    return float(term.value)
