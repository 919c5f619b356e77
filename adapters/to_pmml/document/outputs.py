"""What the document gives, called as `mlconvert predict` calls it."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import numpy as np

from adapters.to_pmml.document.edit import finals, forget_likelihoods
from adapters.to_pmml.document.elements import OPTYPES
from adapters.to_pmml.draft import Plan
from adapters.to_pmml.java.jpmml import made
from adapters.to_pmml.java.jvm import java
from adapters.to_pmml.terms import DataType
from converter.rows import column_names
from converter.values import Field


def name_outputs(document: Any, plan: Plan) -> tuple[Field, ...]:
    """The outputs that the document has, of scikit-learn's methods, each under its name."""
    [model] = document.getModels()
    outputs = plan.subject.schema.outputs
    if all(field.name != "predict" for field in outputs):
        transform = next(field for field in outputs if field.name == "transform")
        _hand_out(model, transform)
        return (transform,)
    homes = list(finals(model))
    found = tuple(field for field in outputs if _found(field, homes, plan))
    theirs = any("predict_proba" in function.extras for function in plan.functions)
    if theirs or all(not field.name.startswith("predict_proba") for field in found):
        forget_likelihoods(model)
    return found


def why_left_out(names: tuple[str, ...], offered: tuple[Field, ...]) -> dict[str, str]:
    """Method → why the document does not offer it, as far as the method tells."""
    if all(field.name != "predict" for field in offered):
        return dict.fromkeys(names, "a document of a model that transforms gives that alone")
    known = ((name, next((m for m in _WHY if name.startswith(m)), "")) for name in names)
    return {name: _WHY[method] for name, method in known if method}


_WHY = {
    "predict_proba": "the document decides as the model does, by numbers that are not likelihoods",
    "decision_function": "PMML has no output for the scores of a classifier, which are computed "
    "beside it for linear models and for those that are written by us",
    "transform": "a document of a model that predicts has no place for what it transforms",
    "score_samples": "PMML gives one score of a model, and this is a second",
}


def _found(field: Field, homes: list[Any], plan: Plan) -> bool:
    ways = (_computed, _called, _predicted, _decided)
    if field.name in plan.without:
        return False
    return any(way(field, homes, plan) for way in ways)


# --- what JPMML gives -------------------------------------------------------------------------


def _called(field: Field, homes: list[Any], plan: Plan) -> bool:
    """Rename what JPMML gives of a method; False where it gives nothing."""
    names, found = column_names(field), list(_given(field, homes, plan))
    if len(found) < len(names):
        return False
    for (output, each), name in zip(found, names, strict=False):
        renamer = java("org.jpmml.model.visitors.FieldRenamer")(str(each.getName()), name)
        renamer.applyTo(output)
        each.setName(name)
    return True


def _given(field: Field, homes: list[Any], plan: Plan) -> Iterator[tuple[Any, Any]]:
    outputs = [model.getOutput() for model in homes if model.getOutput() is not None]
    every = [(output, each) for output in outputs for each in output.getOutputFields()]
    if field.name == "predict_proba" and len(plan.targets) > 1:
        for target in plan.targets:  # of each, how likely the last class is
            yield from [pair for pair in every if _begins(pair[1], f"probability({target}, ")][-1:]
        return
    start = _start(field.name, plan)
    yield from (pair for pair in every if _begins(pair[1], start))


def _start(method: str, plan: Plan) -> tuple[str, ...]:
    several = method.removeprefix("predict_proba_")
    if several.isdigit():
        return (f"probability({plan.targets[int(several)]}, ",)
    return _STARTS.get(method, ())


_STARTS: dict[str, tuple[str, ...]] = {
    "predict": ("predict(outlier)", "thresholded("),
    "predict_proba": ("probability(",),
    "decision_function": ("decisionFunction",),
}
"""Method → how the names of its fields begin."""


def _begins(field: Any, start: str | tuple[str, ...]) -> bool:
    return str(field.getName()).startswith(start)


def _predicted(field: Field, homes: list[Any], plan: Plan) -> bool:
    """The predicted values as outputs beside the targets themselves."""
    if field.name != "predict":
        return False
    for target, name in zip(plan.targets, column_names(field), strict=True):
        home = next(model for model in homes if _predicts(model, target, plan))
        element = _copy_of(home, name, field)
        if len(_targets(home)) > 1:
            element.set("targetField", target)
        _add(home, element, first=True)
    return True


