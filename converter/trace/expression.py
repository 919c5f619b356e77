"""The function expression: array operations on rows, and what they give on some sample rows.

A node is one operation. Its leading axis is the rows, which are opaque: how many there are is
nowhere said. Constants have no row axis. The same operation on the same inputs is the same node,
so that two expressions are equal where they are one object.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import CodeType
from typing import Any

import numpy as np

from converter.trace.operations import evaluated
from converter.trace.pieces import GATHERED, OWNER


@dataclass(frozen=True, eq=False, repr=False)
class Node:
    """One operation, and its value on the sample rows."""

    op: str
    """A name of `operations`, or "input" or "const"."""
    inputs: tuple["Node", ...]
    attrs: dict[str, Any]
    value: Any
    """[sample rows, *shape] as numpy has it; of a constant, itself. A Python number stays one: in
    numpy it does not decide the dtype."""
    rows: bool
    """Whether it has the row axis: only constants, and what is made of them alone, have none."""
    line: tuple[CodeType, int] | None = None
    """The user's code that made it, and the line in it; None for inputs."""

    @cached_property
    def dtype(self) -> np.dtype:
        """Numpy's dtype; text is `object`."""
        return np.asarray(self.value).dtype

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Without the row axis."""
        shape: tuple[int, ...] = np.shape(self.value)
        return shape[1:] if self.rows else shape

    @cached_property
    def kind(self) -> str:
        """ "text", "date", "span" (a difference of dates), "bool", "int" or "float"."""
        return _KINDS.get(self.dtype.kind, self.dtype.kind)

    @cached_property
    def owner(self) -> "Node | None":
        """The `pieces.owner` of the pieces that it has a value for each of; None: rows."""
        if self.op == OWNER:
            return self
        given = self.inputs[:1] if self.op in GATHERED else self.inputs
        owners = [part.owner for part in given]
        return max(owners, key=depth, default=None)

    def __repr__(self) -> str:
        return told(self)


def depth(owner: Node | None) -> int:
    """How often texts were cut to come to the pieces of `owner`; 0: they are rows."""
    return 0 if owner is None else 1 + depth(owner.inputs[0].owner)


_KINDS = {"O": "text", "U": "text", "M": "date", "m": "span"}
_KINDS |= {"b": "bool", "i": "int", "u": "int", "f": "float"}


@dataclass(frozen=True)
class Expression:
    """What a function does: named inputs → one tensor, or named columns."""

    inputs: tuple[Node, ...]
    outputs: tuple[Node, ...]
    """One of any shape; of a frame, one [N] for each column, or all of them as one [N, F]."""
    columns: tuple[str, ...] | None = None
    """The names of a frame's (or a Series') columns; None for an array."""
    frozen: dict[str, str] = field(default_factory=dict)
    """What was read on purpose while tracing (`--freeze`): name → the value baked in."""
    tried: dict[str, np.ndarray] = field(default_factory=dict)
    """The inputs of all rows on which the live function answered, and answered the same."""
    mutates: bool = False
    """Whether the live function writes into the rows it is handed; the expression does not."""

    def evaluate(self, given: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """The outputs for other rows, by the reference evaluator: input name → [N, …]."""
        values = self.values(given)
        return [np.asarray(values[node]) for node in self.outputs]

    def values(self, given: Mapping[str, np.ndarray]) -> dict[Node, Any]:
        """The value of every node, for other rows."""
        values: dict[Node, Any] = {node: given[node.attrs["name"]] for node in self.inputs}
        for node in ordered(self.outputs):
            if node not in values:
                values[node] = _value(node, values)
        return values

    def by_column(self, values: list[np.ndarray]) -> list[np.ndarray]:
        """What `evaluate` gave, a frame as one [N] for each column."""
        if not self.columns or self.outputs[0].shape == ():
            return values
        return list(values[0].T)


def _value(node: Node, values: Mapping[Node, Any]) -> Any:
    if node.op == "const":
        return node.value
    return evaluated(node.op, [values[given] for given in node.inputs], node.attrs)


def ordered(roots: tuple[Node, ...], known: Container[Node] = ()) -> Iterator[Node]:
    """Every node below `roots` once, each after its inputs; without recursion.

    What is below those in `known` is left out.
    """
    seen: set[Node] = set()
    stack: list[tuple[Node, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, complete = stack.pop()
        if complete:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            if node not in known:
                stack.extend((given, False) for given in reversed(node.inputs))


def told(node: Node) -> str:
    """The expression in a line, such as `log1p(take(X, indices=(0,)))`; for people and tests."""
    if node.op == "input":
        return str(node.attrs["name"])
    if node.op == "const":
        return repr(np.asarray(node.value).tolist())
    given = [told(part) for part in node.inputs]
    return f"{node.op}({', '.join([*given, *(f'{k}={v!r}' for k, v in node.attrs.items())])})"
