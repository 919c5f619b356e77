"""Nodes of opset 17 in a graph of a newer one: text operations raise it."""

import numpy as np
import onnx
import onnxruntime
import pytest
import spox.opset.ai.onnx.v17 as op
from spox import Tensor, argument

from adapters.to_onnx.document import assemble

ROWS = np.random.default_rng(0).normal(size=(5, 3))


def _model(opset):
    x = argument(Tensor(np.float64, ("N", 3)))
    parts = [reduce(x, axes=[1], keepdims=1) for reduce in (op.reduce_max, op.reduce_mean)]
    low = op.reduce_min(op.cast(x, to=np.float32), axes=[-1], keepdims=1)
    joined = op.concat([*parts, op.cast(low, to=np.float64)], axis=1)
    return assemble({"x": x}, {"y": op.reshape(joined, op.const(np.array([-1, 3])))}, opset)


@pytest.mark.parametrize("opset", [17, 18, 20, 21])
def test_a_graph_gives_the_same_at_every_opset(opset):
    model = _model(opset)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    [found] = session.run(["y"], {"x": ROWS})
    wanted = np.stack([ROWS.max(axis=1), ROWS.mean(axis=1), ROWS.min(axis=1)], axis=1)
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_nodes_whose_form_is_the_same_are_left_as_they_are():
    kinds = [node.op_type for node in _model(21).graph.node]
    assert "Cast" in kinds and "Reshape" in kinds
    assert kinds.count("ReduceMax") == kinds.count("ReduceMean") == kinds.count("ReduceMin") == 1
