"""Neighbours that tie in their vote: engines break ties in other ways, and PMML refuses them."""

from pathlib import Path

import joblib
import numpy as np
from sklearn.neighbors import KNeighborsClassifier

import mlconvert

HERE = Path(__file__).parent


def labels(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 3, count)


def rows(seed: int, count: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 3, count)[:, None] + rng.normal(size=(count, 3))


def main() -> None:
    model = KNeighborsClassifier(4).fit(rows(0, 60), labels(0, 60))
    joblib.dump(model, HERE / "model.joblib", compress=3)
    mlconvert.record(
        HERE / "model.joblib",
        data=rows(1, 50),
        output=HERE,
        expect={"onnx": "artifact", "pmml": "refused"},
    )


if __name__ == "__main__":
    main()