def _predicts(model: Any, target: str, plan: Plan) -> bool:
    targets = _targets(model)
    return target in targets or (not targets and len(plan.targets) == 1)


def _targets(model: Any) -> list[str]:
    fields = model.getMiningSchema().getMiningFields()
    usage = java("org.dmg.pmml.MiningField").UsageType.TARGET
    return [str(f.getName()) for f in fields if f.getUsageType() == usage]


def _copy_of(model: Any, name: str, field: Field) -> Element:
    kind = _KINDS.get(np.dtype("U" if field.dtype == "string" else field.dtype).kind, "double")
    optype = OPTYPES[kind] if _function(model) == "regression" else "categorical"
    kinds = {"name": name, "optype": optype, "dataType": kind}
    return Element("OutputField", {**kinds, "feature": "predictedValue"})


_KINDS: dict[str, DataType] = {"U": "string", "O": "string", "b": "boolean"}
_KINDS |= {"i": "integer", "u": "integer"}


def _function(model: Any) -> str:
    return str(model.getMiningFunction().value())


# --- what we add ------------------------------------------------------------------------------


def _computed(field: Field, homes: list[Any], plan: Plan) -> bool:
    """Other answers of a model of our own, which stand among its terms."""
    function = next((f for f in plan.functions if field.name in f.extras), None)
    if function is None:
        return False
    for name, number in zip(column_names(field), function.extras[field.name], strict=True):
        _add(homes[0], _handed_out(name, f"{function.name}:{number}"))
    return True


def _decided(field: Field, homes: list[Any], plan: Plan) -> bool:
    """The scores that a model of linear tables makes probabilities of."""
    tables: Any = getattr(homes[0], "getRegressionTables", list)()
    method = getattr(homes[0], "getNormalizationMethod", lambda: None)()
    normal = "" if method is None else str(method.value())
    weighs = any("AdaBoost" in str(model.getAlgorithmName()) for model in homes)
    if field.name != "decision_function" or normal not in ("softmax", "logit") or weighs:
        return False
    if len(plan.targets) > 1:
        return False
    names = column_names(field)
    if not all(_is_linear(table) for table in tables) or len(tables) < len(names):
        return False
    for name, table in zip(names, tables, strict=False):
        _add(homes[0], _sum_of(table, name))
    return True


def _is_linear(table: Any) -> bool:
    others = len(table.getCategoricalPredictors()) + len(table.getPredictorTerms())
    return not others and all(
        p.getExponent() is None or int(p.getExponent()) == 1 for p in table.getNumericPredictors()
    )


def _sum_of(table: Any, name: str) -> Element:
    total = _constant(table.requireIntercept())
    for predictor in table.getNumericPredictors():
        weighted = Element("Apply", {"function": "*"})
        weighted.append(_constant(predictor.requireCoefficient()))
        SubElement(weighted, "FieldRef", {"field": str(predictor.requireField())})
        longer = Element("Apply", {"function": "+"})
        longer.extend([total, weighted])
        total = longer
    kinds = {"name": name, "optype": "continuous", "dataType": "double"}
    field = Element("OutputField", {**kinds, "feature": "transformedValue"})
    field.append(total)
    return field


def _constant(value: Any) -> Element:
    element = Element("Constant", {"dataType": "double"})
    element.text = repr(float(str(value)))
    return element


def _handed_out(name: str, field: str, kind: DataType = "double") -> Element:
    kinds = {"name": name, "optype": OPTYPES[kind], "dataType": kind}
    element = Element("OutputField", {**kinds, "feature": "transformedValue"})
    SubElement(element, "FieldRef", {"field": field})
    return element


def _add(model: Any, element: Element, first: bool = False) -> None:
    if model.getOutput() is None:
        model.setOutput(java("org.dmg.pmml.Output")())
    fields = model.getOutput().getOutputFields()
    fields.add(0 if first else fields.size(), made(element))


def _hand_out(model: Any, field: Field) -> None:
    """A model that adds up columns becomes one that hands them out."""
    predictors = model.getRegressionTables()[0].getNumericPredictors()
    output = Element("Output")
    columns = [str(predictor.requireField()) for predictor in predictors]
    kind: DataType = "string" if field.dtype == "string" else "double"
    pairs = zip(column_names(field), columns, strict=True)
    output.extend(_handed_out(name, column, kind) for name, column in pairs)
    predictors.clear()
    model.setOutput(made(output))
