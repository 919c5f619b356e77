"""The methods of frames and series: which are understood, and why others are refused."""

from collections.abc import Callable
from functools import partial
from typing import Any

from converter.trace.session import active, mixes_rows, refuse, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.frame import Frame, name_of
from converter.trace.standins.lift import is_standin
from converter.trace.standins.pandas import NEW_INDEX
from converter.trace.standins.series import Series
from converter.trace.words import across, applying, labels, merging, replacing, tables, values
from converter.trace.words import columns as on
from converter.trace.words.arithmetic import combined
from converter.trace.words.evaluating import evaluate
from converter.trace.words.mixing import MIXING, refused
from converter.trace.words.options import axis_number, is_default, only, recorder

Method = Callable[..., Any]

_ARITHMETIC = {
    "add": "add",
    "sub": "subtract",
    "subtract": "subtract",
    "mul": "multiply",
    "multiply": "multiply",
    "div": "divide",
    "divide": "divide",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "power",
}
_COMPARISONS = {
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}


def _operator(name: str, op: str, *, is_swapped: bool = False) -> Method:
    def call(
        x: Any, other: Any, axis: Any = None, level: Any = None, fill_value: Any = None
    ) -> Any:
        only(name, level=(level, None))
        number = 1 if is_default(axis) else axis_number(axis)

        def f(a: Any, b: Any) -> Any:
            if not is_default(fill_value):
                a, b = _filled(a, b, fill_value)
            return on.operate(op, b, a) if is_swapped else on.operate(op, a, b)

        return combined(f, x, other, axis=number if isinstance(x, Frame) else 0)

    return call


def _filled(a: Any, b: Any, value: Any) -> tuple[Any, Any]:
    """Where one of the two is missing, it is `value`; where both are, they stay missing."""
    tape = active().tape
    gap_a, gap_b = (on.missing(on.rows(node)) for node in (a, b))
    new = on.constant(value, a)
    only_a = tape.make("logical_and", gap_a, on.inverted(gap_b))
    only_b = tape.make("logical_and", gap_b, on.inverted(gap_a))
    return on.choose(only_a, new, a), on.choose(only_b, new, b)


def _assign(x: Frame, **columns: Any) -> Frame:
    result = x._like(x._columns)
    for label, value in columns.items():
        result[label] = value(result) if callable(value) and not is_standin(value) else value
    return result


def _to_frame(x: Series, name: Any = ...) -> Frame:
    if name is ... or (is_default(name) and name is not None):
        name = 0 if x._name is None else x._name
    return Frame({name: x._node}, x._slot, x._index_kind)


def _squeeze_frame(x: Frame, axis: Any = None) -> Any:
    if axis_number(axis) == 0:
        mixes_rows("squeezes the rows")
    if len(x._columns) != 1:
        return x._like(x._columns)
    return x._series(next(iter(x._columns)))


def _reset_index(
    x: Any,
    level: Any = None,
    drop: Any = False,
    col_level: Any = 0,
    col_fill: Any = "",
    allow_duplicates: Any = None,
    names: Any = None,
) -> Any:
    if drop is not True:
        mixes_rows("makes a column of the row labels", "give drop=True")
    only("reset_index", level=(level, None))
    if isinstance(x, Series):
        return Series(x._node, x._slot, x._name, NEW_INDEX)
    return Frame(x._columns, x._slot, NEW_INDEX)


def _rename_series(x: Series, index: Any = None, **options: Any) -> Series:
    if callable(index) or isinstance(index, dict) or is_standin(index):
        mixes_rows("renames rows by their labels")
    only("Series.rename", **{name: (value, None, True, False) for name, value in options.items()})
    return Series(x._node, x._slot, index, x._index_kind)


def _dot(x: Any, other: Any) -> Any:
    """`df @ W` by constants: a frame whose columns are counted."""
    if isinstance(x, Series):
        mixes_rows("multiplies and sums over the rows")
    array = Array(active().words.matrix(x), x._slot)
    if hasattr(other, "iloc"):
        unknown("`@` with a constant frame or series", "use its .to_numpy()")
    product = array @ other
    if product.ndim == 1:
        return Series(product._mlconvert_node(), x._slot, None, x._index_kind)
    node = product._mlconvert_node()
    nodes = {i: on.picked(node, i) for i in range(node.shape[0])}
    return Frame(nodes, x._slot, x._index_kind)


def _infer_objects(x: Any, copy: Any = None) -> Any:
    return values.copied(x)


_REDUCTIONS = (
    "sum",
    "prod",
    "product",
    "mean",
    "median",
    "max",
    "min",
    "std",
    "var",
    "sem",
    "any",
    "all",
    "count",
    "nunique",
)
_ALIASES = {"product": "prod"}

