"""Which converter an estimator goes to: ours by the table, else one borrowed from skl2onnx."""

from importlib import import_module
from types import FunctionType
from typing import Any

import numpy as np

from adapters.base import Options
from adapters.names import public_name
from adapters.to_onnx import borrow
from adapters.to_onnx.converters import functions
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.table import CONVERTERS
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


def answering_class(cls: type) -> type:
    """The class whose code answers: of a user's class that changes no answer, the one below it.

    Such as `class Scaler(StandardScaler)` with an `__init__` or a `fit` of its own.
    """
    own: set[str] = set()
    for base in cls.__mro__:
        if public_name(base) in CONVERTERS:
            return cls if (own & set(dir(base))) - _CHANGES_NO_ANSWER else base
        own |= {name for name, value in vars(base).items() if isinstance(value, CODE)}
    return cls


CODE = (FunctionType, property, classmethod, staticmethod)
_CHANGES_NO_ANSWER = {"__init__", "fit", "fit_transform", "fit_predict", "partial_fit"}
_CHANGES_NO_ANSWER |= {"get_params", "set_params", "get_feature_names_out", "score", "__repr__"}
_CHANGES_NO_ANSWER |= {"__sklearn_tags__", "_more_tags"}


def converted(estimator: Any, wire: Wire, g: Graph) -> Outputs:
    """What a fitted estimator gives for a wire. Raises `Refused` where it has no graph."""
    converter = CONVERTERS.get(public_name(answering_class(type(estimator))))
    if converter is not None:
        family, _, function = converter.partition(".")
        return getattr(FAMILIES[family], function)(estimator, wire, g)  # type: ignore[no-any-return]
    if type(estimator).__module__.split(".")[0] == "sklearn":
        return borrow.leaf(estimator, g.matrix(wire), g.real)
    return functions.custom(estimator, wire, g)
