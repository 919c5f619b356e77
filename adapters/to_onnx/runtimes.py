"""Which opset and IR version each ONNX Runtime reads, from its published compatibility table."""

import re

from converter.values import Reason, Turn

READS = {
    (1, 12): (17, 8),
    (1, 13): (17, 8),
    (1, 14): (18, 8),
    (1, 15): (19, 9),
    (1, 16): (19, 9),
    (1, 17): (20, 9),
    (1, 18): (21, 10),
    (1, 19): (21, 10),
    (1, 20): (21, 10),
    (1, 21): (22, 10),
    (1, 22): (23, 11),
    (1, 23): (23, 11),
}
"""ONNX Runtime's version → the newest opset and IR version it reads."""

OLDEST = 17
"""The opset that the converters are written in, and the default; ONNX Runtime 1.12 reads it."""

SPELLING = re.compile(r"onnxruntime==(\d+)\.(\d+)(?:\.\d+)?")


def version(runtime: str) -> tuple[int, int] | None:
    """The version that "onnxruntime==1.17" names; None where it is not spelled so."""
    found = SPELLING.fullmatch(runtime)
    return (int(found[1]), int(found[2])) if found else None


def opset_objection(opset: int, runtime: str) -> Reason | None:
    """Why no model of the opset asked for (0: the default) can be written and proved here."""
    import onnx

    newest = onnx.defs.onnx_opset_version()
    if opset and opset < OLDEST:
        return _opset_reason(f"opset {opset} is older than {OLDEST}, the oldest written", Turn.OURS)
    if opset > newest:
        return _opset_reason(
            f"opset {opset} is newer than {newest}, the newest that onnx {onnx.__version__} knows",
            Turn.LIBRARY,
        )
    if opset > OLDEST and not runtime and not _loads(opset):
        return _opset_reason(
            f"opset {opset} is newer than the ONNX Runtime installed here reads", Turn.LIBRARY
        )
    return None


def _loads(opset: int) -> bool:
    """Whether the ONNX Runtime installed takes a model of one node, of that opset."""
    import onnx
    import onnxruntime

    sides = [onnx.helper.make_tensor_value_info(name, 1, [1]) for name in "xy"]
    node = onnx.helper.make_node("Identity", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "probe", sides[:1], sides[1:])
    opsets = [onnx.helper.make_opsetid("", opset)]
    model = onnx.helper.make_model(graph, opset_imports=opsets, ir_version=8)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        onnxruntime.InferenceSession(model.SerializeToString(), options)
    except Exception:  # pybind raises classes that have no common base but Exception
        return False
    return True


def _opset_reason(message: str, turn: Turn) -> Reason:
    return Reason(code="onnx.opset", message=message, turn=turn)


def objection(runtime: str, opset: int, ir_version: int) -> Reason | None:
    """Why the runtime asked for cannot read a model of this opset; None where it can."""
    asked = version(runtime)
    if asked is None:
        return None
    newest = max(READS)
    reads = READS[newest] if asked > newest else READS.get(asked, (0, 0))
    if opset <= reads[0] and ir_version <= reads[1]:
        return None
    return Reason(
        code="onnx.runtime",
        message=f"the model needs opset {opset} and IR version {ir_version}, "
        f"which {runtime} does not read",
        turn=Turn.LIBRARY,
    )
