"""Texts before a vectorizer cuts them: in lower case, without accents; and their characters."""

import sys
import unicodedata
from functools import cache
from typing import Any

from spox import Var

from adapters.to_onnx.functions import casing, replacing, tokens
from adapters.to_onnx.graph import Graph
from converter.trace.characters import SPACE, members, points, union

ANALYZERS = ("char", "char_wb")
STRIPPED = ("ascii", "unicode")


def is_prepared(est: Any) -> bool:
    """Whether the texts are lowered, and more, before anything is cut."""
    return est.analyzer in ANALYZERS or est.strip_accents in STRIPPED


def prepared(est: Any, texts: Var) -> Var:
    """Texts [N] as scikit-learn hands them to its analyzer."""
    if est.lowercase:
        texts = casing.lower(texts)
    if est.strip_accents not in STRIPPED:
        return texts
    table = _letters(est.strip_accents)
    odd = members(union(points(table)))
    others = r"[\x00-\x7f]+" if est.strip_accents == "ascii" else f"[^{odd}]+"
    return tokens.glued(tokens.mapped(tokens.found(texts, f"[{odd}]|{others}"), table))


def cut(est: Any, texts: Var, g: Graph) -> Var:
    """The characters [N, T] of prepared texts, of which n-grams are made.

    Within words ("char_wb") each word stands between spaces, and after a character that is in no
    n-gram of the vocabulary.
    """
    if est.analyzer == "char":
        texts = replacing.replaced(texts, r"\s\s+", " ", 0, 0, g)
    else:
        words = tokens.found(texts, f"[^{SPACE}]+")
        apart = tokens.concatenated(tokens.concatenated(_edge(est, words), words), _space(words))
        texts = tokens.glued(tokens.chosen(tokens.is_there(words), apart, ""))
    return tokens.found(texts, "(?s:.)")


def _edge(est: Any, words: Var) -> Var:
    known = set().union(*est.vocabulary_)
    edge = next(c for c in map(chr, range(0xE000, 0xF8FF)) if c not in known)
    return _same(words, f"{edge} ")


def _space(words: Var) -> Var:
    return _same(words, " ")


def _same(words: Var, text: str) -> Var:
    """A text for each of `words`."""
    return tokens.chosen(tokens.is_there(words), text, "")


@cache
def _letters(method: str) -> dict[str, str]:
    """What letters are without their accents; those that stay are left out."""
    codes = (code for code in range(0x80, sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    found = ((letter, _bare(letter, method)) for letter in map(chr, codes))
    if method == "ascii":
        return {letter: bare for letter, bare in found if bare}
    return {letter: bare for letter, bare in found if bare != letter}


def _bare(letter: str, method: str) -> str:
    parts = unicodedata.normalize("NFKD", letter)
    if method == "ascii":
        return parts.encode("ascii", "ignore").decode()
    return "".join(part for part in parts if not unicodedata.combining(part))
