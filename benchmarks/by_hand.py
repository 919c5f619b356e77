"""What one would write instead of `mlconvert MODEL --to onnx`: load, convert, compare."""

import sys
from pathlib import Path

import joblib
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.datasets import load_iris

source, target = sys.argv[1:]
model = joblib.load(source)
X = load_iris().data
content = to_onnx(model, X[:1], options={"zipmap": False}).SerializeToString()
Path(target).write_bytes(content)
session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
labels, probabilities = session.run(None, {"X": X})
np.testing.assert_array_equal(labels, model.predict(X))
np.testing.assert_allclose(probabilities, model.predict_proba(X), rtol=1e-9)
