"""Large parts of an ONNX file as protobuf bytes, made by numpy.

A million numbers through Python lists take a second; here they never become Python objects, nor
pass through a message that would hold them twice. The wire format is documented by Protocol
Buffers: a tag, a length, and for `repeated` numbers the packed values, integers as base-128
varints. Field numbers are those of onnx.proto.
"""

from typing import NamedTuple

import numpy as np
import onnx

FLOATS, INTS, STRINGS = 7, 8, 9
"""Fields of AttributeProto, with the values of its `type` in KINDS."""
NAME, TENSOR, KIND = 1, 5, 20
KINDS = {FLOATS: 6, INTS: 7, STRINGS: 8, TENSOR: 4}
TENSOR_DIMS, TENSOR_KIND, TENSOR_NAME, TENSOR_RAW = 1, 2, 8, 9
NODE_ATTRIBUTE, GRAPH_NODE, GRAPH_INITIALIZER, MODEL_GRAPH = 5, 1, 5, 7


class Choices(NamedTuple):
    """ASCII strings of which there are few different ones, all short: `kinds[which]`."""

    kinds: tuple[bytes, ...]
    which: np.ndarray


Rope = list[bytes | memoryview]
"""Bytes in pieces: joined only when written, so that a large part is never copied."""


def attribute(name: str, values: np.ndarray | Choices) -> Rope:
    """An AttributeProto of `values`: ints (not negative), float32s or strings; float64s go as a
    tensor. All are one-dimensional."""
    if isinstance(values, Choices):
        return _attribute(name, STRINGS, _strings(values))
    if values.dtype == np.float64:
        return _attribute(name, TENSOR, field(TENSOR, tensor(name, values)))
    if values.dtype == np.float32:
        return _attribute(name, FLOATS, field(FLOATS, [_raw(values)]))
    return _attribute(name, INTS, field(INTS, [varints(values)]))


def tensor(name: str, values: np.ndarray) -> Rope:
    """A TensorProto of numbers, whose bytes are not copied."""
    array = np.ascontiguousarray(values)
    kind = onnx.helper.np_dtype_to_tensor_dtype(array.dtype)
    dims = [_varint(TENSOR_DIMS << 3) + _varint(length) for length in array.shape]
    named = [_varint(TENSOR_KIND << 3), _varint(kind), *field(TENSOR_NAME, [name.encode()])]
    return [*dims, *named, *field(TENSOR_RAW, [_raw(array)])]


def field(number: int, payload: Rope) -> Rope:
    """A length-delimited field."""
    return [_varint(number << 3 | 2), _varint(sum(map(len, payload))), *payload]


def varints(values: np.ndarray) -> memoryview:
    """Non-negative integers as base-128 varints, the lowest seven bits first."""
    rest: np.ndarray = values.astype(np.uint64 if values.max(initial=0) >= 1 << 32 else np.uint32)
    columns, used = [], []
    more = np.ones(len(rest), dtype=bool)
    while more.any():
        used.append(more)
        septet = (rest & 0x7F).astype(np.uint8)
        rest = rest >> 7
        more = rest > 0
        septet[more] |= 0x80
        columns.append(septet)
    if not columns:
        return memoryview(b"")
    return _raw(np.stack(columns, axis=1)[np.stack(used, axis=1)])


def _attribute(name: str, kind: int, payload: Rope) -> Rope:
    return [*field(NAME, [name.encode()]), *payload, _varint(KIND << 3), _varint(KINDS[kind])]


def _strings(values: Choices) -> Rope:
    """A mark for each string, then the marks replaced: ASCII strings hold no byte above 127."""
    marks = (values.which.astype(np.uint8) + 0x80).tobytes()
    for number, kind in enumerate(values.kinds):
        marks = marks.replace(bytes([0x80 + number]), b"".join(field(STRINGS, [kind])))
    return [marks]


def _raw(array: np.ndarray) -> memoryview:
    """The bytes of an array, little-endian as protobuf and ONNX have them, without a copy."""
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    return little.reshape(-1).view(np.uint8).data


def _varint(value: int) -> bytes:
    return bytes(varints(np.array([value])))
