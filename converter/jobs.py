"""What the parent asks of a worker, and what the worker answers: the records of every job.

Arrays travel beside them, as the files named here, in the worker's folder.
"""

from adapters.base import Options
from converter.compare import Tolerance
from converter.values import Artifact, Evidence, Origin, Parity, Record, Refusal, Schema

INPUTS = "inputs.npz"
"""The rows of the proof."""
EXPECTED = "expected.npz"
"""What scikit-learn answers to the rows inside the model's domain."""
MASKS = "masks.npz"
"""Over all rows: `inside` the model's domain, `unstable`, and `probes`, made beside given ones."""
OUTPUTS = "outputs.npz"
"""What an artifact answers."""
STEPS = "steps.npz"
"""What the steps inside a model, or an artifact, give."""


class ModelFile(Record):
    """A model file that passed the policy."""

    path: str
    format: str
    origin: Origin
    main_names: tuple[str, ...] = ()
    """Names of `__main__` that `--code` has to give."""
    unknown: tuple[str, ...] = ()
    """Globals that demand a closed cage; () where nothing does."""


class Given(Record):
    """Where the rows of a proof come from; probes where both are empty."""

    golden: str = ""
    """A golden case's folder."""
    data: str = ""
    """A file of the user's rows."""
    beside: bool = False
    """Make probes beside `data`, too."""


class ConvertJob(Record):
    """Load a model, answer the rows, and write it for the first target that can say it."""

    model: ModelFile
    targets: tuple[str, ...]
    given: Given
    tolerance: Tolerance
    seed: int = 0
    options: Options = Options()


class AnswerJob(Record):
    """Load a model and answer the rows."""

    model: ModelFile
    given: Given
    tolerance: Tolerance
    seed: int = 0


class Answered(Record):
    """The model's signature and answers; INPUTS, EXPECTED and MASKS hold the arrays."""

    schema: Schema
    evidence: Evidence
    versions: dict[str, str]
    drift: Parity | None = None
    """The golden outputs against the model's, where there is a golden case."""
    tolerances: dict[str, Tolerance] = {}
    """Output → its own tolerance, from the golden case."""
    notes: tuple[str, ...] = ()


class Converted(Record):
    """What became of the targets, in order, up to the first that was written."""

    answered: Answered
    refusals: tuple[Refusal, ...] = ()
    artifact: Artifact | None = None
    """`path` is its name in the worker's folder."""


class DiagnoseJob(Record):
    """Answer some rows alone, and say what flows between the steps of the model."""

    model: ModelFile
    schema: Schema
    rows: str
    """An `.npz` of rows inside the model's domain."""


class Diagnosed(Record):
    """OUTPUTS holds the answers of the rows that, by MASKS, have one alone; STEPS the steps'."""

    steps: tuple[str, ...]
    """Their keys, in the order of the data."""


class FinishJob(Record, tag="finish"):
    """Make the artifact of the draft that a worker left."""

    target: str
    draft: str
    """A folder."""
    inputs: str
    """An `.npz` of a few rows, and"""
    expected: str
    """an `.npz` of scikit-learn's answers to them."""


class Finished(Record):
    """What became of a draft."""

    artifact: Artifact | None = None
    """`path` is its name in the folder of the process."""
    refusal: Refusal | None = None


class ScoreJob(Record, tag="score"):
    """Score an artifact by its own runtime."""

    target: str
    artifact: str
    rows: str = ""
    """An `.npz` of rows, or"""
    inside: str = ""
    """An `.npz` of the mask of rows to fall back on, where the artifact raises on the others;"""
    data: str = ""
    """a file of the user's, typed by the artifact's own schema."""
    carried: bool = False
    """The rows that the artifact carries itself, instead of any of these."""
    steps: bool = False
    """Say what flows between the steps, too."""


class Scored(Record):
    """OUTPUTS holds the answers, STEPS (where asked) the steps'.

    Of rows that the artifact carries, INPUTS and EXPECTED hold what they are.
    """

    carried: int = 0
    """How many rows the artifact carries, where it was asked about these."""

    schema: Schema | None = None
    """The artifact's own; None where it carries none."""
    precision: str = "float64"
    """In which the artifact computes, by its own word."""
    steps: tuple[str, ...] = ()
    versions: dict[str, str] = {}
    notes: tuple[str, ...] = ()
