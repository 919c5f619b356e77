"""What one row's text understands: the methods of `str`, joined and formatted texts."""

import re
from collections.abc import Callable
from typing import Any

from converter.trace.calls import raising
from converter.trace.expression import Node
from converter.trace.session import active, refuse, unknown
from converter.trace.standins.lift import is_standin, slot_of
from converter.trace.standins.marks import is_marked
from converter.trace.standins.scalar import Scalar
from converter.trace.standins.text import Text, parts
from converter.trace.standins.word import pair, rejoined
from converter.trace.words import texts
from converter.trace.words.deciding import decided, fails
from converter.trace.words.pieces import Pieces

_JUDGED = (
    *("alnum", "alpha", "decimal", "digit", "lower", "numeric", "space", "upper", "title"),
    *("ascii", "identifier", "printable"),
)


def text_method(name: str, self: Any, *args: Any, **options: Any) -> Any:
    """What the method `name` of a text records."""
    if name not in METHODS:
        unknown(f"the text method `.{name.strip('_')}`")
    try:
        return METHODS[name](self, *args, **options)
    except TypeError as error:
        if "argument" not in str(error):
            raise
        return unknown(f"`.{name}` with arguments it does not model ({error})")


# --- texts put together -----------------------------------------------------------------------


def revived(value: Any) -> Any:
    """A str that Python put together from texts, as the `Text` it is; anything else itself."""
    if not is_marked(value):
        return value
    found = parts(value)
    slot = slot_of(*(piece.value for piece in found.pieces))
    node = texts.concat(*(_piece(piece.value, piece.case) for piece in rejoined(found.pieces)))
    if found.side:
        node = texts.strip(node, None, found.side)
    return Text(node, slot)


def _piece(value: Any, case: str) -> Any:
    if not isinstance(value, Text):
        return value
    return texts.case(value._node, case) if case else value._node


def text_node(value: Any) -> Node:
    """The node of a str, of whatever make."""
    value = revived(value)
    return value._node if isinstance(value, Text) else active().tape.const(value)


def text_of(value: Any) -> Any:
    """`str(value)`."""
    if isinstance(value, str):
        return revived(value)
    if isinstance(value, Scalar):
        return Text(texts.of_number(value._node), value._slot)
    return unknown(f"`str()` of a {type(value).__name__}")


def formatted(value: Scalar, spec: str) -> Any:
    """`format(value, spec)`."""
    node = value._node
    if re.fullmatch(r"0[1-9][0-9]*d?", spec) and node.kind == "int":
        return Text(texts.zero_filled(texts.of_number(node), int(spec.rstrip("d"))), value._slot)
    if spec not in ("", "d") or (spec and node.kind != "int"):
        unknown(f"numbers formatted by {spec!r}", "round them, and keep them numbers")
    return text_of(value)


def joined(glue: Any, values: Any) -> Any:
    """`glue.join(values)` for a glue of the row's."""
    values = [revived(value) for value in values]
    spread = [part for value in values for part in (glue, value)][1:]
    return Text(texts.concat(*map(text_node, spread)), slot_of(glue, *values))


# --- methods ----------------------------------------------------------------------------------


def _gives(method: Callable[..., Node]) -> Callable[..., Any]:
    """A method that gives text."""

    def recorded(self: Any, *args: Any, **options: Any) -> Any:
        args = tuple(_constant(arg) for arg in args)
        options = {name: _constant(arg) for name, arg in options.items()}
        return Text(method(self._node, *args, **options), self._slot)

    return recorded


def _answers(method: Callable[..., Node]) -> Callable[..., Any]:
    """A method that gives a number or a truth value, of Python's own."""

    def recorded(self: Any, *args: Any, **options: Any) -> Any:
        args = tuple(_constant(arg) for arg in args)
        options = {name: _constant(arg) for name, arg in options.items()}
        return Scalar(method(self._node, *args, **options), self._slot, is_python=True)

    return recorded


def _constant(value: Any) -> Any:
    if is_standin(value) or is_marked(value):
        unknown("one text of a row inside another", "compare with fixed texts")
    return value


def _cased(how: str) -> Callable[..., Any]:
    return _gives(lambda x: texts.case(x, how))


def _stripped(side: str) -> Callable[..., Any]:
    return _gives(lambda x, chars=None: texts.strip(x, chars, side))


def _judged(what: str) -> Callable[..., Any]:
    return _answers(lambda x: texts.judged(x, what))


def _equal(self: Text, other: Any) -> Any:
    if not isinstance(other, str):
        return False
    other = revived(other)
    slot = slot_of(self, other)
    return Scalar(texts.equal(self._node, text_node(other)), slot, is_python=True)


def _not_equal(self: Text, other: Any) -> Any:
    same = _equal(self, other)
    if same is False:
        return True
    node = active().tape.make("logical_not", same._node)
    return Scalar(node, same._slot, is_python=True)


def _concat(first: Any, second: Any) -> Any:
    for value in (first, second):
        if not isinstance(value, str):
            kind = type(value).__name__
            raising(TypeError(f'can only concatenate str (not "{kind}") to str'))
    first, second = revived(first), revived(second)
    node = texts.concat(text_node(first), text_node(second))
    return Text(node, slot_of(first, second))


def _getitem(self: Text, key: Any) -> Any:
    if isinstance(key, slice):
        bounds = [_whole(bound) for bound in (key.start, key.stop, key.step)]
        return Text(texts.sliced(self._node, *bounds), self._slot)
    index = _whole(key)
    short = active().tape.make(
        "less", texts.length(self._node), active().tape.const(index + 1 if index >= 0 else -index)
    )
    if fails(short):
        raising(IndexError("string index out of range"))
    return Text(texts.sliced(self._node, index, index + 1 if index != -1 else None), self._slot)


