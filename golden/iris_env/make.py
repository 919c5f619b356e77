"""Flowers, with a step of one's own that reads the environment: no graph can say that.

The model carries compiled code, which fits one minor of Python only. So it is not shipped: the
tests make it, from a copy of this script.
"""

from pathlib import Path

import dill
import numpy as np
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer


def scale(X):
    import os

    factor = float(os.getenv("SCALE_FACTOR", 2))
    return X * factor


HERE = Path(__file__).parent


def main() -> None:
    import mlconvert

    measures, kind = load_iris(return_X_y=True)
    model = Pipeline(
        [
            ("scale", FunctionTransformer(scale)),
            ("forest", RandomForestClassifier(n_estimators=10, random_state=0)),
        ]
    ).fit(measures, kind)
    (HERE / "model.dill").write_bytes(dill.dumps(model, recurse=True))

    fresh = measures + np.random.default_rng(1).normal(0, 0.2, measures.shape)
    mlconvert.record(HERE / "model.dill", data=fresh, output=HERE, expect={"onnx": "refused"})


if __name__ == "__main__":
    main()
