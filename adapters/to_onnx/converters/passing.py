"""Steps that pass columns on as they are: selectors, and functions where they are none."""

from typing import Any

import numpy as np

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.refused import Refused
from adapters.to_onnx.wires import Outputs, Wire, select
from converter import trace


def selector(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The columns that feature selection kept."""
    return {"transform": select(wire, np.flatnonzero(est.get_support()).tolist())}


def function_transformer(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The identity; every function is refused, with what stands in the way of it."""
    if est.func is None:
        return {"transform": wire}
    raise Refused(*trace.reasons(est.func, g.address, "onnx"))
