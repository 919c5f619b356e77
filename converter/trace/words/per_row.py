"""Python functions of one row: run over all their branches, and recorded as one column each."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.calls import called
from converter.trace.expression import Node
from converter.trace.joining import explored
from converter.trace.paths import Raised
from converter.trace.session import active, refuse, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.frame import Frame
from converter.trace.standins.iteration import ALONE, RowNumber
from converter.trace.standins.lift import Piece, is_standin, raw_node
from converter.trace.standins.marks import is_marked
from converter.trace.standins.row import Row
from converter.trace.standins.series import Series
from converter.trace.standins.several import refuse_pieces
from converter.trace.standins.shown import Shown
from converter.trace.words.scalars import number
from converter.trace.words.text_scalars import revived, text_node

Values = Any
"""A node, or a list, tuple or dict of them: what a function gives for one row."""


def mapped(function: Callable[..., Any], nodes: list[Node], *, is_python: bool = True) -> Node:
    """[N]: what `function` gives for each row's values of `nodes` [N].

    The values are handed out as Python's own, or else as numpy's.
    """
    result = applied(lambda: function(*[number(n, ALONE, is_python=is_python) for n in nodes]))
    if not isinstance(result, Node):
        unknown("a function that gives several values for a row", "make a column of each")
    return rowed(result)


def row_applied(
    function: Callable[[Any], Any], frame: Frame, result_type: Any = None
) -> Series | Frame:
    """`frame.apply(function, axis=1, result_type=result_type)`."""
    if result_type not in (None, "expand"):
        unknown(f"`apply(axis=1, result_type={result_type!r})`")
    result = applied(lambda: function(row_of(frame, ALONE)), keep_rows=True)
    columns: dict[Any, Any]
    if isinstance(result, Node):
        return Series(rowed(result), frame._slot, None, frame._index_kind)
    if isinstance(result, _Named):
        columns = result
    elif result_type == "expand":
        columns = result if isinstance(result, dict) else dict(enumerate(result))
    else:
        unknown(
            "`apply(axis=1)` of a function that gives several values",
            'give `result_type="expand"`',
        )
    return Frame({k: rowed(v) for k, v in columns.items()}, frame._slot, frame._index_kind)


def applied(call: Callable[[], Any], *, keep_rows: bool = False) -> Values:
    """What a call gives for one row, over all its ways."""

    def run() -> Any:
        result = called(call, active())
        return result if isinstance(result, Raised) else noded(result, ALONE, keep_rows=keep_rows)

    result = explored(run, merged_values)
    if isinstance(result, Raised):
        refuse("raises", f"raises {type(result.error).__name__} on every way through it")
    return result


def row_of(frame: Frame, slot: int) -> Row:
    """A row of a frame, as `apply(axis=1)` and `iterrows` hand it out."""
    nodes = frame._columns
    kinds = {node.kind for node in nodes.values()}
    if (not kinds <= {"int", "float"} and len(kinds) > 1) or kinds & {"text", "date", "span"}:
        return Row({k: number(n, slot, is_python=True) for k, n in nodes.items()}, slot)
    common = np.result_type(*(node.dtype for node in nodes.values())) if nodes else None
    cast = {k: active().tape.make("cast", n, dtype=str(common)) for k, n in nodes.items()}
    return Row({k: number(n, slot) for k, n in cast.items()}, slot)


# --- what a row gives, as nodes ---------------------------------------------------------------


class _Named(dict[Any, Any]):
    """The values of a Series that a function gives for a row."""


class MixedError(Exception):
    """A value of another row."""


def noded(value: Any, slot: int, *, keep_rows: bool = False) -> Values:
    """The nodes of what a function gives for the row `slot`. Raises MixedError."""
    if is_marked(value):
        value = revived(value)
    if isinstance(value, RowNumber | Shown):
        value._known()
    if isinstance(value, Row):
        cells = {k: noded(cell, slot) for k, cell in value._cells.items()}
        return _Named(cells) if keep_rows else tuple(cells.values())
    if is_standin(value):
        if isinstance(value._slot, Piece):
            refuse_pieces()
        if value._slot != slot:
            raise MixedError
        return raw_node(value)
    if type(value).__name__ == "Series":
        cells = {k: noded(cell, slot) for k, cell in value.to_dict().items()}
        return _Named(cells) if keep_rows else tuple(cells.values())
    match value:
        case list() | tuple():
            return tuple(noded(part, slot) for part in value)
        case dict():
            return {key: noded(part, slot) for key, part in value.items()}
    return _constant(value)


def _constant(value: Any) -> Node:
    if value is None or isinstance(value, str):
        return text_node(value) if value is not None else active().tape.const(None)
    if type(value).__name__ in ("NAType", "NaTType"):
        return active().tape.const(None)
    if hasattr(value, "to_datetime64"):
        value = value.to_datetime64()
    array = np.asarray(value)
    if array.dtype.kind not in "biufmM":
        unknown(f"a function that gives a {type(value).__name__} for a row")
    return active().tape.const(array)


def merged_values(condition: Node, yes: Values, no: Values) -> Values:
    """Two ways' results as one."""
    if isinstance(yes, Node) and isinstance(no, Node):
        return chosen(condition, yes, no)
    if isinstance(yes, dict) and isinstance(no, dict) and list(yes) == list(no):
        return type(yes)((k, merged_values(condition, yes[k], no[k])) for k in yes)
    if isinstance(yes, tuple) and isinstance(no, tuple) and len(yes) == len(no):
        return tuple(merged_values(condition, a, b) for a, b in zip(yes, no, strict=True))
    return refuse(
        "data-dependent",
        "gives more or fewer values for some rows than for others",
        "give as many for every row",
    )


