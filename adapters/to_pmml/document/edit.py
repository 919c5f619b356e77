"""What we change in a document that JPMML made: functions, names, and what it says of itself."""

import math
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import msgspec

from adapters.base import Subject
from adapters.to_pmml.document.elements import OPTYPES, Names, derived_fields, expression
from adapters.to_pmml.draft import FIRST, Function
from adapters.to_pmml.java.jpmml import made
from adapters.to_pmml.java.jvm import java
from adapters.to_pmml.terms import Defined, needed

CARD = "mlconvert"
"""Name of the extension of the header that holds what is known of the model."""


def introduce(document: Any, subject: Subject) -> None:
    """The header: who wrote it and what the model is; no time, so that it is the same again."""
    header = document.getHeader()
    header.setTimestamp(None)
    header.setCopyright(None)
    card = java("org.dmg.pmml.Extension")(CARD, msgspec.json.encode(subject).decode())
    header.addExtensions(card)


# --- models -----------------------------------------------------------------------------------


def models(document: Any) -> Iterator[Any]:
    """All models, those inside others too, outer ones first."""
    for model in document.getModels():
        yield from _nested(model)


def _nested(model: Any) -> Iterator[Any]:
    yield model
    for segment in segments(model):
        yield from _nested(segment)


def segments(model: Any) -> list[Any]:
    """The models that a model holds itself."""
    segmentation = getattr(model, "getSegmentation", lambda: None)()
    return [] if segmentation is None else [s.getModel() for s in segmentation.getSegments()]


def finals(model: Any) -> Iterator[Any]:
    """The models that give the answer: of a chain the last, of several targets one each."""
    parts = segments(model)
    method = str(model.getSegmentation().getMultipleModelMethod().value()) if parts else ""
    if method == "modelChain":
        yield from finals(parts[-1])
    elif method == "x-multiModelChain":
        for segment in parts:
            yield from finals(segment)
    yield model


def forget_likelihoods(model: Any) -> None:
    """Those of a classifier that gives none to anyone; what JPMML writes are not scikit-learn's."""
    probability = java("org.dmg.pmml.ResultFeature").PROBABILITY
    for answering in finals(model):
        output = answering.getOutput()
        for field in [] if output is None else list(output.getOutputFields()):
            if field.getResultFeature() == probability:
                output.getOutputFields().remove(field)
        if output is not None and output.getOutputFields().isEmpty():
            answering.setOutput(None)


# --- functions --------------------------------------------------------------------------------


def place_functions(document: Any, functions: tuple[Function, ...]) -> None:
    """Put what functions do in the place of the stand-ins that hold it."""
    wanted = {f.marker + k: (f, k) for f in functions for k in range(len(f.needs))}
    for home in homes(document):
        fields = home.getDerivedFields()
        placed: dict[str, Names] = {}
        for field in list(fields):
            marker = _marker(field.getExpression())
            if marker in wanted:
                _put(fields, field, *wanted[marker], placed)
    _pick(document, functions)


def homes(document: Any) -> Iterator[Any]:
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


def _put(fields: Any, field: Any, function: Function, k: int, placed: dict[str, Names]) -> None:
    """The terms of output k in its field; what they stand on before it, unless it is there."""
    said, last = function.said, function.said.outputs[k]
    names = placed.setdefault(function.name, Names({}, function.name))
    names.inputs.update(zip(function.needs[k], _summands(field.getExpression()), strict=True))
    extras = [n for numbers in function.extras.values() for n in numbers] if k == 0 else []
    below = needed(said, last) - {last}
    holder = Element("TransformationDictionary")
    holder.extend(derived_fields(said, names, [*extras, *below]))
    at = fields.indexOf(field)
    for number, each in enumerate(list(made(holder).getDerivedFields())):
        fields.add(at + number, each)
    term = Defined(number=last) if last in names.fields else said.definitions[last].term
    field.setExpression(made(expression(term, names)))
    kind = said.definitions[last].dtype
    if (str(field.getDataType()), kind) != ("float", "double"):  # which trees make of it
        field.setDataType(java("org.dmg.pmml.DataType").fromValue(kind))
        field.setOpType(java("org.dmg.pmml.OpType").fromValue(OPTYPES[kind]))
    names.fields.setdefault(last, str(field.getName()))


def _pick(document: Any, functions: tuple[Function, ...]) -> None:
    """Models whose fields are the likelihoods themselves take them as they are."""
    likely = {f"{f.name}.{k}": f for f in functions if f.form for k in range(len(f.needs))}
    for model in models(document) if likely else ():
        tables: Any = getattr(model, "getRegressionTables", list)()
        read = [str(x.requireField()) for t in tables for x in t.getNumericPredictors()]
        function = likely.get(read[0]) if read else None
        if function is not None:
            model.setAlgorithmName(None)
            if function.form == "probabilities":
                _take(model, function)


def _take(model: Any, function: Function) -> None:
    """Of two classes JPMML reads the second only; the first comes first, and wins a tie."""
    method = java("org.dmg.pmml.regression.RegressionModel").NormalizationMethod
    model.setNormalizationMethod(method.SIMPLEMAX)
    tables = model.getRegressionTables()
    if FIRST in function.extras:
        [number] = function.extras[FIRST]
        predictor = java("org.dmg.pmml.regression.NumericPredictor")
        second, first = list(tables)
        likelihood = predictor(f"{function.name}:{number}", java("java.lang.Double")(1.0))
        first.getNumericPredictors().add(likelihood)
        tables.clear()
        tables.add(first)
        tables.add(second)


def _summands(expression: Any) -> list[str]:
    """The fields that a stand-in adds up, in order."""
    names: list[str] = []
    for part in list(expression.getExpressions()):
        if hasattr(part, "getField"):
            names.append(str(part.getField()))
        elif hasattr(part, "getExpressions"):
            names += _summands(part)
    return names
