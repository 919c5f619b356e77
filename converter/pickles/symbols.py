"""What stands on the machine's stack in place of objects.

Strings, small bytes, numbers, None, booleans and tuples stand for themselves. Everything else is
one of these. Lists and sets keep nothing: their content is named elsewhere in the stream.
"""

from typing import Any

Value = Any
"""str, bytes, int, float, bool, None, a tuple of values, or one of the classes below."""


class Symbol:
    """A global, or an attribute of one: a name that the stream looks up."""

    __slots__ = ("loose", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.loose = 0
        """Times it was put on the stack less times it was called: not 0, and it got away."""


class Instance:
    """The result of calling `cls` with `args`; `state` is what BUILD gave it."""

    __slots__ = ("args", "cls", "maker", "state")

    def __init__(self, cls: str, args: Value = (), maker: Value = None) -> None:
        self.cls = cls
        self.args = args
        self.maker = maker
        """What was called, where that was itself an `Instance`."""
        self.state: Value = None


class Mapping:
    """A dict. `items` holds its entries with text keys; `whole` tells whether that is all.

    A `frozen` one must not change any more, since something was decided by it.
    """

    __slots__ = ("frozen", "items", "whole")

    def __init__(self) -> None:
        self.items: dict[str, Value] = {}
        self.whole = True
        self.frozen = False


class Opaque:
    """A value of a builtin type whose content does not matter."""

    __slots__ = ("cls",)

    def __init__(self, cls: str) -> None:
        self.cls = cls


LIST = Opaque("builtins.list")
SET = Opaque("builtins.set")
FROZENSET = Opaque("builtins.frozenset")
BYTEARRAY = Opaque("builtins.bytearray")
LONG_TEXT = Opaque("builtins.str")
LONG_BYTES = Opaque("builtins.bytes")


def class_of(value: Value) -> str:
    """Dotted name of the class of `value`; "" for a symbol, whose class is not told."""
    if isinstance(value, Mapping):
        return "builtins.dict"
    if isinstance(value, (Instance, Opaque)):
        return value.cls
    return "" if isinstance(value, Symbol) else f"builtins.{type(value).__name__}"
