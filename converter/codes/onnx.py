"""Why a part of a model has no ONNX graph."""

from converter.codes.explanation import Explanation

ONNX: dict[str, Explanation] = {
    "onnx.unknown-estimator": Explanation(
        "No converter is known for this estimator, or skl2onnx, which leaves are borrowed from, "
        "cannot convert it.",
        "Pipeline([(..., GaussianProcessClassifier())])",
        "docs/support.md lists the estimators that convert; the bundle runs all others.",
    ),
}
