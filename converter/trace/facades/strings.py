"""numpy's functions on arrays of text: `numpy.char` and `numpy.strings`; and those of `string`."""

import string
from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import unknown
from converter.trace.standins.array import of, wrapped
from converter.trace.standins.lift import is_standin
from converter.trace.standins.literals import Literal
from converter.trace.words import texts

_JUDGED = ("alnum", "alpha", "decimal", "digit", "lower", "numeric", "space", "upper")


def _function(name: str, says: Callable[..., Node]) -> Callable[..., Any]:
    """Of an array of text, and constants."""

    def call(a: Any, *args: Any) -> Any:
        if not is_standin(a) or any(map(is_standin, args)):
            return unknown(f"`numpy.char.{name}` of several columns", "join texts by +")
        x = of(a)
        node = x._laid()
        if node.kind != "text":
            raise TypeError("string operation on non-string array")
        return wrapped(says(node, *map(_constant, args)), x._slot, x._lead)

    return call


def _constant(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic) and np.ndim(value) == 0:
        value = value.item()
    return value if isinstance(value, str | int | None) else unknown("an array of constant texts")


def _cased(how: str) -> Callable[..., Node]:
    return lambda x: texts.case(x, how)


def _stripped(side: str) -> Callable[..., Node]:
    return lambda x, chars=None: texts.strip(x, chars, side)


def _judged(what: str) -> Callable[..., Node]:
    return lambda x: texts.judged(x, what)


_SAID: dict[str, Callable[..., Node]] = {
    **{how: _cased(how) for how in ("lower", "upper", "title", "capitalize", "swapcase")},
    **{f"is{what}": _judged(what) for what in _JUDGED},
    "strip": _stripped("both"),
    "lstrip": _stripped("left"),
    "rstrip": _stripped("right"),
    "replace": lambda x, old, new, count=-1: texts.replace_literal(x, old, new, count),
    "str_len": texts.length,
    "count": lambda x, sub: texts.count_literal(x, sub),
    "find": lambda x, sub: texts.position(x, sub),
    "startswith": lambda x, prefix: texts.starts(x, prefix),
    "endswith": lambda x, suffix: texts.ends(x, suffix),
    "zfill": lambda x, width: texts.zero_filled(x, width),
    "multiply": lambda x, times: texts.repeated(x, times),
}


def _add(a: Any, b: Any) -> Any:
    """Texts one after another."""
    return np.add(a, b)


_CONSTANTS = {
    f"string.{name}": Literal(value)
    for name, value in vars(string).items()
    if name.islower() and isinstance(value, str) and not name.startswith("_")
}

REPLACED: dict[str, Any] = _CONSTANTS | {
    f"numpy.{module}.{name}": function
    for module in ("char", "strings")
    for name, function in {
        **{name: _function(name, says) for name, says in _SAID.items()},
        "add": _add,
    }.items()
}
