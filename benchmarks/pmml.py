"""PMML beside `sklearn2pmml()`: fifty small pipelines, one cold conversion, and large forests.

python -m benchmarks.pmml [small | cold | forest TREES …]

`sklearn2pmml()` starts Java for each call and proves nothing; mlconvert proves every document in
JPMML-Evaluator. scikit-learn's stamp is set back for both where JPMML does not know it.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import joblib
import numpy as np
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    Ridge,
    RidgeClassifier,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from benchmarks.side_by_side import MLCONVERT, ROOT, environment, in_turns, machine, spread, table

SCALERS = (StandardScaler, MinMaxScaler, MaxAbsScaler, RobustScaler, None)
CLASSIFIERS = (LogisticRegression, RidgeClassifier, lambda: DecisionTreeClassifier(max_depth=5))
REGRESSORS = (LinearRegression, Ridge, Lasso, ElasticNet)
REGRESSORS += (lambda: DecisionTreeRegressor(max_depth=5),)
BY_HAND = """
import sys, joblib, sklearn.base
sklearn.base.__version__ = min(sklearn.base.__version__, "1.9.0")
from sklearn2pmml import make_pmml_pipeline, sklearn2pmml
for path in sys.argv[1:]:
    sklearn2pmml(make_pmml_pipeline(joblib.load(path)), path + ".by_hand.pmml")
"""
SESSION = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
import mlconvert
with mlconvert.session() as session:
    for model, verdict in session.convert_all(sys.argv[2:], to="pmml", output=sys.argv[1]):
        assert verdict.outcome == "artifact", (model, verdict)
        print(time.perf_counter(), flush=True)
"""
STAGES = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
import mlconvert
began = {{}}
verdict = mlconvert.convert(
    sys.argv[1], to="pmml", output=sys.argv[2],
    progress=lambda stage: began.setdefault(stage, time.perf_counter()),
)
assert verdict.outcome == "artifact", verdict
print("proof", round(time.perf_counter() - began["proving pmml"], 1), "s")
"""


def main() -> None:
    """Measure what is asked for; everything where nothing is."""
    asked = sys.argv[1:] or ["small", "cold", "forest", "100", "300"]
    print(machine(), end="\n\n")
    with tempfile.TemporaryDirectory() as name:
        if "small" in asked:
            small(Path(name))
        if "cold" in asked:
            cold(Path(name))
        for trees in (int(word) for word in asked if word.isdigit()):
            forest(Path(name), trees)


def small(folder: Path, count: int = 50) -> None:
    """Fifty different pipelines, in one process each side."""
    paths = [_pipeline(number, folder / f"{number}.joblib") for number in range(count)]
    by_hand, _ = _timed([sys.executable, "-c", BY_HAND, *paths])
    ours, ends = _timed([sys.executable, "-c", SESSION, str(folder / "out"), *paths])
    further = float(np.median(np.diff(ends)))
    rows = [
        ["", "all", "a further model"],
        [f"`sklearn2pmml()`, {count} calls", f"{by_hand:.1f} s", f"{by_hand / count:.3f} s"],
        [f"mlconvert, a session of {count}", f"{ours:.1f} s", f"{further:.3f} s"],
    ]
    print(table(rows))
    print(
        f"\n{by_hand / ours:.1f} times faster, proofs included; "
        f"{by_hand / count / further:.0f} times for each further model.\n"
    )


def cold(folder: Path, runs: int = 7) -> None:
    """One conversion, from nothing."""
    path = _pipeline(0, folder / "one.joblib")
    commands = {
        "`mlconvert one.joblib --to pmml`": [*MLCONVERT, path, "--to", "pmml", "-q"],
        "by hand: load, `sklearn2pmml()`": [sys.executable, "-c", BY_HAND, path],
    }
    taken = in_turns(commands, folder, runs)
    rows = [[name, *spread(times)] for name, times in taken.items()]
    print(table([["", "median", "fastest", "slowest", "processor"], *rows]), end="\n\n")


def forest(folder: Path, trees: int) -> None:
    """A large classifier: time, memory, size."""
    path = folder / f"forest{trees}.joblib"
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(20_000, 30))
    kinds = (rows[:, :5].sum(axis=1) + rng.normal(size=len(rows)) > 0) + (rows[:, 6] > 1)
    model = RandomForestClassifier(trees, random_state=0, n_jobs=-1, max_leaf_nodes=1_590)
    model.set_params(n_jobs=None).fit(rows, kinds)
    joblib.dump(model, path)
    nodes = sum(tree.tree_.node_count for tree in model.estimators_)
    ours, hand = folder / f"forest{trees}.pmml", Path(f"{path}.by_hand.pmml")
    lines = [["", "all", "of that the proof", "peak of a process", "file"]]
    for name, command, made in (
        ("mlconvert", [sys.executable, "-c", STAGES, str(path), str(ours)], ours),
        ("`sklearn2pmml()`", [sys.executable, "-c", BY_HAND, str(path)], hand),
    ):
        seconds, peak, told = _measured(command)
        size = f"{made.stat().st_size / 1e6:.0f} MB" if made.exists() else "none"
        proof = told.partition("proof ")[2] or "no proof"
        lines.append([name, f"{seconds:.1f} s", proof, f"{peak / 1e3:,.0f} MB", size])
    print(f"{trees} trees, {nodes:,} nodes\n\n{table(lines)}\n")


def _pipeline(number: int, path: Path) -> str:
    """A small pipeline of its own kind, data and width."""
    scaler = SCALERS[number % len(SCALERS)]
    classifies = number % 2 == 0
    make = make_classification if classifies else make_regression
    rows, target = make(200, 5 + number % 7, random_state=number)
    kinds = CLASSIFIERS if classifies else REGRESSORS
    steps = [] if scaler is None else [scaler()]
    model = make_pipeline(*steps, kinds[number // 2 % len(kinds)]()).fit(rows, target)
    joblib.dump(model, path)
    return str(path)


def _timed(command: list[str]) -> tuple[float, list[float]]:
    """Seconds, and the times that the process printed."""
    start = time.perf_counter()
    done = subprocess.run(command, env=environment(), check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    lines = [line for line in done.stdout.splitlines() if line.replace(".", "", 1).isdigit()]
    return seconds, [float(line) for line in lines]


def _measured(command: list[str]) -> tuple[float, int, str]:
    """Seconds, KiB that the largest of its processes held at most, and what it printed."""
    code = (
        "import resource, subprocess, sys; "
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True, check=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.stdout)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *command],
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    peak, _, told = done.stdout.strip().partition(" ")
    return time.perf_counter() - start, int(peak), told


if __name__ == "__main__":
    main()
