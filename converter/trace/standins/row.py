"""The stand-in of one row of a DataFrame: a Series of named values, for `apply(axis=1)`."""

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows

_BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor")
_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
_UNARY = ("neg", "pos", "abs", "invert")


class Row:
    """One row's values by column: of one dtype, or Python's own objects."""

    __array_priority__ = 1500.0
    __hash__ = None  # type: ignore[assignment]
    _rank = 3

    def __init__(self, cells: dict[Any, Any], slot: int) -> None:
        """`cells`: label → a stand-in of one row's value, or a constant."""
        vars(self).update(_cells=dict(cells), _slot=slot)

    def _mlconvert_node(self) -> Node:
        return active().words.row_vector(self)  # type: ignore[no-any-return]

    @staticmethod
    def _mlconvert_stands_for() -> tuple[type, ...]:
        """The classes that `isinstance` is to see."""
        import pandas

        return (pandas.Series,)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return active().words.row_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return active().words.row_function(func, args, kwargs)

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        active().refuse("left-numpy", "hands a row to code that takes plain arrays only")

    # --- what it looks like ---

    @property
    def index(self) -> Any:
        """The names of the columns, as a real pandas Index."""
        import pandas

        return pandas.Index(list(self._cells))

    @property
    def name(self) -> NoReturn:
        """The row's own label, which a model does not have."""
        mixes_rows("reads the label of a row", "a row must not depend on where it stands")

    @property
    def shape(self) -> tuple[int]:
        """How many columns there are."""
        return (len(self._cells),)

    @property
    def size(self) -> int:
        """How many columns there are."""
        return len(self._cells)

    @property
    def values(self) -> Any:
        """The values as an array, or as a list where they are of several kinds."""
        return active().words.row_array(self)

    @property
    def iloc(self) -> Any:
        """By position."""
        return Positions(self)

    @property
    def loc(self) -> "Row":
        """By name."""
        return self

    at = loc
    iat = iloc

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return active().words.row_member(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    # --- values ---

    def __getitem__(self, key: Any) -> Any:
        return active().words.row_item(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._cells[key] = value

    def __delitem__(self, key: Any) -> None:
        del self._cells[key]

    def __contains__(self, label: Any) -> bool:
        return label in self._cells

    def __iter__(self) -> Iterator[Any]:
        return iter(active().words.row_cells(self))

    def __len__(self) -> int:
        return len(self._cells)

    def __bool__(self) -> NoReturn:
        raise ValueError("The truth value of a Series is ambiguous.")

    def __repr__(self) -> str:
        return f"<Row {list(self._cells)!r}>"


class Positions:
    """`row.iloc`."""

    def __init__(self, row: Row) -> None:
        self._row = row

    def __getitem__(self, key: Any) -> Any:
        labels = list(self._row._cells)
        if isinstance(key, slice | list):
            chosen = labels[key] if isinstance(key, slice) else [labels[i] for i in key]
            return self._row[chosen]
        return self._row._cells[labels[key]]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._row[list(self._row._cells)[key]] = value


def _operator(name: str) -> Callable[..., Any]:
    def operator(self: Any, *others: Any) -> Any:
        return active().words.row_operator(name, self, *others)

    return operator


for _name in (*_BINARY, *(f"r{name}" for name in _BINARY), *_COMPARISONS, *_UNARY):
    setattr(Row, f"__{_name}__", _operator(_name))
