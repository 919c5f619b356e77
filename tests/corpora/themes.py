"""The themes, and how often each occurs at the call sites of public code."""

from types import FunctionType
from typing import NamedTuple

import numpy as np
from sklearn.preprocessing import FunctionTransformer

from tests.corpora import (
    Sample,
    casts,
    classes,
    clipping,
    columns,
    cyclical,
    dates,
    elementwise,
    features,
    identity,
    impure,
    joining,
    replacing,
    rows_mixed,
    shapes,
    targets,
    text_statistics,
    texts,
)


class Theme(NamedTuple):
    """Samples of one kind."""

    name: str
    share: float
    """Percent of the call sites of FunctionTransformer; 0 for what is not held by one."""
    samples: list[Sample]

    def weight(self, sample: Sample) -> float:
        """Percent of the call sites that a sample stands for."""
        return self.share * sample.weight / sum(each.weight for each in self.samples)


THEMES = (
    Theme("elementwise", 28, elementwise.SAMPLES),
    Theme("identity", 14, identity.SAMPLES),
    Theme("features", 10, features.SAMPLES),
    Theme("columns", 8, columns.SAMPLES),
    Theme("replacing", 8, replacing.SAMPLES),
    Theme("dates", 7, dates.SAMPLES),
    Theme("texts", 5, texts.SAMPLES),
    Theme("casts", 5, casts.SAMPLES),
    Theme("shapes", 4, shapes.SAMPLES),
    Theme("text_statistics", 4, text_statistics.SAMPLES),
    Theme("rows_mixed", 3, rows_mixed.SAMPLES),
    Theme("cyclical", 2, cyclical.SAMPLES),
    Theme("impure", 2, impure.SAMPLES),
    Theme("clipping", 1, clipping.SAMPLES),
    Theme("joining", 1, joining.SAMPLES),
    Theme("classes", 0, classes.SAMPLES),
    Theme("targets", 0, targets.SAMPLES),
)


def held_as(sample: Sample) -> str:
    """How a FunctionTransformer holds the function: None, ufunc, lambda, named or otherwise."""
    function = sample.function
    function = function.func if isinstance(function, FunctionTransformer) else function
    if isinstance(function, FunctionType):
        return "lambda" if function.__name__ == "<lambda>" else "named"
    if function is None or isinstance(function, np.ufunc):
        return "None" if function is None else "ufunc"
    return "otherwise"
