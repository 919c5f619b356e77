"""Making nodes: each operation once, constants folded, selections simplified."""

from collections.abc import Callable
from types import CodeType
from typing import Any

import numpy as np

from converter.trace.expression import Node, depth
from converter.trace.operations import evaluated
from converter.trace.pieces import OPERATIONS, SPREAD


class Tape:
    """The nodes of a function's traces: what was recorded before is found again."""

    def __init__(
        self,
        line: Callable[[], tuple[CodeType, int] | None] = lambda: None,
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        """`line` tells the line of the user's code that runs; `watch` stops what takes too long."""
        self._line = line
        self._watch = watch
        self._known: dict[Any, Node] = {}

    def input(self, name: str, value: np.ndarray) -> Node:
        """An input of the function: `value` is [sample rows, …]."""
        return self._kept(("input", name), "input", (), {"name": name}, value, rows=True)

    def inputs(self) -> list[Node]:
        """The inputs, in the order they were made."""
        return [node for node in self._known.values() if node.op == "input"]

    def const(self, value: Any) -> Node:
        """A constant: a Python number or str, which stays one, or an array without rows."""
        if not isinstance(value, bool | int | float | str | None):
            value = np.asarray(value)
        key = ("const", *_fingerprint(value))
        return self._kept(key, "const", (), {}, value, rows=False)

    def make(self, op: str, *inputs: Node, **attrs: Any) -> Node:
        """The node of an operation of `converter.trace.operations`."""
        self._watch()
        if op not in OPERATIONS:
            inputs = self._by_piece(inputs)
        if simple := self._simplified(op, inputs, attrs):
            return simple
        key = (op, *map(id, inputs), repr(attrs))
        if key in self._known:
            return self._known[key]
        value = evaluated(op, [node.value for node in inputs], attrs)
        if not any(node.rows for node in inputs):
            return self.const(value)
        return self._kept(key, op, inputs, attrs, value, rows=True)

    def _by_piece(self, inputs: tuple[Node, ...]) -> tuple[Node, ...]:
        """Values of rows beside those of their texts' pieces: each once for every piece."""
        owners = dict.fromkeys(node.owner for node in inputs if node.rows)
        if len(owners) < 2:
            return inputs
        deepest = max(owners, key=depth)
        return tuple(self.spread(node, deepest) for node in inputs)

    def spread(self, node: Node, owner: Node | None) -> Node:
        """A value of each row once for every piece of its text; constants stay. ValueError."""
        if not node.rows or node.owner is owner:
            return node
        if owner is None:
            raise ValueError("values of the pieces of several texts")
        return self.make(SPREAD, self.spread(node, owner.inputs[0].owner), owner)

    def make_for(self, origin: Node, op: str, *inputs: Node, **attrs: Any) -> Node:
        """`make` of what stands for `origin`: on the same line of the user's code."""
        line, self._line = self._line, lambda: origin.line
        try:
            return self.make(op, *inputs, **attrs)
        finally:
            self._line = line

    def _kept(
        self,
        key: Any,
        op: str,
        inputs: tuple[Node, ...],
        attrs: dict[str, Any],
        value: Any,
        *,
        rows: bool,
    ) -> Node:
        if key not in self._known:
            self._known[key] = Node(op, inputs, attrs, value, rows, self._line())
        return self._known[key]

    def _simplified(self, op: str, inputs: tuple[Node, ...], attrs: dict[str, Any]) -> Node | None:
        [first, *_] = inputs
        if op == "pick" and first.op == "join" and first.attrs == {"axis": attrs["axis"]}:
            return self._picked_part(first, attrs)
        if op == "pick" and first.op == "take" and first.attrs["axis"] == attrs["axis"]:
            index = first.attrs["indices"][attrs["index"]]
            return self.make("pick", first.inputs[0], index=index, axis=attrs["axis"])
        if (
            op == "pick"
            and first.op == "reshape"
            and (first.shape, first.inputs[0].shape) == ((1,), ())
        ):
            return first.inputs[0]
        if op == "take":
            return self._taken(first, **attrs)
        if op == "reshape":
            return self._reshaped(first, **attrs)
        if op == "join":
            return self._joined(inputs, **attrs)
        if op == "cast" and first.rows and str(first.dtype) == attrs["dtype"]:
            return first
        return None

    def _reshaped(self, first: Node, shape: tuple[int, ...]) -> Node | None:
        if shape == first.shape:
            return first
        if first.op == "reshape":
            return self.make("reshape", first.inputs[0], shape=shape)
        if first.op == "pick" and shape == (1,) and len(first.inputs[0].shape) == 1:
            return self.make("take", first.inputs[0], indices=(first.attrs["index"],), axis=0)
        return None

    def _joined(self, inputs: tuple[Node, ...], axis: int) -> Node | None:
        """Joins within joins are one; what was taken apart is put together."""
        parts: list[Node] = []
        for part in _opened(inputs, axis):
            if parts and _source(parts[-1], axis) is _source(part, axis):
                part = self._side_by_side(parts.pop(), part, axis)
            parts.append(part)
        if len(parts) == 1:
            return parts[0]
        return None if tuple(parts) == inputs else self.make("join", *parts, axis=axis)

    def _side_by_side(self, before: Node, after: Node, axis: int) -> Node:
        indices = (*_indices(before, axis), *_indices(after, axis))
        return self.make("take", _source(before, axis), indices=indices, axis=axis)

    def _picked_part(self, join: Node, attrs: dict[str, Any]) -> Node | None:
        index = attrs["index"]
        for part in join.inputs:
            width = part.shape[attrs["axis"]]
            if index < width:
                return self.make("pick", part, index=index, axis=attrs["axis"])
            index -= width
        return None

    def _taken(self, first: Node, indices: tuple[int, ...], axis: int) -> Node | None:
        if indices == tuple(range(first.shape[axis])):
            return first
        if first.op == "take" and first.attrs["axis"] == axis:
            chosen = tuple(first.attrs["indices"][index] for index in indices)
            return self.make("take", first.inputs[0], indices=chosen, axis=axis)
        if first.op == "join" and first.attrs["axis"] == axis:
            parts = [(part, i) for part in first.inputs for i in range(part.shape[axis])]
            runs: list[tuple[Node, list[int]]] = []
            for part, i in (parts[index] for index in indices):
                if runs and runs[-1][0] is part:
                    runs[-1][1].append(i)
                else:
                    runs.append((part, [i]))
            taken = [self.make("take", p, indices=tuple(i), axis=axis) for p, i in runs]
            return self.make("join", *taken, axis=axis) if taken else None
        return None


def _opened(inputs: tuple[Node, ...], axis: int) -> list[Node]:
    """The parts of a join, those of joins within it instead of these; never with another dtype."""
    inner = [part.op == "join" and part.attrs["axis"] == axis for part in inputs]
    if not any(inner):
        return list(inputs)
    common = np.result_type(*(part.dtype for part in inputs))
    return [
        one
        for part, is_join in zip(inputs, inner, strict=True)
        for one in (part.inputs if is_join and part.dtype == common else (part,))
    ]


def _source(node: Node, axis: int) -> Node:
    """The array that `node` is columns of."""
    return node.inputs[0] if node.op == "take" and node.attrs["axis"] == axis else node


def _indices(node: Node, axis: int) -> tuple[int, ...]:
    """Which columns of its source a node is."""
    if node.op == "take" and node.attrs["axis"] == axis:
        indices: tuple[int, ...] = node.attrs["indices"]
        return indices
    return tuple(range(node.shape[axis]))


def _fingerprint(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, np.ndarray):
        return (type(value), repr(value))
    if value.dtype.kind == "O":
        return ("object", value.shape, repr(value.tolist()))
    return (value.dtype.str, value.shape, value.tobytes())
