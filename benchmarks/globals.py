"""Measures which globals model files name, and adds them to the allow-list.

    python benchmarks/globals.py converter/pickles/known.txt

Run it once in each environment whose files should be known: it fits every estimator of the
scikit-learn installed there, dumps it by pickle, joblib and dill, and notes what a reader asks for.
To that it adds classes that are only data, and functions that are only mathematics. It runs on
Python 3.7 and later, and imports nothing of mlconvert.

Left out on purpose, measured or not: scipy.stats distributions, whose state is executed when they
are rebuilt, and whatever else opens, imports or calls what it is told to.
"""

# ruff: noqa: SIM905, UP031, UP032, PTH123, SIM102, E501

import importlib
import inspect
import io
import pickle
import pkgutil
import re
import sys
import warnings

import numpy as np

NEVER = re.compile(
    r"^(__main__|_frozen\w*|__future__|types\.(Code|Function)Type|dill|cloudpickle|pytest|importlib|os|posix|nt)\b"
    r"|^builtins\.(getattr|setattr|delattr|type|eval|exec|open)$|\.tests?\.|^scipy\.stats\.|^joblib\.memory"
    r"|_ufunc_reconstruct$|_testing|_mocking|^numpy\.loads?$|__pyx_unpickle_Enum|^pyarrow\.|Arrow"
)
BUILTINS = """set frozenset slice range complex bytearray bytes object dict list tuple int float str
bool abs all any divmod enumerate filter hash hex len map max min oct ord chr pow repr reversed
round sorted sum zip Ellipsis NotImplemented NoneType ellipsis
Exception ValueError TypeError KeyError""".split()
STDLIB = """_codecs.encode copyreg._reconstructor copyreg.__newobj__ copyreg.__newobj_ex__
collections.OrderedDict collections.defaultdict collections.Counter collections.deque
datetime.datetime datetime.date datetime.time datetime.timedelta datetime.timezone
decimal.Decimal fractions.Fraction uuid.UUID uuid.SafeUUID zoneinfo.ZoneInfo._unpickle
pathlib.PosixPath pathlib.PurePosixPath pathlib.PureWindowsPath pathlib.Path
pathlib._local.PosixPath random.Random functools.partial re._compile array.array
array._array_reconstructor itertools.count itertools.chain types.SimpleNamespace types.MethodType
operator.itemgetter _operator.itemgetter""".split()
OPERATORS = """abs add and_ eq floordiv ge gt inv invert le lt mod mul ne neg not_ or_ pos pow sub
truediv xor truth contains getitem""".split()
METHODS_OF = (str, bytes, int, float, list, tuple, dict, set, frozenset)
NUMPY_NOT = """load loads save savez savez_compressed savetxt loadtxt genfromtxt fromfile fromregex memmap
DataSource source lookfor info show_config who test get_include deprecate deprecate_with_doc disp
safe_eval byte_bounds setbufsize seterr seterrcall seterrobj geterrobj errstate printoptions
set_printoptions set_string_function set_numeric_ops add_docstring add_newdoc add_newdoc_ufunc
add_newdocs show_runtime fromstring getbufsize geterr geterrcall get_printoptions frompyfunc
compare_chararrays nested_iters nditer from_dlpack recarray record chararray void void0 flatiter broadcast""".split()
SPARE = re.compile(
    r"\.tests?\b|^sklearn\.(datasets|externals|conftest|callback)|_testing|\.parallel|deprecation"
    r"|\.setup$|_build_utils|_plot|^(xgboost|lightgbm)\.(dask|spark|rabit|collective|tracker|plotting)"
    r"|keras|tensorflow|\.testing|enable_|_show_versions|_openmp_helpers|_pprint|_repr_html|arpack"
)


def noting(base):
    """A class like the Unpickler `base`, and the set of names that its instances ask for."""
    names = set()

    class Noting(base):
        def find_class(self, module, name):
            found = super().find_class(module, name)
            if self.__dict__.get("proto", 5) < 3:
                module = found.__module__ if hasattr(found, "__module__") else module
            names.add("{}.{}".format(module, name))
            return found

    return Noting, names


