"""`[]`, `.loc` and `.iloc` of frames and series, read and assigned."""

from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.frame import Frame
from converter.trace.standins.iteration import is_row_number
from converter.trace.standins.lift import holds_standin, is_standin
from converter.trace.standins.pandas import Labelled
from converter.trace.standins.series import Series
from converter.trace.standins.subset import Subset
from converter.trace.words import columns as on
from converter.trace.words.arithmetic import ANY_INDEX, column_of, index_of
from converter.trace.words.labels import arranged, labels_of


def frame_item(frame: Frame, key: Any) -> Any:
    """`df[key]`."""
    if callable(key) and not is_standin(key):
        key = key(frame)
    if is_standin(key):
        return _masked_item(frame, key)
    if isinstance(key, slice):
        return _whole(key) and frame._like(frame._columns)
    if _is_list(key):
        if _are_bools(key):
            mixes_rows("chooses rows by their position", "to choose columns, use .loc[:, mask]")
        return arranged(frame, lambda real: real[key])
    if key not in frame._columns:
        frame._refuse_twins(key)
        if labels_of(frame).nlevels > 1:
            return arranged(frame, lambda real: real[key])
        raise KeyError(key)
    return frame._series(key)


def _masked_item(frame: Frame, key: Any) -> Any:
    mask = mask_of(key)
    if mask.shape == ():
        return _rows_where(frame, mask)
    return active().words.labelled_method(frame, "where")(key)


def mask_of(key: Any) -> Node:
    """A stand-in of bool that chooses rows [N], or cells [N, F]."""
    node = key._mlconvert_node()
    if node.kind != "bool":
        mixes_rows("chooses rows or columns by values", "use a condition as a mask")
    return node  # type: ignore[no-any-return]


def _rows_where(value: Any, mask: Node) -> Any:
    if value._slot is not None:
        unknown("a mask of rows that a mask chose", "join the two conditions with &")
    slot = Subset(mask, 1)
    if isinstance(value, Series):
        return Series(value._node, slot, value._name, value._index_kind)
    return Frame(value._columns, slot, value._index_kind)


def _whole(part: Any) -> bool:
    if not (
        isinstance(part, slice) and part in (slice(None), slice(0, None), slice(None, None, 1))
    ):
        mixes_rows("chooses rows by their position", "a row must not know where it stands")
    return True


def _is_list(key: Any) -> bool:
    return isinstance(key, list | np.ndarray | set) or type(key).__name__ in ("Index", "Series")


def _are_bools(key: Any) -> bool:
    return len(key) > 0 and all(isinstance(one, bool | np.bool_) for one in key)


def series_item(series: Series, key: Any) -> Any:
    """`s[key]`: a mask, or all rows."""
    if is_row_number(key):
        return active().words.labelled_row(series, "loc", key)
    if callable(key) and not is_standin(key):
        key = key(series)
    if is_standin(key):
        mask = mask_of(key)
        return _rows_where(series, mask) if mask.shape == () else unknown("a mask of two axes")
    if isinstance(key, slice):
        return _whole(key) and series._like(series._node)
    return mixes_rows("chooses single rows", "a row must not know where it stands")


# --- assignment -------------------------------------------------------------------------------


def frame_assigned(frame: Frame, key: Any, value: Any) -> None:
    """`df[key] = value`."""
    if callable(key) and not is_standin(key):
        key = key(frame)
    if is_standin(key):
        _assign_where(frame, key, value)
    elif _is_list(key):
        _assign_columns(frame, list(key), value)
    elif isinstance(key, slice):
        _whole(key)
        _assign_columns(frame, list(frame._columns), value)
    else:
        frame._columns[key] = new_column(frame, value)


def _assign_where(frame: Frame, key: Any, value: Any) -> None:
    if mask_of(key).shape == ():
        locate_assigned(frame, "loc", key, value)
        return
    kept = active().words.labelled_method(frame, "mask")(key, value)
    frame._become(kept)


def _assign_columns(frame: Frame, labels: list[Any], value: Any) -> None:
    for label, part in zip(labels, _parts(value, len(labels)), strict=True):
        frame._columns[label] = new_column(frame, part)


def _parts(value: Any, count: int) -> list[Any]:
    """A value for several columns, one by one."""
    if isinstance(value, Frame):
        index_of(value)
        parts: list[Any] = [value._series(label) for label in value._columns]
    elif isinstance(value, list | tuple) and not holds_standin(value):
        parts = list(value)
    elif isinstance(value, Series) or on.is_constant(value):
        return [value] * count
    elif is_standin(value):
        array = active().words.as_array(value)
        width = array.shape[-1] if array.ndim > 1 else 1
        parts = [array[:, i] for i in range(width)] if array.ndim > 1 else [array] * count
    elif isinstance(value, np.ndarray) and value.ndim == 1 and not holds_standin(list(value)):
        parts = list(value)
    else:
        return [value] * count
    if len(parts) != count:
        raise ValueError("Columns must be same length as key")
    return parts


