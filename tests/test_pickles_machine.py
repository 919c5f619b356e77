"""The machine against the reference: it finds the globals that a real reader asks for."""

import io
import pickle
import pickletools
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cloudpickle
import dill
import joblib
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from joblib import numpy_pickle
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestRegressor,
    StackingRegressor,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.svm import SVC

from converter.inspect import inspect
from converter.pickles.policy import judge
from converter.pickles.scan import scan
from converter.values import Safety

RANDOM = np.random.RandomState(0)
X = RANDOM.rand(60, 4)
Y = np.arange(60) % 3
FRAME = pd.DataFrame(
    {"n": X[:, 0], "s": ["a", "b", None] * 20, "c": pd.Categorical(["u", "v"] * 30)}
)


def models() -> dict[str, Any]:
    columns = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()), ["s", "c"]),
        (StandardScaler(), ["n"]),
    )
    words = ["red apple", "green pear", "red pear"] * 20
    return {
        "columns": make_pipeline(columns, LogisticRegression()).fit(FRAME, Y),
        "text": make_pipeline(TfidfVectorizer(), SGDClassifier()).fit(words, Y),
        "svc": make_pipeline(StandardScaler(), SVC()).fit(X, Y),
        "forest": RandomForestRegressor(5).fit(X, Y),
        "boosting": GradientBoostingClassifier(n_estimators=3).fit(X, Y),
        "histogram": HistGradientBoostingClassifier(max_iter=3).fit(X, Y),
        "neighbours": KNeighborsClassifier(algorithm="ball_tree").fit(X, Y),
        "process": GaussianProcessRegressor().fit(X, Y),
        "stack": StackingRegressor([("a", Ridge())]).fit(X, Y),
        "search": GridSearchCV(Ridge(), {"alpha": [1.0, 2.0]}, cv=2).fit(X, Y),
        "labels": make_pipeline(StandardScaler(), LogisticRegression()).fit(
            X, np.array(list("abc"), object)[Y]
        ),
        "ufuncs": [FunctionTransformer(f) for f in (np.log1p, np.clip, partial(np.clip, a_min=0))],
        "method": FunctionTransformer(StandardScaler().fit(X).transform),
        "sparse": [scipy.sparse.csr_matrix(X), FRAME["n"], FRAME.index, np.random.RandomState(1)],
        "records": np.array([(1, "a", 2.0)], dtype=[("i", int), ("o", object), ("f", "f4")]),
        "plain": {
            "a": [1, 2.5, None, True, b"x", "y" * 70_000, 10**400, -(2**40)],
            "s": {1, 2},
            "f": frozenset("ab"),
        },
    }


MODELS = models()


def asked_for(base: type, stream: io.BufferedIOBase, *args: Any) -> set[str]:
    """What a real reader of the class `base` asks its find_class for."""
    names: set[str] = set()

    class Noting(base):  # type: ignore[misc]
        def find_class(self, module: str, name: str) -> Any:
            names.add(f"{module}.{name}")
            return super().find_class(module, name)

    Noting(*args, stream).load() if not args else Noting(args[0], stream, True).load()
    return names


def mapped(names: set[str], protocol: int) -> set[str]:
    from converter.pickles.machine import modern

    return {".".join(modern(*name.rsplit(".", 1))) for name in names} if protocol < 3 else names


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", MODELS)
def test_a_pickle_names_what_its_reader_asks_for(name: str, protocol: int, tmp_path: Path) -> None:
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(MODELS[name], protocol))
    with path.open("rb") as stream:
        expected = mapped(asked_for(pickle._Unpickler, stream), protocol)  # type: ignore[attr-defined]
    found = scan(path)
    assert set(found.machine.names) == expected
    assert found.protocol == protocol
    assert found.trailing == 0


KINDS: list[Any] = [0, 3, ("zlib", 1), ("gzip", 1), ("bz2", 1), ("xz", 1), ("lzma", 1), ("lz4", 1)]


