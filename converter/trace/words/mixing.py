"""Methods of frames and series by which a row's answer depends on the other rows."""

from typing import Any

from converter.trace.session import mixes_rows, mixing, unknown
from converter.trace.standins.shown import Shown
from converter.trace.words.across import HINTS
from converter.trace.words.options import axis_number

_ROWS = "keeps, drops or reorders rows"
_ORDER = "depends on the order of the rows"
_BATCH = "looks at all rows of the batch"

MIXING: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("dropna", "drop_duplicates", "head", "tail", "sample", "nlargest", "nsmallest", "query"),
        (_ROWS, "filter the rows before the pipeline: a transformer keeps their number"),
    ),
    **dict.fromkeys(
        ("sort_values", "set_index", "explode", "melt", "pivot", "pivot_table", "stack", "unstack"),
        (_ROWS, "do it before the pipeline"),
    ),
    **dict.fromkeys(("argsort", "truncate", "first_valid_index"), (_ROWS, "")),
    **dict.fromkeys(("at", "iat"), ("reads or writes single rows", "use .loc with a mask")),
    **dict.fromkeys(
        ("rolling", "expanding", "ewm", "interpolate", "pct_change", "resample", "asfreq"),
        (_ORDER, "compute it before the pipeline"),
    ),
    **dict.fromkeys(("argmax", "argmin", "autocorr"), (_BATCH, "")),
    "groupby": (_BATCH, "learn the table of groups in fit, and use .map(table)"),
    "rank": (_BATCH, "QuantileTransformer learns the ranks in fit"),
    "quantile": (_BATCH, HINTS["quantile"]),
    "mode": (_BATCH, HINTS["mode"]),
    **dict.fromkeys(
        ("value_counts", "unique"),
        (_BATCH, "learn the table in fit, and use .map(table)"),
    ),
    "factorize": (_BATCH, "OrdinalEncoder learns the codes in fit"),
    **dict.fromkeys(("duplicated", "is_unique", "describe", "corr", "cov"), (_BATCH, "")),
    **dict.fromkeys(("skew", "kurt", "kurtosis", "hasnans", "item", "info"), (_BATCH, "")),
    "T": ("turns rows into columns", ""),
    "transpose": ("turns rows into columns", ""),
}
"""Words that make a row's answer depend on the other rows: what they do, and what to do instead."""


SHOWN = frozenset(
    [
        *("groupby", "value_counts", "unique", "describe", "info", "head", "tail", "quantile"),
        *("mode", "corr", "cov", "skew", "kurt", "duplicated", "nlargest", "nsmallest"),
    ]
)
"""Of these, what leaves the rows as they are: good for being printed."""


def refused(word: str, told: str, hint: str, *args: Any, axis: Any = 0, **kwargs: Any) -> Any:
    """Refuse the method; over the columns it would not mix rows, and is merely unknown.

    What may be printed is refused where more is done with it.
    """
    if axis_number(axis) == 1:
        return unknown(f"`{word}` over the columns")
    what = f"uses `{word}`, which {told}"
    if word.rpartition(".")[2] in SHOWN and not any(map(callable, (*args, *kwargs.values()))):
        return Shown(mixing(what, hint))
    return mixes_rows(what, hint)
