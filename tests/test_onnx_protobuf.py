"""Protobuf bytes made by numpy: the same as those that onnx.helper makes."""

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.to_onnx import protobuf
from adapters.to_onnx.protobuf import Choices, attribute, tensor, varints

INTS = st.lists(st.integers(0, 2**63 - 1), max_size=50)


def read(message, rope):
    message.ParseFromString(b"".join(rope))
    return message


@given(INTS)
def test_integers_are_read_back_as_they_were(values):
    found = read(onnx.AttributeProto(), attribute("ints", np.array(values, dtype=np.int64)))
    assert list(found.ints) == values
    assert found.type == onnx.AttributeProto.INTS


@given(st.integers(0, 2**63 - 1))
def test_a_varint_is_protobufs_own(value):
    field = onnx.AttributeProto(i=value).SerializeToString()
    assert field[1:] == varints(np.array([value]))


@pytest.mark.parametrize("value", [0, 1, 127, 128, 16383, 16384, 2**32 - 1, 2**32, 2**63 - 1])
def test_varints_at_the_edges_are_protobufs_own(value):
    assert onnx.AttributeProto(i=value).SerializeToString()[1:] == varints(np.array([value]))


def test_no_integers_are_no_bytes():
    assert varints(np.array([], dtype=np.int64)) == b""


@given(st.lists(st.floats(width=32), min_size=1, max_size=50))
def test_float32_attributes_are_those_of_onnx_helper(values):
    array = np.array(values, dtype=np.float32)
    found = read(onnx.AttributeProto(), attribute("floats", array))
    assert np.array_equal(np.array(found.floats, dtype=np.float32), array, equal_nan=True)
    assert found.type == onnx.AttributeProto.FLOATS


@given(INTS.filter(len))
def test_integer_attributes_say_what_onnx_helper_says(values):
    found = read(onnx.AttributeProto(), attribute("some", np.array(values, dtype=np.int64)))
    assert found == onnx.helper.make_attribute("some", values)


@given(st.lists(st.integers(0, 2), min_size=1, max_size=50))
def test_string_attributes_say_what_onnx_helper_says(which):
    kinds = (b"BRANCH_LEQ", b"LEAF", "é".encode())
    found = read(onnx.AttributeProto(), attribute("modes", Choices(kinds, np.array(which))))
    assert found == onnx.helper.make_attribute("modes", [kinds[i] for i in which])


@given(st.lists(st.floats(), max_size=50))
def test_float64_attributes_are_tensors_of_the_same_bits(values):
    array = np.array(values, dtype=np.float64)
    found = read(onnx.AttributeProto(), attribute("values_as_tensor", array))
    assert onnx.numpy_helper.to_array(found.t).tobytes() == array.tobytes()


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_tensors_are_read_back_as_they_were(dtype):
    array = np.arange(12, dtype=dtype).reshape(3, 4)
    found = read(onnx.TensorProto(), tensor("table", array))
    assert found.name == "table"
    assert np.array_equal(onnx.numpy_helper.to_array(found), array)


def test_field_numbers_are_those_of_onnx():
    fields = onnx.AttributeProto.DESCRIPTOR.fields_by_name
    numbers = {
        name: fields[name].number for name in ("name", "t", "floats", "ints", "strings", "type")
    }
    assert numbers == {
        "name": protobuf.NAME,
        "t": protobuf.TENSOR,
        "floats": protobuf.FLOATS,
        "ints": protobuf.INTS,
        "strings": protobuf.STRINGS,
        "type": protobuf.KIND,
    }
    places = {
        "NodeProto.attribute": protobuf.NODE_ATTRIBUTE,
        "GraphProto.node": protobuf.GRAPH_NODE,
        "GraphProto.initializer": protobuf.GRAPH_INITIALIZER,
        "ModelProto.graph": protobuf.MODEL_GRAPH,
    }
    for place, number in places.items():
        message, name = place.split(".")
        assert getattr(onnx, message).DESCRIPTOR.fields_by_name[name].number == number
