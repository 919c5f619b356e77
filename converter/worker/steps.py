"""What flows between the steps of a live model, to find the first that an artifact gets wrong."""

import warnings
from typing import Any

import numpy as np

from converter.rows import Rows
from converter.values import Schema
from converter.worker.answers import METHODS, plain
from converter.worker.model_input import to_model_input
from converter.worker.structure import PASSTHROUGH, Part, parts

Steps = dict[str, np.ndarray]
LARGEST = 20_000_000
"""Numbers kept of one step, zeros of a sparse one included."""


def steps(model: Any, schema: Schema, rows: Rows) -> Steps:
    """The output of every step inside the model, in the order of the data, as [N, columns].

    Keys are `address:method`, such as `prep/num/scale:transform`, and of a frame's columns
    `address:method:column` as well; a container stands after its parts. Steps too large to keep
    are left out. Raises what the model raises: give rows of its domain.
    """
    found: Steps = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        _follow(model, to_model_input(rows, schema, model), (), found)
    return found


def _follow(model: Any, given: Any, address: tuple[str, ...], found: Steps) -> None:
    """Add the steps of `model`, which stands at `address` and is given `given`."""
    flowing = given
    for part in parts(model):
        if part.reads == "parts":
            flowing = _joined(model, given)
        elif part.reads == "input":
            flowing = given
        if part.model != PASSTHROUGH:
            flowing = _step(part, _selected(flowing, part.columns), address, found)


def _step(part: Part, given: Any, address: tuple[str, ...], found: Steps) -> Any:
    """Add a part and all inside it; what it hands to the part after."""
    here = (*address, part.name) if part.name else address
    _follow(part.model, given, here, found)
    handed = None
    for method in METHODS:
        if callable(getattr(part.model, method, None)):
            answer = getattr(part.model, method)(given)
            handed = answer if method == "transform" else handed
            if part.name and not isinstance(answer, list) and np.prod(answer.shape) <= LARGEST:
                found |= _named("/".join(here) + f":{method}", answer)
    return handed


def _named(name: str, answer: Any) -> Steps:
    """What a step gives; a graph may have its columns one by one."""
    columns = getattr(answer, "columns", ())
    parts = {f"{name}:{label}": plain(answer.iloc[:, i]) for i, label in enumerate(columns)}
    return {each: _two_dimensional(a) for each, a in (parts | {name: plain(answer)}).items()}


def _two_dimensional(array: np.ndarray) -> np.ndarray:
    return array.reshape(len(array), int(np.prod(array.shape[1:])))


def _selected(given: Any, columns: Any) -> Any:
    """Columns by position, of a frame or of a matrix; one alone as a vector."""
    if columns is None:
        return given
    return given.iloc[:, columns] if hasattr(given, "iloc") else given[:, columns]


def _joined(model: Any, given: Any) -> Any:
    """What a stacking model hands to its final estimator."""
    return model.transform(given)
