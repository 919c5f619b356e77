"""From what a user's function holds (stand-ins, numbers, arrays) to nodes, and their alignment."""

import datetime
from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, is_active, mixes_rows, unknown
from converter.trace.standins.marks import is_marked
from converter.trace.standins.rows import Rows

FIRST_PIECE = 1_000_000
"""Slots from here on are of pieces."""


def node_of(value: Any) -> Node:
    """The node of a stand-in, or of a constant: number, str, numpy array, list, date.

    A stand-in is whatever has a `_mlconvert_node`.
    """
    if is_standin(value):
        node = value._mlconvert_node
        return node if isinstance(node, Node) else node()
    if isinstance(value, list | tuple):
        return _listed(value)
    if is_marked(value):
        return node_of(active().words.revived(value))
    if isinstance(value, np.generic) and value.dtype.kind == "U":
        value = str(value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "U":
        value = value.astype(object)
    if value is None or isinstance(value, bool | int | float | str | np.ndarray | np.generic):
        return active().tape.const(value)
    if isinstance(value, Rows):
        mixes_rows("computes with the number of rows", "leave it out of the formula")
    if isinstance(value, datetime.date | datetime.timedelta):
        return active().words.date_constant(value)  # type: ignore[no-any-return]
    return unknown(f"a {type(value).__module__}.{type(value).__qualname__} among its data")


def _listed(values: Any) -> Node:
    if holds_standin(values):
        return node_of(active().words.as_array(values))
    array = np.array(values)
    if array.dtype.kind not in "biufMmU":
        unknown("a list of values of several kinds among its data")
    return node_of(array)


def is_standin(value: Any) -> bool:
    """Whether `value` is one of ours."""
    return hasattr(type(value), "_mlconvert_node")


def holds_standin(value: Any, depth: int = 4) -> bool:
    """Whether `value` is, or (as a list, tuple, set or dict) holds, a stand-in."""
    if is_standin(value) or is_marked(value):
        return True
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if depth and isinstance(value, list | tuple | set | frozenset):
        return any(holds_standin(part, depth - 1) for part in value) or is_per_row(value)
    return False


def is_per_row(values: Any) -> bool:
    """Whether a list of constants is what a loop over the rows made: as many, and all the same."""
    if not is_active() or not active().iterated or len(values) != active().slots:
        return False
    spelled = {repr(value) for value in values}
    return isinstance(values, list) and len(spelled) == 1


class Piece(int):
    """The slot of the pieces of a row's text, while these are looped over."""

    above: Any
    """The slot of the row, which may be that of a piece as well."""

    @classmethod
    def below(cls, above: Any, number: int) -> "Piece":
        """A slot that no other has: `number` counts the loops."""
        self = cls(FIRST_PIECE + number)
        self.above = above
        return self


def _innermost(slots: list[Any]) -> list[Any]:
    """Without the slots of the rows that pieces among them are of."""
    above: list[Any] = []
    for slot in slots:
        while isinstance(slot, Piece):
            slot = slot.above
            above.append(slot)
    return [slot for slot in slots if slot not in above]


def slot_of(*values: Any) -> Any:
    """The rows that stand-ins belong to: None for whole batches. Rows are not mixed."""
    slots: list[Any] = []
    for value in values:
        if isinstance(value, list | tuple):
            value = next((part for part in value if is_standin(part)), None)
        if is_standin(value) and value._slot not in slots:
            slots.append(value._slot)
    slots = _innermost(slots) if len(slots) > 1 else slots
    if len(slots) > 1:
        if any(is_subset(slot) for slot in slots):
            mixes_rows(
                "computes with the rows where a condition holds beside other rows",
                "select both sides by the same mask, or use numpy.where",
            )
        if any(isinstance(slot, Piece) for slot in slots):
            unknown("words or characters of a text beside those of another")
        mixes_rows("computes with several rows at once")
    return slots[0] if slots else None


def is_subset(slot: Any) -> bool:
    """Whether `slot` means those rows for which a mask holds (see `standins.subset`)."""
    return slot is not None and not isinstance(slot, int)


def is_batch(slot: Any) -> bool:
    """Whether values of `slot` have a row axis: all rows, or some of them; not one row."""
    return slot is None or is_subset(slot)


def raw_node(value: Any) -> Node:
    """`node_of`, also of arrays whose row axis is not the leading one."""
    return value._laid() if hasattr(type(value), "_laid") else node_of(value)


def lead_of(value: Any) -> int:
    """How many axes stand before the rows in the user's view."""
    return value._lead if is_standin(value) and hasattr(value, "_lead") else 0


def aligned(values: tuple[Any, ...], slot: Any) -> tuple[list[Node], int]:
    """Nodes whose values numpy broadcasts as the user's own would be, and their common lead."""
    values = tuple(
        active().words.as_array(v) if isinstance(v, list | tuple) and holds_standin(v) else v
        for v in values
    )
    nodes = [raw_node(value) for value in values]
    if not is_batch(slot):
        return _aligned_rows(nodes), 0
    leads = [lead_of(value) for value in values]
    if is_subset(slot) and slot.is_flat and any(np.ndim(n.value) for n in nodes if not n.rows):
        mixes_rows("combines chosen values with a constant that has rows of its own")
    return _aligned_batches(nodes, leads)


def _aligned_batches(nodes: list[Node], leads: list[int]) -> tuple[list[Node], int]:
    depths = {len(n.shape) - lead for n, lead in zip(nodes, leads, strict=True) if n.rows}
    if not depths:
        return nodes, 0
    if len(depths) > 1:
        mixes_rows("spreads one value a row over the columns", "reshape it by .reshape(-1, 1)")
    [depth] = depths
    nodes = [node if node.rows else _constant(node, depth) for node in nodes]
    leads = [
        lead if node.rows else max(0, len(node.shape) - depth)
        for node, lead in zip(nodes, leads, strict=True)
    ]
    most = max(leads)
    return [
        _padded(node, most - lead) if node.rows else node
        for node, lead in zip(nodes, leads, strict=True)
    ], most


def _constant(node: Node, depth: int) -> Node:
    """A constant without the axis that would be the rows; that must be 1 long."""
    if len(node.shape) <= depth:
        return node
    axis = len(node.shape) - 1 - depth
    if node.shape[axis] != 1:
        mixes_rows("combines its rows with a constant that has rows of its own")
    return active().tape.const(np.squeeze(np.asarray(node.value), axis=axis))


def _padded(node: Node, count: int) -> Node:
    return active().tape.make("reshape", node, shape=(1,) * count + node.shape) if count else node


def _aligned_rows(nodes: list[Node]) -> list[Node]:
    """Numbers beside vectors of the same row: [N] as [N, 1]."""
    depth = max((len(node.shape) for node in nodes), default=0)
    return [_padded(node, depth - len(node.shape)) if node.rows else node for node in nodes]


def make_led(op: str, *values: Any, **attrs: Any) -> tuple[Node, int]:
    """The node of an elementwise operation on stand-ins and constants, and its lead."""
    nodes, lead = aligned(values, slot_of(*values))
    return active().tape.make(op, *nodes, **attrs), lead


def make(op: str, *values: Any, **attrs: Any) -> Node:
    """The node of an elementwise operation, whose leading axis is the rows."""
    node, lead = make_led(op, *values, **attrs)
    if lead:
        not_leading()
    return node


def not_leading() -> None:
    """Refuse an array whose rows do not stand along its first axis."""
    mixes_rows(
        "uses an array whose rows stand along another axis than the first",
        "transpose it back by .T",
    )
