"""Small fitted models for the tests of what is found in a live model."""

from functools import cache

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingRegressor,
    VotingClassifier,
)
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import CategoricalNB, MultinomialNB
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, PowerTransformer, StandardScaler
from sklearn.svm import SVC

X, Y = load_iris(return_X_y=True)
RNG = np.random.default_rng(0)
N = 300
FRAME = pd.DataFrame(
    {
        "id": [f"C{number}" for number in range(N)],
        "age": RNG.integers(18, 90, N).astype(float),
        "city": RNG.choice(["Rome", "Oslo", "Bern"], N),
        "visits": RNG.integers(0, 9, N),
        "tier": RNG.integers(1, 4, N),
        "member": RNG.random(N) < 0.5,
        "note": RNG.choice(["late again", "good customer", "never paid late"], N),
    }
)
FRAME.loc[::7, "age"] = np.nan
FRAME.loc[::11, "city"] = None
CHURNED = np.where(RNG.random(N) < 0.5, "yes", "no")
DOCUMENTS = ["the cat sat", "dogs bark loudly", "cats purr a lot", "a dog ran"] * 5
ANIMAL = ["cat", "dog", "cat", "dog"] * 5
COUNTS = RNG.poisson(2, (90, 4))


def churn():
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    words = make_pipeline(
        SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")
    )
    columns = ColumnTransformer(
        [
            ("num", numbers, ["age"]),
            ("cat", words, ["city"]),
            ("coded", OrdinalEncoder(), ["tier", "member"]),
            ("text", CountVectorizer(), "note"),
            ("rest", "passthrough", ["visits"]),
        ]
    )
    return make_pipeline(columns, LogisticRegression(max_iter=500)).fit(FRAME, CHURNED)


def tfidf():
    return make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(DOCUMENTS, ANIMAL)


def forest():
    return make_pipeline(StandardScaler(), RandomForestClassifier(10, random_state=0)).fit(X, Y)


def boosting():
    rows = np.where(RNG.random(X.shape) < 0.1, np.nan, X)
    return HistGradientBoostingClassifier(max_iter=5).fit(rows, Y)


def stacking():
    inner = [("ridge", Ridge()), ("trees", RandomForestRegressor(5, random_state=0))]
    return StackingRegressor(inner, passthrough=True).fit(X, Y.astype(float))


def search():
    steps = make_pipeline(StandardScaler(), LogisticRegression())
    return GridSearchCV(steps, {"logisticregression__C": [1, 2]}).fit(X, Y)


def voting():
    inner = [("a", LogisticRegression(max_iter=500)), ("b", RandomForestClassifier(5))]
    return VotingClassifier(inner, voting="soft").fit(X, Y)


def union():
    both = FeatureUnion([("words", CountVectorizer()), ("weights", TfidfVectorizer())])
    return make_pipeline(both, LogisticRegression()).fit(DOCUMENTS, ANIMAL)


def text_matrix():
    rows = np.array([["a", "x"], ["b", "y"]] * 9, object)
    return make_pipeline(OrdinalEncoder(), LogisticRegression()).fit(rows, [0, 1] * 9)


def coded_floats():
    rows = COUNTS.clip(0, 2).astype(float)
    return make_pipeline(OneHotEncoder(), LogisticRegression()).fit(rows, COUNTS[:, 0] > 2)


MODELS = {
    "churn": churn,
    "tfidf": tfidf,
    "forest": forest,
    "boosting": boosting,
    "stacking": stacking,
    "search": search,
    "voting": voting,
    "union": union,
    "text_matrix": text_matrix,
    "coded_floats": coded_floats,
    "svc": lambda: make_pipeline(StandardScaler(), SVC()).fit(X, Y == 1),
    "kmeans": lambda: KMeans(3, n_init=1, random_state=0).fit(X),
    "isolation": lambda: IsolationForest(n_estimators=10, random_state=0).fit(X),
    "multi": lambda: RandomForestClassifier(5, random_state=0).fit(X, np.c_[Y, Y == 1]),
    "counts": lambda: MultinomialNB().fit(COUNTS, COUNTS[:, 0] > 2),
    "categories": lambda: CategoricalNB().fit(COUNTS.clip(0, 2), COUNTS[:, 0] > 2),
    "box_cox": lambda: PowerTransformer("box-cox").fit(X),
}
MODELS = {name: cache(make) for name, make in MODELS.items()}
"""Name → the model, fitted once: tests leave it as it is."""
