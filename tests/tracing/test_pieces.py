"""Loops over the words or characters of one row's text: the same in ONNX Runtime, or refused."""

import functools
import itertools
import re
import statistics
import string
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from tests.tracing.onnx import refusal, same_in_onnx

TEXTS = pd.Series(
    [
        *("the cat sat on the Mat", "HELLO World 12", "a", "Ab,cd, ef", "x  y\tz", "éa ÉA"),
        *("not good, not bad", "great Great GREAT", "1 22 333", "e-mail me @ 10:30"),
    ]
    * 3
)
STOP = {"the", "a", "of", "to", "in", "is", "and", "or", "on"}
POSITIVE = ["good", "great", "fine", "nice", "best", "love", "cat"]
SCORES = {"good": 1.5, "bad": -2.0, "great": 3.0}
SHORT = {"great": "gr", "good": "gd"}
VOWELS = "aeiou"
MANY = ("cat", "good", "bad", "mat", "HELLO", "22", *(f"word {n}" for n in range(30)))
WEIGHTS = {word: number / 4 for number, word in enumerate(MANY)}
GLUE = "+"


def kept_words(text):
    words = [word.lower() for word in text.split() if word not in STOP]
    return len(words) + len(" ".join(words))


def mean_length(text):
    words = text.split()
    return sum(len(word) for word in words) / len(words) if words else 0.0


def shape(text):
    return "".join("X" if c.isupper() else "x" if c.islower() else c for c in text)


def two_names(text):
    first, second = text.split()
    return second + first


def has_stem(word):
    if word.endswith("s"):
        return False
    return word.startswith(("g", "c"))


def of_local_names(text):
    stop = frozenset({"the", "cat"})
    return sum(1 for word in text.split() if word in stop)


CONVERTED = {
    "sum_of_truths": lambda s: sum(c.isupper() for c in s),
    "sum_where": lambda s: sum(1 for c in s if c.isupper()),
    "sum_of_list": lambda s: sum([len(w) for w in s.split()]),
    "sum_from": lambda s: sum((len(w) for w in s.split()), 10),
    "sum_of_two_kinds": lambda s: sum(1 if c.isdigit() else 0.5 for c in s),
    "length_of_list": lambda s: len([c for c in s if c.isdigit()]),
    "length_of_constants": lambda s: len([1 for c in s if c.isdigit()]),
    "ratio": lambda s: sum(c.isupper() for c in s) / max(len(s), 1),
    "named_list": kept_words,
    "mean": mean_length,
    "numpy_mean": lambda s: np.mean([len(w) for w in s.split()]),
    "statistics_mean": lambda s: statistics.mean([len(w) for w in s.split()]),
    "join_where": lambda s: " ".join(w for w in s.split() if w not in STOP),
    "join_list": lambda s: " ".join([w for w in s.split() if w.lower() not in STOP]),
    "join_letters": lambda s: "".join(c for c in s if c not in string.punctuation),
    "initials": lambda s: "".join(w[0].upper() for w in s.split()),
    "shape": shape,
    "join_rest": lambda s: "-".join(s.split()[1:]),
    "join_by_name": lambda s: GLUE.join(w for w in s.split() if w != "a"),
    "join_words_by_name": lambda s: GLUE.join(s.split()),
    "map_words": lambda s: " ".join(map(str.capitalize, s.split())),
    "filter_letters": lambda s: "".join(filter(str.isdigit, s)),
    "filter_length": lambda s: len(list(filter(str.isalpha, s))),
    "sum_map": lambda s: sum(map(len, s.split())),
    "longest": lambda s: max(len(w) for w in s.split()),
    "longest_or_none": lambda s: max((len(w) for w in s.split() if w.isdigit()), default=-1),
    "shortest": lambda s: min([len(w) for w in s.split()]),
    "longest_word": lambda s: max(s.split(), key=len),
    "shortest_word": lambda s: min(s.split(), key=len),
    "distinct_words": lambda s: len(set(s.lower().split())),
    "distinct_letters": lambda s: len(set(s)),
    "distinct_of": lambda s: len(set(map(len, s.split()))),
    "richness": lambda s: len(set(s.split())) / len(s.split()),
    "common": lambda s: len(set(s.split()) & STOP),
    "less": lambda s: len(set(s.split()) - STOP),
    "disjoint": lambda s: set(s.split()).isdisjoint(STOP),
    "in_set": lambda s: "cat" in set(s.split()),
    "in_words": lambda s: "cat" in s.split(),
    "not_in_words": lambda s: "cat" not in s.lower().split(" "),
    "any_in": lambda s: any(w in POSITIVE for w in s.split()),
    "any_in_set": lambda s: int(any(w.strip(",") in STOP for w in s.split())),
    "all_lower": lambda s: all(w.islower() for w in s.split()),
    "all_letters": lambda s: all(c.isalpha() or c == " " for c in s),
    "vowels": lambda s: sum(c in "aeiou" for c in s),
    "vowels_by_name": lambda s: sum(1 for c in s.lower() if c in VOWELS),
    "among_fixed": lambda s: sum(c in {"a", "e", "i", "o", "u", "A", "E", "O"} for c in s),
    "among_tuple": lambda s: sum(w in ("a", "b", "c", "d", "e", "f", "the") for w in s.split()),
    "among_local": of_local_names,
    "scores": lambda s: sum(SCORES.get(w, 0) for w in s.split()),
    "scores_where": lambda s: sum(SCORES[w] for w in s.split() if w in SCORES),
    "shorter": lambda s: " ".join(SHORT.get(w, w) for w in s.split()),
    "digits": lambda s: sum(int(c) for c in s if c.isdecimal()),
    "at_separator": lambda s: sum(len(part.strip()) for part in s.split(",")),
    "matches": lambda s: sum(int(n) for n in re.findall("[0-9]+", s)),
    "from_second": lambda s: sum(len(w) > 2 for w in s.split()[1:]),
    "words_of_words": lambda s: sum(any(c.isdigit() for c in w) for w in s.split()),
    "beside_the_row": lambda s: sum(w == s for w in s.split()),
    "beside_a_number": lambda s: sum(len(w) > len(s) / 4 for w in s.split()),
    "helper": lambda s: sum(map(has_stem, s.split())),
    "two_loops": lambda s: sum(c.isupper() for c in s) - sum(c.islower() for c in s),
    "if_any": lambda s: "yes" if any(c.isdigit() for c in s) else "no",
    "any_of_many": lambda s: any(word in s for word in MANY),
    "all_of_many": lambda s: int(all(word not in s.lower() for word in set(MANY))),
    "sum_of_many": lambda s: sum(word in s for word in MANY),
    "sum_of_many_where": lambda s: sum(1 for word in MANY if word in s.lower()),
    "sum_of_many_from": lambda s: sum((2 for word in MANY if word in s), start=5),
    "weights_of_many": lambda s: sum(w for word, w in WEIGHTS.items() if word in s),
    "counts_of_many": lambda s: sum(s.count(word) for word in MANY if len(word) > 3),
    "branches_for_many": lambda s: sum(1 if word in s else -0.5 for word in MANY),
    "if_any_of_many": lambda s: "yes" if any(word in s for word in MANY) else "no",
}


