"""Upper and lower case, as Python and as Arrow have it.

StringNormalizer changes character by character, in a locale that ONNX Runtime is told. What Python
does otherwise (ß becomes SS, İ two characters, the last Σ of a word ς) is cut out of the texts and
looked up in tables.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from spox import Var

from adapters.to_onnx.functions import tokens
from adapters.to_onnx.ops.later import op20 as op
from converter.trace.characters import members, points, ranges_where, union

_MIDDLE = "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a"
IGNORABLE = (
    r"[\p{Mn}\p{Me}\p{Cf}\p{Lm}\p{Sk}" + "".join(f"\\x{{{ord(c):x}}}" for c in _MIDDLE) + "]"
)
"""What Python looks past, when it asks whether a Σ ends a word."""
ARROW_UPPER = dict(
    zip("ßƛɤɷɼꟓꟕꭋꭌ", "ẞ\ua7dc\ua7cb\ua7dd\ua7e2\ua7d2\ua7d4\uab6c\uab6d", strict=True)
)
"""What Arrow makes of letters that the locale leaves as they are."""
_MARKED = r"\x{345}\x{2160}-\x{217f}\x{24b6}-\x{24e9}"
ARROW_CASED = rf"(?:[\p{{Lu}}\p{{Lt}}{_MARKED}]|[^\P{{Ll}}ʕ])"
ARROW_CASELESS = rf"(?:[^\p{{Lu}}\p{{Ll}}\p{{Lt}}{_MARKED}]|ʕ)"
LARGEST_CASED = 0x1E944


@cache
def _exceptions(method: str) -> dict[str, str]:
    """What Python changes into anything but the one letter of the locale."""
    letters = map(chr, range(LARGEST_CASED))
    if method == "upper":
        return {c: c.upper() for c in letters if len(c.upper()) > 1}
    if method == "title":
        return {c: c.title() for c in letters if c.title() != c.upper() or len(c.title()) > 1}
    changed = ((c, c.casefold()) for c in letters)
    return {c: to for c, to in changed if to != c.lower() or len(to) > 1 or c == "İ"}


def _remapped(x: Var, action: str, table: dict[str, str]) -> Var:
    """Letters changed by the locale, but for those of a table; texts [N]."""
    if not table:
        return tokens.cased(x, action)
    odd = members(points(table))
    pieces = tokens.found(x, f"[{odd}]|[^{odd}]+")
    changed = op.where(tokens.one_of(pieces, list(table)), pieces, tokens.cased(pieces, action))
    return tokens.glued(tokens.mapped(changed, table))


def lower(x: Var) -> Var:
    """`str.lower`."""
    return _remapped(_sigmas(x), "LOWER", {"İ": "i̇"})


@cache
def _cased() -> str:
    """The members of the set of letters that have a case."""
    both = union((*ranges_where("islower"), *ranges_where("isupper")))
    return f"{members(both)}\\p{{Lt}}"


def _sigmas(x: Var) -> Var:
    """Σ as ς where it ends a word, else as σ."""
    pieces = tokens.found(x, "Σ|[^Σ]+")
    is_sigma = tokens.one_of(pieces, ["Σ"])
    before, after = _shifted(pieces, 1), _shifted(pieces, -1)
    nothing = tokens.is_match(before, f"{IGNORABLE}*"), tokens.is_match(after, f"{IGNORABLE}*")
    letter = f"[{_cased()}]"
    preceded = op.or_(
        tokens.is_match(before, f"(?s:.*){letter}{IGNORABLE}*"),
        op.and_(nothing[0], tokens.one_of(_shifted(pieces, 2), ["Σ"])),
    )
    followed = op.or_(
        tokens.is_match(after, f"{IGNORABLE}*{letter}(?s:.*)"),
        op.and_(nothing[1], tokens.one_of(_shifted(pieces, -2), ["Σ"])),
    )
    final = op.and_(preceded, op.not_(followed))
    changed = tokens.chosen(is_sigma, tokens.chosen(final, "ς", "σ"), pieces)
    return tokens.glued(changed)


def _shifted(pieces: Var, by: int) -> Var:
    """Each place's neighbour: the one before it (by > 0) or after it; "" beyond the ends."""
    rows = op.slice(op.shape(pieces), op.const(np.array([0])), op.const(np.array([1])))
    shape = op.concat([rows, op.const(np.array([abs(by)]))], axis=0)
    empty = op.expand(op.const(np.array("")), shape)
    wide = op.concat([empty, pieces] if by > 0 else [pieces, empty], axis=1)
    width = op.slice(op.shape(pieces), op.const(np.array([1])), op.const(np.array([2])))
    start = op.const(np.array([0 if by > 0 else -by]))
    return op.slice(wide, start, op.add(start, width), op.const(np.array([1])))


