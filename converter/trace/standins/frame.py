"""The stand-in of a pandas DataFrame: named columns, a node for each."""

from typing import Any

from converter.trace.expression import Node


class Frame:
    """A DataFrame whose rows are unknown."""

    _rank = 2

    def __init__(self, columns: dict[Any, Node], slot: int | None = None) -> None:
        """`columns`: label → [N]."""
        self._columns = dict(columns)
        self._slot = slot

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        import pandas

        return (pandas.DataFrame,)
