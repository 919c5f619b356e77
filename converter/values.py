"""The frozen records that flow between the stages, and into the JSON report.

All of them are data: they cross process borders as JSON, checked against their types on arrival.
"""

from enum import StrEnum
from typing import Any, Literal, dataclass_transform

import msgspec

VERSION = "0.1.0"
"""Of mlconvert."""

REPORT_VERSION = 1


class _RecordMeta(msgspec.StructMeta):
    """Hands every record the same settings: msgspec does not inherit keyword-only."""

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        body: dict[str, Any],
        tag: str | None = None,
        **_: bool,
    ) -> Any:
        """`tag` tells the records of a union apart."""
        return super().__new__(
            mcs, name, bases, body, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=tag
        )


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, metaclass=_RecordMeta, frozen=True):
    """A frozen record that is also a JSON document."""


# --- inspect ----------------------------------------------------------------------------------


class Safety(StrEnum):
    """What the policy holds of a global that a file names."""

    KNOWN = "known"
    """On the allow-list: harmless."""
    UNKNOWN = "unknown"
    """On no list: loaded in the worker, shut off, or with --trust."""
    DANGEROUS = "dangerous"
    """Not loaded, unless --allow names it."""


class Global(Record):
    """A global named by a pickle stream, by the name it has in today's Python."""

    name: str
    """Dotted, `module.qualname`."""
    safety: Safety
    """What the policy holds of it."""


class Inspection(Record):
    """What stands in a model file, found without running any of it."""

    path: str
    """Of the model file, as it was given."""
    format: Literal["pickle", "joblib", "dill", "cloudpickle"]
    """Which library wrote it."""
    compression: str = ""
    """"" or one of zlib, gzip, bz2, xz, lzma, lz4."""
    protocol: int
    """Of the pickle stream, 0 to 5."""
    size: int
    """Bytes on disk, the `.npy` side files of an old joblib dump included."""
    sha256: str
    """Of the file."""
    estimator: str
    """Dotted name of the outermost object's class; "" where the stream does not tell."""
    globals: tuple[Global, ...] = ()
    """Every class and function the stream names."""
    versions: dict[str, tuple[str, ...]] = {}
    """Library → versions stamped inside, such as {"scikit-learn": ("1.6.1",)}."""
    hints: tuple[str, ...] = ()
    """What else the file gives away, as sentences ("written by NumPy 1.x", "Python 2 pickle")."""
    by_value: tuple[str, ...] = ()
    """Functions and classes whose code the file carries (dill, cloudpickle)."""
    missing_modules: tuple[str, ...] = ()
    """Top-level modules the file names that cannot be found here."""
    main_names: tuple[str, ...] = ()
    """Names that only the `__main__` of the script that wrote the file had."""

    def __repr__(self) -> str:
        return f"<Inspection {self.path}: {self.format}, {self.estimator or 'unknown estimator'}>"


# --- schema -----------------------------------------------------------------------------------

DType = Literal["float64", "float32", "int64", "int32", "bool", "string", "datetime"]
"""Of an input. A datetime is a point in time without a zone: datetime64[ns] in rows."""


class Field(Record):
    """One named input or output. `shape` leaves out the row axis: () for one value a row."""

    name: str
    """The column, or the method that gives it, verbatim."""
    dtype: str
    """A `DType` for inputs; for outputs any numpy dtype's name, or "string"."""
    shape: tuple[int, ...] = ()
    """Without the row axis: () for one value a row."""
    columns: tuple[str, ...] = ()
    """Names along the last axis, where there are any (feature names, classes)."""
    unit: Literal["", "s", "ms", "us", "ns"] = ""
    """Of a datetime input: in which the model itself is handed its dates; "" for other inputs."""
    container: Literal["", "series", "list"] = ""
    """Of a text input: what the model itself is handed its texts in; "" for an array."""


class Schema(Record):
    """The signature of a model: what goes in and what comes out."""

    kind: Literal["matrix", "frame", "text"]
    """One matrix `X`; one named column each; or one column `X` of text."""
    inputs: tuple[Field, ...]
    """In the order the model was trained on."""
    outputs: tuple[Field, ...]
    """Named after the method that gives them: predict, predict_proba, decision_function,
    transform, score_samples."""


# --- convert ----------------------------------------------------------------------------------


class Turn(StrEnum):
    """Whose turn it is to make a refused thing possible."""

    FORMAT = "format"
    """The target format can never say it."""
    LIBRARY = "library"
    """A library we stand on must first."""
    OURS = "ours"
    """We have not written it yet."""


class SourceLine(Record):
    """A line of the user's own code."""

    file: str
    """Where its code was compiled from."""
    line: int
    """Counted from 1."""
    text: str = ""
    """The line itself, where its file still matches; else ""."""


class Reason(Record):
    """Why a target refuses a part of a model."""

    code: str
    """Stable; one of `converter.codes.CODES`."""
    message: str
    """The reason in one sentence."""
    address: str = ""
    """Where in the model: step names joined by "/", such as `pipeline/prep/log`."""
    source: SourceLine | None = None
    """The line that stands in the way, where it is a function's."""
    turn: Turn | None
    """Whose turn it is to make it possible; null where the target failed and refused nothing."""


class Refusal(Record):
    """A target's answer that it cannot say a model, with every reason."""

    target: str
    """Which target refuses."""
    reasons: tuple[Reason, ...]
    """Every one of them."""


