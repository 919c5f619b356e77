"""Several classes decided by linear members that each know two."""

from typing import Any

import numpy as np

from adapters.names import public_name
from adapters.to_pmml.own.kernels import kernel
from adapters.to_pmml.own.writing import (
    Outputs,
    Writer,
    add,
    apply,
    choose,
    divide,
    multiply,
    number,
    product,
    subtract,
    total,
    weighted,
)
from adapters.to_pmml.refused import option
from adapters.to_pmml.terms import Term


def several(est: Any) -> str | None:
    """Our converter of support vectors of several classes; engines break ties in other ways."""
    machines = ("sklearn.svm.SVC", "sklearn.svm.NuSVC")
    if public_name(type(est)) not in machines or len(est.classes_) < 3 or callable(est.kernel):
        return None
    return "decisions.support_vectors"


def decided(est: Any, w: Writer) -> list[Term] | None:
    """The decision function of a linear classifier or of support vectors; None of others."""
    if public_name(type(est)) in ("sklearn.svm.SVC", "sklearn.svm.NuSVC"):
        if callable(est.kernel):
            return None
        if len(est.classes_) > 2:
            return support_vectors(est, w)["decision_function"]
        return [weighted(_near(est, w), _dense(est.dual_coef_)[0], float(est.intercept_[0]))]
    if not hasattr(est, "coef_"):
        return None
    coef = np.atleast_2d(est.coef_)
    return product(w.inputs, coef.T, np.broadcast_to(est.intercept_, len(coef)))


def _near(est: Any, w: Writer) -> list[Term]:
    settings = (float(est._gamma), float(est.degree), float(est.coef0))
    return kernel(w, est.support_vectors_, est.kernel, settings, type(est).__name__)


def _dense(values: Any) -> np.ndarray:
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values)


def support_vectors(est: Any, w: Writer) -> Outputs:
    """SVC, NuSVC of three classes or more: each two of them decide, the most wanted wins."""
    near = _near(est, w)
    coefficients = _dense(est._dual_coef_)
    ends = np.concatenate([[0], np.cumsum(est._n_support)])
    found = []
    for (i, j), start in zip(_pairs(est), np.ravel(est._intercept_).tolist(), strict=True):
        first, second = slice(ends[i], ends[i + 1]), slice(ends[j], ends[j + 1])
        weights = np.concatenate([coefficients[j - 1, first], coefficients[i, second]])
        found.append(w.keep(multiply(-1.0, weighted(near[first] + near[second], weights, start))))
    votes, scores = _counted(est, found, w)
    if est.decision_function_shape == "ovo":
        return {"scores": votes, "decision_function": [multiply(-1.0, term) for term in found]}
    return {"scores": scores if est.break_ties else votes, "decision_function": scores}


def one_vs_one(est: Any, w: Writer) -> Outputs:
    """OneVsOneClassifier of linear members: votes, and how sure they are."""
    found = [w.keep(_linear(member, w, est)) for member in est.estimators_]
    _, scores = _counted(est, found, w)
    decision = [scores[1]] if len(scores) == 2 else scores
    return {"scores": scores, "decision_function": decision}


def _pairs(est: Any) -> list[tuple[int, int]]:
    count = len(est.classes_)
    return [(i, j) for i in range(count) for j in range(i + 1, count)]


def _counted(est: Any, found: list[Term], w: Writer) -> tuple[list[Term], list[Term]]:
    """Votes of each class, and these with how sure they are; above zero the second is meant."""
    votes: list[list[Term]] = [[] for _ in est.classes_]
    sums: list[list[Term]] = [[] for _ in est.classes_]
    for decision, (i, j) in zip(found, _pairs(est), strict=True):
        second = w.keep(choose(apply("greaterThan", decision, 0.0), 1.0, 0.0))
        votes[i].append(subtract(1.0, second))
        votes[j].append(second)
        sums[i].append(multiply(-1.0, decision))
        sums[j].append(decision)
    counts = [w.keep(total(of_class)) for of_class in votes]
    pairs = zip(counts, sums, strict=True)
    return counts, [w.keep(_vote(count, w.keep(total(part)))) for count, part in pairs]


def _vote(votes: Term, confidence: Term) -> Term:
    less = multiply(3.0, add(apply("abs", confidence), 1.0))
    return add(votes, divide(confidence, less))


def output_code(est: Any, w: Writer) -> Outputs:
    """OutputCodeClassifier of linear members: the class whose code is nearest to what they say."""
    said = [w.keep(_linear(member, w, est)) for member in est.estimators_]
    return {
        "scores": [
            multiply(-1.0, total([_squared(s, float(c)) for s, c in zip(said, code, strict=True)]))
            for code in np.asarray(est.code_book_)
        ]
    }


def _squared(term: Term, code: float) -> Term:
    return apply("pow", subtract(term, code), 2.0)


def _linear(member: Any, w: Writer, est: Any) -> Term:
    """The decision of a linear member that knows two classes, or one."""
    if type(member).__name__ == "_ConstantPredictor":
        return number(float(np.ravel(member.y_)[0]))
    if not hasattr(member, "coef_") or np.shape(member.coef_)[0] != 1:
        raise option(f"{type(est).__name__} of members that are not linear", "")
    return weighted(w.inputs, np.ravel(member.coef_), float(np.ravel(member.intercept_)[0]))
