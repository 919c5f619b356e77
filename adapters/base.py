"""The Protocols. An adapter is a module, or a package of modules, that has these names.

A target's parts live in modules of their own, `foresee`, `write`, `score` and, for some, `finish`,
because they run in different processes: the parent, the worker that holds the model, and one that
never did.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from converter.values import Artifact, Inspection, Origin, Reason, Record, Refusal, Schema

if TYPE_CHECKING:
    from converter.rows import Rows
    from converter.trace.seen import Seen


class Options(Record):
    """What the user chose of how a target writes."""

    precision: str = "float64"
    opset: int = 0
    """0: the oldest that says the model."""
    runtime: str = ""
    """Such as "onnxruntime==1.17"; "" for the one installed."""
    ops: str = ""
    """Operators that a graph may have beside ONNX's own: "extensions", those of
    onnxruntime-extensions; or ""."""
    freeze: tuple[str, ...] = ()
    """What the model's functions may read beside their input, baked in as it is now: "clock",
    "env:NAME", "file:PATH", "state:NAME"."""


class Subject(Record):
    """What is known of the model a target is to write."""

    origin: Origin
    schema: Schema
    versions: dict[str, str]
    """Library → version installed where the model was loaded."""
    options: Options = Options()
    refusals: tuple[Refusal, ...] = ()
    """Of the targets tried before."""


class Source(Protocol):
    """How a file of one format becomes a model. Runs only in the worker."""

    def load(self, path: Path) -> Any:
        """Rebuild the object that the file holds."""


class Foreseer(Protocol):
    """`foresee`: runs in the parent, and imports no library that converts."""

    def foresee(self, inspection: Inspection) -> tuple[Reason, ...]:
        """The reasons to refuse that the names in the file alone already tell."""

    def traced(self, inspection: Inspection) -> tuple[str, ...]:
        """The names of functions and classes of which only the conversion itself can tell."""


class Writer(Protocol):
    """`write`: runs in the worker."""

    SUFFIX: str
    """Of the artifact's name, such as ".onnx"."""

    def write(
        self, model: Any, subject: Subject, rows: "Rows", path: Path, seen: "Seen" = ...
    ) -> Artifact | Refusal:
        """Write `model` to `path`; nothing is left there after a refusal.

        `rows` are some that the model answers. `seen` is what its own code, where it has any, was
        handed and gave for rows of its domain.
        """


class Finisher(Protocol):
    """`finish`, of some targets: runs where the artifact is scored, and holds no model."""

    def finish(
        self, draft: Path, inputs: "Rows", expected: "Rows", path: Path
    ) -> Artifact | Refusal:
        """Make the artifact `path` of what the writer left in the folder `draft`.

        `inputs` and `expected` are a few rows with scikit-learn's answers.
        """


class Carrier(Protocol):
    """`carried`, of some targets: runs where the artifact is scored."""

    def carried(self, path: Path) -> "tuple[Rows, Rows] | None":
        """The rows in it, with the answers that it was proved with; None where it has none."""


class Scorer(Protocol):
    """`score`: runs in a process that held no model, with the target's own runtime."""

    def score(self, path: Path, rows: "Rows") -> "Rows":
        """The artifact's own answers."""

    def intermediate(self, path: Path, rows: "Rows") -> "Rows":
        """What flows between the artifact's steps, as `address:method`, in order; or nothing."""

    def card(self, path: Path) -> Subject:
        """What the artifact says of itself: schema, origin, versions."""

    def versions(self) -> dict[str, str]:
        """Library → version of the runtime that scores."""
