"""Columns filled for one step and told as missing by another: the second must see the gaps."""

from pathlib import Path

import joblib
import numpy as np
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline, make_union

import mlconvert

HERE = Path(__file__).parent


def labels(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 3, count)


def rows(seed: int, count: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 3, count)[:, None] + rng.normal(size=(count, 3))


def gaps(seed: int, count: int) -> np.ndarray:
    rng = np.random.default_rng(seed + 10)
    full = rows(seed, count)
    return np.where(rng.random(full.shape) < 0.2, np.nan, full)


def main() -> None:
    model = make_pipeline(make_union(SimpleImputer(), MissingIndicator()), Ridge()).fit(
        gaps(0, 120), labels(0, 120)
    )
    joblib.dump(model, HERE / "model.joblib", compress=3)
    mlconvert.record(
        HERE / "model.joblib",
        data=gaps(1, 50),
        output=HERE,
        expect={"onnx": "artifact", "pmml": "artifact"},
    )


if __name__ == "__main__":
    main()
