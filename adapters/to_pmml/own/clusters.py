"""The nearest of some centres."""

from typing import Any

import numpy as np

from adapters.to_pmml.own.writing import Outputs, Writer, apply, multiply, shifted, total
from adapters.to_pmml.terms import Term


def nearest(est: Any, w: Writer) -> Outputs:
    """AffinityPropagation, MeanShift: the number of the nearest centre."""
    return {"scores": [_closeness(center, w) for center in est.cluster_centers_]}


def distances(est: Any, w: Writer) -> Outputs:
    """KMeans, MiniBatchKMeans as a step: how far each centre is."""
    near = [_closeness(center, w) for center in np.asarray(est.cluster_centers_, np.float64)]
    return {"transform": [apply("sqrt", multiply(-1.0, term)) for term in near]}


def birch(est: Any, w: Writer) -> Outputs:
    """Birch: the cluster that the nearest subcluster belongs to."""
    near = [w.keep(_closeness(center, w)) for center in est.subcluster_centers_]
    of_label = [
        [near[k] for k in np.flatnonzero(est.subcluster_labels_ == label)]
        for label in classes(est).tolist()
    ]
    distances: list[Term] = [apply("sqrt", multiply(-1.0, term)) for term in near]
    return {
        "scores": [apply("max", *group) if len(group) > 1 else group[0] for group in of_label],
        "transform": distances,
    }


def classes(est: Any) -> np.ndarray:
    """The numbers that a clusterer gives."""
    if hasattr(est, "subcluster_labels_"):
        return np.unique(est.subcluster_labels_)
    if hasattr(est, "n_components"):
        return np.arange(est.n_components)
    return np.arange(len(est.cluster_centers_))


def _closeness(center: np.ndarray, w: Writer) -> Term:
    """Minus the squared distance."""
    return multiply(-1.0, total([apply("pow", x, 2.0) for x in shifted(w.inputs, center)]))
