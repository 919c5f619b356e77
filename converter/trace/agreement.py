"""Whether a recording says what the live function says: on its rows, alone, shuffled, at the edges.

The live function is the user's own and may raise, keep state, or change what it is handed.
"""

import copy
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from converter.trace import edges, given
from converter.trace.cancelling import unstable
from converter.trace.expression import Expression
from converter.trace.outcome import Gave, gave

ALONE, FEWEST = 8, 2
"""How many rows are also asked one by one; of a slow function fewer."""
ODD, FEWEST_ODD = 40, 8
"""How many edge rows are asked one by one, where some of them raise."""
BUDGET = 0.1
"""Seconds for each of the two."""
RTOL, ATOL = 1e-9, 1e-12


class Disagreement(Exception):
    """The recording and the live function differ; what is said goes into the reason."""


def check(function: Callable[[Any], Any], live: Any, expression: Expression) -> given.Arrays:
    """The inputs of all rows on which the two agree; edge rows that raise are left out.

    `function` is called with copies of containers like `live`. Raises Disagreement.
    """
    rows, started = np.arange(given.count(live)), time.perf_counter()
    for what in ("the rows of the proof", "the rows of the proof, asked again"):
        answer = _compared(function, live, expression, what)
        if isinstance(answer, Exception):
            raise Disagreement(f"it raises {type(answer).__name__}: {str(answer)[:200]}")
    calls = BUDGET / max((time.perf_counter() - started) / 2, 1e-9)
    shuffled = np.random.default_rng(0).permutation(rows)
    _compared(function, given.take(live, shuffled), expression, "its rows in another order")
    alone = int(min(ALONE, max(FEWEST, calls)))
    for row in rows[:: max(1, len(rows) // alone)]:
        _compared(function, given.take(live, np.array([row])), expression, "a row on its own")
    odd = _edges(function, live, expression, int(min(ODD, max(FEWEST_ODD, calls))))
    return {
        name: np.concatenate([values, *(each[name] for each in odd)])
        for name, values in given.arrays_of(live).items()
    }


def changes_its_rows(function: Callable[[Any], Any], live: Any) -> bool:
    """Whether the function writes into the very container that it is handed."""
    handed = copy.deepcopy(live)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            function(handed)
        before, after = given.arrays_of(live), given.arrays_of(handed)
    except Exception:  # what it raises was seen before
        return False
    return before.keys() != after.keys() or not all(
        values.shape == after[name].shape and equal(values, after[name]).all()
        for name, values in before.items()
    )


def _edges(
    function: Callable[[Any], Any], live: Any, expression: Expression, most: int
) -> list[given.Arrays]:
    """The edge rows on which the live function answers; one by one, at `most` so many are asked."""
    odd = edges.rows(live)
    if odd is None:
        return []
    whole = _compared(function, odd, expression, "edge values")
    if not isinstance(whole, Exception):
        return [given.arrays_of(odd)]
    alone = [given.take(odd, np.array([row])) for row in range(min(given.count(odd), most))]
    answers = [_compared(function, one, expression, "an edge value") for one in alone]
    pairs = zip(alone, answers, strict=True)
    return [given.arrays_of(one) for one, gave in pairs if isinstance(gave, Gave)]


def _compared(
    function: Callable[[Any], Any], live: Any, expression: Expression, what: str
) -> Gave | Exception:
    """What the live function gives, which the expression gives as well; or what it raises."""
    answer = _answer(function, live)
    if isinstance(answer, Gave):
        _same(answer, expression, live, what)
    return answer


def _answer(function: Callable[[Any], Any], live: Any) -> Gave | Exception:
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return gave(function(copy.deepcopy(live)))
    except Exception as error:  # the user's function may raise anything
        return error


def _same(answer: Gave, expression: Expression, live: Any, what: str) -> None:
    arrays = given.arrays_of(live)
    actual, expected = expression.evaluate(arrays), answer.outputs
    if len(actual) != len(expected):  # one of the two has a frame as one matrix
        actual, expected = expression.by_column(actual), _by_column(answer)
    if answer.columns != expression.columns or len(actual) != len(expected):
        raise Disagreement(
            f"it gives the columns {answer.columns}, the recording {expression.columns}"
        )
    names = answer.columns if answer.columns and len(answer.columns) == len(actual) else ()
    for number, (wanted, found) in enumerate(zip(expected, actual, strict=True)):
        name = names[number] if names else ""
        where = f"on {what}" + (f", column {name!r}" if name else "")
        _same_values(wanted, found, where, lambda: unstable(expression, arrays))


def _by_column(answer: Gave) -> tuple[np.ndarray, ...]:
    [first, *_] = answer.outputs
    return tuple(first.T) if answer.columns and first.ndim > 1 else answer.outputs


def _same_values(
    wanted: np.ndarray, found: np.ndarray, where: str, excused: Callable[[], np.ndarray]
) -> None:
    """`excused` tells the rows on which sums may differ by the order of adding."""
    if len(found) == 1 and wanted.shape == np.squeeze(found).shape:
        wanted = wanted.reshape(found.shape)  # `.squeeze()` of one row loses the row axis
    if wanted.shape != found.shape and len(found) == 1 and wanted.size == found.size:
        wanted = wanted.reshape(found.shape)  # such as `squeeze` gives of a single row
    if wanted.shape != found.shape:
        raise Disagreement(
            f"{where} it gives the shape {wanted.shape}, the recording {found.shape}"
        )
    same = equal(wanted, found)
    if not same.all():
        same = (same.T | excused()).T
    if not same.all():
        row = int(np.argmin(same.reshape(len(same), -1).all(axis=1)))
        raise Disagreement(f"{where} it gives {wanted[row]!r}, the recording {found[row]!r}")


def equal(wanted: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Which values are the same, missing ones included; real numbers but for their last digits."""
    kinds = {wanted.dtype.kind, found.dtype.kind}
    if kinds in ({"M"}, {"m"}):
        return np.asarray((wanted == found) | (np.isnat(wanted) & np.isnat(found)))
    if kinds & {"O", "M", "m"}:
        both = np.frompyfunc(_same_cell, 2, 1)
        return np.asarray(both(wanted.astype(object), found.astype(object)), dtype=bool)
    with np.errstate(all="ignore"):
        same = (wanted == found) | ((wanted != wanted) & (found != found))
        if same.all():
            return np.asarray(same)
        wanted, found = wanted.astype(np.float64), found.astype(np.float64)
        return np.asarray(np.isclose(found, wanted, rtol=RTOL, atol=ATOL, equal_nan=True))


def _same_cell(a: Any, b: Any) -> bool:
    missing = [cell is None or cell != cell for cell in (a, b)]
    if any(missing):
        return all(missing)
    return bool(a == b)
