"""What becomes of a sample: converted in this process, scored by ONNX Runtime, compared.

The rows that are compared are others than those the conversion saw.
"""

import io
import tempfile
import time
import warnings
from contextlib import redirect_stdout
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from adapters.base import Options, Subject
from adapters.to_onnx import score
from adapters.to_onnx.write import write
from converter import rows as tables
from converter.compare import Tolerance, compare
from converter.handed import as_file
from converter.jobs import Given
from converter.rows import Rows, count, take
from converter.values import Artifact, Evidence, Origin, Parity, Refusal, Schema
from converter.worker.answering import prove
from converter.worker.answers import methods, plain
from converter.worker.model_input import to_model_input
from converter.worker.watching import watch
from tests.corpora import EXTENSIONS, ONNX, Sample
from tests.corpora.models import fitted, rows

SEEN, FRESH = 0, 1
"""Seeds of the rows of the conversion, and of the comparison."""
SAID = (ONNX, EXTENSIONS)
NEEDS = "onnx.needs-extensions"
"""The code of a refusal that `--ops extensions` would lift."""


class Verdict(StrEnum):
    """What became of a sample."""

    ONNX = ONNX
    """Expressed, and right."""
    EXTENSIONS = EXTENSIONS
    """Expressed with `--ops extensions` only, and right."""
    REFUSED = "refused"
    WRONG = "wrong"
    """Expressed, and another answer than the function's, or none."""
    FAILED = "failed"
    """Never came as far: an exception of ours."""


class Found(NamedTuple):
    """What became of a sample, and why."""

    verdict: Verdict
    codes: tuple[str, ...] = ()
    """Of the reasons to refuse it."""
    note: str = ""
    seconds: float = 0.0
    """That the writing took, tracing and proving of the function included."""

    def meets(self, expectation: str) -> bool:
        """Whether that was expected."""
        if expectation in SAID:
            return self.verdict == expectation
        return self.verdict is Verdict.REFUSED and expectation in self.codes


def judged(sample: Sample) -> Found:
    """Convert with plain operators; where the refusal says the extensions would do, with them."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            case = prepared(sample)
            found = attempted(case, Options())
            if NEEDS in found.codes:
                found = attempted(case, Options(ops="extensions"))
        except Exception as error:  # before the writing, where there is nothing to refuse yet
            return Found(Verdict.FAILED, note=f"{type(error).__name__}: {_line(error)}")
        return found


class Case(NamedTuple):
    """A fitted model, what the conversion is told of it, and the answers to hold it to."""

    model: Any
    schema: Schema
    inputs: Rows
    inside: np.ndarray
    fresh: Rows
    expected: Rows


def prepared(sample: Sample) -> Case:
    """Fit the sample, describe it as the worker does, and ask it for the answers to fresh rows."""
    model = fitted(sample)
    with tempfile.TemporaryDirectory() as folder, as_file(rows(sample, SEEN)) as path:
        proof = prove(model, Given(data=path), 0, Tolerance(), (), Path(folder))
    with as_file(rows(sample, FRESH)) as path:
        fresh = tables.read(Path(path), proof.answered.schema)
    given = {name: rows(sample, FRESH) for name in methods(model)}
    expected = {name: plain(getattr(model, name)(each)) for name, each in given.items()}
    return Case(model, proof.answered.schema, proof.inputs, proof.inside, fresh, expected)


def attempted(case: Case, options: Options) -> Found:
    """Convert as the worker does, and hold the file to the answers."""
    origin = Origin(path="", sha256="", estimator=type(case.model).__name__)
    subject = Subject(origin=origin, schema=case.schema, versions={}, options=options)
    accepted = to_model_input(take(case.inputs, case.inside), case.schema, case.model)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        started = time.perf_counter()
        try:
            seen = watch(case.model, accepted)
            written = write(case.model, subject, case.inputs, path, seen)
        except Exception as error:  # in a worker it would be a refusal, but it is a fault of ours
            return Found(Verdict.FAILED, note=f"{type(error).__name__}: {_line(error)}")
        seconds = time.perf_counter() - started
        found = _refused(written) if isinstance(written, Refusal) else _scored(case, written, path)
        return found._replace(seconds=seconds)


def _refused(refusal: Refusal) -> Found:
    codes = tuple(reason.code for reason in refusal.reasons)
    return Found(Verdict.REFUSED, codes, refusal.reasons[0].message)


def _scored(case: Case, artifact: Artifact, path: Path) -> Found:
    if artifact.left_out:
        return Found(Verdict.REFUSED, note=f"without {', '.join(artifact.left_out)}")
    try:
        actual = score.score(path, case.fresh)
    except Exception as error:  # whatever ONNX Runtime raises
        return Found(Verdict.WRONG, note=f"ONNX Runtime: {_line(error)}")
    parity = compare(
        _as_numbers(case.expected),
        _as_numbers(actual),
        case.fresh,
        evidence=Evidence.DATA,
        tolerance=Tolerance(),
    )
    if not parity.passed:
        return Found(Verdict.WRONG, note=_difference(parity, count(case.fresh)))
    return Found(Verdict.EXTENSIONS if _uses_extensions(path) else Verdict.ONNX)


def _uses_extensions(path: Path) -> bool:
    return b"ai.onnx.contrib" in path.read_bytes()


def _as_numbers(outputs: Rows) -> Rows:
    """A schema may type a matrix of whole numbers as floats: what must agree are the values."""
    return {n: v.astype(np.float64) if v.dtype.kind in "iub" else v for n, v in outputs.items()}


def _difference(parity: Parity, total: int) -> str:
    worst = max(parity.outputs, key=lambda output: output.differing)
    return (
        f"{worst.differing} of {total} rows differ; row {worst.worst_row}: expected "
        f"{worst.worst_expected[:60]}, got {worst.worst_actual[:60]}"
    )


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:200]
