"""The stand-in of one row's value: a number, a truth value or a date, as Python or numpy has it."""

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, refuse

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
    "lshift": "left_shift",
    "rshift": "right_shift",
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


class Scalar:
    """A number, a truth value or a date: one row's."""

    __array_priority__ = 500.0
    _rank = -1

    def __init__(self, node: Node, slot: int, *, is_python: bool = False) -> None:
        """`node` is [N]. Python's own numbers raise where numpy's give inf or NaN."""
        self._node = node
        self._slot = slot
        self._is_python = is_python

    def _mlconvert_node(self) -> Node:
        return self._node

    def _mlconvert_stands_for(self) -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        return active().words.scalar_classes(self)  # type: ignore[no-any-return]

    # --- numpy's protocols ---

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return active().words.applied(ufunc, method, inputs, options)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return active().words.called(func, args, kwargs)

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        refuse(
            "left-numpy",
            "hands a row's value to code that takes plain numbers only",
            "use numpy's or math's own functions instead",
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return active().words.scalar_member(self, name)

    # --- Python's own ---

    def __bool__(self) -> bool:
        return bool(active().words.scalar_truth(self))

    def __hash__(self) -> int:
        return int(active().words.scalar_hash(self))

    def __round__(self, digits: Any = None) -> Any:
        return active().words.rounded(self, digits)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __trunc__(self) -> Any:
        return active().words.whole(self, "trunc")

    def __floor__(self) -> Any:
        return active().words.whole(self, "floor")

    def __ceil__(self) -> Any:
        return active().words.whole(self, "ceil")

    def __str__(self) -> str:
        return str(active().words.formatted(self, ""))

    def __format__(self, spec: str) -> str:
        return str(active().words.formatted(self, spec))

    def __index__(self) -> int:
        return int(active().words.position(self))

    def __int__(self) -> int:
        return refuse("data-dependent", "hands a row's value to code that takes plain numbers only")

    __float__ = __complex__ = __int__

    def __iter__(self) -> Any:
        raise TypeError(f"{self._mlconvert_stands_for()[0].__name__!r} object is not iterable")

    def __repr__(self) -> str:
        return f"<Scalar {self._node!r}>"


def _binary(op: str, *, is_swapped: bool) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        if is_labelled(other):
            return NotImplemented
        pair = (other, self) if is_swapped else (self, other)
        return active().words.arithmetic(op, *pair)

    return operator


def _unary(op: str) -> Callable[[Any], Any]:
    def operator(self: Any) -> Any:
        return active().words.signed(op, self)

    return operator


def is_labelled(value: Any) -> bool:
    """Whether the other operand is a frame or a series, whose operators come first."""
    return getattr(type(value), "_rank", 0) > 0


for _name, _op in _BINARY.items():
    setattr(Scalar, f"__{_name}__", _binary(_op, is_swapped=False))
    setattr(Scalar, f"__r{_name}__", _binary(_op, is_swapped=True))
for _name, _op in _COMPARISONS.items():
    setattr(Scalar, f"__{_name}__", _binary(_op, is_swapped=False))
for _name, _op in _UNARY.items():
    setattr(Scalar, f"__{_name}__", _unary(_op))

CLASSES: dict[str, tuple[type, type]] = {
    "bool": (bool, np.bool_),
    "int": (int, np.int64),
    "float": (float, np.float64),
}
"""Kind of a node → Python's class, and numpy's."""
