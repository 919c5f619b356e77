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
    "function.library": Explanation(
        "A function of the model belongs to a library, and the target has no graph for it.",
        "FunctionTransformer(np.log1p)",
        "Use a scikit-learn transformer that does the same, or deploy the bundle.",
    ),
    "function.reads-environment": Explanation(
        "A function of the model reads an environment variable, so the same row may be answered "
        "differently on another machine. A graph sees nothing but its input.",
        'def scale(X):\n    return X * float(os.getenv("SCALE_FACTOR", 2))',
        "Read the variable when the model is built, and pass it: FunctionTransformer(scale, "
        'kw_args={"factor": 2.0}).',
    ),
    "function.reads-clock": Explanation(
        "A function of the model reads the time, so the same row is answered differently later.",
        'def age(X):\n    return pd.Timestamp.now().year - X["born"]',
        "Make the date a column of the input, or fix it when the model is built.",
    ),
    "function.draws-random": Explanation(
        "A function of the model draws random numbers, or holds a generator that does.",
        "def jitter(X):\n    return X + np.random.normal(size=X.shape)",
        "Leave noise to training; predict without it.",
    ),
    "function.uses-files": Explanation(
        "A function of the model opens, reads, writes or looks for files.",
        'def join(X):\n    return X.merge(pd.read_csv("cities.csv"))',
        "Read the file when the model is fitted, and keep what is needed as an attribute.",
    ),
    "function.uses-network": Explanation(
        "A function of the model talks to another machine.",
        "def geocode(X):\n    return requests.get(URL).json()",
        "Fetch the values before the rows reach the model, and make them columns.",
    ),
    "function.reads-process": Explanation(
        "A function of the model reads the state of its process or machine, or starts another.",
        "def shard(X):\n    return X + os.getpid()",
        "Pass the value as an argument that is fixed when the model is built.",
    ),
    "function.changes-state": Explanation(
        "A function of the model assigns to a variable outside itself, so that an answer depends "
        "on the calls before it.",
        "def count(X):\n    global seen\n    seen += len(X)\n    return X",
        "Keep counts and caches outside the model.",
    ),
    "bundle.unpicklable": Explanation(
        "The model holds something that cannot be written to a file: an open connection, a "
        "running generator, a lock of a library. No format carries it.",
        "FunctionTransformer(lambda X: database.execute(X))",
        "Open such things where they are used, inside the function, and leave them out of the "
        "fitted model (`__getstate__`).",
    ),
}
