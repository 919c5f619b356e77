"""Python's builtins on stand-ins: the real ones insist on real numbers, texts and lists."""

import builtins
from collections.abc import Callable, Iterable
from itertools import starmap
from typing import Any, NoReturn

from converter.trace.impure import covers, kind_of
from converter.trace.session import active, mixes_rows, refuse, unknown
from converter.trace.standins.array import Array
from converter.trace.standins.iteration import RowNumber, row_numbers
from converter.trace.standins.lift import holds_standin, is_batch, is_standin, slot_of
from converter.trace.standins.literals import class_of
from converter.trace.standins.marks import is_marked
from converter.trace.standins.rows import Rows
from converter.trace.standins.scalar import Scalar
from converter.trace.standins.shown import Shown
from converter.trace.standins.text import Text
from converter.trace.standins.types import TypeFacade, real
from converter.trace.standins.verdict import Tally
from converter.values import Turn

__all__ = ["REPLACED", "TypeFacade", "real"]

# --- classes ----------------------------------------------------------------------------------


def _isinstance(value: Any, kinds: Any) -> bool:
    """Stand-ins are instances of what they stand for, by their `_mlconvert_stands_for`."""
    flat = _flat(kinds)
    if is_standin(value):
        return any(issubclass(cls, kind) for cls in value._mlconvert_stands_for() for kind in flat)
    return isinstance(value, flat)


def _flat(kinds: Any) -> tuple[type, ...]:
    if isinstance(kinds, tuple):
        return tuple(one for kind in kinds for one in _flat(kind))
    return (real(kinds),)


def _issubclass(cls: Any, kinds: Any) -> bool:
    return builtins.issubclass(real(cls), _flat(kinds))


def _type(value: Any, *rest: Any) -> Any:
    if rest:
        return type(value, *real(rest))
    return value._mlconvert_stands_for()[0] if is_standin(value) else class_of(value)


# --- numbers and texts ------------------------------------------------------------------------


def _is_rows(value: Any) -> bool:
    """Whether `value` is a list with an entry for each row."""
    return isinstance(value, list | tuple) and active().words.entries(value) is not None


def _hasattr(value: Any, name: str) -> bool:
    """Asked of the class that is stood for: `hasattr(X, "toarray")` tells sparse from dense."""
    if name in getattr(value, "_columns", ()):
        return True
    return any(hasattr(cls, name) for cls in value._mlconvert_stands_for())


def _getattr(value: Any, name: str, *default: Any) -> Any:
    if not is_standin(value):
        _refuse_impure(value, name)
        return getattr(value, name, *default)
    if default and not _hasattr(value, name):
        return default[0]
    return getattr(value, name)


def _refuse_impure(value: Any, name: str) -> None:
    """A class of a library may read the clock by the name of its method."""
    if isinstance(value, type):
        kind = kind_of(f"{value.__module__}.{value.__qualname__}.{name}")
        if kind and not covers(active().freeze, kind):
            refuse(kind, f"uses `{value.__qualname__}.{name}`", turn=Turn.FORMAT)


_getattr.always = True  # type: ignore[attr-defined]  # what it is asked for may be a clock


def _len(value: Any) -> Any:
    if isinstance(value, Shown):
        return value
    if isinstance(value, str):
        return active().words.text_length(value) if _is_text(value) else len(value)
    if hasattr(type(value), "_mlconvert_len"):
        return value._mlconvert_len()
    if isinstance(value, Scalar):
        return refuse("unknown-operation", "asks for the length of a number")
    if is_standin(value):
        return Rows() if value._slot is None and not _has_lead(value) else len(value)
    return Rows() if _is_rows(value) else len(value)


def _has_lead(value: Any) -> bool:
    return isinstance(value, Array) and bool(value._lead)


def _is_text(value: Any) -> bool:
    return isinstance(value, Text) or is_marked(value)


def _float(*args: Any) -> Any:
    if args and isinstance(args[0], Shown | Tally):
        return args[0]
    return active().words.to_float(args[0]) if args and _is_one(args[0]) else float(*args)


def _int(*args: Any, **options: Any) -> Any:
    if args and isinstance(args[0], Shown | Tally):
        return args[0]
    if not args or not _is_one(args[0]):
        return int(*args, **options)
    if len(args) > 1 or options:
        return unknown("`int()` with a base")
    return active().words.to_int(args[0])


