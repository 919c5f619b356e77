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
    """OneHotEncoder: a column for each category, or group of rare ones."""
    found: list[Term] = []
    for k, (x, categories) in enumerate(zip(w.inputs, est.categories_, strict=True)):
        drops = est._drop_idx_after_grouping
        known = w.keep(_known(x, categories), "boolean")
        found += [
            choose(known, _one_of(x, group), other)
            for n, (group, other) in enumerate(_groups(est, k))
            if drops is None or n != drops[k]
        ]
    return {"transform": found}


def _groups(est: Any, k: int) -> list[tuple[list[Any], Term]]:
    """The categories of each column, and what it says of an unknown one."""
    categories, rare = est.categories_[k], None
    places = np.arange(len(categories))
    if _gathers(est) and est._default_to_infrequent_mappings[k] is not None:
        places = est._default_to_infrequent_mappings[k]
        rare = places[est._infrequent_indices[k][0]]
    if est.handle_unknown not in ("infrequent_if_exist", "warn"):
        rare = None
    otherwise = MISSING if est.handle_unknown == "error" else number(0.0)
    return [
        ([categories[n] for n in np.flatnonzero(places == place)], number(1.0))
        if place == rare
        else ([categories[n] for n in np.flatnonzero(places == place)], otherwise)
        for place in range(int(places.max(initial=-1)) + 1)
    ]


def _gathers(est: Any) -> bool:
    """Whether rare categories are one."""
    return bool(getattr(est, "_infrequent_enabled", False))


def ordinal(est: Any, w: Writer) -> Outputs:
    """OrdinalEncoder: the place of each value among the categories."""
    unknown = None
    if est.handle_unknown == "use_encoded_value" and not _is_nan(est.unknown_value):
        unknown = repr(float(est.unknown_value))
    pairs = zip(w.inputs, est.categories_, strict=True)
    missing = None if _is_nan(est.encoded_missing_value) else repr(float(est.encoded_missing_value))
    found = []
    for k, (x, categories) in enumerate(pairs):
        places = np.arange(len(categories))
        if _gathers(est) and est._default_to_infrequent_mappings[k] is not None:
            places = est._default_to_infrequent_mappings[k]
        known = [(c, float(n)) for c, n in zip(categories, places, strict=True) if not _is_nan(c)]
        none = [repr(float(n)) for c, n in zip(categories, places, strict=True) if c is None]
        gap = none[0] if none else missing if len(known) < len(categories) else unknown
        found.append(looked_up(x, [c for c, _ in known], [n for _, n in known], unknown, gap))
    return {"transform": found}


def beyond(est: Any) -> bool:
    """Whether an encoder has settings that JPMML leaves out, or engines read otherwise.

    Rare categories that are one; numbers for missing and unknown values; None as a category.
    """
    if _gathers(est):
        return True
    if hasattr(est, "encoded_missing_value") and any(None in list(c) for c in est.categories_):
        return True
    numbers = (getattr(est, name, None) for name in ("encoded_missing_value", "unknown_value"))
    return not all(map(_is_nan, numbers))


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


def _one_of(x: Term, categories: list[Any]) -> Term:
    """1 where a value is among categories, else 0."""
    valued = [_constant(c) for c in categories if not _is_nan(c)]
    here: Term | float = 0.0
    if valued:
        among = apply("equal" if len(valued) == 1 else "isIn", x, *valued)
        here = choose(among, 1.0, 0.0)
    return choose(apply("isMissing", x), float(len(valued) < len(categories)), here)


def _constant(category: Any) -> Constant:
    if isinstance(category, str):
        return Constant(dtype="string", value=category)
    return number(float(category))


def _is_nan(value: Any) -> bool:
    return value is None or (isinstance(value, float | np.floating) and value != value)


def _field(x: Term) -> Ref:
    assert isinstance(x, Input)
    return x
