"""Numbers that texts spell: only what is safe to read is handed to Cast, which else fails."""

import numpy as np
from spox import Var

from adapters.to_onnx.functions import tokens
from adapters.to_onnx.functions.patterns import parsed
from adapters.to_onnx.functions.patterns import spelled as pattern
from adapters.to_onnx.ops.later import op20 as op
from converter.trace.characters import SPACE, members, points, ranges_of
from converter.trace.texts import GRAMMARS

_DIGITS = r"(?:[0-9]{1,200}\.?[0-9]{0,200}|\.[0-9]{1,200})"
FITS_DOUBLE = (
    rf"[+-]?{_DIGITS}(?:[eE][+-]?0*[0-9]{{1,2}})?"
    r"|[+-]?[1-9](?:\.[0-9]{0,30})?[eE](?:\+?|-)(?:[12][0-9]{2}|30[0-7])"
)
"""Neither too large nor too small for a double. Between these and the next two they give NaN."""
_SOME = r"[0-9]{0,50}[1-9][0-9]{0,50}\.?[0-9]{0,50}[eE]"
_FAR = r"0*(?:[4-9][0-9]{2}|[1-9][0-9]{3,})"
TOO_LARGE = rf"(?:(?i:inf(?:inity)?)|{_SOME}\+?{_FAR})"
TOO_SMALL = rf"{_SOME}-{_FAR}"
FITS_INT = r"[+-]?[0-9]{1,18}"


def number(x: Var, grammar: str) -> Var:
    """The numbers of texts [N]: double, NaN for none; of "int", int64 and 0 for none."""
    reads = tokens.is_match(x, pattern(parsed(GRAMMARS[grammar].pattern, 0)))
    core = tokens.first(x, f"[^{SPACE}]+")
    if grammar != "pandas":
        core = _plain(core)
    if grammar == "int":
        fits = op.and_(reads, tokens.is_match(core, FITS_INT))
        return op.cast(tokens.chosen(fits, core, "0"), to=np.int64)
    fits = op.and_(reads, tokens.is_match(core, FITS_DOUBLE))
    value = op.cast(tokens.chosen(fits, core, "nan"), to=np.float64)
    return _with_extremes(core, reads, value)


def _with_extremes(core: Var, reads: Var, value: Var) -> Var:
    for sign, infinity in ((r"\+?", np.inf), ("-", -np.inf)):
        for named, extreme in ((TOO_LARGE, infinity), (TOO_SMALL, 1 / infinity)):
            chosen = op.and_(reads, tokens.is_match(core, f"{sign}{named}"))
            value = op.where(chosen, op.const(np.float64(extreme)), value)
    return value


def _plain(core: Var) -> Var:
    """Without underscores, and with ASCII's digits for those of other scripts."""
    table = {"_": ""}
    for low, high in ranges_of(r"\d"):
        table |= {chr(code): str(int(chr(code))) for code in range(max(low, 128), high + 1)}
    odd = members(points(table))
    pieces = tokens.found(core, f"[{odd}]|[^{odd}]+")
    return tokens.glued(tokens.mapped(pieces, table))
