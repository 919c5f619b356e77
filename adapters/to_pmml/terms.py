"""Expressions of PMML as plain records: what the worker says of a function, and a document holds.

They cross from the worker to the process that writes the document as JSON, and are data all the
way: nothing in them is ever evaluated by Python.
"""

from math import inf
from typing import Literal

from converter.values import Record

DataType = Literal["double", "float", "integer", "string", "boolean", "date", "dateTime"]


class Input(Record, tag="input"):
    """The value of a column that the function is handed."""

    column: int
    """Counted from 0."""


class Defined(Record, tag="defined"):
    """The value of an earlier definition."""

    number: int


Ref = Input | Defined
"""What stands for a field: a FieldRef."""


class Constant(Record, tag="constant"):
    """A literal; a missing one is `missing`."""

    dtype: DataType = "double"
    value: str = ""
    """As the document spells it: repr of a double ("NaN", "INF", "-INF"), "true", a text."""
    missing: bool = False


def real(value: float) -> str:
    """A number as the document spells it."""
    return {inf: "INF", -inf: "-INF"}.get(value, repr(float(value)))


class Apply(Record, tag="apply"):
    """A function of PMML, built in or of our own, by name."""

    function: str
    arguments: "tuple[Term, ...]"
    if_missing: str | None = None
    """`mapMissingTo`: what the result is where an argument is missing; None: missing too."""
    default: str | None = None
    """`defaultValue`: what it is where the result is missing though no argument is."""
    invalid_as_missing: bool = False
    """`invalidValueTreatment`: whether a result that is no number is missing, not an error."""


class MapValues(Record, tag="map"):
    """A table from the value of a field to a constant."""

    of: Ref
    keys: tuple[str, ...]
    values: tuple[str, ...]
    dtype: DataType = "string"
    if_missing: str | None = None
    default: str | None = None
    """For values that are no key; None: missing."""


class Interval(Record):
    """Of a Discretize: None is an open end."""

    left: float | None
    right: float | None
    closure: Literal["openOpen", "openClosed", "closedOpen", "closedClosed"]
    value: str


class Discretize(Record, tag="discretize"):
    """The interval that the value of a field falls in, as a constant."""

    of: Ref
    intervals: tuple[Interval, ...]
    dtype: DataType = "double"
    if_missing: str | None = None
    default: str | None = None


class NormContinuous(Record, tag="norm"):
    """A line through points, level before the first and after the last."""

    of: Ref
    points: tuple[tuple[float, float], ...]
    """Of ascending first numbers."""


Term = Input | Defined | Constant | Apply | MapValues | Discretize | NormContinuous


class Definition(Record):
    """A DerivedField: a term with a type, which later ones may refer to by its number."""

    dtype: DataType
    term: Term


class Said(Record):
    """A function in PMML: definitions, each of earlier ones and of the inputs; and its outputs."""

    definitions: tuple[Definition, ...]
    outputs: tuple[int, ...]
    """The number of the definition that is each column of the result."""
    columns: tuple[str, ...] | None = None
    """The names of these columns, where the result is a frame."""
    caveats: tuple[str, ...] = ()
    """What is not quite the same in PMML, in sentences."""


def needed(said: Said, number: int) -> set[int]:
    """The definitions that one stands on, itself among them."""
    found: set[int] = set()
    stack = [number]
    while stack:
        current = stack.pop()
        if current not in found:
            found.add(current)
            below = refs(said.definitions[current].term)
            stack += [ref.number for ref in below if isinstance(ref, Defined)]
    return found


def columns(said: Said, number: int) -> set[int]:
    """The inputs that a definition stands on."""
    every = [ref for n in needed(said, number) for ref in refs(said.definitions[n].term)]
    return {ref.column for ref in every if isinstance(ref, Input)}


def refs(term: Term) -> list[Ref]:
    """What a term refers to."""
    match term:
        case Input() | Defined():
            return [term]
        case Apply():
            return [ref for argument in term.arguments for ref in refs(argument)]
        case MapValues() | Discretize() | NormContinuous():
            return [term.of]
    return []
