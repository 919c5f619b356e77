"""Which sensor reading is a fault: gradient boosting that takes missing values as they come."""

from pathlib import Path

import joblib
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

import mlconvert

HERE = Path(__file__).parent


def readings(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(count, 5))
    state = np.digitize(values[:, 0] + values[:, 1] * values[:, 2], [-1.0, 1.0])
    lost = rng.random(values.shape) < 0.15
    lost[:, 3] |= state == 2  # that it is missing says something, too
    values[lost] = np.nan
    return values, np.array(["low", "fine", "fault"])[state]


def main() -> None:
    model = HistGradientBoostingClassifier(max_iter=15, max_leaf_nodes=8, random_state=0)
    model.fit(*readings(0, 800))
    joblib.dump(model, HERE / "model.joblib", compress=3)

    fresh, _ = readings(1, 300)
    fresh[0] = np.nan
    mlconvert.record(HERE / "model.joblib", data=fresh, output=HERE, expect={"onnx": "artifact"})


if __name__ == "__main__":
    main()
