"""What the file alone tells of a conversion, and that it comes true."""

import pytest

import mlconvert
from mlconvert import UsageError, foresee, inspect


def test_a_model_of_known_steps_will_convert(flowers):
    foresight = foresee(inspect(flowers), "onnx")
    assert (foresight.outlook, foresight.reasons) == ("convert", ())


def test_a_function_of_ones_own_will_fall_back_and_the_reason_says_why(scaled_dill):
    foresight = foresee(inspect(scaled_dill), "onnx")
    assert foresight.outlook == "fall back"
    assert foresight.reasons


def test_a_dangerous_file_will_be_refused(tmp_path):
    (tmp_path / "evil.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    assert foresee(inspect(tmp_path / "evil.pkl"), "onnx").outlook == "refuse"


def test_every_readable_model_will_become_a_bundle(flowers, scaled_dill):
    for model in (flowers, scaled_dill):
        assert foresee(inspect(model), "bundle").outlook == "convert"


def test_there_is_no_foresight_for_a_target_there_is_not(flowers):
    with pytest.raises(UsageError, match="no target"):
        foresee(mlconvert.inspect(flowers), "pdf")
