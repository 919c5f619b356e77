"""What stand-ins understand: a table for each kind of word, and how each is recorded."""

from converter.trace.words.across import matrix
from converter.trace.words.arithmetic import applied, binary, unary
from converter.trace.words.arrays import FUNCTIONS, METHODS, bound, called, rows_of
from converter.trace.words.asking import among, answered, joined_by, lacking, within
from converter.trace.words.casting import cast_column
from converter.trace.words.categories import Categories
from converter.trace.words.conversions import (
    better,
    text_length,
    to_bool,
    to_float,
    to_int,
    truth_of_all,
)
from converter.trace.words.date_methods import DateMethods
from converter.trace.words.date_parsing import parsed as parsed_dates
from converter.trace.words.date_scalars import date_arithmetic, date_candidate, date_member
from converter.trace.words.date_steps import cast_date
from converter.trace.words.dates import constant as date_constant
from converter.trace.words.deciding import decided, fails
from converter.trace.words.delegated import called_labelled
from converter.trace.words.gathering import common, holds, number_of, word_in
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
from converter.trace.words.lookups import looked_up
from converter.trace.words.looping import (
    as_list,
    frame_to_dict,
    handed,
    iterated,
    iterrows,
    itertuples,
    labelled_assigned,
    labelled_row,
    row_assigned,
    row_selected,
)
from converter.trace.words.per_row import (
    chosen,
    column_of,
    columns_of,
    entries,
    mapped,
    row_applied,
)
from converter.trace.words.positions import position
from converter.trace.words.rounding import rounded, whole
from converter.trace.words.rowwise import (
    row_array,
    row_cells,
    row_function,
    row_item,
    row_member,
    row_operator,
    row_series,
    row_ufunc,
    row_vector,
)
from converter.trace.words.scalars import (
    arithmetic,
    is_missing,
    number,
    scalar_classes,
    scalar_hash,
    scalar_member,
    scalar_truth,
    signed,
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
from converter.trace.words.text_scalars import formatted, joined, revived, text_method, text_of
from converter.trace.words.walking import walked

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "Categories",
    "DateMethods",
    "StringMethods",
    "accessor",
    "among",
    "answered",
    "applied",
    "arithmetic",
    "as_array",
    "as_list",
    "assigned",
    "better",
    "binary",
    "bound",
    "called",
    "called_labelled",
    "cast_column",
    "cast_date",
    "chosen",
    "column_of",
    "columns_of",
    "common",
    "copies_on_write",
    "date_arithmetic",
    "date_candidate",
    "date_constant",
    "date_member",
    "decided",
    "dtype_of",
    "dtypes_of",
    "entries",
    "fails",
    "formatted",
    "frame_assigned",
    "frame_item",
    "frame_to_dict",
    "handed",
    "holds",
    "is_missing",
    "is_pandas_name",
    "iterated",
    "iterrows",
    "itertuples",
    "joined",
    "joined_by",
    "labelled_assigned",
    "labelled_method",
    "labelled_row",
    "labels_of",
    "lacking",
    "locate_assigned",
    "located",
    "looked_up",
    "mapped",
    "matrix",
    "number",
    "number_of",
    "parsed_dates",
    "position",
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
    "row_series",
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
    "unary",
    "walked",
    "whole",
    "within",
    "word_in",
]
