"""Text: the same tokens as scikit-learn's, whatever stands in the texts."""

import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from tests.cases_onnx import assert_parity, convert, refusal

PLAIN = [
    "The cat sat on the mat, the CAT!",
    "Dogs bark; a dog barked at 3 cats.",
    "It's 2024, isn't it? snake_case and kebab-case",
    "no_one 10 100 1000 x y z",
]
ODD = [
    "İstanbul ve İZMİR, DİYARBAKIR: aİ bİc İİ",
    "cafe\u0301 café CAFÉ naïve coöperate",
    "½ cup ¼ ¾ x² H₂O Ⅳ ① ٣٤ १२",
    "straße STRASSE ẞ ﬁne ǅ",
    "Москва МОСКВА їжак",
    "東京 とうきょう トウキョウ 서울 ภาษาไทย",
    "a\u200bb c\u00adde f\u2019g h\ufeffi nb\u00a0sp",
    "emoji 😀 x😀y family 👨‍👩‍👧",
    "tab\tnew\nline\r\nend\x0b\x0c",
    "_ __ ___ _a a_ _1",
]
EMPTY = ["", " ", "!", "a", "\n"]
TEXTS = [*PLAIN, *ODD, *EMPTY]
LABELS = np.arange(len(TEXTS)) % 2

VECTORIZERS = {
    "counts": CountVectorizer(),
    "binary": CountVectorizer(binary=True),
    "cased": CountVectorizer(lowercase=False),
    "pairs": CountVectorizer(ngram_range=(1, 2)),
    "pairs and threes only": CountVectorizer(ngram_range=(2, 3)),
    "single letters": CountVectorizer(token_pattern=r"(?u)\b\w+\b"),
    "words of three": CountVectorizer(token_pattern=r"(?u)\b\w{3,}\b"),
    "words of three letters": CountVectorizer(token_pattern=r"\b\w\w\w+\b"),
    "no boundaries": CountVectorizer(token_pattern=r"\w+"),
    "stop words": CountVectorizer(stop_words="english"),
    "own stop words": CountVectorizer(stop_words=["the", "cat"]),
    "stop words in pairs": CountVectorizer(stop_words=["the", "a"], ngram_range=(1, 2)),
    "cased stop words in pairs": CountVectorizer(
        stop_words=["the", "on"], ngram_range=(1, 3), lowercase=False
    ),
    "stop words that are in the vocabulary": CountVectorizer(
        vocabulary=["the", "cat"], stop_words=["the"]
    ),
    "given": CountVectorizer(vocabulary=["cat", "dog", "i̇stanbul"]),
    "frequent": CountVectorizer(max_features=5),
    "tfidf": TfidfVectorizer(),
    "sublinear": TfidfVectorizer(sublinear_tf=True),
    "l1": TfidfVectorizer(norm="l1"),
    "plain": TfidfVectorizer(norm=None, use_idf=False),
    "characters": CountVectorizer(analyzer="char"),
    "runs of characters": TfidfVectorizer(analyzer="char", ngram_range=(2, 4)),
    "cased runs of characters": CountVectorizer(
        analyzer="char", ngram_range=(3, 3), lowercase=False
    ),
    "runs within words": TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)),
    "long runs within words": CountVectorizer(analyzer="char_wb", ngram_range=(5, 6)),
    "without accents": CountVectorizer(strip_accents="unicode"),
    "nothing but ASCII": CountVectorizer(strip_accents="ascii"),
    "cased without accents": CountVectorizer(strip_accents="unicode", lowercase=False),
    "runs without accents": CountVectorizer(
        analyzer="char_wb", ngram_range=(1, 3), strip_accents="unicode"
    ),
    "unsmoothed": TfidfVectorizer(smooth_idf=False, binary=True, ngram_range=(1, 2)),
}


def fitted(name):
    vectorizer = VECTORIZERS[name]
    return vectorizer.fit(TEXTS) if vectorizer.vocabulary is None else vectorizer.fit(PLAIN)


@pytest.mark.parametrize("name", VECTORIZERS)
def test_tokens_are_those_of_scikit_learn(name):
    assert_parity(fitted(name), TEXTS)


@pytest.mark.parametrize("name", VECTORIZERS)
def test_a_batch_of_texts_without_words_gives_what_scikit_learn_does(name):
    assert_parity(fitted(name), EMPTY[:3])


def word_characters():
    """Every letter, number and mark of the scripts, in runs that a lower case may break."""
    chars = (chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF)
    return [c for c in chars if unicodedata.category(c)[0] in "LNM" and c not in "Σσς"]


def test_every_letter_number_and_mark_is_taken_as_python_takes_it():
    chars = word_characters()
    texts = [" ".join(f"a{c}b" for c in chars[i : i + 100]) for i in range(0, len(chars), 1000)]
    model = CountVectorizer().fit(texts)
    assert_parity(model, texts)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="Σσς\0")),
        min_size=1,
    )
)
def test_texts_that_no_one_thought_of_give_the_same_counts(texts):
    for model, file in TEXT_MODELS:
        given_ = file.answers(texts)["transform"]
        assert (model.transform(texts).toarray() == given_).all()


def _one_by_one(**settings_):
    texts = [*TEXTS, *("abcdefghijklmnopqrstuvwxyz0123456789ıßéñ")]
    model = CountVectorizer(**settings_).fit(texts)
    return model, convert(model)


TEXT_MODELS = [
    _one_by_one(token_pattern=r"(?u)\b\w+\b"),
    _one_by_one(token_pattern=r"(?u)\b\w+\b", strip_accents="unicode"),
    _one_by_one(analyzer="char", ngram_range=(1, 2)),
    _one_by_one(analyzer="char_wb", ngram_range=(2, 3), strip_accents="ascii"),
]


def test_a_text_classifier_gives_the_same_answers():
    assert_parity(make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, LABELS), TEXTS)


def test_counts_and_weights_as_two_steps_give_the_same_answers():
    model = make_pipeline(CountVectorizer(), TfidfTransformer(), LogisticRegression())
    assert_parity(model.fit(TEXTS, LABELS), TEXTS)


def test_a_column_of_text_beside_others_gives_the_same_answers():
    frame = pd.DataFrame({"note": TEXTS, "size": np.arange(float(len(TEXTS)))})
    parts = make_column_transformer((TfidfVectorizer(), "note"), ("passthrough", ["size"]))
    assert_parity(make_pipeline(parts, LogisticRegression()).fit(frame, LABELS), frame)


REFUSED = {
    "a function of tokens": (
        CountVectorizer(tokenizer=str.split, token_pattern=None),
        "onnx.option",
    ),
    "a function of accents": (CountVectorizer(strip_accents=str.upper), "onnx.option"),
    "another pattern": (CountVectorizer(token_pattern=r"[a-z]+"), "onnx.option"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_vectorizers_are_refused(name):
    model, code = REFUSED[name]
    assert [reason.code for reason in refusal(model.fit(PLAIN)).reasons] == [code]


@pytest.mark.parametrize("text", ["ο Οδυσσεύς λόγος", "ΛΟΓΟΣ ΟΔΟΣ"])
def test_a_vocabulary_with_a_final_sigma_is_refused(text):
    refused = refusal(CountVectorizer().fit([text]))
    assert [reason.code for reason in refused.reasons] == ["onnx.final-sigma"]


def test_greek_words_without_a_final_sigma_give_the_same_counts():
    texts = ["Καλημέρα ΚΑΛΗΜΈΡΑ", "σήμερα Σήμερα"]
    assert_parity(CountVectorizer().fit(texts), texts)
