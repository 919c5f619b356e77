"""A calibrated classifier of whole-number labels, which some engines take for texts."""

from pathlib import Path

import joblib
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.svm import LinearSVC

import mlconvert

HERE = Path(__file__).parent


def labels(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 3, count)


def rows(seed: int, count: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 3, count)[:, None] + rng.normal(size=(count, 3))


def main() -> None:
    model = CalibratedClassifierCV(LinearSVC(random_state=0), cv=2).fit(
        rows(0, 120), labels(0, 120)
    )
    joblib.dump(model, HERE / "model.joblib", compress=3)
    mlconvert.record(
        HERE / "model.joblib",
        data=rows(1, 50),
        output=HERE,
        expect={"onnx": "artifact", "pmml": "artifact"},
    )


if __name__ == "__main__":
    main()
