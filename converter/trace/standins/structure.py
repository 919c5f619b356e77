"""Functions that only move values: which value went where is asked of numpy itself.

The function is run on small arrays of labels in place of the stand-ins, with two numbers of rows.
From where the labels end up, the rows are told from the columns: a label must stay in its row, and
every row must be treated alike.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.lift import (
    holds_standin,
    is_batch,
    is_standin,
    is_subset,
    lead_of,
    node_of,
    raw_node,
    slot_of,
)
from converter.trace.standins.rows import Rows

FEW, MANY = 5, 7
"""The two numbers of rows."""
_NO_ROW = 7
"""The row of a label that stands for a constant."""


class Leaf(NamedTuple):
    """The place of a stand-in, or of a constant among the data, in a call's arguments."""

    number: int


class Moved(NamedTuple):
    """What a call gives: a node, and how many axes stand before its rows."""

    node: Node
    lead: int
    is_view: bool
    """Whether it shares the memory of the call's only stand-in."""


class Pattern:
    """The arguments of a call, in which the data are marked."""

    def __init__(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], data: tuple[Any, ...]
    ) -> None:
        """`data` names the arguments (position or name) whose constants are moved as well."""
        self.leaves: list[Any] = []
        self._args = tuple(self._marked(value, n in data) for n, value in enumerate(args))
        self._kwargs = {name: self._marked(value, name in data) for name, value in kwargs.items()}

    def _marked(self, value: Any, is_data: bool) -> Any:
        if is_standin(value) or (is_data and _is_constant(value)):
            self.leaves.append(value)
            return Leaf(len(self.leaves) - 1)
        if type(value) in (list, tuple):
            return type(value)(self._marked(part, is_data) for part in value)
        return value

    def filled(self, values: list[Any], rows: int) -> tuple[list[Any], dict[str, Any]]:
        """The arguments with `values` in place of the data."""
        return (
            [_filled(part, values, rows) for part in self._args],
            {name: _filled(part, values, rows) for name, part in self._kwargs.items()},
        )


def _is_constant(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return not holds_standin(value)
    return isinstance(value, bool | int | float | str | np.ndarray | np.generic | None)


def _filled(part: Any, values: list[Any], rows: int) -> Any:
    match part:
        case Leaf():
            return values[part.number]
        case Rows():
            return rows
        case list() | tuple():
            return type(part)(_filled(one, values, rows) for one in part)
        case slice():
            return slice(
                *(_filled(one, values, rows) for one in (part.start, part.stop, part.step))
            )
    return part


def moved(
    call: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any] | None = None,
    data: tuple[Any, ...] = (0,),
) -> Any:
    """What `call(*args, **kwargs)` gives: a `Moved`, or a list of them where it gives several."""
    pattern = Pattern(args, kwargs or {}, data)
    slot = slot_of(*(leaf for leaf in pattern.leaves if is_standin(leaf)))
    if is_subset(slot) and slot.is_flat:
        unknown("the shape of values that a mask chose", "use numpy.where")
    nodes = [raw_node(leaf) for leaf in pattern.leaves]
    leads = [lead_of(leaf) for leaf in pattern.leaves]
    sources = _Sources(nodes, leads, is_batch(slot))
    ran = [sources.labels(rows) for rows in (FEW, MANY)]
    few, many = (
        _run(call, pattern, labels, rows) for labels, rows in zip(ran, (FEW, MANY), strict=True)
    )
    plain = _run(call, pattern, sources.blank(FEW), FEW)
    if isinstance(many, np.ndarray):
        standins = [i for i, leaf in enumerate(pattern.leaves) if is_standin(leaf)]
        is_view = len(standins) == 1 and np.shares_memory(many, ran[1][standins[0]])
        return sources.traced(few, many, plain.dtype, is_view)
    return [sources.traced(a, b, c.dtype, False) for a, b, c in zip(few, many, plain, strict=True)]


def _run(call: Callable[..., Any], pattern: Pattern, values: list[Any], rows: int) -> Any:
    args, kwargs = pattern.filled(values, rows)
    result = call(*args, **kwargs)
    if isinstance(result, list | tuple):
        return list(result)
    is_text = any(value.dtype.kind == "O" for value in values)
    return np.asarray(result, dtype=object if is_text else None)


