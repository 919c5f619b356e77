"""The policy: what is known, what is dangerous, what is neither."""

# ruff: noqa: E501, SIM905 (tables of names)

import pytest

from converter.errors import UnsafeError
from converter.pickles.policy import check, dangerous, judge, known
from converter.values import Global, Inspection, Safety

KNOWN = """
sklearn.pipeline.Pipeline sklearn.ensemble._forest.RandomForestClassifier sklearn.tree._tree.Tree
sklearn.linear_model.logistic.LogisticRegression sklearn.ensemble.forest.RandomForestClassifier
sklearn.neighbors._dist_metrics.EuclideanDistance sklearn.metrics._scorer.r2_score_
numpy.core.multiarray._reconstruct numpy._core.multiarray._reconstruct numpy.dtype numpy.ndarray
numpy.log1p numpy.core._multiarray_umath.log1p numpy._core._multiarray_umath.log1p
numpy.core.umath.log1p numpy.clip scipy.special._ufuncs.expit scipy.sparse._csr.csr_matrix
scipy.sparse.csr.csr_matrix pandas.core.frame.DataFrame joblib.numpy_pickle.NumpyArrayWrapper
sklearn.externals.joblib.numpy_pickle.NDArrayWrapper xgboost.sklearn.XGBClassifier
xgboost.core.Booster lightgbm.sklearn.LGBMClassifier lightgbm.basic.Booster
catboost.core.CatBoostClassifier imblearn.pipeline.Pipeline builtins.set builtins.str.lower
copyreg._reconstructor collections.OrderedDict datetime.date functools.partial
sklearn.preprocessing._data.StandardScaler.transform
""".replace("sklearn.metrics._scorer.r2_score_", "").split()

DANGEROUS = """
os.system posix.system nt.system subprocess.Popen sys.exit sys.modules builtins.eval builtins.exec
builtins.compile builtins.__import__ builtins.open builtins.getattr builtins.setattr
builtins.globals importlib.import_module socket.socket shutil.rmtree ctypes.CDLL pickle.loads
_pickle.loads pickle.Unpickler runpy.run_path code.interact pty.spawn webbrowser.open
asyncio.create_subprocess_shell multiprocessing.Process urllib.request.urlopen http.client.x
requests.get pip._internal.main torch.load numpy.testing.run_module_suite timeit.timeit numpy.load
joblib.load pandas.read_pickle numpy.f2py.compile dill.loads cloudpickle.loads dill._dill._eval_repr
operator.attrgetter numpy.core._ufunc_reconstruct sklearn.utils.os.system numpy.lib.sys.modules
sklearn.base.clone.__globals__ sklearn.base.BaseEstimator.__subclasses__ <computed> <extension_1>
io.open _io.FileIO pathlib._os.system types.X.__globals__ pdb.run bdb.Bdb cProfile.run
""".split()

UNKNOWN = """
my_module.Scaler __main__.scale converter.Scale adapters.x sklearn.NoSuchThing sklearn.datasets.load_iris
sklearn.datasets.fetch_openml sklearn.utils.parallel.Parallel scipy.stats._continuous_distns.norm_gen
dill._dill._create_function dill._dill._create_code cloudpickle.cloudpickle._make_function
types.CodeType types.FunctionType builtins.type builtins.print numpy.recarray numpy.ndarray.tofile
numpy.ndarray.__new__ os.path.join posixpath.join numpy.lib.stride_tricks.as_strided
project.code_utils.scale osmnx.graph system.Model
""".split()


@pytest.mark.parametrize("name", KNOWN)
def test_known(name: str) -> None:
    assert judge(name) is Safety.KNOWN


@pytest.mark.parametrize("name", DANGEROUS)
def test_dangerous(name: str) -> None:
    assert judge(name) is Safety.DANGEROUS


@pytest.mark.parametrize("name", UNKNOWN)
def test_neither_known_nor_dangerous(name: str) -> None:
    assert judge(name) is Safety.UNKNOWN


def test_nothing_in_the_allow_list_executes_its_arguments_or_state() -> None:
    words = ("exec", "eval", "_gen", "load", "fromfile", "memmap", "savetxt", "popen", "as_strided")
    last = {name.rpartition(".")[2].lower() for name in known()}
    assert last & {*words, "getattr", "import_module", "system", "open"} == set()
    assert not [name for name in known() if name.startswith("scipy.stats")]


def inspection(*names: str) -> Inspection:
    found = tuple(Global(name=name, safety=judge(name)) for name in names)
    return Inspection(
        path="m.pkl", format="pickle", protocol=4, size=1, sha256="", estimator="", globals=found
    )


def test_known_names_need_no_cage() -> None:
    assert check(inspection("numpy.log1p")) is False


def test_unknown_names_need_a_cage_unless_trusted() -> None:
    assert check(inspection("numpy.log1p", "my.Model")) is True
    assert check(inspection("my.Model"), trust=True) is False


def test_each_dangerous_name_is_named_and_trust_lets_none_pass() -> None:
    for trust in (False, True):
        with pytest.raises(UnsafeError) as error:
            check(inspection("os.system", "builtins.eval", "my.Model"), trust=trust)
        assert error.value.names == ("os.system", "builtins.eval")
        assert "os.system, builtins.eval" in str(error.value)


def test_a_dangerous_name_passes_only_by_its_exact_name_and_into_a_cage() -> None:
    found = inspection("os.system", "builtins.eval")
    with pytest.raises(UnsafeError) as error:
        check(found, allow=("os.system", "builtins.*"))
    assert error.value.names == ("builtins.eval",)
    assert check(found, allow=("os.system", "builtins.eval")) is True


def test_no_name_is_both_known_and_dangerous() -> None:
    assert not known() & dangerous()
    modules = tuple(name.removesuffix("*") for name in dangerous() if name.endswith(".*"))
    assert not [name for name in known() if name.startswith(modules)]
