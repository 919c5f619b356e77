"""pandas' own functions and constructors: `pd.DataFrame`, `pd.concat`, `pd.to_numeric` …"""

from typing import Any

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.frame import Frame, by_label
from converter.trace.standins.lift import holds_standin, is_batch, is_standin, slot_of
from converter.trace.standins.pandas import NEW_INDEX, Index, Labelled
from converter.trace.standins.series import Series
from converter.trace.standins.types import real
from converter.trace.words import columns as on
from converter.trace.words import merging, texts
from converter.trace.words.arithmetic import ANY_INDEX, each, index_of
from converter.trace.words.casting import cast_column
from converter.trace.words.options import is_default, only


def frame(
    data: Any = None, index: Any = None, columns: Any = None, dtype: Any = None, copy: Any = None
) -> Any:
    """`pd.DataFrame(…)`."""
    columns = None if columns is None else list(columns)
    if data is None or (isinstance(data, dict) and not data):
        result = _empty(index, columns)
    elif isinstance(data, Frame):
        result = data._like(data._columns)
        result = result if columns is None else result.reindex(columns=columns)
    elif isinstance(data, Series):
        result = _of_series(data, columns)
    elif isinstance(data, dict):
        result = _of_dict(data, index, columns)
    else:
        result = _of_matrix(data, index, columns)
    if index is not None:
        _set_index(result, data, index)
    if dtype is None:
        return result
    return each(result, lambda node: cast_column(node, real(dtype)))


def _empty(index: Any, columns: list[Any] | None) -> Frame:
    kind = ANY_INDEX if index is None else _kind(index)
    names = columns or []
    return Frame({name: on.rows(float("nan")) for name in names}, None, kind)


def _kind(index: Any) -> str:
    if isinstance(index, Index):
        return index._kind
    return mixes_rows("labels its rows itself", "give index=X.index, or none")


def _set_index(result: Any, data: Any, index: Any) -> None:
    """`index=` names the rows of what has no names; that of pandas' own data is aligned."""
    kind = _kind(index)
    parts = list(data.values()) if isinstance(data, dict) else [data]
    if any(isinstance(part, Labelled) and part._index_kind != kind for part in parts):
        mixes_rows("aligns rows by the labels of two indexes", "give .to_numpy() and the index")
    vars(result).update(_index_kind=kind)


def _of_series(data: Series, columns: list[Any] | None) -> Frame:
    name = 0 if data._name is None else data._name
    if columns is not None:
        if len(columns) != 1 or (data._name is not None and columns != [data._name]):
            unknown("`pandas.DataFrame` of a series under another name", "use .to_frame(name)")
        [name] = columns
    return Frame({name: data._node}, data._slot, data._index_kind)


def _of_dict(data: dict[Any, Any], index: Any, columns: list[Any] | None) -> Frame:
    parts = {label: _column(value) for label, value in data.items()}
    labelled = [part for part in parts.values() if isinstance(part, Labelled)]
    kind = index_of(*labelled) if labelled else NEW_INDEX
    if index is None and not any(is_standin(part) for part in parts.values()):
        unknown("a frame of constants", "give index=X.index")
    if (
        index is None
        and labelled
        and kind != NEW_INDEX
        and any(isinstance(part, Array) for part in parts.values())
    ):
        kind = index_of(*labelled)
    nodes = {label: on.rows(_node(part)) for label, part in parts.items()}
    slot = slot_of(*(part for part in parts.values() if is_standin(part)))
    result = Frame(nodes, slot, kind)
    return result if columns is None else result.reindex(columns=columns)


def _column(value: Any) -> Any:
    """A column's data: a stand-in, or one constant for all rows."""
    if isinstance(value, list | tuple) and holds_standin(value):
        return active().words.as_array(value)
    return value


def _node(part: Any) -> Node:
    if not is_standin(part):
        return on.constant(part)
    node: Node = part._mlconvert_node()
    if node.shape != ():
        raise ValueError("Per-column arrays must each be 1-dimensional")
    return node


def _of_matrix(data: Any, index: Any, columns: list[Any] | None) -> Frame:
    if (rows := None if is_standin(data) else active().words.columns_of(data)) is not None:
        return _of_rows(rows, columns)
    array = data if is_standin(data) else active().words.as_array(data)
    if isinstance(array, Frame):
        return frame(array, index, columns)  # type: ignore[no-any-return]
    node = array._mlconvert_node()
    if len(node.shape) > 1 or not is_batch(array._slot):
        unknown("`pandas.DataFrame` of a value that is no matrix of rows")
    width = node.shape[0] if node.shape else 1
    names = list(range(width)) if columns is None else columns
    if len(names) != width:
        raise ValueError(f"Shape of passed values is (…, {width}), indices imply (…, {len(names)})")
    nodes = [on.picked(node, i) for i in range(width)] if node.shape else [node]
    return Frame(by_label(names, nodes), array._slot, NEW_INDEX)


def _of_rows(rows: dict[Any, Node], columns: list[Any] | None) -> Frame:
    """Of a list with an entry for each row: a dict names its columns, a list or tuple does not."""
    if columns is None:
        return Frame(rows, None, NEW_INDEX)
    if all(isinstance(label, int) for label in rows):
        return Frame(dict(zip(columns, rows.values(), strict=True)), None, NEW_INDEX)
    return Frame(rows, None, NEW_INDEX).reindex(columns=columns)  # type: ignore[no-any-return]


