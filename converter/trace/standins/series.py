"""The stand-in of a pandas Series: one node, and its name."""

from typing import Any

from converter.trace.expression import Node


class Series:
    """A Series whose rows are unknown."""

    _rank = 1

    def __init__(self, node: Node, slot: int | None = None, name: Any = None) -> None:
        self._node = node
        self._slot = slot
        self._name = name

    def _mlconvert_node(self) -> Node:
        return self._node

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        import pandas

        return (pandas.Series,)
