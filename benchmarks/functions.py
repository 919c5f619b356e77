"""What a custom function adds to a conversion: tracing it, proving it, saying it in ONNX.

python -m benchmarks.functions [RUNS]
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

import cloudpickle
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from benchmarks.side_by_side import MLCONVERT, in_turns, machine, spread, table

COLUMNS = 1000


def features(frame):
    """Ratios, logarithms, branches, text and dates: what people write."""
    frame = frame.copy()
    frame["rate"] = frame["income"] / frame["rooms"].clip(lower=1)
    frame["log"] = np.log1p(frame["income"])
    frame["band"] = frame["age"].apply(lambda age: 2 if age > 60 else (1 if age > 30 else 0))
    frame["owner"] = frame["tenure"].map({"own": 1.0, "rent": 0.0}).fillna(0.5)
    return frame.drop(columns="tenure")


MODELS = {
    "the same columns, no function": FunctionTransformer(
        lambda frame: frame[["income", "rooms", "age"]]
    ),
    "`np.log1p`": FunctionTransformer(lambda frame: np.log1p(frame[["income", "rooms", "age"]])),
    "feature engineering on a frame": FunctionTransformer(features),
}


def main() -> None:
    """Convert each model in turns; print the table, the difference, and the wide graph."""
    runs = int(sys.argv[1]) if sys.argv[1:] else 7
    facts = machine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = _models(folder)
        taken = in_turns(commands, folder, runs)
        nodes = _nodes(folder / "wide.report.json")
    rows = [[command, *spread(times)] for command, times in taken.items()]
    print(table([["", "median", "fastest", "slowest", "processor"], *rows]))
    medians = [statistics.median(run.wall for run in times) for times in taken.values()]
    print(f"""
`np.log1p` adds {medians[2] - medians[0]:.2f} s to a conversion without functions, feature
engineering {medians[3] - medians[0]:.2f} s. An elementwise function of {COLUMNS} columns is a graph
of {nodes} nodes with the linear model behind it. {runs} runs of each, in turns. {facts}.""")


def _models(folder: Path) -> dict[str, list[str]]:
    """The models and their rows on disk; the commands that convert them."""
    rows = _rows()
    rows.to_csv(folder / "rows.csv", index=False)
    commands = {}
    plain = make_pipeline(StandardScaler(), LogisticRegression())
    _dump(plain.fit(rows[["income", "rooms", "age"]], rows["income"] > 10), folder / "plain.pkl")
    commands["no function"] = [*MLCONVERT, "plain.pkl", "--data", "rows.csv"]
    for number, (name, step) in enumerate(MODELS.items()):
        model = make_pipeline(step, StandardScaler(), LogisticRegression())
        _dump(model.fit(rows, rows["income"] > 10), folder / f"{number}.pkl")
        commands[name] = [*MLCONVERT, f"{number}.pkl", "--data", "rows.csv"]
    wide = pd.DataFrame(np.random.default_rng(0).lognormal(size=(300, COLUMNS))).add_prefix("c")
    step = FunctionTransformer(lambda frame: np.log1p(frame.clip(lower=0)).fillna(0))
    model = make_pipeline(step, StandardScaler(), LogisticRegression())
    _dump(model.fit(wide, wide["c0"] > 1), folder / "wide.pkl")
    commands[f"an elementwise function of {COLUMNS} columns"] = [*MLCONVERT, "wide.pkl"]
    return commands


def _rows() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "income": rng.lognormal(2, 1, 300).round(2),
            "rooms": rng.integers(0, 9, 300).astype(float),
            "age": rng.integers(18, 90, 300).astype(float),
            "tenure": rng.choice(["own", "rent", "other"], 300),
        }
    )


def _dump(model: object, path: Path) -> None:
    path.write_bytes(cloudpickle.dumps(model))


def _nodes(report: Path) -> str:
    artifact = json.loads(report.read_text())["artifact"]
    return artifact["details"].get("nodes", "?") if artifact else "no graph"


if __name__ == "__main__":
    main()
