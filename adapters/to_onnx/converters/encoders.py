"""Categories to numbers. A category is looked up once, as its position among those seen in fit."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.ml.v3 as ml
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.graph import Graph
from adapters.to_onnx.refused import Refused, each, option
from adapters.to_onnx.wires import Matrix, Outputs, Wire, cast, columns_of, is_text, join
from converter.values import Reason, Turn


def one_hot(est: Any, wire: Wire, g: Graph) -> Outputs:
    """One column for each category kept; unknown ones are zeros, or the infrequent column."""
    columns = _columns(wire, est, g)

    def encode(i: int) -> Var:
        positions, width = _positions(est, i)
        found = _lookup(columns[i], est.categories_[i], positions, g)
        hit = op.equal(found, op.const(np.arange(width)))
        return cast(hit, g.real)

    return {"transform": Matrix(join(each(encode, range(len(columns)))))}


def ordinal(est: Any, wire: Wire, g: Graph) -> Outputs:
    """The position of each category; its own numbers for unknown and missing values."""
    columns = _columns(wire, est, g)

    def encode(i: int) -> Var:
        codes = np.concatenate([_codes(est, i), [_unknown_code(est)]])
        found = _lookup(columns[i], est.categories_[i], np.arange(len(codes)), g)
        return op.gather(g.const(codes), found)

    return {"transform": Matrix(join(each(encode, range(len(columns)))))}


def target(est: Any, wire: Wire, g: Graph) -> Outputs:
    """TargetEncoder: the target's mean in each category, of all where it is unknown."""
    columns = _columns(wire, est, g)
    means = np.ravel(est.target_mean_)
    width = len(means)

    def encode(i: int) -> Var:
        encodings = np.asarray(est.encodings_[i * width : (i + 1) * width])
        table = np.column_stack([encodings, means]).T
        found = _lookup(columns[i], est.categories_[i], np.arange(len(table)), g)
        return op.gather(g.const(table), op.reshape(found, op.const(np.array([-1]))))

    return {"transform": Matrix(join(each(encode, range(len(columns)))))}


def _columns(wire: Wire, est: Any, g: Graph) -> list[Var]:
    """Every column, known for dates where it holds dates."""
    columns = columns_of(wire, len(est.categories_))
    if isinstance(wire, Matrix) and g.is_date(wire.var):
        g.dates += columns
    return columns


def _positions(est: Any, i: int) -> tuple[np.ndarray, int]:
    """Output column of each category and, last, of an unknown one (-1: none); and their count."""
    n = len(est.categories_[i])
    grouped = _grouping(est, i)
    positions = np.arange(n) if grouped is None else np.asarray(grouped)
    unknown = -1
    if grouped is not None and est.handle_unknown in ("infrequent_if_exist", "warn"):
        unknown = int(positions[est._infrequent_indices[i][0]])
    dropped = None if est._drop_idx_after_grouping is None else est._drop_idx_after_grouping[i]
    positions = np.append(positions, unknown)
    width = int(positions.max(initial=-1)) + 1
    if dropped is None:
        return positions, width
    return np.where(positions == dropped, -1, positions - (positions > dropped)), width - 1


def _codes(est: Any, i: int) -> np.ndarray:
    n = len(est.categories_[i])
    grouped = _grouping(est, i)
    codes = np.asarray(np.arange(n) if grouped is None else grouped, dtype=np.float64)
    missing = est._missing_indices.get(i)
    if missing is not None:
        codes[missing] = est.encoded_missing_value
    return codes


def _unknown_code(est: Any) -> float:
    """NaN where scikit-learn raises: such rows are outside the model's domain."""
    return float(est.unknown_value) if est.handle_unknown == "use_encoded_value" else float("nan")


def _grouping(est: Any, i: int) -> Any:
    """Category → group, where rare categories were put together; else None."""
    if not getattr(est, "_infrequent_enabled", False):
        return None
    return est._default_to_infrequent_mappings[i]


def _lookup(column: Var, categories: np.ndarray, values: np.ndarray, g: Graph) -> Var:
    """`values` [K + 1] (the last for unknown) by category, as int64 [N, 1]."""
    if is_text(column):
        return _lookup_text(column, categories, values, g)
    if g.is_date(column):
        return _lookup_number(column, _counted(categories), values, g)
    if np.asarray(categories).dtype.kind == "M":
        raise option("categories of dates meet a column of numbers")
    try:
        known = np.asarray(categories, dtype=np.float64)
    except (TypeError, ValueError):
        raise option("text categories meet a column of numbers") from None
    return _lookup_number(cast(column, g.real), known, values, g)


def _counted(categories: np.ndarray) -> np.ndarray:
    """Dates as what they are on a wire: int64 nanoseconds."""
    if np.asarray(categories).dtype.kind != "M":
        raise option("categories that are no dates meet a column of dates")
    return np.asarray(categories).astype("datetime64[ns]").astype(np.int64)


def _lookup_text(column: Var, categories: np.ndarray, values: np.ndarray, g: Graph) -> Var:
    keys = ["" if _no_value(category) else category for category in categories.tolist()]
    if not all(isinstance(key, str) for key in keys):
        raise option("categories that are not all text meet a column of text")
    if len(set(keys)) < len(keys):
        raise _told_apart()
    if "" in keys:
        g.reads_empty_as_missing()
    return ml.label_encoder(
        column,
        keys_strings=keys,
        values_int64s=[int(value) for value in values[:-1]],
        default_int64=int(values[-1]),
    )


def _lookup_number(x: Var, known: np.ndarray, values: np.ndarray, g: Graph) -> Var:
    """Compared with every category at once: position 0 is "none of them"."""
    hit = op.equal(x, g.const(known))
    if np.isnan(known).any():
        hit = op.or_(hit, op.and_(op.isnan(x), op.const(np.isnan(known))))
    place = op.const(np.arange(1, len(known) + 1))
    found = op.reduce_sum(op.mul(cast(hit, np.int64), place), op.const(np.array([1])), keepdims=1)
    return op.gather(op.const(np.concatenate([values[-1:], values[:-1]]).astype(np.int64)), found)


def _no_value(category: Any) -> bool:
    return category is None or category != category


def _told_apart() -> Refused:
    return Refused(
        Reason(
            code="onnx.missing-string",
            message="the model tells an empty string from a missing one; "
            "in a graph both are the empty string",
            turn=Turn.FORMAT,
        )
    )
