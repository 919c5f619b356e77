"""What becomes of the pieces of a text that a loop kept: a number, a truth, one text."""

from typing import Any

from converter.trace.calls import raising
from converter.trace.expression import Node
from converter.trace.pieces import DISTINCT, FIRST, JOINED, TOTAL
from converter.trace.session import active, unknown
from converter.trace.standins.lift import is_standin
from converter.trace.standins.scalar import Scalar
from converter.trace.standins.several import Kept, Several, refuse_pieces
from converter.trace.standins.text import Text
from converter.trace.words.deciding import fails
from converter.trace.words.per_row import chosen
from converter.trace.words.text_scalars import Words, revived, text_node
from converter.trace.words.walking import kept


def _gathered(op: str, kept: Kept, values: Node | None = None, **attrs: Any) -> Node:
    owner = kept.owner
    values = kept.values if values is None else active().tape.spread(values, owner)
    return active().tape.make(op, owner.inputs[0], owner, kept.keep, values, **attrs)


def _scalar(node: Node, kept: Kept) -> Scalar:
    return Scalar(node, kept.slot, is_python=True)


def _const(value: Any) -> Node:
    return active().tape.const(value)


def _is_text(kept: Kept) -> bool:
    return kept.values.kind == "text"


# --- numbers ----------------------------------------------------------------------------------


def counted(kept: Kept) -> Scalar:
    """How many there are."""
    return _scalar(_gathered(TOTAL, kept, _const(1), how="sum"), kept)


def totalled(kept: Kept, start: Any = 0) -> Any:
    """`sum(values, start)`."""
    if _is_text(kept) or not kept.is_python or (start != 0 and is_standin(start)):
        refuse_pieces()
    found = _scalar(_gathered(TOTAL, kept, how="sum"), kept)
    return found if type(start) is int and start == 0 else start + found


def averaged(kept: Kept) -> Any:
    """`numpy.mean(values)`: NaN of none."""
    if _is_text(kept):
        refuse_pieces()
    make = active().tape.make
    total, count = _gathered(TOTAL, kept, how="sum"), counted(kept)._node
    real = [make("cast", node, dtype="float64") for node in (total, count)]
    return Scalar(make("divide", *real), kept.slot)


_REQUIRED = object()


def best(name: str, kept: Kept, *, has_key: bool, by_length: bool, default: Any = _REQUIRED) -> Any:
    """`max(values)` or `min(values)` (`name`), of whole numbers, or of texts by their lengths."""
    none = active().tape.make("equal", counted(kept)._node, _const(0))
    if default is _REQUIRED and fails(none):
        raising(ValueError(f"{name}() iterable argument is empty"))
    if has_key is not _is_text(kept) or has_key is not by_length:
        return unknown(f"`{name}` by such a key", f"{name}(…, key=len)")
    found = _longest(name, kept) if _is_text(kept) else _extreme(name, kept)
    if default is _REQUIRED:
        return found
    return _or_else(none, default, found)


def _extreme(name: str, kept: Kept) -> Scalar:
    if kept.values.kind not in ("int", "bool") or not kept.is_python:
        refuse_pieces()
    values = kept.values
    if values.kind == "bool":
        values = active().tape.make("cast", values, dtype="int64")
    return _scalar(_gathered(TOTAL, kept, values, how=name), kept)


def _longest(name: str, kept: Kept) -> Text:
    """The first of the longest, or shortest, texts."""
    if not kept.values.rows:
        return refuse_pieces()
    make = active().tape.make
    lengths = make("text.length", kept.values)
    most = _gathered(TOTAL, kept, lengths, how=name)
    is_best = make("logical_and", kept.keep, make("equal", lengths, most))
    return Text(_gathered(FIRST, kept._replace(keep=is_best)), kept.slot)


def _or_else(none: Node, default: Any, found: Any) -> Any:
    default = revived(default)
    is_text = isinstance(default, str)
    if is_text != isinstance(found, Text) or not isinstance(default, str | int | float):
        refuse_pieces()
    node = chosen(none, text_node(default) if is_text else _const(default), found._node)
    return Text(node, found._slot) if is_text else Scalar(node, found._slot, is_python=True)


# --- truth ------------------------------------------------------------------------------------


def true_of(kept: Kept, *, stops_at: bool) -> Scalar:
    """`any(values)` (`stops_at`: True) or `all(values)`."""
    make = active().tape.make
    zero = _const("" if _is_text(kept) else False)
    values = kept.values
    truth = values if values.kind == "bool" else make("not_equal", values, zero)
    stopping = truth if stops_at else make("logical_not", truth)
    count = counted(kept._replace(keep=make("logical_and", kept.keep, stopping)))._node
    return _scalar(make("greater" if stops_at else "equal", count, _const(0)), kept)


# --- texts ------------------------------------------------------------------------------------


def glued(glue: str, kept: Kept) -> Text:
    """`glue.join(values)`, for a constant glue."""
    if not _is_text(kept):
        refuse_pieces()
    return Text(_gathered(JOINED, kept, glue=str(glue)), kept.slot)


# --- sets -------------------------------------------------------------------------------------


def number_of(several: Several) -> Scalar:
    """`len(several)`."""
    if several._kind is list:
        return counted(several._kept)
    if not several._kept.is_python and not _is_text(several._kept):
        refuse_pieces()
    if several._kept.values.kind == "float":  # NaN is as many as there are of it
        refuse_pieces()
    return _scalar(_gathered(DISTINCT, several._kept), several._kept)


def holds(kept: Kept, value: Any) -> Any:
    """Whether a constant text or number, or one of the row, is among those kept."""
    value = revived(value)
    if not isinstance(value, str | int | float | Scalar) or isinstance(value, str) != _is_text(
        kept
    ):
        return refuse_pieces()
    node = value._node if isinstance(value, Text | Scalar) else _const(value)
    same = active().tape.make("equal", kept.values, active().tape.spread(node, kept.owner))
    return true_of(kept._replace(values=same), stops_at=True)


def word_in(words: Any, value: Any) -> Any:
    """`value in words`, of the words of a text."""
    found, _ = kept(words)
    return found is not None and holds(found, value)


def common(several: Several, other: Any, *, is_in: bool = True) -> Several:
    """Those of a set that are in a constant set, or that are not."""
    if several._kind is not set or not isinstance(other, set | frozenset | list | tuple | dict):
        return refuse_pieces()
    keys = tuple(sorted(key for key in other if isinstance(key, str)))
    if not _is_text(several._kept) or len(keys) != len(other):
        return refuse_pieces()
    make, kept = active().tape.make, several._kept
    if not kept.values.rows:
        return refuse_pieces()
    found = make("isin", kept.values, values=keys)
    asked = found if is_in else make("logical_not", found)
    return Several(kept._replace(keep=make("logical_and", kept.keep, asked)), set)


def joined_words(glue: str, words: Words) -> Text | None:
    """`glue.join(words)` of all words of a text; None where some are left out."""
    if words._start or words._pieces.pattern or words._pieces.limit >= 0:
        return None
    return Text(words._joined(glue), words._slot)
