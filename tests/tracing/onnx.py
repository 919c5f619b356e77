"""What the tests of tracing share: a function expressed, said in ONNX, and run in ONNX Runtime."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from adapters.base import Options
from adapters.to_onnx.compiler import new_graph
from adapters.to_onnx.functions.trial import tried
from adapters.to_onnx.refused import Refused
from converter.trace.expression import Expression
from converter.trace.function import Untraced, express
from converter.trace.seen import UNSEEN

PANDAS_3 = pytest.mark.skipif(
    pd.__version__.startswith("2."), reason="pandas 2 answers rows without text otherwise"
)


def told(function: Any, live: Any, **keywords: Any) -> Expression:
    """The expression of a function, which agrees with the live one. Raises Untraced."""
    return express(function, live, keywords)


def same_in_onnx(function: Any, live: Any, ops: str = "", **keywords: Any) -> Expression:
    """Its expression, which ONNX Runtime answers alike on the rows of `live` and on edge rows."""
    expression = told(function, live, **keywords)
    g = new_graph(np.dtype(np.float64), [], Options(ops=ops), UNSEEN)
    tried(expression, "function", g)
    return expression


def refusal(function: Any, live: Any, ops: str = "", **keywords: Any) -> str:
    """The code of the first reason why a function has no graph; "" where it has one."""
    try:
        same_in_onnx(function, live, ops, **keywords)
    except (Untraced, Refused) as refused:
        return str(refused.reasons[0].code)
    return ""
