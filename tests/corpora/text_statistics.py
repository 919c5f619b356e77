"""Numbers drawn from text: lengths, counts, flags."""

import re

import numpy as np
import pandas as pd

from tests.corpora import ONNX, Sample
from tests.corpora.inputs import bodies, documents, names, passengers, reviews


def text_length(s):
    return s.str.len().to_frame()


def lengths(X):
    return np.array([len(t) for t in X]).reshape(-1, 1)


def apply_len(df):
    df = df.copy()
    df["name_len"] = df["Name"].apply(len)
    return df[["name_len", "Fare"]]


def word_count(X):
    return np.array([len(t.split()) for t in X])[:, None]


def words_by_space(s):
    return s.str.split(" ").str.len().to_frame("words")


def exclamations(s):
    return s.str.count("!").to_frame()


def mentions_money(s):
    return s.str.contains("money").astype(int).to_frame("money")


def has_digit(X):
    return np.array([[int(bool(re.search(r"[0-9]", t)))] for t in X])


def is_married(df):
    return df["Name"].str.contains("Mrs.", regex=False).astype(int).to_frame()


def starts_with_great(df):
    return df["title"].fillna("").str.startswith("Great").astype(int).to_frame()


BAIT = [
    "free",
    "win",
    "winner",
    "cash",
    "prize",
    "urgent",
    "claim",
    "bonus",
    "offer",
    "money",
    "click",
    "limited",
]
PRAISE = {"good": 1, "great": 2, "love": 3, "nice": 1, "best": 3, "fine": 0.5, "likes": 1, "fun": 1}


def baits(X):
    lowered = [t.lower() for t in X]
    return np.array([[sum(w in t for w in BAIT), int(any(w in t for w in BAIT))] for t in lowered])


def praise(s):
    return s.apply(lambda t: sum(n for w, n in PRAISE.items() if w in t.lower())).to_frame()


def several(df):
    body = df["body"]
    return pd.DataFrame(
        {
            "chars": body.str.len(),
            "bangs": body.str.count("!"),
            "link": body.str.contains("http").astype(int),
            "stars": df["stars"],
        }
    )


def average_word_length(text):
    words = text.split()
    if not words:
        return 0.0
    return sum(len(w) for w in words) / len(words)


def average_word_lengths(s):
    return s.apply(average_word_length).to_frame()


def upper_share(X):
    return np.array([sum(1 for c in t if c.isupper()) / max(len(t), 1) for t in X]).reshape(-1, 1)


def richness(s):
    return s.apply(lambda t: len(set(t.lower().split())) / max(len(t.split()), 1)).to_frame()


TONES = {"great": 2.0, "good": 1.0, "bad": -1.0, "money": -0.5}


def tone(X):
    return np.array([[sum(TONES.get(w, 0.0) for w in t.lower().split())] for t in X])


def longest_word(s):
    return s.map(lambda t: max((len(w) for w in t.split()), default=0)).to_frame("longest")


def capitals_of(text):
    count = 0
    for letter in text:
        if letter.isupper():
            count += 1
    return count


def capitals(X):
    return np.array([capitals_of(t) for t in X]).reshape(-1, 1)


def title_words(df):
    n = df["title"].fillna("").apply(lambda t: len(t.split(" ")))
    return n.to_frame("n_words")


def complaint(s):
    return s.str.contains("broke|money back|not work", case=False).astype(int).to_frame()


SAMPLES = [
    Sample("text_length", text_length, bodies, ONNX, 1.5),
    Sample("lengths", lengths, documents, ONNX, 1.5),
    Sample("apply_len", apply_len, passengers, ONNX),
    Sample("baits", baits, documents, ONNX),
    Sample("praise", praise, bodies, ONNX),
    Sample("word_count", word_count, documents, ONNX),
    Sample("words_by_space", words_by_space, bodies, ONNX),
    Sample("exclamations", exclamations, bodies, ONNX),
    Sample("mentions_money", mentions_money, bodies, ONNX),
    Sample("has_digit", has_digit, documents, ONNX, 0.5),
    Sample("is_married", is_married, passengers, ONNX),
    Sample("starts_with_great", starts_with_great, reviews, ONNX, 0.5),
    Sample("several", several, reviews, ONNX),
    Sample("average_word_lengths", average_word_lengths, bodies, ONNX, 0.5),
    Sample("upper_share", upper_share, documents, ONNX, 0.5),
    Sample("richness", richness, bodies, ONNX, 0.25),
    Sample("tone", tone, documents, ONNX, 0.25),
    Sample("longest_word", longest_word, bodies, ONNX, 0.25),
    Sample("capitals", capitals, documents, "function.data-dependent", 0.25),
    Sample("title_words", title_words, reviews, ONNX, 0.5),
    Sample("name_length_lambda", lambda s: s.str.len().values.reshape(-1, 1), names, ONNX),
    Sample("complaint", complaint, bodies, ONNX, 0.5),
]
