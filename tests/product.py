"""The product as its users meet it: the command in a process of its own, and models in files."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
COMMAND = (sys.executable, str(ROOT / "mlconvert.py"))

TRAIN = """\
import sys
from pathlib import Path

import {library} as saver
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer


def scale(X):
    import os

    factor = float(os.getenv("SCALE_FACTOR", 2))
    return X * factor


if __name__ == "__main__":
    X, y = load_iris(return_X_y=True)
    steps = [("scale", FunctionTransformer(scale)),
             ("forest", RandomForestClassifier(n_estimators=10, random_state=0))]
    model = Pipeline(steps).fit(X, y)
    Path(sys.argv[1]).write_bytes(saver.dumps(model))
"""
"""A script that saves a model with a step of its own, which reads the environment."""


def run(
    *words: object, cwd: Path | None = None, env: dict[str, str] | None = None, timeout: float = 120
) -> "subprocess.CompletedProcess[str]":
    """Run `mlconvert WORDS` to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        cwd=cwd, env=os.environ | (env or {}), timeout=timeout,
        capture_output=True, text=True,
    )  # fmt: skip


def document(ran: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    """The one JSON document on stdout."""
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def trained(folder: Path, library: str) -> Path:
    """The model that a script train.py in `folder` saves with `library`."""
    script = folder / "train.py"
    script.write_text(TRAIN.format(library=library))
    model = folder / f"model.{library}"
    subprocess.run([sys.executable, str(script), str(model)], check=True, cwd=folder)
    return model


def sleeper(path: Path) -> None:
    """A model, carried by cloudpickle, that never answers."""
    saved(path, "class Model:\n    n_features_in_ = 2\n    def predict(self, X): time.sleep(600)")


def saved(path: Path, definition: str) -> None:
    """A file of the `Model` that some lines of a script define, carried by cloudpickle."""
    lines = (
        "import os, sys, time, cloudpickle, numpy as np",
        definition,
        f"open({str(path)!r}, 'wb').write(cloudpickle.dumps(Model()))",
    )
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)
