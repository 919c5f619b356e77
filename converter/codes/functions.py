"""Why a function of the model has no form in a target."""

from converter.codes.explanation import Explanation

FUNCTIONS: dict[str, Explanation] = {
    "function.custom": Explanation(
        "A function of the model could not be traced: no row of the proof reached it.",
        "a step behind one that raises on every row",
        "Prove on rows that the model accepts, with --data, or deploy the bundle.",
    ),
    "function.library": Explanation(
        "A library's function of the model could not be traced: no row of the proof reached it.",
        "a step behind one that raises on every row",
        "Prove on rows that the model accepts, with --data, or deploy the bundle.",
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
    "function.mixes-rows": Explanation(
        "A function of the model computes a row's answer from other rows: a mean or a rank of the "
        "batch, the row before, the number of rows. A row alone would be answered otherwise, and "
        "a graph is handed rows alone.",
        "def centre(X):\n    return X - X.mean(axis=0)",
        "Learn such numbers in fit, and keep them: StandardScaler, SimpleImputer, or a transformer "
        "class whose fit sets self.mean_ and whose transform reads it.",
    ),
    "function.data-dependent": Explanation(
        "A function of the model decides by values of the data what is done next, in a way that "
        "cannot be rewritten as a choice for each row: an `if` on a whole column, a number of "
        "steps, or a shape that follows from the data.",
        "def scale(X):\n    if X.max() > 1:\n        X = X / 255\n    return X",
        "Choose row by row: np.where(X > 1, X / 255, X). What is decided for all rows at once, "
        "decide when the model is built, and pass it with kw_args.",
    ),
    "function.unknown-operation": Explanation(
        "A function of the model calls something, or passes an argument, whose meaning mlconvert "
        "does not know. It never guesses.",
        'def widths(X):\n    return X["box"].str.extractall(r"(\\d+)")',
        "The message names the call: say the same with the words of docs/operations.md, or "
        "deploy the bundle.",
    ),
    "function.left-numpy": Explanation(
        "A function of the model hands its data to code that shows nothing of what it does with "
        "it: compiled by numba or Cython, an extension in C, or a plain array or list made of it.",
        "@numba.njit\ndef ratio(X):\n    return X[:, :1] / X[:, 1:]",
        "Write it in numpy or pandas: of a function compiled by numba, give its `py_func`.",
    ),
    "function.unbounded-loop": Explanation(
        "A function of the model repeats something for as long as the data say, or more often "
        "than can be followed.",
        "def halve(x):\n    while x > 1:\n        x = x / 2\n    return x",
        "Use a formula (x / 2 ** np.ceil(np.log2(x))), or a fixed number of steps with np.where.",
    ),
    "function.too-many-paths": Explanation(
        "A function of the model branches so often that its ways from start to end are too many "
        "to follow one by one (each `if` that follows another doubles them), or its steps so many "
        "that they are not done within 20 seconds.",
        "for word in FIVE_HUNDRED_WORDS:\n    if word in text:\n        score += 1",
        "Say the choices as a table (Series.map of a dictionary, np.select, pd.cut), or as sums "
        "of comparisons: score = sum(text.str.contains(word) for word in words).",
    ),
    "function.not-repeatable": Explanation(
        "A function of the model did not do the same when it was run twice on the same rows: it "
        "depends on something besides its input.",
        "def tagged(X):\n    return X * next(counter)",
        "Make the answer depend on the row alone; pass everything else with kw_args.",
    ),
    "function.differs": Explanation(
        "What was recorded of a function does not give what the function gives, on a row that the "
        "message shows. The recording is not used.",
        "a function that does something else for the types of the recording",
        "Where the row is one that the function is made for, report it. A rewrite without "
        "isinstance, try or caches mostly helps.",
    ),
    "function.raises": Explanation(
        "A function of the model raises on rows of its input, so that there is nothing to record "
        "or to compare.",
        'def age(X):\n    return X["born"].map(int)',
        "The message shows the error and the row: repair the function, or prove on rows that it "
        "accepts, with --data.",
    ),
}