def each(function):
    return lambda texts: texts.apply(function)


@pytest.mark.parametrize("name", CONVERTED)
def test_onnx_runtime_gives_what_a_loop_over_pieces_gives(name):
    same_in_onnx(each(CONVERTED[name]), TEXTS)


def test_many_words_are_looked_for_in_each_text_of_a_list():
    same_in_onnx(lambda texts: np.array([[sum(w in t for w in MANY)] for t in texts]), [*TEXTS])


def test_pieces_may_be_unpacked_and_counted_by_row():
    same_in_onnx(each(two_names), pd.Series(["a b", "cc d", "Ann Lee"] * 3))
    frame = pd.DataFrame({"t": TEXTS, "n": np.arange(len(TEXTS)) % 4})
    same_in_onnx(
        lambda d: d.apply(lambda r: sum(len(w) > r["n"] for w in r["t"].split()), axis=1), frame
    )
    same_in_onnx(lambda d: np.array([sum(c.isupper() for c in t) for t in d["t"]]), frame)


class Counting:
    vowels = "aeiou"

    def __init__(self):
        self.stop = {"the", "cat", "sat", "on", "a", "b", "c", "d"}

    def __call__(self, texts):
        return texts.apply(lambda s: sum(c in self.vowels for c in s) + self.known(s.split()))

    def known(self, words):
        return sum(word in self.stop for word in words)


def test_attributes_may_be_asked():
    same_in_onnx(Counting(), TEXTS)


@pytest.mark.parametrize("text", ["aeiou", "The quick"])
def test_a_text_may_be_looked_for_in_a_constant_one(text):
    cells = pd.Series(["a", "ei", "q", "quick", "ae", "x"] * 3)
    same_in_onnx(lambda s: s.apply(lambda v: v in "aeiou The quick"), cells)
    same_in_onnx(each(lambda v: v in text), cells)


# --- refused ----------------------------------------------------------------------------------


def first_of_each(text):
    seen = set()
    return len([w for w in text.split() if not (w in seen or seen.add(w))])


def first_in_list(text):
    seen = []
    return sum(1 for w in text.split() if w not in seen and not seen.append(w))


