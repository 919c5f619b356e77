"""Large ONNX attributes as protobuf bytes, made by numpy.

A million numbers through Python lists take a second; here they never become Python objects. The
wire format is documented by Protocol Buffers: a tag, a length, and for `repeated` numbers the
packed values, integers as base-128 varints. Field numbers are those of onnx.proto's AttributeProto.
"""

import numpy as np
import onnx
from onnx import numpy_helper

FLOATS, INTS, STRINGS = 7, 8, 9
TYPES = {FLOATS: 6, INTS: 7, STRINGS: 8}
NAME, TENSOR, TYPE = 1, 5, 20
TENSOR_TYPE = 4


def attribute(name: str, values: np.ndarray) -> bytes:
    """An AttributeProto of `values`: ints, float32s or bytes; a tensor where they are float64.

    `values` is one-dimensional; integers are not negative.
    """
    head = _field(NAME, name.encode())
    if values.dtype == np.float64:
        tensor: onnx.TensorProto = numpy_helper.from_array(values, name)
        return head + _field(TENSOR, tensor.SerializeToString()) + _enum(TENSOR_TYPE)
    if values.dtype == np.float32:
        return head + _field(FLOATS, values.tobytes()) + _enum(TYPES[FLOATS])
    if values.dtype.kind == "S":
        return head + _strings(values) + _enum(TYPES[STRINGS])
    return head + _field(INTS, varints(values)) + _enum(TYPES[INTS])


def varints(values: np.ndarray) -> bytes:
    """Non-negative integers as base-128 varints, the lowest seven bits first."""
    values = values.astype(np.uint64)
    groups = 7 * np.arange(_groups(int(values.max(initial=0))), dtype=np.uint64)
    septets = ((values[:, None] >> groups) & np.uint64(0x7F)).astype(np.uint8)
    last = _last_group(septets)
    position = np.arange(septets.shape[1])
    septets[position < last[:, None]] |= 0x80
    return septets[position <= last[:, None]].tobytes()


def _groups(largest: int) -> int:
    return max(1, -(-largest.bit_length() // 7))


def _last_group(septets: np.ndarray) -> np.ndarray:
    """Position of the highest group that is not zero (0 for zero itself)."""
    highest = septets.shape[1] - 1 - np.argmax(septets[:, ::-1] != 0, axis=1)
    return np.where(septets.any(axis=1), highest, 0)


def _strings(values: np.ndarray) -> bytes:
    """Few different strings, many times: each is encoded once."""
    kinds, which = np.unique(values, return_inverse=True)
    encoded = np.array([_field(STRINGS, kind) for kind in kinds.tolist()], dtype=object)
    return b"".join(encoded[which].tolist())


def _field(number: int, payload: bytes) -> bytes:
    """A length-delimited field."""
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _enum(value: int) -> bytes:
    return _varint(TYPE << 3) + _varint(value)


def _varint(value: int) -> bytes:
    return varints(np.array([value]))
