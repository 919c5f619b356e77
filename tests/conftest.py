"""Models that several files of tests use, each made once."""

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

import mlconvert
from tests.product import trained

X, Y = load_iris(return_X_y=True)
KINDS = np.array(["setosa", "versicolor", "virginica"])


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """A folder of models; tests write elsewhere."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture(scope="session")
def flowers(shelf):
    """A scaled logistic regression on a frame, with labels of text."""
    frame = pd.DataFrame(X, columns=["sepal length", "sepal width", "petal length", "petal width"])
    steps = [("scale", StandardScaler()), ("model", LogisticRegression(max_iter=500))]
    joblib.dump(Pipeline(steps).fit(frame, KINDS[Y]), shelf / "flowers.joblib")
    return shelf / "flowers.joblib"


@pytest.fixture(scope="session")
def flower_rows(shelf):
    """Rows for the flowers, as CSV."""
    rng = np.random.default_rng(3)
    rows = pd.DataFrame(
        X[::3] + rng.normal(0, 0.2, X[::3].shape),
        columns=["sepal length", "sepal width", "petal length", "petal width"],
    )
    rows.to_csv(shelf / "flowers.csv", index=False)
    return shelf / "flowers.csv"


@pytest.fixture(scope="session")
def flower_graph(shelf, flowers):
    """The flowers as ONNX."""
    verdict = mlconvert.convert(flowers, output=shelf / "flowers.onnx")
    assert verdict.outcome is mlconvert.Outcome.ARTIFACT
    return shelf / "flowers.onnx"


@pytest.fixture(scope="session")
def flower_case(shelf, flowers, flower_rows):
    """A golden case of the flowers."""
    mlconvert.record(flowers, data=flower_rows, output=shelf / "case")
    return shelf / "case"


@pytest.fixture(scope="session")
def line(shelf):
    """y = 2 x0 - x1 + 1, on a matrix."""
    model = LinearRegression().fit(X[:, :2], 2 * X[:, 0] - X[:, 1] + 1)
    joblib.dump(model, shelf / "line.joblib")
    return shelf / "line.joblib"


@pytest.fixture(scope="session")
def scaled_dill(tmp_path_factory):
    """The flowers behind a step that reads SCALE_FACTOR, saved with dill by a script."""
    return trained(tmp_path_factory.mktemp("dill"), "dill")


@pytest.fixture(scope="session")
def scaled_pickle(tmp_path_factory):
    """The same, saved with plain pickle: the file does not carry the function."""
    return trained(tmp_path_factory.mktemp("pickle"), "pickle")
