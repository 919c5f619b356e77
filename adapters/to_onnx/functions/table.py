"""What ONNX can say of the function expression, and how: one table, operation → lowering.

The table is the declaration: an operation that is not in it is refused. An entry claims equal
meaning, NaN and missing values included.
"""

from adapters.to_onnx.functions import dates, numbers, shapes, texts
from adapters.to_onnx.functions.tensors import Lowering

LOWERINGS: dict[str, Lowering] = {
    **numbers.OPERATIONS,
    **shapes.OPERATIONS,
    **texts.OPERATIONS,
    **dates.OPERATIONS,
}
