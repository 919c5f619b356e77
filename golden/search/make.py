"""A digit or not: a grid search over a whole pipeline, saved as it is."""

import pickle
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

import mlconvert

HERE = Path(__file__).parent


def main() -> None:
    pixels, digit = load_digits(n_class=4, return_X_y=True)
    steps = [
        ("scale", StandardScaler()),
        ("pca", PCA(random_state=0)),
        ("model", LogisticRegression()),
    ]
    model = GridSearchCV(
        Pipeline(steps), {"pca__n_components": [5, 10], "model__C": [0.1, 1.0]}, cv=3
    )
    model.fit(pixels[:400], digit[:400])
    (HERE / "model.pkl").write_bytes(pickle.dumps(model))

    rng = np.random.default_rng(1)
    fresh = np.clip(pixels[400:600] + rng.normal(0, 1, (200, 64)), 0, 16).round()
    mlconvert.record(HERE / "model.pkl", data=fresh, output=HERE, expect={"onnx": "artifact"})


if __name__ == "__main__":
    main()
