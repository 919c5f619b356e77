"""What a function gives: of a trace as an expression's outputs, of a live call as arrays."""

from typing import Any, NamedTuple

import numpy as np

from converter.trace import given
from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, refuse, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.documents import Documents
from converter.trace.standins.frame import Frame
from converter.trace.standins.lift import is_standin, is_subset, node_of
from converter.trace.standins.series import Series
from converter.trace.standins.unset import refuse_unset
from converter.trace.standins.verdict import differing, undecided


class Traced(NamedTuple):
    """The outputs of a trace: one tensor, or the columns of a frame."""

    outputs: tuple[Node, ...]
    columns: tuple[str, ...] | None


class Gave(NamedTuple):
    """The outputs of a live call, in the same form."""

    outputs: tuple[np.ndarray, ...]
    columns: tuple[str, ...] | None


def traced(result: Any) -> Traced:
    """The outputs of what a traced function returned."""
    result = _as_rows(result)
    if (is_standin(result) and is_subset(result._slot)) or type(result).__name__ == "Places":
        mixes_rows("keeps some of the rows only", "a model answers every row")
    if isinstance(result, Frame | Series):
        _refuse_mixed(result)
    if isinstance(result, Frame) and not result._columns:
        unknown("a frame without columns as its result")
    if isinstance(result, Frame):
        return Traced(tuple(result._columns.values()), tuple(map(str, result._columns)))
    if isinstance(result, Series):
        return Traced((result._mlconvert_node(),), None)
    if is_standin(result) and result._slot is None:
        node = node_of(result)
        if not node.rows:
            mixes_rows("gives the same rows whatever it is given")
        refuse_unset((node,))
        return Traced((node,), None)
    return unknown(f"a result of the type {type(result).__name__}")


def _refuse_mixed(result: Any) -> None:
    """Text that a table made numbers of, where it names them all, is a column of both."""
    columns = result._columns.values() if isinstance(result, Frame) else [result._node]
    if any(node in active().read_as for node in columns):
        refuse(
            "data-dependent",
            "replaces texts by numbers: a text that the table does not name stays a text",
            "use .map(table), which makes other texts missing, or .astype(int) after .replace",
        )


def gave(result: Any) -> Gave:
    """The outputs of what the live function returned. Raises TypeError for what has none."""
    kind = given.container(result)
    if kind == "frame":
        return Gave(tuple(given.columns_of(result)), tuple(map(str, result.columns)))
    arrays = given.arrays_of(result)
    if kind == "columns":
        return Gave((np.stack(list(arrays.values()), axis=1),), None)
    return Gave(tuple(arrays.values()), None)


def merged(condition: Node, yes: Any, no: Any) -> Any:
    """Two results as one: by `where`, value by value."""
    yes, no = _as_rows(yes), _as_rows(no)
    if isinstance(yes, Frame) and isinstance(no, Frame):
        if list(yes._columns) != list(no._columns):
            refuse("data-dependent", "gives other columns for other rows")
        return Frame(
            {
                name: _where(condition, yes._columns[name], no._columns[name])
                for name in yes._columns
            }
        )
    if isinstance(yes, Series) and isinstance(no, Series):
        return Series(_where(condition, yes._node, no._node), name=yes._name)
    if isinstance(yes, Array) and isinstance(no, Array):
        return Array(_where(condition, node_of(yes), node_of(no)), yes._slot)
    if condition in active().batchwide:
        differing()
    if any(isinstance(part, list | tuple | np.ndarray) for part in (yes, no)):
        mixes_rows("keeps some of the rows only", "a model answers every row")
    return unknown("results of several kinds")


def _as_rows(result: Any) -> Any:
    """A list with an entry for each row is an array."""
    if isinstance(result, Documents):
        return Array(node_of(result))
    rows = active().words.column_of(result) if isinstance(result, list | tuple) else None
    return result if rows is None else rows


def _where(condition: Node, yes: Node, no: Node) -> Node:
    if yes is no:
        return yes
    if (known := undecided(condition, yes, no)) is not None:
        return known
    return active().words.chosen(condition, yes, no)  # type: ignore[no-any-return]
