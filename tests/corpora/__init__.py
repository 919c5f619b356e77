"""Functions as data scientists hand them to FunctionTransformer, each with what is to become of it.

    python -m tests.corpora

says how many of them become ONNX, weighted as they occur in public code, and fails where a graph
gives another answer than its function.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

ONNX = "onnx"
"""Expectation: expressed with the operators that every ONNX runtime has."""
EXTENSIONS = "extensions"
"""Expectation: expressed only with `--ops extensions`."""


class Sample(NamedTuple):
    """A function, what it is given, and what is expected of it."""

    name: str
    function: Any
    """A callable or None, held by a FunctionTransformer; or an estimator, taken as it is."""
    given: Callable[[int], Any]
    """Seed → rows as the pipeline is given them: a frame, a matrix, a Series or documents."""
    expectation: str
    """`ONNX`, `EXTENSIONS`, or the code of the reason to refuse it."""
    weight: float = 1
    """How often it occurs, beside the others of its theme."""
    kw_args: Mapping[str, Any] = MappingProxyType({})
    """Of the FunctionTransformer."""
    before: Callable[[], Any] | None = None
    """Makes the step that stands before the function in the pipeline."""
