"""Small data of every kind, and the estimators that want arguments."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import PCA, SparseCoder
from sklearn.ensemble import (
    RandomForestClassifier,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_selection import (
    RFE,
    RFECV,
    SelectFdr,
    SelectFromModel,
    SelectFwe,
    SelectKBest,
    SequentialFeatureSelector,
)
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    RandomizedSearchCV,
    TunedThresholdClassifierCV,
)
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import (
    ClassifierChain,
    MultiOutputClassifier,
    MultiOutputRegressor,
    RegressorChain,
)
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection
from sklearn.semi_supervised import SelfTrainingClassifier

RNG = np.random.default_rng(0)
N = 240


class Data(NamedTuple):
    """Rows and a target, for estimators of a role: "classifier", "regressor" or ""."""

    name: str
    role: str
    rows: Any
    target: Any


def _blobs(classes: int) -> tuple[np.ndarray, np.ndarray]:
    y = RNG.integers(0, classes, N)
    return RNG.normal(size=(N, 5)) * 1.5 + y[:, None] * np.array([1.0, -0.7, 0.4, 0.0, 0.2]), y


X, Y3 = _blobs(3)
X2, Y2 = _blobs(2)
COUNTS = RNG.poisson(2.0, (N, 5)).astype(float) + Y3[:, None] % 2
SMALL = COUNTS.clip(0, 3)
TARGET = X @ np.array([1.0, 2.0, -1.0, 0.5, 0.0]) + RNG.normal(size=N)
WORDS = np.array(["red", "green", "blue", "grey", "dark", "light", "warm", "cold"])
TEXTS = np.array([" ".join(RNG.choice(WORDS, 6)) for _ in range(N)], dtype=object)
GAPS = np.where(RNG.random(X.shape) < 0.1, np.nan, X)
NAMES = np.array(["bird", "cat", "dog"])

DATA = (
    Data("three classes", "classifier", X, NAMES[Y3]),
    Data("two classes", "classifier", X2, Y2),
    Data("counts, three classes", "classifier", SMALL, NAMES[Y3]),
    Data("several labels", "classifier", X, np.c_[Y3 > 0, Y3 > 1].astype(int)),
    Data("numbers", "regressor", X, TARGET),
    Data("positive numbers", "regressor", COUNTS, np.exp(TARGET / 4)),
    Data("one column", "regressor", X[:, :1], TARGET),
    Data("several numbers", "regressor", X, np.c_[TARGET, TARGET**2]),
    Data("numbers", "", X, Y3),
    Data("counts", "", COUNTS, Y3),
    Data("gaps", "", GAPS, Y3),
    Data("texts", "", TEXTS, Y3),
)

_LOGISTIC = LogisticRegression()
_PAIR = [("a", LogisticRegression()), ("b", RandomForestClassifier(5, random_state=0))]
_REGRESSORS = [("a", Ridge()), ("b", Ridge(alpha=10.0))]
_GRID = {"C": [0.1, 1.0]}

NEEDS: dict[str, Any] = {
    "CalibratedClassifierCV": lambda: CalibratedClassifierCV(_LOGISTIC, cv=3),
    "ClassifierChain": lambda: ClassifierChain(_LOGISTIC),
    "ColumnTransformer": lambda: ColumnTransformer(
        [("a", StandardScaler(), [0, 2])], remainder="passthrough"
    ),
    "FeatureUnion": lambda: FeatureUnion([("a", StandardScaler()), ("b", PCA(2))]),
    "FixedThresholdClassifier": lambda: FixedThresholdClassifier(_LOGISTIC, threshold=0.3),
    "FrozenEstimator": lambda: FrozenEstimator(KMeans(2, n_init=1).fit(X)),
    "GaussianRandomProjection": lambda: GaussianRandomProjection(3),
    "GridSearchCV": lambda: GridSearchCV(_LOGISTIC, _GRID),
    "HalvingGridSearchCV": lambda: HalvingGridSearchCV(_LOGISTIC, _GRID),
    "HalvingRandomSearchCV": lambda: HalvingRandomSearchCV(_LOGISTIC, _GRID, random_state=0),
    "MultiOutputClassifier": lambda: MultiOutputClassifier(_LOGISTIC),
    "MultiOutputRegressor": lambda: MultiOutputRegressor(Ridge()),
    "OneVsOneClassifier": lambda: OneVsOneClassifier(_LOGISTIC),
    "OneVsRestClassifier": lambda: OneVsRestClassifier(_LOGISTIC),
    "OutputCodeClassifier": lambda: OutputCodeClassifier(_LOGISTIC, random_state=0),
    "Pipeline": lambda: Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())]),
    "RFE": lambda: RFE(_LOGISTIC),
    "RFECV": lambda: RFECV(_LOGISTIC),
    "RandomizedSearchCV": lambda: RandomizedSearchCV(_LOGISTIC, _GRID, n_iter=2),
    "RegressorChain": lambda: RegressorChain(Ridge()),
    "SelectFdr": lambda: SelectFdr(alpha=0.5),
    "SelectFromModel": lambda: SelectFromModel(_LOGISTIC),
    "SelectFwe": lambda: SelectFwe(alpha=0.5),
    "SelectKBest": lambda: SelectKBest(k=3),
    "SelfTrainingClassifier": lambda: SelfTrainingClassifier(_LOGISTIC),
    "SequentialFeatureSelector": lambda: SequentialFeatureSelector(_LOGISTIC),
    "SparseCoder": lambda: SparseCoder(np.eye(5)),
    "SparseRandomProjection": lambda: SparseRandomProjection(3),
    "SplineTransformer": lambda: SplineTransformer(),
    "StackingClassifier": lambda: StackingClassifier(_PAIR),
    "StackingRegressor": lambda: StackingRegressor(_REGRESSORS),
    "TransformedTargetRegressor": lambda: TransformedTargetRegressor(
        Ridge(), transformer=StandardScaler()
    ),
    "TunedThresholdClassifierCV": lambda: TunedThresholdClassifierCV(_LOGISTIC),
    "VotingClassifier": lambda: VotingClassifier(_PAIR, voting="soft"),
    "VotingRegressor": lambda: VotingRegressor(_REGRESSORS),
}
