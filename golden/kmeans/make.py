"""Groups of visitors by what they do: k-means, with the distance to every centre."""

from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans

import mlconvert

HERE = Path(__file__).parent


def visitors(seed: int, count: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 4, count)
    return pd.DataFrame(
        {
            "minutes": rng.gamma(2 + group, 3.0, count),
            "pages": rng.poisson(3 + 4 * (group % 2), count),
            "spent": rng.gamma(1 + 3 * (group > 1), 10.0, count),
        }
    )


def main() -> None:
    model = KMeans(n_clusters=4, n_init=3, random_state=0).fit(visitors(0, 400))
    joblib.dump(model, HERE / "model.joblib", compress=3)
    mlconvert.record(
        HERE / "model.joblib", data=visitors(1, 200), output=HERE, expect={"onnx": "artifact"}
    )


if __name__ == "__main__":
    main()
