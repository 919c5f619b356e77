"""What a live function is handed, as named arrays for an expression, and back again.

Containers are arrays, frames, series, sparse matrices and lists of texts, as steps of a live model
hand them on. Text is an object array of str with None for missing; dates are datetime64 in their
own unit, for what they count depends on it.
"""

from typing import Any

import numpy as np

from converter.trace.session import Session, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.documents import Documents
from converter.trace.standins.frame import Frame
from converter.trace.standins.series import Series
from converter.trace.standins.sparse import Sparse

Arrays = dict[str, np.ndarray]
WIDE = 64


def container(live: Any) -> str:
    """ "frame", "series", "sparse", "texts" (a list), "columns" (an object array) or "array"."""
    kind = type(live).__name__
    if kind in ("DataFrame", "Series"):
        return {"DataFrame": "frame", "Series": "series"}[kind]
    if hasattr(live, "toarray"):
        return "sparse"
    if isinstance(live, list):
        return "texts"
    array = np.asarray(live)
    return "columns" if array.dtype.kind == "O" and array.ndim == 2 else "array"


def arrays_of(live: Any) -> Arrays:
    """The inputs of an expression, by name: of a frame by column, else "X" (or "X0", "X1" …).

    A wide frame of one dtype is one matrix, "X".

    Raises TypeError for values that no expression has (tuples, time zones, mixed columns).
    """
    match container(live):
        case "frame" if is_wide(live):
            return {"X": live.to_numpy()}
        case "frame" if is_uniform(live):
            return dict(zip(map(str, live.columns), live.to_numpy().T, strict=True))
        case "frame":
            return {str(name): column(values) for name, values in live.items()}
        case "series":
            return {"X": column(live)}
        case "sparse":
            return {"X": np.asarray(live.toarray())}
        case "columns":
            return {f"X{i}": column(live[:, i]) for i in range(live.shape[1])}
    array = np.asarray(live)
    return {"X": column(array) if array.ndim == 1 else array}


def columns_of(frame: Any) -> list[np.ndarray]:
    """Every column of a frame, in their order; a wide one of one dtype is one matrix."""
    if is_wide(frame):
        return [frame.to_numpy()]
    if is_uniform(frame):
        return list(frame.to_numpy().T)
    return [column(frame.iloc[:, number]) for number in range(frame.shape[1])]


def is_uniform(frame: Any) -> bool:
    """Whether a frame is one matrix of numbers with names: it may have very many columns."""
    dtypes = set(frame.dtypes)
    return len(dtypes) == 1 and all(isinstance(d, np.dtype) and d.kind in "iufb" for d in dtypes)


def is_wide(frame: Any) -> bool:
    """Whether a frame is taken as one matrix: hundreds of single columns take their time."""
    return frame.shape[1] > WIDE and is_uniform(frame)


def _plain(live: Any) -> set[str]:
    """The inputs that are pandas' columns of Python objects."""
    if hasattr(live, "columns"):
        return {str(n) for n, dtype in zip(live.columns, live.dtypes, strict=True) if dtype == "O"}
    return {"X"} if hasattr(live, "iloc") and live.dtype == "O" else set()


def column(values: Any) -> np.ndarray:
    """One column [N] of any kind, in an expression's own dtypes."""
    array = values.to_numpy() if hasattr(values, "to_numpy") else np.asarray(values)
    if array.dtype.kind in "iufbMm":
        return array
    return _objects([None if _is_missing(cell) else cell for cell in array.tolist()])


def _objects(cells: list[Any]) -> np.ndarray:
    """Text; numbers and truth values held as objects become those of numpy."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {str}:
        result = np.empty(len(cells), dtype=object)
        result[:] = cells
        return result
    if kinds == {bool} and None not in cells:
        return np.array(cells, dtype=bool)
    if kinds <= {int, float} and (kinds != {int} or None in cells):
        return np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
    if kinds == {int}:
        return np.array(cells, dtype=np.int64)
    if any(getattr(cell, "tzinfo", None) is not None for cell in cells):
        raise TypeError("dates with a time zone; take it off by .dt.tz_localize(None)")
    raise TypeError(f"a column of {', '.join(sorted(kind.__name__ for kind in kinds))}")


def _missing_cell(live: Any) -> Any:
    """What a container has where a text is missing: NaN, None or NA."""
    if hasattr(live, "columns") and is_uniform(live):
        return np.nan
    parts = [part for _, part in live.items()] if hasattr(live, "columns") else [live]
    for part in parts:
        if getattr(getattr(part, "dtype", None), "kind", "O") == "O":
            cells = np.asarray(part, dtype=object).ravel().tolist()
            found = [cell for cell in cells if not isinstance(cell, list) and _is_missing(cell)]
            if found:
                return found[0]
    return np.nan


def _is_missing(cell: Any) -> bool:
    return cell is None or type(cell).__name__ in ("NAType", "NaTType") or cell != cell


def take(live: Any, rows: Any) -> Any:
    """Some rows of a container, by position."""
    if hasattr(live, "iloc"):
        return live.iloc[rows]
    return [live[row] for row in rows] if isinstance(live, list) else live[rows]


def count(live: Any) -> int:
    """How many rows there are."""
    return int(live.shape[0]) if hasattr(live, "shape") else len(live)


def standin(live: Any, session: Session) -> Any:
    """What a traced function is handed instead of `live`; its inputs are on the session's tape."""
    arrays = {name: session.tape.input(name, values) for name, values in arrays_of(live).items()}
    session.anchor = next(iter(arrays.values()))
    session.plain_texts |= _plain(live)
    session.missing = _missing_cell(live)
    match container(live):
        case "frame" if is_wide(live):
            picks = enumerate(live.columns)
            make, whole = session.tape.make, arrays["X"]
            return Frame({name: make("pick", whole, index=i, axis=0) for i, name in picks})
        case "frame":
            kept = zip(arrays.values(), live.dtypes, strict=True)
            session.dtypes |= {n: type(dtype)() for n, dtype in kept if dtype == "category"}
            return Frame(dict(zip(live.columns, arrays.values(), strict=True)))
        case "series":
            return Series(arrays["X"], name=live.name)
        case "columns":
            parts = [session.tape.make("reshape", node, shape=(1,)) for node in arrays.values()]
            return Array(session.tape.make("join", *parts, axis=0))
        case "array":
            return Array(arrays["X"])
        case "sparse":
            return Sparse(arrays["X"], type(live))
        case "texts" if not arrays["X"].shape[1:]:
            return Documents(arrays["X"])
    return unknown(f"a {type(live).__name__} as its input")
