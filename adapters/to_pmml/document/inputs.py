"""The fields that come in, of the types that rows have them in."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from adapters.base import Subject
from adapters.to_pmml.document.edit import homes, models
from adapters.to_pmml.java.jpmml import made
from adapters.to_pmml.java.jvm import java
from converter.rows import column_names

_KINDS = {
    "string": ("STRING", "CATEGORICAL"),
    "datetime": ("DATE_TIME", "ORDINAL"),
    "bool": ("BOOLEAN", "CATEGORICAL"),
}
"""Type of a column → data type and operational type of its field, whatever JPMML took it for."""


def type_inputs(document: Any, subject: Subject) -> None:
    """Fields of text are text, those of dates dates, and those of truth values truth values."""
    told = {name: f.dtype for f in subject.schema.inputs for name in column_names(f)}
    flags: dict[str, str] = {}
    for field in document.getDataDictionary().getDataFields():
        name, taken_for = str(field.getName()), str(field.getDataType().value())
        kind = told.get(name, "")
        if kind in _KINDS and taken_for in ("double", "float"):
            field.setDataType(getattr(java("org.dmg.pmml.DataType"), _KINDS[kind][0]))
            field.setOpType(getattr(java("org.dmg.pmml.OpType"), _KINDS[kind][1]))
            if kind == "bool":
                flags[name] = taken_for
    if flags:
        _number(document, flags)


def _number(document: Any, flags: dict[str, str]) -> None:
    """What computes with truth values computes with numbers, 1 where one is true.

    Not every engine makes numbers of them by itself. `flags`: field → the type of its numbers.
    """
    numbers = {flag: f"number({flag})" for flag in flags}
    _rename(document, numbers)
    flag_of = {name: flag for flag, name in numbers.items()}
    filled: dict[str, str] = {}
    for field in _given(document):
        name = str(field.getName())
        if name in flag_of:
            field.setName(flag_of[name])
            filled |= _fillings(field, name)
    for same in _truths(document):
        same.setField(flag_of.get(str(same.getField()), same.getField()))
    finder = java("org.jpmml.model.visitors.ActiveFieldFinder")
    computed = {str(name) for name in finder.getFieldNames([document])}
    fields = [_counted(flag, numbers[flag], kind, filled) for flag, kind in flags.items()]
    _put_first(document, [field for field in fields if field.get("name") in computed])


def _fillings(field: Any, name: str) -> dict[str, str]:
    """The number that stands for a missing value, which is none of a truth value any more."""
    number = getattr(field, "getMissingValueReplacement", lambda: None)()
    if number is None:
        return {}
    field.setMissingValueReplacement(None)
    field.setMissingValueTreatment(None)
    return {name: str(number)}


def _counted(flag: str, name: str, kind: str, filled: dict[str, str]) -> Element:
    """The field that is 1 where a truth value is true, else 0."""
    missing = {"mapMissingTo": filled[name]} if name in filled else {}
    field = Element("DerivedField", {"name": name, "optype": "continuous", "dataType": kind})
    SubElement(field, "NormDiscrete", {"field": flag, "value": "true", **missing})
    return field


def _put_first(document: Any, fields: list[Element]) -> None:
    """Derived fields before all others, which may read them."""
    holder = Element("TransformationDictionary")
    holder.extend(fields)
    dictionary = document.getTransformationDictionary()
    if dictionary is not None:
        dictionary.getDerivedFields().addAll(0, made(holder).getDerivedFields())
    elif fields:
        document.setTransformationDictionary(made(holder))


def _rename(document: Any, names: dict[str, str]) -> None:
    mappings = java("java.util.HashMap")(names)
    java("org.jpmml.model.visitors.FieldRenamer")(mappings).applyTo(document)


def _given(document: Any) -> Iterator[Any]:
    """The fields that come in, as the document and each of its models name them."""
    yield from document.getDataDictionary().getDataFields()
    for model in models(document):
        yield from model.getMiningSchema().getMiningFields()


def _truths(document: Any) -> Iterator[Any]:
    """What fields of truth values are that are the same as another field."""
    for home in homes(document):
        for field in home.getDerivedFields():
            same = field.getExpression()
            if str(field.getDataType().value()) == "boolean" and hasattr(same, "setField"):
                yield same
