"""Steps that pass columns on as they are: selectors, and functions where they are none."""

from typing import TYPE_CHECKING, Any

import numpy as np

from adapters.to_onnx.refused import Refused
from adapters.to_onnx.wires import Outputs, Wire, select
from converter import trace

if TYPE_CHECKING:
    from adapters.to_onnx.compiler import Compiler


def selector(est: Any, wire: Wire, g: "Compiler") -> Outputs:
    """The columns that feature selection kept."""
    return {"transform": select(wire, np.flatnonzero(est.get_support()).tolist())}


def function_transformer(est: Any, wire: Wire, g: "Compiler") -> Outputs:
    """The identity; every function is refused, with what stands in the way of it."""
    if est.func is None:
        return {"transform": wire}
    raise Refused(*trace.reasons(est.func, g.address, "onnx"))
