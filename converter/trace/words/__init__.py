"""What stand-ins understand: a table for each kind of word, and how each is recorded."""

from converter.trace.words.arrays import (
    FUNCTIONS,
    METHODS,
    assigned,
    bound,
    called,
    iterated,
    selected,
    transposed,
    truth,
)
from converter.trace.words.ufuncs import applied

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "applied",
    "assigned",
    "bound",
    "called",
    "iterated",
    "selected",
    "transposed",
    "truth",
]
