"""Selection and shape: which cell stands where. Nothing of it is left in the document."""

from collections.abc import Callable
from typing import Any

import numpy as np

from adapters.to_pmml.functions.book import Book
from adapters.to_pmml.functions.cells import Cells, Say, of, of_kind
from converter.trace.expression import Node


def _moved(move: Callable[..., Any]) -> Say:
    """An operation on places: (cells, **attributes) → cells."""

    def say(node: Node, given: list[Cells], book: Book) -> Cells:
        result = np.empty(node.shape, dtype=object)
        result[...] = move(given[0], **node.attrs)
        return result

    return say


def _join(node: Node, given: list[Cells], book: Book) -> Cells:
    """Side by side, in the common type: truth values among numbers are 0 and 1."""
    joined = np.concatenate(given, axis=int(node.attrs["axis"]))
    return of((of_kind(node.kind, cell, book) for cell in joined.ravel()), joined.shape)


def _repeat(node: Node, given: list[Cells], book: Book) -> Cells:
    return of(given[0].ravel().tolist(), node.shape)


OPERATIONS: dict[str, Say] = {
    "take": _moved(lambda x, indices, axis: np.take(x, list(indices), axis=axis)),
    "pick": _moved(lambda x, index, axis: np.take(x, index, axis=axis)),
    "reshape": _moved(lambda x, shape: x.reshape(shape)),
    "permute": _moved(lambda x, axes: np.transpose(x, axes)),
    "join": _join,
    "repeat": _repeat,
}
