"""How the columns of a transformer's answer are called, in the schema and in predicted tables."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import mlconvert

FRAME = pd.DataFrame(np.random.default_rng(0).lognormal(size=(30, 2)), columns=["height", "width"])


def sizes(frame):
    tall = (frame["height"] > 1) * 1.0
    return pd.DataFrame({"area": frame["height"] * frame["width"], "tall": tall})


def with_area(frame):
    return np.c_[frame, frame["height"] * frame["width"]]


class Sizes(TransformerMixin, BaseEstimator):
    """A class that names nothing but its columns."""

    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        self.feature_names_in_ = np.array(X.columns, dtype=object)
        return self

    def transform(self, X):
        return sizes(X)


NAMED = {
    "one-to-one": (
        FunctionTransformer(np.log1p, feature_names_out="one-to-one"),
        ("height", "width"),
    ),
    "a callable": (
        FunctionTransformer(with_area, feature_names_out=lambda _, names: [*names, "area"]),
        ("height", "width", "area"),
    ),
    "a frame": (FunctionTransformer(sizes), ("area", "tall")),
    "a frame of a class": (Sizes(), ("area", "tall")),
    "a frame at the end": (
        make_pipeline(StandardScaler().set_output(transform="pandas"), FunctionTransformer(sizes)),
        ("area", "tall"),
    ),
    "no names": (FunctionTransformer(lambda frame: frame.to_numpy()), ()),
}


@pytest.mark.parametrize("case", NAMED)
def test_the_columns_of_the_graph_s_answer_have_the_names_of_the_function_s(case, tmp_path):
    model, names = NAMED[case]
    model.fit(FRAME)
    verdict = mlconvert.convert(model, data=FRAME, output=tmp_path / "m.onnx", fallback=False)
    assert verdict.outcome == "artifact"
    found = mlconvert.predict(tmp_path / "m.onnx", FRAME)
    [field] = found.schema.outputs
    assert field.columns == names
    np.testing.assert_allclose(found.outputs["transform"], np.asarray(model.transform(FRAME)))
