"""Categories and bins, as numbers in columns of their own."""

from typing import Any

import numpy as np

from adapters.to_pmml.own.writing import (
    MISSING,
    Outputs,
    Writer,
    apply,
    choose,
    number,
)
from adapters.to_pmml.refused import option
from adapters.to_pmml.terms import Constant, Discretize, Input, Interval, MapValues, Ref, Term


def one_hot(est: Any, w: Writer) -> Outputs:
    """OneHotEncoder: a column for each category."""
    if getattr(est, "_infrequent_enabled", False):
        raise option(
            "a OneHotEncoder that gathers rare categories, where JPMML cannot write it", ""
        )
    found: list[Term] = []
    for k, (x, categories) in enumerate(zip(w.inputs, est.categories_, strict=True)):
        dropped = None if est.drop_idx_ is None else est.drop_idx_[k]
        known = w.keep(_known(x, categories), "boolean")
        otherwise = MISSING if est.handle_unknown == "error" else number(0.0)
        found += [
            choose(known, _is(x, category), otherwise)
            for n, category in enumerate(categories)
            if n != dropped
        ]
    return {"transform": found}


def ordinal(est: Any, w: Writer) -> Outputs:
    """OrdinalEncoder: the place of each value among the categories."""
    if getattr(est, "_infrequent_enabled", False):
        raise option(
            "an OrdinalEncoder that gathers rare categories, where JPMML cannot write it", ""
        )
    unknown = None
    if est.handle_unknown == "use_encoded_value" and not _is_nan(est.unknown_value):
        unknown = repr(float(est.unknown_value))
    pairs = zip(w.inputs, est.categories_, strict=True)
    missing = None if _is_nan(est.encoded_missing_value) else repr(float(est.encoded_missing_value))
    found = []
    for x, categories in pairs:
        known = [c for c in categories if c is not None and not _is_nan(c)]
        places = np.arange(len(known), dtype=np.float64).tolist()
        found.append(looked_up(x, known, places, unknown, missing))
    return {"transform": found}


def codes_missing(est: Any) -> bool:
    """Whether an OrdinalEncoder gives a missing value a number, which JPMML leaves out."""
    return not _is_nan(est.encoded_missing_value)


def target(est: Any, w: Writer) -> Outputs:
    """TargetEncoder: the mean target of each category; of several classes, of each."""
    count = len(est.encodings_) // len(w.inputs)
    overall = np.ravel(est.target_mean_).tolist()
    found = []
    for place, means in enumerate(est.encodings_):
        x, categories = w.inputs[place // count], est.categories_[place // count]
        mean = repr(float(overall[place % count]))
        pairs = [(c, float(m)) for c, m in zip(categories, means, strict=True)]
        known = [(c, m) for c, m in pairs if not _is_nan(c)]
        missing = next((repr(m) for c, m in pairs if _is_nan(c)), mean)
        found.append(looked_up(x, [c for c, _ in known], [m for _, m in known], mean, missing))
    return {"transform": found}


def bins(est: Any, w: Writer) -> Outputs:
    """KBinsDiscretizer: the bin that each value falls in, or a column for each bin."""
    places = [
        w.keep(_binned(x, edges[1:-1].tolist()))
        for x, edges in zip(w.inputs, est.bin_edges_, strict=True)
    ]
    if est.encode == "ordinal":
        return {"transform": places}
    return {
        "transform": [
            choose(apply("equal", place, number(k)), 1.0, 0.0)
            for place, count in zip(places, est.n_bins_, strict=True)
            for k in range(int(count))
        ]
    }


def missing(est: Any, w: Writer) -> Outputs:
    """MissingIndicator: 1 where a value is missing."""
    if not _is_nan(est.missing_values):
        raise option("a MissingIndicator of another value than NaN", "")
    return {"transform": [choose(apply("isMissing", w.inputs[k]), 1.0, 0.0) for k in est.features_]}


def fills(est: Any) -> bool:
    """Whether a SimpleImputer is one that `filled` says."""
    values = np.asarray(est.statistics_)
    numbers = values.dtype.kind == "f" and not np.isnan(values).any()
    return bool(numbers and _is_nan(est.missing_values))


def filled(est: Any, w: Writer) -> Outputs:
    """SimpleImputer of numbers: its statistic where a value is missing; then, if wanted, where."""
    pairs = zip(w.inputs, est.statistics_.tolist(), strict=True)
    found = [choose(apply("isMissing", x), value, x) for x, value in pairs]
    marks = [] if est.indicator_ is None else missing(est.indicator_, w)["transform"]
    return {"transform": [*found, *marks]}


def looked_up(
    x: Term, keys: Any, values: list[float], unknown: str | None, missing: str | None
) -> Term:
    """The value of a key, of texts or of numbers."""
    of = _field(x)
    if any(isinstance(key, str) for key in keys):
        pairs = tuple(map(str, keys)), tuple(repr(float(v)) for v in values)
        return MapValues(
            of=of,
            keys=pairs[0],
            values=pairs[1],
            dtype="double",
            if_missing=missing,
            default=unknown,
        )
    points = tuple(
        Interval(left=float(key), right=float(key), closure="closedClosed", value=repr(float(v)))
        for key, v in zip(keys, values, strict=False)
    )
    return Discretize(of=of, intervals=points, if_missing=missing, default=unknown)


def _binned(x: Term, edges: list[float]) -> Term:
    """How many of the edges are at or below a value."""
    if not edges:
        return choose(apply("isMissing", x), MISSING, 0.0)
    lows, highs = [None, *edges], [*edges, None]
    pairs = [(a, b) for a, b in zip(lows, highs, strict=True)]
    intervals = tuple(
        Interval(left=a, right=b, closure="closedOpen", value=repr(float(n)))
        for n, (a, b) in enumerate(pairs)
        if a is None or b is None or a < b
    )
    return Discretize(of=_field(x), intervals=intervals)


def _known(x: Term, categories: Any) -> Term:
    """Whether a value is one of the categories; a missing one is where NaN or None is."""
    valued = [_constant(c) for c in categories if not _is_nan(c)]
    here = apply("isIn", x, *valued)
    missing = number(1.0) if len(valued) < len(categories) else number(0.0)
    return choose(apply("isMissing", x), apply("equal", missing, 1.0), here)


def _is(x: Term, category: Any) -> Term:
    """1 where a value is of the category, else 0."""
    missing = 1.0 if _is_nan(category) else 0.0
    here: Term | float = 0.0
    if not _is_nan(category):
        here = choose(apply("equal", x, _constant(category)), 1.0, 0.0)
    return choose(apply("isMissing", x), missing, here)


def _constant(category: Any) -> Constant:
    if isinstance(category, str):
        return Constant(dtype="string", value=category)
    return number(float(category))


def _is_nan(value: Any) -> bool:
    return value is None or (isinstance(value, float | np.floating) and value != value)


def _field(x: Term) -> Ref:
    assert isinstance(x, Input)
    return x
