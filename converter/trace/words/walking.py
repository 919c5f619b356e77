"""Loops over the pieces of one row's text: how they run, and what they put into a list."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any, NoReturn

from converter.trace.calls import raising
from converter.trace.expression import Node
from converter.trace.joining import joined, too_many
from converter.trace.passes import Loop
from converter.trace.paths import Fork, Raised, TooManyError
from converter.trace.pieces import OWNER, PLACE, TEXTS, Cut
from converter.trace.session import active, unknown
from converter.trace.standins.lift import Piece, is_standin
from converter.trace.standins.marks import is_marked
from converter.trace.standins.scalar import Scalar
from converter.trace.standins.several import Kept, Several, refuse_pieces
from converter.trace.standins.text import Text
from converter.trace.uses import comprehension, destination, standing
from converter.trace.words.deciding import fails
from converter.trace.words.per_row import chosen
from converter.trace.words.scalars import is_pythons, number
from converter.trace.words.text_scalars import Words, revived

_numbers = itertools.count()
"""So that no two loops have one slot."""
_NOTHING = Raised(StopIteration())
"""What a pass put that put nothing."""


def walked(source: Any) -> Iterator[Any]:
    """`for part in source` of the user's: a text, the words of one, or several of either.

    Only a comprehension may step through them. Whatever else takes an iterator may stop after some
    number of steps, or count them.
    """
    frame = active().user_frame()
    step = standing(frame).opname if frame is not None else ""
    if step == "UNPACK_SEQUENCE" and isinstance(source, Words):
        return _unpacked(source, int(standing(frame).arg or 0))  # type: ignore[arg-type]
    if step != "GET_ITER":
        refuse_pieces()
    loop = _loop(source)
    steps = _stepped(loop, lambda: _find_list(loop, steps, frame))
    return steps


def _unpacked(words: Words, count: int) -> Iterator[Any]:
    """`first, second = words`."""
    if fails((words._mlconvert_len() != count)._node):
        raising(ValueError(f"expected {count} values to unpack"))
    return iter([words[number] for number in range(count)])


def _loop(source: Any) -> Loop:
    owner = _owner(source)
    slot = Piece.below(source._slot, next(_numbers))
    base = active().slots // 2
    return Loop(owner, _kept_of(source, owner), slot, lambda: _item(source, owner, slot), base)


def _stepped(loop: Loop, at_first: Callable[[], None]) -> Iterator[Any]:
    if active().loops.is_running(loop.owner):
        refuse_pieces()
    active().loops.begin(loop)
    at_first()
    try:
        yield from loop.run()
    except TooManyError as error:
        too_many(str(error))
    except ValueError:
        refuse_pieces()


def _find_list(loop: Loop, steps: Iterator[Any], made_in: FrameType | None) -> None:
    """Which generator steps through a loop, or where the list of a comprehension goes."""
    frame = active().user_frame()
    if frame is None or standing(frame).opname != "FOR_ITER":
        refuse_pieces()
    if frame is not made_in and frame.f_locals.get(".0") is not steps:
        refuse_pieces()
    loop.stepped_in = frame
    if frame.f_code.co_name == "<genexpr>":
        return
    found = comprehension(frame)
    going = destination(found[0].f_code, found[1]) if found else None
    if found is None or going is None:
        refuse_pieces()
    loop.made_in, loop.made_for = found[0], going


# --- what is looped over ----------------------------------------------------------------------


def _owner(source: Any) -> Node:
    if isinstance(source, Several):
        return source._kept.owner
    text, cut = _cut(source)
    return active().tape.make(OWNER, text, cut=tuple(cut))


def _cut(source: Any) -> tuple[Node, Cut]:
    if isinstance(source, Text):
        return source._node, Cut("")
    if not isinstance(source, Words):
        return refuse_pieces()
    pieces = source._pieces
    if pieces.separator is None and not pieces.pattern and pieces.limit >= 0:
        unknown("`split()` at white space with a limit")
    cut = Cut(pieces.separator, pieces.limit, pieces.pattern, pieces.flags)
    if pieces.pattern:
        pieces._group()
    return pieces.source, cut


def _kept_of(source: Any, owner: Node) -> Node | None:
    """Which of the pieces are looped over; None: all."""
    if isinstance(source, Several):
        return source._kept.keep
    start = getattr(source, "_start", 0)
    if not start:
        return None
    place = active().tape.make(PLACE, owner.inputs[0], owner)
    return active().tape.make("greater_equal", place, active().tape.const(start))


def _item(source: Any, owner: Node, slot: Piece) -> Any:
    """What stands for each piece."""
    if not isinstance(source, Several):
        text, cut = _cut(source)
        return Text(active().tape.make(TEXTS, text, owner, cut=tuple(cut)), slot)
    kept = source._kept
    if source._kind is set or not kept.values.rows:
        refuse_pieces()
    return number(kept.values, slot, is_python=kept.is_python)


# --- what came of it --------------------------------------------------------------------------


def kept(values: Any) -> tuple[Kept | None, Any]:
    """What loops over pieces put into an iterable that a word is handed; or the iterable again."""
    values = revived(values)
    if isinstance(values, Several) and values._kind is list:
        return values._kept, values
    if type(values) is list:
        frame = active().user_frame()
        loop = frame and active().loops.of_list(frame, values)
        return (_claimed(loop, values) if loop else None), values
    if is_pieces(values) or hasattr(values, "__next__"):
        return _consumed(values)
    return None, values


def is_pieces(values: Any) -> bool:
    """Whether `values` are as many as a row's text has words or characters."""
    return isinstance(values, Text | Words | Several | Lazy) or is_marked(values)