@pytest.mark.parametrize("compress", KINDS, ids=str)
@pytest.mark.parametrize("name", MODELS)
def test_a_joblib_dump_names_what_its_reader_asks_for(
    name: str, compress: Any, tmp_path: Path
) -> None:
    path = tmp_path / "m.joblib"
    joblib.dump(MODELS[name], path, compress=compress)
    with (
        path.open("rb") as raw,
        numpy_pickle._validate_fileobject_and_memmap(raw, "") as (stream, _),
    ):
        expected = asked_for(numpy_pickle.NumpyUnpickler, stream, "")
    assert set(scan(path).machine.names) == expected
    assert all(found.safety is Safety.KNOWN for found in inspect(path).globals)


@pytest.mark.parametrize("protocol", range(6))
def test_joblib_dumps_of_every_protocol_are_read(protocol: int, tmp_path: Path) -> None:
    for name, model in MODELS.items():
        path = tmp_path / f"{name}.joblib"
        joblib.dump(model, path, protocol=protocol)
        assert scan(path).trailing == 0


def test_dill_and_cloudpickle_dumps_name_what_their_readers_ask_for(tmp_path: Path) -> None:
    def scale(a: Any) -> Any:
        return np.log1p(a) * len(FRAME)

    dumps: list[tuple[Callable[..., bytes], type]] = [
        (dill.dumps, dill.Unpickler),
        (partial(dill.dumps, recurse=True), dill.Unpickler),
        (cloudpickle.dumps, pickle.Unpickler),
    ]
    for number, (dump, reader) in enumerate(dumps):
        path = tmp_path / f"{number}.pkl"
        path.write_bytes(dump(FunctionTransformer(scale)))
        with path.open("rb") as stream:
            expected = asked_for(reader, stream)
        renamed = {n.replace("__builtin__.__main__", "builtins.__main__") for n in expected}
        assert set(scan(path).machine.names) == renamed


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("protocol", range(6))
def test_every_name_of_a_plain_model_is_known(name: str, protocol: int, tmp_path: Path) -> None:
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(MODELS[name], protocol))
    assert [g for g in inspect(path).globals if g.safety is not Safety.KNOWN] == []


PYTHON2 = (
    b"ccopy_reg\n_reconstructor\np0\n(csklearn.linear_model.base\nLinearRegression\np1\nc__builtin__\nobject\n"
    b"p2\nNtp3\nRp4\n(dp5\nS'name'\np6\nS'caf\xe9'\np7\nsS'_sklearn_version'\np8\nS'0.17'\np9\nsb."
)


def test_a_python_2_file_of_protocol_0_is_read_as_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "old.pkl"
    path.write_bytes(PYTHON2)
    with pytest.raises(UnicodeDecodeError):
        list(pickletools.genops(PYTHON2))
    found = inspect(path)
    assert (found.protocol, found.estimator) == (0, "sklearn.linear_model.base.LinearRegression")
    assert found.versions == {"scikit-learn": ("0.17",)}
    assert "written by Python 2" in found.hints
    assert {g.name for g in found.globals} >= {"copyreg._reconstructor", "builtins.object"}


def test_deep_nesting_and_a_huge_memo_do_not_recurse(tmp_path: Path) -> None:
    path = tmp_path / "deep.pkl"
    path.write_bytes(b"\x80\x04" + b"(" * 300_000 + b"t" * 300_000 + b".")
    assert scan(path).estimator == "builtins.tuple"
    path.write_bytes(b"\x80\x04" + b")" + b"\x85\x94" * 300_000 + b".")
    assert scan(path).estimator == "builtins.tuple"


def test_what_is_known_does_not_hang_on_the_spelling_of_numpy() -> None:
    spellings = ["numpy", "numpy.core.umath", "numpy._core.umath", "numpy.core._multiarray_umath"]
    assert {judge(f"{spelling}.log1p") for spelling in spellings} == {Safety.KNOWN}


def test_a_stream_that_is_read_in_chunks_gives_the_same(tmp_path: Path) -> None:
    from converter.pickles.machine import Machine
    from converter.pickles.tape import Tape

    data = pickle.dumps(MODELS["columns"], 4)
    whole, split = (
        Machine(Tape(data)),
        Machine(Tape(b"", (data[i : i + 7] for i in range(0, len(data), 7)))),
    )
    whole.run(), split.run()
    assert whole.names == split.names
