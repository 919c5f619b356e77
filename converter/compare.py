"""The comparison of an artifact's answers with scikit-learn's, output by output, over all rows."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from converter.rows import Rows, count, take
from converter.values import Evidence, OutputParity, Parity, Record


class Tolerance(Record):
    """How far two floats may differ: |expected - actual| <= atol + rtol * |expected|.

    rtol is the promise: 1e-9 is a thousand times the rounding of a long float64 sum, 1e-5 the
    same for float32. atol only speaks near zero, where answers are what is left of terms of order
    one that cancel (probabilities, margins, centred features): it is the rounding of some
    thousand such terms in float64 (1e-12), of some ten in float32 (1e-6). So 0.0 and 1e-17 agree.
    """

    atol: float = 1e-12
    rtol: float = 1e-9


def tolerance(precision: str) -> Tolerance:
    """The default for "float64" or "float32"."""
    return Tolerance(atol=1e-6, rtol=1e-5) if precision == "float32" else Tolerance()


def chosen(precision: str, atol: float | None, rtol: float | None) -> Tolerance:
    """The default of the precision, where the user did not choose."""
    default = tolerance(precision)
    return Tolerance(
        atol=default.atol if atol is None else atol, rtol=default.rtol if rtol is None else rtol
    )


class Gap(NamedTuple):
    """How far apart two outputs are, row by row."""

    differs: np.ndarray
    """bool [rows]: outside the tolerance."""
    absolute: np.ndarray
    """float64 [rows]: largest difference over finite pairs; 0 for labels."""
    needed: np.ndarray
    """float64 [rows]: the rtol that the row would have needed; inf where none helps."""


def compare(
    expected: Rows,
    actual: Rows,
    inputs: Rows,
    *,
    evidence: Evidence,
    tolerance: Tolerance,
    tolerances: Mapping[str, Tolerance] | None = None,
    inside: np.ndarray | None = None,
    unstable: np.ndarray | None = None,
    strict: bool = False,
) -> Parity:
    """Hold the artifact's answers against scikit-learn's.

    `tolerances` are those of the outputs that have their own. `inputs`, `inside` and `unstable`
    (bool) have all rows; `expected` has the rows inside the model's domain; `actual` has either
    those, or all. Rows outside the domain are not compared; with `strict`, they are a mismatch if
    `actual` answers them. Unstable rows are counted, not judged, and a proof with no row left to
    judge has not passed. Whatever has another name, shape or type is a mismatch, never an
    exception.
    """
    inside = np.ones(count(inputs), np.bool_) if inside is None else inside
    unstable = np.zeros(len(inside), np.bool_) if unstable is None else unstable
    own = tolerances or {}
    answered = count(actual) == len(inside) and not inside.all()
    if answered:
        whole = {name: array for name, array in actual.items() if len(array) == len(inside)}
        actual = actual | take(whole, inside)
    judged = ~unstable[inside]
    rows = np.flatnonzero(inside)
    outputs = tuple(
        _output(name, output, actual.get(name), judged, inputs, rows, own.get(name, tolerance))
        for name, output in expected.items()
    )
    return Parity(
        evidence=evidence,
        rows=len(rows),
        outside=len(inside) - len(rows),
        answered_outside=len(inside) - len(rows) if strict and answered else 0,
        unstable=int(np.sum(~judged)),
        outputs=outputs,
        passed=bool(outputs and judged.any() and not (strict and answered))
        and not any(output.differing for output in outputs),
    )


def differing_rows(
    expected: Rows, actual: Rows, tolerance: Tolerance, tolerances: Mapping[str, Tolerance]
) -> np.ndarray:
    """bool [rows]: outside the tolerance in any output that both have in the same form."""
    differs = np.zeros(count(expected), np.bool_)
    for name, output in expected.items():
        output = _spelled(output, actual.get(name))
        if name in actual and _form(output) == _form(actual[name]):
            differs |= gap(output, actual[name], tolerances.get(name, tolerance)).differs
    return differs


def _output(
    name: str,
    expected: np.ndarray,
    actual: np.ndarray | None,
    judged: np.ndarray,
    inputs: Rows,
    rows: np.ndarray,
    tolerance: Tolerance,
) -> OutputParity:
    """One output's parity; `rows` are the numbers of the compared rows among all inputs."""
    exact = expected.dtype.kind != "f"
    expected = _spelled(expected, actual)
    if actual is None or _form(expected) != _form(actual):
        return OutputParity(
            name=name,
            differing=max(int(judged.sum()), 1),
            atol=tolerance.atol,
            rtol=tolerance.rtol,
            exact=exact,
            max_abs=0.0,
            needed_rtol=None,
            worst_expected=_form(expected),
            worst_actual="no such output" if actual is None else _form(actual),
        )
    apart = gap(expected, actual, tolerance)
    worst = _worst(apart, judged)
    found = worst >= 0 and (apart.needed[worst] > 0 or apart.absolute[worst] > 0)
    needed = float(np.max(apart.needed[judged], initial=0.0))
    return OutputParity(
        name=name,
        differing=int(np.sum(apart.differs & judged)),
        atol=tolerance.atol,
        rtol=tolerance.rtol,
        exact=exact,
        max_abs=float(np.max(apart.absolute[judged], initial=0.0)),
        needed_rtol=needed if np.isfinite(needed) else None,
        worst_row=int(rows[worst]) if found else -1,
        worst_inputs=_shown_inputs(inputs, rows[worst]) if found else {},
        worst_expected=_shown(expected[worst]) if found else "",
        worst_actual=_shown(actual[worst]) if found else "",
    )


