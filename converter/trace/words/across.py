"""Reductions and running values over the columns of a frame: `axis=1`, missing values skipped."""

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, mixing, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.frame import Frame
from converter.trace.standins.series import Series
from converter.trace.standins.shown import Shown
from converter.trace.standins.verdict import ByColumn
from converter.trace.words import columns as on
from converter.trace.words import texts
from converter.trace.words.options import axis_number, is_default, only

MOST_COMPARED = 16
"""Columns, each with each other."""

HINTS = {
    "mean": "learn it in fit: StandardScaler and SimpleImputer keep it",
    "median": "learn it in fit: RobustScaler and SimpleImputer keep it",
    "std": "learn it in fit: StandardScaler keeps it",
    "var": "learn it in fit: StandardScaler keeps it",
    "min": "learn it in fit: MinMaxScaler keeps it",
    "max": "learn it in fit: MinMaxScaler keeps it",
    "mode": 'learn it in fit: SimpleImputer(strategy="most_frequent") keeps it',
    "quantile": "learn it in fit: RobustScaler and QuantileTransformer keep it",
}


def matrix(frame: Frame, numeric_only: bool = False, *, word: str = "") -> Node:
    """The columns as one matrix [N, F]; for reductions they must be numbers."""
    nodes = list(frame._columns.values())
    if numeric_only:
        nodes = [node for node in nodes if node.kind in on.NUMBERS]
    if word and any(node.kind not in on.NUMBERS for node in nodes):
        unknown(f"`{word}` over columns that are not numbers", "give numeric_only=True")
    return on.joined(nodes)


def reduction(name: str) -> Callable[..., Any]:
    """A reduction, such as `df.sum(axis=1)`; over the rows it is refused."""

    def reduce(
        x: Any,
        axis: Any = 0,
        skipna: bool = True,
        numeric_only: bool = False,
        min_count: int = 0,
        ddof: int = 1,
        bool_only: bool = False,
        out: Any = None,
        dtype: Any = None,
    ) -> Any:
        only(name, min_count=(min_count, 0), bool_only=(bool_only, False, None))
        only(name, out=(out, None), dtype=(dtype, None))
        if isinstance(x, Series) or axis is None or axis_number(axis) != 1:
            asked = _asked(x, name, is_whole=axis is None)
            return Shown(_over_rows(x, name)) if asked is None else asked
        if name == "nunique" and {node.kind for node in x._columns.values()} == {"text"}:
            node = _kinds(list(x._columns.values()))
        else:
            cells = matrix(x, bool(numeric_only), word=f"DataFrame.{name}")
            node = _reduced(name, cells, bool(skipna), ddof)
        return Series(node, x._slot, None, x._index_kind)

    return reduce


def _asked(x: Any, name: str, *, is_whole: bool) -> Any:
    """A question about all rows of truth values, for a branch; None of what is no such question."""
    nodes = {None: x._node} if isinstance(x, Series) else x._columns
    if name not in ("any", "all", "sum", "max") or x._slot is not None or not nodes:
        return None
    if any(node.kind != "bool" for node in nodes.values()):
        return None
    asked = ByColumn(nodes, "any" if name == "max" else name, lambda: over_rows(x, name))
    if isinstance(x, Series):
        return asked[None]
    return getattr(asked, name)() if is_whole and name != "sum" else asked


def over_rows(x: Any, name: str) -> NoReturn:
    """Refuse a statistic of a whole column."""
    _over_rows(x, name)()


def _over_rows(x: Any, name: str) -> Callable[[], NoReturn]:
    hint = HINTS.get(name, "a transformer of your own can learn it in fit")
    if isinstance(x, Frame):
        hint = f"axis=1 computes it over the columns; {hint}" if name not in HINTS else hint
    return mixing(f"computes `{name}` over all rows of a column", hint)


def _reduced(name: str, x: Node, skipna: bool, ddof: int) -> Node:
    if name in ("any", "all"):
        return _logical(name, x, skipna)
    if name in ("std", "var", "sem"):
        return _spread(name, x, skipna, ddof)
    if name == "count":
        return _over("sum", _present(x))
    if name == "nunique":
        return _distinct(x)
    skips = skipna and x.kind == "float"
    if name == "median":
        median = np.nanmedian if skips else np.median
        return active().words.called(median, (Array(x),), {"axis": 1})._mlconvert_node()  # type: ignore[no-any-return]
    return _over(f"nan{name}" if skips else name, x)


def _over(op: str, x: Node, *, keepdims: bool = False) -> Node:
    return active().tape.make(op, x, axis=0, keepdims=keepdims)


def _present(x: Node) -> Node:
    tape = active().tape
    if x.kind != "float":
        return tape.make("equal", x, x)
    return tape.make("logical_not", tape.make("isnan", x))


def _logical(name: str, x: Node, skipna: bool) -> Node:
    tape = active().tape
    truth = tape.make("not_equal", x, tape.const(0)) if x.kind != "bool" else x
    if skipna and x.kind == "float":
        present = _present(x)
        truth = (
            tape.make("logical_and", truth, present)
            if name == "any"
            else tape.make("logical_or", truth, tape.make("logical_not", present))
        )
    return _over(name, truth)


def _spread(name: str, x: Node, skipna: bool, ddof: int) -> Node:
    """Standard deviation, variance; missing where there are too few values."""
    tape = active().tape
    x = x if x.kind == "float" else on.cast(x, float)
    mean = _over("nanmean" if skipna else "mean", x, keepdims=True)
    off = tape.make("square", tape.make("subtract", x, mean))
    if skipna:
        off = tape.make("where", tape.make("isnan", x), tape.const(0.0), off)
    free = tape.make("subtract", _over("sum", _present(x)), tape.const(ddof))
    variance = tape.make("divide", _over("sum", off), free)
    enough = tape.make("greater", free, tape.const(0))
    result = tape.make("where", enough, variance, tape.const(float("nan")))
    if name == "var":
        return result
    if name == "sem":
        unknown("`DataFrame.sem`")
    return tape.make("sqrt", result)


