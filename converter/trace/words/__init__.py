"""What stand-ins understand: a table for each kind of word, and how each is recorded."""

from converter.trace.words.across import matrix
from converter.trace.words.arithmetic import applied, binary, unary
from converter.trace.words.arrays import FUNCTIONS, METHODS, bound, called, rows_of
from converter.trace.words.casting import cast_column
from converter.trace.words.categories import Categories
from converter.trace.words.indexing import (
    assigned,
    iterated,
    number,
    selected,
    transposed,
    truth,
)
from converter.trace.words.labelled import accessor, labelled_method
from converter.trace.words.labels import (
    copies_on_write,
    dtype_of,
    dtypes_of,
    is_pandas_name,
    labels_of,
)
from converter.trace.words.selecting import (
    frame_assigned,
    frame_item,
    locate_assigned,
    located,
    series_assigned,
    series_item,
)
from converter.trace.words.shaping import as_array
from converter.trace.words.strings import StringMethods
from converter.trace.words.tables import called_labelled

__all__ = [
    "Categories",
    "FUNCTIONS",
    "METHODS",
    "StringMethods",
    "accessor",
    "applied",
    "as_array",
    "assigned",
    "binary",
    "bound",
    "called",
    "called_labelled",
    "cast_column",
    "copies_on_write",
    "dtype_of",
    "dtypes_of",
    "frame_assigned",
    "frame_item",
    "is_pandas_name",
    "iterated",
    "labelled_method",
    "labels_of",
    "locate_assigned",
    "located",
    "matrix",
    "number",
    "rows_of",
    "selected",
    "series_assigned",
    "series_item",
    "transposed",
    "truth",
    "unary",
]
