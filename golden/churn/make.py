"""Which customers leave: a table of mixed columns, some of them incomplete."""

from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import mlconvert

HERE = Path(__file__).parent


def customers(seed: int, count: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.normal(45, 12, count).round(1),
            "monthly charge": rng.lognormal(3.5, 0.5, count).round(2),
            "calls": rng.integers(0, 12, count),
            "paperless": rng.random(count) < 0.6,
            "city": rng.choice(["Bern", "Lyon", "Oslo", "Rome"], count),
            "plan": rng.choice(["basic", "plus", "pro"], count, p=[0.6, 0.3, 0.1]),
        }
    )
    frame.loc[rng.random(count) < 0.1, "age"] = np.nan
    frame.loc[rng.random(count) < 0.05, "monthly charge"] = np.nan
    frame["plan"] = frame["plan"].astype(object).where(rng.random(count) > 0.05, None)
    return frame


def left(frame: pd.DataFrame) -> np.ndarray:
    rng = np.random.default_rng(2)
    score = frame["calls"] / 4 - 2 * frame["paperless"] + (frame["plan"] == "basic")
    return np.where(score + rng.normal(0, 0.7, len(frame)) > 1, "left", "stayed")


def main() -> None:
    train = customers(0, 500)
    numbers = Pipeline([("fill", SimpleImputer(strategy="median")), ("scale", StandardScaler())])
    model = Pipeline(
        [
            (
                "columns",
                ColumnTransformer(
                    [
                        ("numbers", numbers, ["age", "monthly charge"]),
                        ("words", OneHotEncoder(handle_unknown="ignore"), ["city", "plan"]),
                        ("rest", "passthrough", ["calls", "paperless"]),
                    ]
                ),
            ),
            ("model", LogisticRegression(max_iter=1000)),
        ]
    ).fit(train, left(train))
    joblib.dump(model, HERE / "model.joblib")

    fresh = customers(1, 200)
    fresh.loc[:4, "city"] = "Atlantis"  # nobody there was ever a customer
    mlconvert.record(HERE / "model.joblib", data=fresh, output=HERE, expect={"onnx": "artifact"})


if __name__ == "__main__":
    main()