def _distinct(x: Node) -> Node:
    tape = active().tape
    if x.shape[0] == 1:
        return _over("sum", _present(x))
    ordered = tape.make("sort", x, axis=0)
    width = x.shape[0]
    after = tape.make("take", ordered, indices=tuple(range(1, width)), axis=0)
    before = tape.make("take", ordered, indices=tuple(range(width - 1)), axis=0)
    is_new = tape.make("logical_and", tape.make("not_equal", after, before), _present(after))
    first = tape.make("take", _present(ordered), indices=(0,), axis=0)
    return _over("sum", tape.make("join", first, is_new, axis=0))


def _kinds(nodes: list[Node]) -> Node:
    """How many different texts the columns hold: those that no column before them holds."""
    make = active().tape.make
    if len(nodes) > MOST_COMPARED:
        unknown(f"`DataFrame.nunique` over more than {MOST_COMPARED} columns of text")
    total = on.cast(on.present(nodes[0]), int)
    for place, node in enumerate(nodes[1:], 1):
        is_new = on.present(node)
        for before in nodes[:place]:
            same = texts.equal(node, before)
            is_new = make("logical_and", is_new, make("logical_not", same))
        total = make("add", total, on.cast(is_new, int))
    return total


def extreme_label(name: str) -> Callable[..., Any]:
    """`df.idxmax(axis=1)`: the name of the column that holds the extreme."""

    def find(x: Any, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Any:
        only(name, skipna=(skipna, True), numeric_only=(numeric_only, False))
        if isinstance(x, Series) or axis_number(axis) != 1:
            over_rows(x, name)
        cells = matrix(x, word=f"DataFrame.{name}")
        best = "max" if name == "idxmax" else "min"
        extreme = _over(f"nan{best}" if cells.kind == "float" else best, cells, keepdims=True)
        place = _over("argmax", active().tape.make("equal", cells, extreme))
        labels = tuple(x._columns)
        node = active().tape.make(
            "lookup", place, keys=tuple(range(len(labels))), values=labels, default=labels[0]
        )
        return Series(node, x._slot, None, x._index_kind)

    return find


# --- running values ---------------------------------------------------------------------------


def running(name: str) -> Callable[..., Any]:
    """`df.cumsum(axis=1)` and the like: a missing value stays, and is skipped."""

    def run(x: Any, axis: Any = 0, skipna: bool = True) -> Any:
        only(name, skipna=(skipna, True))
        if isinstance(x, Series) or axis_number(axis) != 1:
            mixes_rows(f"computes `{name}` down the rows", "axis=1 computes it over the columns")
        cells = matrix(x, word=f"DataFrame.{name}")
        neutral = {"cumsum": 0.0, "cumprod": 1.0, "cummax": -np.inf, "cummin": np.inf}[name]
        tape = active().tape
        if cells.kind == "float":
            gap = tape.make("isnan", cells)
            filled = tape.make("where", gap, tape.const(neutral), cells)
            total = tape.make(name, filled, axis=0)
            cells = tape.make("where", gap, tape.const(float("nan")), total)
        else:
            cells = tape.make(name, cells, axis=0)
        return unjoined(x, cells)

    return run


def unjoined(like: Frame, cells: Node) -> Frame:
    """A matrix as a frame with the names of another."""
    return like._like({label: on.picked(cells, i) for i, label in enumerate(like._columns)})


def diff(x: Any, periods: int = 1, axis: Any = 0) -> Any:
    """The difference to the column before."""
    if isinstance(x, Series) or axis_number(axis) != 1:
        mixes_rows("computes differences between rows", "axis=1 does it between columns")
    moved = shift(x, periods, axis=1)
    return active().words.binary("subtract", x, moved)


def shift(x: Any, periods: int = 1, freq: Any = None, axis: Any = 0, fill_value: Any = None) -> Any:
    """The columns moved sideways."""
    only("shift", freq=(freq, None))
    if isinstance(x, Series) or axis_number(axis) != 1:
        mixes_rows("moves values from row to row", "compute lags before the pipeline")
    nodes = list(x._columns.values())
    gap = on.rows(float("nan") if is_default(fill_value) else fill_value)
    count = len(nodes)
    moved = [nodes[i - periods] if 0 <= i - periods < count else gap for i in range(count)]
    return x._like(dict(zip(x._columns, moved, strict=True)))


def filled_along(name: str) -> Callable[..., Any]:
    """`df.ffill(axis=1)`, `df.bfill(axis=1)`: missing values take those of the column beside."""

    def fill(x: Any, axis: Any = None, limit: Any = None, limit_area: Any = None) -> Any:
        only(name, limit=(limit, None), limit_area=(limit_area, None))
        if isinstance(x, Series) or axis_number(axis) != 1:
            mixes_rows(
                f"fills missing values from the rows beside them (`{name}`)",
                "fill with a constant, or learn one in fit: SimpleImputer",
            )
        labels = list(x._columns) if name == "ffill" else list(x._columns)[::-1]
        result: dict[Any, Node] = {}
        last: Node | None = None
        for label in labels:
            own = x._columns[label]
            last = own if last is None else on.choose(on.missing(own), last, own)
            result[label] = last
        return x._like({label: result[label] for label in x._columns})

    return fill
