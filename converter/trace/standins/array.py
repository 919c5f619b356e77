"""The stand-in of a numpy array: its leading axis is the rows, or it is one row of them."""

from typing import Any, NoReturn

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, refuse, unknown
from converter.trace.standins import selection
from converter.trace.standins.lift import make, node_of
from converter.trace.standins.rows import Rows


class Array(np.lib.mixins.NDArrayOperatorsMixin):
    """An ndarray whose rows are unknown.

    Basic slices are lenses, as numpy's are views: what is assigned to one is assigned to the
    array it was taken from, and what is assigned to that is seen through it.
    """

    __array_priority__ = 1000.0
    _rank = 0

    def __init__(self, node: Node, slot: int | None = None) -> None:
        """`slot` is the row that this is a part of; None: all rows, along a leading axis."""
        self._node = node
        self._slot = slot
        self._source: tuple[Array, Any] | None = None
        """Of a lens: the array it looks at, and the key."""

    # --- the value, and lenses ---

    def _mlconvert_node(self) -> Node:
        if self._source is None:
            return self._node
        array, key = self._source
        return selection.get(array._mlconvert_node(), key, array._slot)

    def _assign(self, node: Node) -> None:
        """Become `node`, and so do the arrays that this is a view of."""
        if self._source is None:
            self._node = node
        else:
            array, key = self._source
            array._assign(selection.put(array._mlconvert_node(), key, node, array._slot))

    def _become(self, node: Node) -> None:
        """Be given `node` in place, as `out=` and `x *= 2` do: the dtype stays."""
        own = self._mlconvert_node()
        if not np.can_cast(node.dtype, own.dtype, "same_kind"):
            unknown(f"{node.dtype} results written into an array of {own.dtype}")
        if node.shape != own.shape:
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
        return (*([Rows()] if self._slot is None else []), *self._mlconvert_node().shape)

    @property
    def ndim(self) -> int:
        """The row axis counts."""
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype:
        """As numpy computed it on the sample rows."""
        return self._mlconvert_node().dtype

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
        refuse(
            "left-numpy",
            "hands its data to code that takes plain arrays only",
            "use numpy's own functions instead",
        )

    # --- Python's own ---

    def __bool__(self) -> bool:
        return bool(active().words.truth(self))

    def __len__(self) -> int:
        if self._slot is not None:
            return self._mlconvert_node().shape[0]
        return refuse("mixes-rows", "asks for the number of rows")

    def __iter__(self) -> Any:
        return active().words.iterated(self)

    def __contains__(self, value: Any) -> bool:
        return refuse("mixes-rows", "asks whether any row holds a value", "use numpy.isin")

    def __hash__(self) -> int:
        raise TypeError("unhashable type: 'numpy.ndarray'")

    def __index__(self) -> int:
        return refuse("data-dependent", "uses a row's value as a position or a number of times")

    __int__ = __index__

    def __float__(self) -> float:
        return refuse(
            "data-dependent",
            "makes a Python number of an array",
            "keep it an array: x.astype(float)",
        )

    def __matmul__(self, other: Any) -> Any:
        return active().words.called(np.matmul, (self, other), {})

    def __rmatmul__(self, other: Any) -> Any:
        return active().words.called(np.matmul, (other, self), {})

    def __repr__(self) -> str:
        return f"<Array {self._mlconvert_node()!r}>"


def array(op: str, *values: Any, slot: int | None = None, **attrs: Any) -> Array:
    """The stand-in of an elementwise operation's result."""
    return Array(make(op, *values, **attrs), slot)


def of(value: Any) -> Array:
    """Any stand-in or constant as an Array."""
    return (
        value if isinstance(value, Array) else Array(node_of(value), getattr(value, "_slot", None))
    )
