"""Whole numbers, which are doubles in PMML: exact as far as doubles are, and never wrapping."""

import numpy as np

from adapters.to_pmml.functions.book import Book, Cell
from adapters.to_pmml.functions.unsaid import differs
from converter.trace.expression import Node

Bounds = tuple[int, int]
"""The least and the greatest of a whole number."""


def within(node: Node, book: Book, cell: Cell, bounds: Bounds) -> Cell:
    """A result of whole numbers. Raises Unsaid where numpy's may wrap at small numbers."""
    low, high = bounds
    ends = np.iinfo(node.dtype)
    wraps = low < ends.min or high > ends.max
    if wraps and (node.dtype.itemsize < 4 or low < ends.min == 0):
        raise differs(f"counts in {node.dtype}, whose numbers wrap at {ends.min} and {ends.max}")
    if wraps:
        low, high = max(low, int(ends.min)), min(high, int(ends.max))
        book.caveats[f"Whole numbers of {node.dtype} do not wrap in PMML."] = None
    return book.bounded(cell, low, high)
