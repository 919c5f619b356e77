"""Watching: what the model's own code is handed and gives, and that nothing stays behind."""

import copy
from collections import deque
from types import SimpleNamespace

import joblib
import msgspec
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix, issparse
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import BaggingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from converter.compare import Tolerance
from converter.jobs import ConvertJob, Given, ModelFile
from converter.trace.seen import Call
from converter.values import Refusal
from converter.worker import converting
from converter.worker.watching import to_watch, watch
from tests.cases_onnx import ORIGIN
from tests.fitted import MODELS, X

Y = X[:, 0] * 2 + 1
FRAME = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "t": ["x", None] * 75})


class Doubled(TransformerMixin, BaseEstimator):
    """A stranger's transformer."""

    def fit(self, X, y=None):
        self.factor_ = 2.0
        return self

    def transform(self, X):
        return X * self.factor_

    def inverse_transform(self, X):
        return X / self.factor_


class Mean(RegressorMixin, BaseEstimator):
    """A stranger's regressor."""

    def fit(self, X, y):
        self.mean_ = float(np.mean(y))
        return self

    def predict(self, X):
        return np.asarray(X)[:, 0] + self.mean_


def logged(func=np.log1p, **settings):
    return FunctionTransformer(func, **settings)


def the_call(model, given, method="func"):
    """The one call that is seen of the one part that is watched."""
    ((_, seen),) = watch(model, given).items()
    assert list(seen) == [method]
    assert isinstance(seen[method], Call) and seen[method].method == method
    return seen[method]


# --- what is seen -----------------------------------------------------------------------------


def test_a_function_is_seen_with_what_the_step_before_gives_it():
    model = make_pipeline(StandardScaler(), logged(np.square), LinearRegression()).fit(X, Y)
    call = the_call(model, X)
    np.testing.assert_array_equal(call.given, model[0].transform(X))
    np.testing.assert_array_equal(call.gave, np.square(call.given))
    assert set(watch(model, X)) == {id(model.named_steps["functiontransformer"])}


GIVEN = {
    "a frame": (FRAME[["a", "b"]], pd.DataFrame),
    "an array": (X, np.ndarray),
    "an array of objects": (FRAME.to_numpy(), np.ndarray),
    "a list": (["a b", "c"], list),
    "a series": (FRAME["t"], pd.Series),
}


@pytest.mark.parametrize("name", GIVEN)
def test_the_input_is_seen_in_the_kind_that_it_has(name):
    given, kind = GIVEN[name]
    call = the_call(logged(len_of_each), given)
    assert type(call.given) is kind
    assert repr(call.given) == repr(given)


def len_of_each(rows):
    return np.arange(len(rows))[:, None]


def test_a_sparse_matrix_is_seen_sparse():
    call = the_call(logged(csr_matrix.toarray, accept_sparse=True).fit(X), csr_matrix(X))
    assert issparse(call.given)
    np.testing.assert_array_equal(call.gave, X)


def test_a_column_by_its_name_is_seen_as_a_series():
    columns = ColumnTransformer([("t", logged(lambda t: t.isna().to_frame()), "t")])
    call = the_call(columns.fit(FRAME), FRAME)
    assert isinstance(call.given, pd.Series)
    assert call.given.name == "t"


def test_a_function_that_changes_its_input_is_seen_with_the_input_as_it_was():
    def emptied(rows):
        rows[:] = 0
        return rows

    given = X.copy()
    call = the_call(logged(emptied), given)
    np.testing.assert_array_equal(call.given, X)
    assert not call.gave.any()
    np.testing.assert_array_equal(given, X)


def test_what_a_later_step_changes_is_seen_as_it_was_given():
    def shifted(rows):
        rows += 1
        return rows

    model = make_pipeline(Doubled(), logged(shifted)).fit(X)
    seen = watch(model, X)
    np.testing.assert_array_equal(seen[id(model[0])]["transform"].gave, X * 2)


