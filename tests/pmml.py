"""What terms give in JPMML-Evaluator, for tests: a document around them, and its answers.

Java runs in a process of its own, as it does in the product: beside SciPy it is not safe.
"""

import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np

from adapters.to_pmml.document.elements import OPTYPES, Names, derived_fields
from adapters.to_pmml.java.jvm import java
from adapters.to_pmml.terms import DataType, Said


def answers(said: Said, columns: list[Any], dtypes: list[DataType]) -> list[list[Any]]:
    """Each output's values, by rows; None is missing. `columns` hold a list of values each."""
    return in_java(_answers, said, columns, dtypes)


def in_java(work: Callable[..., Any], *arguments: Any) -> Any:
    """What a function of a module gives in a process that has Java, and nothing of SciPy."""
    return _process().submit(work, *arguments).result()


@cache
def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _answers(said: Said, columns: list[Any], dtypes: list[DataType]) -> list[list[Any]]:
    document = _document(said, dtypes)
    builder = java("org.jpmml.evaluator.LoadingModelEvaluatorBuilder")()
    builder.load(java("java.io.ByteArrayInputStream")(document))
    evaluator = builder.build()
    names = [f"x{number}" for number in range(len(columns))]
    asked = {"columns": names, "data": [list(map(_plain, values)) for values in columns]}
    util = java("org.jpmml.evaluator.python.PythonEvaluatorUtil")
    told = pickle.loads(bytes(util.evaluateAll(evaluator, pickle.dumps(asked, 2), None, -1)))
    if told["errors"] is not None and any(told["errors"]):
        raise AssertionError(next(filter(None, told["errors"])))
    found = dict(zip(told["columns"], told["data"], strict=True))
    return [found[f"out{k}"] for k in range(len(said.outputs))]


def _plain(value: Any) -> Any:
    """As the scorer hands it over: NaN, NaT and None are missing."""
    if value is None or value != value:
        return None
    return value.item() if isinstance(value, np.generic) else value


def _document(said: Said, dtypes: list[DataType]) -> bytes:
    root = Element("PMML", {"xmlns": "http://www.dmg.org/PMML-4_4", "version": "4.4"})
    SubElement(root, "Header")
    dictionary = SubElement(root, "DataDictionary")
    for number, dtype in enumerate(dtypes):
        SubElement(
            dictionary,
            "DataField",
            {"name": f"x{number}", "optype": OPTYPES[dtype], "dataType": dtype},
        )
    names = Names({number: f"x{number}" for number in range(len(dtypes))}, "f")
    SubElement(root, "TransformationDictionary").extend(derived_fields(said, names))
    model = SubElement(root, "RegressionModel", {"functionName": "regression"})
    schema = SubElement(model, "MiningSchema")
    for number in range(len(dtypes)):
        SubElement(schema, "MiningField", {"name": f"x{number}", "invalidValueTreatment": "asIs"})
    output = SubElement(model, "Output")
    for k, number in enumerate(said.outputs):
        dtype = said.definitions[number].dtype
        kind = {"name": f"out{k}", "optype": OPTYPES[dtype], "dataType": dtype}
        field = SubElement(output, "OutputField", {**kind, "feature": "transformedValue"})
        SubElement(field, "FieldRef", {"field": names.fields[number]})
    SubElement(model, "RegressionTable", {"intercept": "0"})
    return tostring(root)
