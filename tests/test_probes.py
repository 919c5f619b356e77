"""Probes: rows made from the model, most of them in its domain, and some where converters fail."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from converter.compare import Tolerance
from converter.probes import probes
from converter.probes.knowledge import knowledge
from converter.rows import count
from converter.values import Field, Schema
from converter.worker.answers import answers
from converter.worker.describe import describe
from tests.fitted import FRAME, MODELS, X, Y


@pytest.mark.parametrize("name", MODELS)
def test_most_probes_are_in_the_models_domain_and_stable(name):
    model = MODELS[name]()
    schema = describe(model)
    rows = probes(model, schema, seed=0)
    found = answers(model, schema, rows, Tolerance())
    assert count(rows) == 400
    assert found.inside.mean() > 0.8
    assert found.unstable.mean() < 0.05


@pytest.mark.parametrize("name", MODELS)
def test_probes_have_the_names_dtypes_and_shapes_of_the_schema(name):
    model = MODELS[name]()
    schema = describe(model)
    rows = probes(model, schema, seed=0, count=50)
    for field in schema.inputs:
        array = rows[field.name]
        assert array.shape == (50, *field.shape)
        assert str(array.dtype) == ("object" if field.dtype == "string" else field.dtype)


CLASSIFIERS = ["churn", "forest", "boosting", "search", "svc", "counts", "text_matrix"]


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_probes_reach_more_than_one_class(name):
    model = MODELS[name]()
    schema = describe(model)
    found = answers(model, schema, probes(model, schema, seed=0), Tolerance())
    _, members = np.unique(found.outputs["predict"].astype(str), return_counts=True)
    assert len(members) > 1
    assert members.max() < 0.95 * members.sum()


def test_what_no_model_tells_of_a_column_rows_like_it_do():
    frame = pd.DataFrame({"word": ["ja", "nein"] * 5, "year": np.arange(1990, 2000)})
    when = pd.to_datetime(frame["year"].astype(str)).to_numpy("datetime64[ns]")
    like = {"word": frame["word"].to_numpy(object), "year": frame["year"].to_numpy(), "when": when}
    dtypes = {"word": "string", "year": "int64", "when": "datetime"}
    fields = tuple(Field(name=name, dtype=dtypes[name]) for name in like)
    model = FunctionTransformer(lambda frame: frame).fit(pd.DataFrame(like))
    schema = Schema(kind="frame", inputs=fields, outputs=())
    every = probes(model, schema, 0, like=like)
    assert None not in every["word"].tolist()  # as in the rows
    assert np.isnat(every["when"]).any()
    dates = every["when"][~np.isnat(every["when"])]
    assert (dates == dates.astype("datetime64[s]")).all()
    assert np.abs(every["year"]).max() <= 2**53
    plain = {name: values[:240] for name, values in every.items()}
    assert set(plain["word"]) == {"ja", "nein"}
    assert plain["year"].min() > 1980
    assert plain["year"].max() < 2010
    assert plain["when"].min() > np.datetime64("1980")


def test_the_same_seed_gives_the_same_rows_and_another_seed_others():
    model = MODELS["churn"]()
    schema = describe(model)
    one, same, other = (probes(model, schema, seed=seed) for seed in (1, 1, 2))
    assert all(repr(one[name].tolist()) == repr(same[name].tolist()) for name in one)
    assert any(one[name].tolist() != other[name].tolist() for name in one)


def test_probes_do_not_depend_on_hashing():
    code = (
        "from tests.fitted import *; from converter.worker.describe import describe;"
        "from converter.probes import probes; m = tfidf();"
        "print(probes(m, describe(m), seed=0, count=60)['X'].tolist())"
    )
    seen = set()
    for seed in ("1", "2"):
        run = [sys.executable, "-W", "ignore", "-c", code]
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join([".", *sys.path[1:]])}
        seen.add(subprocess.run(run, capture_output=True, check=True, env=environment).stdout)
    assert len(seen) == 1


# --- what is in them --------------------------------------------------------------------------


def test_rows_stand_on_and_one_float32_ulp_beside_tree_thresholds():
    model = DecisionTreeClassifier(random_state=0).fit(X, Y)
    rows = probes(model, describe(model), seed=0)["X"]
    tree = model.tree_
    threshold = np.float32(tree.threshold[0])
    column = set(rows[:, tree.feature[0]].astype(np.float32).tolist())
    near = [np.nextafter(threshold, np.float32(end)) for end in (-np.inf, np.inf)]
    assert {float(value) for value in (near[0], threshold, near[1])} <= column


def test_rows_stand_at_both_sides_of_thresholds_compared_in_float64():
    model = HistGradientBoostingRegressor(max_iter=1, max_leaf_nodes=2).fit(X, Y)
    node = model._predictors[0][0].nodes[0]
    rows = probes(model, describe(model), seed=0)["X"][:, node["feature_idx"]]
    away = np.abs(rows - node["num_threshold"]) / np.spacing(node["num_threshold"])
    close = rows[away < 16] - node["num_threshold"]
    assert (close < 0).any()
    assert (close > 0).any()


@pytest.mark.parametrize("scaler", [StandardScaler(), MinMaxScaler()])
def test_thresholds_behind_a_scaler_are_found_in_the_inputs_own_units(scaler):
    model = make_pipeline(scaler, DecisionTreeClassifier(max_depth=1, random_state=0)).fit(X, Y)
    feature = int(model[-1].tree_.feature[0])
    low, at, high = knowledge(model, 4)[feature].thresholds[0]
    assert low < at < high
    sides = X[:2].copy()
    sides[:, feature] = at * (1 - 1e-6), at * (1 + 1e-6)
    assert len(set(model.predict(sides))) == 2


def test_every_known_category_unknown_ones_and_missing_ones_appear():
    model = MODELS["churn"]()
    rows = probes(model, describe(model), seed=0)
    cities = set(rows["city"].tolist())
    assert {"Rome", "Oslo", "Bern", "unknown", None} <= cities
    assert np.isnan(rows["age"]).any()
    assert set(rows["tier"].tolist()) >= {1, 2, 3}
    assert set(rows["member"].tolist()) == {True, False}


def test_plain_rows_are_in_the_range_of_training():
    model = MODELS["churn"]()
    plain = probes(model, describe(model), seed=0)["age"][:200]
    assert (np.abs(plain - FRAME["age"].mean()) < 4 * FRAME["age"].std()).all()


def test_texts_are_made_of_known_words_and_some_are_odd():
    model = MODELS["tfidf"]()
    texts = probes(model, describe(model), seed=0)["X"].tolist()
    assert sum("cat" in (text or "") for text in texts) > 50
    assert "" in texts
    assert any(not text.isascii() for text in texts if text)
    assert any(len(text) > 5000 for text in texts if text)
    assert None in texts


def test_zeros_of_both_signs_and_the_ends_of_the_numbers_appear():
    model = MODELS["search"]()
    rows = probes(model, describe(model), seed=0)["X"]
    assert np.signbit(rows[rows == 0]).any()
    assert np.nanmax(np.abs(rows)) >= 1e30


@pytest.mark.parametrize("scaler", [MinMaxScaler, lambda: PCA(2)])
def test_where_distances_count_no_row_is_so_far_off_that_all_are_equal(scaler):
    model = make_pipeline(scaler(), KNeighborsRegressor()).fit(X, Y)
    rows = probes(model, describe(model), seed=0)["X"]
    reach = np.ptp(X) * 100
    assert np.ptp(X) < np.nanmax(np.abs(rows)) < reach
    asked = rows[~np.isnan(rows).any(axis=1)]
    brute = KNeighborsRegressor(algorithm="brute").fit(model[0].transform(X), Y)
    found = brute.predict(model[0].transform(asked))
    np.testing.assert_allclose(found, model.predict(asked))


@pytest.mark.parametrize("total", [1, 2, 7, 600])
def test_any_number_of_rows_can_be_had(total):
    model = MODELS["forest"]()
    assert count(probes(model, describe(model), seed=0, count=total)) == total


def weekday(frame):
    return frame["when"].dt.day_of_week.to_numpy().reshape(-1, 1)


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_dates_are_of_every_kind_and_of_whole_units(unit):
    schema = Schema(
        kind="frame", inputs=(Field(name="when", dtype="datetime", unit=unit),), outputs=()
    )
    [when] = probes(FunctionTransformer(weekday), schema, seed=0).values()
    assert when.dtype == "datetime64[ns]"
    there = when[~np.isnat(when)]
    assert np.isnat(when).any()
    assert np.array_equal(there.astype(f"datetime64[{unit}]"), there)
    days = there.astype("datetime64[D]")
    assert {"2024-02-29", "2000-02-29", "1900-03-01", "2023-12-31"} <= set(days.astype(str))
    assert (there == days).any()
    assert (there != days).any()
    assert (there < np.datetime64(0, "ns")).any()
    assert len(np.unique(there)) > 200


def test_dates_that_an_encoder_knows_appear():
    frame = pd.DataFrame({"when": pd.to_datetime(["2024-01-31", "2024-02-01", "2020-05-05"])})
    model = OneHotEncoder(handle_unknown="ignore").fit(frame)
    schema = describe(model)
    assert [field.dtype for field in schema.inputs] == ["datetime"]
    assert np.isin(frame["when"].to_numpy(), probes(model, schema, seed=0)["when"]).all()