def named_by(model):
    """What the dumps of `model` name, over the protocols and the writers."""
    reader, names = noting(pickle._Unpickler)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        reader(io.BytesIO(pickle.dumps(model, protocol))).load()
    return names | joblib_names(model) | dill_names(model)


def joblib_names(model):
    """What joblib's dump of `model` names."""
    import joblib
    from joblib import numpy_pickle

    reader, names = noting(numpy_pickle.NumpyUnpickler)
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    newer = "ensure_native_byte_order" in inspect.signature(reader.__init__).parameters
    reader("", file, **({"ensure_native_byte_order": True} if newer else {})).load()
    return names


def dill_names(model):
    """What dill's dump of `model` names; nothing where it carries code, whose names are any."""
    import dill

    reader, names = noting(pickle._Unpickler)
    reader(io.BytesIO(dill.dumps(model))).load()
    return set() if any(name.startswith("dill.") for name in names) else names


# --- what is fitted ---------------------------------------------------------------------------


def needed(cls):
    """Arguments for the estimators that have no defaults for all of theirs."""
    from sklearn.linear_model import LogisticRegression, Ridge

    clf, reg = LogisticRegression(), Ridge()
    pairs = [("a", reg if "Regressor" in cls.__name__ else clf)]
    table = {
        "estimator": reg if "Regress" in cls.__name__ or cls.__name__ == "RegressorChain" else clf,
        "base_estimator": reg if "Regress" in cls.__name__ else clf,
        "estimators": pairs, "transformers": [("a", "passthrough", [0])], "steps": pairs,
        "transformer_list": [("a", "passthrough")], "param_grid": {"C": [0.1, 1.0]},
        "param_distributions": {"C": [0.1, 1.0]}, "n_iter": 2, "dictionary": np.eye(4),
    }  # fmt: skip
    required = [
        p.name
        for p in inspect.signature(cls.__init__).parameters.values()
        if p.default is p.empty and p.name != "self" and p.kind == p.POSITIONAL_OR_KEYWORD
    ]
    return {name: table[name] for name in required}


def fitted():
    """Every estimator that one of the plain data sets fits, and how it came about."""
    estimators = importlib.import_module("sklearn.utils.testing" if old() else "sklearn.utils")
    for module in (
        "enable_halving_search_cv",
        "enable_iterative_imputer",
        "enable_hist_gradient_boosting",
    ):
        try:
            importlib.import_module("sklearn.experimental." + module)
        except Exception:
            continue
    more = [
        c for library in ("imblearn", "xgboost", "lightgbm", "catboost") for c in others(library)
    ]
    for name, cls in list(estimators.all_estimators()) + more:
        model = first_fit(cls)
        print("fitted" if model is not None else "left out", name, file=sys.stderr)
        if model is not None:
            yield model


def old():
    """Whether this scikit-learn lists its estimators in its testing module."""
    import sklearn

    return tuple(map(int, sklearn.__version__.split(".")[:2])) < (0, 22)


def others(library):
    """The estimators of a library that follows scikit-learn's interface."""
    try:
        module = importlib.import_module(library)
        if library == "imblearn":
            from imblearn.utils.testing import all_estimators

            return all_estimators()
    except Exception:
        return []
    return [
        (n, c)
        for n, c in vars(module).items()
        if inspect.isclass(c) and hasattr(c, "fit") and "Dask" not in n
    ]


