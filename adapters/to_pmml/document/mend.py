"""Repairs of a document: what JPMML writes and its evaluator, or the standard, reads otherwise."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from adapters.to_pmml.document.edit import forget_likelihoods, homes, models, segments
from adapters.to_pmml.document.elements import Names, expression
from adapters.to_pmml.java.jpmml import made
from adapters.to_pmml.java.jvm import java
from adapters.to_pmml.terms import Apply, Constant, Input


def mend(document: Any) -> None:
    """All repairs."""
    _tell_capitals(document)
    for home in homes(document):
        _divide_by_no_zero(home.getDerivedFields())
    [outer] = document.getModels()
    target = next((f for f in outer.getMiningSchema().getMiningFields() if _is_target(f)), None)
    if target is None:
        return
    name = str(target.getName())
    if any("OneVsRest" in str(model.getAlgorithmName()) for model in models(document)):
        _target_as_text(document, name)
    else:
        _name_targets(outer, name)
    for number, model in enumerate(list(models(document))):
        _name_apart(model)
        _name_inner_target(model, name)
        if "VotingClassifier" in str(model.getAlgorithmName()):
            _count_votes(model, number, _target_field(document, name))
        if "DummyClassifier" in str(model.getAlgorithmName()):
            _count_rows(model.getNode())


def _count_rows(node: Any) -> None:
    """Classes of a constant answer each say how many rows had them, as the standard demands."""
    for class_ in node.getScoreDistributions():
        class_.setRecordCount(class_.getProbability())


def _tell_capitals(document: Any) -> None:
    """Words are counted as they are spelled; a vectorizer that lowers them has done so before."""
    dictionary = document.getTransformationDictionary()
    for function in [] if dictionary is None else dictionary.getDefineFunctions():
        for part in _parts(function.getExpression()):
            if hasattr(part, "setCaseSensitive"):
                part.setCaseSensitive(True)


def _parts(expression: Any) -> Iterator[Any]:
    """An expression and those that it applies a function to."""
    yield expression
    for part in getattr(expression, "getExpressions", list)():
        yield from _parts(part)


def _divide_by_no_zero(fields: Any) -> None:
    """Rows of length zero stay as they are when others are made of length one."""
    for field in [field for field in fields if str(field.getName()).startswith("norm(")]:
        length = f"length of {field.getName()}"
        kinds = {"name": length, "optype": "continuous", "dataType": "double"}
        holder = Element("TransformationDictionary")
        SubElement(SubElement(holder, "DerivedField", kinds), "FieldRef", {"field": "length"})
        [measured] = made(holder).getDerivedFields()
        measured.setExpression(field.getExpression())
        fields.add(fields.indexOf(field), measured)
        field.setExpression(made(expression(_ONE_FOR_ZERO, Names({0: length}, ""))))


_LENGTH = Input(column=0)
_ONE = Constant(value="1.0")
_IS_ZERO = Apply(function="equal", arguments=(_LENGTH, Constant(value="0.0")))
_ONE_FOR_ZERO = Apply(function="if", arguments=(_IS_ZERO, _ONE, _LENGTH))


def _name_inner_target(model: Any, name: str) -> None:
    """Neighbours and networks inside others: what they predict is called as it is outside."""
    training = getattr(model, "getTrainingInstances", lambda: None)()
    answers = getattr(model, "getNeuralOutputs", lambda: None)()
    told = [] if training is None else training.getInstanceFields().getInstanceFields()
    if answers is not None:
        neurons = answers.getNeuralOutputs()
        told = [neuron.getDerivedField().getExpression() for neuron in neurons]
    if len(told) == 0:
        return
    for field in told:
        if field.getField() is None:
            field.setField(name)
    fields = model.getMiningSchema().getMiningFields()
    if not any(_is_target(field) for field in fields):
        fields.add(0, _target(name))


def _name_apart(model: Any) -> None:
    """What members hand to each other is not called as an output of the whole, or of another."""
    members = segments(model)
    names = {name for member in members for name in _output_names(member)}
    for name in names & _output_names(model):
        for member in members:
            _rename(member, name, f"inner {name}")
    taken: set[str] = set()
    for number, member in enumerate(members):
        for name in _output_names(member) & taken:
            _rename(member, name, f"{name} of {number + 1}")
        taken |= _output_names(member)


def _rename(member: Any, name: str, new: str) -> None:
    java("org.jpmml.model.visitors.FieldRenamer")(name, new).applyTo(member)
    for field in _output_fields(member):
        if str(field.getName()) == name:
            field.setName(new)


def _output_names(model: Any) -> set[str]:
    return {str(field.getName()) for field in _output_fields(model)}


def _output_fields(model: Any) -> list[Any]:
    return [] if model.getOutput() is None else list(model.getOutput().getOutputFields())


def _target_as_text(document: Any, name: str) -> None:
    """Classes as texts: to tell one class from all others JPMML calls those "(other)".

    The predicted value is handed out in its own type.
    """
    _target_field(document, name).setDataType(java("org.dmg.pmml.DataType").STRING)


def _target_field(document: Any, name: str) -> Any:
    fields = document.getDataDictionary().getDataFields()
    return next(field for field in fields if str(field.getName()) == name)


def _name_targets(model: Any, name: str) -> None:
    """Classifiers inside others say whose classes theirs are.

    Without it an engine takes the classes for texts, and finds no whole number among them; but
    those of a chain within a chain it takes for texts always.
    """
    fields = model.getMiningSchema().getMiningFields()
    classifies = str(model.getMiningFunction().value()) == "classification"
    if classifies and not any(_is_target(field) for field in fields):
        fields.add(0, _target(name))
    for member in segments(model):
        if not (_is_chain(model) and _is_chain(member)):
            _name_targets(member, name)


def _is_chain(model: Any) -> bool:
    segmentation = getattr(model, "getSegmentation", lambda: None)()
    if segmentation is None:
        return False
    return str(segmentation.getMultipleModelMethod().value()) == "modelChain"


def _is_target(field: Any) -> bool:
    return bool(field.getUsageType() == java("org.dmg.pmml.MiningField").UsageType.TARGET)


def _target(name: str) -> Any:
    cls = java("org.dmg.pmml.MiningField")
    return cls(name).setUsageType(cls.UsageType.TARGET)


# --- votes ------------------------------------------------------------------------------------


def _count_votes(model: Any, number: int, target: Any) -> None:
    """Members that vote: a tie goes to the first class, as engines need not have it."""
    segmentation = model.getSegmentation()
    method = str(segmentation.getMultipleModelMethod().value())
    if method not in ("majorityVote", "weightedMajorityVote"):
        return
    segments = segmentation.getSegments()
    weights = {}
    for member, segment in enumerate(list(segments)):
        name = f"vote({number}, {member + 1})"
        weight = segment.getWeight() if method == "weightedMajorityVote" else None
        weights[name] = 1.0 if weight is None else float(str(weight))
        segment.setWeight(None)
        _hand_out_vote(segment.getModel(), name, target)
    segments.add(_counting(weights, target))
    chain = java("org.dmg.pmml.mining.Segmentation").MultipleModelMethod.MODEL_CHAIN
    segmentation.setMultipleModelMethod(chain)


def _hand_out_vote(model: Any, name: str, target: Any) -> None:
    forget_likelihoods(model)
    if model.getOutput() is None:
        model.setOutput(java("org.dmg.pmml.Output")())
    kinds = {"optype": "categorical", "dataType": str(target.getDataType().value())}
    attributes = {"name": name, **kinds, "feature": "predictedValue", "isFinalResult": "false"}
    model.getOutput().getOutputFields().add(made(Element("OutputField", attributes)))


def _counting(weights: dict[str, float], target: Any) -> Any:
    """The sum of the weights that each class is given; the first classes are a breath ahead."""
    labels = [str(value.requireValue()) for value in target.getValues()]
    breath = 1e-12 * sum(weights.values())
    segment = Element("Segment", {"id": str(len(weights) + 1)})
    SubElement(segment, "True")
    kinds = {"functionName": "classification", "normalizationMethod": "simplemax"}
    counting = SubElement(segment, "RegressionModel", kinds)
    schema = SubElement(counting, "MiningSchema")
    SubElement(schema, "MiningField", {"name": str(target.getName()), "usageType": "target"})
    for name in weights:
        SubElement(schema, "MiningField", {"name": name})
    for place, label in enumerate(labels):
        start = repr(breath * (len(labels) - place))
        table = SubElement(
            counting, "RegressionTable", {"intercept": start, "targetCategory": label}
        )
        for name, weight in weights.items():
            given = {"name": name, "value": label, "coefficient": repr(weight)}
            SubElement(table, "CategoricalPredictor", given)
    return made(segment)
