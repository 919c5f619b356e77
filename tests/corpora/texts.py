"""Cleaning of text, before it is split into words or one-hot encoded."""
# ruff: noqa: RET504 - as strangers write it

import re
import string
import unicodedata

import numpy as np
import pandas as pd

from tests.corpora import EXTENSIONS, ONNX, Sample
from tests.corpora.inputs import (
    bodies,
    cabins,
    districts,
    documents,
    loans,
    names,
    passengers,
    sales,
)

STOP = {"a", "the", "is", "it", "for", "to"}
NOT_LETTERS = re.compile(r"[^a-zA-Z]+")
RARE_TITLES = {"Dr": "Rare", "Jonkheer": "Rare", "Mlle": "Miss"}


def clean(text):
    text = text.lower()
    text = re.sub(r"<.*?>", " ", text)
    text = re.sub(r"https?://\S+", "", text)
    text = re.sub(r"[^a-z\s]", "", text)
    return text


def clean_all(X):
    return [clean(t) for t in X]


def clean_series(s):
    return s.apply(clean)


def lower_series(s):
    return s.str.lower()


def strip_and_lower(df):
    df = df.copy()
    for col in df.select_dtypes(exclude="number").columns:
        df[col] = df[col].str.strip().str.lower()
    return df[["term", "grade", "home_ownership"]]


def letters_only(s):
    return s.str.replace(r"[^A-Za-z ]", " ", regex=True)


def compiled_letters_only(X):
    return np.array([NOT_LETTERS.sub(" ", t) for t in X])


def no_punctuation(s):
    table = str.maketrans("", "", string.punctuation)
    return s.apply(lambda t: t.translate(table))


def replace_characters(s):
    return s.str.replace("!", "").str.replace("...", " ", regex=False)


def title_of(df):
    t = df["Name"].str.extract(r" ([A-Za-z]+)\.", expand=False)
    t = t.replace(RARE_TITLES)
    return t.to_frame("Title")


def surname(s):
    return s.str.split(",").str[0].to_frame()


def deck(s):
    return s.fillna("Unknown").str[0].to_frame("Deck")


def has_cabin_letter(df):
    first = df["Cabin"].str.slice(0, 1)
    return first.fillna("U").to_frame()


def tidy_category(df):
    s = df["ocean_proximity"].str.lower().str.replace(" ", "_").str.replace("<", "lt")
    return pd.DataFrame({"near": s})


def item_family(df):
    return df["item"].str.split("-").str.get(0).to_frame()


def item_parts(df):
    out = df["item"].str.split("-", expand=True)
    out.columns = ["family", "number", "colour"]
    return out[["family", "colour"]]


def without_stop_words(X):
    return [" ".join(w for w in t.split() if w.lower() not in STOP) for t in X]


def initials(s):
    return s.apply(lambda name: "".join([part[0].upper() for part in name.split()])).to_frame()


def letters_kept(s):
    return s.apply(lambda t: "".join(c for c in t if c not in string.punctuation))


def sorted_words(X):
    return [" ".join(sorted(t.split())) for t in X]


def ascii_only(X):
    return [unicodedata.normalize("NFKD", t).encode("ascii", "ignore").decode() for t in X]


def upper_codes(df):
    return df["home_ownership"].str.upper().str[:4].to_frame()


def one_space(X):
    out = []
    for text in X:
        text = re.sub(r"\s+", " ", text)
        out.append(text.strip())
    return out


def no_digits(s):
    return s.str.replace(r"\d+", "", regex=True).str.lower()


def masked_numbers(s):
    return s.str.replace(r"(\d)\d+", r"\1x", regex=True).str.lower()


SAMPLES = [
    Sample("clean_all", clean_all, documents, ONNX, 1.5),
    Sample("clean_series", clean_series, bodies, ONNX, 1.5),
    Sample("lower_series", lower_series, bodies, ONNX, 1.5),
    Sample("lower_lambda", lambda X: [t.lower() for t in X], documents, ONNX),
    Sample("strip_and_lower", strip_and_lower, loans, ONNX),
    Sample("letters_only", letters_only, bodies, ONNX),
    Sample("compiled_letters_only", compiled_letters_only, documents, ONNX, 0.5),
    Sample("no_punctuation", no_punctuation, bodies, ONNX, 0.5),
    Sample("replace_characters", replace_characters, bodies, ONNX, 0.5),
    Sample("title_of", title_of, passengers, ONNX),
    Sample("surname", surname, names, ONNX, 0.5),
    Sample("deck", deck, cabins, ONNX),
    Sample("has_cabin_letter", has_cabin_letter, passengers, ONNX, 0.5),
    Sample("tidy_category", tidy_category, districts, ONNX, 0.5),
    Sample("item_family", item_family, sales, ONNX, 0.5),
    Sample("item_parts", item_parts, sales, ONNX, 0.5),
    Sample("without_stop_words", without_stop_words, documents, ONNX, 0.5),
    Sample("initials", initials, names, ONNX, 0.25),
    Sample("letters_kept", letters_kept, bodies, ONNX, 0.25),
    Sample("sorted_words", sorted_words, documents, "function.data-dependent", 0.25),
    Sample("ascii_only", ascii_only, documents, "function.left-numpy", 0.5),
    Sample("upper_codes", upper_codes, loans, ONNX, 0.5),
    Sample("one_space", one_space, documents, ONNX, 0.5),
    Sample("no_digits", no_digits, bodies, ONNX, 0.5),
    Sample("masked_numbers", masked_numbers, bodies, EXTENSIONS, 0.5),
    Sample("cabin_or_none", lambda x: x.fillna("none").str.lower().to_frame(), cabins, ONNX, 0.5),
]