def first_fit(cls):
    """`cls` fitted on the first data set that fits, or None."""
    random = np.random.RandomState(0)
    X = np.abs(random.rand(40, 4))
    frame = __import__("pandas").DataFrame(X, columns=list("abcd"))
    words = ["some words %d" % (i % 7) for i in range(40)]
    y = np.arange(40) % 2
    labels = np.array(["no", "yes"], dtype=object)[y]
    tries = [(X, y), (frame, labels), (X, X.sum(1)), (X, X[:, :2]), (X, np.c_[y, 1 - y]), (words, y),
             (X[:, 0], X[:, 1]), (labels,), ([[0, 1], [2]],), ([{"a": 1}, {"b": 2}],), (X.astype(object), y)]  # fmt: skip
    for data in tries:
        try:
            model = cls(**needed(cls)).fit(*data)
            pickle.dumps(model)
            return model
        except Exception:
            continue
    return None


def shapes():
    """Models and values that no single estimator shows: frames, dtypes, sparse, splitters, text."""
    import pandas as pd
    import scipy.sparse as sp
    from sklearn import compose, ensemble, linear_model, model_selection, pipeline, preprocessing

    frame = pd.DataFrame(
        {"n": [1.5, np.nan] * 20, "i": range(40), "s": ["a", "b"] * 20, "b": [True, False] * 20}
    )
    frame["c"] = frame["s"].astype("category")
    frame["t"] = pd.Timestamp("2020-01-01")
    y = np.arange(40) % 2
    columns = compose.make_column_transformer(
        (preprocessing.OneHotEncoder(handle_unknown="ignore"), ["s", "c"]), (preprocessing.StandardScaler(), ["i"]))  # fmt: skip
    yield pipeline.make_pipeline(columns, linear_model.LogisticRegression()).fit(frame, y)
    if hasattr(compose, "make_column_selector"):
        numbers = compose.make_column_selector(dtype_include=np.number)
        yield compose.make_column_transformer((preprocessing.StandardScaler(), numbers)).fit(frame)
    yield frame
    yield [
        frame.index,
        frame.columns,
        frame["t"],
        pd.Index([1.0]),
        pd.MultiIndex.from_product([[1], [2]]),
        frame.dtypes,
    ]
    yield [
        pd.Timestamp("2020"),
        pd.Timedelta(1),
        pd.Interval(0, 1),
        pd.NaT,
        pd.DatetimeIndex(["2020"]),
        pd.interval_range(0, 3),
    ]
    for make in ("csr_matrix", "csc_matrix", "coo_matrix", "lil_matrix", "dok_matrix", "bsr_matrix", "dia_matrix",
                 "csr_array", "csc_array", "coo_array"):  # fmt: skip
        if hasattr(sp, make):
            yield getattr(sp, make)(np.eye(3))
    yield [
        np.random.RandomState(0),
        np.random.default_rng(0) if hasattr(np.random, "default_rng") else 0,
    ]
    yield [np.float32(1), np.str_("a"), np.bool_(True), np.datetime64("2020"), np.array(["a"], object), np.ma.masked_array([1], [0]),
           np.array([(1, "a")], dtype=[("x", int), ("y", object)]), np.asfortranarray(np.eye(3)), np.matrix([[1]])]  # fmt: skip
    yield [getattr(model_selection, n)() for n in ("KFold", "StratifiedKFold", "GroupKFold", "TimeSeriesSplit", "ShuffleSplit",
                                                   "StratifiedShuffleSplit", "RepeatedKFold", "LeaveOneOut")]  # fmt: skip
    for loss in (
        "log_loss",
        "hinge",
        "modified_huber",
        "squared_hinge",
        "perceptron",
        "log",
        "squared_loss",
        "squared_error",
        "huber",
    ):
        try:
            yield linear_model.SGDClassifier(loss=loss).fit(np.eye(40), y)
        except ValueError:
            continue
    for kind in (
        ensemble.GradientBoostingRegressor,
        getattr(ensemble, "HistGradientBoostingRegressor", None),
    ):
        for loss in (
            "squared_error",
            "absolute_error",
            "poisson",
            "quantile",
            "huber",
            "ls",
            "lad",
            "gamma",
        ):
            try:
                yield kind(
                    loss=loss,
                    **({"quantile": 0.5} if "Hist" in kind.__name__ and loss == "quantile" else {}),
                ).fit(np.eye(40), y + 1.0)
            except Exception:
                continue


