"""The stand-ins of what is made of a text's pieces, by row: a list of some of them, or a set."""

from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from converter.trace.expression import Node
from converter.trace.session import active, refuse


class Kept(NamedTuple):
    """What a loop over pieces put into a list."""

    owner: Node
    keep: Node
    """[M] of bool, or a constant: which pieces put something into it."""
    values: Node
    """[M], or a constant: what they put."""
    slot: Any
    """Of the row whose text it is."""
    is_python: bool
    """Whether the values are Python's own numbers."""


class Several:
    """A list, or a set, of values that come of the pieces of one row's text."""

    _rank = -1
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, kept: Kept, kind: type) -> None:
        """`kind`: list or set."""
        self._kept = kept
        self._kind = kind
        self._slot = kept.slot

    def _mlconvert_node(self) -> NoReturn:
        refuse_pieces()

    def _mlconvert_stands_for(self) -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        return (self._kind,)

    def _mlconvert_len(self) -> Any:
        return active().words.number_of(self)

    def __bool__(self) -> bool:
        return bool(self._mlconvert_len() > 0)

    def __iter__(self) -> Iterator[Any]:
        return active().words.walked(self)  # type: ignore[no-any-return]

    def __contains__(self, value: Any) -> bool:
        return bool(active().words.holds(self._kept, value))

    def __and__(self, other: Any) -> Any:
        return active().words.common(self, other)

    def __rand__(self, other: Any) -> Any:
        return active().words.common(self, other)

    def __sub__(self, other: Any) -> Any:
        return active().words.common(self, other, is_in=False)

    def intersection(self, other: Any) -> Any:
        """Those that are in a constant set as well."""
        return active().words.common(self, other)

    def difference(self, other: Any) -> Any:
        """Those that are not in a constant set."""
        return active().words.common(self, other, is_in=False)

    def isdisjoint(self, other: Any) -> Any:
        """Whether none is in a constant set."""
        return active().words.number_of(active().words.common(self, other)) == 0

    def _known(self, *_: Any) -> NoReturn:
        refuse_pieces()

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __getitem__ = _known
    __add__ = __radd__ = __mul__ = __or__ = __ror__ = __xor__ = __rsub__ = _known

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return refuse_pieces()


def refuse_pieces() -> NoReturn:
    """Refuse what is done with pieces and not understood."""
    refuse(
        "data-dependent",
        "does something else with the words or characters of a text, which are more or fewer in "
        "each row, than is understood",
        "hand them to sum, any, all, len, max, min, set or join: sum(c.isupper() for c in text)",
    )
