"""Which estimators are ours to write, and what stands for them in the model that JPMML reads."""

from typing import Any

import numpy as np

from adapters.names import public_name
from adapters.to_pmml.draft import FIRST, Form
from adapters.to_pmml.model.fields import Preparation, classification, regression, union
from adapters.to_pmml.own import (
    bayes,
    clusters,
    decisions,
    encoders,
    gaussians,
    kernels,
    projections,
    shapes,
)
from adapters.to_pmml.own.table import EXPOSED, MODELS, STEPS
from adapters.to_pmml.own.writing import Outputs, Writer, apply, choose, number, subtract
from adapters.to_pmml.refused import Refused, option
from adapters.to_pmml.terms import Constant, Said, Term

_FAMILIES = {
    "bayes": bayes,
    "clusters": clusters,
    "decisions": decisions,
    "encoders": encoders,
    "gaussians": gaussians,
    "kernels": kernels,
    "projections": projections,
    "shapes": shapes,
}

_ENCODERS = ("sklearn.preprocessing.OneHotEncoder", "sklearn.preprocessing.OrdinalEncoder")


def writes(
    est: Any, step: bool, exposed: bool = False, shared: bool = False, numbers: bool = False
) -> bool:
    """Whether an estimator is ours to write, at such a place."""
    if public_name(type(est)) == "sklearn.impute.SimpleImputer":
        marked = est.indicator_ is not None  # JPMML marks columns without gaps, too
        exposed = (exposed or shared or marked) and encoders.fills(est)
    if public_name(type(est)) in _ENCODERS:
        exposed = exposed or numbers or encoders.beyond(est)
    return _converter(est, step, exposed) is not None


def _converter(est: Any, step: bool, exposed: bool = True) -> str | None:
    name = public_name(type(est))
    if not step:
        return MODELS.get(name) or decisions.several(est)
    return STEPS.get(name) or (EXPOSED.get(name) if exposed else None) or shapes.tied(est)


def written(est: Any, p: Preparation, address: str, step: bool, final: bool) -> Any:
    """What stands for it in the model that JPMML reads. Raises Refused."""
    family, _, function = str(_converter(est, step)).partition(".")
    w = Writer(int(est.n_features_in_))
    try:
        outputs: Outputs = getattr(_FAMILIES[family], function)(est, w)
    except Refused as refused:
        raise refused.at(address) from None
    if step:
        return union(w.said(outputs["transform"])[0], p, address)
    main = next(name for name in ("predict_proba", "scores", "predict") if name in outputs)
    return model_of(est, w, main, outputs, p, address, final)


def answering(est: Any, said: dict[str, Said], p: Preparation, address: str, final: bool) -> Any:
    """What answers for a predictor of the user's own, whose methods say this, `predict` at least.

    Raises Refused.
    """
    classes, labels = getattr(est, "classes_", None), said["predict"]
    kinds = {labels.definitions[n].dtype for n in labels.outputs}
    if classes is None and kinds <= {"double", "float", "integer"}:
        return regression(union(labels, p, address))
    if classes is None or isinstance(classes, list) or len(labels.outputs) > 1 or not final:
        raise option(_NO_LABELS.format(type(est).__name__), address)
    w = Writer(0)
    outputs = {name: w.taken(each) for name, each in said.items()}
    [label] = outputs.pop("predict")
    each_class = [apply("equal", label, _label(value)) for value in np.asarray(classes)]
    outputs["scores"] = [choose(is_it, 1.0, 0.0) for is_it in each_class]
    p.without.update({"predict_proba", "decision_function"} - outputs.keys())
    return model_of(est, w, "scores", outputs, p, address, final)


_NO_LABELS = (
    "labels of {}, a class of your own, unless it is the last step, answers one label for a row "
    "and lists the labels in `classes_`"
)


def _label(value: Any) -> Constant:
    match value:
        case bool() | np.bool_():
            return Constant(dtype="boolean", value=str(value).lower())
        case str():
            return Constant(dtype="string", value=str(value))
    return number(value)


def model_of(
    est: Any, w: Writer, main: str, outputs: Outputs, p: Preparation, address: str, final: bool
) -> Any:
    """What answers for an estimator with terms, of which those of the method `main` decide."""
    classes = _classes(est) if main != "predict" else np.array([])
    if main != "predict" and len(classes) == 1:
        main, outputs["predict"] = "predict", _alone(est, classes)
    answers = outputs.pop(main)
    if not final:
        outputs = {}
    if main != "predict" and len(answers) == 2:
        first, second = answers
        answers = [second] if main == "predict_proba" else [subtract(second, first)]
        outputs |= {FIRST: [first]} if main == "predict_proba" else {}
    _, numbers = w.said(answers)
    extras = _extras(w, outputs)
    said = Said(definitions=w.said([])[0].definitions, outputs=numbers)
    if main == "predict":
        return regression(union(said, p, address, extras=extras))
    if final and main == "scores" and "predict_proba" not in outputs:
        p.without.add("predict_proba")
    form: Form = "probabilities" if main == "predict_proba" else "scores"
    return classification(union(said, p, address, form, extras), classes)


def _classes(est: Any) -> np.ndarray:
    return np.asarray(est.classes_ if hasattr(est, "classes_") else clusters.classes(est))


def _alone(est: Any, classes: np.ndarray) -> list[Term]:
    """The answer of a model that knows one class."""
    if classes.dtype.kind not in "iuf":
        raise option(f"{type(est).__name__} of a single class, of text", "")
    return [number(float(classes[0]))]


def _extras(w: Writer, outputs: Outputs) -> dict[str, tuple[int, ...]]:
    """Where the other methods' answers are defined."""
    return {name: w.said(terms)[1] for name, terms in outputs.items()}
