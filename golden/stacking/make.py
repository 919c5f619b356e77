"""The yield of a process: a ridge, a small forest and neighbours, and a model of the three."""

from pathlib import Path

import joblib
import numpy as np
from sklearn.ensemble import RandomForestRegressor, StackingRegressor
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mlconvert

HERE = Path(__file__).parent


def runs(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    settings = rng.normal(size=(count, 6)) * [1, 10, 100, 1, 1, 0.1]
    result = settings[:, 0] + np.sin(settings[:, 1] / 5) + settings[:, 2] / 80
    return settings, result + rng.normal(0, 0.1, count)


def main() -> None:
    model = StackingRegressor(
        [
            ("ridge", make_pipeline(StandardScaler(), Ridge())),
            ("forest", RandomForestRegressor(n_estimators=8, max_depth=6, random_state=0)),
            ("near", make_pipeline(StandardScaler(), KNeighborsRegressor(n_neighbors=4))),
        ],
        final_estimator=Ridge(),
        passthrough=True,
        cv=3,
    ).fit(*runs(0, 300))
    joblib.dump(model, HERE / "model.joblib", compress=3)

    fresh, _ = runs(1, 200)
    mlconvert.record(HERE / "model.joblib", data=fresh, output=HERE, expect={"onnx": "artifact"})


if __name__ == "__main__":
    main()
