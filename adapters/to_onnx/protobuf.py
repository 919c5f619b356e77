"""Large parts of an ONNX file as protobuf bytes, made by numpy.

A million numbers through Python lists take a second; here they never become Python objects, nor
pass through a message that would hold them twice. The wire format is documented by Protocol
Buffers: a tag, a length, and for `repeated` numbers the packed values, integers as base-128
varints. Field numbers are those of onnx.proto.
"""

from typing import NamedTuple

import numpy as np
import onnx
from onnx import numpy_helper

FLOATS, INTS, STRINGS = 7, 8, 9
"""Fields of AttributeProto, with the values of its `type` in KINDS."""
NAME, TENSOR, KIND = 1, 5, 20
KINDS = {FLOATS: 6, INTS: 7, STRINGS: 8, TENSOR: 4}
NODE_ATTRIBUTE, GRAPH_NODE, GRAPH_INITIALIZER, MODEL_GRAPH = 5, 1, 5, 7


class Choices(NamedTuple):
    """Strings of which there are few different ones: `kinds[which]`."""

    kinds: tuple[bytes, ...]
    which: np.ndarray


Rope = list[bytes]
"""Bytes in pieces: joined only when written, so that a large part is never copied."""


def attribute(name: str, values: np.ndarray | Choices) -> Rope:
    """An AttributeProto of `values`: ints (not negative), float32s or strings; float64s go as a
    tensor. All are one-dimensional."""
    if isinstance(values, Choices):
        return _attribute(name, STRINGS, _strings(values))
    if values.dtype == np.float64:
        return _attribute(name, TENSOR, field(TENSOR, tensor(name, values)))
    if values.dtype == np.float32:
        return _attribute(name, FLOATS, field(FLOATS, [values.tobytes()]))
    return _attribute(name, INTS, field(INTS, [varints(values)]))


def tensor(name: str, values: np.ndarray) -> Rope:
    """A TensorProto."""
    message: onnx.TensorProto = numpy_helper.from_array(values, name)
    return [message.SerializeToString(deterministic=True)]


def field(number: int, payload: Rope) -> Rope:
    """A length-delimited field."""
    return [_varint(number << 3 | 2), _varint(sum(map(len, payload))), *payload]


def varints(values: np.ndarray) -> bytes:
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
        return b""
    packed: bytes = np.stack(columns, axis=1)[np.stack(used, axis=1)].tobytes()
    return packed


def _attribute(name: str, kind: int, payload: Rope) -> Rope:
    return [*field(NAME, [name.encode()]), *payload, _varint(KIND << 3), _varint(KINDS[kind])]


def _strings(values: Choices) -> Rope:
    encoded = [b"".join(field(STRINGS, [kind])) for kind in values.kinds]
    lengths = np.array([len(entry) for entry in encoded])
    width = int(lengths.max())
    padded = np.frombuffer(b"".join(entry.ljust(width) for entry in encoded), dtype=np.uint8)
    used = np.arange(width) < lengths[:, None]
    return [padded.reshape(-1, width)[values.which][used[values.which]].tobytes()]


def _varint(value: int) -> bytes:
    return varints(np.array([value]))