# --- what is only data, or only mathematics ---------------------------------------------------


def modules_of(package):
    """The modules of an installed package, but for its tests and tools."""
    try:
        root = importlib.import_module(package)
    except Exception:
        return
    for found in pkgutil.walk_packages(root.__path__, package + ".", onerror=lambda name: None):
        if SPARE.search(found.name):
            continue
        try:
            yield importlib.import_module(found.name)
        except BaseException:
            continue


def classes():
    """Estimators, and the compiled parts of their fitted state, by the module they live in."""
    from sklearn.base import BaseEstimator
    from sklearn.gaussian_process.kernels import Kernel

    for package in ("sklearn", "imblearn", "xgboost", "lightgbm"):
        for module in modules_of(package):
            compiled = not getattr(module, "__file__", "").endswith(".py")
            for name, cls in vars(module).items():
                if compiled and (name.startswith("__pyx_unpickle_") or name == "newObj"):
                    yield "{}.{}".format(module.__name__, name)
                if not inspect.isclass(cls) or cls.__module__ != module.__name__:
                    continue
                if (
                    compiled
                    or issubclass(cls, (BaseEstimator, Kernel))
                    or "_loss" in module.__name__
                ):
                    yield "{}.{}".format(cls.__module__, cls.__name__)
    for library in ("xgboost", "lightgbm", "catboost"):
        for name, cls in others(library):
            yield "{}.{}".format(cls.__module__, cls.__qualname__)
            yield "{}.{}".format(library, name)


def functions():
    """Functions of arrays that models hold, by every name they have."""
    for name, value in vars(np).items():
        if (
            callable(value)
            and name not in NUMPY_NOT
            and name[:1] != "_"
            and not inspect.ismodule(value)
        ):
            if getattr(value, "__module__", None) in (None, "numpy"):
                yield "numpy." + name
    special = importlib.import_module("scipy.special")
    for name in vars(special):
        value = getattr(special, name)
        if isinstance(value, np.ufunc):
            yield from (
                "scipy.special." + name,
                "scipy.special._ufuncs." + name,
                "scipy.special._special_ufuncs." + name,
            )
    for public in (
        "sklearn.preprocessing",
        "sklearn.metrics",
        "sklearn.metrics.pairwise",
        "sklearn.feature_selection",
        "sklearn.utils.extmath",
    ):
        for name, value in vars(importlib.import_module(public)).items():
            if (
                inspect.isroutine(value)
                and name[:1] != "_"
                and (value.__module__ or "").startswith(public)
            ):
                if not name.startswith(("check_", "fetch_", "plot_")):
                    yield "{}.{}".format(value.__module__, value.__name__)
    math = importlib.import_module("math")
    yield from ("math." + name for name in vars(math) if name[:1] != "_")


def by_hand():
    """Builtins and parts of the standard library that are data or plain functions of data."""
    yield from ("builtins." + name for name in BUILTINS)
    yield from STDLIB
    for name in OPERATORS:
        yield from ("operator." + name, "_operator." + name)
    for cls in METHODS_OF:
        yield from (
            "builtins.{}.{}".format(cls.__name__, name) for name in vars(cls) if name[:1] != "_"
        )


def main(path):
    """Add what this environment names to the list at `path`, one name a line, sorted."""
    with open(path, "a+") as file:
        file.seek(0)
        names = set(file.read().split())
        before = len(names)
        names |= set(classes()) | set(functions()) | set(by_hand())
        for source in (fitted(), shapes()):
            for model in source:
                try:
                    names |= named_by(model)
                except Exception as error:
                    print("not dumped:", type(model).__name__, str(error)[:200], file=sys.stderr)
        names = sorted(n for n in names if not NEVER.search(n))
        file.seek(0)
        file.truncate()
        file.write("\n".join(names) + "\n")
    print("{} names, {} of them new".format(len(names), len(names) - before))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1])