class Artifact(Record):
    """What a target wrote."""

    target: str
    """Which target wrote it."""
    path: str
    """Where it stands."""
    sha256: str
    """Of the file; for a folder, of its manifest, which holds the hashes of the rest."""
    size: int
    """Bytes."""
    left_out: tuple[str, ...] = ()
    """Methods of the model that the artifact does not offer."""
    left_out_because: dict[str, str] = {}
    """Of these, method → why, in a clause, where that is known."""
    caveats: tuple[str, ...] = ()
    """Where the artifact is known to read its input otherwise than the model, as sentences."""
    frozen: dict[str, str] = {}
    """What the model's functions read beside their input, baked in by `--freeze`: name → value,
    as it is: a secret too."""
    details: dict[str, str] = {}
    """Facts of the format, such as {"opset": "17", "ir": "8"}. `extensions` names the domain of
    onnxruntime-extensions where the graph has its operators."""


class Origin(Record):
    """The model an artifact was made from."""

    path: str
    """Of the model file; "" for a live model."""
    sha256: str
    """Of that file."""
    estimator: str
    """Dotted name of the model's class."""


# --- compare ----------------------------------------------------------------------------------


class OutputParity(Record):
    """How one output compares over all compared rows. `worst` fields are of the worst row."""

    name: str
    """The method that gives it."""
    differing: int
    """Rows outside the tolerance, unstable rows left out."""
    atol: float
    """Allowed absolute difference."""
    rtol: float
    """Allowed difference relative to the expected value."""
    exact: bool
    """True for labels: no tolerance applies."""
    max_abs: float
    """Largest absolute difference, over finite pairs."""
    needed_rtol: float | None
    """The smallest rtol, beside `atol`, that every row would have passed; infinity where none
    would, which JSON says as null."""
    worst_row: int = -1
    """Counted from 0; -1 where no row differs."""
    worst_inputs: dict[str, str] = {}
    """Its inputs, by column."""
    worst_expected: str = ""
    """What scikit-learn gives for it."""
    worst_actual: str = ""
    """What the artifact gives for it."""


class Evidence(StrEnum):
    """What the rows of a proof are."""

    GOLDEN = "golden"
    """Rows of a golden case, with their recorded outputs."""
    DATA = "data"
    """Rows the user gave, with what the model says of them now."""
    PROBES = "probes"
    """Rows made from the fitted model itself."""
    CARRIED = "carried"
    """Rows that the artifact itself carries, with the answers it was proved with."""


class Parity(Record):
    """The comparison of an artifact's outputs with scikit-learn's."""

    evidence: Evidence
    """What the rows are."""
    rows: int
    """Rows compared."""
    outside: int = 0
    """Rows on which scikit-learn itself raises; not compared."""
    answered_outside: int = 0
    """Of the rows outside, those that the artifact answers; told, and a mismatch, with --strict."""
    unstable: int = 0
    """Rows on which scikit-learn disagrees with itself when moved by a few ulp or scored alone."""
    outputs: tuple[OutputParity, ...] = ()
    """One for each output compared."""
    diverges_at: str = ""
    """On mismatch: the address of the first step whose output differs; "" where unknown."""
    begins_at: str = ""
    """On mismatch: the address of a step before that one whose output differs by less than is
    allowed, which later steps may amplify; "" where there is none."""
    probes: "Parity | None" = None
    """The same on rows made from the fitted model, beside those that were given; null where there
    are none, or none of them could be judged."""
    passed: bool
    """True where no row counts against the artifact, neither here nor among `probes`."""

    @property
    def summary(self) -> str:
        """In a few words: "512 golden rows, 0 differ"."""
        differing = max((output.differing for output in self.outputs), default=0)
        kind = "probe" if self.evidence is Evidence.PROBES else self.evidence.value
        beside = f"; {self.probes.summary}" if self.probes else ""
        return f"{self.rows} {kind} rows, {differing} differ{beside}"


# --- report -----------------------------------------------------------------------------------


class Outcome(StrEnum):
    """How a conversion ended."""

    ARTIFACT = "artifact"
    """The requested artifact stands, with parity."""
    BUNDLE = "bundle"
    """Another artifact in the line of fallbacks stands in its place, with parity."""
    REFUSED = "refused"
    """The target refused and no fallback was wanted."""
    MISMATCH = "mismatch"
    """No artifact reached parity."""
    DRIFT = "drift"
    """The loaded model no longer gives its own golden outputs."""


class Attempt(Record):
    """One target tried: refused, or written and compared."""

    target: str
    """Its name."""
    refusal: Refusal | None = None
    """Why it could not say the model."""
    parity: Parity | None = None
    """How what it wrote compares."""


class Verdict(Record):
    """The whole story of one conversion."""

    report_version: int = REPORT_VERSION
    """Of this document's layout: a key that changes its meaning or leaves raises it."""
    mlconvert: str
    """The version of mlconvert that judged."""
    outcome: Outcome
    """How it ended."""
    requested: str
    """The target asked for."""
    origin: Origin
    """The model."""
    artifact: Artifact | None = None
    """What was handed over; null where nothing was."""
    schema: Schema | None = None
    """The model's signature."""
    attempts: tuple[Attempt, ...] = ()
    """The targets tried, in order."""
    drift: Parity | None = None
    """Golden outputs against the loaded model's, where there was a golden case."""
    protections: tuple[str, ...] = ()
    """What held while the model's code ran: "no network", "no writes outside its folder", …"""
    environment: dict[str, str] = {}
    """Library → version that took part."""
    notes: tuple[str, ...] = ()
    """What else a reader should know, as sentences."""
    seconds: float = 0.0
    """Wall time of the whole conversion."""
    exit_code: int
    """Of the command: 0, 3 or 4."""

    def __repr__(self) -> str:
        where = f" {self.artifact.path}" if self.artifact else ""
        last = next((a.parity for a in reversed(self.attempts) if a.parity), None)
        return f"<Verdict {self.outcome.value}{where}{f', {last.summary}' if last else ''}>"