def new_column(frame: Frame, value: Any) -> Node:
    """A value as a column [N] of the frame: of the same rows."""
    if isinstance(value, Frame):
        [value] = [value._series(label) for label in value._columns]
    if isinstance(value, Labelled):
        if frame._index_kind == ANY_INDEX:
            vars(frame).update(_index_kind=value._index_kind)
        index_of(frame, value)
    if is_standin(value) and value._slot != frame._slot:
        mixes_rows("gives a column some of the rows only", "use .where or numpy.where")
    if is_standin(value) and not isinstance(value, Labelled):
        node = value._mlconvert_node()
        value = value if node.shape != (1,) else active().words.as_array(value)[:, 0]
    if frame._index_kind == ANY_INDEX and on.is_constant(value):
        unknown("a constant column of a frame that has no rows yet", "give it index=X.index")
    node = on.rows(column_of(value))
    if frame._index_kind == ANY_INDEX:
        vars(frame).update(_index_kind="new")
    return node


def series_assigned(series: Series, key: Any, value: Any) -> None:
    """`s[mask] = value`."""
    if callable(key) and not is_standin(key):
        key = key(series)
    if isinstance(key, slice) and _whole(key):
        series._become(series._like(_replaced(series, None, value, series._node)))
        return
    if not is_standin(key):
        mixes_rows("assigns to single rows", "a row must not know where it stands")
    mask = mask_of(key)
    series._become(series._like(_replaced(series, mask, value, series._node)))


def _replaced(owner: Any, mask: Node | None, value: Any, old: Node | None) -> Node:
    """A column after `value` was assigned to the rows of the mask."""
    if isinstance(value, Labelled):
        index_of(owner, value)
    if is_standin(value) and value._slot not in (None, Subset(mask, 1) if mask else None):
        mixes_rows("assigns values of other rows")
    if is_standin(value) and not isinstance(value, Labelled) and mask and value._slot is None:
        mixes_rows(
            "assigns as many values as there are rows to some of the rows",
            "use the same mask on both sides",
        )
    new = column_of(value, old)
    if mask is None:
        keeps = old is not None and old.kind == "float" and new.kind == "int"
        return on.rows(on.cast(new, old.dtype) if keeps and old else new)
    return on.choose(mask, new, _emptied(new) if old is None else old)


def _emptied(like: Node) -> Node:
    return on.rows(None, like) if like.kind in ("text", "date", "span") else on.rows(float("nan"))


# --- .loc and .iloc ---------------------------------------------------------------------------


def located(owner: Any, name: str, key: Any) -> Any:
    """`x.loc[key]`, `x.iloc[key]`."""
    if is_row_number(key):
        return active().words.labelled_row(owner, name, key)
    if name in ("at", "iat"):
        mixes_rows("chooses single rows", "a row must not know where it stands")
    rows, labels = _split(owner, key)
    if isinstance(owner, Series):
        return series_item(owner, rows)
    if labels is not None:
        owner = arranged(owner, lambda real: getattr(real, name)[:, labels])
    if isinstance(rows, slice):
        return _whole(rows) and owner._like(owner._node if _is_series(owner) else owner._columns)
    if not is_standin(rows):
        mixes_rows("chooses single rows", "a row must not know where it stands")
    return _rows_where(owner, mask_of(rows))


def _is_series(value: Any) -> bool:
    return isinstance(value, Series)


def _split(owner: Any, key: Any) -> tuple[Any, Any]:
    rows, labels = key if isinstance(key, tuple) and len(key) == 2 else (key, None)
    rows = rows(owner) if callable(rows) and not is_standin(rows) else rows
    labels = labels(owner) if callable(labels) and not is_standin(labels) else labels
    if is_standin(labels):
        unknown("columns chosen by a row's value", "use numpy.where")
    if isinstance(rows, np.ndarray | list) and _is_list(rows) and len(rows):
        mixes_rows("chooses rows by their position", "a row must not know where it stands")
    return rows, labels


def locate_assigned(owner: Any, name: str, key: Any, value: Any) -> None:
    """`x.loc[key] = value`, `x.iloc[key] = value`."""
    if is_row_number(key):
        active().words.labelled_assigned(owner, name, key, value)
        return
    if name in ("at", "iat"):
        mixes_rows("assigns to single rows", "a row must not know where it stands")
    rows, labels = _split(owner, key)
    if isinstance(owner, Series):
        series_assigned(owner, rows, value)
        return
    mask = None if isinstance(rows, slice) and _whole(rows) else _mask(rows)
    chosen = _labels(owner, name, labels)
    for label, part in zip(chosen, _parts(value, len(chosen)), strict=True):
        old = owner._columns.get(label)
        owner._columns[label] = _replaced(owner, mask, part, old)


def _mask(rows: Any) -> Node:
    if not is_standin(rows):
        mixes_rows("assigns to single rows", "a row must not know where it stands")
    return mask_of(rows)


def _labels(frame: Frame, name: str, labels: Any) -> list[Any]:
    if labels is None:
        return list(frame._columns)
    if name == "loc" and not _is_list(labels) and not isinstance(labels, slice):
        return [labels]
    if name == "loc" and isinstance(labels, list) and not _are_bools(labels):
        return labels
    chosen = arranged(frame, lambda real: getattr(real, name)[:, labels])
    return [chosen._name] if isinstance(chosen, Series) else list(chosen._columns)
