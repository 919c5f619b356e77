"""Converting a large forest: time, peak memory, file size, against skl2onnx.

python -m benchmarks.forest          # everything; skl2onnx alone takes half a minute and 2 GB

The forest is fitted once and kept in the temporary folder of the system. Each conversion has a
process of its own, which loads the model, imports what it needs, and only then starts the clock.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import sklearn
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier

from adapters.base import Subject
from benchmarks.side_by_side import environment, machine, table
from converter.supervise.memory import resident
from converter.values import Artifact, Field, Origin, Schema

TREES, ROWS, COLUMNS, CLASSES = 300, 20_000, 30, 3
FOLDER = Path(tempfile.gettempdir()) / "mlconvert-benchmarks"
MB = 1e6
REPEATS = {"ours": 5}
"""The median of these; half a minute of skl2onnx's needs none."""


def main() -> None:
    """Fit, convert both ways, compare both with scikit-learn, print the table."""
    facts = machine()
    model = _fitted()
    found = {way: _measured(way, model) for way in WAYS}
    names = ("seconds", "processor", "grown", "peak", "size", "difference", "labels")
    head = ["", "conversion", "processor", "memory it added", "peak of the process", "file",
            "max difference of a probability", "labels that differ"]  # fmt: skip
    rows = [[LABELS[way], *(FORMATS[name](found[way][name]) for name in names)] for way in WAYS]
    print(table([head, *rows]))
    ours, theirs = found.values()
    faster, less, added, peak = (
        theirs[key] / ours[key] for key in ("seconds", "processor", "grown", "peak")
    )
    print(f"""
{faster:.0f} times faster, {less:.0f} times less computing; skl2onnx adds {added:.1f} times the
memory and peaks at {peak:.1f} times. {TREES} trees, {ROWS:,} rows × {COLUMNS}, {CLASSES} classes,
{model.stat().st_size / MB:.0f} MB as joblib. {facts}.""")


def _fitted() -> Path:
    path = FOLDER / f"forest-{TREES}-{sklearn.__version__}.joblib"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        joblib.dump(RandomForestClassifier(TREES, n_jobs=-1, random_state=0).fit(*_data()), path)
    return path


def _data() -> tuple[Any, Any]:
    """Rows that float32 holds exactly: skl2onnx' graph takes no other, and ours takes both."""
    X, y = make_classification(
        ROWS, COLUMNS, n_informative=15, n_classes=CLASSES, flip_y=0.1, random_state=0
    )
    return X.astype(np.float32), y


def _measured(way: str, model: Path) -> dict[str, float]:
    """Convert in one process, compare in another."""
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder, "model.onnx"))
        first, then = STEPS
        runs = [_child(first, way, str(model), target) for _ in range(REPEATS.get(way, 1))]
        converted = sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]
        return converted | _child(then, way, str(model), target)


def _child(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.forest", *arguments]
    done = subprocess.run(command, env=environment(), check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _converted(way: str, model_file: str, target: str) -> dict[str, float]:
    """Seconds and bytes of one conversion, the imports and the loading left out."""
    model = joblib.load(model_file)
    convert = WAYS[way]()
    before = resident(os.getpid())
    start, processor = time.perf_counter(), time.process_time()
    convert(model, Path(target))
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "seconds": seconds,
        "processor": processor,
        "peak": peak,
        "grown": peak - before,
        "size": Path(target).stat().st_size,
    }


def _compared(way: str, model_file: str, target: str) -> dict[str, float]:
    """How far the graph's answers are from scikit-learn's, over all rows."""
    import onnxruntime

    model, X = joblib.load(model_file), _data()[0]
    session = onnxruntime.InferenceSession(target, providers=["CPUExecutionProvider"])
    dtype = np.float32 if way == "theirs" else np.float64
    labels, probabilities = session.run(None, {"X": X.astype(dtype)})
    return {
        "difference": float(abs(probabilities - model.predict_proba(X)).max()),
        "labels": int((labels.ravel() != model.predict(X)).sum()),
    }


def _ours() -> Callable[[Any, Path], None]:
    from adapters.to_onnx.write import write

    schema = Schema(
        kind="matrix",
        inputs=(Field(name="X", dtype="float64", shape=(COLUMNS,)),),
        outputs=(
            Field(name="predict", dtype="int64"),
            Field(name="predict_proba", dtype="float64", shape=(CLASSES,)),
        ),
    )
    origin = Origin(path="forest.joblib", sha256="", estimator="RandomForestClassifier")

    def convert(model: Any, target: Path) -> None:
        written = write(model, Subject(origin=origin, schema=schema, versions={}), {}, target)
        assert isinstance(written, Artifact), written

    return convert


def _theirs() -> Callable[[Any, Path], None]:
    from skl2onnx import to_onnx

    def convert(model: Any, target: Path) -> None:
        sample = np.zeros((1, COLUMNS), np.float32)
        document = to_onnx(model, sample, options={"zipmap": False})
        target.write_bytes(document.SerializeToString())

    return convert


WAYS: dict[str, Callable[[], Callable[[Any, Path], None]]] = {"ours": _ours, "theirs": _theirs}
STEPS = {"convert": _converted, "compare": _compared}
LABELS = {"ours": "mlconvert", "theirs": "skl2onnx"}
FORMATS: dict[str, Callable[[float], str]] = {
    "seconds": "{:.2f} s".format,
    "processor": "{:.2f} s".format,
    "grown": lambda size: f"{size / MB:,.0f} MB",
    "peak": lambda size: f"{size / MB:,.0f} MB",
    "size": lambda size: f"{size / MB:,.0f} MB",
    "difference": "{:.1e}".format,
    "labels": "{:,}".format,
}

if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
    else:
        main()
