"""The stand-in of a numpy array: its leading axis is the rows, or it is one row of them."""

import sys
from types import FrameType
from typing import Any, NoReturn

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, refuse, unknown
from converter.trace.standins import buffer, selection
from converter.trace.standins.iteration import row_laid, row_put, settled
from converter.trace.standins.lift import (
    holds_standin,
    is_batch,
    lead_of,
    make_led,
    node_of,
    not_leading,
    raw_node,
    slot_of,
)
from converter.trace.standins.rows import Rows, Some
from converter.trace.standins.structure import moved


class Array(np.lib.mixins.NDArrayOperatorsMixin):
    """An ndarray whose rows are unknown.

    Basic slices are lenses, as numpy's are views: what is assigned to one is assigned to the
    array it was taken from, and what is assigned to that is seen through it.
    """

    __array_priority__ = 1000.0
    _rank = 0

    def __init__(self, node: Node, slot: Any = None, lead: int = 0) -> None:
        """`slot` is the row that this is a part of, or a `Subset` of the rows; None: all rows.

        `lead` axes stand before that of the rows: 1 for the transposed of a matrix. In the node
        the rows always come first.
        """
        self._node = node
        self._slot = slot
        self._lead = lead
        self._source: tuple[Array, Any] | None = None
        """Of a lens: the array it looks at, and how numpy makes this view of that."""
        self._last: tuple[Node, Node] | None = None
        """Of a lens: the node last seen there, and this one's."""
        self._parent: Array | None = None
        """Of a row of a loop: the array that it is a row of."""
        self._pending: dict[int, Node] = {}
        """What a loop has assigned to rows, by slot."""
        self._written: dict[int, Node] = {}
        """Columns [N] that were assigned since the array was last asked for as a whole."""

    # --- the value, and lenses ---

    def _mlconvert_node(self) -> Node:
        """The value, whose leading axis is the rows."""
        if self._lead:
            not_leading()
        return self._laid()

    def _laid(self) -> Node:
        """The value; its rows come first also where they do not in the user's view."""
        if self._parent is not None:
            return row_laid(self._parent, self._slot)
        if self._pending:
            settled(self)
        return self._base()

    def _seen(self) -> Node:
        """A node of its shape and dtype, also in the middle of a loop that assigns to rows."""
        if self._parent is not None:
            return self._laid()
        return self._node if self._source is None else self._base()

    def _base(self) -> Node:
        """The value, but for what a loop is assigning to rows."""
        if self._source is not None:
            array, view = self._source
            if isinstance(view, buffer.Column):
                return buffer.column(array, view.place)
            under = array._laid()
            if self._last is None or self._last[0] is not under:
                self._last = (under, moved(view, (array,)).node)
            return self._last[1]
        if self._written:
            self._node, self._written = buffer.whole(self._node, self._written), {}
        return self._node

    def _assign(self, node: Node) -> None:
        """Become `node`, and so do the arrays that this is a view of."""
        if self._parent is not None:
            row_put(self._parent, self._slot, node)
        elif self._source is None:
            self._node, self._written = node, {}
        elif isinstance(self._source[1], buffer.Column):
            buffer.put(self._source[0], self._source[1].place, node)
        else:
            array, view = self._source
            value = Array(node, self._slot, self._lead)
            array._assign(selection.put_view(array, view, value).node)

    def _become(self, value: Any) -> None:
        """Be given a value in place, as `out=` and `x *= 2` do: the dtype stays."""
        node = value if isinstance(value, Node) else raw_node(value)
        own = self._laid()
        if not np.can_cast(node.dtype, own.dtype, "same_kind"):
            unknown(f"{node.dtype} results written into an array of {own.dtype}")
        if node.shape != own.shape or lead_of(value) not in (0, self._lead):
            unknown(f"results of the shape {node.shape} in an array of {own.shape}")
        self._assign(active().tape.make("cast", node, dtype=str(own.dtype)))

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        return (np.ndarray,)

    # --- what it looks like ---

    @property
    def shape(self) -> tuple[Any, ...]:
        """The number of rows is opaque."""
        shape = self._seen().shape
        if not is_batch(self._slot):
            return shape
        rows: Any = Rows() if self._slot is None else Some()
        if self._slot is not None and self._slot.is_flat:
            return (rows,)
        return (*shape[: self._lead], rows, *shape[self._lead :])

    @property
    def ndim(self) -> int:
        """The row axis counts."""
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype:
        """As numpy computed it on the sample rows."""
        return self._seen().dtype

    @property
    def size(self) -> Any:
        """How many values there are, where that is known."""
        shape = self._seen().shape
        if not is_batch(self._slot):
            return int(np.prod(shape, dtype=int))
        return Rows() if shape == () and self._slot is None else Some()

    @property
    def T(self) -> Any:
        """Of a matrix: the transposed view, whose rows are columns."""
        return active().words.transposed(self)

    @property
    def values(self) -> NoReturn:
        """A numpy array has none: code asks `hasattr(X, "values")` for frames."""
        raise AttributeError("'numpy.ndarray' object has no attribute 'values'")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in active().words.METHODS:
            return active().words.bound(self, name)
        if name in _PLAIN:
            _left_numpy()
        if hasattr(np.ndarray, name):
            unknown(f"the array method `.{name}`")
        raise AttributeError(f"'numpy.ndarray' object has no attribute {name!r}")

    # --- selection ---

    def __getitem__(self, key: Any) -> Any:
        return active().words.selected(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        active().words.assigned(self, key, value)

    # --- numpy's protocols ---

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return active().words.applied(ufunc, method, inputs, options)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return active().words.called(func, args, kwargs)

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        _left_numpy()

    # --- Python's own ---

    def __bool__(self) -> bool:
        return bool(active().words.truth(self))

    def __len__(self) -> int:
        length = self.shape[0]
        if isinstance(length, Rows):
            return refuse("mixes-rows", "asks for the number of rows")
        return int(length)

    def __iter__(self) -> Any:
        return active().words.iterated(self)

    def __contains__(self, value: Any) -> bool:
        return refuse("mixes-rows", "asks whether any row holds a value", "use numpy.isin")

    def __hash__(self) -> int:
        raise TypeError("unhashable type: 'numpy.ndarray'")

    def __index__(self) -> int:
        return refuse(
            "data-dependent",
            "uses a row's value as a position or a number of times",
            "numpy.take(table, positions) looks values up",
        )

    __int__ = __index__

    def __float__(self) -> float:
        return refuse(
            "data-dependent",
            "makes a Python number of an array",
            "keep it an array: x.astype(float)",
        )

    def __complex__(self) -> complex:
        return refuse("data-dependent", "makes a Python number of an array")

    def __matmul__(self, other: Any) -> Any:
        return active().words.called(np.matmul, (self, other), {})

    def __rmatmul__(self, other: Any) -> Any:
        return active().words.called(np.matmul, (other, self), {})

    def __repr__(self) -> str:
        return f"<Array {self._laid()!r}>"


_PLAIN = ("device", "tobytes", "tofile", "data", "ctypes", "dump", "dumps")
"""What hands out the bytes; for its device, nobody but scikit-learn asks an array."""


def _left_numpy() -> NoReturn:
    """Refuse code that takes plain arrays only; of what learns from the rows, that it does."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code not in active().codes:
        if frame.f_code.co_name in ("fit", "fit_transform", "partial_fit"):
            mixes_rows(
                "fits an estimator to the rows it is handed",
                "make it a step of the pipeline, which is fitted once",
            )
        frame = frame.f_back
    refuse(
        "left-numpy",
        "hands its data to code that takes plain arrays only",
        "use numpy's own functions instead",
    )


def array(op: str, *values: Any, slot: Any = None, **attrs: Any) -> Any:
    """The stand-in of an elementwise operation's result; its rows are those of the values."""
    node, lead = make_led(op, *values, **attrs)
    return wrapped(node, slot_of(*values) if slot is None else slot, lead)


def wrapped(node: Node, slot: Any, lead: int = 0) -> Any:
    """A node as numpy hands it out: of one row, what has no axis is a number."""
    if not is_batch(slot) and node.shape == ():
        return active().words.number(node, slot)
    return Array(node, slot, lead)


def of(value: Any) -> Array:
    """Any stand-in or constant as an Array."""
    if isinstance(value, Array):
        return value
    if isinstance(value, list | tuple) and holds_standin(value):
        return of(active().words.as_array(value))
    return Array(node_of(value), getattr(value, "_slot", None))
