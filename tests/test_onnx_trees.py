"""Trees and forests: the same leaf for every row, missing values and thresholds included."""

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

from adapters.to_onnx.ops.trees import towards_minus_infinity
from converter.compare import Tolerance
from tests.cases_onnx import assert_parity, convert, refusal

RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 4))
GAPS = np.where(RNG.random(X.shape) < 0.15, np.nan, X)
Y = (np.nan_to_num(GAPS[:, 0]) + np.isnan(GAPS[:, 1]) + X[:, 2] > 0.3).astype(int) + (X[:, 3] > 1)
EXACT = Tolerance(atol=0.0, rtol=0.0)

WITH_GAPS = {
    "tree": DecisionTreeClassifier(random_state=0),
    "forest": RandomForestClassifier(10, random_state=0),
    "extra": ExtraTreesClassifier(10, random_state=0),
    "extra tree": ExtraTreeClassifier(random_state=0),
    "hist": HistGradientBoostingClassifier(max_iter=5),
    "tree regressor": DecisionTreeRegressor(random_state=0),
    "forest regressor": RandomForestRegressor(10, random_state=0),
    "extra regressor": ExtraTreesRegressor(10, random_state=0),
    "extra tree regressor": ExtraTreeRegressor(random_state=0),
    "hist regressor": HistGradientBoostingRegressor(max_iter=5),
}


@pytest.mark.parametrize("name", WITH_GAPS)
def test_missing_values_go_where_scikit_learn_sends_them(name):
    assert_parity(WITH_GAPS[name].fit(GAPS, Y), GAPS)


@pytest.mark.parametrize("name", [name for name in WITH_GAPS if "hist" in name])
def test_missing_values_that_fit_never_saw_go_where_scikit_learn_sends_them(name):
    assert_parity(WITH_GAPS[name].fit(X, Y), GAPS)


@pytest.mark.parametrize("name", [name for name in WITH_GAPS if "extra" not in name])
def test_missing_values_in_one_column_only_leave_the_others_as_they_are(name):
    one = X.copy()
    one[::3, 1] = np.nan
    assert_parity(WITH_GAPS[name].fit(one, Y), one)


def around_thresholds(trees, rows):
    """Every threshold of some `tree_`, and its float32 neighbours, in the column it splits."""
    found = []
    for tree in trees:
        for feature, threshold in zip(tree.feature, tree.threshold, strict=True):
            if feature >= 0:
                base = np.float32(threshold)
                for value in (base, np.nextafter(base, np.inf), np.nextafter(base, -np.inf)):
                    row = rows[len(found) % len(rows)].copy()
                    row[feature] = value
                    found.append(row)
    return np.array(found, dtype=np.float64)


@pytest.mark.parametrize("name", ["tree", "forest", "extra", "tree regressor", "forest regressor"])
def test_rows_one_float32_ulp_around_a_threshold_are_routed_exactly(name):
    model = WITH_GAPS[name].fit(X, Y)
    trees = [one.tree_ for one in getattr(model, "estimators_", [model])]
    assert_parity(model, around_thresholds(trees, X), EXACT)


def test_rows_one_ulp_around_a_threshold_of_histogram_boosting_are_routed_exactly():
    model = HistGradientBoostingRegressor(max_iter=10).fit(X, Y)
    rows = []
    for (predictor,) in model._predictors:
        for node in predictor.nodes[predictor.nodes["is_leaf"] == 0]:
            for ulps in (-1, 0, 1):
                row = X[len(rows) % len(X)].copy()
                t = node["num_threshold"]
                row[node["feature_idx"]] = t + ulps * np.spacing(t)
                rows.append(row)
    assert_parity(model, np.array(rows))


def test_thresholds_are_rounded_down_so_that_float32_values_compare_alike():
    thresholds = RNG.normal(size=1000)
    rounded = towards_minus_infinity(thresholds)
    assert (rounded.astype(np.float64) <= thresholds).all()
    assert (np.nextafter(rounded, np.float32(np.inf)).astype(np.float64) > thresholds).all()


