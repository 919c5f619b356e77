"""The bundle: loads where the user's code is absent, answers the same, and refuses what differs."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from adapters.base import Subject
from adapters.to_bundle import write as writing
from adapters.to_bundle.score import card, score
from adapters.to_bundle.write import write
from converter import rows as named_arrays
from converter.errors import LoadError, UnreadableError, UnsafeError
from converter.trace.reasons import reasons
from converter.values import Artifact, Field, Origin, Refusal, Schema

ROOT = Path(__file__).parent.parent

MATRIX = Schema(
    kind="matrix",
    inputs=(Field(name="X", dtype="float64", shape=(4,)),),
    outputs=(Field(name="predict", dtype="int64"),),
)
ORIGIN = Origin(path="model.dill", sha256="0" * 64, estimator="sklearn.pipeline.Pipeline")


def subject(schema, **more):
    return Subject(origin=ORIGIN, schema=schema, versions={}, **more)


def contents(bundle):
    """File name → bytes; what importing load.py leaves beside it does not count."""
    return {file.name: file.read_bytes() for file in bundle.iterdir() if file.is_file()}


def python(code, *arguments, cwd, env=None):
    """Run `code` in a fresh process in an empty folder; what it printed."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env={**os.environ, **(env or {})}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# --- the example at the heart of it -----------------------------------------------------------

TRAIN = """
import sys
import dill
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

def scale(X):
    import os

    factor = float(os.getenv("SCALE_FACTOR", 2))
    return X * factor

X, y = load_iris(return_X_y=True)
model = Pipeline([
    ("scale", FunctionTransformer(scale)),
    ("forest", RandomForestClassifier(20, random_state=0)),
]).fit(X, y)
with open("model.dill", "wb") as file:
    dill.dump(model, file)
model.predict_proba(X).tofile("expected")
"""

BUNDLE = """
import sys
from pathlib import Path
import dill
sys.path.insert(0, sys.argv[1])
from test_bundle import MATRIX, subject
from adapters.to_bundle.score import card, score
from adapters.to_bundle.write import write
from sklearn.datasets import load_iris
with open("model.dill", "rb") as file:
    model = dill.load(file)
rows = {"X": load_iris().data}
write(model, subject(MATRIX), rows, Path(sys.argv[2]))
"""

ANSWER = """
import sys
sys.path.insert(0, sys.argv[1])
from load import load
from sklearn.datasets import load_iris
load().predict_proba(load_iris().data).tofile(sys.argv[2])
"""


@pytest.fixture(scope="module")
def iris(tmp_path_factory):
    """A folder with the example's model.dill, its predictions, and the bundle made of it."""
    folder = tmp_path_factory.mktemp("iris")
    (folder / "train.py").write_text(TRAIN)
    subprocess.run([sys.executable, "train.py"], cwd=folder, check=True)
    (folder / "train.py").unlink()
    places = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    python(BUNDLE, ROOT, folder / "model.bundle", cwd=folder, env=places)
    return folder


def test_the_example_answers_the_same_in_a_fresh_process(iris, tmp_path):
    python(ANSWER, iris / "model.bundle", tmp_path / "actual", cwd=tmp_path)
    assert (tmp_path / "actual").read_bytes() == (iris / "expected").read_bytes()


def test_the_example_still_reads_the_environment_where_it_runs(iris, tmp_path):
    scaled = {"SCALE_FACTOR": "0.1"}
    python(ANSWER, iris / "model.bundle", tmp_path / "actual", cwd=tmp_path, env=scaled)
    assert (tmp_path / "actual").read_bytes() != (iris / "expected").read_bytes()


def test_the_example_is_refused_by_line_and_variable(iris):
    import dill

    model = dill.loads((iris / "model.dill").read_bytes())
    first, last = reasons(model["scale"].func, "pipeline/scale", "onnx")
    line = TRAIN.splitlines().index('    factor = float(os.getenv("SCALE_FACTOR", 2))') + 1
    assert first.message == f"line {line} of `scale` reads the environment variable SCALE_FACTOR"
    assert (first.source.file.endswith("train.py"), first.source.text) == (True, "")
    assert last.code == "function.custom"


