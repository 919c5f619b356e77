"""Columns of a matrix that are assigned one by one: they are joined once, when it is next seen.

A loop over a thousand columns would otherwise join a thousand columns a thousand times.
"""

from typing import Any, NamedTuple

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active
from converter.trace.standins.selection import is_all_rows


class Column(NamedTuple):
    """The view `x[:, place]`."""

    place: int

    def __call__(self, x: Any) -> Any:
        """The view of an ndarray."""
        return x[:, self.place]


def asked(array: Any, key: Any) -> Column | None:
    """The column that `array[key]` is, of an array that can hold columns of its own."""
    if not (isinstance(key, tuple) and len(key) == 2 and isinstance(key[0], slice)):
        return None
    if type(key[1]) is not int and not isinstance(key[1], np.integer):
        return None
    if not (is_all_rows(key[0]) and _is_plain_matrix(array)):
        return None
    [width] = array._node.shape
    return Column(int(key[1]) % width) if -width <= key[1] < width else None


def _is_plain_matrix(array: Any) -> bool:
    is_view = array._source is not None or array._parent is not None
    is_part = array._slot is not None or array._lead or array._pending
    return not is_view and not is_part and array._node.rows and len(array._node.shape) == 1


def column(array: Any, index: int) -> Node:
    """A column [N]: what was assigned to it, or what the array held before."""
    if not _is_plain_matrix(array):  # a loop over its rows is under way
        return active().tape.make("pick", array._laid(), index=index, axis=0)
    node: Node | None = array._written.get(index)
    return active().tape.make("pick", array._node, index=index, axis=0) if node is None else node


def fitting(array: Any, value: Any) -> Node | None:
    """What is assigned to a column as [N] of the array's dtype; None for what is no such column."""
    own = array._node.dtype
    if type(value) in (int, float) and own.kind == "f":
        return active().tape.make("repeat", active().tape.const(own.type(value)), active().anchor)
    if not hasattr(value, "_laid") or value._slot is not None or value._lead:
        return None
    node: Node = value._laid()
    if not node.rows or node.shape:
        return None
    if node.dtype == own:
        return node
    are_numbers = {node.dtype.kind, own.kind} <= set("biuf")
    return active().tape.make("cast", node, dtype=str(own)) if are_numbers else None


def put(array: Any, index: int, node: Node) -> None:
    """Assign [N] to a column."""
    if _is_plain_matrix(array):
        array._written[index] = node
    else:
        array[:, index] = type(array)(node)


def whole(node: Node, columns: dict[int, Node]) -> Node:
    """The matrix `node` with some of its columns in place of its own."""
    make = active().tape.make
    parts: list[Node] = []
    kept: list[int] = []
    for index in range(node.shape[0]):
        if index not in columns:
            kept.append(index)
            continue
        if kept:
            parts.append(make("take", node, indices=tuple(kept), axis=0))
            kept = []
        parts.append(make("reshape", columns[index], shape=(1,)))
    if kept:
        parts.append(make("take", node, indices=tuple(kept), axis=0))
    return make("join", *parts, axis=0)
