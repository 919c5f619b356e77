"""From what a user's function holds (stand-ins, numbers, arrays) to nodes, and their alignment."""

from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown


def node_of(value: Any) -> Node:
    """The node of a stand-in, or of a constant: number, str, numpy array, date.

    A stand-in is whatever has a `_mlconvert_node`.
    """
    if is_standin(value):
        node = value._mlconvert_node
        return node if isinstance(node, Node) else node()
    if isinstance(value, np.generic) and value.dtype.kind == "U":
        value = str(value)
    if value is None or isinstance(value, bool | int | float | str | np.ndarray | np.generic):
        return active().tape.const(value)
    return unknown(f"a {type(value).__module__}.{type(value).__qualname__} among its data")


def is_standin(value: Any) -> bool:
    """Whether `value` is one of ours."""
    return hasattr(type(value), "_mlconvert_node")


def holds_standin(value: Any, depth: int = 4) -> bool:
    """Whether `value` is, or (as a list, tuple, set or dict) holds, a stand-in."""
    if is_standin(value):
        return True
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if depth and isinstance(value, list | tuple | set | frozenset):
        return any(holds_standin(part, depth - 1) for part in value)
    return False


def slot_of(*values: Any) -> int | None:
    """The row that stand-ins belong to: None for whole batches. Rows are not mixed."""
    slots = {value._slot for value in values if is_standin(value)}
    if len(slots) > 1:
        mixes_rows("computes with several rows at once")
    return slots.pop() if slots else None


def aligned(nodes: list[Node], slot: int | None) -> list[Node]:
    """Nodes whose values numpy broadcasts as the user's own would be, row by row."""
    return _aligned_rows(nodes) if slot is not None else _aligned_batches(nodes)


def _aligned_batches(nodes: list[Node]) -> list[Node]:
    depth = max((1 + len(node.shape) for node in nodes if node.rows), default=0)
    if not depth:
        return nodes
    return [_batch(node, depth) for node in nodes]


def _batch(node: Node, depth: int) -> Node:
    if node.rows:
        if 1 + len(node.shape) < depth:
            mixes_rows("spreads one value a row over the columns", "reshape it by .reshape(-1, 1)")
        return node
    if len(node.shape) < depth:
        return node
    if len(node.shape) > depth or node.shape[0] != 1:
        mixes_rows("combines its rows with a constant that has rows of its own")
    return active().tape.const(np.asarray(node.value)[0])


def _aligned_rows(nodes: list[Node]) -> list[Node]:
    """Numbers beside vectors of the same row: [N] as [N, 1]."""
    depth = max((len(node.shape) for node in nodes), default=0)
    return [_deep(node, depth) if node.rows else node for node in nodes]


def _deep(node: Node, depth: int) -> Node:
    shape = (1,) * (depth - len(node.shape)) + node.shape
    return active().tape.make("reshape", node, shape=shape)


def make(op: str, *values: Any, **attrs: Any) -> Node:
    """The node of an elementwise operation on stand-ins and constants, aligned."""
    nodes = aligned([node_of(value) for value in values], slot_of(*values))
    return active().tape.make(op, *nodes, **attrs)
