"""Options of a library's words: those that are modelled, and a refusal for every other."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from converter.trace.session import unknown
from converter.trace.standins.lift import is_standin


def only(word: str, **options: tuple[Any, ...]) -> None:
    """Refuse options that are not modelled: `option=(value given, *values modelled)`."""
    for option, (value, *modelled) in options.items():
        if not any(_is(value, one) for one in modelled):
            unknown(f"`{option}=` of `{word}`" if is_standin(value) else _told(word, option, value))


def _told(word: str, option: str, value: Any) -> str:
    return f"`{option}={str(value)[:60]}` of `{word}`"


def _is(value: Any, one: Any) -> bool:
    if value is one:
        return True
    return not is_standin(value) and type(value) is type(one) and bool(value == one)


def is_default(value: Any) -> bool:
    """Whether `value` is None or what pandas has for "not given"."""
    return value is None or "no_default" in str(type(value)) or "NoDefault" in str(type(value))


def recorder(word: str, function: Callable[..., Any], *first: Any) -> Callable[..., Any]:
    """`function` with its first arguments; arguments that it does not name are refused."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*first, *args, **kwargs)
        except TypeError as error:
            if "argument" not in str(error) or _depth(error) > 1:
                raise
            return unknown(f"`{word}` with arguments that are not modelled: it {unmodelled(error)}")

    return partial(call)


def unmodelled(error: TypeError) -> str:
    """What Python says of arguments, without the name of our own function."""
    return str(error).rpartition("() ")[2]


def _depth(error: BaseException) -> int:
    """How many calls below ours an exception was raised."""
    step, depth = error.__traceback__, 0
    while step is not None and step.tb_next is not None:
        step, depth = step.tb_next, depth + 1
    return depth


def axis_number(axis: Any) -> Any:
    """0 for the rows, 1 for the columns; None as it is."""
    return {"index": 0, "rows": 0, "columns": 1}.get(axis, axis) if isinstance(axis, str) else axis
