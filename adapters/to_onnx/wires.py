"""What flows between two steps: a matrix, a frame of named columns, or one column of text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var


@dataclass(frozen=True)
class Matrix:
    """One tensor [N, F] of a single dtype."""

    var: Var


@dataclass(frozen=True)
class Frame:
    """Named columns, each a tensor [N, 1] of its own dtype."""

    columns: dict[str, Var]


@dataclass(frozen=True)
class Text:
    """One string a row, a tensor [N]."""

    var: Var


Wire = Matrix | Frame | Text

Outputs = dict[str, Wire | Var]
"""Method → what it gives: a wire for `transform`, a tensor for the others."""


def dtype_of(var: Var) -> np.dtype:
    """Numpy's dtype of a tensor; strings are `np.dtype(str)`."""
    dtype: np.dtype = np.dtype(var.unwrap_tensor().dtype)
    return dtype


def is_text(var: Var) -> bool:
    """Whether a tensor holds strings."""
    return dtype_of(var).kind in "UO"


def cast(var: Var, dtype: np.dtype | type) -> Var:
    """`var` as `dtype`, untouched where it is that already."""
    return var if dtype_of(var) == np.dtype(dtype) else op.cast(var, to=dtype)


def take(var: Var, columns: Sequence[int] | np.ndarray) -> Var:
    """Columns of [N, F] by position."""
    return op.gather(var, op.const(np.asarray(columns, dtype=np.int64)), axis=1)


def join(parts: Sequence[Var]) -> Var:
    """Tensors [N, …] side by side."""
    return parts[0] if len(parts) == 1 else op.concat(parts, axis=1)


def columns_of(wire: Wire, count: int) -> list[Var]:
    """Every column of a wire of `count` columns as a tensor [N, 1]."""
    match wire:
        case Frame(columns):
            return list(columns.values())
        case Matrix(var):
            return [var] if count == 1 else [take(var, [i]) for i in range(count)]
        case Text(var):
            return [op.reshape(var, op.const(np.array([-1, 1])))]


def select(wire: Wire, positions: Sequence[int]) -> Wire:
    """Some columns of a wire, by position."""
    match wire:
        case Frame(columns):
            names = list(columns)
            return Frame({names[i]: columns[names[i]] for i in positions})
        case Matrix(var):
            return Matrix(take(var, positions))
        case Text():
            return wire


def side_by_side(wires: Sequence[Wire], names: Sequence[str], real: np.dtype) -> Wire:
    """What `np.hstack` of the wires gives: a matrix, or a frame where text stands beside numbers.

    `names` are those of the columns of the result, in order; used for a frame only.
    """
    if len(wires) == 1:
        return wires[0]
    if not any(_has_text(wire) for wire in wires) or all(_all_text(wire) for wire in wires):
        return Matrix(join([matrix(wire, real) for wire in wires]))
    columns = [column for wire in wires for column in _split(wire)]
    labels = list(names) if len(names) == len(columns) else [f"x{i}" for i in range(len(columns))]
    return Frame(dict(zip(labels, columns, strict=True)))


def matrix(wire: Wire, real: np.dtype) -> Var:
    """A wire as one tensor [N, F]: text stays text, numbers become `real`."""
    match wire:
        case Matrix(var):
            return var if is_text(var) else cast(var, real)
        case Text(var):
            return op.reshape(var, op.const(np.array([-1, 1])))
        case Frame(columns):
            texts = {is_text(var) for var in columns.values()}
            if len(texts) > 1:
                raise TypeError("text beside numbers, where a matrix of one dtype is needed")
            parts = [var if is_text(var) else cast(var, real) for var in columns.values()]
            return join(parts)


def variables(wire: Wire) -> list[Var]:
    """The tensors of a wire."""
    return list(wire.columns.values()) if isinstance(wire, Frame) else [wire.var]


def _has_text(wire: Wire) -> bool:
    return any(is_text(var) for var in variables(wire))


def _all_text(wire: Wire) -> bool:
    return all(is_text(var) for var in variables(wire))


def _split(wire: Wire) -> list[Var]:
    if isinstance(wire, Matrix):
        return columns_of(wire, int(wire.var.unwrap_tensor().shape[1]))
    return columns_of(wire, 1)