def test_load_py_run_by_itself_says_what_it_holds_and_checks_the_recorded_rows(iris, tmp_path):
    command = [sys.executable, str(iris / "model.bundle" / "load.py")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "sklearn.pipeline.Pipeline, from model.dill" in done.stdout
    assert "takes X; gives predict" in done.stdout
    assert "recorded rows: 150, of which 0 differ" in done.stdout


def test_the_manifest_names_versions_files_and_the_carried_function(iris):
    manifest = json.loads((iris / "model.bundle" / "manifest.json").read_text())
    assert {"scikit-learn", "numpy", "dill"} <= set(manifest["libraries"])
    assert set(manifest["files"]) == {"inputs.npz", "outputs.npz", "load.py", "model.dill"}
    (card,) = manifest["functions"]
    assert (card["qualname"], card["module"], card["source"]) == ("scale", "__main__", "")
    assert manifest["modules"] == []


def test_the_same_model_gives_the_same_bytes_whatever_the_hash_seed(iris, tmp_path):
    for seed in ("1", "2"):
        places = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "PYTHONHASHSEED": seed}
        python(BUNDLE, ROOT, tmp_path / seed, cwd=iris, env=places)
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


def test_score_and_card_give_what_was_written(iris):
    rows = named_arrays.load(iris / "model.bundle" / "inputs.npz")
    answers = score(iris / "model.bundle", rows)
    expected = np.fromfile(iris / "expected").reshape(150, 3).argmax(axis=1)
    assert np.array_equal(answers["predict"], expected)
    assert card(iris / "model.bundle").schema == MATRIX


# --- every kind of function, made in one place and loaded in another --------------------------

LIBRARY = """
import enum
import functools
from abc import ABC, abstractmethod
from collections import namedtuple
from dataclasses import dataclass, field, fields
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
import other

FACTOR = 3

class Mode(enum.Enum):
    UP = 1
    DOWN = -1

Pair = namedtuple("Pair", "a b")

def scale(X): return np.log1p(X) * FACTOR
def with_mode(X, mode=Mode.UP): return X * mode.value if mode is Mode.UP else X
def through_module(X): return other.shift(X)
def from_environment(X): return X * float(other.environ.get("SCALE_FACTOR", "1"))
def factorial(X, n=3): return X if n == 0 else factorial(X * n, n - 1)
def ping(X, n=4): return X if n == 0 else pong(X + 1, n - 1)
def pong(X, n): return ping(X * 2, n)
def add(X, by=0): return X + by

def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs) + 1
    return wrapper

@logged
def decorated(X): return X * 2

def closure(k):
    def inner(X, n=2): return X if n == 0 else inner(X * k, n - 1)
    return inner

class Adder(TransformerMixin, BaseEstimator):
    def __init__(self, k=1): self.k = k
    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        return self
    def transform(self, X): return X + self.k * FACTOR

class Doubler(Adder):
    def transform(self, X): return super().transform(X) * 2

class Base(ABC):
    @abstractmethod
    def value(self): ...
    def __call__(self, X): return X + self.value()

class Impl(Base):
    __slots__ = ("k",)
    def __init__(self, k): self.k = k
    def value(self): return self.k
    def method(self, X): return self(X) * 2
    @staticmethod
    def static(X): return X - FACTOR
    @classmethod
    def made(cls, X): return cls(2)(X)

@dataclass
class Data:
    a: int = 4
    b: list = field(default_factory=lambda: [1, 2])
    def __call__(self, X): return X + self.a * len(fields(self)) + sum(Data(1).b)

class Holder:
    def __init__(self): self.pair = Pair(1, 2)
    def __call__(self, X): return X * self.pair.a + self.pair.b
"""

OTHER = """
from os import environ
import numpy as np
OFFSET = 5
def shift(X): return np.sqrt(np.abs(X)) + OFFSET
"""

