"""How an array stand-in is indexed, assigned to, looked over and asked for its truth."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, refuse, unknown
from converter.trace.standins import buffer, selection
from converter.trace.standins.array import Array, of, wrapped
from converter.trace.standins.iteration import is_row_number
from converter.trace.standins.lift import is_batch, is_standin, is_subset, node_of, raw_node
from converter.trace.standins.structure import Moved, moved
from converter.trace.standins.subset import Subset


class Places:
    """What `np.where(mask)` gives: it is good as a key, for what the mask itself would choose."""

    def __init__(self, mask: Array) -> None:
        self.mask = mask

    def __getitem__(self, axis: Any) -> Any:
        """The positions along one axis; those of rows are only good as a key."""
        if axis == 0 and self.mask.ndim == 1:
            return self
        if axis in (1, -1) and self.mask.ndim == 2:
            width = self.mask._laid().shape[0]
            columns = active().tape.make("repeat", node_of(np.arange(width)), active().anchor)
            return Array(columns, Subset(self.mask._laid(), 2))
        return mixes_rows("asks for the numbers of the rows where a condition holds", _MASK)

    def __len__(self) -> int:
        return self.mask.ndim

    def __iter__(self) -> Iterator[Any]:
        return iter([_RowNumbers(self), self[1]] if self.mask.ndim == 2 else [self])


class _RowNumbers:
    """The first of the two that `np.where` of a matrix gives: good beside the second only."""

    def __init__(self, places: Places) -> None:
        self.places = places


_MASK = "index with the mask itself"


def selected(array: Array, key: Any) -> Any:
    """`array[key]`; a basic key gives a lens, as numpy gives a view."""
    if is_row_number(key):
        return active().words.row_selected(array, key)
    if (found := masked(key)) is not None:
        mask, rest = found
        return _chosen(array if rest is None else array[(slice(None), *rest)], mask)
    if (column := buffer.asked(array, key)) is not None:
        lens = Array(buffer.column(array, column.place))
        lens._source = (array, column)
        return lens
    return viewed(array, selection.get(array, key), lambda x: x[selection._as_key(key)])


def viewed(array: Array, result: Moved, view: Any) -> Any:
    """What numpy hands out for `result`: a lens where it shares the memory of `array`."""
    standin = wrapped(result.node, array._slot, result.lead)
    if result.is_view and isinstance(standin, Array):
        standin._source = (array, view)
        standin._last = (array._laid(), result.node)
    return standin


def masked(key: Any) -> tuple[Array, tuple[Any, ...] | None] | None:
    """The mask in a key, and what stands beside it; None where the key has no mask."""
    match key:
        case Places():
            return key.mask, None
        case (_RowNumbers() as rows, columns) if is_standin(columns) and is_subset(columns._slot):
            return rows.places.mask, None
        case (Places() as places, *rest):
            return places.mask, tuple(rest) or None
        case (first, *rest) if _is_mask(first):
            return of(first), tuple(rest) or None
    return (of(key), None) if _is_mask(key) else None


def _is_mask(key: Any) -> bool:
    return is_standin(key) and raw_node(key).kind == "bool" and raw_node(key).rows


def _chosen(array: Array, mask: Array) -> Array:
    """`array[mask]`: some of the rows, or some of the values."""
    if not is_batch(array._slot):
        refuse("data-dependent", "keeps more or fewer values of a row by what they are", _WHERE)
    if array._slot is not None or mask._slot is not None:
        unknown("a mask of what a mask chose", "join the masks by `&`")
    node, where = array._mlconvert_node(), mask._mlconvert_node()
    if where.shape not in ((), node.shape):
        unknown(f"a mask of the shape {mask.shape} on an array of {array.shape}")
    return Array(node, Subset(where, 1 + len(where.shape)))


_WHERE = "use numpy.where"


def assigned(array: Array, key: Any, value: Any) -> None:
    """`array[key] = value`; a boolean mask chooses values, everything else columns."""
    if is_row_number(key):
        active().words.row_assigned(array, key, value)
        return
    if (found := masked(key)) is not None:
        mask, rest = found
        _put_masked(array if rest is None else array[(slice(None), *rest)], mask, value)
        return
    column = buffer.asked(array, key)
    node = None if column is None else buffer.fitting(array, value)
    if column is not None and node is not None:
        buffer.put(array, column.place, node)
        return
    array._assign(selection.put(array, key, value).node)


def _put_masked(array: Any, mask: Array, value: Any) -> None:
    if not isinstance(array, Array) or array._slot != mask._slot or array._lead != mask._lead:
        unknown("a mask on an array of other rows")
    own, where = array._laid(), mask._laid()
    if where.shape not in ((), own.shape):
        unknown(f"a mask of the shape {mask.shape} on an array of {array.shape}")
    given = _cast(_masked_value(array, where, value), own)
    array._assign(_either(_deep(where, len(own.shape)), given, own))


def _masked_value(array: Array, where: Node, value: Any) -> Node:
    """The node of what is assigned where a mask holds: of its shape, or broadcast to it."""
    own = array._laid()
    if isinstance(value, list | tuple):
        value = of(value)
    node = raw_node(value)
    flat = bool(where.shape) or not is_batch(array._slot)
    if not node.rows:
        rank = np.ndim(node.value)
        if rank > (0 if flat else len(own.shape)) and np.size(node.value) != 1:
            mixes_rows("assigns a constant that has rows of its own")
        return node if rank <= len(own.shape) else node_of(np.ravel(node.value)[0])
    if is_batch(array._slot):
        if value._slot != Subset(where, 1 + len(where.shape)):
            mixes_rows(
                "assigns other rows than the mask chooses", "select them by the same mask: x[mask]"
            )
        if len(node.shape) < len(own.shape):
            mixes_rows("spreads one value a row over the columns", "reshape it by .reshape(-1, 1)")
    return _deep(node, len(own.shape))


def _cast(node: Node, like: Node) -> Node:
    if like.kind == "text" or node.dtype == like.dtype:
        return node
    if not node.rows:
        return node_of(np.asarray(node.value).astype(like.dtype))
    return active().tape.make("cast", node, dtype=str(like.dtype))


def _either(mask: Node, value: Node, otherwise: Node) -> Node:
    """`where`; what two masks that exclude each other have both overwritten is forgotten."""
    if otherwise.op == "where" and _is_complement(mask, otherwise.inputs[0]):
        first, kept = otherwise.inputs[:2]
        if value.rows or kept.rows:
            return active().tape.make("where", first, kept, value)
    return active().tape.make("where", mask, value, otherwise)


def _is_complement(a: Node, b: Node) -> bool:
    nots = ("invert", "logical_not")
    return (a.op in nots and a.inputs[0] is b) or (b.op in nots and b.inputs[0] is a)


def _deep(node: Node, rank: int) -> Node:
    shape = node.shape + (1,) * (rank - len(node.shape))
    return active().tape.make("reshape", node, shape=shape) if shape != node.shape else node


def iterated(array: Array) -> Iterator[Any]:
    """`for part in array`: over an axis before the rows, or over the values of one row."""
    if array._lead or not is_batch(array._slot):
        return iter([array[index] for index in range(array.shape[0])])
    return refuse("data-dependent", "loops over the rows", "use numpy's functions on whole columns")


def truth(array: Array) -> bool:
    """`bool(array)`."""
    return refuse(
        "data-dependent",
        "decides by the values of many rows at once",
        "decide row by row with numpy.where",
    )


def transposed(array: Array) -> Any:
    """`array.T`."""
    return viewed(array, moved(np.transpose, (array,)), np.transpose)
