"""The sources: each loads its format, and says in one sentence what is missing when it cannot."""

# ruff: noqa: E501 (tables of one case a line)

import pickle
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import cloudpickle
import dill
import joblib
import numpy as np
import pytest
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from adapters import SOURCES, from_cloudpickle, from_dill, from_joblib, from_pickle
from converter.errors import LoadError
from converter.inspect import inspect

X = np.random.RandomState(0).rand(20, 3)
Y = np.arange(20) % 2
MODEL = make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()).fit(X, Y)


def save(writer: str, model: Any, path: Path) -> None:
    if writer == "joblib":
        joblib.dump(model, path)
    else:
        path.write_bytes(
            {"pickle": pickle, "dill": dill, "cloudpickle": cloudpickle}[writer].dumps(model)
        )


@pytest.mark.parametrize("source", [from_pickle, from_dill, from_cloudpickle, from_joblib])
def test_each_source_loads_what_its_library_wrote(source: Any, tmp_path: Path) -> None:
    path = tmp_path / "model"
    save(source.__name__.rpartition("_")[2], MODEL, path)
    assert np.array_equal(source.load(path).predict_proba(X), MODEL.predict_proba(X))
    assert source.__name__ in SOURCES.values()


@pytest.mark.parametrize("writer", ["dill", "cloudpickle"])
def test_carried_functions_are_seen_loaded_and_run(writer: str, tmp_path: Path) -> None:
    def double(a: Any) -> Any:
        return a * 2

    path = tmp_path / "model"
    save(writer, FunctionTransformer(double), path)
    found = inspect(path)
    assert found.format == writer
    assert any(name.endswith("double") for name in found.by_value)
    source = {"dill": from_dill, "cloudpickle": from_cloudpickle}[writer]
    assert source.load(path).transform(X).max() == 2 * X.max()


def from_script(folder: Path, code: str) -> Path:
    """What a script leaves as model.pkl beside it."""
    (folder / "train.py").write_text(code)
    subprocess.run([sys.executable, "train.py"], cwd=folder, check=True)
    return folder / "model.pkl"


SCRIPT = """
import pickle
from sklearn.preprocessing import FunctionTransformer
def scale(X):
    return X * 2
pickle.dump(FunctionTransformer(scale), open("model.pkl", "wb"), {protocol})
"""


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_function_that_only_the_script_had_is_named_with_the_remedy(
    protocol: int, tmp_path: Path
) -> None:
    path = from_script(tmp_path, SCRIPT.format(protocol=protocol))
    assert inspect(path).main_names == ("__main__.scale",)
    for source in (from_pickle, from_joblib):
        with pytest.raises(
            LoadError, match=r"names __main__\.scale, .* does not carry\. .*--code train\.py"
        ):
            source.load(path)


MISSING = {
    "nosuchmodule": (b"cnosuchmodule\nScaler\n.", r"module nosuchmodule, .*--code nosuchmodule\.py"),
    "gensim": (b"cgensim.models\nX\n.", r"needs gensim, which is not installed\. pip install gensim"),
    "a moved module": (b"csklearn.linear_model.logistic\nX\n.", r"which the installed scikit-learn \S+ does not have"),
    "a moved class": (b"csklearn.linear_model\nOldRegression\n.", r"sklearn\.linear_model\.OldRegression, which the installed"),
    "an own module's name": (b"cjson\nscale\n.", r"names json\.scale, which the module json found here does not have"),
    "anything else": (b"cbuiltins\nint\n(S'x'\ntR.", r"could not be loaded: ValueError: invalid literal"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISSING)
def test_what_is_missing_is_said_in_one_sentence(case: str, tmp_path: Path) -> None:
    data, sentence = MISSING[case]
    path = tmp_path / "model.pkl"
    path.write_bytes(data)
    with pytest.raises(LoadError, match=sentence) as error:
        from_pickle.load(path)
    assert "\n" not in str(error.value)


def test_a_long_message_of_a_library_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(b"cbuiltins\nint\n(S'" + b"x" * 5000 + b"\\n'\ntR.")
    with pytest.raises(LoadError) as error:
        from_pickle.load(path)
    assert len(error.value.what) < 400 + len(str(path))


OTHER_MINORS = [minor for minor in (8, 9, 10, 11, 12, 13) if minor != sys.version_info.minor]


def code_of(minor: int) -> bytes:
    """A cloudpickle-like stream whose one function has the bytecode of another minor."""
    resume = {11: b"\x97\x00\xa6\x00", 12: b"\x97\x00\x79\x00", 13: b"\x95\x00\x53\x00"}.get(
        minor, b"d\x00"
    )
    text = lambda value: b"\x8c" + bytes([len(value)]) + value  # noqa: E731
    head = (
        b"K\x00K\x00K\x00K\x00K\x01K\x43C"
        + bytes([len(resume)])
        + resume
        + b")))"
        + text(b"f.py")
        + text(b"scale")
    )
    rest = text(b"scale") + b"K\x01C\x00C\x00))" if minor > 10 else b"K\x01C\x00))"
    maker = (
        text(b"cloudpickle.cloudpickle")
        + text(b"_builtin_type")
        + b"\x93"
        + text(b"CodeType")
        + b"\x85R"
    )
    return b"\x80\x04" + maker + b"(" + head + rest + b"tR."


@pytest.mark.parametrize("minor", OTHER_MINORS)
def test_code_of_another_python_is_refused_before_it_is_loaded(minor: int, tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(code_of(minor))
    assert any("compiled by Python 3." in hint for hint in inspect(path).hints)
    for source in (from_cloudpickle, from_dill):
        with pytest.raises(
            LoadError, match=r"compiled by Python 3\.\d+.*Run mlconvert with Python 3\."
        ):
            source.load(path)


def test_code_of_this_python_passes(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(
        cloudpickle.dumps([lambda a: a, lambda a: [abs(b) for b in a], lambda a: a.shape[0]])
    )
    assert len(from_cloudpickle.load(path)) == 3


def test_a_warning_of_scikit_learn_reaches_the_caller(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    old = "0" * len(sklearn.__version__)
    data = pickle.dumps(LogisticRegression())
    path.write_bytes(data.replace(sklearn.__version__.encode(), old.encode()))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        from_pickle.load(path)
    assert [type(w.message).__name__ for w in caught] == ["InconsistentVersionWarning"]
    assert inspect(path).versions == {"scikit-learn": (old,)}