MAKE = """
import functools
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from test_bundle import SCHEMA, subject
from adapters.to_bundle.score import card, score
from adapters.to_bundle.write import write

# the library, or its text as the script's own __main__
if sys.argv[2] == "module":
    sys.path.insert(0, sys.argv[3])
    import mine
    scope = vars(mine)
else:
    sys.path.insert(0, sys.argv[3])
    exec(compile(Path(sys.argv[3], "mine.py").read_text(), "main.py", "exec"), globals())
    scope = globals()

def get(name): return scope[name]

CASES = {
    "def": get("scale"),
    "lambda": eval("lambda X: np.log1p(X) + FACTOR", scope),
    "closure": get("closure")(2),
    "partial": functools.partial(get("add"), by=7),
    "bound method": get("Impl")(3).method,
    "static method": get("Impl").static,
    "class method": get("Impl").made,
    "callable object with an abstract base": get("Impl")(5),
    "dataclass": get("Data")(),
    "holder of a named tuple": get("Holder")(),
    "enum default": get("with_mode"),
    "module of one's own": get("through_module"),
    "environment by a module-level import": get("from_environment"),
    "recursion": get("factorial"),
    "mutual recursion": get("ping"),
    "decorated": get("decorated"),
    "kw_args": FunctionTransformer(get("add"), kw_args={"by": 3}),
    "transformer class": get("Adder")(4),
    "subclass with super": get("Doubler")(4),
    "bound method of a transformer": get("Doubler")(4).transform,
    "ufunc": np.log1p,
}
X = np.random.default_rng(0).random((30, 4))
out = Path(sys.argv[4])
for name, case in CASES.items():
    step = case if hasattr(case, "fit") else FunctionTransformer(case)
    model = make_pipeline(step, LinearRegression()).fit(X, X.sum(axis=1) ** 2)
    folder = out / name
    folder.mkdir(parents=True)
    done = write(model, subject(SCHEMA), {"X": X}, folder / "m.bundle")
    assert type(done).__name__ == "Artifact", done
    np.save(folder / "expected.npy", model.predict(X))
    print(name)
"""

SCHEMA = Schema(
    kind="matrix",
    inputs=(Field(name="X", dtype="float64", shape=(4,)),),
    outputs=(Field(name="predict", dtype="float64"),),
)

CHECK = """
import importlib.util, os, sys
from pathlib import Path
import numpy as np
X = np.random.default_rng(0).random((30, 4))
failed = {}
for folder in sorted(Path(sys.argv[1]).iterdir()):
    spec = importlib.util.spec_from_file_location("load", folder / "m.bundle" / "load.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    try:
        actual = module.load().predict(X)
        same = module.predict({"X": X})["predict"]
        assert np.array_equal(actual, np.load(folder / "expected.npy")), "other values"
        assert np.array_equal(same, actual)
        if "environment" in folder.name:
            os.environ["SCALE_FACTOR"] = "100"
            assert not np.array_equal(module.load().predict(X), actual), "environment frozen"
            assert os.environ.get("ONLY_WHERE_MADE") is None
    except Exception as error:
        failed[folder.name] = repr(error)
assert not {"mine", "other", "adapters", "converter"} & set(sys.modules)
print(failed)
"""


@pytest.mark.parametrize("place", ["module", "__main__"])
def test_every_kind_of_function_loads_where_its_code_is_absent(tmp_path, place):
    code, out, empty = tmp_path / "code", tmp_path / "out", tmp_path / "empty"
    code.mkdir()
    empty.mkdir()
    (code / "mine.py").write_text(LIBRARY)
    (code / "other.py").write_text(OTHER)
    places = {"PYTHONPATH": str(ROOT / "tests"), "ONLY_WHERE_MADE": "a-secret-value"}
    made = python(MAKE, ROOT, place, code, out, cwd=empty, env=places)
    assert len(made.splitlines()) == 21
    shutil.rmtree(code)
    assert python(CHECK, out, cwd=empty).strip() == "{}"
    assert len(list(out.iterdir())) == 21
    for folder in out.iterdir():
        assert b"a-secret-value" not in b"".join(contents(folder / "m.bundle").values())


# --- frames, text, missing values -------------------------------------------------------------


def frame_model(missing):
    import pandas as pd
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    city = pd.Series(["a", "b", missing, "c", "a", missing] * 5, dtype=object)
    table = pd.DataFrame({"age": np.arange(30.0), "unused": 1.0, "city": city})
    encoder = OneHotEncoder(handle_unknown="ignore")
    prep = make_column_transformer((encoder, ["city"]), ("passthrough", ["age"]))
    label = np.array(["no", "yes", "maybe"], dtype=object)[np.arange(30) % 3]
    return make_pipeline(prep, LogisticRegression(max_iter=500)).fit(table, label), table


FRAME = Schema(
    kind="frame",
    inputs=(Field(name="age", dtype="float64"), Field(name="city", dtype="string")),
    outputs=(Field(name="predict", dtype="string"), Field(name="predict_proba", dtype="float64")),
)


