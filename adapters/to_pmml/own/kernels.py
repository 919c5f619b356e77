"""Kernels with rows of fit, and what approximates them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from adapters.to_pmml.own.writing import (
    MISSING,
    Outputs,
    Writer,
    add,
    apply,
    choose,
    divide,
    multiply,
    product,
    shifted,
    squares,
    subtract,
    total,
)
from adapters.to_pmml.refused import option
from adapters.to_pmml.terms import Term

MOST = 2000
"""Rows of fit that a document may carry as terms: each is one, of all columns."""


def kernel_components(est: Any, w: Writer) -> Outputs:
    """KernelPCA: a centred kernel with the rows of fit, projected."""
    found = _kernel(est, w, est.X_fit_)
    centrer = est._centerer
    mean = w.keep(divide(total(found), float(len(found))))
    centred = [
        add(subtract(subtract(k, float(c)), mean), float(centrer.K_fit_all_))
        for k, c in zip(found, centrer.K_fit_rows_, strict=True)
    ]
    used = np.flatnonzero(est.eigenvalues_)
    scaled = np.zeros_like(est.eigenvectors_)
    scaled[:, used] = est.eigenvectors_[:, used] / np.sqrt(est.eigenvalues_[used])
    return {"transform": product([w.keep(k) for k in centred], scaled)}


def nystroem(est: Any, w: Writer) -> Outputs:
    """Nystroem: a kernel with some rows of fit, normalised."""
    return {"transform": product(_kernel(est, w, est.components_), est.normalization_.T)}


def kernel_ridge(est: Any, w: Writer) -> Outputs:
    """KernelRidge: a kernel with the rows of fit, weighted."""
    coefficients = np.asarray(est.dual_coef_)
    return {
        "predict": product(_kernel(est, w, est.X_fit_), coefficients.reshape(len(coefficients), -1))
    }


def fourier(est: Any, w: Writer) -> Outputs:
    """RBFSampler: random Fourier features."""
    phases = product(w.inputs, est.random_weights_, est.random_offset_)
    scale = float((2.0 / est.n_components) ** 0.5)
    return {"transform": [multiply(scale, apply("cos", phase)) for phase in phases]}


def skewed_chi2(est: Any, w: Writer) -> Outputs:
    """SkewedChi2Sampler: Fourier features of logarithms."""
    logs = [w.keep(apply("ln", add(x, float(est.skewedness)))) for x in w.inputs]
    phases = product(logs, est.random_weights_, est.random_offset_)
    scale = float(np.sqrt(2.0) / np.sqrt(est.n_components))
    return {"transform": [multiply(scale, apply("cos", phase)) for phase in phases]}


def additive_chi2(est: Any, w: Writer) -> Outputs:
    """AdditiveChi2Sampler: all columns for each step of the sampling; zero stays zero."""
    interval = est.sample_interval
    if interval is None:
        interval = {1: 0.8, 2: 0.5, 3: 0.4}[est.sample_steps]

    def nonzero(x: Term, term: Term) -> Term:
        return choose(apply("equal", x, 0.0), 0.0, term)

    found = [nonzero(x, apply("sqrt", multiply(x, float(interval)))) for x in w.inputs]
    for step in range(1, est.sample_steps):
        height = float(2.0 * interval / np.cosh(np.pi * step * interval))
        for wave in ("cos", "sin"):
            for x in w.inputs:
                root = apply("sqrt", multiply(x, height))
                turn = apply(wave, multiply(float(step * interval), apply("ln", x)))
                found.append(nonzero(x, multiply(root, turn)))
    return {"transform": found}


def spread_labels(est: Any, w: Writer) -> Outputs:
    """LabelPropagation, LabelSpreading with a kernel: the labels of the rows of fit."""
    if est.kernel != "rbf":
        raise option(f"{type(est).__name__} with a kernel other than rbf", "")
    found = kernel(w, est.X_, "rbf", (float(est.gamma), 0.0, 0.0), type(est).__name__)
    scores = [w.keep(term) for term in product(found, est.label_distributions_)]
    whole = w.keep(total(scores))
    nothing = apply("equal", whole, 0.0)
    return {"predict_proba": [choose(nothing, 0.0, divide(score, whole)) for score in scores]}


def gaussian_process(est: Any, w: Writer) -> Outputs:
    """GaussianProcessRegressor of a radial kernel: its mean."""
    theta = _radial_scale(est.kernel_)
    if theta is None:
        raise option("a GaussianProcessRegressor of this kernel", "")
    height, length = theta
    scaled = [
        divide(x, float(s))
        for x, s in zip(w.inputs, np.broadcast_to(length, len(w.inputs)), strict=True)
    ]
    rows = est.X_train_ / length
    kept = [w.keep(x) for x in scaled]
    near = [w.keep(apply("exp", multiply(-0.5, _distance(kept, row)))) for row in rows]
    alpha = np.asarray(est.alpha_).reshape(len(rows), -1) * height
    mean = product(
        near, alpha * est._y_train_std, np.broadcast_to(est._y_train_mean, alpha.shape[1])
    )
    return {"predict": mean}


def _radial_scale(kernel: Any) -> tuple[float, Any] | None:
    """Height and length of a kernel that is a constant times a radial one, or either."""
    name = type(kernel).__name__
    if name == "RBF":
        return 1.0, np.asarray(kernel.length_scale)
    if name == "Product":
        parts = {type(k).__name__: k for k in (kernel.k1, kernel.k2)}
        if parts.keys() == {"ConstantKernel", "RBF"}:
            return float(parts["ConstantKernel"].constant_value), np.asarray(
                parts["RBF"].length_scale
            )
    return None


def _kernel(est: Any, w: Writer, rows: Any) -> list[Term]:
    """The kernel of an estimator between its input and rows [n, width]."""
    return kernel(w, rows, est.kernel, _settings(est), type(est).__name__)


def kernel(
    w: Writer, rows: Any, name: Any, settings: tuple[float, float, float], who: str
) -> list[Term]:
    """A kernel with rows [n, width], by its name, of gamma, degree and constant."""
    rows = np.asarray(rows.toarray() if hasattr(rows, "toarray") else rows, dtype=np.float64)
    gamma, degree, constant = settings
    if len(rows) > MOST:
        raise option(f"{who} with {len(rows)} rows of fit; {MOST} can be said", "")
    if name == "rbf":
        return _radial(w, rows, gamma)
    if name == "linear":
        return [w.keep(dot) for dot in product(w.inputs, rows.T)]
    dots = product(w.inputs, rows.T * gamma, np.full(len(rows), constant))
    if name in ("poly", "polynomial"):
        return [w.keep(apply("pow", dot, degree)) for dot in dots]
    if name == "sigmoid":
        return [w.keep(apply("tanh", dot)) for dot in dots]
    raise option(f"{who} with the kernel {name!r}", "")


def _settings(est: Any) -> tuple[float, float, float]:
    """Gamma, degree and constant, as `pairwise_kernels` fills them in where they are None."""
    chosen = (getattr(est, "gamma_", est.gamma), est.degree, est.coef0)
    defaults = (1.0 / est.n_features_in_, 3.0, 1.0)
    gamma, degree, constant = (
        default if value is None else float(value)
        for value, default in zip(chosen, defaults, strict=True)
    )
    return gamma, degree, constant


def _radial(w: Writer, rows: np.ndarray, gamma: float) -> list[Term]:
    """By squares and products, as scikit-learn has it: some matrices enlarge its rounding."""
    own = w.keep(squares(w, w.inputs))
    dots = product(w.inputs, -2.0 * rows.T, (rows**2).sum(axis=1))
    distances = [apply("max", add(own, dot), 0.0) for dot in dots]
    return [w.keep(apply("exp", multiply(-gamma, distance))) for distance in distances]


def _distance(inputs: Sequence[Term], row: np.ndarray) -> Term:
    """Squared, to a row of fit."""
    return total([apply("pow", term, 2.0) for term in shifted(inputs, row)])


def radius_classifier(est: Any, w: Writer) -> Outputs:
    """RadiusNeighborsClassifier of equal weights: the share of each class within the radius."""
    within = _within(est, w)
    labels = np.asarray(est._y)
    if labels.ndim > 1 or est.weights != "uniform" or est.outlier_label is not None:
        raise option(
            "RadiusNeighborsClassifier with weights, outliers or several targets; do without",
            "",
        )
    members = (labels[:, None] == np.arange(len(est.classes_))).astype(np.float64)
    counts = [w.keep(term) for term in product(within, members)]
    whole = w.keep(total(counts))
    return {"predict_proba": [_share(count, whole) for count in counts]}


def radius_regressor(est: Any, w: Writer) -> Outputs:
    """RadiusNeighborsRegressor of equal weights: the mean within the radius, if any."""
    within = _within(est, w)
    if est.weights != "uniform":
        raise option("RadiusNeighborsRegressor with weights; uniform ones can be said", "")
    targets = np.asarray(est._y, dtype=np.float64).reshape(len(est._y), -1)
    whole = w.keep(total(within))
    return {"predict": [_share(part, whole) for part in product(within, targets)]}


def _share(part: Term, whole: Term) -> Term:
    return choose(apply("equal", whole, 0.0), MISSING, divide(part, whole))


def _within(est: Any, w: Writer) -> list[Term]:
    """1 for each row of fit that lies within the radius, else 0."""
    if est.effective_metric_ != "euclidean":
        raise option(f"neighbours by the metric {est.effective_metric_!r}", "")
    if len(est._fit_X) > MOST:
        raise option(f"neighbours among {len(est._fit_X)} rows of fit; {MOST} can be said", "")
    return [
        w.keep(
            choose(
                apply("lessOrEqual", apply("sqrt", _distance(w.inputs, row)), float(est.radius)),
                1.0,
                0.0,
            )
        )
        for row in np.asarray(est._fit_X)
    ]
