"""Texts in PMML. Places in a text are found by expressions, which count characters as Python does:
the `substring` and the `stringLength` of Java count those beyond 16 bits twice.

Text of a missing text is missing; a number or a truth value is that of the empty text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from adapters.to_pmml.functions.book import (
    EXACT,
    NO_TEXT,
    Book,
    Cell,
    call,
    number,
    text,
)
from adapters.to_pmml.functions.cells import Say, each
from adapters.to_pmml.functions.comparisons import is_missing
from adapters.to_pmml.functions.patterns import ANYTHING, Pattern, quoted, template
from adapters.to_pmml.functions.unsaid import lacks
from adapters.to_pmml.terms import Apply, Constant, MapValues, Term
from converter.trace import texts as meanings
from converter.trace.characters import SPACE, members, points, ranges_where, spelled, union
from converter.trace.expression import Node

CHARACTER = r"(?s:.)"
LONGEST = 1000
DOTTED, SIGMA, SHARP = r"\x{130}", r"\x{3a3}", r"\x{df}"
CAPITALS = (
    "Letters whose capitals are several, such as ﬁ, become these: pandas leaves them as they are."
)
LONGEST_TEXT = 2**31
DIGITS = "Numbers in texts are read in the digits 0 to 9 only."


def _present(cell: Cell, book: Book, term: Term) -> Cell:
    """A text made of one that may be missing, and is missing then."""
    if not cell.missing:
        return book.define(term, "string")
    guarded = call("if", call("isNotMissing", cell), term)
    return book.define(guarded, "string", missing=True)


def _substituted(x: Cell | Term, pattern: str, by: str = "") -> Apply:
    return call("replace", x, text(pattern), text(by))


def _replaced(book: Book, x: Cell, pattern: str, by: str = "") -> Cell:
    return _present(x, book, _substituted(x, pattern, by))


def _matches(book: Book, x: Cell, pattern: str, *, of_empty: bool) -> Cell:
    """Whether the pattern is found; `of_empty`: whether it is in the empty text."""
    return book.truth("matches", x, text(pattern), if_missing=of_empty)


def _filled(book: Book, x: Cell) -> Cell:
    return book.choose(is_missing(book, x), text(""), x)


# --- text of text -----------------------------------------------------------------------------


def _concat_of(book: Book, a: Cell, b: Cell) -> Cell:
    if NO_TEXT in (a, b):
        return NO_TEXT
    unsure = [call("isNotMissing", cell) for cell in (a, b) if cell.missing]
    term: Term = call("concat", a, b)
    if unsure:
        condition = call("and", *unsure) if len(unsure) > 1 else unsure[0]
        term = call("if", condition, term)
    return book.define(term, "string", missing=bool(unsure))


def _case(node: Node, book: Book, x: Cell) -> Cell:
    by_arrow = node.attrs["by"] == "arrow"
    upper, lower = (_upper, _lower) if by_arrow else (_uppercase, _lowercase)
    match node.attrs["how"]:
        case "lower":
            return _present(x, book, lower(x))
        case "upper" if by_arrow:
            book.caveats[CAPITALS] = None
            return _present(x, book, upper(x))
        case "upper":
            return _present(x, book, upper(x))
        case "capitalize" if by_arrow:
            book.caveats[CAPITALS] = None
            first = _substituted(x, rf"\A({CHARACTER}){ANYTHING}", "$1")
            rest = _substituted(x, rf"\A{CHARACTER}")
            return _present(x, book, call("concat", upper(first), lower(rest)))
        case "capitalize":
            return _capitalized(book, x)
    raise lacks(f"`{node.attrs['how']}` of texts")


def _lowercase(x: Cell | Term) -> Apply:
    return call("lowercase", x)


def _uppercase(x: Cell | Term) -> Apply:
    return call("uppercase", x)


def _lower(x: Cell | Term) -> Apply:
    """As Arrow has it: each letter by itself, also a sigma at the end of a word."""
    return _lowercase(_substituted(_substituted(x, DOTTED, "i"), SIGMA, "σ"))


def _upper(x: Cell | Term) -> Apply:
    """As Arrow has it: one letter for each."""
    return _uppercase(_substituted(x, SHARP, "ẞ"))


def _capitalized(book: Book, x: Cell) -> Cell:
    """The first letter in its title case, which for some is not the capital: ß becomes Ss."""
    first = _replaced(book, x, rf"\A({CHARACTER}){ANYTHING}", "$1")
    titles = _titles()
    assert not isinstance(first.term, Constant)
    odd = book.define(
        MapValues(of=first.term, keys=tuple(titles), values=tuple(titles.values())),
        "string",
        missing=True,
    )
    plain = _present(first, book, call("uppercase", first))
    start = book.choose(is_missing(book, odd), plain, odd)
    dotless = _substituted(x, rf"\A{DOTTED}", "I")  # its small letter is two
    rest = _replaced(book, _present(x, book, call("lowercase", dotless)), rf"\A{CHARACTER}")
    return _concat_of(book, start, rest)


@cache
def _titles() -> dict[str, str]:
    """The letters whose title case is not their capital."""
    every = map(chr, range(0x110000))
    return {char: char.title() for char in every if char.title() != char.upper()}


def _strip(node: Node, book: Book, x: Cell) -> Cell:
    chars, side = node.attrs["chars"], node.attrs["side"]
    if chars == "":
        return x
    cut = f"[{SPACE if chars is None else members(points(chars))}]+"
    ends = {"left": rf"\A{cut}", "right": rf"{cut}\z", "both": rf"\A{cut}|{cut}\z"}
    return _replaced(book, x, ends[side])


def _slice(node: Node, book: Book, x: Cell) -> Cell:
    start, stop, step = (node.attrs[name] for name in ("start", "stop", "step"))
    if step not in (None, 1):
        raise lacks("slices of texts with a step")
    if max(abs(start or 0), abs(stop or 0)) > LONGEST:
        raise lacks(f"slices of more than {LONGEST} characters")
    if start and start < 0 and stop is not None and stop >= 0:
        raise lacks("slices that start from the end and stop from the beginning")
    if stop is not None and stop >= 0:
        x = _replaced(book, x, rf"\A({CHARACTER}{{0,{stop}}}){ANYTHING}", "$1")
    if start and start > 0:
        x = _replaced(book, x, rf"\A{CHARACTER}{{0,{start}}}")
    if start and start < 0:
        x = _replaced(book, x, rf"\A{CHARACTER}*?({CHARACTER}{{0,{-start}}})\z", "$1")
    if stop is not None and stop < 0:
        x = _replaced(book, x, rf"{CHARACTER}{{0,{-stop}}}\z")
    return x


def _replace(node: Node, book: Book, x: Cell) -> Cell:
    pattern, flags, limit = (node.attrs[name] for name in ("pattern", "flags", "limit"))
    found = Pattern(pattern, flags)
    if found.tree.getwidth()[0] == 0:
        raise found.unsaid("matches nothing at all")
    if limit == 0:
        by = template(node.attrs["by"], pattern, flags)
        return _replaced(book, x, found.spelled, by)
    if limit != 1:
        raise lacks("a replacement of the first few matches")
    first = Pattern(pattern, flags, shift=1)
    by = template(node.attrs["by"], pattern, flags, shift=1)
    return _replaced(book, x, rf"\A({CHARACTER}*?)(?:{first.spelled})", f"$1{_apart(by)}")


def _apart(by: str) -> str:
    """What follows a group, told from its number."""
    return f"\\{by}" if by[:1].isdigit() else by


def _extract(node: Node, book: Book, x: Cell) -> Cell:
    """A group of the match of a number; missing where there is no such match."""
    attrs = node.attrs
    group, index = attrs["group"], attrs["index"]
    found = Pattern(attrs["pattern"], attrs["flags"], shift=0 if group else 1)
    if group not in found.certain:
        raise found.unsaid("has a group that may take no part in a match")
    if index < 0 or (index and found.tree.getwidth()[0] == 0):
        raise lacks("the last of the matches of a pattern")
    if index and group:
        raise lacks("a group of a later match of a pattern")
    inner = found.spelled if group else f"({found.spelled})"
    before = rf"\A(?>{CHARACTER}*?(?:{found.spelled})){{{index}}}" if index else r"\A"
    whole = rf"{before}{CHARACTER}*?(?:{inner}){ANYTHING}"
    return _taken(book, x, whole, group or 1)


def _taken(book: Book, x: Cell, whole: str, group: int) -> Cell:
    """A group of a pattern of the whole text; missing where the text is not of it."""
    if group > 9:
        raise lacks("a tenth group")
    term = _substituted(x, whole, f"${group}")
    condition = _matches(book, x, whole, of_empty=False)
    return book.define(call("if", condition, term), "string", missing=True)


def _piece(node: Node, book: Book, x: Cell) -> Cell:
    separator, index, limit = (node.attrs[name] for name in ("separator", "index", "limit"))
    sep = quoted(separator)
    piece = f"(?:(?!{sep}){CHARACTER})*"
    if index < 0:
        if limit >= 0 or (separator + separator).find(separator, 1) < len(separator):
            raise lacks("pieces counted from the end")
        before = rf"\A(?:{ANYTHING}{sep})?"
        after = f"(?:{sep}{piece}){{{-index - 1}}}"
        return _taken(book, x, rf"{before}({piece}){after}\z", 1)
    if 0 <= limit < index:
        return NO_TEXT
    before = rf"\A(?>{piece}{sep}){{{index}}}"
    if limit == index:
        return _taken(book, x, rf"{before}({ANYTHING})", 1)
    return _taken(book, x, rf"{before}({piece}){ANYTHING}", 1)


# --- numbers and truth values -----------------------------------------------------------------


def _length_of(x: Cell | Term) -> Apply:
    """In characters, each of which becomes one of 16 bits first."""
    return call("stringLength", _substituted(x, CHARACTER, "_"))


def _length(node: Node, book: Book, x: Cell) -> Cell:
    counted = book.define(_length_of(_filled(book, x)))
    return replace(counted, low=0, high=LONGEST_TEXT)


def _count(node: Node, book: Book, x: Cell) -> Cell:
    """As many characters more as there are matches, where each becomes two instead of one."""
    found = Pattern(node.attrs["pattern"], node.attrs["flags"])
    if found.tree.getwidth()[0] == 0:
        raise found.unsaid("matches nothing at all")
    filled = _filled(book, x)
    doubled = (_substituted(filled, found.spelled, by) for by in ("__", "_"))
    lengths = (book.define(call("stringLength", each_)) for each_ in doubled)
    return replace(book.sum_of("-", *lengths, invalid=False), low=0, high=LONGEST_TEXT)


def _asked(node: Node, book: Book, x: Cell) -> Cell:
    pattern, flags, how = (node.attrs[name] for name in ("pattern", "flags", "how"))
    spelled_ = Pattern(pattern, flags).spelled
    form = {"search": "{}", "match": r"\A(?:{})", "fullmatch": r"\A(?:{})\z"}[how]
    of_empty = getattr(re.compile(pattern, flags), how)("") is not None
    return _matches(book, x, form.replace("{}", spelled_, 1), of_empty=of_empty)


def _is(node: Node, book: Book, x: Cell) -> Cell:
    what, by = node.attrs["what"], node.attrs["by"]
    if what in ("upper", "lower"):
        one, other = _cased(what), _cased("lower" if what == "upper" else "upper")
        rest = rf"[^{other}\p{{Lt}}]*"
        return _matches(book, x, rf"\A{rest}[{one}]{rest}\z", of_empty=False)
    if what not in _JUDGED:
        raise lacks(f"`is{what}` of texts")
    return _matches(book, x, rf"\A{_JUDGED[what](by)}\z", of_empty=what == "ascii")


@cache
def _cased(what: str) -> str:
    """The letters of a case, and the few others that Unicode counts among them."""
    category = {"lower": "Ll", "upper": "Lu"}[what]
    others = [one for ends in ranges_where(f"is{what}") for one in _runs(*ends, category)]
    return rf"\p{{{category}}}{members(union(others))}"


def _runs(low: int, high: int, category: str) -> Iterator[tuple[int, int]]:
    return ((c, c) for c in range(low, high + 1) if unicodedata.category(chr(c)) != category)


_JUDGED: dict[str, Callable[[str], str]] = {
    "alpha": lambda by: r"\p{L}+",
    "alnum": lambda by: r"[\p{L}\p{N}]+",
    "decimal": lambda by: r"\p{Nd}+",
    "space": lambda by: f"[{SPACE}]+",
    "ascii": lambda by: r"[\x{0}-\x{7f}]*",
    "digit": lambda by: (
        r"[\p{Nd}\p{No}]+" if by == "arrow" else spelled(ranges_where("isdigit")) + "+"
    ),
    "numeric": lambda by: r"\p{N}+" if by == "arrow" else spelled(ranges_where("isnumeric")) + "+",
}


# --- numbers that texts spell -----------------------------------------------------------------

_SIGNED = r"[+-]?"
_REAL = r"(?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)"
_POWER = r"(?:[eE][+-]?[0-9](?:_?[0-9])*)?"
_FORMS = {
    "float": f"[{SPACE}]*{_SIGNED}{_REAL}{_POWER}[{SPACE}]*",
    "int": f"[{SPACE}]*{_SIGNED}[0-9](?:_?[0-9])*[{SPACE}]*",
    "pandas": rf"[ \t-\r]*{_SIGNED}(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[ \t-\r]*",
}
_ENDLESS = r"[iI][nN][fF](?:[iI][nN][iI][tT][yY])?"
_BORDERS = {"float": f"[{SPACE}]*", "pandas": ""}


def _number(node: Node, book: Book, x: Cell) -> Cell:
    grammar = node.attrs["grammar"]
    if grammar != "pandas":
        book.caveats[DIGITS] = None
    form = _matches(book, x, rf"\A(?:{_FORMS[grammar]})\z", of_empty=False)
    digits = _substituted(x, f"[{SPACE}_]+")
    found = book.define(call("if", form, digits), missing=True)
    if grammar == "int":
        whole = book.choose(form, replace(found, missing=False), number(0))
        return book.bounded(replace(whole, missing=False), -EXACT, EXACT)
    for sign, value in (("-", float("-inf")), (r"\+?", float("inf"))):
        border = _BORDERS[grammar]
        endless = rf"\A{border}{sign}{_ENDLESS}{border}\z"
        found = book.choose(_matches(book, x, endless, of_empty=False), number(value), found)
    return found


def _reads(node: Node, book: Book, x: Cell) -> Cell:
    pattern = meanings.GRAMMARS[node.attrs["grammar"]].pattern
    return _matches(book, x, rf"\A(?:{Pattern(pattern, 0).spelled})\z", of_empty=False)


def _of_number(node: Node, book: Book, x: Cell) -> Cell:
    if x.dtype == "boolean":
        return book.choose(x, text("True"), text("False"))
    if node.inputs[0].kind != "int":
        raise lacks("real numbers as Python spells them")
    return book.define(call("formatNumber", x, text("%.0f")), "string")


def _unless_constant(say: Callable[[Node, Book, Cell], Cell]) -> Say:
    """An operation on a text of the rows; a missing constant has nothing to be asked."""

    def of_text(node: Node, book: Book, x: Cell) -> Cell:
        if isinstance(x.term, Constant) and x.missing:
            x = NO_TEXT
            if node.kind == "text":
                return x
        return say(node, book, x)

    return each(of_text)


OPERATIONS: dict[str, Say] = {
    "text.concat": each(lambda node, book, a, b: _concat_of(book, a, b)),
    "text.case": _unless_constant(_case),
    "text.strip": _unless_constant(_strip),
    "text.slice": _unless_constant(_slice),
    "text.replace": _unless_constant(_replace),
    "text.extract": _unless_constant(_extract),
    "text.piece": _unless_constant(_piece),
    "text.length": _unless_constant(_length),
    "text.matches": _unless_constant(_asked),
    "text.count": _unless_constant(_count),
    "text.is": _unless_constant(_is),
    "text.number": _unless_constant(_number),
    "text.reads": _unless_constant(_reads),
    "text.of_number": each(_of_number),
}
