"""Ways joined again: a tree of forks becomes nested `where`s."""

from collections.abc import Callable
from typing import Any, NoReturn

from converter.trace.expression import Node
from converter.trace.paths import Fork, Raised, TooManyError
from converter.trace.session import active, refuse
from converter.trace.standins.several import refuse_pieces

Merge = Callable[[Node, Any, Any], Any]
"""Condition, what holds where it is true, what holds where it is false → one value."""


def explored(run: Callable[[], Any], merge: Merge) -> Any:
    """What `run` gives over all its ways, as one value."""

    def complete() -> Any:
        before = active().loops.count
        result = run()
        if active().loops.since(before):
            refuse_pieces()
        active().loops.forget(before)
        return result

    try:
        tree = active().paths.explore(complete)
    except TooManyError as error:
        too_many(str(error))
    return joined(tree, merge)


def joined(tree: Any, merge: Merge) -> Any:
    """One value of a tree; rows whose way ends in an exception get that of the other way."""
    if not isinstance(tree, Fork):
        return tree
    yes, no = joined(tree.yes, merge), joined(tree.no, merge)
    if isinstance(yes, Raised):
        return no
    if isinstance(no, Raised) or yes is no:
        return yes
    return merge(tree.condition, yes, no)


def too_many(what: str) -> NoReturn:
    """Refuse what TooManyError says."""
    if what == "choices":
        refuse(
            "unbounded-loop",
            "loops until the data say stop",
            "loop a fixed number of times, or write the result as a formula",
        )
    refuse(
        "too-many-paths",
        "branches on the data in more ways than are followed",
        "use a dict with .map, numpy.select or numpy.where; hand what loops over constants to sum, "
        "any or all: any(word in text for word in WORDS)",
    )
