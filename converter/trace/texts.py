"""What the operations on text mean: on object arrays of str, in which None is missing.

A missing text stays missing where text comes of it; where a number or a truth value does, it is
read as the empty text. What a function says of missing texts is recorded beside it, by
`text.missing`. `by` names who changes or judges letters: "python", or "arrow", as pandas does for
its own dtype of text, which differs on letters such as ß and İ.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

NUMBER = re.compile(
    r"[ \t-\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
    r"[+-]?(?:(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?"
    r"|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|[nN][aA][nN])"
    r"[ \t-\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
)
"""What Python's `float` reads."""
INTEGER = re.compile(
    r"[ \t-\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
    r"[+-]?\d(?:_?\d)*"
    r"[ \t-\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
)
"""What Python's `int` reads."""
PANDAS_NUMBER = re.compile(
    r"[ \t-\r]*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[ \t-\r]*"
    r"|[+-]?[iI][nN][fF](?:[iI][nN][iI][tT][yY])?"
)
"""What `pandas.to_numeric` reads, but for NaN."""
GRAMMARS = {"float": NUMBER, "int": INTEGER, "pandas": PANDAS_NUMBER}


def missing(x: Any) -> Any:
    """Where there is no value: None or NaN."""
    x = np.asarray(x)
    if x.dtype.kind in "fmM":
        return np.isnat(x) if x.dtype.kind in "mM" else np.isnan(x)
    if x.dtype.kind != "O":
        return np.zeros(x.shape, dtype=bool)
    return np.asarray(_each(lambda cell: cell is None or cell != cell)(x), dtype=bool)


@cache
def compiled(pattern: str, flags: int) -> re.Pattern[str]:
    """A pattern of Python's `re`."""
    return re.compile(pattern, flags)


def _each(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of cells, of arrays."""

    def apply(*arrays: Any) -> Any:
        cells = [_array(array) for array in arrays]
        shape = np.broadcast_shapes(*(array.shape for array in cells))
        flat = [np.broadcast_to(array, shape).ravel() for array in cells]
        result = np.empty(len(flat[0]), dtype=object)
        result[:] = [function(*row) for row in zip(*flat, strict=True)]
        return result.reshape(shape)

    return apply


def _array(value: Any) -> np.ndarray:
    if isinstance(value, str) or value is None:
        array = np.empty((), dtype=object)
        array[()] = value
        return array
    return np.asarray(value)


def _text(x: Any, function: Callable[[str], str | None]) -> Any:
    """Text of text; missing stays missing."""
    return _each(lambda cell: None if cell is None else function(cell))(x)


def _typed(x: Any, function: Callable[[str], Any], dtype: type) -> Any:
    """Numbers or truth values of text; missing is read as empty."""
    return _each(lambda cell: function("" if cell is None else cell))(x).astype(dtype)


# --- text of text -----------------------------------------------------------------------------


def _concat(a: Any, b: Any) -> Any:
    return _each(lambda x, y: None if x is None or y is None else x + y)(a, b)


def _case(x: Any, how: str, by: str) -> Any:
    if by == "arrow":
        import pyarrow.compute

        kernel = getattr(pyarrow.compute, f"utf8_{how}")
        return _whole(x, lambda cells: kernel(pyarrow.array(cells, "string")).to_pylist())
    return _text(x, lambda text: getattr(text, how)())


def _whole(x: Any, function: Callable[[list[Any]], list[Any]]) -> Any:
    x = _array(x)
    result = np.empty(x.size, dtype=object)
    result[:] = function(x.ravel().tolist())
    return result.reshape(x.shape)


def _strip(x: Any, chars: str | None, side: str) -> Any:
    name = {"both": "strip", "left": "lstrip", "right": "rstrip"}[side]
    return _text(x, lambda text: str(getattr(text, name)(chars)))


def _slice(x: Any, start: int | None, stop: int | None, step: int | None) -> Any:
    return _text(x, lambda text: text[slice(start, stop, step)])


def _replace(x: Any, pattern: str, by: str, flags: int, limit: int) -> Any:
    """Matches by the template `by`, the first `limit` of them; 0: all."""
    return _text(x, lambda text: compiled(pattern, flags).sub(by, text, count=limit))


def _extract(x: Any, pattern: str, flags: int, group: int, index: int) -> Any:
    """A group of the match number `index` (-1: the last); missing where there is none."""

    def found(text: str) -> str | None:
        matches = list(compiled(pattern, flags).finditer(text))
        if not -len(matches) <= index < len(matches):
            return None
        return matches[index][group]

    return _text(x, found)


def _piece(x: Any, separator: str, index: int, limit: int) -> Any:
    """One of the pieces between separators, split at most `limit` times from the left (-1: all);
    missing where there are fewer."""

    def found(text: str) -> str | None:
        pieces = text.split(separator, limit)
        return pieces[index] if -len(pieces) <= index < len(pieces) else None

    return _text(x, found)


# --- numbers and truth values of text, and back -----------------------------------------------


def _length(x: Any) -> Any:
    return _typed(x, len, np.int64)


def _matches(x: Any, pattern: str, flags: int, how: str) -> Any:
    """`how`: "search", "match" (from the start) or "fullmatch"."""
    ask = getattr(compiled(pattern, flags), how)
    return _typed(x, lambda text: ask(text) is not None, np.bool_)


def _count(x: Any, pattern: str, flags: int) -> Any:
    find = compiled(pattern, flags).finditer
    return _typed(x, lambda text: sum(1 for _ in find(text)), np.int64)


def _is(x: Any, what: str, by: str) -> Any:
    """Python's `str.isdigit` and its kind: `what` is "digit", "alpha" …"""
    if by == "arrow":
        import pyarrow.compute

        kernel = getattr(pyarrow.compute, f"utf8_is_{what}")
        filled = _each(lambda cell: cell or "")(x)
        answers = _whole(filled, lambda c: kernel(pyarrow.array(c, "string")).to_pylist())
        return answers.astype(bool)
    return _typed(x, lambda text: getattr(text, f"is{what}")(), np.bool_)


def _number(x: Any, grammar: str) -> Any:
    """The number that a text spells, as `grammar` has it; NaN where it spells none.

    Of the grammar "int" whole numbers, and 0 where there is none.
    """
    reads = GRAMMARS[grammar].fullmatch
    if grammar == "int":
        return _typed(x, lambda text: _int64(int(text)) if reads(text) else 0, np.int64)
    return _typed(x, lambda text: float(text) if reads(text) else np.nan, np.float64)


def _int64(number: int) -> int:
    """A number beyond 64 bits, which no column holds, as the last one before."""
    return min(max(number, -(2**63)), 2**63 - 1)


def _reads(x: Any, grammar: str) -> Any:
    """Whether a text spells a number."""
    return _typed(x, lambda text: bool(GRAMMARS[grammar].fullmatch(text)), np.bool_)


def _of_number(x: Any) -> Any:
    """Numbers and truth values as Python spells them."""
    return _each(str)(_array(x).astype(object))


OPERATIONS: dict[str, Callable[..., Any]] = {
    "text.missing": missing,
    "text.concat": _concat,
    "text.case": _case,
    "text.strip": _strip,
    "text.slice": _slice,
    "text.replace": _replace,
    "text.extract": _extract,
    "text.piece": _piece,
    "text.length": _length,
    "text.matches": _matches,
    "text.count": _count,
    "text.is": _is,
    "text.number": _number,
    "text.reads": _reads,
    "text.of_number": _of_number,
}
