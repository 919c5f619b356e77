"""Three kinds of flowers by four measures: a scaled support vector machine."""

from pathlib import Path

import joblib
import numpy as np
from sklearn.datasets import load_iris
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import mlconvert

HERE = Path(__file__).parent


def main() -> None:
    measures, kind = load_iris(return_X_y=True)
    model = Pipeline([("scale", StandardScaler()), ("svc", SVC(C=2.0))]).fit(measures, kind)
    joblib.dump(model, HERE / "model.joblib")

    rng = np.random.default_rng(1)
    fresh = measures + rng.normal(0, 0.3, measures.shape)
    mlconvert.record(HERE / "model.joblib", data=fresh, output=HERE, expect={"onnx": "artifact"})


if __name__ == "__main__":
    main()
