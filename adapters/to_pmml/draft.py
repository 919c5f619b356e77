"""What the worker leaves for the process that has Java: the model as JPMML reads it, and a plan."""

from typing import Any, Literal

from adapters.base import Subject
from adapters.to_pmml.terms import Said
from converter.values import Record

MODEL, PLAN = "model.pkl", "plan.json"
"""The files of a draft, which is a folder."""


FIRST = "first"
"""Among the extras of a function of two classes: how likely the first is."""


Form = Literal["", "probabilities", "scores"]


class Function(Record):
    """A function's place in the document, held by fields that JPMML makes of stand-ins.

    The stand-in of output k adds up the columns that it needs, and then `marker + k`.
    """

    address: str
    name: str
    """Of its fields, before a dot and the number of the output."""
    marker: float
    said: Said
    needs: tuple[tuple[int, ...], ...]
    """The columns that the stand-in of each output adds up, in order."""
    form: Form = ""
    """What the outputs are to the model after them, one that picks the class of the largest."""
    extras: dict[str, tuple[int, ...]] = {}
    """Method → the definitions that are its columns, of a function that is the model's answer."""


class Check(Record):
    """A row by which any engine can check itself."""

    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]


class Plan(Record):
    """What the document needs beside the model."""

    subject: Subject
    targets: tuple[str, ...]
    """Names of the fields that are predicted."""
    functions: tuple[Function, ...] = ()
    caveats: tuple[str, ...] = ()
    frozen: dict[str, str] = {}
    without: tuple[str, ...] = ()
    """Methods whose answers the document must not be taken to give."""
    gaps: tuple[str, ...] = ()
    """The input fields whose number is missing in some row of the proof."""
