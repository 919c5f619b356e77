"""What numpy runs a Python function with: once for each value, or once for each row."""

from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.facades.polynomials import KINDS, Polynomial
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array, of
from converter.trace.standins.iteration import ALONE
from converter.trace.standins.lift import aligned, holds_standin, slot_of
from converter.trace.standins.types import real
from converter.trace.words.elementwise import astype, dtype_of
from converter.trace.words.per_row import applied, mapped
from converter.trace.words.reductions import axis_of


class Vectorized:
    """`np.vectorize(f)` and `np.frompyfunc(f, n, 1)`: the function on each value."""

    def __init__(self, function: Callable[..., Any], own: Any, otypes: Any = None) -> None:
        """`own` is numpy's, for calls without stand-ins."""
        self._function = function
        self._own = own
        self._otypes = otypes

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The results, in an array of the shape that the arguments broadcast to."""
        if not holds_standin(args) and not holds_standin(kwargs):
            return self._own(*args, **kwargs)
        if kwargs:
            return Vectorized(lambda *given: self._function(*given, **kwargs), None, self._otypes)(
                *args
            )
        slot = slot_of(*args)
        nodes, lead = aligned(args, slot)
        if slot is not None or not all(node.rows or not node.shape for node in nodes):
            unknown("`numpy.vectorize` on constants with a shape, or on a part of the rows")
        result = Array(_spread(self._function, nodes), None, lead)
        return result if self._otypes is None else astype(result, self._otypes)


def _spread(function: Callable[..., Any], nodes: list[Node]) -> Node:
    """`mapped` for each of the values of a row."""
    shape = max((node.shape for node in nodes if node.rows), key=len)
    if any(node.rows and node.shape != shape for node in nodes):
        unknown("`numpy.vectorize` on arrays of several shapes")
    make = active().tape.make
    size = int(np.prod(shape, dtype=int))
    flat = [make("reshape", node, shape=(size,)) if node.rows else node for node in nodes]
    columns = [_column(function, flat, index) for index in range(size)]
    parts = [make("reshape", column, shape=(1,)) for column in columns]
    return make("reshape", make("join", *parts, axis=0), shape=shape)


def _column(function: Callable[..., Any], flat: list[Node], index: int) -> Node:
    rows = [active().tape.make("pick", node, index=index, axis=0) for node in flat if node.rows]

    def with_constants(*given: Any) -> Any:
        values = iter(given)
        return function(*(next(values) if node.rows else node.value for node in flat))

    return mapped(with_constants, rows)


def _vectorize(
    pyfunc: Any = np._NoValue,
    otypes: Any = None,
    doc: Any = None,
    excluded: Any = None,
    cache: bool = False,
    signature: Any = None,
) -> Any:
    own = np.vectorize(pyfunc, real(otypes), doc, excluded, cache, signature)
    if excluded or signature or pyfunc is np._NoValue:
        return own
    return Vectorized(pyfunc, own, _otype(otypes))


def _otype(otypes: Any) -> Any:
    """The one dtype of the results; None where numpy takes it from the first row's."""
    if otypes is None:
        return None
    if len(otypes) != 1:
        unknown("`numpy.vectorize` with several results")
    return dtype_of(otypes[0])


def rebuilt(value: Any, rebound: Callable[[Any], Any]) -> Any:
    """What stands for an object of numpy's that a user made outside the function; else None."""
    match value:
        case np.vectorize(excluded=excluded, signature=None) if not excluded:
            return Vectorized(rebound(value.pyfunc), value, _otype(value.otypes))
        case _ if isinstance(value, KINDS):
            return Polynomial(value)
    return None


def _frompyfunc(func: Any, nin: int, nout: int, *, identity: Any = None) -> Any:
    if nout != 1:
        unknown("`numpy.frompyfunc` with several results")
    return Vectorized(func, np.frompyfunc(func, nin, nout))


def _apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """A function of one row at a time."""
    array = of(arr)
    if array.ndim != 2 or array._slot is not None or axis_of(array, axis) != 0:
        mixes_rows("calls `numpy.apply_along_axis` along the rows", "give axis 1")
    row = Array(array._mlconvert_node(), ALONE)
    result = applied(lambda: func1d(row, *args, **kwargs))
    make = active().tape.make
    if isinstance(result, list | tuple):
        parts = [make("reshape", _rowed(part), shape=(1,)) for part in result]
        return Array(make("join", *parts, axis=0))
    return Array(_rowed(result))


def _rowed(node: Any) -> Node:
    if not isinstance(node, Node):
        unknown("what a function of `numpy.apply_along_axis` gives")
    return node if node.rows else active().tape.make("repeat", node, active().anchor)


_vectorize.always = True  # type: ignore[attr-defined]
_frompyfunc.always = True  # type: ignore[attr-defined]

REPLACED: dict[str, Any] = {
    "numpy.vectorize": _vectorize,
    "numpy.frompyfunc": _frompyfunc,
    "numpy.apply_along_axis": _apply_along_axis,
}
