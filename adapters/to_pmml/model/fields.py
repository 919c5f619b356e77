"""Fields of our own in the model that JPMML reads: stand-ins that the document puts terms into."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from adapters.to_pmml.draft import Form, Function
from adapters.to_pmml.model.stand_ins import Alias, ExpressionTransformer
from adapters.to_pmml.refused import option
from adapters.to_pmml.terms import DataType, Definition, Input, Said, columns
from converter.trace.seen import Seen

MARKER = 7.0e15
"""Whole numbers from here on are exact, and no one's constants."""
STEP = 1.0e6


@dataclass
class Preparation:
    """The model on its way: what was seen of its functions, and what was found."""

    seen: Seen
    freeze: tuple[str, ...] = ()
    functions: list[Function] = field(default_factory=list)
    frozen: dict[str, str] = field(default_factory=dict)
    caveats: dict[str, None] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    """Methods whose answers the document must not be taken to give."""


def identity(width: int, p: Preparation, address: str = "transform") -> FeatureUnion:
    """A step that gives every one of `width` columns of numbers a field of its own."""
    return own_columns(numbers(width), p, address)


def numbers(width: int) -> tuple[DataType, ...]:
    """The types of columns of numbers."""
    kind: DataType = "double"
    return (kind,) * width


def own_columns(
    kinds: tuple[DataType, ...], p: Preparation, address: str, summed: bool = False
) -> FeatureUnion:
    """A step that gives every column, of its type, a field of its own."""
    definitions = tuple(
        Definition(dtype=kind, term=Input(column=k)) for k, kind in enumerate(kinds)
    )
    said = Said(definitions=definitions, outputs=tuple(range(len(kinds))))
    return union(said, p, address, summed=summed)


def apart(model: Any, kinds: tuple[DataType, ...], p: Preparation, address: str) -> Pipeline:
    """A prepared estimator that reads columns of its own."""
    return Pipeline([("columns", own_columns(kinds, p, address)), ("model", model)])


def union(
    said: Said,
    p: Preparation,
    address: str,
    form: Form = "",
    extras: dict[str, tuple[int, ...]] | None = None,
    summed: bool = False,
) -> FeatureUnion:
    """A FeatureUnion of stand-ins, one for each output, that JPMML takes for its own.

    `summed`: a model adds them up, so that JPMML is to take them for numbers, whatever they are.
    """
    if not said.outputs:
        raise option("a step that gives no columns", address)
    marker = MARKER + STEP * len(p.functions)
    needs = [tuple(sorted(columns(said, number))) or (0,) for number in said.outputs]
    also = {c for numbers in (extras or {}).values() for n in numbers for c in columns(said, n)}
    needs[0] = tuple(sorted(also.union(needs[0])))
    name = f"{address}#{len(p.functions)}" if address else f"#{len(p.functions)}"
    p.functions.append(
        Function(
            address=address,
            name=name,
            marker=marker,
            said=said,
            needs=tuple(needs),
            form=form,
            extras=extras or {},
        )
    )
    parts = zip(_labels(said), needs, said.outputs, strict=True)
    stand_ins = [
        _stand_in(f"{name}.{label}", added, marker + k, None if summed else _type(said, number))
        for k, (label, added, number) in enumerate(parts)
    ]
    return FeatureUnion([(str(k), stand_in) for k, stand_in in enumerate(stand_ins)])


def _labels(said: Said) -> list[str]:
    """The columns as the function calls them, where it does, else by number."""
    named = said.columns is not None and len(set(said.columns)) == len(said.outputs)
    return list(said.columns or ()) if named else [str(k) for k in range(len(said.outputs))]


def _stand_in(name: str, added: tuple[int, ...], marker: float, kind: Any) -> Any:
    total = " + ".join([*(f"X[{column}]" for column in added), repr(marker)])
    expression = ExpressionTransformer(expr=total, dtype=kind, dtype_=kind)
    return Alias(transformer_=expression, name=name, prefit=True)


def _type(said: Said, number: int) -> Any:
    kinds = {"string": "str", "integer": "int", "boolean": "bool"}
    kind = kinds.get(said.definitions[number].dtype)
    return None if kind is None else np.dtype(kind)


def regression(fields: FeatureUnion) -> Pipeline:
    """A model that answers with its fields as they are."""
    width = len(fields.transformer_list)
    model = LinearRegression()
    model.coef_ = np.eye(width) if width > 1 else np.ones(1)
    model.intercept_ = np.zeros(width) if width > 1 else 0.0
    model.n_features_in_ = width
    return Pipeline([("fields", fields), ("answer", model)])


def classification(fields: FeatureUnion, classes: Any) -> Pipeline:
    """A model whose classes are as likely as its fields say; of two, the second's."""
    width = len(fields.transformer_list)
    model = LogisticRegression()
    model.classes_ = classes
    model.coef_, model.intercept_ = np.eye(width), np.zeros(width)
    model.n_features_in_ = width
    return Pipeline([("fields", fields), ("answer", model)])
