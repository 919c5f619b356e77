"""What stand-ins understand: a table for each kind of word, and how each is recorded."""

from converter.trace.words.arrays import FUNCTIONS, METHODS, bound, called, rows_of
from converter.trace.words.indexing import (
    assigned,
    iterated,
    number,
    selected,
    transposed,
    truth,
)
from converter.trace.words.shaping import as_array
from converter.trace.words.ufuncs import applied

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "applied",
    "as_array",
    "assigned",
    "bound",
    "called",
    "iterated",
    "number",
    "rows_of",
    "selected",
    "transposed",
    "truth",
]
