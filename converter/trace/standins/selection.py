"""Indexing by numpy's own rules: rows stay whole, what comes after them is chosen."""

from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, refuse
from converter.trace.standins.lift import is_standin


def get(node: Node, key: Any, slot: int | None) -> Node:
    """What `node[key]` is. Refuses keys that choose rows."""
    key = _columns(key, node, slot)
    tape = active().tape
    if len(node.shape) == 1 and len(key) == 1 and isinstance(key[0], int | np.integer):
        return tape.make("pick", node, index=_position(key[0], node.shape[0]), axis=0)
    places = _places(node.shape, key)
    flat = tape.make("reshape", node, shape=(_size(node),))
    taken = tape.make("take", flat, indices=tuple(places.ravel().tolist()), axis=0)
    return tape.make("reshape", taken, shape=places.shape)


def put(node: Node, key: Any, value: Node, slot: int | None) -> Node:
    """`node` after `node[key] = value`; the value is cast to the node's dtype, as numpy does."""
    key = _columns(key, node, slot)
    tape = active().tape
    places = _places(node.shape, key)
    spread = _spread(value, places.shape, slot)
    if str(spread.dtype) != str(node.dtype):
        spread = tape.make("cast", spread, dtype=str(node.dtype))
    flat = tape.make("reshape", node, shape=(_size(node),))
    joined = tape.make(
        "join", _rows(flat, node), tape.make("reshape", spread, shape=(places.size,)), axis=0
    )
    chosen = np.arange(_size(node))
    chosen[places.ravel()] = _size(node) + np.arange(places.size)
    taken = tape.make("take", joined, indices=tuple(chosen.tolist()), axis=0)
    return tape.make("reshape", taken, shape=node.shape)


def _rows(flat: Node, like: Node) -> Node:
    return flat if flat.rows else active().tape.make("repeat", flat, like)


def _spread(value: Node, shape: tuple[int, ...], slot: int | None) -> Node:
    """A value as rows of `shape`, as numpy broadcasts it in an assignment."""
    tape = active().tape
    if not value.rows:
        given = np.asarray(value.value)
        if slot is None and given.ndim > len(shape):
            mixes_rows("assigns a constant that has rows of its own")
        constant = tape.const(np.broadcast_to(given, shape).copy())
        return tape.make("repeat", constant, anchor())
    if value.shape == shape:
        return value
    places = np.broadcast_to(np.arange(_size(value)).reshape(value.shape), shape)
    flat = tape.make("reshape", value, shape=(_size(value),))
    taken = tape.make("take", flat, indices=tuple(places.ravel().tolist()), axis=0)
    return tape.make("reshape", taken, shape=shape)


def anchor() -> Node:
    """Some input of the function: it tells how many rows there are."""
    return active().anchor


def _columns(key: Any, node: Node, slot: int | None) -> tuple[Any, ...]:
    """The part of a key that is about the columns."""
    parts = key if isinstance(key, tuple) else (key,)
    if any(is_standin(part) for part in parts):
        refuse(
            "data-dependent", "chooses columns by a row's value", "use numpy.where or numpy.select"
        )
    if slot is not None:
        return parts
    if parts and parts[0] is Ellipsis:
        missing = len(node.shape) + 1 - sum(part is not None for part in parts[1:])
        parts = (slice(None),) * missing + parts[1:]
    if not parts or not _is_whole(parts[0]):
        mixes_rows("chooses single rows", "a row must not depend on where it stands")
    return parts[1:]


def _is_whole(part: Any) -> bool:
    return isinstance(part, slice) and part in (slice(None), slice(0, None), slice(None, None, 1))


def _places(shape: tuple[int, ...], key: tuple[Any, ...]) -> np.ndarray:
    """Which of the flat positions a key takes, in the shape of the result. Raises IndexError."""
    return np.asarray(np.arange(int(np.prod(shape))).reshape(shape)[key])


def _position(index: int, length: int) -> int:
    if not -length <= index < length:
        raise IndexError(f"index {index} is out of bounds for axis 1 with size {length}")
    return int(index) % length


def _size(node: Node) -> int:
    return int(np.prod(node.shape, dtype=int))
