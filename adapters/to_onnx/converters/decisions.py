"""Classifiers made of others: thresholds, chains, one against one, one against the rest."""

from itertools import combinations
from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.labels import flat, label_of, most_likely, two_sided
from adapters.to_onnx.ops.reduce import total
from adapters.to_onnx.refused import each, option
from adapters.to_onnx.wires import Matrix, Outputs, Wire, cast, join, take


def fixed_threshold(est: Any, wire: Wire, g: Graph) -> Outputs:
    """FixedThresholdClassifier: the inner score against a threshold of its own."""
    inner = g.convert(est.estimator_, wire)
    scored = "predict_proba" if _by_probability(est, inner) else "decision_function"
    at = {"predict_proba": 0.5, "decision_function": 0.0}[scored]
    threshold = at if est.threshold == "auto" else float(est.threshold)
    return {**inner, "predict": _thresholded(est, inner, scored, threshold, est.pos_label, g)}


def tuned_threshold(est: Any, wire: Wire, g: Graph) -> Outputs:
    """TunedThresholdClassifierCV: the threshold found in fit."""
    inner = g.convert(est.estimator_, wire)
    scored = "predict_proba" if _by_probability(est, inner) else "decision_function"
    label = est._curve_scorer._get_pos_label()
    threshold = float(est.best_threshold_)
    return {**inner, "predict": _thresholded(est, inner, scored, threshold, label, g)}


def classifier_chain(est: Any, wire: Wire, g: Graph) -> Outputs:
    """ClassifierChain: every classifier sees the answers of those before."""
    answers = _chained(est, wire, getattr(est, "chain_method_", "predict"), g)
    methods = [name for name in answers[0] if all(name in answer for answer in answers)]
    order = np.argsort(est.order_)
    return {m: join([_chain_column(answers[i], m, g) for i in order]) for m in methods}


def regressor_chain(est: Any, wire: Wire, g: Graph) -> Outputs:
    """RegressorChain: every regressor sees the answers of those before."""
    answers = _chained(est, wire, "predict", g)
    order = np.argsort(est.order_)
    return {"predict": join([_chain_column(answers[i], "predict", g) for i in order])}


def one_vs_one(est: Any, wire: Wire, g: Graph) -> Outputs:
    """OneVsOneClassifier: votes of the pairs, their summed confidences breaking ties."""
    if est.pairwise_indices_ is not None:
        raise option("one-vs-one over precomputed kernels")
    members = each(lambda p: g.convert(p[1], wire, str(p[0])), enumerate(est.estimators_))
    pairs = np.array(list(combinations(range(len(est.classes_)), 2)))
    first, second = np.eye(len(est.classes_))[pairs.T]
    votes = cast(join([_column(member["predict"]) for member in members]), g.real)
    sums = op.matmul(join([_confidence(m) for m in members]), g.const(second - first))
    for_second = op.matmul(votes, g.const(second))
    for_first = op.matmul(op.sub(g.const(1.0), votes), g.const(first))
    room = op.mul(g.const(3.0), op.add(op.abs(sums), g.const(1.0)))
    scores = op.add(op.add(for_first, for_second), op.div(sums, room))
    if len(est.classes_) > 2:
        return {"predict": most_likely(est.classes_, scores), "decision_function": scores}
    score = flat(take(scores, [1]))
    above = cast(op.greater(score, g.const(_threshold(members[0]))), np.int64)
    return {"predict": label_of(est.classes_, above), "decision_function": score}


def one_vs_rest(est: Any, wire: Wire, g: Graph) -> Outputs:
    """OneVsRestClassifier: one classifier for each class, or for each label."""
    if any(type(member).__name__ == "_ConstantPredictor" for member in est.estimators_):
        raise option("one-vs-rest where a class was never, or always, seen")
    members = each(lambda p: g.convert(p[1], wire, str(p[0])), enumerate(est.estimators_))
    scores = join([_confidence(member) for member in members])
    outputs: Outputs = {"predict": _rest_labels(est, scores, members, g)}
    if all("predict_proba" in member for member in members):
        p = join([take(_tensor(member, "predict_proba"), [1]) for member in members])
        outputs["predict_proba"] = _rest_proba(est, p, g)
    if all("decision_function" in member for member in members):
        outputs["decision_function"] = flat(scores) if len(members) == 1 else scores
    return outputs


def _rest_labels(est: Any, scores: Var, members: list[Outputs], g: Graph) -> Var:
    above = cast(op.greater(scores, g.const(_threshold(members[0]))), np.int64)
    if est.multilabel_:
        return above
    if len(members) == 1:
        return label_of(est.classes_, flat(above))
    # Of equals, the last decided until scikit-learn went through them in reverse.
    first = "reversed" in type(est).predict.__code__.co_names
    best = op.arg_max(scores, axis=1, keepdims=0, select_last_index=int(not first))
    return label_of(est.classes_, best)


def _rest_proba(est: Any, p: Var, g: Graph) -> Var:
    if est.multilabel_:
        return p
    if len(est.estimators_) == 1:
        return two_sided(flat(p))
    sums = total(p)
    return op.div(p, op.where(op.equal(sums, g.const(0.0)), g.const(1.0), sums))


def _by_probability(est: Any, inner: Outputs) -> bool:
    if est.response_method == "auto":
        return "predict_proba" in inner
    return bool(est.response_method == "predict_proba")


def _thresholded(
    est: Any, inner: Outputs, scored: str, threshold: float, label: Any, g: Graph
) -> Var:
    """The positive class where its score reaches the threshold."""
    classes = np.asarray(est.estimator_.classes_)
    side = 1 if label is None else int(np.flatnonzero(classes == label)[0])
    score = _tensor(inner, scored)
    if scored == "predict_proba":
        score = flat(take(score, [side]))
    elif side == 0:
        score = op.neg(score)
    reached = cast(op.greater_or_equal(score, g.const(threshold)), np.int64)
    return label_of(classes[[1 - side, side]], reached)


def _chained(est: Any, wire: Wire, method: str, g: Graph) -> list[Outputs]:
    answers: list[Outputs] = []
    x = g.numbers(wire)
    for number, member in enumerate(est.estimators_):
        answers.append(g.convert(member, Matrix(x), str(number)))
        x = op.concat([x, _chain_column(answers[-1], method, g)], axis=1)
    return answers


def _chain_column(answer: Outputs, method: str, g: Graph) -> Var:
    """[N, 1]: an answer, or the probability of the second class."""
    value = _tensor(answer, method)
    if method == "predict_proba":
        return take(value, [1])
    return _column(cast(value, g.real))


def _confidence(member: Outputs) -> Var:
    if "decision_function" in member:
        return _column(member["decision_function"])
    return _chain_proba(member)


def _chain_proba(member: Outputs) -> Var:
    return take(_tensor(member, "predict_proba"), [1])


def _threshold(member: Outputs) -> float:
    return 0.0 if "decision_function" in member else 0.5


def _column(value: Any) -> Var:
    """[N] → [N, 1]."""
    return op.reshape(value, op.const(np.array([-1, 1])))


def _tensor(answer: Outputs, method: str) -> Var:
    value = answer.get(method)
    if not isinstance(value, Var):
        raise option(f"a member has no {method}")
    return value
