"""The reason codes: what each means, an example, and the remedy. `mlconvert explain` reads it.

Codes are stable: scripts and reports rely on them. Group them by their prefix.
"""

from typing import NamedTuple


class Explanation(NamedTuple):
    """One code's page."""

    meaning: str
    example: str
    remedy: str


CODES: dict[str, Explanation] = {
    "function.impure": Explanation(
        "A function of the model reads something that is not in its input: the environment, the "
        "clock, a file, the network or a random generator. A graph has none of these.",
        'def scale(X):\n    return X * float(os.getenv("SCALE_FACTOR", 2))',
        "Read the value once when the model is built, and keep it as an argument or an attribute.",
    ),
    "function.custom": Explanation(
        "A function of the model is Python code, which the target does not run.",
        "FunctionTransformer(my_function)",
        "Use a scikit-learn transformer that does the same (StandardScaler, KBinsDiscretizer, "
        "PolynomialFeatures …), or deploy the bundle.",
    ),
}