def _str(*args: Any, **options: Any) -> Any:
    if args and isinstance(args[0], Shown):
        return args[0].__str__()
    if not args or not (_is_one(args[0]) or is_standin(args[0])):
        return str(*args, **options)
    return active().words.text_of(args[0])


def _bool(*args: Any) -> Any:
    return active().words.to_bool(args[0]) if args and _is_one(args[0]) else bool(*args)


def _is_one(value: Any) -> bool:
    """Whether `value` is one value of one row."""
    if isinstance(value, Array) and value._slot is not None and is_batch(value._slot) is False:
        return value._laid().shape == ()
    return isinstance(value, Scalar) or _is_text(value)


def _abs(value: Any) -> Any:
    return abs(value)


def _round(number: Any, ndigits: Any = None) -> Any:
    return number.__round__(ndigits) if is_standin(number) else round(number, ndigits)


def _pow(base: Any, exp: Any, mod: Any = None) -> Any:
    return base**exp if mod is None else unknown("`pow()` with a modulus")


def _divmod(a: Any, b: Any) -> Any:
    return a // b, a % b


def _format(value: Any, spec: str = "") -> Any:
    return value.__format__(spec)


# --- the best, the sum, the truth of several --------------------------------------------------


def _values(args: tuple[Any, ...]) -> list[Any]:
    """What `max(a, b)` or `max(values)` compares."""
    given: Any = args if len(args) > 1 else args[0]
    if is_standin(given) and is_batch(given._slot):
        mixes_rows("looks at all rows at once", "name the axis: numpy.max(x, axis=1)")
    return list(given)


def _best(op: str, name: str) -> Callable[..., Any]:
    def best(*args: Any, key: Any = None, **options: Any) -> Any:
        values = _values(args)
        if not holds_standin(values) or (not values and options):
            return getattr(builtins, name)(values, key=key, **options)
        if key is not None or any(isinstance(value, str) for value in values):
            return getattr(builtins, name)(values, key=key)
        found = values[0]
        for value in values[1:]:
            found = active().words.better(op, value, found)
        return found

    return best


def _sum(values: Any, /, start: Any = 0) -> Any:
    if is_standin(values) and is_batch(values._slot):
        mixes_rows("adds up the rows", "name the axis: numpy.sum(x, axis=1)")
    for value in values:
        start = start + value
    return start


def _truths(values: Any) -> tuple[list[Any], Exception | None]:
    """The values, as far as they can be had."""
    if is_standin(values) and is_batch(values._slot):
        mixes_rows("asks about all rows at once", "name the axis: numpy.any(x, axis=1)")
    found: list[Any] = []
    try:
        for value in values:
            found.append(value)
    except Exception as error:
        return found, error
    return found, None


def _every(name: str, *, stops_at: bool) -> Callable[..., Any]:
    def every(values: Any, /) -> Any:
        found, error = _truths(values)
        if not any(isinstance(value, Scalar | Text) for value in found):
            if error is not None:
                raise error
            return getattr(builtins, name)(found)
        if error is None and all(isinstance(value, Scalar | Text | bool) for value in found):
            return active().words.truth_of_all(found, stops_at=stops_at)
        for value in found:
            if bool(value) is stops_at:
                return stops_at
        if error is not None:
            raise error
        return not stops_at

    return every


# --- iteration --------------------------------------------------------------------------------


def _range(*args: Any) -> Any:
    if any(isinstance(arg, Rows) for arg in args):
        if (len(args) > 1 and args[0] != 0) or args[2:] not in ((), (1,)):
            mixes_rows("leaves out some of the rows", "loop over all of them")
        return list(row_numbers())
    if any(is_standin(arg) for arg in args):
        refuse(
            "data-dependent",
            "loops as often as a row's value says",
            "loop a fixed number of times, or write the result as a formula",
        )
    return range(*args)


def _enumerate(values: Iterable[Any], start: int = 0) -> Any:
    """Where rows are looped over, their numbers are opaque."""
    found = iter(values)
    first = [item for _, item in zip(range(2), found, strict=False)]
    rest = (item for part in (first, found) for item in part)
    if [_slot_in(item) for item in first] != [0, 1] and not _is_rows(values):
        return enumerate(rest, start)
    return ((RowNumber(number), item) for number, item in enumerate(rest))


