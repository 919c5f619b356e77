"""Models whose own code reads their input first, from the live model to the proof."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import mlconvert

TEXTS = ["good stuff", "Bad stuff", "fine or GOOD", "not so bad"] * 10
LIKED = [True, False, True, False] * 10
NUMBERS = np.random.default_rng(0).lognormal(size=(40, 3))
FRAME = pd.DataFrame({"body": TEXTS, "size": NUMBERS[:, 0]})


class Ratios(TransformerMixin, BaseEstimator):
    """Keeps nothing of what it was fitted on."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return np.c_[X, X[:, 0] / X[:, 1]]


def words(function, texts):
    model = make_pipeline(FunctionTransformer(function), CountVectorizer(), LogisticRegression())
    return model.fit(texts, LIKED)


def test_texts_cleaned_by_a_function_are_proved_on_probes_alone(tmp_path):
    model = words(lambda X: [text.strip() for text in X], TEXTS)
    verdict = mlconvert.convert(model, output=tmp_path / "m.onnx", ops="extensions")
    assert verdict.schema.kind == "text"
    assert verdict.attempts[-1].parity.passed
    given = ["so good", "Not good"]
    found = mlconvert.predict(tmp_path / verdict.artifact.path, np.array(given, object))
    assert found.outputs["predict"].tolist() == model.predict(given).tolist()


def tidied(text):
    """In place of lower case, which a vectorizer with a preprocessor leaves alone."""
    return text.replace("stuff", "THINGS").upper() if text.startswith("good") else text


@pytest.mark.parametrize("kind", [CountVectorizer, TfidfVectorizer])
def test_a_preprocessor_of_a_vectorizer_is_traced_text_by_text(kind, tmp_path):
    model = make_pipeline(kind(preprocessor=tidied), LogisticRegression()).fit(TEXTS, LIKED)
    verdict = mlconvert.convert(model, data=np.array(TEXTS, object), output=tmp_path / "m.onnx")
    assert verdict.outcome == "artifact"
    given = np.array(["good stuff", "GOOD stuff", "so bad", ""], object)
    found = mlconvert.predict(tmp_path / "m.onnx", given)
    np.testing.assert_allclose(found.outputs["predict_proba"], model.predict_proba(given))


def test_a_preprocessor_that_cannot_be_traced_is_refused_at_its_line(tmp_path):
    def hashed(text):
        return str(hash(text))

    model = make_pipeline(CountVectorizer(preprocessor=hashed), LogisticRegression())
    verdict = mlconvert.convert(
        model.fit(TEXTS, LIKED), data=np.array(TEXTS, object), output=tmp_path / "m.onnx"
    )
    reason = verdict.attempts[0].refusal.reasons[0]
    assert reason.code == "function.unknown-operation"
    assert reason.source.text == "return str(hash(text))"


def test_a_series_of_texts_is_what_its_methods_are_called_on_also_in_a_bundle(tmp_path):
    model = words(lambda X: X.str.upper(), FRAME["body"])
    verdict = mlconvert.convert(model, to="bundle", data=FRAME[["body"]], output=tmp_path / "b")
    assert verdict.schema.inputs[0].container == "series"
    found = mlconvert.predict(verdict.artifact.path, FRAME[["body"]])
    assert found.outputs["predict"].tolist() == model.predict(FRAME["body"]).tolist()


def test_a_class_that_tells_nothing_is_handed_the_matrix_that_is_given(tmp_path):
    model = make_pipeline(Ratios(), StandardScaler()).fit(NUMBERS)
    verdict = mlconvert.convert(model, data=NUMBERS, output=tmp_path / "m.onnx", fallback=False)
    assert verdict.outcome == "artifact"
    found = mlconvert.predict(tmp_path / "m.onnx", NUMBERS)
    np.testing.assert_allclose(found.outputs["transform"], model.transform(NUMBERS))


def test_text_beside_numbers_is_a_bundle_that_is_proved(tmp_path):
    model = FunctionTransformer(lambda f: f[["body", "size"]]).fit(FRAME)
    verdict = mlconvert.convert(model, data=FRAME, output=tmp_path / "m.onnx")
    assert verdict.outcome == "bundle"
    assert verdict.attempts[0].refusal.reasons[0].code == "onnx.mixed-columns"
    assert verdict.attempts[1].parity.unstable == 0


def test_one_answer_for_all_rows_ends_in_a_sentence(tmp_path):
    model = FunctionTransformer(lambda X: X.mean(axis=0, keepdims=True)).fit(NUMBERS)
    with pytest.raises(mlconvert.UsageError, match="gives 1 for 6 rows"):
        mlconvert.convert(model, data=NUMBERS, output=tmp_path / "m.onnx")


def test_a_bundle_of_a_function_that_mixes_rows_says_what_that_means(tmp_path):
    model = make_pipeline(FunctionTransformer(lambda X: X - X.mean(axis=0)), StandardScaler())
    (tmp_path / "m.onnx").write_bytes(b"of yesterday")
    verdict = mlconvert.convert(model.fit(NUMBERS), data=NUMBERS, output=tmp_path / "m.onnx")
    assert verdict.outcome == "bundle"
    assert any("by the rows that are handed in with it" in note for note in verdict.notes)
    assert any(note.startswith(f"{tmp_path / 'm.onnx'} stood there") for note in verdict.notes)


def test_a_bundle_of_yesterday_beside_todays_graph_is_named(tmp_path):
    model = FunctionTransformer(np.log1p).fit(NUMBERS)
    mlconvert.convert(model, to="bundle", data=NUMBERS, output=tmp_path / "m.bundle")
    verdict = mlconvert.convert(model, data=NUMBERS, output=tmp_path / "m.onnx")
    assert verdict.outcome == "artifact"
    [note] = (note for note in verdict.notes if "stood there before" in note)
    assert note.startswith(str(tmp_path / "m.bundle"))
