"""What the file alone tells of a conversion, and that it comes true."""

import joblib
import pytest
from sklearn.cluster import Birch

import mlconvert
from mlconvert import UsageError, foresee, inspect


def test_a_model_of_known_steps_will_convert(flowers):
    foresight = foresee(inspect(flowers), "onnx")
    assert (foresight.outlook, foresight.reasons) == ("convert", ())


def test_a_function_of_ones_own_is_no_objection_and_is_named_as_traced_later(scaled_dill):
    foresight = foresee(inspect(scaled_dill), "onnx")
    assert (foresight.outlook, foresight.reasons) == ("convert", ())
    assert foresight.traced == ("scale",)


def test_an_estimator_without_a_converter_will_fall_back_and_the_reason_says_why(tmp_path):
    joblib.dump(Birch(), tmp_path / "birch.joblib")
    foresight = foresee(inspect(tmp_path / "birch.joblib"), "onnx")
    assert foresight.outlook == "fall back"
    assert [reason.code for reason in foresight.reasons] == ["onnx.unknown-estimator"]


def test_the_page_says_what_is_traced_later(scaled_dill, capsys):
    assert mlconvert.main(["inspect", str(scaled_dill), "--to", "onnx"]) == 0
    page = capsys.readouterr().out
    assert "nothing in the file speaks against it" in page
    assert page.splitlines()[-1].strip() == "scale"
    assert "traced when it is converted" in page


def test_a_dangerous_file_will_be_refused(tmp_path):
    (tmp_path / "evil.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    assert foresee(inspect(tmp_path / "evil.pkl"), "onnx").outlook == "refuse"


def test_every_readable_model_will_become_a_bundle(flowers, scaled_dill):
    for model in (flowers, scaled_dill):
        foresight = foresee(inspect(model), "bundle")
        assert (foresight.outlook, foresight.traced) == ("convert", ())


def test_there_is_no_foresight_for_a_target_there_is_not(flowers):
    with pytest.raises(UsageError, match="no target"):
        foresee(mlconvert.inspect(flowers), "pdf")
