"""Objects under the names that JPMML knows, and the pickle in which it reads a model.

JPMML reads pickles without Python. What it calls `sklearn2pmml.pipeline.PMMLPipeline` need
therefore not be that class: only its name and its attributes are looked at.
"""

import io
import pickle
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import sklearn.base
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

KNOWN = "1.9.0"
"""The newest scikit-learn that JPMML has heard of; it looks at the stamp of every estimator.
Versions that differ in what they keep would show in the proof."""


class _StandIn(BaseEstimator):  # type: ignore[misc]
    """Of a class that is not here; its attributes are all that counts."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)

    def __getstate__(self) -> dict[str, Any]:
        return dict(self.__dict__)


class _PipelineStandIn(_StandIn, Pipeline):  # type: ignore[misc]
    pass


def _named(dotted: str, base: type = _StandIn) -> type:
    module, _, name = dotted.rpartition(".")
    return type(name, (base,), {"__module__": module})


PMMLPipeline = _named("sklearn2pmml.pipeline.PMMLPipeline", _PipelineStandIn)
"""steps, active_fields, target_fields."""
SelectorProxy = _named("sklearn2pmml.SelectorProxy")
"""selector, support_mask_."""
ExpressionTransformer = _named("sklearn2pmml.preprocessing.ExpressionTransformer")
"""expr: an expression of `X[0]`, `X[1]` …"""
Alias = _named("sklearn2pmml.decoration.Alias")
"""transformer_, name: what a feature is called."""

_ALL: tuple[type, ...] = (PMMLPipeline, SelectorProxy, ExpressionTransformer, Alias)


def dumps(model: Any) -> bytes:
    """The pickle of a model of fitted estimators and stand-ins, as JPMML reads it."""
    buffer = io.BytesIO()
    with _modules(), _stamped():
        pickle.Pickler(buffer, protocol=4).dump(model)
    return buffer.getvalue()


@contextmanager
def _modules() -> Iterator[None]:
    """The stand-ins under their names: pickle looks a class up before it writes it."""
    names = dict.fromkeys(name for cls in _ALL for name in _ancestors(cls.__module__))
    before = {name: sys.modules.get(name) for name in names}
    sys.modules.update({name: types.ModuleType(name) for name in names})
    for cls in _ALL:
        setattr(sys.modules[cls.__module__], cls.__name__, cls)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def _ancestors(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


@contextmanager
def _stamped() -> Iterator[None]:
    """Estimators write down the version that pickles them."""
    true = sklearn.base.__version__
    sklearn.base.__version__ = KNOWN if _numbers(true) > _numbers(KNOWN) else true
    try:
        yield
    finally:
        sklearn.base.__version__ = true


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")[:3] if part.isdigit()]


def linear(width: int) -> Any:
    """A model that adds up its columns, for what is no model itself."""
    from sklearn.linear_model import LinearRegression

    model = LinearRegression()
    model.coef_, model.intercept_ = np.ones(width), 0.0
    model.n_features_in_ = width
    return model


def untouched(width: int) -> Any:
    """A step by which JPMML takes the model's fields as they are called, and does nothing else."""
    from sklearn.preprocessing import StandardScaler

    step = StandardScaler(with_mean=False, with_std=False)
    step.n_features_in_ = width
    return step
