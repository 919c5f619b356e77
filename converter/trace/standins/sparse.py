"""The stand-in of a scipy.sparse matrix: the same numbers, in a matrix that hides its zeros."""

from typing import Any, NoReturn

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, refuse, unknown
from converter.trace.standins.array import Array, of
from converter.trace.standins.lift import is_standin
from converter.trace.standins.rows import Rows

_ZERO_STAYS = frozenset(
    [
        *("sin", "tan", "arcsin", "arctan", "sinh", "arcsinh", "tanh", "arctanh", "sqrt"),
        *("expm1", "log1p", "rint", "sign", "ceil", "floor", "trunc", "deg2rad", "rad2deg"),
    ]
)
"""The functions of numpy that sparse matrices have as methods."""
_FORMATS = ("tocsr", "tocsc", "tocoo", "tolil", "todok", "tobsr", "todia", "asformat")


class Sparse:
    """A sparse matrix [rows, columns]."""

    _rank = 0
    _slot = None
    __array_priority__ = 3000.0

    def __init__(self, node: Node, kind: type) -> None:
        """`kind` is the class of the live matrix."""
        self._node = node
        self._kind = kind

    def _mlconvert_node(self) -> Node:
        return self._node

    def _mlconvert_stands_for(self) -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        return (self._kind,)

    def _like(self, array: Any) -> "Sparse":
        return Sparse(of(array)._mlconvert_node(), self._kind)

    # --- what it looks like ---

    @property
    def shape(self) -> tuple[Any, ...]:
        """The number of rows is opaque."""
        return (Rows(), *self._node.shape)

    ndim = 2

    @property
    def dtype(self) -> np.dtype:
        """As the live matrix has it."""
        return self._node.dtype

    @property
    def format(self) -> str:
        """Such as "csr"."""
        return str(self._kind.__name__.partition("_")[0])

    # --- made dense, and kept ---

    def toarray(self, order: Any = None, out: Any = None) -> Array:
        """The numbers as a plain array."""
        if out is not None:
            unknown("`out=` of `.toarray`")
        return Array(self._node)

    todense = toarray

    @property
    def A(self) -> Array:
        """As `toarray()`."""
        return Array(self._node)

    def copy(self) -> "Sparse":
        """The same numbers."""
        return Sparse(self._node, self._kind)

    def astype(self, dtype: Any, casting: str = "unsafe", copy: bool = True) -> "Sparse":
        """With another dtype."""
        return self._like(Array(self._node).astype(dtype))

    # --- arithmetic ---

    def multiply(self, other: Any) -> "Sparse":
        """Value by value: with a number, a row of constants, or another matrix."""
        return self._like(Array(self._node) * _dense(other))

    def power(self, n: Any, dtype: Any = None) -> "Sparse":
        """Value by value; 0 to the power of 0 is 1, so `n` must be above 0."""
        if dtype is not None or not n > 0:
            unknown("such a power of a sparse matrix")
        return self._like(Array(self._node) ** n)

    def maximum(self, other: Any) -> "Sparse":
        """Value by value."""
        return self._like(np.maximum(Array(self._node), _dense(other)))

    def minimum(self, other: Any) -> "Sparse":
        """Value by value."""
        return self._like(np.minimum(Array(self._node), _dense(other)))

    def sum(self, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """Of each row: a column [rows, 1], as a matrix gives it."""
        return self._reduced("sum", axis, dtype, out)

    def mean(self, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        """Of each row, as `sum`."""
        return self._reduced("mean", axis, dtype, out)

    def _reduced(self, name: str, axis: Any, dtype: Any, out: Any) -> Any:
        if dtype is not None or out is not None:
            unknown(f"`dtype=` or `out=` of `.{name}` of a sparse matrix")
        is_matrix = self._is_matrix()
        return active().words.called(
            getattr(np, name), (Array(self._node),), {"axis": axis, "keepdims": is_matrix}
        )

    def dot(self, other: Any) -> Any:
        """With a constant matrix: an array."""
        if is_standin(other):
            mixes_rows("multiplies rows with rows")
        return Array(self._node) @ np.asarray(other)

    __matmul__ = dot

    def __mul__(self, other: Any) -> Any:
        if np.isscalar(other):
            return self._like(Array(self._node) * other)
        return self.dot(other) if self._is_matrix() else self.multiply(other)

    def _is_matrix(self) -> bool:
        """Whether `*` is the product of matrices, as it is for `csr_matrix`."""
        return self._kind.__name__.endswith("_matrix")

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> "Sparse":
        if not np.isscalar(other):
            unknown("a sparse matrix divided by an array", "make it dense by .toarray()")
        return self._like(Array(self._node) / other)

    def __neg__(self) -> "Sparse":
        return self._like(-Array(self._node))

    def __abs__(self) -> "Sparse":
        return self._like(abs(Array(self._node)))

    def __pow__(self, n: Any) -> "Sparse":
        return self.power(n)

    def __gt__(self, other: Any) -> "Sparse":
        return self._like(Array(self._node) > other)

    def __ne__(self, other: object) -> Any:
        return self._like(Array(self._node) != other)

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> Any:
        return self._like(Array(self._node) == other)

    # --- selection and protocols ---

    def __getitem__(self, key: Any) -> "Sparse":
        found = Array(self._node)[key]
        if not isinstance(found, Array) or found.ndim != 2:
            unknown("a sparse matrix indexed by a single column", "select it by X[:, [0]]")
        return self._like(found)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method == "__call__" and ufunc.__name__ in _ZERO_STAYS and not options:
            return self._like(ufunc(Array(self._node)))
        return unknown(
            f"`numpy.{ufunc.__name__}` of a sparse matrix", "make it dense by .toarray()"
        )

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func.__name__ in ("sum", "mean") and args[0] is self:  # numpy leaves them to the method
            return getattr(self, func.__name__)(*args[1:], **kwargs)
        return unknown(f"`numpy.{func.__name__}` of a sparse matrix", "make it dense by .toarray()")

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        refuse("left-numpy", "hands a sparse matrix to code that takes plain arrays only")

    def __len__(self) -> int:
        raise TypeError("sparse array length is ambiguous; use getnnz()")

    def __bool__(self) -> bool:
        return refuse("data-dependent", "asks a sparse matrix for its truth")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _ZERO_STAYS:
            return lambda: self._like(getattr(np, name)(Array(self._node)))
        if name in _FORMATS:
            return lambda *_, **__: self.copy()
        if hasattr(self._kind, name):
            unknown(f"`.{name}` of a sparse matrix", "make it dense by .toarray()")
        if name in ("data", "indices", "indptr", "nnz"):
            mixes_rows(f"reads `.{name}` of a sparse matrix", "make it dense by .toarray()")
        raise AttributeError(f"'{self._kind.__name__}' object has no attribute {name!r}")


def _dense(value: Any) -> Any:
    if isinstance(value, Sparse):
        return Array(value._node)
    return value.toarray() if hasattr(value, "toarray") and not is_standin(value) else value
