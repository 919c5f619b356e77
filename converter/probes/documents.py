"""Documents made of a vectorizer's own words, and documents that no one expects."""

import numpy as np

_WORDS = ("the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "and", "then")
_MARKS = (" ", " ", " ", ", ", ". ", " - ", "\n", "\t", "  ", "! ", "; ", "_", "/")

ODD = (
    "",
    " ",
    "\n\t\r\n",
    "a",
    "...!?",
    "I don't, won't & can't — ever.",
    "naïve café, Ångström, ÉCOLE, Straße",
    "e\u0301 decomposed, ﬁ ligature, ½ and ²",
    "İstanbul ıI ΑΣ ΟΔΟΣ",
    "日本語 の テキスト, русский текст, עברית, 한국어",
    "emoji 😀 family 👨‍👩‍👧 flag 🇩🇪",
    "0 1 42 3.14 1e-9 1_000 0x10 2024-01-01",
    "x_y __init__ snake_case camelCase",
    "https://example.org/a?b=c&d=e#f user@example.org",
    "no\u00a0break\u2003space\u200bzero",
    "tab\tnew\nline\rreturn\x0bvertical",
    "<p>html &amp; entities</p>",
    "NaN None null nan",
)


def documents(rng: np.random.Generator, words: list[str], total: int) -> list[str]:
    """`total` documents of one to thirty words, most of them known to the vectorizer."""
    return [_document(rng, words or list(_WORDS), int(rng.integers(1, 31))) for _ in range(total)]


def odd_documents(rng: np.random.Generator, words: list[str], total: int) -> list[str]:
    """Documents at the edges: empty, foreign, accented, long, in capitals, of one word."""
    known = words or list(_WORDS)
    made = [
        _document(rng, known, 3000),
        _document(rng, known, 12).upper(),
        _document(rng, known, 12).title(),
        str(rng.choice(known)),
        str(rng.choice(known)) * 3,
        " ".join([str(rng.choice(known))] * 50),
        _accented(_document(rng, known, 12)),
    ]
    every = [*ODD, *made]
    return [every[number % len(every)] for number in range(total)]


def _document(rng: np.random.Generator, words: list[str], length: int) -> str:
    chosen = rng.choice(np.array(words, object), length)
    marks = rng.choice(np.array(_MARKS, object), length)
    return "".join(word + mark for word, mark in zip(chosen, marks, strict=True)).strip()


def _accented(text: str) -> str:
    return text.translate(str.maketrans("aeiouAEIOU", "áèïõûÁÈÏÕÛ"))
