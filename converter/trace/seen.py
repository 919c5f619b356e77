"""What the user's own code was handed, and what it gave, while the live model ran once."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple


class Call(NamedTuple):
    """One call of a method, or of a function; both values are copies."""

    method: str
    """Of the estimator: `transform`, `predict` …; `func` or `inverse_func` of a
    FunctionTransformer."""
    given: Any
    """As it was before the call, which may have changed it: an array, a frame, a series, a sparse
    matrix, a list …"""
    gave: Any


Seen = Mapping[int, Mapping[str, Call]]
"""`id` of an estimator → method → its first call."""

UNSEEN: Seen = MappingProxyType({})
"""Of a model that holds no code but scikit-learn's."""