def _worst(apart: Gap, judged: np.ndarray) -> int:
    """The judged row that needs the largest rtol, then has the largest difference; -1 if none."""
    candidates = np.flatnonzero(judged)
    if not len(candidates):
        return -1
    order = np.lexsort((apart.absolute[candidates], apart.needed[candidates]))
    return int(candidates[order[-1]])


# --- one pair of arrays -----------------------------------------------------------------------

_KINDS = {"f": "float", "i": "integer", "u": "integer", "b": "bool", "M": "date"}
_KINDS |= {"O": "string", "U": "string"}


def _form(array: np.ndarray) -> str:
    """What must be alike before values are: the kind and the shape, in words."""
    kind = _KINDS.get(array.dtype.kind, str(array.dtype))
    return f"{kind} [{', '.join(str(length) for length in array.shape)}]"


def _spelled(expected: np.ndarray, actual: np.ndarray | None) -> np.ndarray:
    """Labels as text, where the artifact's are because it has none for some rows."""
    if actual is None or actual.dtype.kind != "O" or expected.dtype.kind not in "iub":
        return expected
    return expected.astype(str).astype(object) if None in actual.ravel().tolist() else expected


def gap(expected: np.ndarray, actual: np.ndarray, tolerance: Tolerance) -> Gap:
    """How far `actual` is from `expected`, two arrays of the same kind and shape, row by row.

    NaN equals NaN, NaT NaT, and an infinity the same infinity; text equals itself, and None None.
    """
    if expected.dtype.kind == "f":
        return _float_gap(_flat(expected), _flat(actual), tolerance)
    unlike = _flat(expected) != _flat(actual)
    if expected.dtype.kind in "mM":
        unlike &= ~(np.isnat(_flat(expected)) & np.isnat(_flat(actual)))
    differs = np.any(unlike, axis=1)
    return Gap(differs, np.zeros(len(differs)), np.where(differs, np.inf, 0.0))


def _flat(array: np.ndarray) -> np.ndarray:
    return array.reshape(len(array), int(np.prod(array.shape[1:])))


def _float_gap(expected: np.ndarray, actual: np.ndarray, tolerance: Tolerance) -> Gap:
    expected, actual = expected.astype(np.float64), actual.astype(np.float64)
    finite = np.isfinite(expected) & np.isfinite(actual)
    alike = (expected == actual) | (np.isnan(expected) & np.isnan(actual))
    with np.errstate(all="ignore"):  # infinities and zeros are sorted out below
        absolute = np.nan_to_num(np.where(finite, np.abs(expected - actual), 0.0))
        excess = np.maximum(absolute - tolerance.atol, 0.0)
        needed = np.where(excess > 0, excess / np.abs(expected), 0.0)
        allowed = absolute <= tolerance.atol + tolerance.rtol * np.abs(expected)
    needed = np.where(finite, needed, np.where(alike, 0.0, np.inf))
    differs = ~np.where(finite, allowed, alike)
    return Gap(
        differs.any(axis=1),
        absolute.max(axis=1, initial=0.0),
        needed.max(axis=1, initial=0.0),
    )


# --- words for people -------------------------------------------------------------------------


def _shown_inputs(inputs: Rows, row: int) -> dict[str, str]:
    return {name: _shown(array[row]) for name, array in inputs.items()}


def _shown(value: object, longest: int = 120) -> str:
    """A value of one row as a short string: digits that matter, long text cut."""
    if isinstance(value, np.datetime64):
        return str(np.datetime_as_string(value, unit="auto"))
    if isinstance(value, np.ndarray):
        cells = ", ".join(_shown(cell, 30) for cell in value.ravel()[:20].tolist())
        return f"[{cells}{', …' if value.size > 20 else ''}]"
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= longest else text[: longest - 1] + "…"