def _whole(value: Any) -> Any:
    if is_standin(value):
        refuse("data-dependent", "cuts a text where another value says", "cut at fixed places")
    return value


def _split(self: Text, sep: Any = None, maxsplit: Any = -1) -> Any:
    return Words(Pieces(self._node, _constant(sep), _whole(maxsplit)), self._slot)


def _rsplit(self: Text, sep: Any = None, maxsplit: Any = -1) -> Any:
    if maxsplit != -1:
        unknown("`.rsplit` with a limit", "use .split(...)[-1]")
    return _split(self, sep)


def _partition(self: Text, sep: Any) -> Any:
    sep = _constant(sep)
    before, after = (texts.piece(self._node, sep, index, 1) for index in (0, 1))
    if not decided(texts.contains(self._node, sep)):
        return (self, "", "")
    return (Text(before, self._slot), sep, Text(after, self._slot))


def _find(self: Text, sub: Any) -> Any:
    return Scalar(texts.position(self._node, _constant(sub)), self._slot, is_python=True)


def _index(self: Text, sub: Any) -> Any:
    if fails(active().tape.make("logical_not", texts.contains(self._node, _constant(sub)))):
        raising(ValueError("substring not found"))
    return _find(self, sub)


def _percent(template: Any, self: Text) -> Any:
    """`template % self`."""
    before, found, after = template.partition("%s")
    if not found or "%" in before + after:
        unknown(f"the format {template!r} of a text")
    return _concat(_concat(before, self) if before else self, after) if after or before else self


def _contains(self: Text, part: Any) -> Any:
    part = revived(part)
    if isinstance(part, Text):
        unknown("a text of a row looked for in another", "look for fixed texts")
    if not isinstance(part, str):
        kind = type(part).__name__
        raising(TypeError(f"'in <string>' requires string as left operand, not {kind}"))
    return decided(texts.contains(self._node, part))


def _repeat(self: Text, times: Any) -> Any:
    return Text(texts.repeated(self._node, _whole(times)), self._slot)


METHODS: dict[str, Callable[..., Any]] = {
    **{
        how: _cased(how)
        for how in ("lower", "upper", "title", "capitalize", "swapcase", "casefold")
    },
    "strip": _stripped("both"),
    "lstrip": _stripped("left"),
    "rstrip": _stripped("right"),
    "removeprefix": _gives(texts.prefix_removed),
    "removesuffix": _gives(texts.suffix_removed),
    "replace": _gives(lambda x, old, new, count=-1: texts.replace_literal(x, old, new, count)),
    "zfill": _gives(texts.zero_filled),
    "ljust": _gives(lambda x, width, fill=" ": texts.padded(x, width, fill, "right")),
    "rjust": _gives(lambda x, width, fill=" ": texts.padded(x, width, fill, "left")),
    "translate": _gives(lambda x, table: texts.translated(x, table)),
    "startswith": _answers(texts.starts),
    "endswith": _answers(texts.ends),
    "count": _answers(texts.count_literal),
    **{f"is{what}": _judged(what) for what in _JUDGED},
    "find": _find,
    "index": _index,
    "rfind": _answers(texts.last_position),
    "split": _split,
    "rsplit": _rsplit,
    "partition": _partition,
    "join": joined,
    "equal": _equal,
    "not_equal": _not_equal,
    "concat": _concat,
    "contains": _contains,
    "getitem": _getitem,
    "repeat": _repeat,
    "percent": _percent,
}
"""Method of str (or what an operator is called here) → how it is recorded."""


# --- pieces -----------------------------------------------------------------------------------


class Words:
    """The list that `text.split()` gives, of one row: its items and their number count."""

    _rank = -1

    def __init__(self, pieces: Pieces, slot: int, start: int = 0) -> None:
        """`start` is how many pieces at the left were sliced away."""
        self._pieces = pieces
        self._slot = slot
        self._start = start

    def _mlconvert_node(self) -> Node:
        return unknown("a list of words as data", "take single words, or their number")

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        return (list,)

    def _mlconvert_len(self) -> Any:
        """Their number."""
        count = self._pieces.count()
        if self._start:
            less = active().tape.make("subtract", count, active().tape.const(self._start))
            count = active().tape.make("maximum", less, active().tape.const(0))
        return Scalar(count, self._slot, is_python=True)

    def __bool__(self) -> bool:
        return bool(self._mlconvert_len() > 0)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            if key.stop is not None or key.step not in (None, 1) or (key.start or 0) < 0:
                unknown("a slice of the words of a text", "take single words")
            return Words(self._pieces, self._slot, self._start + (key.start or 0))
        index = _whole(key)
        wanted = index + 1 if index >= 0 else -index
        if fails((self._mlconvert_len() < wanted)._node):
            raising(IndexError("list index out of range"))
        found = self._pieces.item(index + self._start if index >= 0 else index)
        return Text(found, self._slot)

    def __iter__(self) -> Any:
        return pair(self, self._pieces)

    def _joined(self, glue: str) -> Node:
        if self._start:
            unknown("words joined again without the first of them")
        return self._pieces.joined(glue)

    def __contains__(self, word: Any) -> bool:
        return bool(active().words.word_in(self, word))

    def __eq__(self, other: object) -> bool:
        return unknown("comparing the words of a text")

    def __hash__(self) -> int:
        raise TypeError("unhashable type: 'list'")


def marked_length(value: str) -> Any:
    """`len` of a text."""
    text = revived(value)
    return Scalar(texts.length(text._node), text._slot, is_python=True)
