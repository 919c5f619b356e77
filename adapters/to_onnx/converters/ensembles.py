"""Estimators that combine the answers of others: voting, stacking, calibration, bagging."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.labels import flat, label_of, most_likely, two_sided
from adapters.to_onnx.ops.precise import expit
from adapters.to_onnx.refused import each, option
from adapters.to_onnx.wires import Matrix, Outputs, Wire, cast, join, select, take

AXIS = 1


def voting_regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The weighted mean of the members' answers."""
    answers = _members(est, wire, g)
    values = [_tensor(answer, "predict") for answer in answers]
    return {"predict": _weighted_mean(values, est._weights_not_none, g)}


def voting_classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Soft: the mean of the probabilities. Hard: the label most members give, by weight."""
    answers = _members(est, wire, g)
    if est.voting == "soft":
        probas = [_tensor(answer, "predict_proba") for answer in answers]
        proba = _weighted_mean(probas, est._weights_not_none, g)
        return {"predict": most_likely(est.classes_, proba), "predict_proba": proba}
    weights = est._weights_not_none or [1.0] * len(answers)
    # Members were fitted on encoded labels: their answers are positions among the classes.
    positions = op.const(np.arange(len(est.classes_)))
    ballots = [
        op.mul(
            cast(op.equal(_column(answer["predict"]), positions), g.real), g.const(float(weight))
        )
        for answer, weight in zip(answers, weights, strict=True)
    ]
    return {"predict": most_likely(est.classes_, op.sum(ballots))}


def stacking_regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The final estimator on the members' answers."""
    final = g.convert(est.final_estimator_, _stacked(est, wire, g), "final_estimator")
    return {"predict": final["predict"]}


def stacking_classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The final estimator on the members' answers; it was fitted on encoded labels."""
    if isinstance(est.classes_, list):
        raise option("stacking with several targets")
    final = g.convert(est.final_estimator_, _stacked(est, wire, g), "final_estimator")
    label = final.pop("predict")
    assert isinstance(label, Var)
    return {**final, "predict": label_of(est.classes_, cast(label, np.int64))}