@pytest.mark.parametrize("missing", [np.nan, None])
def test_a_frame_model_sees_missing_text_as_it_was_trained(tmp_path, missing):
    model, table = frame_model(missing)
    city = np.array([None if each != each else each for each in table["city"]], object)
    rows = {"age": table["age"].to_numpy(), "city": city}
    write(model, subject(FRAME), rows, tmp_path / "m.bundle")
    answers = score(tmp_path / "m.bundle", rows)
    assert answers["predict"].tolist() == model.predict(table).tolist()
    assert np.array_equal(answers["predict_proba"], model.predict_proba(table))


def test_a_text_model_takes_documents(tmp_path):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline

    documents = np.array(["good day", "bad day", "naïve ☂", ""] * 3, object)
    model = make_pipeline(TfidfVectorizer(), MultinomialNB()).fit(documents, [1, 0, 1, 0] * 3)
    schema = Schema(kind="text", inputs=(Field(name="X", dtype="string"),), outputs=MATRIX.outputs)
    write(model, subject(schema), {"X": documents}, tmp_path / "m.bundle")
    answers = score(tmp_path / "m.bundle", {"X": documents})
    assert np.array_equal(answers["predict"], model.predict(documents))


# --- what is refused --------------------------------------------------------------------------


def edit(bundle, **fields):
    """Rewrite fields of the manifest; dictionaries are merged."""
    file = bundle / "manifest.json"
    manifest = json.loads(file.read_text())
    for name, value in fields.items():
        manifest[name] = {**manifest[name], **value} if isinstance(value, dict) else value
    file.write_text(json.dumps(manifest))


