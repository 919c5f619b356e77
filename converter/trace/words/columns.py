"""One column at a time: what pandas' arithmetic and choices mean on nodes [N]."""

from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.lift import is_standin, node_of
from converter.trace.words import dates, texts

NUMBERS = frozenset({"bool", "int", "float"})
_MIRRORED = ("equal", "not_equal")
_LOGIC = ("bitwise_and", "bitwise_or", "bitwise_xor", "invert")


def constant(value: Any, beside: Node | None = None) -> Node:
    """A constant as pandas takes it beside a column: dates in any spelling, missing as None."""
    kind = beside.kind if beside is not None else ""
    if kind in ("date", "span"):
        return dates.constant(value, kind)
    if isinstance(value, np.floating | np.integer | np.bool_):
        value = value.item()  # in pandas it does not decide the dtype
    if dates.is_date(value) or dates.is_span(value):
        return dates.constant(value)
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        value = None if kind == "text" else float("nan")
    if kind == "text" and isinstance(value, float) and value != value:
        value = None
    if isinstance(value, list | tuple | set | dict | np.ndarray) or hasattr(value, "iloc"):
        mixes_rows("combines its rows with a constant that has rows of its own")
    return node_of(value)


def rows(value: Any, beside: Node | None = None) -> Node:
    """A constant as a column [N]."""
    if not isinstance(value, Node):
        value = constant(value, beside)
    return value if value.rows else active().tape.make("repeat", value, active().anchor)


def missing(x: Node) -> Node:
    """Where a column has no value, [N] of bool."""
    if x.kind == "text":
        return rows(texts.asked_missing(x))
    if x.kind in ("date", "span"):
        return active().tape.make("isnat", x)
    if x.kind == "float":
        return active().tape.make("isnan", x)
    return rows(False)


def present(x: Node) -> Node:
    """Where a column has a value, [N] of bool."""
    return rows(True) if x.kind in ("bool", "int") else inverted(missing(x))


def inverted(x: Node) -> Node:
    """Not."""
    return active().tape.make("logical_not", x)


def choose(mask: Node, yes: Node, no: Node) -> Node:
    """`yes` where the mask holds, else `no`."""
    kinds = {yes.kind, no.kind}
    if "text" in kinds and kinds != {"text"}:
        yes, no = (_as_text(part) for part in (yes, no))
    if kinds & {"date", "span"} and len(kinds) > 1:
        yes, no = (_as_date(part, kinds) for part in (yes, no))
    return active().tape.make("where", mask, yes, no)


def _as_text(part: Node) -> Node:
    if part.kind == "text":
        return part
    if not part.rows and part.value is not None and part.value == part.value:
        unknown("numbers and text in one column", "choose one of the two for the whole column")
    if part.rows:
        unknown("numbers and text in one column", "choose one of the two for the whole column")
    return active().tape.const(None)


def _as_date(part: Node, kinds: set[str]) -> Node:
    kind = next(iter(kinds & {"date", "span"}))
    if part.kind == kind:
        return part
    if part.rows or part.value == part.value:
        unknown("dates and other values in one column")
    return dates.constant(None, kind)


def operate(op: str, x: Node, y: Node) -> Node:
    """A binary operator of pandas: numpy's, but for text, for missing and for division by 0."""
    kinds = (x.kind, y.kind)
    if "text" in kinds:
        return _text(op, x, y)
    if dates.is_dated(x) or dates.is_dated(y):
        return dates.operate(op, x, y)
    if op in _LOGIC:
        return _logical(op, x, y)
    if op in ("floor_divide", "remainder") and set(kinds) <= {"bool", "int"}:
        return _divided(op, x, y)
    if op == "power" and x.kind == "float" and not y.rows and np.all(y.value == 0.5):
        return active().tape.make("sqrt", x)  # so numpy takes it: of -inf it is NaN
    return active().tape.make(op, x, y)


def _text(op: str, x: Node, y: Node) -> Node:
    if op == "add" and x.kind == y.kind == "text":
        return texts.concat(x, y)
    if op not in _MIRRORED:
        unknown(f"the operator `{op}` on text")
    if x.kind != y.kind or any(not node.rows and node.value is None for node in (x, y)):
        return rows(op == "not_equal")  # neither a number nor nothing equals a text
    same = rows(texts.equal(x, y))
    return same if op == "equal" else inverted(same)


def _logical(op: str, x: Node, y: Node) -> Node:
    kinds = {x.kind, y.kind}
    if kinds not in ({"bool"}, {"int"}):
        unknown(
            f"`{ {'bitwise_and': '&', 'bitwise_or': '|', 'bitwise_xor': '^'}[op] }` between "
            f"{x.kind} and {y.kind}",
            "compare both sides first",
        )
    logical = {"bitwise_and": "logical_and", "bitwise_or": "logical_or"}
    if kinds == {"bool"} and op in logical:
        op = logical[op]
    return active().tape.make(op, x, y)


def _divided(op: str, x: Node, y: Node) -> Node:
    """Of whole numbers: x // 0 is infinite and x % 0 missing, not 0 as in numpy."""
    tape = active().tape
    if not y.rows and np.all(np.asarray(y.value) != 0):
        return tape.make(op, x, y)
    is_zero = tape.make("equal", y, tape.const(0))
    result = tape.make(op, x, tape.make("where", is_zero, tape.const(1), y))
    at_zero = tape.make("divide", x, y) if op == "floor_divide" else tape.const(float("nan"))
    return tape.make("where", is_zero, at_zero, result)


def cast(x: Node, dtype: Any) -> Node:
    """Of another numpy dtype."""
    return active().tape.make("cast", x, dtype=str(np.dtype(dtype)))


def common(nodes: list[Node]) -> list[Node]:
    """Columns of one dtype, as the matrix of them has it."""
    if {node.kind for node in nodes} <= NUMBERS:
        dtype = np.result_type(*(node.dtype for node in nodes))
        return [cast(node, dtype) for node in nodes]
    if any(node.kind in ("date", "span") for node in nodes) and len({n.kind for n in nodes}) > 1:
        unknown("a matrix of dates and other values", "choose the columns of one kind")
    return nodes


def joined(nodes: list[Node]) -> Node:
    """Columns [N] as a matrix [N, F]."""
    if not nodes:
        unknown("a frame without columns")
    tape = active().tape
    parts = [tape.make("reshape", rows(node), shape=(1,)) for node in common(nodes)]
    return tape.make("join", *parts, axis=0)


def picked(matrix: Node, index: int) -> Node:
    """A column of a matrix."""
    return active().tape.make("pick", matrix, index=index, axis=0)


def is_constant(value: Any) -> bool:
    """A single value that is the same for all rows."""
    return not (
        is_standin(value)
        or isinstance(value, list | tuple | set | dict | np.ndarray)
        or hasattr(value, "iloc")
        or callable(value)
    )