def test_a_scaler_before_trees_puts_no_row_of_large_ids_on_the_wrong_side():
    ids = RNG.integers(10**9, 10**9 + 4000, size=(2000, 3)).astype(float)
    model = make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=0))
    model.fit(ids, RNG.integers(0, 2, 2000))
    file = convert(model)
    assert (file.answers(ids)["predict"] == model.predict(ids)).sum() == 2000


FORESTS = {
    "probabilities": RandomForestClassifier(50, random_state=0),
    "extra probabilities": ExtraTreesClassifier(50, random_state=0),
    "regressor": RandomForestRegressor(50, random_state=0),
    "extra regressor": ExtraTreesRegressor(50, random_state=0),
}


@pytest.mark.parametrize("name", FORESTS)
def test_forests_differ_from_scikit_learn_by_nothing_at_all(name):
    y = Y if "prob" in name else X @ np.arange(4.0) + RNG.normal(size=400)
    model = FORESTS[name].fit(X, y)
    assert_parity(model, RNG.normal(size=(3000, 4)), EXACT)


@pytest.mark.parametrize("kind", [RandomForestClassifier, RandomForestRegressor])
def test_several_targets_are_exact_too(kind):
    model = kind(10, random_state=0).fit(X, np.c_[Y, Y[::-1] + 5])
    assert_parity(model, X, EXACT)


BOOSTED = {
    "classifier": (GradientBoostingClassifier(n_estimators=20), Y),
    "two classes": (GradientBoostingClassifier(n_estimators=20), Y > 0),
    "exponential": (GradientBoostingClassifier(loss="exponential", n_estimators=20), Y > 0),
    "zero start": (GradientBoostingClassifier(init="zero", n_estimators=20), Y),
    "regressor": (GradientBoostingRegressor(n_estimators=20), X[:, 0]),
    "huber": (GradientBoostingRegressor(loss="huber", n_estimators=20), X[:, 0]),
    "quantile": (GradientBoostingRegressor(loss="quantile", n_estimators=20), X[:, 0]),
    "started by a tree": (
        GradientBoostingRegressor(init=DecisionTreeRegressor(max_depth=2), n_estimators=9),
        X[:, 0],
    ),
    "hist binary": (HistGradientBoostingClassifier(max_iter=20), Y > 0),
    "hist poisson": (HistGradientBoostingRegressor(loss="poisson", max_iter=20), Y),
    "hist gamma": (HistGradientBoostingRegressor(loss="gamma", max_iter=20), Y + 1.0),
    "isolation": (IsolationForest(n_estimators=20, random_state=0), None),
    "isolation of few columns": (
        IsolationForest(n_estimators=20, max_features=0.5, contamination=0.1, random_state=0),
        None,
    ),
    "bagging": (BaggingClassifier(n_estimators=5, max_features=0.5, random_state=0), Y),
}


@pytest.mark.parametrize("name", BOOSTED)
def test_boosted_and_bagged_trees_give_the_same_answers(name):
    model, y = BOOSTED[name]
    assert_parity(model.fit(X, y), X)


def test_a_calibrated_pipeline_gives_the_same_answers():
    inner = make_pipeline(StandardScaler(), RandomForestClassifier(10, random_state=0))
    for method in ("sigmoid", "isotonic"):
        model = CalibratedClassifierCV(inner, method=method, cv=3).fit(X, Y)
        assert_parity(model, X)


def test_infinite_and_huge_values_are_routed_as_scikit_learn_routes_them():
    model = HistGradientBoostingRegressor(max_iter=5).fit(X, Y)
    rows = X[:6].copy()
    rows[:, 0] = [np.inf, -np.inf, 1e300, -1e300, 0.0, -0.0]
    assert_parity(model, rows)


REFUSED = {
    "a start that scikit-learn computes in float32": (
        GradientBoostingRegressor(init=LinearRegression(), n_estimators=3),
        "onnx.option",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_trees_are_refused(name):
    model, code = REFUSED[name]
    refused = refusal(model.fit(X, Y))
    assert [reason.code for reason in refused.reasons] == [code]