def numbered(text):
    number = 0
    return sum((number := number + 1) * len(w) for w in text.split())


def counted_by_walrus(text):
    number = 0
    any((number := number + 1) < 0 for _ in text)
    return number


def put_elsewhere(text):
    out = []
    sum(out.append(1) or 1 for c in text if c.isupper())
    return len(out)


def after_the_other(text):
    before = ""
    return sum(before == (before := c) for c in text)


def statement(text):
    number = 0
    for c in text:
        if c.isupper():
            number += 1
    return number


def or_else(text):
    words = [w for w in text.split() if w not in STOP]
    return len(words) if words else -1


def first_kept(text):
    words = [w for w in text.split() if w not in STOP]
    return words[0]


def compared(text):
    words = [w for w in text.split() if w not in STOP]
    return words == []


def handed_on(text):
    return (lambda words: 1 if words else 0)([w for w in text.split() if w not in STOP])


def generated(text):
    for c in text:
        if c.isupper():
            yield c


def caught(text):
    try:
        return sum(int(w) for w in text.split())
    except ValueError:
        return -1


def every_other(s):
    turn = False
    return sum(1 for word in MANY if word in s and (turn := not turn))


REFUSED = {
    "every_other_of_many": every_other,
    "letters_of_many": lambda s: sum(1 for word in MANY for letter in word if letter in s),
    "first_of_each": first_of_each,
    "first_in_list": first_in_list,
    "numbered": numbered,
    "counted_by_walrus": counted_by_walrus,
    "put_elsewhere": put_elsewhere,
    "after_the_other": after_the_other,
    "statement": statement,
    "or_else": or_else,
    "first_kept": first_kept,
    "compared": compared,
    "handed_on": handed_on,
    "generator": lambda s: len(list(generated(s))),
    "caught": caught,
    "some_first": lambda s: " ".join(itertools.islice(s.split(), 20)),
    "some_first_of": lambda s: sum(1 for _ in itertools.islice((c for c in s), 20)),
    "some_first_joined": lambda s: "".join(itertools.islice((c for c in s if c != " "), 20)),
    "zipped": lambda s: sum(len(w) for w, _ in zip(s.split(), range(20), strict=False)),
    "neighbours": lambda s: sum(a == b for a, b in zip(s[1:], s, strict=False)),
    "pairs": lambda s: sum(a == b for a, b in itertools.pairwise(s)),
    "places": lambda s: sum(c.isupper() for i, c in enumerate(s) if i < 20),
    "while_": lambda s: len(list(itertools.takewhile(str.isupper, s))),
    "from_": lambda s: "".join(itertools.dropwhile(lambda c: c == "a", s)),
    "runs": lambda s: sum(1 for _ in itertools.groupby(s)),
    "chained": lambda s: len(list(itertools.chain(s, "ab"))),
    "next_one": lambda s: next((w for w in s.split() if w.isdigit()), ""),
    "sorted": lambda s: "".join(sorted(s)),
    "counter": lambda s: max(Counter(s).values()),
    "set_of": lambda s: len({w.lower() for w in s.split()}),
    "dict_of": lambda s: len(dict.fromkeys(s.split(), 1)),
    "item": lambda s: [c.lower() for c in s][1],
    "appended": lambda s: max([len(w) for w in s.split()] + [0]),
    "greatest_text": lambda s: max(s.split()),
    "by_another_key": lambda s: max(s.split(), key=str.lower),
    "codes": lambda s: sum(ord(c) for c in s),
    "two_clauses": lambda s: sum(1 for w in s.split() for c in w if c.isupper()),
    "reduced": lambda s: functools.reduce(lambda a, w: a + len(w), s.split(), 0),
    "of_texts": lambda s: "".join(str(len(w) / 3) for w in s.split()),
    "of_none": lambda s: sum(1 for w in s.split() if SCORES.get(w)),
    "glue_of_the_row": lambda s: s.join(w for w in s.split()),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_numbers_of_pieces_or_their_order_decide_is_refused(name):
    assert refusal(each(REFUSED[name]), TEXTS).startswith("function.")


def test_pieces_of_several_texts_do_not_mix():
    frame = pd.DataFrame({"a": TEXTS, "b": TEXTS.to_numpy()[::-1]})
    mixed = lambda r: sum(a in r["b"].split() for a in r["a"].split())  # noqa: E731
    assert refusal(lambda d: d.apply(mixed, axis=1), frame).startswith("function.")


def test_a_loop_that_the_rows_do_not_tell_from_another_is_refused_all_the_same():
    short = pd.Series(["ab c", "d", "e f"] * 3)
    for name in ("first_of_each", "first_in_list", "some_first", "zipped", "places", "neighbours"):
        assert refusal(each(REFUSED[name]), short).startswith("function.")
