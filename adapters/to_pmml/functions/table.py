"""What PMML can say of the function expression, and how: one table, operation → saying.

The table is the declaration: an operation that is not in it is refused. An entry claims equal
meaning, NaN and missing values included, in the functions that PMML 4.4 has built in.
"""

from adapters.to_pmml.functions import (
    arithmetic,
    choices,
    comparisons,
    dates,
    elementary,
    reductions,
    rounding,
    shapes,
    special,
    tables,
    texts,
)
from adapters.to_pmml.functions.cells import Say
from converter.trace.expression import Node

SAYINGS: dict[str, Say] = {
    **arithmetic.OPERATIONS,
    **elementary.OPERATIONS,
    **rounding.OPERATIONS,
    **comparisons.OPERATIONS,
    **choices.OPERATIONS,
    **reductions.OPERATIONS,
    **special.OPERATIONS,
    **tables.OPERATIONS,
    **texts.OPERATIONS,
    **dates.OPERATIONS,
    **shapes.OPERATIONS,
}


def saying(node: Node) -> Say | None:
    """How a node is said; None where it cannot be. Of dates, numpy's words mean something else."""
    dated = any(part.kind in ("date", "span") for part in (node, *node.inputs))
    return (dates.DATED if dated else SAYINGS).get(node.op)
