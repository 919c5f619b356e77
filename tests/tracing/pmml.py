"""What the tests of functions in PMML share: a function said, and run in JPMML-Evaluator."""

from typing import Any

import msgspec
import numpy as np

from adapters.to_pmml.functions.scalarise import said
from adapters.to_pmml.functions.unsaid import Unsaid
from adapters.to_pmml.terms import DataType, Said
from converter.trace.cancelling import unstable
from converter.trace.expression import Expression, Node
from converter.trace.function import Untraced, express
from converter.trace.operations import evaluated
from converter.values import Reason
from tests.pmml import answers

RTOL, ATOL = 1e-12, 1e-300
RTOL_SINGLE = 1e-6
GROWING = {op: op for op in ("add", "multiply", "power", "square", "prod", "nanprod", "sum")}
GROWING |= {"subtract": "add", "cumsum": "cumsum", "cumprod": "cumprod", "nansum": "nansum"}


def same_in_pmml(function: Any, live: Any, **keywords: Any) -> Said:
    """Its terms, which JPMML-Evaluator answers alike on the rows of `live` and on edge rows."""
    expression = express(function, live, keywords)
    terms = said(expression)
    assert msgspec.json.decode(msgspec.json.encode(terms), type=Said) == terms
    assert not differences(expression, terms)
    return terms


def refused(function: Any, live: Any, **keywords: Any) -> str:
    """Why a function has no terms; "" where it has."""
    return next((reason.message for reason in reasons_of(function, live, **keywords)), "")


def reasons_of(function: Any, live: Any, **keywords: Any) -> tuple[Reason, ...]:
    """Every reason why a function has no terms."""
    try:
        same_in_pmml(function, live, **keywords)
    except (Untraced, Unsaid) as unsaid:
        return unsaid.reasons
    return ()


def differences(expression: Expression, terms: Said) -> list[str]:
    """Rows on which the evaluator gives anything but what the expression means."""
    rows = {name: _without_signs(values) for name, values in expression.tried.items()}
    columns = [(part, node) for node in expression.inputs for part in _columns(rows[_name(node)])]
    found = answers(terms, [_plain(part) for part, _ in columns], [_type(n) for _, n in columns])
    wanted = [part for values in expression.evaluate(rows) for part in _columns(values)]
    shaky = unstable(expression, rows) | _caveats(expression, rows)
    single = any(node.dtype == np.float32 for node in expression.values(rows))
    told = []
    for number, (expected, actual) in enumerate(zip(wanted, found, strict=True)):
        for row, (a, b) in enumerate(zip(expected.tolist(), actual, strict=True)):
            if not (shaky[row] or _same(a, b, RTOL_SINGLE if single else RTOL)):
                given = {name: values[row : row + 1].tolist() for name, values in rows.items()}
                told.append(f"output {number}: {b!r} instead of {a!r} for {given}")
    return told


def _caveats(expression: Expression, rows: dict[str, np.ndarray]) -> np.ndarray:
    """Rows on which an answer is told to be another: of great whole numbers, great quotients."""
    values = expression.values(rows)
    found = np.zeros(len(next(iter(rows.values()))), dtype=bool)
    for node, value in values.items():
        if not node.rows:
            continue
        with np.errstate(all="ignore"):
            if node.op in ("remainder", "fmod", "floor_divide") and node.kind == "float":
                a, b = (np.asarray(values[part], dtype=float) for part in node.inputs)
                value = np.where(np.isfinite(a) & np.isfinite(b), a / b, 0)
            elif node.kind == "int" and node.op in GROWING:
                sizes = [np.abs(np.asarray(values[part], dtype=float)) for part in node.inputs]
                value = evaluated(GROWING[node.op], sizes, node.attrs)
            else:
                continue
            great = np.abs(value) > 2**53
        found |= np.asarray(great, dtype=bool).reshape(len(found), -1).any(axis=1)
    return found


def _name(node: Node) -> str:
    return str(node.attrs["name"])


def _columns(values: np.ndarray) -> list[np.ndarray]:
    """A [N, …] as one [N] for each place in a row."""
    return list(values.reshape(len(values), -1).T)


def _without_signs(values: np.ndarray) -> np.ndarray:
    """No negative zeros, which no document can hold; whole numbers of 32 bits."""
    if values.dtype.kind in "iu":
        return values.clip(max(-(2**31), np.iinfo(values.dtype).min), 2**31 - 1)
    if values.dtype.kind == "M":  # to the second
        return values.astype("M8[s]").astype(values.dtype)
    return values + 0.0 if values.dtype.kind == "f" else values


def _plain(values: np.ndarray) -> list[Any]:
    """As the scorer hands it over: dates as XML spells them."""
    if values.dtype.kind != "M":
        return list(values.tolist())
    told = np.datetime_as_string(values, unit="s").tolist()
    return [None if text == "NaT" else text for text in told]


def _type(node: Node) -> DataType:
    kinds: dict[str, DataType] = {
        "text": "string",
        "bool": "boolean",
        "int": "integer",
        "date": "dateTime",
    }
    return kinds.get(node.kind, "double")


def _same(expected: Any, actual: Any, rtol: float) -> bool:
    if expected is None or expected != expected:
        return actual is None
    if actual is None or isinstance(expected, str):
        return bool(actual == expected)
    if expected == actual:
        return True
    return abs(expected - actual) <= max(rtol * abs(expected), ATOL)
