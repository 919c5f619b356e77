"""The stand-in of a list with a text, a number, or a list of them for each row."""

from typing import Any, NoReturn

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.iteration import RowNumber


class Documents:
    """A list of what is one per row: to be looped over, or made an array or a Series of."""

    __hash__ = None  # type: ignore[assignment]
    _rank = -1

    def __init__(self, node: Node) -> None:
        """`node` is [N, …]."""
        self._node = node
        self._slot = None

    def _mlconvert_node(self) -> Node:
        return self._node

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        return (list,)

    def __iter__(self) -> Any:
        return active().words.iterated(self)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, RowNumber):
            return active().words.handed(self._node, key._slot)
        return mixes_rows("chooses single rows", "loop over all of them")

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        unknown("assigning to the list it is handed", "make a new one")

    def __len__(self) -> int:
        return mixes_rows("asks for the number of rows")

    def __bool__(self) -> bool:
        return True

    def __contains__(self, value: Any) -> bool:
        return mixes_rows("asks whether any row holds a value")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or not hasattr(list, name):
            raise AttributeError(f"'list' object has no attribute {name!r}")
        if name == "copy":
            return lambda: self
        return unknown(f"the list method `.{name}` on its rows")