def series(
    data: Any = None,
    index: Any = None,
    dtype: Any = None,
    name: Any = None,
    copy: Any = None,
) -> Any:
    """`pd.Series(…)`."""
    if (row := active().words.row_series(data, index)) is not None:
        return row
    if not is_standin(data):
        if not holds_standin(data) and data is not None:
            return _constant(data, index, dtype, name)
        data = active().words.as_array(data)
    if isinstance(data, Index):
        data._mlconvert_node()
    node = data._mlconvert_node()
    if node.shape != ():
        raise ValueError("Data must be 1-dimensional")
    kind = getattr(data, "_index_kind", NEW_INDEX)
    if index is not None:
        kind = _kind(index)
        index_of(*([data] if isinstance(data, Labelled) else []), Series(node, None, None, kind))
    name = data._name if name is None and isinstance(data, Series) else name
    node = node if dtype is None else cast_column(node, real(dtype))
    return Series(node, data._slot, name, kind)


def _constant(data: Any, index: Any, dtype: Any, name: Any) -> Series:
    """One value for all rows of an index."""
    if not on.is_constant(data):
        mixes_rows("labels constants by the rows' labels")
    node = on.rows(data)
    node = node if dtype is None else cast_column(node, real(dtype))
    return Series(node, None, name, _kind(index))


def concat(
    objs: Any,
    axis: Any = 0,
    join: str = "outer",
    ignore_index: bool = False,
    keys: Any = None,
    levels: Any = None,
    names: Any = None,
    verify_integrity: bool = False,
    sort: Any = False,
    copy: Any = None,
) -> Frame:
    """`pd.concat(…, axis=1)`: side by side."""
    import pandas

    if axis not in (1, "columns"):
        mixes_rows("puts rows below rows", "give axis=1 to put columns side by side")
    only("pandas.concat", levels=(levels, None), names=(names, None))
    if isinstance(objs, dict):
        keys = list(objs) if keys is None else list(keys)
        objs = [objs[key] for key in keys]
    parts = list(objs)
    if keys is None:
        parts = [part for part in parts if part is not None]
    if not all(isinstance(part, Labelled) for part in parts):
        mixes_rows("joins columns that have rows of their own")
    options = {"ignore_index": ignore_index, "keys": keys}
    labels = pandas.concat(list(map(_real, parts)), axis=1, **options).columns
    nodes = [node for part in parts for node in _nodes(part)]
    return Frame(by_label(labels, nodes), slot_of(*parts), index_of(*parts))


def join(
    x: Frame,
    other: Any,
    on: Any = None,
    how: str = "left",
    lsuffix: str = "",
    rsuffix: str = "",
    sort: bool = False,
    validate: Any = None,
    suffixes: Any = None,
) -> Frame:
    """`df.join` of frames with the same rows: side by side."""
    if on is not None or not holds_standin(other):
        only("DataFrame.join", how=(how, "left"), sort=(sort, False))
        return merging.joined(x, other, on, validate, lsuffix=lsuffix, rsuffix=rsuffix)
    parts = other if isinstance(other, list) else [other]
    if not all(isinstance(part, Labelled) for part in parts):
        mixes_rows("joins tables by their rows", "a dict and .map(table) look values up")
    only("DataFrame.join", sort=(sort, False), validate=(validate, None))
    only("DataFrame.join", how=(how, "left", "inner", "outer"))
    reals = [_real(part) for part in parts]
    named = {"lsuffix": lsuffix, "rsuffix": rsuffix, "suffixes": suffixes}
    given = {name: value for name, value in named.items() if value}
    labels = _real(x).join(reals if isinstance(other, list) else reals[0], **given).columns
    nodes = [node for part in (x, *parts) for node in _nodes(part)]
    slot, kind = slot_of(x, *parts), index_of(x, *parts)
    return Frame(by_label(labels, nodes), slot, kind)


def _real(part: Any) -> Any:
    """A frame or series of one row, with the same names."""
    import pandas

    if isinstance(part, Frame):
        return pandas.DataFrame([[0] * len(part._columns)], columns=part.columns)
    return pandas.Series([0], name=part._name)


def _nodes(part: Any) -> list[Node]:
    return list(part._columns.values()) if isinstance(part, Frame) else [part._node]


def to_numeric(
    arg: Any, errors: str = "raise", downcast: Any = None, dtype_backend: Any = None
) -> Any:
    """Numbers of texts; with "coerce" what is none is missing, else it has no answer."""
    only("pandas.to_numeric", errors=(errors, "raise", "coerce"), downcast=(downcast, None))
    only("pandas.to_numeric", dtype_backend=(None if is_default(dtype_backend) else 1, None))
    return _elementwise(arg, _number)


def _number(x: Node) -> Node:
    x = active().read_as.get(x, {}).get("pandas", x)
    if x.kind == "text":
        return texts.number(x, "pandas")
    return x if x.kind in on.NUMBERS else unknown("`pandas.to_numeric` of dates")


def isna(obj: Any) -> Any:
    """`pd.isna`."""
    return _elementwise(obj, on.missing)


def notna(obj: Any) -> Any:
    """`pd.notna`."""
    return _elementwise(obj, on.present)


def _elementwise(value: Any, f: Any) -> Any:
    if isinstance(value, list | tuple):
        value = active().words.as_array(value)
    if isinstance(value, Labelled):
        return each(value, f)
    node = f(value._mlconvert_node())
    if is_batch(value._slot):
        return Array(node, value._slot)
    return active().words.number(node, value._slot)


def asked_of_dtype(name: str) -> Any:
    """`pd.api.types.is_numeric_dtype` and its kind, asked of the column's dtype."""

    def ask(value: Any) -> Any:
        import pandas

        return getattr(pandas.api.types, name)(value.dtype)

    return ask
