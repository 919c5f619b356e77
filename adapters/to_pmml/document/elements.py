"""Terms as elements of a PMML document, in text."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

from adapters.to_pmml.terms import (
    Apply,
    Constant,
    DataType,
    Defined,
    Discretize,
    Input,
    MapValues,
    NormContinuous,
    Ref,
    Said,
    Term,
    needed,
    real,
)

OPTYPES: dict[DataType, str] = {
    "double": "continuous",
    "float": "continuous",
    "integer": "continuous",
    "string": "categorical",
    "boolean": "categorical",
    "date": "ordinal",
    "dateTime": "ordinal",
}


class Names:
    """How the fields are called that stand for inputs and definitions of one function."""

    def __init__(self, inputs: dict[int, str], function: str) -> None:
        self.inputs = inputs
        self.fields: dict[int, str] = {}
        """Of the definitions that have one."""
        self._function = function

    def of(self, ref: Ref) -> str:
        """The name of a field."""
        return self.inputs[ref.column] if isinstance(ref, Input) else self.fields[ref.number]

    def define(self, number: int) -> str:
        """The name of a definition's new field."""
        self.fields[number] = f"{self._function}:{number}"
        return self.fields[number]


def derived_fields(said: Said, names: Names, wanted: Iterable[int] | None = None) -> list[Element]:
    """A DerivedField for each definition, in order, that `wanted` ones (None: all) stand on.

    Those that `names` knows a field of are not made again.
    """
    numbers = range(len(said.definitions)) if wanted is None else wanted
    fields = []
    for number in sorted(set().union(*(needed(said, n) for n in numbers)) - names.fields.keys()):
        definition = said.definitions[number]
        element = expression(definition.term, names)
        fields.append(derived_field(names.define(number), definition.dtype))
        fields[-1].append(element)
    return fields


def derived_field(name: str, dtype: DataType) -> Element:
    """One without an expression yet."""
    return Element("DerivedField", {"name": name, "optype": OPTYPES[dtype], "dataType": dtype})


def expression(term: Term, names: Names) -> Element:
    """The element of a term."""
    match term:
        case Input() | Defined():
            return Element("FieldRef", {"field": names.of(term)})
        case Constant():
            return _constant(term)
        case Apply():
            return _apply(term, names)
        case MapValues():
            return _map_values(term, names)
        case Discretize():
            return _discretize(term, names)
        case NormContinuous():
            return _line(term, names)


def _constant(term: Constant) -> Element:
    missing = {"missing": "true"} if term.missing else {}
    element = Element("Constant", {"dataType": term.dtype, **missing})
    element.text = term.value
    return element


def _apply(term: Apply, names: Names) -> Element:
    invalid = {"invalidValueTreatment": "asMissing"} if term.invalid_as_missing else {}
    element = Element("Apply", {"function": term.function, **_defaults(term), **invalid})
    element.extend(expression(argument, names) for argument in term.arguments)
    return element


def _map_values(term: MapValues, names: Names) -> Element:
    element = Element(
        "MapValues", {"outputColumn": "value", "dataType": term.dtype, **_defaults(term)}
    )
    SubElement(element, "FieldColumnPair", {"field": names.of(term.of), "column": "key"})
    table = SubElement(element, "InlineTable")
    for key, value in zip(term.keys, term.values, strict=True):
        row = SubElement(table, "row")
        SubElement(row, "key").text = key
        SubElement(row, "value").text = value
    return element


def _discretize(term: Discretize, names: Names) -> Element:
    element = Element(
        "Discretize", {"field": names.of(term.of), "dataType": term.dtype, **_defaults(term)}
    )
    for interval in term.intervals:
        part = SubElement(element, "DiscretizeBin", {"binValue": interval.value})
        ends = {"leftMargin": interval.left, "rightMargin": interval.right}
        margins = {name: real(end) for name, end in ends.items() if end is not None}
        SubElement(part, "Interval", {"closure": interval.closure, **margins})
    return element


def _line(term: NormContinuous, names: Names) -> Element:
    element = Element("NormContinuous", {"field": names.of(term.of), "outliers": "asExtremeValues"})
    for before, after in term.points:
        SubElement(element, "LinearNorm", {"orig": real(before), "norm": real(after)})
    return element


def _defaults(term: Apply | MapValues | Discretize) -> dict[str, str]:
    given = {"mapMissingTo": term.if_missing, "defaultValue": term.default}
    return {name: value for name, value in given.items() if value is not None}
