"""A yes or no about all rows at once, as `X.isna().any()` gives: good for a branch only.

A branch on it asks the whole batch. Where one of its ways ends in an exception, the other is the
answer. Where both give one, a batch in which no row says yes takes the second, any other the first:
a row's answer is its own where both ways give the rows that say no the same. That is a claim, which
is tried on the rows of the proof (see `function`).
"""

from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows

ANY, ALL = "any", "all"
_OPERATIONS = {ANY: "logical_or", ALL: "logical_and"}


class Claim(NamedTuple):
    """Where `alike` holds, the two nodes are the same."""

    alike: Node
    first: Node
    second: Node


class Verdict:
    """What `(X < 0).any()` gives."""

    def __init__(self, node: Node, kind: str = ANY) -> None:
        """`node` is what one row says: [N] of bool; `kind` whether any row or all must say so."""
        self._node = node
        self._kind = kind

    def __bool__(self) -> bool:
        if active().paths.depth > 1:
            self._known()
        condition = active().tape.make(_OPERATIONS[self._kind], self._node, self._node)
        active().batchwide[condition] = self._kind
        return active().paths.decide(condition)

    def __invert__(self) -> "Verdict":
        return Verdict(_not(self._node), ALL if self._kind == ANY else ANY)

    def _known(self, *_: Any) -> NoReturn:
        mixes_rows("computes with what holds for any or all of the rows", "give axis=1")

    __eq__ = __ne__ = __and__ = __or__ = _known
    __rand__ = __ror__ = __float__ = __int__ = __index__ = _known
    __add__ = __radd__ = __mul__ = __rmul__ = __sub__ = __rsub__ = _known
    __hash__ = None  # type: ignore[assignment]
    _mlconvert_node, _slot = _known, None

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        return (np.bool_,)


class Tally:
    """How many rows say yes: all that may be asked is whether there is one."""

    def __init__(self, node: Node, refuse: Callable[[], NoReturn]) -> None:
        """`refuse` tells what computes with the number."""
        self._node = node
        self._refuse = refuse

    def __bool__(self) -> bool:
        return bool(Verdict(self._node))

    def _compared(self, other: Any, some: Any, none: Any) -> Verdict:
        if isinstance(other, bool) or other not in (some, none) or other is None:
            self._refuse()
        return Verdict(self._node) if other == some else Verdict(_not(self._node), ALL)

    def __gt__(self, other: Any) -> Verdict:
        return self._compared(other, 0, None)

    def __ge__(self, other: Any) -> Verdict:
        return self._compared(other, 1, None)

    def __ne__(self, other: object) -> Verdict:  # type: ignore[override]
        return self._compared(other, 0, None)

    def __eq__(self, other: object) -> Verdict:  # type: ignore[override]
        return self._compared(other, None, 0)

    def __lt__(self, other: Any) -> Verdict:
        return self._compared(other, None, 1)

    def __le__(self, other: Any) -> Verdict:
        return self._compared(other, None, 0)

    def _known(self, *_: Any) -> NoReturn:
        self._refuse()

    __add__ = __radd__ = __mul__ = __rmul__ = __sub__ = __rsub__ = _known
    __truediv__ = __rtruediv__ = __float__ = __int__ = __index__ = __round__ = _known
    __hash__ = None  # type: ignore[assignment]
    _mlconvert_node, _slot = _known, None

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        return (np.int64,)


class ByColumn:
    """What `df.isna().any()` and `df.isna().sum()` give: a verdict for each column."""

    def __init__(self, nodes: dict[Any, Node], kind: str, refuse: Callable[[], NoReturn]) -> None:
        """`kind` is "any", "all" or "sum"."""
        self._nodes = nodes
        self._kind = kind
        self._refuse = refuse

    def any(self) -> Verdict:
        """Whether any column has such a row."""
        return self._refuse() if self._kind == ALL else Verdict(self._together())

    def all(self) -> Verdict:
        """Whether all rows of all columns say so."""
        return Verdict(self._together(), ALL) if self._kind == ALL else self._refuse()

    def sum(self) -> Tally:
        """How many: whether there are any."""
        return self._refuse() if self._kind == ALL else Tally(self._together(), self._refuse)

    max = sum

    @property
    def values(self) -> "ByColumn":
        """The same as an array."""
        return self

    def to_numpy(self) -> "ByColumn":
        """The same as an array."""
        return self

    def __getitem__(self, label: Any) -> Any:
        if label not in self._nodes:
            self._refuse()
        node = self._nodes[label]
        return Tally(node, self._refuse) if self._kind == "sum" else Verdict(node, self._kind)

    def __gt__(self, other: Any) -> "ByColumn":
        if self._kind != "sum" or other != 0:
            self._refuse()
        return ByColumn(self._nodes, ANY, self._refuse)

    __ne__ = __gt__  # type: ignore[assignment]

    def __bool__(self) -> NoReturn:
        raise ValueError("The truth value of a Series is ambiguous.")

    def _together(self) -> Node:
        first, *rest = self._nodes.values()
        for node in rest:
            first = active().tape.make(_OPERATIONS[ALL if self._kind == ALL else ANY], first, node)
        return first

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._refuse()

    def _known(self, *_: Any) -> NoReturn:
        self._refuse()

    __eq__ = __lt__ = __le__ = __ge__ = __iter__ = __len__ = _known
    __add__ = __radd__ = __mul__ = __rmul__ = __sub__ = __rsub__ = _known
    __truediv__ = __rtruediv__ = __array__ = __hash__ = _known
    _mlconvert_node, _slot = _known, None

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        import pandas

        return (pandas.Series,)


def _not(node: Node) -> Node:
    return active().tape.make("logical_not", node)


def undecided(condition: Node, yes: Node, no: Node) -> Node | None:
    """Of a branch on all rows, the value that it has where they differ; None of any other branch.

    That both ways give the other rows the same is claimed.
    """
    kind = active().batchwide.get(condition)
    if kind is None:
        return None
    said = condition.inputs[0]
    first, second = (yes, no) if kind == ANY else (no, yes)
    if first.dtype != second.dtype or first.shape != second.shape:
        differing()
    active().claims[Claim(_not(said) if kind == ANY else said, first, second)] = None
    return first


def differing() -> NoReturn:
    """Refuse a branch on all rows whose ways give rows different answers."""
    mixes_rows(
        "branches on what holds for any or all of the rows",
        "drop the `if`: a mask assigns to no rows gladly, and numpy.where decides row by row",
    )