BOTH: dict[str, Method] = {
    "isna": values.isna,
    "isnull": values.isna,
    "notna": values.notna,
    "notnull": values.notna,
    "fillna": values.fillna,
    "where": values.where,
    "mask": values.mask,
    "clip": values.clip,
    "abs": values.absolute,
    "round": values.rounded,
    "isin": values.isin,
    "astype": values.astype,
    "to_numpy": values.to_numpy,
    "copy": values.copied,
    "pipe": values.piped,
    "replace": replacing.replace,
    "agg": applying.aggregate,
    "aggregate": applying.aggregate,
    "transform": applying.transform,
    "reset_index": _reset_index,
    "infer_objects": _infer_objects,
    "dot": _dot,
    **{name: across.reduction(_ALIASES.get(name, name)) for name in _REDUCTIONS},
    **{name: across.running(name) for name in ("cumsum", "cumprod", "cummax", "cummin")},
    **{name: across.filled_along(name) for name in ("ffill", "bfill")},
    **{name: across.extreme_label(name) for name in ("idxmax", "idxmin")},
    "diff": across.diff,
    "shift": across.shift,
    **{name: _operator(name, op) for name, op in {**_ARITHMETIC, **_COMPARISONS}.items()},
    **{f"r{n}": _operator(f"r{n}", op, is_swapped=True) for n, op in _ARITHMETIC.items()},
}
"""Of frames and series alike: the stand-in comes first."""

_STRUCTURAL = [
    "drop",
    "filter",
    "reindex",
    "rename",
    "add_prefix",
    "add_suffix",
    "set_axis",
    "sort_index",
    "droplevel",
    "take",
]

FRAME: dict[str, Method] = {
    **BOTH,
    **{name: labels.structural(name) for name in _STRUCTURAL},
    "select_dtypes": labels.select_dtypes,
    "insert": labels.insert,
    "pop": labels.pop,
    "get": labels.get,
    "assign": _assign,
    "squeeze": _squeeze_frame,
    "eval": evaluate,
    "join": tables.join,
    "merge": merging.merged,
    "apply": applying.apply_frame,
    "map": applying.map_frame,
    "applymap": applying.map_frame,
    "items": lambda x: iter([(name_of(label), x._series(label)) for label in x._columns]),
    "keys": lambda x: x.columns,
    "iterrows": lambda x: active().words.iterrows(x),
    "itertuples": lambda x, index=True, name="Pandas": active().words.itertuples(x, index, name),
    "to_dict": lambda x, orient="dict": active().words.frame_to_dict(x, orient),
}

SERIES: dict[str, Method] = {
    **BOTH,
    "between": values.between,
    "combine_first": lambda x, other: values.fillna(x, other),
    "apply": applying.apply_series,
    "map": replacing.mapped,
    "to_frame": _to_frame,
    "squeeze": lambda x, axis=None: x,
    "rename": _rename_series,
    "tolist": lambda x: active().words.as_list(x),
    "to_list": lambda x: active().words.as_list(x),
    "items": lambda x: active().words.iterated_items(x),
    "ravel": lambda x, order="C": Array(x._node, x._slot),
}

IN_PLACE = frozenset(
    [
        "fillna",
        "replace",
        "clip",
        "where",
        "mask",
        "rename",
        "drop",
        "reset_index",
        "ffill",
        "bfill",
        "set_axis",
    ]
)
"""Those that `inplace=True` may be given."""


def labelled_method(x: Any, name: str) -> Any:
    """The method `name` of a frame or series. Raises AttributeError for what pandas has not."""
    pandas_class = x._mlconvert_stands_for()[0]
    table = FRAME if isinstance(x, Frame) else SERIES
    if name.startswith("__") or not (hasattr(pandas_class, name) or name in table):
        raise AttributeError(f"{pandas_class.__name__!r} object has no attribute {name!r}")
    word = f"{pandas_class.__name__}.{name}"
    if name in table and hasattr(pandas_class, name):
        return _bound(x, name, table[name], word)
    if name in MIXING and callable(getattr(pandas_class, name)):
        return partial(refused, word, *MIXING[name])
    if name in MIXING:
        return refused(word, *MIXING[name])
    if name.startswith("_"):
        refuse(
            "left-numpy",
            "hands its data to a method of a constant, or to other code that looks inside a frame",
            "call the method of the data, as df.merge(table, …)",
        )
    return unknown(f"`{word}`")


def _bound(x: Any, name: str, method: Method, word: str) -> Method:
    call = recorder(word, method, x)
    if name not in IN_PLACE:
        return call

    def maybe_in_place(*args: Any, **kwargs: Any) -> Any:
        is_in_place = kwargs.pop("inplace", False)
        result = call(*args, **kwargs)
        if is_in_place is not True:
            return result
        if isinstance(x, Series) and isinstance(result, Series):
            x._name = result._name
        x._become(result)
        return x if labels.in_place_gives_self(name) else None

    return maybe_in_place


def accessor(x: Series, name: str) -> Any:
    """`s.str`, `s.dt`, `s.cat`."""
    words = active().words
    if name == "cat":
        return words.Categories(x)
    kind = x._node.kind
    if name == "str":
        if kind != "text":
            raise AttributeError("Can only use .str accessor with string values")
        return words.StringMethods(x)
    if kind not in ("date", "span"):
        raise AttributeError("Can only use .dt accessor with datetimelike values")
    return words.DateMethods(x)