def flip(bundle):
    data = bytearray((bundle / "model.dill").read_bytes())
    data[len(data) // 2] ^= 1
    (bundle / "model.dill").write_bytes(data)


def link_out(bundle):
    outside = bundle.parent / "outside.dill"
    (bundle / "model.dill").rename(outside)
    (bundle / "model.dill").symlink_to(outside)


REFUSED = {
    "another Python minor": (
        lambda b: edit(b, python="3.8.1"),
        LoadError,
        r"was made with Python 3\.8\.1 .* Use Python 3\.8\.",
    ),
    "another implementation": (
        lambda b: edit(b, implementation="pypy"),
        LoadError,
        "needs pypy",
    ),
    "a library that is not installed": (
        lambda b: edit(b, libraries={"no-such-library": "1.0"}),
        LoadError,
        r"no-such-library 1\.0, which is not installed",
    ),
    "another scikit-learn minor": (
        lambda b: edit(b, libraries={"scikit-learn": "1.2.0"}),
        LoadError,
        r"scikit-learn 1\.2\.0 \(.* is installed\)",
    ),
    "another numpy major": (
        lambda b: edit(b, libraries={"numpy": "1.26.4"}),
        LoadError,
        r"numpy 1\.26\.4 \(",
    ),
    "a module that is nowhere": (
        lambda b: edit(b, modules=["nowhere_to_be_found"]),
        LoadError,
        "the module nowhere_to_be_found",
    ),
    "a changed byte in the model": (flip, UnsafeError, "model.dill is not the file that was"),
    "a changed load.py": (
        lambda b: (b / "load.py").write_text("def load(): return 1"),
        UnsafeError,
        "load.py is not the file that was",
    ),
    "a missing model": (
        lambda b: (b / "model.dill").unlink(),
        UnreadableError,
        "model.dill is missing",
    ),
    "missing rows": (
        lambda b: (b / "inputs.npz").unlink(),
        UnreadableError,
        "inputs.npz is missing",
    ),
    "no manifest": (
        lambda b: (b / "manifest.json").unlink(),
        UnreadableError,
        "no readable manifest",
    ),
    "a manifest that is not JSON": (
        lambda b: (b / "manifest.json").write_text("{"),
        UnreadableError,
        "not JSON",
    ),
    "a bundle of a later version": (
        lambda b: edit(b, bundle_version=99),
        UnreadableError,
        "of version 99",
    ),
    "a name that leads out": (
        lambda b: edit(b, files={"../outside.dill": "0" * 64}),
        UnsafeError,
        "not a file of the bundle",
    ),
    "an absolute name": (
        lambda b: edit(b, files={"/etc/hostname": "0" * 64}),
        UnsafeError,
        "not a file of the bundle",
    ),
    "a link that leads out": (link_out, UnsafeError, "leads out of the bundle"),
}


@pytest.fixture
def bundle(iris, tmp_path):
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(iris / "model.bundle", tmp_path / "model.bundle", ignore=ignored)
    return tmp_path / "model.bundle"


@pytest.mark.parametrize("case", REFUSED)
def test_what_differs_is_refused_in_a_sentence(bundle, case):
    spoil, error, words = REFUSED[case]
    spoil(bundle)
    with pytest.raises(error, match=words):
        score(bundle, {"X": np.zeros((1, 4))})


LOAD = "import sys; sys.path.insert(0, sys.argv[1])\nfrom load import load, BundleError\n"
CATCH = (
    LOAD + "try:\n    load()\nexcept BundleError as e:\n    print(e, 'sklearn' in sys.modules)\n"
)


def test_score_runs_the_checked_load_py_not_a_cached_one(bundle, monkeypatch):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    python(LOAD, bundle, cwd=bundle.parent)
    (cached,) = (bundle / "__pycache__").glob("load.*.pyc")
    cached.write_bytes(cached.read_bytes()[:16])
    assert score(bundle, {"X": np.zeros((1, 4))})["predict"].shape == (1,)


@pytest.mark.parametrize("case", [name for name in REFUSED if name != "a changed load.py"])
def test_load_py_refuses_alone_before_a_byte_is_unpickled(bundle, case):
    spoil, _, words = REFUSED[case]
    spoil(bundle)
    told = python(CATCH, bundle, cwd=bundle.parent)
    assert re.search(words, told)
    assert told.endswith("False\n")


def test_another_version_is_loaded_on_request_with_a_warning(bundle):
    edit(bundle, libraries={"scikit-learn": "1.2.0"})
    code = "import warnings; warnings.simplefilter('error')\n" + LOAD + "load()"
    command = [sys.executable, "-c", code, str(bundle)]
    env = {**os.environ, "MLCONVERT_ANY_VERSION": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    assert "the bundle was made with scikit-learn 1.2.0" in done.stderr
    python(LOAD + "load()", bundle, cwd=bundle.parent, env={"MLCONVERT_ANY_VERSION": "1"})


def test_no_request_loads_in_another_python(bundle):
    edit(bundle, python="3.8.1")
    told = python(CATCH, bundle, cwd=bundle.parent, env={"MLCONVERT_ANY_VERSION": "1"})
    assert "Use Python 3.8" in told


@pytest.mark.parametrize("name", ["python3.8", "python3.9", "python3.10", "python3.12"])
def test_another_python_gets_the_sentence_and_no_syntax_error(bundle, name):
    if not shutil.which(name) or subprocess.run([name, "-c", ""], check=False).returncode:
        pytest.skip(f"{name} is not here")
    done = subprocess.run([name, str(bundle / "load.py")], capture_output=True, text=True)
    assert done.returncode == 1
    assert re.fullmatch(r"The bundle was made with Python .*\n", done.stderr)


def test_rows_without_an_input_are_refused_by_name(bundle):
    code = LOAD + "from load import predict\ntry: predict({})\nexcept BundleError as e: print(e)"
    assert "lack the input X" in python(code, bundle, cwd=bundle.parent)


def test_what_cannot_be_pickled_is_a_refusal_and_leaves_nothing(tmp_path):
    from sklearn.preprocessing import FunctionTransformer

    generator = (each for each in "abc")
    model = FunctionTransformer(lambda X: X, kw_args={"held": generator})
    done = write(model, subject(MATRIX), {}, tmp_path / "m.bundle")
    assert isinstance(done, Refusal)
    assert "generator" in done.reasons[0].message
    assert list(tmp_path.iterdir()) == []


def test_a_crash_halfway_leaves_nothing_and_keeps_what_was_there(bundle, tmp_path, monkeypatch):
    before = contents(bundle)

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_write_manifest", crash)
    with pytest.raises(KeyboardInterrupt):
        write(len, subject(MATRIX), {}, bundle)
    assert contents(bundle) == before
    assert [each.name for each in tmp_path.iterdir()] == [bundle.name]


def test_an_older_bundle_is_replaced_whole(bundle, tmp_path):
    from sklearn.dummy import DummyClassifier

    (bundle / "stray").write_text("x")
    model = DummyClassifier().fit(np.zeros((2, 4)), [0, 1])
    done = write(model, subject(MATRIX), {"X": np.zeros((2, 4))}, bundle)
    assert isinstance(done, Artifact)
    assert done.details["entry"] == "sklearn.dummy.DummyClassifier"
    assert not (bundle / "stray").exists()
    assert [each.name for each in tmp_path.iterdir()] == [bundle.name]