def chosen(condition: Node, yes: Node, no: Node) -> Node:
    """One value or the other; a chain of comparisons with constants becomes a lookup."""
    if condition.op == "text.missing" and condition.inputs[0] is yes:
        yes = active().tape.const(None)
    yes, no = _alike(yes, no), _alike(no, yes)
    if yes is no:
        return yes
    if {yes.kind, no.kind} & {"text"} and yes.kind != no.kind:
        unknown(
            "a function that gives texts for some rows and numbers for others",
            "give values of one kind",
        )
    if looked := _looked_up(condition, yes, no):
        return looked
    depth = max(len(yes.shape), len(no.shape))
    deep = active().tape.make("reshape", condition, shape=(1,) * depth)
    return active().tape.make("where", deep, yes, no)


def _alike(node: Node, other: Node) -> Node:
    """None beside numbers is NaN, NaN beside texts is None."""
    if node.op != "const" or node.shape:
        return node
    value = node.value
    is_missing = value is None or (node.kind == "float" and np.isnan(value))
    if not is_missing or other.kind == node.kind:
        return node
    if other.kind == "text":
        return active().tape.const(None)
    if other.kind in ("date", "span"):
        return active().tape.const(np.array("NaT", dtype=other.dtype))
    return active().tape.const(np.asarray(np.nan))


def _looked_up(condition: Node, yes: Node, no: Node) -> Node | None:
    """`where(x == a, yes, where(x == b, …))` of constants, as one table."""
    asked = _equality(condition)
    if asked is None or yes.op != "const" or yes.shape:
        return None
    x, key = asked
    if no.op == "lookup" and no.inputs[0] is x:
        found = no.attrs
    elif no.op == "where" and all(part.op == "const" for part in no.inputs[1:]):
        other = _equality(no.inputs[0])
        if other is None or other[0] is not x or no.inputs[1].shape or no.inputs[2].shape:
            return None
        value, default = map(_plain, no.inputs[1:])
        found = {"keys": (other[1],), "values": (value,), "default": default}
    else:
        return None
    if key in found["keys"] or not _same_type(_plain(yes), found):
        return None
    keys, values = (key, *found["keys"]), (_plain(yes), *found["values"])
    return active().tape.make("lookup", x, keys=keys, values=values, default=found["default"])


def _equality(condition: Node) -> tuple[Node, Any] | None:
    if condition.op != "equal":
        return None
    x, constant = condition.inputs
    if (
        x.kind in ("date", "span")
        or not x.rows
        or constant.op != "const"
        or constant.shape
        or x.shape
    ):
        return None
    return x, _plain(constant)


def _plain(node: Node) -> Any:
    return node.value.item() if hasattr(node.value, "item") else node.value


def _same_type(value: Any, table: dict[str, Any]) -> bool:
    texts = [isinstance(v, str | None) for v in (value, *table["values"], table["default"])]
    return all(texts) or not any(texts)


# --- nodes as columns -------------------------------------------------------------------------


def rowed(node: Node) -> Node:
    """A node of rows: what is constant is repeated."""
    return node if node.rows else active().tape.make("repeat", node, active().anchor)


def stacked(values: Values) -> Node:
    """What a row gives, as numpy makes an array of it: [N, …]."""
    if isinstance(values, Node):
        return rowed(values)
    if isinstance(values, dict):
        unknown("an array of dicts", "make a DataFrame of them")
    parts = [stacked(part) for part in values]
    if not parts:
        unknown("an array without columns")
    if len({part.kind == "text" for part in parts}) > 1:
        unknown("an array of texts and numbers", "make a DataFrame, or arrays of one kind")
    if len({part.shape for part in parts}) > 1:
        refuse("data-dependent", "puts rows of several lengths together")
    tape = active().tape
    deep = [tape.make("reshape", part, shape=(1, *part.shape)) for part in parts]
    dtype = np.result_type(*(part.dtype for part in parts))
    if dtype.kind != "O":
        deep = [tape.make("cast", part, dtype=str(dtype)) for part in deep]
    return tape.make("join", *deep, axis=0)


def entries(values: Any) -> Values | None:
    """What each entry of a list is, where it has one for each row; None where it has not."""
    if not isinstance(values, list | tuple) or len(values) != active().slots:
        return None
    try:
        found = [noded(value, slot, keep_rows=True) for slot, value in enumerate(values)]
    except MixedError:
        return None
    if any(one != found[0] for one in found) or not (active().iterated or _holds_rows(found[0])):
        return None
    return found[0]


def _holds_rows(values: Values) -> bool:
    if isinstance(values, Node):
        return values.rows
    parts = values.values() if isinstance(values, dict) else values
    return any(map(_holds_rows, parts))


def column_of(values: Any) -> Array | None:
    """A list with an entry for each row as the array that numpy makes of it; else None."""
    found = entries(values)
    if found is None or isinstance(found, dict):
        return None
    return Array(stacked(found))


def columns_of(values: Any) -> dict[Any, Node] | None:
    """A list with a list, tuple or dict for each row, as the columns that pandas makes of it."""
    found = entries(values)
    if found is None:
        return None
    if isinstance(found, Node):
        return {0: rowed(found)} if not found.shape else None
    columns = found if isinstance(found, dict) else dict(enumerate(found))
    if not all(isinstance(node, Node) and not node.shape for node in columns.values()):
        unknown("a DataFrame of nested lists")
    return {label: rowed(node) for label, node in columns.items()}
