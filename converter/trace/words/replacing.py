"""`replace` and `map`: values by a table."""

from typing import Any

import numpy as np

from converter.trace.expression import Node
from converter.trace.session import active, mixes_rows, unknown
from converter.trace.standins.frame import Frame
from converter.trace.standins.lift import is_standin
from converter.trace.standins.series import Series
from converter.trace.standins.types import real
from converter.trace.words import columns as on
from converter.trace.words import texts
from converter.trace.words.arithmetic import each
from converter.trace.words.options import is_default, only
from converter.trace.words.values import widened


def replace(
    x: Any,
    to_replace: Any = None,
    value: Any = ...,
    limit: Any = None,
    regex: Any = False,
    method: Any = None,
) -> Any:
    """Some values replaced by others; all others stay."""
    only("replace", limit=(limit, None), method=(None if is_default(method) else method, None))
    if regex is not False:
        return _by_pattern(x, to_replace, value, regex)
    value = ... if is_default(value) and value is not None else value
    if isinstance(x, Frame) and isinstance(to_replace, dict):
        if any(isinstance(part, dict) for part in to_replace.values()):
            return _columnwise(x, {c: (dict(t), ...) for c, t in to_replace.items()})
        if value is not ...:
            values = value if isinstance(value, dict) else dict.fromkeys(to_replace, value)
            return _columnwise(x, {c: (t, values[c]) for c, t in to_replace.items()})
    if isinstance(x, Frame) and isinstance(value, dict):
        return _columnwise(x, {c: (to_replace, v) for c, v in value.items()})
    return each(x, lambda node: _replaced(node, to_replace, value))


def _columnwise(x: Frame, tables: dict[Any, Any]) -> Frame:
    return x._like(
        {c: _replaced(n, *tables[c]) if c in tables else n for c, n in x._columns.items()}
    )


def _replaced(x: Node, to_replace: Any, value: Any) -> Node:
    pairs = _pairs(to_replace, value)
    if any(map(is_standin, pairs.values())):
        mixes_rows("replaces values by those of other rows", "use .where or .mask")
    return swapped(x, pairs)


def _pairs(to_replace: Any, value: Any) -> dict[Any, Any]:
    if isinstance(to_replace, dict) and value is ...:
        return to_replace
    if not is_standin(to_replace) and hasattr(to_replace, "to_dict") and value is ...:
        return dict(to_replace.to_dict())
    if value is ...:
        unknown("`replace` without a value", "name the value to put in place")
    keys = list(to_replace) if isinstance(to_replace, list | tuple | np.ndarray) else [to_replace]
    values = list(value) if isinstance(value, list | tuple | np.ndarray) else [value] * len(keys)
    if len(keys) != len(values):
        raise ValueError(
            f"Replacement lists must match in length. Expecting {len(keys)} got {len(values)} "
        )
    return dict(zip(keys, values, strict=True))


def swapped(x: Node, pairs: dict[Any, Any]) -> Node:
    """A column whose values are replaced by a table; those it does not name stay."""
    table = [(key, _plain(new)) for key, new in pairs.items() if _can_hold(x, key)]
    if not table:
        return x
    if x.kind == "text" and any(new is not None and not isinstance(new, str) for _, new in table):
        return _numbered(x, dict(table))
    result = x
    for key, new in reversed(table):
        result = on.choose(_is(x, key), on.constant(new, x), result)
    if x.kind == "text" and len(table) > 1 and None not in dict(table):
        return _looked_up(x, table)
    return result


def _looked_up(x: Node, table: list[tuple[Any, Any]]) -> Node:
    keys, values = zip(*table, strict=True)
    found = active().tape.make("lookup", x, keys=keys, values=values, default=None)
    return on.choose(active().tape.make("isin", x, values=keys), found, x)


def _numbered(x: Node, table: dict[Any, Any]) -> Node:
    """Texts replaced by numbers. A text that the table does not name would stay a text: such rows
    have no answer, but `astype` may still read a number from them."""
    if any(isinstance(new, str) for new in table.values()):
        unknown("a table with numbers and text among its values", "use two columns")
    keys = tuple(None if key is None or key != key else key for key in table)
    values = tuple(float("nan") if new is None else new for new in table.values())
    node = active().tape.make("lookup", x, keys=keys, values=values, default=float("nan"))
    is_named = active().tape.make("isin", x, values=keys)
    active().read_as[node] = {
        grammar: on.choose(is_named, node, texts.number(x, grammar))
        for grammar in ("float", "pandas")
    }
    return node


