"""A yes or no about all rows at once: good for a check that raises, and for nothing else."""

from typing import Any, NoReturn

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows


class Verdict:
    """What `(X < 0).any()` gives. A branch on it must end in an exception on one of its ways."""

    def __init__(self, node: Node) -> None:
        """`node` is what one row says: [N] of bool."""
        self._node = node

    def __bool__(self) -> bool:
        active().batchwide.add(self._node)
        return active().paths.decide(self._node)

    def _known(self, *_: Any) -> NoReturn:
        mixes_rows("computes with what holds for any or all of the rows", "give axis=1")

    __eq__ = __ne__ = __and__ = __or__ = __invert__ = _known
    __rand__ = __ror__ = __float__ = __int__ = __index__ = _known
    __add__ = __radd__ = __mul__ = __rmul__ = __sub__ = __rsub__ = _known
    __hash__ = None  # type: ignore[assignment]


def refuse_batchwide(condition: Node) -> None:
    """Refuse a branch on all rows both of whose ways give an answer."""
    if condition in active().batchwide:
        mixes_rows(
            "branches on what holds for any or all of the rows",
            "drop the `if`: a mask assigns to no rows gladly, and numpy.where decides row by row",
        )
