"""A fitted estimator of scikit-learn that a user's code asks: its answer is one operation."""

from functools import partial
from typing import Any

from converter.trace.held import Held
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.lift import holds_standin, node_of
from converter.trace.standins.sparse import Sparse

ASKED = ("transform", "predict", "predict_proba", "decision_function", "score_samples")


class Fitted:
    """Stands for the estimator; all but the questions above are its own."""

    def __init__(self, estimator: Any) -> None:
        self._estimator = estimator
        self._held = Held(estimator)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # what `isinstance` is to see
        return type(self._estimator)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._estimator, name)
        if name in ASKED or name.startswith(("fit", "partial_fit")):
            return partial(self._answered, name, value)
        return value

    def _answered(self, name: str, method: Any, *args: Any, **keywords: Any) -> Any:
        if not holds_standin(args) and not holds_standin(keywords):
            return method(*args, **keywords)
        if name not in ASKED:
            mixes_rows(f"fits {type(self._estimator).__name__} to the rows it is given")
        if len(args) != 1 or keywords:
            unknown(f"`{name}` of {type(self._estimator).__name__} with further arguments")
        node = node_of(active().words.as_array(args[0]))
        if type(self._estimator).__name__ == "LabelEncoder" and not node.shape:
            labels = self._estimator.classes_.tolist()
            numbers = tuple(range(len(labels)))  # it raises on any other
            return Array(
                active().tape.make("lookup", node, keys=tuple(labels), values=numbers, default=0)
            )
        if node.kind not in ("float", "int", "bool", "text") or len(node.shape) != 1:
            unknown(f"`{name}` of {type(self._estimator).__name__} on anything but a matrix")
        answer = active().tape.make("answer", node, estimator=self._held, method=name)
        sample = method(node.value[:1])
        return Sparse(answer, type(sample)) if hasattr(sample, "toarray") else Array(answer)
