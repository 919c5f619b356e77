"""Operators and ufuncs of pandas' stand-ins: columns are aligned by name, rows stay rows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.operations import UFUNCS
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.frame import Frame, Twin
from converter.trace.standins.lift import holds_standin, is_standin, slot_of
from converter.trace.standins.pandas import Labelled
from converter.trace.standins.series import Series
from converter.trace.words import columns as on
from converter.trace.words import ufuncs

Two = Callable[[Node, Node], Node]
ANY_INDEX = "any"
"""Of a frame that has no rows yet."""

DUNDERS = frozenset(
    [
        "add",
        "subtract",
        "multiply",
        "divide",
        "floor_divide",
        "remainder",
        "power",
        "equal",
        "not_equal",
        "less",
        "less_equal",
        "greater",
        "greater_equal",
        "bitwise_and",
        "bitwise_or",
        "bitwise_xor",
    ]
)
"""The ufuncs that pandas takes for its own operators."""
_COMPARE = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")


def binary(op: str, left: Any, right: Any) -> Any:
    """`left op right`, at least one of them labelled."""
    if op in _COMPARE and isinstance(left, Frame) and not _same_labels(left, right):
        raise ValueError("Can only compare identically-labeled DataFrame objects")
    return combined(lambda x, y: on.operate(op, x, y), left, right)


def unary(op: str, value: Any) -> Any:
    """`-x`, `+x`, `abs(x)`, `~x`."""
    return each(value, lambda x: _unary(op, x))


def _unary(op: str, x: Node) -> Node:
    if op == "invert" and x.kind == "bool":
        return on.inverted(x)
    if x.kind == "text" or (op == "invert" and x.kind != "int"):
        unknown(f"`{op}` of a column of {x.kind}")
    return active().tape.make(op, x)


def each(value: Any, f: Callable[[Node], Node]) -> Any:
    """What `f` makes of every column."""
    if isinstance(value, Series):
        return value._like(f(value._node))
    return value._like({label: f(node) for label, node in value._columns.items()})


def index_of(*values: Any) -> str:
    """The kind of index that stand-ins share."""
    kinds = {v._index_kind for v in values if isinstance(v, Labelled)} - {ANY_INDEX}
    if len(kinds) > 1:
        mixes_rows(
            "aligns rows by the labels of two indexes",
            "give both the same by index=X.index, or use .to_numpy()",
        )
    return kinds.pop() if kinds else ANY_INDEX


def combined(f: Two, left: Any, right: Any, axis: int = 1) -> Any:
    """What `f` makes of the columns of two operands, aligned by name."""
    index, slot = index_of(left, right), slot_of(left, right)
    if not (isinstance(left, Frame) or isinstance(right, Frame)):
        node = f(*_operands(left, right))
        return Series(node, slot, _name(left, right), index)
    if isinstance(left, Frame):
        pairs = _pairs(left, right, axis)
        nodes = {label: f(x, y) for label, (x, y) in pairs.items()}
    else:
        pairs = _pairs(right, left, axis)
        nodes = {label: f(y, x) for label, (x, y) in pairs.items()}
    return Frame(nodes, slot, index)


def _name(left: Any, right: Any) -> Any:
    if isinstance(left, Series) and isinstance(right, Series):
        return left._name if left._name == right._name else None
    return left._name if isinstance(left, Series) else right._name


def _operands(left: Any, right: Any) -> tuple[Node, Node]:
    if isinstance(left, Series):
        return left._node, column_of(right, left._node)
    return column_of(left, right._node), right._node


def column_of(value: Any, beside: Node | None = None) -> Node:
    """An operand beside a column: a column [N] or a constant."""
    if isinstance(value, Series):
        return value._node
    if isinstance(value, list | tuple) and holds_standin(value):
        value = active().words.as_array(value)
    if is_standin(value):
        node = value._mlconvert_node()
        if node.rows and node.shape != ():
            mixes_rows("combines a column with a matrix", "choose one column of it")
        return node  # type: ignore[no-any-return]
    return on.constant(value, beside)


def _pairs(frame: Frame, other: Any, axis: int) -> dict[Any, tuple[Node, Node]]:
    """Label → the frame's column and the other's."""
    own = frame._columns
    if isinstance(other, Frame):
        return _aligned(own, other._columns)
    if isinstance(other, Series):
        if axis == 1:
            mixes_rows(
                "aligns a column's rows with the columns of a frame",
                "use .add, .sub, .mul or .div with axis=0",
            )
        return {label: (node, other._node) for label, node in own.items()}
    if hasattr(other, "iloc") and axis == 1 and not hasattr(other, "columns"):
        return _aligned(own, {label: on.constant(other[label]) for label in other.index})
    if is_standin(other) or isinstance(other, list | tuple | np.ndarray):
        return _by_position(own, other, axis)
    return {label: (node, on.constant(other, node)) for label, node in own.items()}


def _by_position(own: dict[Any, Node], other: Any, axis: int) -> dict[Any, tuple[Node, Node]]:
    if is_standin(other):
        node = other._mlconvert_node()
        if not node.shape and axis == 1:
            mixes_rows("combines a frame with one value a row", "use .mul or .div with axis=0")
        width = node.shape[0] if node.shape else 1
        if width not in (1, len(own)) or len(node.shape) > 1:
            unknown(f"a matrix of {width} columns beside a frame of {len(own)}")
        parts = [node if not node.shape else on.picked(node, i % width) for i in range(len(own))]
    else:
        values = np.asarray(other, dtype=object)
        values = values[0] if values.ndim == 2 and len(values) == 1 else values
        if axis == 0 or values.ndim != 1:
            mixes_rows("combines its rows with a constant that has rows of its own")
        if len(values) != len(own):
            raise ValueError(f"Unable to coerce to Series, length must be {len(own)}")
        parts = [on.constant(value) for value in values]
    return {label: (own[label], part) for label, part in zip(own, parts, strict=True)}


def _aligned(own: dict[Any, Node], other: dict[Any, Node]) -> dict[Any, tuple[Node, Node]]:
    """As pandas aligns columns: all of both, missing where one has none."""
    import pandas

    labels = list(own)
    if labels != list(other):
        for label in (*own, *other):
            if isinstance(label, Twin):
                unknown(f"two columns of the name {label.label!r} beside others")
        frames = [pandas.DataFrame([[0] * len(part)], columns=list(part)) for part in (own, other)]
        labels = list(frames[0].align(frames[1], axis=1)[0].columns)
    none = on.rows(float("nan"))
    return {label: (own.get(label, none), other.get(label, none)) for label in labels}


def _same_labels(left: Frame, right: Any) -> bool:
    if isinstance(right, Frame):
        return list(left._columns) == list(right._columns)
    if hasattr(right, "iloc") and not hasattr(right, "columns"):
        return list(left._columns) == list(right.index)
    return True


# --- ufuncs -----------------------------------------------------------------------------------


def applied(ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What a ufunc records; with pandas' stand-ins among its inputs, by pandas' rules."""
    if not any(isinstance(value, Labelled) for value in inputs):
        return ufuncs.applied(ufunc, method, inputs, options)
    name = ufunc.__name__
    if method != "__call__":
        unknown(f"`numpy.{name}.{method}` of a frame or series")
    if any(value is not None for value in options.values()):
        unknown(f"`{next(iter(options))}=` of `numpy.{name}` with a frame or series")
    if ufunc.nout > 1:
        return _several(ufunc, inputs)
    if len(inputs) == 1:
        return each(inputs[0], lambda x: _recorded(ufunc, x))
    if name in DUNDERS and getattr(np, name) is ufunc:
        return binary(name, *inputs)
    return combined(lambda x, y: _recorded(ufunc, x, y), *inputs)


def _several(ufunc: Any, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(inputs) > 1:
        names = {"divmod": ("floor_divide", "remainder")}.get(ufunc.__name__)
        if names is None:
            unknown(f"`numpy.{ufunc.__name__}` of a frame or series")
        return tuple(binary(name, *inputs) for name in names)
    [value] = inputs

    def part(number: int) -> Any:
        return each(value, lambda x: ufuncs.recorded(ufunc, (Array(x),))[number])

    return tuple(part(number) for number in range(ufunc.nout))


def _recorded(ufunc: Any, *nodes: Node) -> Node:
    if any(node.kind == "text" for node in nodes):
        unknown(f"`numpy.{ufunc.__name__}` on text")
    name = ufunc.__name__
    if name == "power":
        return on.operate(name, *nodes)
    if name in UFUNCS and getattr(np, name) is ufunc and {n.kind for n in nodes} <= on.NUMBERS:
        return ufuncs.of_truths(ufunc, list(nodes)) or active().tape.make(name, *nodes)
    [node] = ufuncs.recorded(ufunc, tuple(_value(node) for node in nodes))
    return node


def _value(node: Node) -> Any:
    return Array(node) if node.rows else node.value
