"""Operations on dates of the function expression in ONNX."""

from adapters.to_onnx.functions.tensors import Lowering

OPERATIONS: dict[str, Lowering] = {}
