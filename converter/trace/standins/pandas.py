"""What the stand-ins of pandas' frames and series have in common: Python's operators."""

from collections.abc import Callable
from typing import Any, NoReturn

from converter.trace.session import active, refuse
from converter.trace.standins.iteration import row_numbers

OWN_INDEX, NEW_INDEX = "own", "new"
"""The index that the function was handed, and one counted from 0."""

_BINARY = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "power",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
}
_COMPARISONS = {
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}
_UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}


class Labelled:
    """A Series or DataFrame: its operators, and what it refuses to be."""

    __array_priority__ = 2000.0
    _slot: Any
    _index_kind: str

    __hash__ = None  # type: ignore[assignment]

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return active().words.applied(ufunc, method, inputs, options)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return active().words.called_labelled(func, args, kwargs)

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        refuse(
            "left-numpy",
            "hands its data to code that takes plain arrays only",
            "use the methods of pandas and numpy's own functions instead",
        )

    def __bool__(self) -> bool:
        return refuse(
            "data-dependent",
            "decides by the values of many rows at once",
            "decide row by row with numpy.where or .where",
        )

    def __len__(self) -> int:
        return refuse("mixes-rows", "asks for the number of rows")

    def __float__(self) -> float:
        return refuse(
            "data-dependent", "makes a Python number of a column", "use .astype(float) instead"
        )

    __int__ = __index__ = __float__

    def __copy__(self) -> Any:
        return active().words.labelled_method(self, "copy")()

    def __deepcopy__(self, memo: Any) -> Any:
        return self.__copy__()

    def __matmul__(self, other: Any) -> Any:
        return active().words.labelled_method(self, "dot")(other)


def _binary(op: str, *, is_swapped: bool) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        pair = (other, self) if is_swapped else (self, other)
        return active().words.binary(op, *pair)

    return operator


def _in_place(op: str) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        self._become(active().words.binary(op, self, other))
        return self

    return operator


def _unary(op: str) -> Callable[[Any], Any]:
    def operator(self: Any) -> Any:
        return active().words.unary(op, self)

    return operator


for _name, _op in _BINARY.items():
    setattr(Labelled, f"__{_name}__", _binary(_op, is_swapped=False))
    setattr(Labelled, f"__r{_name}__", _binary(_op, is_swapped=True))
    setattr(Labelled, f"__i{_name}__", _in_place(_op))
for _name, _op in _COMPARISONS.items():
    setattr(Labelled, f"__{_name}__", _binary(_op, is_swapped=False))
for _name, _op in _UNARY.items():
    setattr(Labelled, f"__{_name}__", _unary(_op))


class Index:
    """The row labels of a frame: a function may hand them on, but not read them."""

    _rank = 0

    def __init__(self, kind: str, slot: Any = None) -> None:
        self._kind = kind
        self._slot = slot
        self._name = None

    def _mlconvert_node(self) -> NoReturn:
        refuse(
            "mixes-rows",
            "computes with the row labels, which a model does not have",
            "leave the index alone",
        )

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        import pandas

        return (pandas.Index,)

    @property
    def name(self) -> None:
        """That of the index, which a model does not have."""
        return

    def copy(self) -> "Index":
        """The same labels."""
        return self

    def equals(self, other: Any) -> bool:
        """Whether another has the same labels."""
        return (isinstance(other, Index) and other._kind == self._kind) or self._mlconvert_node()

    def __len__(self) -> int:
        return self._mlconvert_node()

    def __iter__(self) -> Any:
        return row_numbers()

    def __getitem__(self, key: Any) -> Any:
        return self._mlconvert_node()

    def __array__(self, *_: Any, **__: Any) -> Any:
        return self._mlconvert_node()
