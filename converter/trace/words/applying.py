"""`apply`, `map`, `agg`, `transform` of frames and series: functions of values, columns or rows."""

from typing import Any

import numpy as np

from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.frame import Frame
from converter.trace.standins.lift import holds_standin, is_standin
from converter.trace.standins.series import Series
from converter.trace.standins.types import real
from converter.trace.words.arithmetic import index_of
from converter.trace.words.options import axis_number, is_default, only
from converter.trace.words.replacing import applied
from converter.trace.words.replacing import mapped as map_series


def apply_series(
    x: Series,
    func: Any,
    convert_dtype: Any = True,
    args: tuple[Any, ...] = (),
    by_row: Any = "compat",
    **kwargs: Any,
) -> Any:
    """`s.apply(f)`: a ufunc on all values, any other function value by value."""
    only("Series.apply", convert_dtype=(is_default(convert_dtype) or convert_dtype, True))
    if by_row is False:
        return func(x, *args, **kwargs)
    only("Series.apply", by_row=(by_row, "compat"))
    if isinstance(func, str):
        return getattr(x, func)(*args, **kwargs)
    return applied(x, lambda value: func(value, *args, **kwargs), func)


def apply_frame(
    x: Frame,
    func: Any,
    axis: Any = 0,
    raw: bool = False,
    result_type: Any = None,
    args: tuple[Any, ...] = (),
    by_row: Any = "compat",
    engine: Any = "python",
    engine_kwargs: Any = None,
    **kwargs: Any,
) -> Any:
    """`df.apply(f)`: column by column, or with axis=1 row by row."""
    only("DataFrame.apply", by_row=(by_row, "compat"), engine=(engine, "python", None))
    only("DataFrame.apply", engine_kwargs=(engine_kwargs, None))
    if isinstance(func, str):
        more = {"axis": axis} if axis_number(axis) == 1 else {}
        return getattr(x, func)(*args, **more, **kwargs)
    if isinstance(real(func), np.ufunc):
        return func(x, *args, **kwargs)
    if not callable(func):
        unknown("`DataFrame.apply` of a list or dict of functions", "apply them one by one")
    if axis_number(axis) == 1:
        only("DataFrame.apply", result_type=(result_type, None, "expand"), raw=(raw, False))
        call = (lambda row: func(row, *args, **kwargs)) if args or kwargs else func
        return active().words.row_applied(call, x, result_type)
    only("DataFrame.apply", result_type=(result_type, None), raw=(raw, False))
    results = {label: func(x._series(label), *args, **kwargs) for label in x._columns}
    return _columns(x, results)


def _columns(x: Frame, results: dict[Any, Any]) -> Any:
    import pandas

    if not holds_standin(results):
        return pandas.Series(results)
    if not all(isinstance(part, Series | Array) for part in results.values()):
        unknown("`DataFrame.apply` of a function that gives other than columns")
    parts = [part for part in results.values() if isinstance(part, Series)]
    if any(part._slot != x._slot for part in results.values()):
        mixes_rows("keeps some of the rows only")
    nodes = {label: part._mlconvert_node() for label, part in results.items()}
    return Frame(nodes, x._slot, index_of(*parts) if parts else "new")


def map_frame(x: Frame, func: Any, na_action: Any = None, **kwargs: Any) -> Frame:
    """`df.map(f)`: value by value."""
    if isinstance(func, dict) or is_standin(func):
        raise TypeError("the func is not callable")
    columns = {
        label: map_series(x._series(label), func, na_action, **kwargs)._node for label in x._columns
    }
    return x._like(columns)


def aggregate(x: Any, func: Any = None, axis: Any = 0, *args: Any, **kwargs: Any) -> Any:
    """`x.agg`: over the columns one function, or several by name."""
    if isinstance(x, Series) and callable(func):
        return apply_series(x, func, args=args, **kwargs)
    if axis_number(axis) != 1:
        if callable(func) and isinstance(x, Frame):
            return apply_frame(x, func, args=args, **kwargs)
        mixes_rows("aggregates over all rows", "axis=1 aggregates over the columns")
    if isinstance(func, list) and all(isinstance(name, str) for name in func):
        parts = {name: getattr(x, name)(axis=1)._node for name in func}
        return x._like(parts)
    return apply_frame(x, func, 1, args=args, **kwargs)


def transform(x: Any, func: Any, axis: Any = 0, *args: Any, **kwargs: Any) -> Any:
    """`x.transform`: as `apply`."""
    only("transform", axis=(axis_number(axis), 0))
    if isinstance(x, Series):
        return apply_series(x, func, args=args, **kwargs)
    return apply_frame(x, func, args=args, **kwargs)
