"""What ONNX can say of the function expression, and how: one table, operation → lowering.

The table is the declaration: an operation that is not in it is refused. An entry claims equal
meaning, NaN and missing values included.
"""

from adapters.to_onnx.functions import (
    dates,
    lookups,
    numbers,
    pieces,
    reductions,
    shapes,
    special,
    texts,
)
from adapters.to_onnx.functions.tensors import Lowering
from converter.trace.expression import Node

LOWERINGS: dict[str, Lowering] = {
    **numbers.OPERATIONS,
    **special.OPERATIONS,
    **reductions.OPERATIONS,
    **lookups.OPERATIONS,
    **shapes.OPERATIONS,
    **texts.OPERATIONS,
    **pieces.OPERATIONS,
    **dates.OPERATIONS,
}


def lowering(node: Node) -> Lowering | None:
    """How a node is said; None where it cannot be. Of dates, numpy's words mean something else."""
    dated = any(part.kind in ("date", "span") for part in (node, *node.inputs))
    return (dates.DATED if dated else LOWERINGS).get(node.op)
