"""What a further model costs: many small pipelines in one session, against the same by hand.

python -m benchmarks.batch [MODELS] [RUNS] [TARGET]
"""

import statistics
import sys
import tempfile
from pathlib import Path

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.svm import SVC

from benchmarks.side_by_side import ROOT, Spent, in_turns, machine, table

SESSION = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import mlconvert
with mlconvert.session() as session:
    for model, end in session.convert_all(sys.argv[2:], to=sys.argv[1], output="out"):
        assert end.exit_code == 0, end
"""
BY_HAND = """
import sys
from pathlib import Path
import joblib
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
X = load_iris().data
for source in sys.argv[1:]:
    model = joblib.load(source)
    content = to_onnx(model, X[:1], options={"zipmap": False}).SerializeToString()
    Path(source).with_suffix(".onnx").write_bytes(content)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    labels, *_ = session.run(None, {"X": X})
    np.testing.assert_array_equal(labels, model.predict(X))
"""
SCALERS = (StandardScaler, MinMaxScaler, RobustScaler, MaxAbsScaler)
ESTIMATORS = (LogisticRegression, GaussianNB, SVC)
"""Those that skl2onnx writes in double, too."""


def main() -> None:
    """Run one model and many, in turns; print what each further one took."""
    count, runs, target = (*sys.argv[1:], *("50", "5", "onnx")[len(sys.argv) - 1 :])
    facts = machine()
    with tempfile.TemporaryDirectory() as name:
        files = _models(Path(name), int(count))
        ours = [sys.executable, "-c", SESSION, target]
        hand = [sys.executable, "-c", BY_HAND]
        commands = {
            "a session, one": [*ours, files[0]],
            "a session": [*ours, *files],
            "by hand, one": [*hand, files[0]],
            "by hand": [*hand, *files],
        }
        taken = in_turns(commands, Path(name), int(runs))
    rows = [_row(way, taken, int(count)) for way in ("a session", "by hand")]
    head = ["", "one model", f"{count} models", "each further one", "processor for that"]
    print(table([head, *rows]))
    print(f"\nTo {target}; by hand is skl2onnx. Medians of {runs} runs in turns. {facts}.")


def _row(way: str, taken: dict[str, list[Spent]], count: int) -> list[str]:
    one, many = (
        [statistics.median(kind) for kind in zip(*taken[name], strict=True)]
        for name in (f"{way}, one", way)
    )
    further = [(b - a) / (count - 1) for a, b in zip(one, many, strict=True)]
    seconds = [f"{one[0]:.2f} s", f"{many[0]:.2f} s"]
    return [way, *seconds, *(f"{1000 * each:.0f} ms" for each in further)]


def _models(folder: Path, count: int) -> list[str]:
    """Pipelines of different steps, each trained on other rows."""
    X, y = load_iris(return_X_y=True)
    files = []
    for number in range(count):
        scaler = SCALERS[number % len(SCALERS)]
        estimator = ESTIMATORS[number % len(ESTIMATORS)]
        rows = slice(number % 7, None, 2)
        file = folder / f"pipeline{number}.joblib"
        joblib.dump(make_pipeline(scaler(), estimator()).fit(X[rows], y[rows]), file)
        files.append(str(file))
    return files


if __name__ == "__main__":
    main()