def _upper(x: Var) -> Var:
    return _remapped(x, "UPPER", _exceptions("upper"))


def _casefold(x: Var) -> Var:
    return _remapped(x, "LOWER", _exceptions("casefold"))


def _arrow_lower(x: Var) -> Var:
    return tokens.cased(x, "LOWER")


def _arrow_upper(x: Var) -> Var:
    return _remapped(x, "UPPER", ARROW_UPPER)


def _capitalize(x: Var) -> Var:
    """The first letter as in titles, the rest lower; İ becomes two characters there."""
    lowered = lower(x)
    dotted = tokens.is_match(x, "İ(?s:.*)")
    rest = tokens.chosen(
        dotted,
        tokens.without(lowered, r"\A(?s:.){1,2}"),
        tokens.without(lowered, r"\A(?s:.)"),
    )
    first = tokens.first(x, r"\A(?s:.)")
    return tokens.concatenated(_titled_letter(first), rest)


def _titled_letter(letters: Var) -> Var:
    table = _exceptions("title")
    changed = tokens.cased(letters, "UPPER")
    return tokens.mapped(op.where(tokens.one_of(letters, list(table)), letters, changed), table)


def _arrow_capitalize(x: Var) -> Var:
    first = tokens.mapped(tokens.cased(_or_kept(x), "UPPER"), ARROW_UPPER)
    rest = tokens.cased(tokens.without(x, r"\A(?s:.)"), "LOWER")
    return tokens.concatenated(first, rest)


def _or_kept(x: Var) -> Var:
    return tokens.first(x, r"\A(?s:.)")


def _arrow_title(x: Var) -> Var:
    """Every run of letters that have a case is capitalised."""
    runs = tokens.found(x, f"{ARROW_CASED}+|{ARROW_CASELESS}+")
    flat = op.reshape(runs, op.const(np.array([-1])))
    return tokens.glued(op.reshape(_arrow_capitalize(flat), op.shape(runs)))


def _title(x: Var) -> Var:
    """Every run of letters that have a case is capitalised."""
    runs = tokens.found(x, f"[{_cased()}]+|[^{_cased()}]+")
    flat = op.reshape(runs, op.const(np.array([-1])))
    return tokens.glued(op.reshape(_capitalize(flat), op.shape(runs)))


CHANGES: dict[tuple[str, str], Callable[[Var], Var]] = {
    ("lower", "python"): lower,
    ("upper", "python"): _upper,
    ("casefold", "python"): _casefold,
    ("capitalize", "python"): _capitalize,
    ("title", "python"): _title,
    ("lower", "arrow"): _arrow_lower,
    ("upper", "arrow"): _arrow_upper,
    ("capitalize", "arrow"): _arrow_capitalize,
    ("title", "arrow"): _arrow_title,
}
"""How a text is changed, and by whom → texts [N] to texts [N]."""


_UPPER, _LOWER = r"\x{2160}-\x{216f}\x{24b6}-\x{24cf}", r"\x{345}\x{2170}-\x{217f}\x{24d0}-\x{24e9}"
_ARROW_JUDGED = {
    "upper": (rf"[\p{{Lu}}{_UPPER}]", rf"(?:[^\p{{Ll}}\p{{Lt}}{_LOWER}]|ʕ)"),
    "lower": (rf"(?:[^\P{{Ll}}ʕ]|[{_LOWER}])", rf"[^\p{{Lu}}\p{{Lt}}{_UPPER}]"),
}
"""What has the case that is asked for, and what has not the other."""


def all_cased(what: str, by: str) -> str:
    """The expression of `isupper` or `islower`: some letter has that case, and none another."""
    if by == "arrow":
        wanted, others = _ARROW_JUDGED[what]
        return f"{others}*{wanted}{others}*"
    upper, low = (members(ranges_where(f"is{case}")) for case in ("upper", "lower"))
    wanted, other = (upper, f"{low}\\p{{Lt}}") if what == "upper" else (low, f"{upper}\\p{{Lt}}")
    return f"[^{other}]*[{wanted}][^{other}]*"
