"""The price of a house: a random forest on columns with large numbers among them."""

from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor

import mlconvert

HERE = Path(__file__).parent


def houses(seed: int, count: int) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "parcel": rng.integers(10**9, 10**9 + 10**7, count),  # too large for float32
            "area": rng.gamma(9, 12, count),
            "rooms": rng.integers(1, 8, count),
            "garden": rng.random(count) < 0.3,
        }
    )
    frame.loc[rng.random(count) < 0.1, "area"] = np.nan
    near = (frame["parcel"] - 10**9) / 10**7
    price = 900 * frame["area"].fillna(100) + 20_000 * frame["rooms"] + 80_000 * near
    return frame, (price * rng.normal(1, 0.05, count)).to_numpy()


def main() -> None:
    frame, price = houses(0, 400)
    model = RandomForestRegressor(n_estimators=12, max_depth=7, random_state=0).fit(frame, price)
    joblib.dump(model, HERE / "model.joblib", compress=3)

    fresh, _ = houses(1, 250)
    mlconvert.record(HERE / "model.joblib", data=fresh, output=HERE, expect={"onnx": "artifact"})


if __name__ == "__main__":
    main()
