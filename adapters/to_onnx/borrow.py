"""Leaves that we have no converter for, borrowed from skl2onnx one at a time and inlined.

Never a container: those would bring skl2onnx's own wires, and with them its casts.
"""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var, inline

from adapters.to_onnx.ops.labels import flat, label_of
from adapters.to_onnx.refused import Refused
from adapters.to_onnx.wires import Matrix, Outputs, cast, dtype_of, is_text
from converter.values import Reason, Turn

OPSET = 17


WRONG = {
    "GaussianProcessRegressor",
    "KNeighborsTransformer",
    "RadiusNeighborsClassifier",
    "RadiusNeighborsRegressor",
    "RadiusNeighborsTransformer",
}
"""What skl2onnx was measured to convert into something else, or into what does not run."""


def leaf(est: Any, x: Var, real: np.dtype) -> Outputs:
    """What skl2onnx makes of one fitted estimator, for a matrix `x` [N, F]."""
    if _is_container(est):
        raise _refused(
            f"{type(est).__name__} holds other estimators and has no converter", Turn.OURS
        )
    if type(est).__name__ in WRONG:
        raise _refused(f"skl2onnx does not convert {type(est).__name__} rightly", Turn.LIBRARY)
    try:
        model = _exported(est, x)
        _load(model)
        values = list(inline(model)(x).values())
    except Exception as error:  # skl2onnx raises whatever it meets, RuntimeError to KeyError
        raise _refused(_sentence(est, error), Turn.LIBRARY) from None
    return _named(est, values, real)


def _exported(est: Any, x: Var) -> Any:
    from skl2onnx import to_onnx
    from skl2onnx.common import data_types

    kind = "String" if is_text(x) else "Double" if dtype_of(x) == np.float64 else "Float"
    tensor = getattr(data_types, f"{kind}TensorType")
    return to_onnx(
        est,
        initial_types=[("X", tensor([None, est.n_features_in_]))],
        target_opset=OPSET,
        options={id(est): _options(est)},
    )


def _load(model: Any) -> None:
    """Raises where ONNX Runtime has no kernel for what skl2onnx wrote, which happens in double."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    onnxruntime.InferenceSession(model.SerializeToString(), options)


def _options(est: Any) -> dict[str, Any]:
    from sklearn.base import is_classifier, is_outlier_detector

    if not is_classifier(est):
        return {"score_samples": True} if is_outlier_detector(est) else {}
    # Without probabilities there are decision values, which skl2onnx calls raw scores.
    raw = {} if hasattr(est, "predict_proba") else {"raw_scores": True}
    return {"zipmap": False, **raw}


def _named(est: Any, values: list[Var], real: np.dtype) -> Outputs:
    from sklearn.base import is_classifier, is_outlier_detector

    if is_classifier(est):
        scores = "predict_proba" if hasattr(est, "predict_proba") else "decision_function"
        label, score = values[:2]
        score = cast(score, real)
        if scores == "decision_function" and len(est.classes_) == 2:
            score = flat(score)
        return {"predict": _labels(est, label), scores: score}
    if is_outlier_detector(est):
        names = ("predict", "decision_function", "score_samples")
        return {name: flat(value) for name, value in zip(names, values, strict=False)}
    if len(values) > 1:
        named = {"predict": cast(flat(values[0]), np.int64), "transform": Matrix(values[1])}
        return named if hasattr(est, "transform") else {"predict": named["predict"]}
    if hasattr(est, "predict"):
        shape = values[0].unwrap_tensor().shape
        flat_target = shape is None or len(shape) < 2 or shape[1] in (1, None)
        return {"predict": flat(values[0]) if flat_target else values[0]}
    return {"transform": Matrix(values[0])}


def _labels(est: Any, label: Var) -> Var:
    """skl2onnx turns bool labels into int64; ours keep their type."""
    if np.asarray(est.classes_).dtype == np.bool_:
        return label_of(est.classes_, op.cast(label, to=np.int64))
    return label


def _is_container(est: Any) -> bool:
    """Whether an estimator is made of others, by its parameters or its fitted parts."""
    return any(
        hasattr(est, name) for name in ("estimators_", "estimator_", "transformers_", "steps")
    ) or any(hasattr(value, "fit") for value in est.get_params(deep=False).values())


def _sentence(est: Any, error: Exception) -> str:
    """Its own message prints shapes, classes or whole graphs: only what kind it was is of use."""
    name = type(est).__name__
    return f"{name} has no converter, and skl2onnx cannot convert it ({type(error).__name__})"


def _refused(message: str, turn: Turn) -> Refused:
    return Refused(Reason(code="onnx.unknown-estimator", message=message, turn=turn))
