"""A model, file or live, becomes a file that the policy lets pass, or an error."""

import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sklearn.linear_model import LinearRegression

from converter.errors import LoadError, UnsafeError, UsageError
from converter.permit import Permit, several
from converter.source import opened


class Mine:
    n_features_in_ = 1

    def predict(self, X):
        return X[:, 0]


def test_a_file_is_named_hashed_and_left_where_it_is(flowers):
    with opened(flowers, Permit()) as source:
        assert source.home == flowers
        assert source.file.path == str(flowers)
        assert source.file.origin.estimator == "sklearn.pipeline.Pipeline"
        assert source.file.unknown == ()


def test_a_file_of_unknown_code_demands_a_cage_unless_it_is_trusted(tmp_path):
    path = tmp_path / "mine.pkl"
    path.write_bytes(pickle.dumps(Mine()))
    with opened(path, Permit()) as source:
        assert any("Mine" in name for name in source.file.unknown)
    with opened(path, Permit(trust=True)) as source:
        assert source.file.unknown == ()


def test_trust_lets_no_dangerous_name_pass(tmp_path):
    path = tmp_path / "evil.pkl"
    path.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(UnsafeError, match=r"os\.system"), opened(path, Permit(trust=True)):
        pass


def test_a_live_model_is_a_file_for_as_long_as_it_is_open(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with opened(LinearRegression().fit([[1.0], [2.0]], [1, 2]), Permit()) as source:
        assert Path(source.file.path).is_file()
        assert source.home.parent == tmp_path
        held = Path(source.file.path)
    assert not held.exists()
    assert not any(tmp_path.iterdir())


def test_the_callers_own_class_is_not_held_against_a_live_model():
    class Here(Mine):
        pass

    with opened(Here(), Permit()) as source:
        assert source.file.unknown == ()


def test_what_cannot_be_pickled_is_a_usage_error():
    model = LinearRegression()
    model.lock = threading.Lock()
    model.frame = (number for number in ())
    with pytest.raises(UsageError, match="cannot be pickled"), opened(model, Permit()):
        pass


@pytest.mark.parametrize(
    ("given", "meant"), [("a.py", ("a.py",)), (("a", "b"), ("a", "b")), ([], ())]
)
def test_one_name_is_as_good_as_several(given, meant):
    assert several(given) == meant


# --- what is missing is known before a worker is started -----------------------------------------


def _of_module(folder, name):
    """A file that names a function of a module, which is then gone."""
    (folder / f"{name}.py").write_text("def double(X):\n    return X * 2\n")
    script = (
        f"import joblib, {name}\n"
        "from sklearn.preprocessing import FunctionTransformer\n"
        f"joblib.dump(FunctionTransformer({name}.double), 'm.joblib')\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=folder, check=True)
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    return (folder / f"{name}.py").rename(elsewhere / f"{name}.py")


def test_a_module_that_is_not_here_is_named_before_anything_runs(tmp_path):
    _of_module(tmp_path, "features_of_mine")
    with (
        pytest.raises(LoadError, match="names the module features_of_mine, which cannot") as told,
        opened(tmp_path / "m.joblib", Permit()),
    ):
        pass
    assert "--code features_of_mine.py" in told.value.remedy


@pytest.mark.parametrize("given", ["the file", "its folder"])
def test_a_module_that_code_brings_is_not_missed(given, tmp_path):
    file = _of_module(tmp_path, "features_of_mine")
    code = file if given == "the file" else file.parent
    with opened(tmp_path / "m.joblib", Permit(code=(str(code),))) as found:
        assert found.file.path.endswith("m.joblib")


def test_joblib_beside_dill_names_the_whole_script_and_the_remedy_helps(tmp_path):
    script = (
        "import dill, joblib\n"
        "from sklearn.preprocessing import FunctionTransformer\n"
        "FACTOR = 2\n"
        "joblib.dump(FunctionTransformer(lambda X: X * FACTOR), 'm.joblib')\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    with (
        pytest.raises(UnsafeError, match="all variables of the script that wrote it") as told,
        opened(tmp_path / "m.joblib", Permit()),
    ):
        pass
    assert "recurse=True" in told.value.remedy