def _is(x: Node, key: Any) -> Node:
    if key is None or key != key:
        return on.missing(x)
    return active().tape.make("equal", x, on.constant(key, x))


def _can_hold(x: Node, key: Any) -> bool:
    if key is None or key != key:
        return x.kind not in ("bool", "int")
    if isinstance(key, bool) != (x.kind == "bool") and not isinstance(key, str):
        return False if isinstance(key, bool) else x.kind in ("int", "float", "date")
    return isinstance(key, str) == (x.kind == "text")


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or type(value).__name__ == "NAType" or value != value:
        return None
    return value


def _by_pattern(x: Any, to_replace: Any, value: Any, regex: Any) -> Any:
    if regex is not True:
        to_replace, regex = regex, True
    if isinstance(to_replace, dict) and any(isinstance(v, dict) for v in to_replace.values()):
        return x._like(
            {c: _patterns(n, to_replace[c], ...) if c in to_replace else n for c, n in _items(x)}
        )
    return each(x, lambda node: _patterns(node, to_replace, value))


def _items(x: Frame) -> Any:
    return x._columns.items()


def _patterns(x: Node, to_replace: Any, value: Any) -> Node:
    if x.kind != "text":
        return x
    series = Series(x)
    for pattern, new in _pairs(to_replace, value).items():
        if isinstance(pattern, str) and _plain(new) is None:
            found = texts.matches(series._node, pattern)
            series = Series(on.choose(found, on.constant(None, x), series._node))
            continue
        if not isinstance(pattern, str) or not isinstance(new, str):
            unknown("`regex=True` of `replace` with values that are not text")
        series = series.str.replace(pattern, new, regex=True)
    return series._node


# --- map --------------------------------------------------------------------------------------


def mapped(
    x: Series, arg: Any = None, na_action: Any = None, func: Any = None, **kwargs: Any
) -> Series:
    """Values by a dict, a series, or a function of one value."""
    arg = arg if func is None else func
    if is_standin(arg):
        mixes_rows("looks values up among other rows")
    if isinstance(arg, dict) or hasattr(arg, "to_dict"):
        return x._like(by_table(x._node, arg))
    result = applied(x, lambda value: arg(value, **kwargs) if kwargs else arg(value), arg)
    if na_action == "ignore":
        return x._like(on.choose(on.missing(x._node), _none(result._node), result._node))
    only("map", na_action=(na_action, None))
    return result


def _none(like: Node) -> Node:
    return on.constant(None, like)


def by_table(x: Node, table: Any) -> Node:
    """A column's values by a dict or a constant series; missing where that has no key."""
    default = None
    if hasattr(type(table), "__missing__"):
        default = _plain(table[object()])
    items = {k: _plain(v) for k, v in dict(table.items()).items() if _key_fits(x, k)}
    if x.kind not in ("text", "bool", "int", "float"):
        unknown(f"`map` of a column of {x.kind} by a table")
    keys = tuple(None if k is None or k != k else _plain(k) for k in items)
    values = list(items.values())
    if not any(isinstance(value, str) for value in [*values, default]):
        values = [float("nan") if value is None else value for value in values]
        default = float("nan") if default is None else default
        if x.kind == "bool" and set(keys) >= {True, False}:
            default = values[0]
    elif any(value is not None and not isinstance(value, str) for value in [*values, default]):
        unknown("a table with numbers and text among its values")
    if not keys:
        return on.rows(default)
    wide = widened(x)
    return active().tape.make("lookup", wide, keys=keys, values=tuple(values), default=default)


def _key_fits(x: Node, key: Any) -> bool:
    if isinstance(key, tuple | frozenset):
        return False
    if key is None or key != key:
        return x.kind not in ("bool", "int")
    return isinstance(key, str) == (x.kind == "text")


def applied(x: Series, call: Any, function: Any) -> Series:
    """What a function makes of every value of a series."""
    function = real(function)
    if isinstance(function, np.ufunc):
        return call(x)  # type: ignore[no-any-return]
    if isinstance(function, str):
        return getattr(x, function)()  # type: ignore[no-any-return]
    if not callable(function):
        unknown("`map` or `apply` with other than a function, a dict or a series")
    node = active().words.mapped(call, [x._node])
    if isinstance(node, Node):
        return x._like(node)
    return node  # type: ignore[no-any-return]
