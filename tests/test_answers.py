"""Answers: where the model answers, where it raises, and where it disagrees with itself."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from converter.compare import Tolerance, tolerance
from converter.rows import take
from converter.worker.answers import answers, methods, outputs, plain, scored_alone
from converter.worker.describe import describe
from tests.fitted import COUNTS, MODELS, X, Y

EXACT = Tolerance(atol=0.0, rtol=1e-12)


def asked(model, rows, allowed=None):
    return answers(model, describe(model), rows, allowed or Tolerance())


def logistic():
    return LogisticRegression(max_iter=500).fit(X, Y)


def test_the_answers_are_the_models_own():
    model = logistic()
    found = asked(model, {"X": X})
    np.testing.assert_array_equal(found.outputs["predict"], model.predict(X))
    np.testing.assert_array_equal(found.outputs["predict_proba"], model.predict_proba(X))
    assert found.inside.all()
    assert not found.unstable.any()


def test_rows_on_which_the_model_raises_are_outside_and_the_others_still_answered():
    rows = np.vstack([X, X])
    outside = [0, 7, 8, 150, 299]
    rows[outside] = np.nan
    found = asked(logistic(), {"X": rows})
    assert np.flatnonzero(~found.inside).tolist() == outside
    assert len(found.outputs["predict"]) == 295
    assert not found.unstable[outside].any()


def test_a_batch_is_halved_not_tried_row_by_row():
    calls = []

    def count(rows):
        calls.append(len(rows))
        if np.isnan(rows).any():
            raise ValueError
        return rows

    model = FunctionTransformer(count).fit(X)
    rows = np.ones((512, 4))
    rows[300] = np.nan
    found = answers(model, describe(logistic()), {"X": rows}, Tolerance())
    assert np.flatnonzero(~found.inside).tolist() == [300]
    assert len(calls) < 50


def test_a_model_that_refuses_every_row_has_no_answers():
    found = asked(logistic(), {"X": np.full((5, 4), np.nan)})
    assert found.outputs == {}
    assert not found.inside.any()


class Stump(ClassifierMixin, BaseEstimator):
    """Yes from the threshold on, compared in float64."""

    def fit(self, X, y):
        self.n_features_in_ = X.shape[1]
        self.classes_ = np.array(["no", "yes"])
        return self

    def predict(self, X):
        return self.classes_[(X[:, 0] >= 0.3).astype(int)]


def test_a_row_whose_label_turns_within_four_ulp_is_unstable():
    ulp = np.spacing(0.3)
    rows = {"X": np.array([[0.3], [0.3 - 3 * ulp], [0.3 + 3 * ulp], [0.3 - 9 * ulp], [0.7]])}
    found = asked(Stump().fit(X[:, :1], Y), rows)
    assert found.unstable.tolist() == [True, True, True, False, False]


def test_ulps_are_those_of_the_inputs_own_dtype():
    rows = {"X": np.array([[0.3], [0.3 - 1e-7], [0.7]], np.float32)}
    found = asked(Stump().fit(X[:, :1], Y), rows)
    assert found.unstable.tolist() == [True, True, False]


def single(values, **others):
    """Two columns, `a` of float32, and a model that learned from them as a frame."""
    frame = pd.DataFrame({"a": np.array(values, np.float32), **others})
    return {name: frame[name].to_numpy() for name in frame}, frame


@pytest.mark.parametrize("beside", [np.float64, np.int64])
def test_float32_beside_other_numbers_is_no_doubt(beside):
    rows, frame = single(X[:, 0], b=(10 * X[:, 1]).astype(beside))
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, Y)
    found = answers(model, describe(model, rows), rows, Tolerance())
    np.testing.assert_array_equal(found.outputs["predict_proba"], model.predict_proba(frame))
    assert not found.unstable.any()


def test_of_float32_alone_scikit_learn_is_sure_by_the_tolerance_of_float32_only():
    rows, frame = single(X[:, 0], b=X[:, 1].astype(np.float32))
    model = make_pipeline(StandardScaler(), Ridge()).fit(frame, X[:, 2])
    schema = describe(model, rows)
    assert answers(model, schema, rows, Tolerance()).unstable.mean() > 0.9
    assert not answers(model, schema, rows, tolerance("float32")).unstable.any()


def test_float32_beside_other_numbers_is_judged_at_a_trees_threshold():
    rows, frame = single([0.25, 0.5, 0.75, 1.0], b=np.zeros(4))
    tree = DecisionTreeClassifier().fit(frame, [0, 0, 1, 1])
    threshold = np.float32(tree.tree_.threshold[0])
    rows["a"] = np.array([threshold, np.nextafter(threshold, np.float32(2)), 0.25, 1.0], np.float32)
    found = answers(tree, describe(tree, rows), rows, Tolerance())
    assert found.outputs["predict"].tolist() == [0, 1, 0, 1]
    assert not found.unstable.any()
    scaled = make_pipeline(StandardScaler(), tree).fit(frame, [0, 0, 1, 1])
    turn = scaled[0].mean_[:1].astype(np.float32)
    near = {"a": np.concatenate([turn, [0.25]]).astype(np.float32), "b": np.zeros(2)}
    assert scaled[1].tree_.threshold[0] == 0
    found = answers(scaled, describe(scaled, near), near, Tolerance())
    assert found.unstable.tolist() == [True, False]


def test_by_the_tolerance_of_float32_its_own_ulps_count():
    rows, frame = single([0.3, 0.3 - 1e-7, 0.7], b=np.zeros(3))
    model = Split().fit(frame)
    schema = describe(model, rows)
    found = answers(model, schema, rows, tolerance("float32"))
    assert found.unstable.tolist() == [True, True, False]


class Split(Stump):
    """The same of a frame."""

    def fit(self, X, y=None):
        self.feature_names_in_ = np.array(list(X), object)
        return super().fit(X, y)

    def predict(self, X):
        return super().predict(X.to_numpy())


class Noise(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        return X + np.random.default_rng().random(X.shape) * (X > 5)


def test_what_changes_from_call_to_call_is_unstable():
    rows = np.array([[1.0], [6.0]] * 100)
    found = asked(Noise().fit(rows), {"X": rows})
    assert found.unstable.tolist() == [False, True] * 100


def test_a_row_that_answers_otherwise_alone_is_unstable():
    model = FunctionTransformer(lambda rows: rows - rows.mean(axis=0)).fit(X)
    rows = {"X": X[:6]}
    schema = describe(MODELS["box_cox"]())
    assert answers(model, schema, rows, Tolerance()).unstable.all()
    assert (scored_alone(model, schema, rows)[0]["transform"] == 0).all()


def test_rounding_within_the_tolerance_is_not_instability():
    assert not asked(logistic(), {"X": X}, EXACT).unstable.all()
    assert not asked(logistic(), {"X": X}).unstable.any()


def test_categories_written_as_floats_are_not_moved():
    model = MODELS["coded_floats"]()
    rows = {"X": COUNTS.clip(0, 2).astype(float)}
    found = asked(model, rows)
    assert found.inside.all()
    assert not found.unstable.any()


def test_whole_numbers_read_by_unknown_code_are_not_moved_but_measurements_are():
    floor = FunctionTransformer(np.floor).fit(X)
    schema = describe(MODELS["box_cox"]())
    whole = {"X": np.floor(X)}
    assert not answers(floor, schema, whole, Tolerance()).unstable.any()
    mixed = {"X": np.vstack([np.floor(X[:4]), X[:1] + 0.01])}
    assert answers(floor, schema, mixed, Tolerance()).unstable.tolist() == [True] * 4 + [False]


def test_rows_alone_equal_rows_together():
    model = logistic()
    schema, rows = describe(model), {"X": X[:5]}
    (alone, answered), together = scored_alone(model, schema, rows), outputs(model, schema, rows)
    assert answered.all()
    for name, array in together.items():
        np.testing.assert_allclose(alone[name], array, rtol=1e-12)


# --- methods and forms ------------------------------------------------------------------------

METHODS = {
    "search": ("predict", "predict_proba", "decision_function"),
    "stacking": ("predict",),
    "kmeans": ("predict", "transform"),
    "isolation": ("predict", "decision_function", "score_samples"),
    "box_cox": ("transform",),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods(name):
    assert methods(MODELS[name]()) == METHODS[name]


def test_an_object_without_scikit_learns_base_class_is_asked_too():
    class Bare:
        def predict(self, rows):
            return rows[:, 0]

    assert methods(Bare()) == ("predict",)
    assert methods(object()) == ()


PLAIN = {
    "sparse": (csr_matrix(np.eye(2)), np.eye(2)),
    "text": (np.array(["a", "b"]), np.array(["a", "b"], object)),
    "numbers in objects": (np.array([1, 2], object), np.array([1, 2])),
    "bools in objects": (np.array([True, False], object), np.array([True, False])),
    "missing among text": (np.array(["a", np.nan], object), np.array(["a", None], object)),
    "list": ([1.5, 2.5], np.array([1.5, 2.5])),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain(name):
    given, expected = PLAIN[name]
    found = plain(given)
    assert found.dtype == expected.dtype
    assert found.tolist() == expected.tolist()


def test_frames_that_transformers_give_are_matrices():
    encoder = OneHotEncoder(sparse_output=False).set_output(transform="pandas")
    model = make_pipeline(encoder).fit(COUNTS.clip(0, 2))
    schema = describe(model)
    rows = take({"X": COUNTS.clip(0, 2).astype(float)}, slice(5))
    assert outputs(model, schema, rows)["transform"].shape == (5, 12)


def test_labels_keep_their_type():
    kinds = {"tfidf": "O", "svc": "b", "forest": "i"}
    for name, kind in kinds.items():
        model = MODELS[name]()
        rows = {"X": np.array(["a cat"], object)} if name == "tfidf" else {"X": X[:2]}
        assert outputs(model, describe(model), rows)["predict"].dtype.kind == kind


def test_a_row_that_fails_alone_has_no_answer_alone():
    class Crowd(TransformerMixin, BaseEstimator):
        """Takes missing values only in company."""

        n_features_in_ = 1

        def fit(self, X):
            return self

        def transform(self, X):
            if np.isnan(X).all():
                raise ValueError("nothing to go by")
            return X

    rows = {"X": np.array([[1.0], [np.nan], [2.0]])}
    alone, answered = scored_alone(Crowd(), describe(Crowd()), rows)
    assert answered.tolist() == [True, False, True]
    assert alone["transform"].tolist() == [[1.0], [2.0]]