def _slot_in(value: Any) -> int | None:
    if isinstance(value, list | tuple):
        return next((slot for part in value if (slot := _slot_in(part)) is not None), None)
    if isinstance(value, RowNumber):
        return value._slot
    slot = slot_of(value) if is_standin(value) else None
    return slot if isinstance(slot, int) else None


def _reversed(values: Any) -> Any:
    if (is_standin(values) and is_batch(values._slot)) or _is_rows(values):
        mixes_rows("turns the order of the rows", "a row must not depend on where it stands")
    return reversed(values)


def _sorted(values: Any, /, *, key: Any = None, reverse: Any = False) -> Any:
    if (is_standin(values) and is_batch(values._slot)) or _is_rows(values):
        mixes_rows("sorts the rows")
    return sorted(values, key=key, reverse=reverse)


def _list(*args: Any) -> list[Any]:
    """`list` itself first asks for the length."""
    return [part for part in args[0]] if args else []  # noqa: C416


def _set(*args: Any) -> Any:
    if args and (is_standin(args[0]) or holds_standin(args[0])):
        refuse("data-dependent", "makes a set of a row's values", "compare them one by one")
    return set(*args)


def _map(function: Any, *iterables: Any) -> Any:
    return starmap(function, zip(*iterables, strict=False))


def _bytes(name: str) -> TypeFacade:
    """A class that wants the bytes of its argument."""
    cls = getattr(builtins, name)

    def opaque(*args: Any, **options: Any) -> Any:
        if holds_standin(args):
            refuse(
                "left-numpy",
                f"hands its data to `{name}`, which takes plain arrays only",
                "use numpy's own functions instead",
            )
        return cls(*args, **options)

    return TypeFacade(cls, opaque)


def _hash() -> Callable[[Any], NoReturn]:
    def opaque(_: Any) -> NoReturn:
        refuse(
            "unknown-operation",
            "uses `hash`, which of a text is another number in each process",
            "FeatureHasher and HashingVectorizer hash alike everywhere",
            Turn.FORMAT,
        )

    return opaque


def _print(*_: Any, **__: Any) -> None:
    """What is printed while tracing would be of stand-ins."""


def _always(function: Callable[..., Any]) -> Callable[..., Any]:
    function.always = True  # type: ignore[attr-defined]
    return function


REPLACED: dict[str, Any] = {
    "builtins.isinstance": _always(_isinstance),
    "builtins.issubclass": _always(_issubclass),
    "builtins.type": _always(_type),
    "builtins.hasattr": _hasattr,
    "builtins.getattr": _getattr,
    "builtins.callable": lambda _: False,
    "builtins.len": _always(_len),
    "builtins.float": TypeFacade(float, _float),
    "builtins.int": TypeFacade(int, _int),
    "builtins.str": TypeFacade(str, _str),
    "builtins.bool": TypeFacade(bool, _bool),
    "builtins.list": TypeFacade(list, _list),
    "builtins.tuple": TypeFacade(tuple, lambda *args: tuple(_list(*args))),
    "builtins.set": TypeFacade(set, _set),
    "builtins.range": TypeFacade(range, _range),
    "builtins.enumerate": TypeFacade(enumerate, _enumerate),
    **{f"builtins.{name}": _bytes(name) for name in ("bytes", "bytearray", "memoryview")},
    "builtins.map": TypeFacade(map, _map),
    "builtins.reversed": TypeFacade(reversed, _reversed),
    "builtins.abs": _abs,
    "builtins.hash": _hash(),
    "builtins.round": _round,
    "builtins.pow": _pow,
    "builtins.divmod": _divmod,
    "builtins.format": _format,
    "builtins.max": _always(_best("greater", "max")),
    "builtins.min": _always(_best("less", "min")),
    "builtins.sum": _always(_sum),
    "builtins.any": _always(_every("any", stops_at=True)),
    "builtins.all": _always(_every("all", stops_at=False)),
    "builtins.sorted": _always(_sorted),
    "builtins.print": _always(_print),
}
