"""A small example of every operation of the function expression, to be said in the target.

What a table of lowerings declares is thereby tried, and can be told (`document`).
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from sklearn.preprocessing import StandardScaler

from converter.trace import dates
from converter.trace.expression import Expression, Node
from converter.trace.held import Held
from converter.trace.operations import REDUCTIONS, SPECIAL, UFUNCS, evaluated, known


class Sample(NamedTuple):
    """What an operation is handed: kinds of rows or constants, and attributes."""

    given: tuple[Any, ...]
    """Names of `KINDS`; a tuple of one is the constant in it."""
    attrs: dict[str, Any] = {}


def _texts(*cells: str | None) -> np.ndarray:
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


DATES = np.array(["2024-02-29T12:30", "1969-12-31T23:59:59"], dtype="M8[us]")
KINDS: dict[str, np.ndarray] = {
    "real": np.array([0.5, 0.25]),
    "reals": np.array([[0.5, 0.25, 0.75], [0.125, 1.0, 0.5]]),
    "whole": np.array([3, 2]),
    "truth": np.array([True, False]),
    "truths": np.array([[True, False], [False, False]]),
    "text": _texts("Ab 12", "x"),
    "number": _texts("12", "7"),
    "when": _texts("2024-02-29", "1969-12-31"),
    "date": DATES,
    "dates": np.stack([DATES, DATES[::-1], DATES], axis=1),
    "span": DATES - DATES[::-1],
    "owner": np.array([0, 0, 1]),
    "words": _texts("Ab", "12", "x"),
    "lengths": np.array([2, 2, 1]),
}


def _scaler() -> Held:
    return Held(StandardScaler().fit(KINDS["reals"]))


CUTS = ((None, -1, "", 0), ("", -1, "", 0), (" ", -1, "", 0), (None, -1, "[0-9]+", 0))
"""How texts are cut: at white space, into characters, at a separator, by a pattern."""
_PIECES = ("text", "owner", (True,), "lengths")

_DATED = {"real": "date", "reals": "dates"}

_AXIS = {"axis": 0}
_REGEX = {"pattern": "[0-9]+", "flags": 0}

OTHERS: dict[str, tuple[Sample, ...]] = {
    "take": (Sample(("reals",), {"indices": (2, 0), **_AXIS}),),
    "pick": (Sample(("reals",), {"index": 1, **_AXIS}),),
    "join": (Sample(("reals", "reals"), _AXIS),),
    "reshape": (Sample(("reals",), {"shape": (3, 1)}),),
    "permute": (Sample(("reals",), {"axes": (0,)}),),
    "repeat": (Sample(((1.5,), "real")),),
    "where": (Sample(("truth", "real", "real")),),
    "cast": (Sample(("real",), {"dtype": "int64"}), Sample(("truth",), {"dtype": "float64"})),
    "round": (Sample(("real",), {"decimals": 0}), Sample(("real",), {"decimals": 1})),
    **{name: (Sample(("reals",), _AXIS),) for name in ("cumsum", "cumprod", "cummax", "cummin")},
    **{name: (Sample(("reals",), _AXIS),) for name in ("sort", "argsort")},
    "matmul": (Sample(("reals", (np.array([1.0, 2.0, 3.0]),))),),
    "searchsorted": (Sample(("real",), {"edges": (0.25, 0.5), "side": "left"}),),
    "interp": (Sample(("real",), {"xp": (0.0, 1.0), "fp": (0.0, 2.0)}),),
    "isin": (Sample(("whole",), {"values": (3, 4)}), Sample(("text",), {"values": ("x",)})),
    "lookup": (
        Sample(("text",), {"keys": ("x",), "values": (1.0,), "default": 0.0}),
        Sample(("whole",), {"keys": (3,), "values": ("three",), "default": None}),
    ),
    "answer": (Sample(("reals",), {"estimator": _scaler(), "method": "transform"}),),
    "text.missing": (Sample(("text",)),),
    "text.concat": (Sample(("text", "text")),),
    "text.case": tuple(
        Sample(("text",), {"how": how, "by": "python"})
        for how in ("lower", "upper", "title", "capitalize", "swapcase", "casefold")
    ),
    "text.strip": tuple(
        Sample(("text",), {"chars": None, "side": side}) for side in ("both", "left", "right")
    ),
    "text.slice": (
        Sample(("text",), {"start": 0, "stop": 2, "step": None}),
        Sample(("text",), {"start": None, "stop": None, "step": -1}),
    ),
    "text.replace": (
        Sample(("text",), {"pattern": "b", "by": "c", "flags": 0, "limit": 0}),
        Sample(("text",), {**_REGEX, "by": "n", "limit": 0}),
        Sample(("text",), {"pattern": "([0-9])([0-9])", "by": r"\2\1", "flags": 0, "limit": 0}),
        Sample(("text",), {**_REGEX, "by": "n", "limit": 1}),
    ),
    "text.extract": (
        Sample(("text",), {**_REGEX, "group": 0, "index": 0}),
        Sample(("text",), {"pattern": "([a-z]) ([0-9])", "flags": 0, "group": 2, "index": 0}),
        Sample(("text",), {"pattern": "([a-z]+?)b*", "flags": 0, "group": 1, "index": 0}),
    ),
    "text.piece": (Sample(("text",), {"separator": " ", "index": 0, "limit": -1}),),
    "text.length": (Sample(("text",)),),
    "text.matches": tuple(
        Sample(("text",), {**_REGEX, "how": how}) for how in ("search", "match", "fullmatch")
    ),
    "text.count": (Sample(("text",), _REGEX),),
    "text.is": tuple(
        Sample(("text",), {"what": what, "by": "python"})
        for what in ("alpha", "alnum", "digit", "numeric", "space", "lower", "upper", "title")
    ),
    "text.number": tuple(Sample(("number",), {"grammar": g}) for g in ("float", "int", "pandas")),
    "text.reads": (Sample(("number",), {"grammar": "float"}),),
    "text.of_number": (Sample(("whole",)), Sample(("truth",)), Sample(("real",))),
    "pieces.owner": tuple(Sample(("text",), {"cut": cut}) for cut in CUTS),
    "pieces.texts": tuple(Sample(("text", "owner"), {"cut": cut}) for cut in CUTS[:1]),
    "pieces.place": (Sample(("text", "owner")),),
    "pieces.spread": (Sample(("real", "owner")),),
    "pieces.total": tuple(Sample(_PIECES, {"how": how}) for how in ("sum", "max", "min")),
    "pieces.first": (Sample(_PIECES),),
    "pieces.joined": (Sample((*_PIECES[:3], "words"), {"glue": "-"}),),
    "pieces.distinct": (Sample((*_PIECES[:3], "words")),),
    "date.part": tuple(Sample(("date",), {"part": part}) for part in sorted(dates.PARTS)),
    "date.parse": (Sample(("when",), {"format": "%Y-%m-%d", "dtype": "M8[us]", "guessed": False}),),
}
"""Of the operations that take more than numbers, several where the attributes matter."""


def samples(op: str) -> tuple[Sample, ...]:
    """Examples of an operation. KeyError where `OTHERS` lacks it."""
    if op in REDUCTIONS:
        given = "truths" if op in ("any", "all") else "reals"
        return (Sample((given,), {**_AXIS, "keepdims": False}),)
    name = op.removeprefix("special.")
    if op in UFUNCS or (op != name and name in SPECIAL):
        choices = [Sample((kind,) * _arity(op)) for kind in ("real", "whole", "date")]
        return _first(op, choices) if _arity(op) else ()
    return OTHERS[op]


def dated(op: str) -> tuple[Sample, ...]:
    """One example of an operation on dates or spans; none where numpy knows no such thing."""
    if op.startswith(("text.", "special.", "date.", "pieces.")) and op != "text.missing":
        return ()
    if op in UFUNCS:
        pairs = (("date", "date"), ("date", "span"), ("span", "span"), ("span", "whole"))
        ones = (("date",), ("span",))
        return _first(op, map(Sample, pairs if _arity(op) == 2 else ones))
    [sample, *_] = samples(op)
    if op == "cast":
        sample = Sample(("date",), {"dtype": "M8[D]"})
    given = tuple(
        _DATED.get(kind, kind) if isinstance(kind, str) else (DATES[0],) for kind in sample.given
    )
    if op == "text.missing":
        given = ("date",)
    return _first(op, [Sample(given, sample.attrs)]) if given != sample.given else ()


def expression(op: str, sample: Sample) -> Expression:
    """The operation on its own, on two rows. Raises what numpy raises."""
    parts = tuple(_part(kind, number) for number, kind in enumerate(sample.given))
    value = evaluated(op, [part.value for part in parts], sample.attrs)
    inputs = tuple(part for part in parts if part.op == "input")
    tried = {part.attrs["name"]: part.value for part in inputs}
    return Expression(inputs, (Node(op, parts, sample.attrs, value, rows=True),), tried=tried)


def _part(kind: Any, number: int) -> Node:
    if isinstance(kind, tuple):
        return Node("const", (), {}, kind[0], rows=False)
    return Node("input", (), {"name": f"x{number}"}, KINDS[kind], rows=True)


def _first(op: str, choices: Iterable[Sample]) -> tuple[Sample, ...]:
    """The first that numpy takes; none where it takes none."""
    for sample in choices:
        with suppress(TypeError, ValueError):
            expression(op, sample)
            return (sample,)
    return ()


def _arity(op: str) -> int:
    if op in UFUNCS:
        return int(getattr(np, op).nin)
    import scipy.special

    function = getattr(scipy.special, op.removeprefix("special."), None)
    return getattr(function, "nin", 1) if function else 0  # not in every version of scipy


def every() -> list[str]:
    """All operations: numpy's, scipy's, then selection and values, text, dates."""
    families = (UFUNCS, frozenset(f"special.{name}" for name in SPECIAL), REDUCTIONS)
    rest = known().difference(*families)
    plain = {op for op in rest if "." not in op}
    groups = (*families, plain, {o for o in rest if o.startswith("text.")}, rest)
    return list(dict.fromkeys(op for group in groups for op in sorted(group)))
