"""Constants asked by a row's text, or by its words: `c in "aeiou"`, `w in STOP`, `D.get(w, 0)`."""

from typing import Any, NoReturn

from converter.trace.calls import raising
from converter.trace.session import active, refuse, unknown
from converter.trace.standins.literals import Literal
from converter.trace.standins.scalar import Scalar
from converter.trace.standins.several import refuse_pieces
from converter.trace.standins.text import Text
from converter.trace.words.deciding import decided, fails
from converter.trace.words.gathering import glued, joined_words
from converter.trace.words.text_scalars import Words, revived
from converter.trace.words.walking import kept

MOST_LETTERS = 60


def within(part: Any, text: str) -> bool:
    """`part in text`, for a constant text: whether it is one of the cuts of it."""
    if len(text) > MOST_LETTERS:
        refuse(
            "unknown-operation",
            "looks for a row's text in a long constant one",
            "use a set of the texts that are looked for",
        )
    cuts = {text[a:b] for a in range(len(text) + 1) for b in range(a, len(text) + 1)}
    node = revived(part)._node
    return decided(active().tape.make("isin", node, values=tuple(sorted(cuts))))


def among(value: Any, container: Any) -> bool:
    """`value in container`, for a container of constant texts."""
    if not isinstance(value, Text):
        return False
    return decided(active().tape.make("isin", value._node, values=tuple(sorted(container))))


_REQUIRED = object()


def answered(key: Any, table: dict[str, Any], default: Any = _REQUIRED) -> Any:
    """`table[key]` or `table.get(key, default)`, of constant values of one kind."""
    make = active().tape.make
    if not isinstance(key, Text) or not table:
        return refuse_pieces()
    if default is _REQUIRED:
        found = make("isin", key._node, values=tuple(sorted(table)))
        if fails(make("logical_not", found)):
            raising(KeyError(key))
        default = next(iter(table.values()))
    if isinstance(default, Text) and default._node is key._node:
        return Text(_mapped(key, table), key._slot)
    kinds = {type(value) for value in (*table.values(), default)}
    if kinds != {str} and not kinds <= {int, float}:
        return unknown("a table whose values are of several kinds, or None", "give numbers only")
    node = make("lookup", key._node, keys=tuple(table), values=_plain(table), default=default)
    return Text(node, key._slot) if kinds == {str} else Scalar(node, key._slot, is_python=True)


def lacking(key: Any) -> NoReturn:
    """Raise what a table does that does not have a key."""
    raising(KeyError(key))


def _mapped(key: Text, table: dict[str, Any]) -> Any:
    """Texts by a table; those that are not in it stay."""
    if not all(type(value) is str for value in table.values()):
        unknown("a table whose values are no texts")
    make = active().tape.make
    found = make("isin", key._node, values=tuple(sorted(table)))
    new = make("lookup", key._node, keys=tuple(table), values=_plain(table), default="")
    return make("where", found, new, key._node)


def _plain(table: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(table.values())


def joined_by(glue: Literal, values: Any) -> Any:
    """`glue.join(values)`."""
    values = revived(values)
    if isinstance(values, Words) and (whole := joined_words(str(glue), values)) is not None:
        return whole
    found, values = kept(values)
    if found is not None:
        return glued(glue, found)
    return str.join(glue, values)