HOLDERS = {
    "a union": lambda part: FeatureUnion([("part", part), ("same", StandardScaler())]).fit(X),
    "columns": lambda part: ColumnTransformer([("part", part, [0, 1])]).fit(X),
    "a search": lambda part: GridSearchCV(
        Pipeline([("part", part), ("end", LinearRegression())]), {"end__fit_intercept": [True]}
    ).fit(X, Y),
    "a bag": lambda part: BaggingRegressor(
        make_pipeline(part, LinearRegression()), n_estimators=1, n_jobs=2
    ).fit(X, Y),
}


@pytest.mark.parametrize("name", HOLDERS)
@pytest.mark.parametrize("part", [logged(), Doubled()], ids=["function", "class"])
def test_a_part_is_found_inside(name, part):
    model = HOLDERS[name](part)
    (call,) = (call for seen in watch(model, X).values() for call in seen.values())
    assert call.method == ("func" if isinstance(part, FunctionTransformer) else "transform")


class Holder(TransformerMixin, BaseEstimator):
    """A stranger's container, which holds its part as it likes."""

    def __init__(self, held=None, part=None):
        self.held, self.part = held, part

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return self.part.transform(X)


def boxed(part):
    box = np.empty((1, 1), object)
    box[0, 0] = part
    return box


@pytest.mark.parametrize(
    "held",
    [lambda p: {"k": [p]}, lambda p: ((p,),), lambda p: deque([p]), boxed],
    ids=["dict and list", "tuples", "deque", "array of objects"],
)
def test_a_part_is_found_in_any_container(held):
    part = Doubled().fit(X)
    hidden = Holder(held(part), None)
    hidden.transform = part.transform  # the part is held by the container alone
    assert part in to_watch(hidden)


def test_the_inverse_of_a_transformed_target_is_seen():
    model = TransformedTargetRegressor(LinearRegression(), func=np.log, inverse_func=np.exp)
    call = the_call(model.fit(X, Y), X, "inverse_func")
    np.testing.assert_array_equal(np.ravel(call.gave), model.predict(X))
    np.testing.assert_array_equal(call.gave, np.exp(call.given))


def test_the_inverse_of_a_class_of_the_users_is_seen():
    model = TransformedTargetRegressor(LinearRegression(), transformer=Doubled()).fit(X, Y)
    call = the_call(model, X, "inverse_transform")
    np.testing.assert_array_equal(call.gave, call.given / 2)


def test_a_predictor_of_the_users_is_seen():
    call = the_call(Mean().fit(X, Y), X, "predict")
    np.testing.assert_array_equal(call.given, X)
    np.testing.assert_array_equal(call.gave, X[:, 0] + np.mean(Y))


