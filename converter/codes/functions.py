"""Why a function of the model has no form in a target."""

from converter.codes.explanation import Explanation

FUNCTIONS: dict[str, Explanation] = {
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
}
