"""Support vector machines in double precision; ONNX Runtime's own operators are float32 only.

The formulas are LIBSVM's (Chang and Lin, 2011): one decision value for each pair of classes, and a
vote among them.
"""

from itertools import combinations
from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.coupling import coupled
from adapters.to_onnx.ops.kernels import kernel
from adapters.to_onnx.ops.labels import flat, label_of, most_likely, positive
from adapters.to_onnx.ops.precise import expit
from adapters.to_onnx.wires import Outputs, Wire, cast


def regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """SVR and NuSVR: the kernel with the support vectors, weighted."""
    return {"predict": flat(_weighted(est, _dense(est.dual_coef_).T, est.intercept_, wire, g))}


def one_class(est: Any, wire: Wire, g: Graph) -> Outputs:
    """OneClassSVM: inliers are 1, outliers -1."""
    score = flat(_weighted(est, _dense(est.dual_coef_).T, est.intercept_, wire, g))
    return {
        "predict": positive(np.array([-1, 1]), score),
        "decision_function": score,
        "score_samples": op.add(score, g.const(np.asarray(est.offset_).reshape(-1))),
    }


def classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """SVC and NuSVC."""
    pairwise = _weighted(est, _pair_weights(est), est._intercept_, wire, g)
    outputs = _decided(est, pairwise, g)
    if _has_probabilities(est):
        outputs["predict_proba"] = _probabilities(est, pairwise, g)
    return outputs


def _decided(est: Any, pairwise: Var, g: Graph) -> Outputs:
    count = len(est.classes_)
    if count == 2:
        return _binary(est, pairwise)
    ovr = _one_vs_rest(pairwise, count, g)
    shaped = ovr if est.decision_function_shape == "ovr" else pairwise
    if est.break_ties and est.decision_function_shape == "ovr":
        return {"predict": most_likely(est.classes_, ovr), "decision_function": shaped}
    winner = op.arg_max(_votes(pairwise, count, g), axis=1, keepdims=0)
    return {"predict": label_of(est.classes_, winner), "decision_function": shaped}


def _binary(est: Any, pairwise: Var) -> Outputs:
    """LIBSVM's value favours the first class; scikit-learn's has the opposite sign."""
    score = op.neg(flat(pairwise))
    return {
        "predict": positive(est.classes_, score, at_zero=True),
        "decision_function": score,
    }


def _probabilities(est: Any, pairwise: Var, g: Graph) -> Var:
    slope, offset = g.const(np.asarray(est._probA)), g.const(np.asarray(est._probB))
    first = expit(op.neg(op.add(op.mul(pairwise, slope), offset)))
    first = op.clip(first, g.const(1e-7), g.const(1 - 1e-7))
    return coupled(first, len(est.classes_), g)


def _has_probabilities(est: Any) -> bool:
    return len(est._probA) > 0


def _pair_weights(est: Any) -> np.ndarray:
    """Weights [support vectors, pairs]: of a pair, only its own two classes' vectors count."""
    coef = _dense(est._dual_coef_)
    ends = np.cumsum(est._n_support)
    starts = ends - est._n_support
    pairs = list(combinations(range(len(est.classes_)), 2))
    weights = np.zeros((coef.shape[1], len(pairs)))
    for column, (i, j) in enumerate(pairs):
        weights[starts[i] : ends[i], column] = coef[j - 1, starts[i] : ends[i]]
        weights[starts[j] : ends[j], column] = coef[i, starts[j] : ends[j]]
    return weights


def _votes(pairwise: Var, n_classes: int, g: Graph) -> Var:
    first, second = _incidence(n_classes)
    for_first = cast(op.greater(pairwise, g.const(0.0)), g.real)
    for_second = op.sub(g.const(1.0), for_first)
    return op.add(op.matmul(for_first, g.const(first)), op.matmul(for_second, g.const(second)))


def _one_vs_rest(pairwise: Var, n_classes: int, g: Graph) -> Var:
    """Votes, and within equal votes the summed values squeezed into (-1/3, 1/3)."""
    first, second = _incidence(n_classes)
    lost = cast(op.less(pairwise, g.const(0.0)), g.real)
    kept = op.sub(g.const(1.0), lost)
    votes = op.add(op.matmul(kept, g.const(first)), op.matmul(lost, g.const(second)))
    sums = op.matmul(pairwise, g.const(first - second))
    return op.add(votes, op.div(sums, op.mul(g.const(3.0), op.add(op.abs(sums), g.const(1.0)))))


def _incidence(n_classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Which class [pairs, classes] stands first, and which second, in each pair."""
    pairs = np.array(list(combinations(range(n_classes), 2)))
    eye = np.eye(n_classes)
    return eye[pairs[:, 0]], eye[pairs[:, 1]]


def _weighted(est: Any, weights: np.ndarray, intercept: Any, wire: Wire, g: Graph) -> Var:
    kernel = _kernel(est, g.numbers(wire), g)
    return op.add(op.matmul(kernel, g.const(weights)), g.const(np.asarray(intercept)))


def _kernel(est: Any, x: Var, g: Graph) -> Var:
    """The kernel matrix [N, support vectors]."""
    settings = {
        "gamma": float(est._gamma),
        "coef0": float(est.coef0),
        "degree": float(est.degree),
    }
    return kernel(est.kernel, x, _dense(est.support_vectors_), settings, g)


def _dense(values: Any) -> np.ndarray:
    """Sparse where the model was fitted on sparse data."""
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values, dtype=np.float64)
