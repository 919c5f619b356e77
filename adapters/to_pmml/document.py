"""What we change in a document that JPMML made: functions, names, and what it says of itself."""

import math
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import msgspec
import numpy as np

from adapters.base import Subject
from adapters.to_pmml.draft import Function, Plan
from adapters.to_pmml.elements import OPTYPES, Names, derived_fields
from adapters.to_pmml.jpmml import made
from adapters.to_pmml.jvm import java
from adapters.to_pmml.terms import DataType
from converter.rows import column_names
from converter.values import Field

CARD = "mlconvert"
"""Name of the extension of the header that holds what is known of the model."""


def introduce(document: Any, subject: Subject) -> None:
    """The header: who wrote it and what the model is; no time, so that it is the same again."""
    header = document.getHeader()
    header.setTimestamp(None)
    header.setCopyright(None)
    card = java("org.dmg.pmml.Extension")(CARD, msgspec.json.encode(subject).decode())
    header.addExtensions(card)


def type_inputs(document: Any, subject: Subject) -> None:
    """Fields of text are text, whatever JPMML took them for."""
    texts = {field.name for field in subject.schema.inputs if field.dtype == "string"}
    if subject.schema.kind != "frame":
        return
    for field in document.getDataDictionary().getDataFields():
        if str(field.getName()) in texts and str(field.getDataType()) == "double":
            field.setDataType(java("org.dmg.pmml.DataType").STRING)
            field.setOpType(java("org.dmg.pmml.OpType").CATEGORICAL)


# --- models -----------------------------------------------------------------------------------


def models(document: Any) -> Iterator[Any]:
    """All models, those inside others too, outer ones first."""
    for model in document.getModels():
        yield from _nested(model)


def _nested(model: Any) -> Iterator[Any]:
    yield model
    for segment in _segments(model):
        yield from _nested(segment)


def _segments(model: Any) -> list[Any]:
    segmentation = getattr(model, "getSegmentation", lambda: None)()
    return [] if segmentation is None else [s.getModel() for s in segmentation.getSegments()]


def finals(model: Any) -> Iterator[Any]:
    """The models that give the answer: of a chain the last, of several targets one each."""
    segments = _segments(model)
    method = str(model.getSegmentation().getMultipleModelMethod().value()) if segments else ""
    if method == "modelChain":
        yield from finals(segments[-1])
    elif method == "x-multiModelChain":
        for segment in segments:
            yield from finals(segment)
    yield model


# --- functions --------------------------------------------------------------------------------


def place_functions(document: Any, functions: tuple[Function, ...]) -> None:
    """Put what functions do in the place of the stand-ins that hold it."""
    wanted = {f.marker + k: (f, k) for f in functions for k in range(len(f.needs))}
    for home in _homes(document):
        fields = home.getDerivedFields()
        for field in list(fields):
            marker = _marker(field.getExpression())
            if marker in wanted:
                _put(fields, field, *wanted[marker])


def _homes(document: Any) -> Iterator[Any]:
    """Where derived fields stand."""
    places = [document.getTransformationDictionary()]
    places += [model.getLocalTransformations() for model in models(document)]
    yield from (place for place in places if place is not None)


def _marker(expression: Any) -> float:
    """The last constant of a sum; NaN of anything else."""
    parts = list(getattr(expression, "getExpressions", list)())
    if not parts or str(expression.requireFunction()) != "+":
        return math.nan
    value = getattr(parts[-1], "getValue", lambda: None)()
    try:
        return float(str(value))
    except ValueError:
        return math.nan


def _put(fields: Any, field: Any, function: Function, k: int) -> None:
    columns = dict(zip(function.needs[k], _summands(field.getExpression()), strict=True))
    inputs = tuple(columns.get(n, "") for n in range(max(columns) + 1))
    names = Names(inputs, str(field.getName()))
    holder = Element("TransformationDictionary")
    holder.extend(derived_fields(function.said, names, function.said.outputs[k]))
    *before, last = made(holder).getDerivedFields()
    at = fields.indexOf(field)
    for number, each in enumerate(before):
        fields.add(at + number, each)
    field.setExpression(last.getExpression())
    field.setDataType(last.getDataType())


