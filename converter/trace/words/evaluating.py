"""`df.eval("c = a / b")`: pandas' own small language, as operators on columns."""

import ast
import io
import operator
import tokenize
from typing import Any

import numpy as np

from converter.trace.session import active, unknown
from converter.trace.standins.frame import Frame
from converter.trace.words.options import only

_OPERATORS: dict[type, Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.And: operator.and_,
    ast.Or: operator.or_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.invert,
    ast.Invert: operator.invert,
}
_FUNCTIONS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "exp",
        "log",
        "log10",
        "log1p",
        "expm1",
        "sqrt",
        "abs",
        "floor",
        "ceil",
        "sinh",
        "cosh",
        "tanh",
        "arcsin",
        "arccos",
        "arctan",
        "arctan2",
        "arcsinh",
        "arccosh",
        "arctanh",
    ]
)
_LOCAL = "__mlconvert_local_"


def evaluate(x: Frame, expr: str, inplace: bool = False, **options: Any) -> Any:
    """`df.eval`: one value, or the frame with the columns that are assigned."""
    only("DataFrame.eval", **{name: (value, None) for name, value in options.items()})
    lines = [line.strip() for line in expr.strip().splitlines() if line.strip()]
    result = x._like(x._columns)
    for line in lines:
        [statement] = ast.parse(_spelled(line)).body
        match statement:
            case ast.Expr(value) if len(lines) == 1:
                return _value(value, result)
            case ast.Assign([ast.Name(name)], value):
                result[name] = _value(value, result)
            case _:
                unknown(f"`DataFrame.eval` of {line!r}", "write it with the columns themselves")
    if inplace:
        x._become(result)
        return None
    return result


def _spelled(line: str) -> str:
    """In pandas' language & and | bind as `and` and `or` do, and @name is a variable."""
    if "`" in line:
        unknown("quoted names in `DataFrame.eval`", "write it with the columns themselves")
    words = {"&": "and", "|": "or", "@": _LOCAL}
    found = tokenize.generate_tokens(io.StringIO(line).readline)
    spelled = [words.get(token.string, token.string) for token in found]
    return " ".join(spelled).replace(f"{_LOCAL} ", _LOCAL)


def _value(node: ast.AST, frame: Frame) -> Any:
    match node:
        case ast.Constant(value):
            return value
        case ast.Name(name) if name.startswith(_LOCAL):
            return _variable(name.removeprefix(_LOCAL))
        case ast.Name(name) if name in frame._columns:
            return frame[name]
        case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, frame), _value(right, frame))
        case ast.UnaryOp(op, operand):
            return _OPERATORS[type(op)](_value(operand, frame))
        case ast.BoolOp(op, parts):
            return _all([_value(part, frame) for part in parts], _OPERATORS[type(op)])
        case ast.Compare(left, ops, rights) if all(type(op) in _OPERATORS for op in ops):
            sides = [_value(side, frame) for side in (left, *rights)]
            pairs = zip(ops, sides, sides[1:], strict=False)
            return _all([_OPERATORS[type(op)](a, b) for op, a, b in pairs], operator.and_)
        case ast.Call(ast.Name(name), args, []) if name in _FUNCTIONS:
            return getattr(np, name)(*(_value(arg, frame) for arg in args))
    return unknown("a part of the language of `DataFrame.eval`", "write it with the columns")


def _all(parts: list[Any], join: Any) -> Any:
    result, *rest = parts
    for part in rest:
        result = join(result, part)
    return result


def _variable(name: str) -> Any:
    frame = active().user_frame()
    scopes = (frame.f_locals, frame.f_globals) if frame else ()
    found = [scope[name] for scope in scopes if name in scope]
    return found[0] if found else unknown(f"the variable @{name} in `DataFrame.eval`")
