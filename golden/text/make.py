"""Praise or complaint: short texts, by the words they use."""

import pickle
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import mlconvert

HERE = Path(__file__).parent
PRAISE, COMPLAINT, EITHER = map(
    str.split,
    (
        "great happy thanks friendly quick recommend café perfect lovely naïve",
        "late broken refund rude never cancel waiting wrong angry don't",
        "the service order my a today I it was delivery you phone 24 x2",
    ),
)


def reviews(seed: int, count: int) -> tuple[list[str], np.ndarray]:
    rng = np.random.default_rng(seed)
    liked = rng.random(count) < 0.5
    texts = []
    for good in liked:
        own = rng.choice(PRAISE if good else COMPLAINT, rng.integers(1, 4))
        words = [*own, *rng.choice(EITHER, rng.integers(1, 8))]
        rng.shuffle(words)
        texts.append(" ".join(words).capitalize() + rng.choice([".", "!", "…", ""]))
    return texts, np.where(liked, "praise", "complaint")


def main() -> None:
    texts, labels = reviews(0, 400)
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True), LogisticRegression()
    ).fit(texts, labels)
    (HERE / "model.pkl").write_bytes(pickle.dumps(model))

    fresh, _ = reviews(1, 150)
    fresh += ["", "?!", "GREAT, GREAT SERVICE", "unheard-of words only", "Ça va\tmy\norder"]
    mlconvert.record(
        HERE / "model.pkl", data={"X": fresh}, output=HERE, expect={"onnx": "artifact"}
    )


if __name__ == "__main__":
    main()
