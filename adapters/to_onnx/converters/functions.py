"""Code of the user's own: function transformers, and estimators of custom classes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.functions.saying import said
from adapters.to_onnx.functions.trial import tried
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.refused import Refused
from adapters.to_onnx.wires import Matrix, Outputs, Wire
from converter.trace.function import Untraced, express, name_of
from converter.trace.reasons import reasons as why
from converter.trace.seen import Call
from converter.values import Reason

METHODS = ("transform", "predict", "predict_proba", "decision_function", "score_samples")


def function_transformer(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The identity where there is no function; else what the function does."""
    if est.func is None:
        return {"transform": wire}
    call = g.seen.get(id(est), {}).get("func")
    return {"transform": expressed(est.func, est.kw_args, call, wire, g)}


def custom(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The methods of a custom estimator; those that have no graph are left out, if one has."""
    outputs: Outputs = {}
    reasons: list[Reason] = []
    for name, call in g.seen.get(id(est), {}).items():
        if name not in METHODS:
            continue
        try:
            outputs[name] = expressed(getattr(est, name), None, call, wire, g)
        except Refused as refused:
            reasons.extend(refused.reasons)
    if not outputs or (reasons and "transform" not in outputs and "predict" not in outputs):
        raise Refused(*(dict.fromkeys(reasons) or why(working_method(est), g.address, "onnx")))
    return outputs


def inverse(transformer: Any, y: Var, g: Graph) -> Var:
    """The answer of a regressor, taken back by the function that its target went through.

    `y` is [N] or [N, targets]; the function is handed a matrix.
    """
    call = g.seen.get(id(transformer), {}).get("inverse_func")
    matrix = op.reshape(y, op.const(np.array([0, -1])))
    keywords = transformer.inv_kw_args
    back = expressed(transformer.inverse_func, keywords, call, Matrix(matrix), g)
    return op.reshape(g.matrix(back) if not isinstance(back, Var) else back, op.shape(y))


def expressed(
    function: Callable[..., Any],
    keywords: dict[str, Any] | None,
    call: Call | None,
    wire: Wire,
    g: Graph,
) -> Wire | Var:
    """What `function` gives for a wire, traced on what it was handed when the model ran.

    Raises `Refused` with the lines that stand in the way.
    """
    if call is None:  # it was never reached: something before it raised
        raise Refused(*why(function, g.address, "onnx"))
    try:
        expression = express(function, call.given, keywords, freeze=g.options.freeze)
    except Untraced as untraced:
        raise Refused(*untraced.reasons) from None
    name = name_of(function)
    tried(expression, name, g.aside())
    if expression.mutates:
        g.caveats[f"`{name}` changes the rows it is handed; the graph leaves them alone."] = None
    g.frozen.update(expression.frozen)
    return said(expression, wire, g)


def working_method(estimator: Any) -> Any:
    """The method of a custom estimator that would have to be said in the target."""
    return getattr(estimator, "transform", None) or getattr(estimator, "predict", estimator)
