"""Quantiles of counts, many of them tied; and a hard vote, whose ties go to the first class."""

from pathlib import Path

import joblib
import numpy as np
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

import mlconvert

HERE = Path(__file__).parent


def labels(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 3, count)


def rows(seed: int, count: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 3, count)[:, None] + rng.normal(size=(count, 3))


def main() -> None:
    model = make_pipeline(
        QuantileTransformer(n_quantiles=30),
        VotingClassifier([("line", LogisticRegression()), ("edge", Perceptron(random_state=0))]),
    ).fit(rows(0, 120).round(), labels(0, 120))
    joblib.dump(model, HERE / "model.joblib", compress=3)
    mlconvert.record(
        HERE / "model.joblib",
        data=rows(1, 50).round(),
        output=HERE,
        expect={"onnx": "artifact", "pmml": "artifact"},
    )


if __name__ == "__main__":
    main()
