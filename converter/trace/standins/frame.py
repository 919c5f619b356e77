"""The stand-in of a pandas DataFrame: named columns, a node for each."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.locators import Locator
from converter.trace.standins.pandas import OWN_INDEX, Index, Labelled
from converter.trace.standins.rows import Rows
from converter.trace.standins.series import Series


@dataclass(frozen=True)
class Twin:
    """A name that several columns share, and which of them it is: they are chosen by place only."""

    label: Any
    number: int

    def __str__(self) -> str:
        return str(self.label)


def by_label(labels: Iterable[Any], nodes: Iterable[Node]) -> dict[Any, Node]:
    """Columns by name; those that share one by `Twin`s."""
    labels, counts = list(labels), Counter[Any]()
    shared = {label for label, count in Counter(labels).items() if count > 1}
    result: dict[Any, Node] = {}
    for label, node in zip(labels, nodes, strict=True):
        result[Twin(label, counts[label]) if label in shared else label] = node
        counts[label] += 1
    return result


class Frame(Labelled):
    """A DataFrame whose rows are unknown."""

    _rank = 2

    def __init__(
        self, columns: dict[Any, Node], slot: Any = None, index_kind: str = OWN_INDEX
    ) -> None:
        """`columns`: label → [N]; `slot` a `Subset` where it holds some of the rows only."""
        vars(self).update(_columns=dict(columns), _slot=slot, _index_kind=index_kind)

    def _mlconvert_node(self) -> Node:
        return active().words.matrix(self)  # type: ignore[no-any-return]

    def _like(self, columns: dict[Any, Node]) -> "Frame":
        """Another frame of the same rows."""
        return Frame(columns, self._slot, self._index_kind)

    def _become(self, other: "Frame") -> None:
        """Be changed in place."""
        if other._slot != self._slot:
            mixes_rows("keeps some of the rows only")
        vars(self).update(_columns=dict(other._columns))

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        import pandas

        return (pandas.DataFrame,)

    # --- what it looks like ---

    @property
    def columns(self) -> Any:
        """The names, as a real pandas Index."""
        return active().words.labels_of(self)

    @columns.setter
    def columns(self, labels: Any) -> None:
        self._become(active().words.labelled_method(self, "set_axis")(labels, axis=1))

    @property
    def index(self) -> Index:
        """The row labels, opaque."""
        return Index(self._index_kind, self._slot)

    @property
    def shape(self) -> tuple[Any, int]:
        """The number of rows is opaque."""
        return (Rows(), len(self._columns))

    @property
    def ndim(self) -> int:
        """Always 2."""
        return 2

    @property
    def size(self) -> Any:
        """Rows times columns."""
        return Rows() if len(self._columns) == 1 else Rows() * len(self._columns)

    @property
    def empty(self) -> bool:
        """A batch has rows."""
        return not self._columns

    @property
    def dtypes(self) -> Any:
        """A real pandas Series of dtypes by column."""
        return active().words.dtypes_of(self)

    @property
    def values(self) -> Any:
        """The matrix."""
        return active().words.labelled_method(self, "to_numpy")()

    @property
    def loc(self) -> Locator:
        """By mask and name."""
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

    # --- columns ---

    def __getattr__(self, name: str) -> Any:
        if name in vars(self)["_columns"] and not active().words.is_pandas_name(self, name):
            return self[name]
        return active().words.labelled_method(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._columns and not active().words.is_pandas_name(self, name):
            self[name] = value
        else:
            object.__setattr__(self, name, value)

    def __getitem__(self, key: Any) -> Any:
        return active().words.frame_item(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, str | int):
            self._refuse_twins(key)
        active().words.frame_assigned(self, key, value)

    def __delitem__(self, key: Any) -> None:
        del self._columns[key]

    def __contains__(self, label: Any) -> bool:
        return label in self._columns

    def __iter__(self) -> Iterator[Any]:
        return iter([name_of(label) for label in self._columns])

    def _refuse_twins(self, key: Any) -> None:
        """A name that several columns share chooses all of them."""
        if any(isinstance(label, Twin) and label.label == key for label in self._columns):
            unknown(
                f"two columns of the name {key!r}",
                "name them apart, as with .add_suffix, or choose them by place: .iloc[:, 0]",
            )

    def _series(self, label: Any) -> Series:
        """A column."""
        result = Series(self._columns[label], self._slot, name_of(label), self._index_kind)
        result._source = (self, label)
        return result

    def __repr__(self) -> str:
        return f"<Frame {list(self._columns)!r}>"


def name_of(label: Any) -> Any:
    """A column's name as pandas has it."""
    return label.label if isinstance(label, Twin) else label