def _summands(expression: Any) -> list[str]:
    """The fields that a stand-in adds up, in order."""
    names: list[str] = []
    for part in list(expression.getExpressions()):
        if hasattr(part, "getField"):
            names.append(str(part.getField()))
        elif hasattr(part, "getExpressions"):
            names += _summands(part)
    return names


# --- outputs ----------------------------------------------------------------------------------


def name_outputs(document: Any, plan: Plan) -> tuple[Field, ...]:
    """Call the outputs as `mlconvert predict` does; those of scikit-learn's methods that it has."""
    [model] = document.getModels()
    outputs = plan.subject.schema.outputs
    if all(field.name != "predict" for field in outputs):
        transform = next(field for field in outputs if field.name == "transform")
        _hand_out(model, column_names(transform))
        return (transform,)
    homes = list(finals(model))
    return tuple(f for f in outputs if _called(f, homes, plan) or _predicted(f, homes, plan))


def _called(field: Field, homes: list[Any], plan: Plan) -> bool:
    """Rename what JPMML gives of a method; False where it gives nothing."""
    start = _start(field.name, plan)
    outputs = [model.getOutput() for model in homes if model.getOutput() is not None]
    found = [(o, f) for o in outputs for f in o.getOutputFields() if _begins(f, start)]
    names = column_names(field)
    if not start or len(found) < len(names):
        return False
    for (output, each), name in zip(found, names, strict=False):
        renamer = java("org.jpmml.model.visitors.FieldRenamer")(str(each.getName()), name)
        renamer.applyTo(output)
        each.setName(name)
    return True


def _start(method: str, plan: Plan) -> str:
    several = method.removeprefix("predict_proba_")
    if several.isdigit():
        return f"probability({plan.targets[int(several)]}, "
    return _STARTS.get(method, "")


_STARTS = {"predict": "predict(outlier)", "predict_proba": "probability("}
_STARTS |= {"decision_function": "decisionFunction"}
"""Method → how the names of its fields begin."""


def _begins(field: Any, start: str) -> bool:
    return bool(start) and str(field.getName()).startswith(start)


def _predicted(field: Field, homes: list[Any], plan: Plan) -> bool:
    """The predicted values as outputs beside the targets themselves."""
    if field.name != "predict":
        return False
    for target, name in zip(plan.targets, column_names(field), strict=True):
        home = next(model for model in homes if _predicts(model, target, plan))
        if home.getOutput() is None:
            home.setOutput(java("org.dmg.pmml.Output")())
        home.getOutput().getOutputFields().add(0, made(_copy_of(home, target, name, field)))
    return True


def _predicts(model: Any, target: str, plan: Plan) -> bool:
    fields = model.getMiningSchema().getMiningFields()
    usage = java("org.dmg.pmml.MiningField").UsageType.TARGET
    targets = [str(f.getName()) for f in fields if f.getUsageType() == usage]
    return targets == [target] or (not targets and len(plan.targets) == 1)


def _copy_of(model: Any, target: str, name: str, field: Field) -> Element:
    kind = _KINDS.get(np.dtype("U" if field.dtype == "string" else field.dtype).kind, "double")
    optype = (
        OPTYPES[kind] if str(model.getMiningFunction().value()) == "regression" else "categorical"
    )
    return Element(
        "OutputField",
        {"name": name, "optype": optype, "dataType": kind, "feature": "predictedValue"},
    )


_KINDS: dict[str, DataType] = {"U": "string", "O": "string", "b": "boolean"}
_KINDS |= {"i": "integer", "u": "integer"}


def _hand_out(model: Any, names: tuple[str, ...]) -> None:
    """A model that adds up columns becomes one that hands them out."""
    predictors = model.getRegressionTables()[0].getNumericPredictors()
    output = Element("Output")
    for name, column in zip(names, [str(p.requireField()) for p in predictors], strict=True):
        kind = {"name": name, "optype": "continuous", "dataType": "double"}
        field = SubElement(output, "OutputField", {**kind, "feature": "transformedValue"})
        SubElement(field, "FieldRef", {"field": column})
    predictors.clear()
    model.setOutput(made(output))
