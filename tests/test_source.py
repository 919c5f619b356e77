"""A model, file or live, becomes a file that the policy lets pass, or an error."""

import pickle
import threading
from pathlib import Path

import pytest
from sklearn.linear_model import LinearRegression

from converter.errors import UnsafeError, UsageError
from converter.source import Permit, opened, several


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
