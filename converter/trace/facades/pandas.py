"""What pandas' names stand for while a function is traced."""

from collections.abc import Callable
from typing import Any

from converter.trace.facades.builtins import TypeFacade
from converter.trace.session import mixes_rows
from converter.trace.standins.lift import holds_standin, is_standin
from converter.trace.words import categories, dummies, labelled, merging, tables

OF_ALL_ROWS = {
    "qcut": "cuts the batch into bins of equal counts; KBinsDiscretizer learns the edges in fit",
    "factorize": "numbers the values of the batch; OrdinalEncoder learns the codes in fit",
    "unique": "lists the values of the batch; learn them in fit",
    "value_counts": "counts the values of the batch; learn the table in fit",
    "merge_asof": "joins tables by their rows",
    "crosstab": "counts the values of the batch",
    "pivot_table": "turns rows into columns",
    "melt": "turns columns into rows",
    "pivot": "turns rows into columns",
}
"""Functions of pandas that look at all rows at once: what they do, and what to do instead."""


def _mixing(name: str, told: str) -> Callable[..., Any]:
    what, _, hint = told.partition("; ")

    def refuse(*_: Any, **__: Any) -> Any:
        return mixes_rows(f"uses `pandas.{name}`, which {what}", hint)

    return refuse


def _method(name: str) -> Callable[..., Any]:
    """An unbound method, as `pd.DataFrame.to_numpy`."""

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(x, name)(*args, **kwargs)

    return call


def _property(name: str) -> Callable[..., Any]:
    return lambda x: getattr(x, name)


class PandasType(TypeFacade):
    """`pd.DataFrame` or `pd.Series`: it makes stand-ins, and so do its methods."""

    def __init__(self, name: str, construct: Callable[..., Any], methods: dict[str, Any]) -> None:
        self._name = name
        self._make = construct
        self._methods = methods

    @property
    def _real(self) -> Any:  # type: ignore[override]
        import pandas

        return getattr(pandas, self._name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """A stand-in of rows, and of a frame that has none yet; else the real thing."""
        is_empty = self._name == "DataFrame" and not any(map(_is_given, (*args, *kwargs.values())))
        if is_empty or holds_standin(args) or holds_standin(kwargs):
            return self._make(*args, **kwargs)
        return self._real(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        if name not in self._methods:
            return real

        def call(x: Any, *args: Any, **kwargs: Any) -> Any:
            if is_standin(x):
                return getattr(x, name)(*args, **kwargs)
            return real(x, *args, **kwargs)

        return call


def _is_given(value: Any) -> bool:
    return value is not None and not (isinstance(value, dict | list) and not value)


_FUNCTIONS: dict[str, tuple[str, Any]] = {
    "concat": ("core.reshape.concat", tables.concat),
    "to_numeric": ("core.tools.numeric", tables.to_numeric),
    "isna": ("core.dtypes.missing", tables.isna),
    "isnull": ("core.dtypes.missing", tables.isna),
    "notna": ("core.dtypes.missing", tables.notna),
    "notnull": ("core.dtypes.missing", tables.notna),
    "merge": ("core.reshape.merge", merging.merged),
    "cut": ("core.reshape.tile", categories.cut),
    "get_dummies": ("core.reshape.encoding", dummies.get_dummies),
    "Categorical": ("core.arrays.categorical", categories.categorical),
    **{name: ("core", _mixing(name, told)) for name, told in OF_ALL_ROWS.items()},
}
_HOMES = {
    "qcut": "core.reshape.tile",
    "factorize": "core.algorithms",
    "unique": "core.algorithms",
}

_TYPES = (
    "is_numeric_dtype",
    "is_string_dtype",
    "is_object_dtype",
    "is_bool_dtype",
    "is_float_dtype",
    "is_integer_dtype",
    "is_datetime64_any_dtype",
    "is_datetime64_dtype",
    "is_categorical_dtype",
)

_CLASSES = {
    "DataFrame": (tables.frame, labelled.FRAME, ("core.frame.DataFrame", "core.generic.NDFrame")),
    "Series": (tables.series, labelled.SERIES, ("core.series.Series", "core.base.IndexOpsMixin")),
}

REPLACED: dict[str, Any] = {
    **{f"pandas.{name}": function for name, (_, function) in _FUNCTIONS.items()},
    **{
        f"pandas.{_HOMES.get(name, home)}.{name}": function
        for name, (home, function) in _FUNCTIONS.items()
    },
    **{f"pandas.api.types.{name}": tables.asked_of_dtype(name) for name in _TYPES},
    **{f"pandas.core.dtypes.common.{name}": tables.asked_of_dtype(name) for name in _TYPES},
}
for _name, (_make, _methods, _homes) in _CLASSES.items():
    for _place in (f"pandas.{_name}", f"pandas.{_homes[0]}"):
        REPLACED[_place] = PandasType(_name, _make, _methods)
    for _place in (f"pandas.{_name}", *(f"pandas.{home}" for home in _homes)):
        REPLACED.update({f"{_place}.{name}": _method(name) for name in (*_methods, "__getitem__")})
