"""What one compilation shares, and every converter is handed: the graph that is being built.

The dtype of real numbers, the address in the model, the steps that were named, and what is too
large to pass through spox.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.base import Options
from adapters.names import public_name
from adapters.to_onnx.document import Attributes, Large
from adapters.to_onnx.refused import Refused
from adapters.to_onnx.wires import Frame, Matrix, Outputs, Wire, is_text, matrix, variables
from converter.trace.function import Untraced, express
from converter.trace.seen import Seen
from converter.values import Reason, Turn

Converter = Callable[[Any, Wire, "Graph"], Outputs]
"""One estimator kind's: the fitted estimator and what it is given → what its methods give."""


class Graph:
    """One compilation: `convert` is called by the containers for each of their parts."""

    def __init__(
        self,
        leaf: Converter,
        real: np.dtype,
        taken: Iterable[str],
        options: Options,
        seen: Seen,
    ) -> None:
        """`leaf` converts one estimator; `taken` are names that no value in between may bear."""
        self._leaf = leaf
        self.real = real
        self.options = options
        self.seen = seen
        self.frozen: dict[str, str] = {}
        """What was baked in on purpose, by `options.freeze`: name → value."""
        self._taken = set(taken)
        self.large = Large({}, {})
        self.steps: list[str] = []
        self.dates: list[Var] = []
        """Tensors int64 that are dates: nanoseconds since 1970, the smallest int64 for none."""
        self.caveats: dict[str, None] = {}
        self._address: list[str] = []

    @property
    def address(self) -> str:
        """Where in the model the compilation stands, such as `prep/num/scale`."""
        return "/".join(self._address)

    def convert(self, estimator: Any, wire: Wire, name: str = "") -> Outputs:
        """What a fitted estimator gives for a wire. `name` is its step, "" for a transparent one.

        Raises `Refused` with the address of every part that has no graph.
        """
        with self._at(name):
            try:
                outputs = self._leaf(estimator, wire, self)
            except Refused as refused:
                raise Refused(*(self._addressed(reason) for reason in refused.reasons)) from None
            if name:
                self._mark(outputs)
        return outputs

    def const(self, values: Any) -> Var:
        """A constant; real numbers take the compilation's dtype."""
        array = np.asarray(values)
        return op.const(array.astype(self.real) if array.dtype.kind == "f" else array)

    def is_date(self, var: Var) -> bool:
        """Whether the numbers of a tensor are dates."""
        return any(var is date for date in self.dates)

    def matrix(self, wire: Wire) -> Var:
        """A wire as one tensor [N, F] of real numbers (or of strings); refused for dates."""
        if any(map(self.is_date, variables(wire))):
            message = "dates reach a step that computes with what they count"
            raise self._refused("onnx.date-as-number", message)
        try:
            return matrix(wire, self.real)
        except TypeError as error:
            raise self._refused("onnx.mixed-columns", str(error), Turn.OURS) from None

    def numbers(self, wire: Wire) -> Var:
        """A wire as one tensor [N, F] of real numbers; refused where it holds text."""
        var = self.matrix(wire)
        if is_text(var):
            raise self._refused("onnx.text-as-number", "text reaches a step that computes with it")
        return var

    def reads_empty_as_missing(self) -> None:
        """Note that the text met here is missing where it is empty; scikit-learn tells the two."""
        step = self.address.rpartition(":")[0] or self.address
        where = f" at step {step}" if step else ""
        self.caveats[f"An empty string is read as a missing value{where}."] = None

    def reads_missing_as_empty(self) -> None:
        """Note that a function asks for missing text, of which the rows of the proof hold none."""
        step = self.address.rpartition(":")[0] or self.address
        where = f" at step {step}" if step else ""
        told = f"A missing text is read as an empty one{where}: no row of the proof has one."
        self.caveats[told] = None

    def objections(self, steps: list[tuple[str, Any]]) -> tuple[Reason, ...]:
        """What is known to be unsayable in steps that were never reached, from their classes."""
        reasons: list[Reason] = []
        for name, step in steps:
            with self._at(name):
                reasons.extend(self._objection(step))
        return tuple(reasons)

    def aside(self) -> "Graph":
        """A graph of the same options, to try something in."""
        return Graph(self._leaf, self.real, (), self.options, self.seen)

    def large_const(self, values: np.ndarray) -> Var:
        """A constant of real numbers [n, …] that may have millions of values.

        Only its type and rank pass through spox; the values are put into the file.
        """
        array = np.ascontiguousarray(values, dtype=self.real)
        stub = op.const(np.zeros((1, *array.shape[1:]), dtype=self.real))
        name = self._unused(f"table:{len(self.large.constants)}")
        stub._rename(name)
        self.large.constants[name] = array
        return stub

    def large_attributes(self, var: Var, attributes: Attributes) -> Var:
        """`var`, the value of a node that is given further attributes in the file."""
        name = self._unused(f"leaves:{len(self.large.attributes)}")
        var._rename(name)
        self.large.attributes[name] = attributes
        return var

    def _objection(self, step: Any) -> tuple[Reason, ...]:
        kind = public_name(type(step))
        if kind == "sklearn.preprocessing.FunctionTransformer" and step.func is not None:
            return self._untraced(step, "func", step.func, step.kw_args)
        if not kind.startswith("sklearn.") and hasattr(step, "transform"):
            return self._untraced(step, "transform", step.transform, None)
        return ()

    def _untraced(self, step: Any, method: str, function: Any, keywords: Any) -> tuple[Reason, ...]:
        """Why a function has no expression; () where it has one, or was never reached."""
        call = self.seen.get(id(step), {}).get(method)
        try:
            if call is not None:
                express(function, call.given, keywords, freeze=self.options.freeze)
        except Untraced as untraced:
            return tuple(map(self._addressed, untraced.reasons))
        return ()

    def _addressed(self, reason: Reason) -> Reason:
        if reason.address:
            return reason
        return Reason(
            code=reason.code,
            message=reason.message,
            address=self.address,
            source=reason.source,
            turn=reason.turn,
        )

    def _refused(self, code: str, message: str, turn: Turn = Turn.OURS) -> Refused:
        return Refused(Reason(code=code, message=message, address=self.address, turn=turn))

    @contextmanager
    def _at(self, name: str) -> Iterator[None]:
        if name:
            self._address.append(name)
        try:
            yield
        finally:
            if name:
                self._address.pop()

    def _mark(self, outputs: Outputs) -> None:
        """Name the wires after their address, for whoever opens the graph or compares its steps."""
        for method, value in outputs.items():
            if isinstance(value, Matrix):
                self._name(value.var, f"{self.address}:{method}")
            elif isinstance(value, Frame):
                for column, var in value.columns.items():
                    self._name(var, f"{self.address}:{method}:{column}")
            elif isinstance(value, Var):
                self._name(value, f"{self.address}:{method}")

    def _unused(self, name: str) -> str:
        while name in self._taken:
            name += "'"
        self._taken.add(name)
        return name

    def _name(self, var: Var, name: str) -> None:
        if name in self._taken:
            return
        if var._var_info._name is None and var._op.op_type.identifier != "Argument":
            var._rename(name)
            self._taken.add(name)
            self.steps.append(name)