def calibrated(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The mean of the calibrated members' probabilities."""

    def convert(pair: tuple[int, Any]) -> Var:
        number, member = pair
        answer = g.convert(member.estimator, wire, str(number))
        return _calibrated_proba(member, answer, g)

    probas = each(convert, enumerate(est.calibrated_classifiers_))
    proba = _weighted_mean(probas, None, g)
    return {"predict": most_likely(est.classes_, proba), "predict_proba": proba}


def bagging_regressor(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The mean of the members' answers, each on its own columns."""
    mean = _weighted_mean([_tensor(a, "predict") for a in _bagged(est, wire, g)], None, g)
    return {"predict": mean}


def bagging_classifier(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The mean of the members' probabilities."""
    answers = _bagged(est, wire, g)
    if not all("predict_proba" in answer for answer in answers):
        raise option("bagging of classifiers without probabilities")
    if any(len(member.classes_) != len(est.classes_) for member in est.estimators_):
        raise option("bagging where a member has not seen every class")
    proba = _weighted_mean([_tensor(a, "predict_proba") for a in answers], None, g)
    return {"predict": most_likely(est.classes_, proba), "predict_proba": proba}


def _members(est: Any, wire: Wire, g: Graph) -> list[Outputs]:
    names = [name for name, member in est.estimators if not _is_dropped(member)]
    pairs = zip(names, est.estimators_, strict=True)
    return each(lambda pair: g.convert(pair[1], wire, pair[0]), pairs)


def _bagged(est: Any, wire: Wire, g: Graph) -> list[Outputs]:
    def convert(triple: tuple[int, Any, Any]) -> Outputs:
        number, member, features = triple
        everything = np.array_equal(features, np.arange(est.n_features_in_))
        chosen = wire if everything else select(wire, np.asarray(features).tolist())
        return g.convert(member, chosen, str(number))

    numbers = range(len(est.estimators_))
    return each(convert, zip(numbers, est.estimators_, est.estimators_features_, strict=True))


def _stacked(est: Any, wire: Wire, g: Graph) -> Matrix:
    members = [
        _meta_features(answer, method, est)
        for answer, method in zip(_members(est, wire, g), est.stack_method_, strict=True)
    ]
    return Matrix(join([*members, g.numbers(wire)] if est.passthrough else members))


def _meta_features(answer: Outputs, method: str, est: Any) -> Var:
    """Of two probabilities that sum to one, the first is left out."""
    value = _tensor(answer, method)
    if method == "predict_proba" and len(est.classes_) == 2:
        return take(value, [1])
    return _column(value)


def _calibrated_proba(member: Any, answer: Outputs, g: Graph) -> Var:
    scores = _column(_scores(answer, member.classes))
    if member.method not in ("sigmoid", "isotonic"):
        raise option(f"calibration by {member.method}")
    columns = [
        _calibrator(calibrator, scores if len(member.calibrators) == 1 else take(scores, [i]), g)
        for i, calibrator in enumerate(member.calibrators)
    ]
    if len(member.classes) == 2:
        return two_sided(flat(columns[0]))
    if len(member.calibrators) != len(member.classes):
        raise option("calibration where a member has not seen every class")
    proba = join(columns)
    total = op.reduce_sum(proba, op.const(np.array([AXIS])), keepdims=1)
    uniform = g.const(1.0 / len(member.classes))
    return op.where(op.equal(total, g.const(0.0)), uniform, op.div(proba, total))


def _scores(answer: Outputs, classes: Any) -> Var:
    if "decision_function" in answer:
        return _tensor(answer, "decision_function")
    proba = _tensor(answer, "predict_proba")
    return take(proba, [1]) if len(classes) == 2 else proba


def _calibrator(calibrator: Any, score: Var, g: Graph) -> Var:
    """Platt's sigmoid, or isotonic regression's line from threshold to threshold: [N, 1]."""
    if type(calibrator).__name__ == "_SigmoidCalibration":
        line = op.add(op.mul(score, g.const(float(calibrator.a_))), g.const(float(calibrator.b_)))
        return expit(op.neg(line))
    x, y = calibrator.X_thresholds_, calibrator.y_thresholds_
    if len(x) == 1:
        return op.add(op.mul(score, g.const(0.0)), g.const(float(y[0])))
    clipped = op.clip(score, g.const(float(x[0])), g.const(float(x[-1])))
    passed = cast(op.greater(clipped, g.const(x[1:-1])), np.int64)
    piece = op.reduce_sum(passed, op.const(np.array([AXIS])), keepdims=1)
    slope = np.diff(y) / np.diff(x)
    at = [op.gather(g.const(values), piece) for values in (x[:-1], y[:-1], slope)]
    return op.add(op.mul(at[2], op.sub(clipped, at[0])), at[1])


def _weighted_mean(values: list[Var], weights: Any, g: Graph) -> Var:
    if weights is None:
        return op.div(op.sum(values), g.const(float(len(values))))
    scaled = [op.mul(v, g.const(float(w))) for v, w in zip(values, weights, strict=True)]
    return op.div(op.sum(scaled), g.const(float(np.sum(weights))))


def _column(value: Any) -> Var:
    """[N] → [N, 1]; a matrix stays."""
    tensor: Var = value
    shape = tensor.unwrap_tensor().shape
    return op.unsqueeze(tensor, op.const(np.array([1]))) if shape and len(shape) == 1 else tensor


def _tensor(answer: Outputs, method: str) -> Var:
    value = answer.get(method)
    if not isinstance(value, Var):
        raise option(f"a member has no {method}")
    return value


def _is_dropped(member: Any) -> bool:
    return member is None or (isinstance(member, str) and member == "drop")
