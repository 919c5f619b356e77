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
    "pmml": "adapters.to_pmml",
    "bundle": "adapters.to_bundle",
}

FINISHERS = {"pmml": "adapters.to_pmml.finish"}
"""Targets whose writer, in the worker, leaves a draft; another process finishes it."""
NEEDS = {"pmml": "adapters.to_pmml.java.jvm"}
"""Targets that need more than Python, and the module whose `demand` says what is missing."""
CARRIERS = {"pmml": "adapters.to_pmml.document.carried", "bundle": "adapters.to_bundle.score"}
"""Targets whose artifacts carry rows with their answers, and the modules whose `carried` reads
them."""
SECOND = {"pmml": "adapters.to_pmml.java.second"}
"""Targets with a second scorer, of another engine, for artifacts that the first one fails."""
