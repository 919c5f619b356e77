"""The formats. SOURCES and TARGETS are the whole registry: a new one is a file and a line.

The tables hold module names, not modules: a format is imported where it is used.
"""

SOURCES = {
    "pickle": "adapters.from_pickle",
    "joblib": "adapters.from_joblib",
    "dill": "adapters.from_dill",
    "cloudpickle": "adapters.from_cloudpickle",
}

TARGETS = {
    "onnx": "adapters.to_onnx",
    "bundle": "adapters.to_bundle",
}
