"""Which converter an estimator goes to: ours by the table, else one borrowed from skl2onnx."""

from importlib import import_module
from typing import Any

import numpy as np

from adapters.base import Options
from adapters.to_onnx import borrow
from adapters.to_onnx.converters import functions
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.table import CONVERTERS, public_name
from adapters.to_onnx.wires import Outputs, Wire
from converter.trace.seen import Seen

FAMILIES = {
    family: import_module(f"adapters.to_onnx.converters.{family}")
    for family in sorted({converter.partition(".")[0] for converter in CONVERTERS.values()})
}
"""Those that the table names, all loaded here: nothing of ours is imported late in a worker."""


def new_graph(real: np.dtype, taken: list[str], options: Options, seen: Seen) -> Graph:
    """An empty graph of real numbers of dtype `real`; `taken` are its inputs and outputs."""
    return Graph(converted, real, taken, options, seen)


def converted(estimator: Any, wire: Wire, g: Graph) -> Outputs:
    """What a fitted estimator gives for a wire. Raises `Refused` where it has no graph."""
    converter = CONVERTERS.get(public_name(type(estimator)))
    if converter is not None:
        family, _, function = converter.partition(".")
        return getattr(FAMILIES[family], function)(estimator, wire, g)  # type: ignore[no-any-return]
    if type(estimator).__module__.split(".")[0] == "sklearn":
        return borrow.leaf(estimator, g.matrix(wire), g.real)
    return functions.custom(estimator, wire, g)
