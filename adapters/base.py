"""The two Protocols. An adapter is a module that has these names."""

from pathlib import Path
from typing import Any, Protocol

from converter.rows import Rows as Rows
from converter.values import Artifact, Inspection, Origin, Reason, Record, Refusal, Schema


class Options(Record):
    """What the user chose of how a target writes."""

    precision: str = "float64"
    opset: int = 0
    """0: the oldest that says the model."""
    runtime: str = ""
    """Such as "onnxruntime==1.17"; "" for the one installed."""


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


class Target(Protocol):
    """How a model becomes an artifact, and how the artifact is scored."""

    SUFFIX: str
    """Of the artifact's name, such as ".onnx"."""

    def foresee(self, inspection: Inspection) -> tuple[Reason, ...]:
        """The reasons to refuse that the names in the file alone already tell."""

    def write(self, model: Any, subject: Subject, rows: Rows, path: Path) -> Artifact | Refusal:
        """Write `model` to `path`, in the worker; nothing is left there after a refusal."""

    def score(self, path: Path, rows: Rows) -> Rows:
        """The artifact's own answers, by its own runtime, in a process that held no model."""

    def card(self, path: Path) -> Subject:
        """What the artifact says of itself: schema, origin, versions."""
