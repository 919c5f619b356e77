"""What stand-ins understand: a table for each kind of word, and how each is recorded."""

from converter.trace.words.across import matrix
from converter.trace.words.arithmetic import applied, binary, unary
from converter.trace.words.arrays import FUNCTIONS, METHODS, bound, called, rows_of
from converter.trace.words.casting import cast_column
from converter.trace.words.categories import Categories
from converter.trace.words.deciding import decided, fails
from converter.trace.words.indexing import (
    assigned,
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
from converter.trace.words.looping import handed, iterated, pairs, row_assigned, row_selected, tuples
from converter.trace.words.per_row import chosen, column_of, columns_of, entries, mapped, row_applied
from converter.trace.words.rowwise import (
    row_array,
    row_cells,
    row_function,
    row_item,
    row_member,
    row_operator,
    row_ufunc,
    row_vector,
)
from converter.trace.words.scalars import (
    arithmetic,
    better,
    is_missing,
    number,
    rounded,
    scalar_classes,
    scalar_hash,
    scalar_member,
    scalar_truth,
    signed,
    text_length,
    to_bool,
    to_float,
    to_int,
    truth_of_all,
    whole,
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
from converter.trace.words.text_scalars import formatted, joined, revived, text_method, text_of

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "Categories",
    "StringMethods",
    "accessor",
    "applied",
    "arithmetic",
    "as_array",
    "assigned",
    "better",
    "binary",
    "bound",
    "called",
    "called_labelled",
    "cast_column",
    "chosen",
    "column_of",
    "columns_of",
    "copies_on_write",
    "decided",
    "dtype_of",
    "dtypes_of",
    "entries",
    "fails",
    "formatted",
    "frame_assigned",
    "frame_item",
    "is_missing",
    "is_pandas_name",
    "handed",
    "iterated",
    "joined",
    "labelled_method",
    "labels_of",
    "locate_assigned",
    "located",
    "mapped",
    "matrix",
    "number",
    "pairs",
    "revived",
    "rounded",
    "row_applied",
    "row_array",
    "row_assigned",
    "row_cells",
    "row_function",
    "row_item",
    "row_member",
    "row_operator",
    "row_selected",
    "row_ufunc",
    "row_vector",
    "rows_of",
    "scalar_classes",
    "scalar_hash",
    "scalar_member",
    "scalar_truth",
    "selected",
    "series_assigned",
    "series_item",
    "signed",
    "text_length",
    "text_method",
    "text_of",
    "to_bool",
    "to_float",
    "to_int",
    "transposed",
    "truth",
    "truth_of_all",
    "tuples",
    "unary",
    "whole",
]
