"""Columns that are computed alike, computed as one matrix.

A frame is traced column by column. Where columns stand side by side, in a matrix or in the frame
that a function gives, and each is the same chain of operations, the chain is done once on all.
"""

from typing import Any

import numpy as np

from converter.trace.expression import Node, ordered
from converter.trace.operations import SPECIAL, UFUNCS
from converter.trace.outcome import Traced
from converter.trace.tape import Tape

FEWEST = 4
"""Columns that stand side by side: fewer are left as they are."""
WIDE = 8
"""Columns of a frame that is given back as one matrix."""
DEEPEST = 100
ELEMENTWISE = frozenset(
    {*UFUNCS, *(f"special.{name}" for name in SPECIAL)}
    | {"where", "cast", "round", "isin", "lookup", "searchsorted", "interp"}
)
_NUMBERS = ("bool", "int", "float")


class _Unlike(Exception):
    """Columns that looked alike, and as one matrix would have another dtype."""


def vectorised(traced: Traced, tape: Tape) -> Traced:
    """The same outputs, of fewer nodes. A wide frame of one dtype becomes one matrix [N, F]."""
    outputs = traced.outputs
    kinds = {(node.kind, str(node.dtype), node.shape) for node in outputs}
    if traced.columns and len(outputs) >= WIDE and len(kinds) == 1 and outputs[0].kind in _NUMBERS:
        parts = [tape.make("reshape", node, shape=(1,)) for node in outputs]
        whole = tape.make("join", *parts, axis=0)
        result = _Rewriting(tape, (whole,)).results[whole]
        if len(result.inputs) <= len(outputs) // 2:
            return Traced((result,), traced.columns)
    rewriting = _Rewriting(tape, outputs)
    return Traced(tuple(rewriting.results[node] for node in outputs), traced.columns)


class _Rewriting:
    """Every node below some outputs, and what stands for it."""

    def __init__(self, tape: Tape, outputs: tuple[Node, ...]) -> None:
        self.results: dict[Node, Node] = {}
        self._tape = tape
        self._numbers: dict[Any, int] = {}
        self._marks: dict[Node, tuple[int, int]] = {}
        nodes = list(ordered(outputs))
        has_wide = any(node.op == "join" and len(node.inputs) >= FEWEST for node in nodes)
        for node in nodes:
            if has_wide:
                self._marks[node] = self._marked(node)
            self.results[node] = self._rewritten(node)

    def _rewritten(self, node: Node) -> Node:
        if node.op == "join" and node.attrs["axis"] == 0 and len(node.inputs) >= FEWEST:
            return self._joined(node)
        inputs = tuple(self.results[part] for part in node.inputs)
        if inputs == node.inputs:
            return node
        return self._tape.make_for(node, node.op, *inputs, **node.attrs)

    def _joined(self, join: Node) -> Node:
        """Runs of columns that are computed alike, each as one matrix."""
        runs: list[list[Node]] = []
        for part in join.inputs:
            if runs and self._alike(runs[-1][0], part):
                runs[-1].append(part)
            else:
                runs.append([part])
        parts = [each for run in runs for each in self._run(run, join)]
        return self._tape.make_for(join, "join", *parts, axis=0)

    def _alike(self, first: Node, part: Node) -> bool:
        columns = _column(first), _column(part)
        if columns[0] is None or columns[1] is None:
            return False
        return self._marks[columns[0]][0] == self._marks[columns[1]][0]

    def _run(self, run: list[Node], join: Node) -> list[Node]:
        columns = [_column(part) for part in run]
        if len(run) >= FEWEST and columns[0] is not None and columns[0].op != "input":
            try:
                whole = self._matrix([column for column in columns if column is not None])
            except _Unlike:
                return [self.results[part] for part in run]
            if whole.shape == (1,):  # one column again and again
                return [self._tape.make_for(join, "take", whole, indices=(0,) * len(run), axis=0)]
            return [whole]
        return [self.results[part] for part in run]

    # --- what is computed alike ---

    def _marked(self, node: Node) -> tuple[int, int]:
        """A number that columns [N] computed alike share, and how deep the chain is."""
        deep = 0
        if node.shape != () or node.kind not in _NUMBERS:
            key: Any = ("itself", id(node))
        elif node.op == "const":
            key = ("const", type(node.value), node.dtype)
        elif node.op == "input":
            key = ("input", node.dtype)
        elif node.op == "pick" and len(node.inputs[0].shape) == 1:
            key = ("pick", id(node.inputs[0]))
        else:
            marks = [self._marks[part] for part in node.inputs]
            deep = 1 + max(depth for _, depth in marks)
            is_flat = all(part.shape == () for part in node.inputs)
            if node.op in ELEMENTWISE and is_flat and deep < DEEPEST:
                chain = tuple(number for number, _ in marks)
                key = (node.op, repr(node.attrs) if node.attrs else "", node.dtype, chain)
            else:
                key, deep = ("itself", id(node)), 0
        return self._numbers.setdefault(key, len(self._numbers)), deep

    def _matrix(self, columns: list[Node]) -> Node:
        """Columns [N] computed alike, as [N, F]; as [N, 1] where all are the same."""
        [first, *_] = columns
        make = self._tape.make_for
        if first.op == "const":
            return self._constant(columns)
        if all(column is first for column in columns):
            return make(first, "reshape", self.results[first], shape=(1,))
        if first.op == "input":
            parts = [make(column, "reshape", column, shape=(1,)) for column in columns]
            return make(first, "join", *parts, axis=0)
        if first.op == "pick":
            indices = tuple(column.attrs["index"] for column in columns)
            return make(first, "take", self.results[first.inputs[0]], indices=indices, axis=0)
        inputs = [
            self._matrix(list(parts)) for parts in zip(*(c.inputs for c in columns), strict=True)
        ]
        result = make(first, first.op, *inputs, **first.attrs)
        if result.dtype != first.dtype or _are_weighed(first, inputs):
            raise _Unlike
        return result

    def _constant(self, columns: list[Node]) -> Node:
        if all(column is columns[0] for column in columns):
            return columns[0]
        return self._tape.const(np.array([column.value for column in columns]))


def _are_weighed(first: Node, inputs: list[Node]) -> bool:
    """Whether a column of float32 was compared with a number of Python's own, which an array of
    such numbers would be no more."""
    if first.dtype != bool or not any(node.dtype == np.float32 for node in inputs):
        return False
    pairs = zip(first.inputs, inputs, strict=True)
    return any(type(own.value) is float and type(node.value) is not float for own, node in pairs)


def _column(part: Node) -> Node | None:
    """The column [N] that a part of a join is made of."""
    if part.op == "reshape" and part.shape == (1,) and part.inputs[0].shape == ():
        return part.inputs[0]
    return None
