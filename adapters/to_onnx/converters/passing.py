"""Steps that pass columns on as they are: feature selection."""

from typing import Any

import numpy as np

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.wires import Outputs, Wire, select


def selector(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The columns that feature selection kept."""
    return {"transform": select(wire, np.flatnonzero(est.get_support()).tolist())}
