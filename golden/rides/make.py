"""How long a ride takes, by its dates: their parts, and the time since a day long ago.

The model carries compiled code, which fits one minor of Python only. So it is not shipped: the
tests make it, from a copy of this script.
"""

from pathlib import Path

import dill
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

HERE = Path(__file__).parent
OPENED = pd.Timestamp("2020-02-29")


def calendar(rides):
    start = rides["start"]
    return pd.DataFrame(
        {
            "hour": start.dt.hour + start.dt.minute / 60,
            "weekday": start.dt.day_of_week,
            "weekend": (start.dt.day_of_week >= 5).astype(int),
            "month": start.dt.month,
            "month ends": start.dt.is_month_end.astype(int),
            "day of year": start.dt.day_of_year,
            "days open": (start - OPENED).dt.days,
            "waited": (start - rides["ordered"]).dt.total_seconds() / 60,
            "km": rides["km"],
        }
    )


def rides(seed: int, count: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    seconds = rng.integers(0, 6 * 365 * 86400, count)
    start = np.datetime64("2019-06-01T00:00:00", "us") + seconds.astype("m8[s]")
    waited = rng.integers(30, 3600, count).astype("m8[s]")
    return pd.DataFrame(
        {"ordered": start - waited, "start": start, "km": rng.gamma(2, 4, count).round(2)}
    )


def minutes(frame: pd.DataFrame) -> np.ndarray:
    rush = frame["start"].dt.hour.isin([7, 8, 16, 17]) & (frame["start"].dt.day_of_week < 5)
    return (frame["km"] * np.where(rush, 4, 2)).to_numpy()


def main() -> None:
    import mlconvert

    train = rides(0, 500)
    boosting = HistGradientBoostingRegressor(max_iter=20, random_state=0)
    model = Pipeline([("calendar", FunctionTransformer(calendar)), ("boosting", boosting)])
    model.fit(train, minutes(train))
    (HERE / "model.dill").write_bytes(dill.dumps(model, recurse=True))

    fresh = rides(1, 200)
    mlconvert.record(HERE / "model.dill", data=fresh, output=HERE, expect={"onnx": "artifact"})


if __name__ == "__main__":
    main()
