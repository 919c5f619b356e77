"""Python's `operator` on stand-ins: the functions of C that it makes are written out here."""

import operator
from collections.abc import Callable
from typing import Any


def _itemgetter(*keys: Any) -> Callable[[Any], Any]:
    def get(value: Any) -> Any:
        return value[keys[0]] if len(keys) == 1 else tuple(value[key] for key in keys)

    return get


def _attrgetter(*names: str) -> Callable[[Any], Any]:
    def get(value: Any) -> Any:
        found = tuple(_attribute(value, name) for name in names)
        return found[0] if len(names) == 1 else found

    return get


def _attribute(value: Any, name: str) -> Any:
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _methodcaller(name: str, /, *args: Any, **options: Any) -> Callable[[Any], Any]:
    def call(value: Any) -> Any:
        return getattr(value, name)(*args, **options)

    return call


_PLAIN = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "neg", "pos", "abs", "inv"),
    *("invert", "and_", "or_", "xor", "lt", "le", "eq", "ne", "ge", "gt", "not_"),
    *("truth", "getitem", "contains", "matmul", "concat", "is_", "is_not"),
)


def _reduce(function: Any, values: Any, *initial: Any) -> Any:
    found = iter(values)
    result = initial[0] if initial else next(found)
    for value in found:
        result = function(result, value)
    return result


REPLACED: dict[str, Any] = {
    "functools.reduce": _reduce,
    "_functools.reduce": _reduce,
    **{f"operator.{name}": getattr(operator, name) for name in _PLAIN},
    **{f"_operator.{name}": getattr(operator, name) for name in _PLAIN},
    "operator.itemgetter": _itemgetter,
    "operator.attrgetter": _attrgetter,
    "operator.methodcaller": _methodcaller,
}
"""The plain ones take stand-ins as they are."""
