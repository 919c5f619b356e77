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

SPELLING = re.compile(r"onnxruntime==(\d+)\.(\d+)(?:\.\d+)?")


def version(runtime: str) -> tuple[int, int] | None:
    """The version that "onnxruntime==1.17" names; None where it is not spelled so."""
    found = SPELLING.fullmatch(runtime)
    return (int(found[1]), int(found[2])) if found else None


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
