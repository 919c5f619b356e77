"""The stand-in of one row's text: a str, so that Python's own joining and formatting take it.

Its characters are a mark that says which text it is. What C code makes of it (`" ".join`,
f-strings, `%`) is a plain str with marks in it, which `parts` reads again. A mark holds every
printable character, so that whatever else is done to such a str breaks the mark, and is refused.
"""

import re
import string
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from converter.trace.expression import Node
from converter.trace.session import active, unknown
from converter.trace.standins.marks import CLOSE, OPEN
from converter.trace.standins.scalar import is_labelled

_EDGE = " " * 7
_BODY = string.printable
_MARK = re.compile(
    f"(?P<left>{_EDGE})?{OPEN}(?P<body>"
    + "|".join(re.escape(body) for body in dict.fromkeys((_BODY, _BODY.lower(), _BODY.upper())))
    + f")(?P<number>[0-9]+){CLOSE}(?P<right>{_EDGE})?"
)


class Text(str):
    """A str: one row's."""

    _rank = -1
    _node: Node
    _slot: int

    def __new__(cls, node: Node, slot: int) -> "Text":
        """`node` is [N], and of text that is there: missing texts are handed out as they are."""
        handed = active().handed_texts
        self = super().__new__(cls, f"{_EDGE}{OPEN}{_BODY}{len(handed)}{CLOSE}{_EDGE}")
        self._node, self._slot = node, slot
        handed.append(self)
        return self

    def _mlconvert_node(self) -> Node:
        return self._node

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        return (str,)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return active().words.applied(ufunc, method, inputs, options)

    def __str__(self) -> str:
        return self

    def __format__(self, spec: str) -> str:
        return self if spec in ("", "s") else unknown(f"the format {spec!r} of a text")

    def __repr__(self) -> str:
        return f"<Text {self._node!r}>"

    def __bool__(self) -> bool:
        return bool(self != "")

    def __hash__(self) -> int:
        return int(active().words.scalar_hash(self))

    def __contains__(self, part: Any) -> bool:
        return bool(active().words.text_method("contains", self, part))

    def __len__(self) -> int:
        return unknown("the length of a text in code that is not the function's own")

    def __iter__(self) -> Iterator[Any]:
        return active().words.walked(self)  # type: ignore[no-any-return]

    def __getitem__(self, key: Any) -> Any:
        return active().words.text_method("getitem", self, key)


class Part(NamedTuple):
    """A piece of a formatted text: a constant, or one of the row's texts."""

    value: Any
    """A str or a `Text`."""
    case: str
    """ "lower" or "upper", where that was done to it since; else ""."""


class Parts(NamedTuple):
    """A formatted text."""

    pieces: list[Part]
    side: str
    """Which ends were stripped since: "", "left", "right" or "both"."""


def parts(value: str) -> Parts:
    """What a formatted text is made of. Refuses those that were changed since."""
    pieces: list[Part] = []
    end, stripped = 0, [False, False]
    for mark in _MARK.finditer(value):
        pieces.append(Part(value[end : mark.start()], ""))
        case = {_BODY.lower(): "lower", _BODY.upper(): "upper"}.get(mark["body"], "")
        pieces.append(Part(active().handed_texts[int(mark["number"])], case))
        stripped[0] |= _is_cut(mark["left"], at_edge=mark.start() == 0)
        stripped[1] |= _is_cut(mark["right"], at_edge=mark.end() == len(value))
        end = mark.end()
    pieces.append(Part(value[end:], ""))
    if any(OPEN in piece.value or CLOSE in piece.value for piece in pieces[::2]):
        _changed()
    side = {(True, True): "both", (True, False): "left", (False, True): "right"}
    kept = [piece for piece in pieces if str.__len__(piece.value)]
    return Parts(kept, side.get((stripped[0], stripped[1]), ""))


def _is_cut(edge: str | None, *, at_edge: bool) -> bool:
    if edge is None and not at_edge:
        _changed()
    return edge is None


def _changed() -> None:
    unknown(
        "a text that was put together from a row's values, and changed afterwards",
        "change the values first, or put them together with +",
    )


_OPERATORS = {
    "__eq__": "equal",
    "__ne__": "not_equal",
    "__add__": "concat",
    "__mul__": "repeat",
    "__rmul__": "repeat",
}
_REFUSED = ("__lt__", "__le__", "__gt__", "__ge__", "__mod__")


def _operator(name: str) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        return NotImplemented if is_labelled(other) else _said(name, self, other)

    return operator


def _said(name: str, *args: Any, **options: Any) -> Any:
    return active().words.text_method(name, *args, **options)


def _method(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **options: Any) -> Any:
        return _said(name, self, *args, **options)

    return method


for _name, _word in _OPERATORS.items():
    setattr(Text, _name, _operator(_word))
for _name in (*_REFUSED, *(name for name in dir(str) if not name.startswith("_"))):
    setattr(Text, _name, _method(_name))
Text.__radd__ = lambda self, other: _said("concat", other, self)  # type: ignore[attr-defined]
Text.__rmod__ = lambda self, other: _said("percent", other, self)  # type: ignore[attr-defined]
del Text.maketrans  # it is of the class, and takes no text of its own
