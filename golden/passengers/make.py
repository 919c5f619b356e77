"""Who reached a boat: features that functions make of the columns, text and gaps among them.

The model carries compiled code, which fits one minor of Python only. So it is not shipped: the
tests make it, from a copy of this script.
"""

from pathlib import Path

import dill
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

HERE = Path(__file__).parent
DECKS = {"A": 3, "B": 3, "C": 2, "D": 1}


def age_group(age):
    if age < 13:
        return "child"
    if age < 60:
        return "adult"
    return "old"


def features(people):
    people = people.copy()
    people["age"] = people["age"].fillna(28.0)
    people["family"] = people["siblings"] + people["parents"] + 1
    people["share"] = np.log1p(people["fare"]) / people["family"]
    people["alone"] = np.where(people["family"] > 1, 0, 1)
    people["deck"] = people["cabin"].str[0].map(DECKS).fillna(0)
    people["title"] = people["name"].str.extract(r", ([A-Za-z]+)\.", expand=False)
    people["title"] = people["title"].replace({"Mlle": "Miss", "Mme": "Mrs"})
    people["group"] = people["age"].apply(age_group)
    return people


def cyclical(people):
    angle = people * (2 * np.pi / 24)
    return np.hstack([np.sin(angle), np.cos(angle)])


def passengers(seed: int, count: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    titles = rng.choice(["Mr", "Mrs", "Miss", "Master", "Mlle", "Mme"], count)
    families = rng.choice(["Berg", "Lund", "Moreau", "Rossi"], count)
    return pd.DataFrame(
        {
            "name": [
                f"{family}, {title}. X" for family, title in zip(families, titles, strict=True)
            ],
            "age": np.where(rng.random(count) < 0.2, np.nan, rng.uniform(0, 80, count).round(1)),
            "siblings": rng.integers(0, 4, count),
            "parents": rng.integers(0, 3, count),
            "fare": rng.gamma(2, 16, count).round(2),
            "cabin": rng.choice(["A10", "B58", "C85", "D7", "E46"], count),
            "hour": rng.integers(0, 24, count),
        }
    )


def reached(frame: pd.DataFrame) -> np.ndarray:
    rng = np.random.default_rng(2)
    score = (
        frame["fare"] / 40 + frame["name"].str.contains("Miss|Mrs|Mme|Mlle") - frame["siblings"] / 2
    )
    return (score + rng.normal(0, 0.5, len(frame)) > 0.8).to_numpy().astype(int)


def main() -> None:
    import mlconvert

    train = passengers(0, 600)
    columns = ColumnTransformer(
        [
            ("numbers", StandardScaler(), ["age", "family", "share", "deck"]),
            ("words", OneHotEncoder(handle_unknown="ignore"), ["title", "group"]),
            ("hour", FunctionTransformer(cyclical), ["hour"]),
            ("rest", "passthrough", ["alone"]),
        ]
    )
    steps = [("features", FunctionTransformer(features)), ("columns", columns)]
    model = Pipeline([*steps, ("model", LogisticRegression(max_iter=1000))])
    model.fit(train, reached(train))
    (HERE / "model.dill").write_bytes(dill.dumps(model, recurse=True))

    fresh = passengers(1, 200)
    mlconvert.record(HERE / "model.dill", data=fresh, output=HERE, expect={"onnx": "artifact"})


if __name__ == "__main__":
    main()
