"""A fitted estimator that stands inside a function, as an attribute of an operation."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Held:
    """The estimator itself: two are the same where they are one object."""

    estimator: Any

    def __repr__(self) -> str:
        return f"<{type(self.estimator).__name__} {id(self.estimator):x}>"

    def answer(self, method: str, rows: np.ndarray) -> np.ndarray:
        """What it gives for rows [N, F], as an array [N, …]."""
        given = getattr(self.estimator, method)(rows)
        return np.asarray(given.toarray() if hasattr(given, "toarray") else given)
