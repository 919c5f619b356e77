"""Terms as elements of a PMML document, in text."""

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

    def __init__(self, inputs: tuple[str, ...], function: str) -> None:
        self.inputs = inputs
        self.function = function

    def of(self, ref: Ref) -> str:
        """The name of a field."""
        if isinstance(ref, Input):
            return self.inputs[ref.column]
        return self.defined(ref.number)

    def defined(self, number: int) -> str:
        """The name of a definition."""
        return f"{self.function}.{number}"


def derived_fields(said: Said, names: Names, last: int | None = None) -> list[Element]:
    """A DerivedField for each definition, in order; of what `last` needs, if that is given."""
    wanted = range(len(said.definitions)) if last is None else sorted(needed(said, last))
    fields = []
    for number in wanted:
        definition = said.definitions[number]
        field = derived_field(names.defined(number), definition.dtype)
        field.append(expression(definition.term, names))
        fields.append(field)
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
