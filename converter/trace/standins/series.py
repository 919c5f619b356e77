"""The stand-in of a pandas Series: one node, and its name."""

from typing import Any

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows
from converter.trace.standins.locators import Locator
from converter.trace.standins.pandas import OWN_INDEX, Index, Labelled
from converter.trace.standins.rows import Rows


class Series(Labelled):
    """A Series whose rows are unknown."""

    _rank = 1

    def __init__(
        self, node: Node, slot: Any = None, name: Any = None, index_kind: str = OWN_INDEX
    ) -> None:
        """`node` is [N]; `slot` a `Subset` where it holds some of the rows only."""
        self._node = node
        self._slot = slot
        self._name = name
        self._index_kind = index_kind
        self._source: tuple[Any, Any] | None = None
        """The frame and the column that it was taken from."""

    def _mlconvert_node(self) -> Node:
        return self._node

    def _like(self, node: Node) -> "Series":
        """Another Series of the same rows and name."""
        return Series(node, self._slot, self._name, self._index_kind)

    def _become(self, other: "Series") -> None:
        """Be changed in place. Before pandas 3 the frame that it was taken from changes as well."""
        if other._slot != self._slot:
            mixes_rows("computes with some of the rows in place")
        self._node = other._node
        if self._source is not None and not active().words.copies_on_write():
            frame, label = self._source
            frame._columns[label] = other._node

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        import pandas

        return (pandas.Series,)

    # --- what it looks like ---

    @property
    def name(self) -> Any:
        """The column's name."""
        return self._name

    @name.setter
    def name(self, name: Any) -> None:
        self._name = name

    @property
    def shape(self) -> tuple[Any, ...]:
        """The number of rows is opaque."""
        return (Rows(),)

    @property
    def size(self) -> Any:
        """The number of rows, which is opaque."""
        return Rows()

    @property
    def ndim(self) -> int:
        """Always 1."""
        return 1

    @property
    def empty(self) -> bool:
        """A batch has rows."""
        return False

    @property
    def dtype(self) -> Any:
        """As pandas has it."""
        return active().words.dtype_of(self._node)

    dtypes = dtype

    @property
    def index(self) -> Index:
        """The row labels, opaque."""
        return Index(self._index_kind, self._slot)

    @property
    def values(self) -> Any:
        """The array."""
        return active().words.labelled_method(self, "to_numpy")()

    @property
    def T(self) -> "Series":
        """Itself."""
        return self

    @property
    def str(self) -> Any:
        """The text methods."""
        return active().words.accessor(self, "str")

    @property
    def dt(self) -> Any:
        """The parts of dates."""
        return active().words.accessor(self, "dt")

    @property
    def cat(self) -> Any:
        """The categories."""
        return active().words.accessor(self, "cat")

    @property
    def loc(self) -> Locator:
        """By mask."""
        return Locator(self, "loc")

    @property
    def at(self) -> Locator:
        """One value of a row, by name."""
        return Locator(self, "at")

    @property
    def iat(self) -> Locator:
        """One value of a row, by position."""
        return Locator(self, "iat")

    @property
    def iloc(self) -> Locator:
        """By position."""
        return Locator(self, "iloc")

    def __getattr__(self, name: Any) -> Any:
        return active().words.labelled_method(self, name)

    # --- selection ---

    def __getitem__(self, key: Any) -> Any:
        return active().words.series_item(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        active().words.series_assigned(self, key, value)

    def __iter__(self) -> Any:
        return active().words.iterated(self)

    def __contains__(self, value: Any) -> bool:
        return mixes_rows("asks whether a row has a label", "use .isin for values")

    def __repr__(self) -> Any:
        return f"<Series {self._node!r}>"