class Lazy:
    """What `map` and `filter` give of pieces: good for one of those words that know of them."""

    def __init__(self, values: Any, over: Callable[[Iterator[Any]], Iterator[Any]]) -> None:
        """`over` makes an iterator of one."""
        self.values, self.over = values, over

    def __iter__(self) -> NoReturn:
        refuse_pieces()

    __next__ = __iter__


def _consumed(values: Any) -> tuple[Kept | None, Any]:
    before = active().loops.count
    steps, frame = _steps(values)
    items: list[Any] = []
    raised: Exception | None = None
    try:
        for item in steps:  # what came before an exception counts
            items.append(item)
    except Exception as error:
        raised = error
    loops = active().loops.since(before)
    if not loops:
        return None, _again(items, raised)
    [loop, *others] = loops
    if others or raised is not None or not loop.is_finished or loop.stepped_in is not frame:
        refuse_pieces()
    return _claimed(loop, items), items


def _steps(values: Any) -> tuple[Iterator[Any], Any]:
    """The iterator, and the frame that steps through the pieces; None: it is here that they are."""
    if isinstance(values, Lazy):
        steps, frame = _steps(values.values)
        return values.over(steps), frame
    if is_pieces(values):
        return _stepped(_loop(revived(values)), lambda: None), None
    return values, getattr(values, "gi_frame", _NOTHING)


def _again(items: list[Any], raised: Exception | None) -> Iterator[Any]:
    yield from items
    if raised is not None:
        raise raised


def _claimed(loop: Loop, values: Sequence[Any]) -> Kept:
    parts = loop.parted(values)
    if parts is None:
        refuse_pieces()
    loop.is_claimed = True
    found = [_common([_noded(value, loop) for value in part]) for part in parts]
    value = joined(loop.tree([_NOTHING if node is None else node for node in found]), chosen)
    keep = _when(loop.tree([node is not None for node in found]))
    if loop.keep is not None:
        keep = active().tape.make("logical_and", keep, loop.keep)
    if isinstance(value, Raised):
        value = active().tape.const(0)
    is_python = all(is_pythons(item) for part in parts for item in part)
    make = active().tape.spread
    return Kept(
        loop.owner, make(keep, loop.owner), make(value, loop.owner), loop.slot.above, is_python
    )


def _noded(value: Any, loop: Loop) -> Node:
    """What a pass put into a list: a value of the piece, of the row, or a constant."""
    value = revived(value)
    if isinstance(value, str) and not isinstance(value, Text):
        return active().tape.const(str(value))
    if is_standin(value):
        if not isinstance(value, Text | Scalar) or value._slot not in (loop.slot, loop.slot.above):
            refuse_pieces()
        return value._node
    if not isinstance(value, bool | int | float):
        refuse_pieces()
    return active().tape.const(value)


def _common(nodes: list[Node]) -> Node | None:
    """What all copies of a pass put; None where they put nothing."""
    if any(node is not nodes[0] for node in nodes):
        refuse_pieces()
    return nodes[0] if nodes else None


def _when(tree: Any) -> Node:
    """Where a tree of truths is true."""
    if not isinstance(tree, Fork):
        return active().tape.const(bool(tree))
    make = active().tape.make
    yes, no = _when(tree.yes), _when(tree.no)
    if yes.rows or no.rows or yes.value == no.value:
        return yes if yes is no else make("where", tree.condition, yes, no)
    return tree.condition if yes.value else make("logical_not", tree.condition)