class _Sources:
    """The data of a call: labels for them, and the way back from labels to a node."""

    def __init__(self, nodes: list[Node], leads: list[int], is_batch: bool) -> None:
        self._nodes = nodes
        self._leads = leads
        self._is_batch = is_batch
        sizes = [int(np.prod(node.shape, dtype=int)) for node in nodes]
        self._starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    def labels(self, rows: int) -> list[np.ndarray]:
        """For each source an array, shaped as the user sees it: place * 8 + row."""
        return [self._label(number, rows) for number in range(len(self._nodes))]

    def _label(self, number: int, rows: int) -> np.ndarray:
        node = self._nodes[number]
        places = self._starts[number] + np.arange(self._starts[number + 1] - self._starts[number])
        places = places.reshape(node.shape) * 8
        if not node.rows:
            return np.asarray(places + _NO_ROW)
        if not self._is_batch:
            return np.asarray(places)
        numbers = np.arange(rows).reshape(rows, *(1,) * len(node.shape))
        return np.ascontiguousarray(np.moveaxis(places[None] + numbers, 0, self._leads[number]))

    def blank(self, rows: int) -> list[np.ndarray]:
        """Arrays of the sources' own dtypes: they tell the dtype of the result."""
        return [
            np.zeros(label.shape, dtype=_storage(node))
            for label, node in zip(self.labels(rows), self._nodes, strict=True)
        ]

    def traced(self, few: Any, many: Any, dtype: np.dtype, is_view: bool) -> Moved:
        """The node whose values stand where the labels went."""
        if not self._is_batch:
            return Moved(self._gathered(many >> 3, dtype), 0, is_view)
        lead = _row_axis(few.shape, many.shape)
        if lead is None:
            mixes_rows("gives values that do not stand row by row")
        few, many = np.moveaxis(few, lead, 0), np.moveaxis(many, lead, 0)
        places, rows = many >> 3, many & 7
        stay = (rows == _NO_ROW) | (rows == np.arange(MANY).reshape(MANY, *(1,) * (many.ndim - 1)))
        if not (stay.all() and (places == places[:1]).all() and (few[0] == many[0]).all()):
            mixes_rows("moves values from row to row")
        return Moved(self._gathered(places[0], dtype), lead, is_view)

    def _gathered(self, places: np.ndarray, dtype: np.dtype) -> Node:
        tape = active().tape
        flat = places.ravel()
        used = [
            number
            for number in range(len(self._nodes))
            if ((flat >= self._starts[number]) & (flat < self._starts[number + 1])).any()
        ]
        if not flat.size:
            return unknown("an array without columns")
        parts = [_flat(self._nodes[number], dtype) for number in used]
        shifts = np.zeros(len(self._nodes) + 1, dtype=np.int64)
        end = 0
        for number in used:
            shifts[number] = end - self._starts[number]
            end += self._starts[number + 1] - self._starts[number]
        owners = np.searchsorted(self._starts, flat, side="right") - 1
        chosen = flat + shifts[owners]
        joined = tape.make("join", *parts, axis=0)
        taken = tape.make("take", joined, indices=tuple(chosen.tolist()), axis=0)
        if not places.ndim and taken.shape == (1,):
            return tape.make("pick", taken, index=0, axis=0)
        return tape.make("reshape", taken, shape=places.shape)


def _storage(node: Node) -> np.dtype:
    return np.dtype(object) if node.kind == "text" else node.dtype


def _flat(node: Node, dtype: np.dtype) -> Node:
    """[N, size] of the result's dtype; a constant becomes rows."""
    tape = active().tape
    if not node.rows:
        node = node_of(np.asarray(node.value, dtype=_storage(node)).reshape(-1))
        if dtype.kind != "O" and node.dtype != dtype:
            node = tape.const(np.asarray(node.value).astype(dtype))
        return tape.make("repeat", node, active().anchor)
    if dtype.kind != "O" and node.dtype != dtype:
        node = tape.make("cast", node, dtype=str(dtype))
    return tape.make("reshape", node, shape=(int(np.prod(node.shape, dtype=int)),))


def _row_axis(few: tuple[int, ...], many: tuple[int, ...]) -> int | None:
    if len(few) != len(many):
        return None
    differing = [axis for axis, (a, b) in enumerate(zip(few, many, strict=True)) if a != b]
    if len(differing) != 1 or (few[differing[0]], many[differing[0]]) != (FEW, MANY):
        return None
    return differing[0]
