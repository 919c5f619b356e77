"""What a fitted model tells of its input: names, number, and kind."""

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from converter.worker.structure import is_vectorizer, parts

_COUNTED = ("n_features_in_", "feature_names_in_")


def entries(model: Any) -> Iterator[Any]:
    """The model, and those of its parts that read its whole input, outermost first."""
    yield model
    for part in parts(model):
        if part.reads == "input" and part.columns is None and not isinstance(part.model, str):
            yield from entries(part.model)


def feature_names(model: Any) -> tuple[str, ...]:
    """The columns of the frame that the model was trained on; () where it was an array."""
    names = next(_attributes(model, "feature_names_in_"), ())
    return tuple(str(name) for name in names)


def feature_count(model: Any) -> int:
    """How many columns the model takes; 0 where it does not tell."""
    return int(next(_attributes(model, "n_features_in_"), 0))


def columns_read(model: Any, width: int) -> set[int]:
    """The columns of the input that the model wants to see: all that none of its parts drops."""
    if hasattr(model, "transformers_"):
        return {n for part in parts(model) for n in np.atleast_1d(part.columns).tolist()}
    inner = [part for part in parts(model) if part.reads == "input"]
    if not inner or any(part.columns is not None for part in inner):
        return set(range(width))
    return set().union(*(columns_read(part.model, width) for part in inner))


def _attributes(model: Any, name: str) -> Iterator[Any]:
    found = (getattr(entry, name, None) for entry in entries(model))
    return (value for value in found if value is not None)


def takes(model: Any) -> Literal["text", "table", ""]:
    """What a model's input is, as far as its parts tell: documents, a table, or "" for unknown.

    A step that tells nothing, such as a function fitted on a list, leaves it to a vectorizer
    behind it; any other step behind it tells nothing of the model's own input.
    """
    if isinstance(model, str):
        return ""
    if is_vectorizer(model):
        return "text"
    inner = parts(model)
    counted = any(getattr(model, name, None) is not None for name in _COUNTED)
    if counted or any(part.columns is not None for part in inner):
        return "table"
    told = {takes(part.model) for part in inner if part.reads == "input"} - {""}
    if not told:
        after = (takes(part.model) for part in inner if part.reads == "previous")
        return "text" if next(filter(None, after), "") == "text" else ""
    return "text" if told == {"text"} else "table"
