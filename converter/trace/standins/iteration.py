"""Rows one by one: a loop over them is run on a few tokens, each of which stands for every row.

What comes of the tokens must be the same for each, or a row's answer depends on other rows, or on
where it stands. The tokens differ by their slot only: values of two slots do not mix.
"""

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows

ALONE = -1
"""The slot of a row that a function is applied to, outside of any loop."""


class RowNumber:
    """Where a row stands: good as a key for that row, and for nothing else."""

    _rank = -1

    def __init__(self, slot: int) -> None:
        self._slot = slot

    def _mlconvert_node(self) -> NoReturn:
        self._known()

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        return (int,)

    def __index__(self) -> int:
        return self._slot

    def __eq__(self, other: object) -> bool:
        return (isinstance(other, RowNumber) and other._slot == self._slot) or self._known()

    def __hash__(self) -> int:
        return hash(("row", self._slot))

    def _known(self, *_: Any) -> NoReturn:
        mixes_rows("computes with the place of a row", "a row must not depend on where it stands")

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _known
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _known
    __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = _known
    __int__ = __float__ = __neg__ = __bool__ = __str__ = __format__ = _known


def tokens(item: Callable[[int], Any]) -> Iterator[Any]:
    """`item(slot)` for each of the slots: what a loop over the rows is handed."""
    active().iterated = True
    for slot in range(active().slots):
        yield item(slot)


def row_numbers() -> Iterator[RowNumber]:
    """What `range(len(X))` gives."""
    return tokens(RowNumber)


def is_row_number(key: Any) -> bool:
    """Whether a key is that of a row."""
    return isinstance(key[0] if isinstance(key, tuple) and key else key, RowNumber)


# --- rows of an array, as views ---------------------------------------------------------------


def row_view(array: Any, slot: int) -> Any:
    """One row of an array: what is assigned to it is assigned there."""
    view = type(array)(array._node, slot)
    view._parent = array
    return view


def row_laid(array: Any, slot: int) -> Node:
    """The value of a row: what the loop has assigned to it, or what the array held before."""
    node: Node | None = array._pending.get(slot)
    return array._base() if node is None else node


def row_put(array: Any, slot: int, node: Node) -> None:
    """Assign to one row."""
    array._pending[slot] = node


def settled(array: Any) -> None:
    """After a loop: each row was assigned the same, and so the array is."""
    nodes = array._pending
    array._pending = {}
    if len(nodes) != active().slots or len(set(nodes.values())) > 1:
        mixes_rows("assigns to some of the rows only", "assign to a row in a loop over all rows")
    array._assign(next(iter(nodes.values())))