class Halved(TransformerMixin, BaseEstimator):
    """A stranger's transformer that keeps nothing, not even what fit was given."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X / 2


@pytest.mark.parametrize("nested", [False, True])
def test_a_class_without_attributes_of_its_own_is_seen(nested):
    part = Halved()
    model = make_pipeline(part, LinearRegression()).fit(X, Y) if nested else part
    assert list(watch(model, X)[id(part)]) == ["transform"]
    assert vars(part) == {}


def test_only_the_first_call_is_seen():
    model = make_pipeline(Doubled(), StandardScaler(), Mean()).fit(X, Y)
    part = model[0]
    model.steps.insert(1, ("again", part))
    np.testing.assert_array_equal(watch(model, X)[id(part)]["transform"].given, X)


def test_a_call_within_the_first_is_not_the_first():
    class Recursive(Doubled):
        def transform(self, X):
            return X if len(X) == 1 else np.vstack([self.transform(X[:1]), X[1:] * 3])

    assert len(the_call(Recursive().fit(X), X, "transform").given) == len(X)


# --- what the writers are handed --------------------------------------------------------------


class Handed(SimpleNamespace):
    """A target that keeps what it is handed."""

    SUFFIX = ".kept"

    def write(self, model, subject, rows, path, seen):
        self.model, self.rows, self.seen = model, rows, seen
        return Refusal(target="onnx", reasons=())


def handed(model, monkeypatch, folder):
    joblib.dump(model, folder / "m.joblib")
    kept = Handed()
    monkeypatch.setattr(converting, "ours", lambda name: kept)
    file = ModelFile(path=str(folder / "m.joblib"), format="joblib", origin=ORIGIN)
    rows = np.vstack([X, np.full((1, 4), np.nan)])  # the last is not for these models
    pd.DataFrame(rows).to_csv(folder / "X.csv", index=False)
    given = Given(data=str(folder / "X.csv"))
    job = ConvertJob(model=file, targets=("onnx",), given=given, tolerance=Tolerance())
    converting.run(msgspec.json.encode(job), folder)
    return kept


def test_the_writer_is_handed_what_was_seen_on_the_rows_that_the_model_accepts(
    monkeypatch, tmp_path
):
    model = make_pipeline(logged(np.square), LinearRegression()).fit(X, Y)
    kept = handed(model, monkeypatch, tmp_path)
    ((part, seen),) = kept.seen.items()
    assert part == id(kept.model[0])
    assert (len(kept.rows["X"]), len(seen["func"].given)) == (len(X), len(X))


def test_the_writer_of_a_model_without_code_of_its_own_is_handed_nothing(monkeypatch, tmp_path):
    assert not handed(LinearRegression().fit(X, Y), monkeypatch, tmp_path).seen


# --- what is not ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["forest", "churn", "search", "tfidf", "kmeans"])
def test_a_model_without_code_of_its_own_is_not_run(name, monkeypatch):
    model = MODELS[name]()
    assert to_watch(model) == []
    for method in ("predict", "predict_proba", "transform"):
        if hasattr(type(model), method):
            monkeypatch.setattr(type(model), method, pytest.fail, raising=True)
    assert watch(model, X) == {}


def test_a_function_transformer_without_a_function_is_not_watched():
    assert to_watch(make_pipeline(FunctionTransformer(), LinearRegression()).fit(X, Y)) == []


def test_a_part_that_is_never_called_is_not_seen():
    model = make_pipeline(StandardScaler(), LinearRegression()).fit(X, Y)
    model.unused = Doubled()
    assert watch(model, X) == {}


def test_what_cannot_be_copied_is_not_seen():
    model = make_pipeline(logged(lambda rows: (row for row in rows)), logged(list), logged(len))
    seen = watch(model, [1, 2])
    assert set(seen) == {id(model[2])}


# --- nothing stays behind ---------------------------------------------------------------------


def state(model):
    return [(id(part), {k: id(v) for k, v in vars(part).items()}) for part in to_watch(model)]


def test_the_parts_are_left_as_they_were():
    own = Doubled().fit(X)
    own.transform = own.transform  # a method of the instance's own
    model = make_pipeline(logged(), Doubled(), own, Mean()).fit(X, Y)
    before = state(model)
    watch(model, X)
    assert state(model) == before
    assert model[0].func is np.log1p


def test_the_parts_are_left_as_they_were_where_the_model_raises():
    def faulty(rows):
        raise ValueError("not these rows")

    model = make_pipeline(Doubled().fit(X), logged(faulty))
    before = state(model)
    seen = watch(model, X)
    assert state(model) == before
    assert {part: list(calls) for part, calls in seen.items()} == {id(model[0]): ["transform"]}


def test_what_is_watched_answers_as_ever():
    model = make_pipeline(logged(), Doubled(), Mean()).fit(X, Y)
    expected = model.predict(X)
    watched = copy.deepcopy(model)
    watch(watched, X)
    np.testing.assert_array_equal(watched.predict(X), expected)


def test_an_attribute_that_raises_does_no_harm():
    class Odd(Doubled):
        @property
        def inverse_transform(self):
            raise RuntimeError("no")

    assert the_call(Odd().fit(X), X, "transform")
