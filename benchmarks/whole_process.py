"""How long a user waits: `mlconvert MODEL --to onnx` against the same by hand; help; inspect.

python -m benchmarks.whole_process [RUNS]
"""

import statistics
import sys
import tempfile
from pathlib import Path

import joblib
from sklearn.datasets import load_digits, load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.side_by_side import MLCONVERT, in_turns, machine, spread, table

BY_HAND = [sys.executable, str(Path(__file__).with_name("by_hand.py"))]
COMMANDS = {
    "`mlconvert small_pipeline.joblib --to onnx`": [*MLCONVERT, "small_pipeline.joblib"],
    "by hand: load, skl2onnx, compare": [*BY_HAND, "small_pipeline.joblib", "by_hand.onnx"],
    "`mlconvert --help`": [*MLCONVERT, "--help"],
    "`mlconvert inspect` of 1 MB": [*MLCONVERT, "inspect", "forest.joblib"],
}


def main() -> None:
    """Run everything in turns; print the table and the ratio."""
    runs = int(sys.argv[1]) if sys.argv[1:] else 9
    facts = machine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _models(folder)
        taken = in_turns(COMMANDS, folder, runs)
    rows = [[command, *spread(times)] for command, times in taken.items()]
    print(table([["", "median", "fastest", "slowest", "processor"], *rows]))
    ours, hand, *_ = ([run.wall for run in runs] for runs in taken.values())
    ratio = statistics.median(ours) / statistics.median(hand)
    print(f"""
mlconvert takes {ratio:.2f} times as long as by hand ({min(ours) / min(hand):.2f} between the
fastest). {runs} runs of each, in turns. {facts}.""")


def _models(folder: Path) -> None:
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    joblib.dump(pipeline.fit(*load_iris(return_X_y=True)), folder / "small_pipeline.joblib")
    file, trees = folder / "forest.joblib", 0
    while not file.exists() or file.stat().st_size < 1_000_000:
        trees += 10
        forest = RandomForestClassifier(trees, random_state=0)
        joblib.dump(forest.fit(*load_digits(return_X_y=True)), file)


if __name__ == "__main__":
    main()
