"""Boosting that stopped after a member, with room for the weights of eight, after a selector."""

from pathlib import Path

import joblib
import numpy as np
from sklearn.ensemble import AdaBoostRegressor
from sklearn.feature_selection import SelectKBest, f_regression
from sklearn.pipeline import make_pipeline

import mlconvert

HERE = Path(__file__).parent


def rows(seed: int, count: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 3, count)[:, None] + rng.normal(size=(count, 3))


def main() -> None:
    model = make_pipeline(
        SelectKBest(f_regression, k=1), AdaBoostRegressor(n_estimators=8, random_state=0)
    ).fit(rows(0, 120), (rows(0, 120)[:, 0] > 1).astype(float))
    joblib.dump(model, HERE / "model.joblib", compress=3)
    mlconvert.record(
        HERE / "model.joblib",
        data=rows(1, 50),
        output=HERE,
        expect={"onnx": "artifact", "pmml": "artifact"},
    )


if __name__ == "__main__":
    main()
