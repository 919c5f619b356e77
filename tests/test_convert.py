"""What `convert` promises as a function: options, live models, drift, and where things go."""

import json
import os
import resource
import shutil
import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

import mlconvert
from mlconvert import Outcome
from tests.product import COMMAND, run, saved

X, Y = load_iris(return_X_y=True)

# --- live models ------------------------------------------------------------------------------


class Clip(BaseEstimator, TransformerMixin):
    """A step of one's own, as it stands in a notebook."""

    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        return np.clip(X, 0, None)


def test_a_live_model_becomes_a_graph_without_touching_a_file_of_the_user(tmp_path):
    model = LinearRegression().fit(X, X @ [1, 2, 3, 4])
    verdict = mlconvert.convert(model, output=tmp_path / "line.onnx")
    assert verdict.outcome is Outcome.ARTIFACT
    assert verdict.exit_code == 0
    told = mlconvert.predict(tmp_path / "line.onnx", X[:5])
    np.testing.assert_allclose(told.outputs["predict"], X[:5] @ [1, 2, 3, 4])


class Rule(ClassifierMixin, BaseEstimator):
    """A classifier of one's own, of text labels."""

    def fit(self, X, y):
        self.classes_, self.n_features_in_ = np.unique(y), X.shape[1]
        return self

    def predict(self, X):
        return np.where(X[:, 0] > 5.8, "large", "small")


def test_a_classifier_of_one_s_own_gives_its_labels(tmp_path):
    model = Rule().fit(X, np.where(Y > 0, "large", "small"))
    verdict = mlconvert.convert(model, output=tmp_path / "rule.onnx")
    assert verdict.outcome is Outcome.ARTIFACT
    told = mlconvert.predict(tmp_path / "rule.onnx", X[:90]).outputs["predict"]
    assert told.tolist() == model.predict(X[:90]).tolist()


class Shares(BaseEstimator, TransformerMixin):
    """Each row's part of the whole batch: no row has that by itself."""

    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        return X / X.sum(axis=0)


def scaled(X):
    return X * float(os.getenv("SCALE_FACTOR", "2"))


@pytest.mark.parametrize(
    "step",
    [FunctionTransformer(lambda X: X * 2), FunctionTransformer(np.log1p), Clip()],
    ids=["a lambda", "a function of numpy", "a class of its own"],
)
def test_a_live_model_with_code_of_its_own_becomes_a_graph(tmp_path, step):
    model = make_pipeline(step, LinearRegression()).fit(X, Y)
    verdict = mlconvert.convert(model, output=tmp_path / "model.onnx")
    assert (verdict.outcome, verdict.exit_code) == (Outcome.ARTIFACT, 0)
    told = mlconvert.predict(tmp_path / "model.onnx", X[:5])
    np.testing.assert_allclose(told.outputs["predict"], model.predict(X[:5]))


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (FunctionTransformer(scaled), "function.reads-environment"),
        (FunctionTransformer(lambda X: X - X.mean(axis=0)), "function.mixes-rows"),
        (Shares(), "function.mixes-rows"),
    ],
    ids=["the environment", "a mean of the batch", "a class that looks at the batch"],
)
def test_a_live_model_whose_code_no_graph_can_say_becomes_a_bundle(tmp_path, step, code):
    model = make_pipeline(step, LinearRegression()).fit(X, Y)
    verdict = mlconvert.convert(model, output=tmp_path / "model.onnx")
    assert (verdict.outcome, verdict.exit_code) == (Outcome.BUNDLE, 3)
    assert code in [reason.code for reason in verdict.attempts[0].refusal.reasons]
    told = mlconvert.predict(tmp_path / "model.bundle", X)
    np.testing.assert_array_equal(told.outputs["predict"], model.predict(X))


def test_a_class_of_main_travels_too(tmp_path):
    script = (
        "import numpy as np, mlconvert\n"
        "class Double:\n"
        "    n_features_in_ = 2\n"
        "    def predict(self, X): return X[:, 0] * 2\n"
        "if __name__ == '__main__':\n"
        "    print(mlconvert.convert(Double(), output='double.onnx').outcome)\n"
        "    print(mlconvert.convert(Double(), to='bundle', output='double.bundle').outcome)\n"
    )
    (tmp_path / "notebook.py").write_text(script)
    env = os.environ | {"PYTHONPATH": os.path.dirname(COMMAND[1])}  # noqa: PTH120
    ran = subprocess.run(
        [sys.executable, "notebook.py"], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert ran.stdout.split() == ["artifact", "artifact"], ran.stderr


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (LinearRegression(), "fit"),
        ({"model": 1}, "dict"),
        (pd.DataFrame({"a": [1]}), "DataFrame"),
        (LinearRegression, "class LinearRegression"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
def test_what_is_no_fitted_model_is_refused_in_one_sentence(tmp_path, thing, said):
    joblib.dump(thing, tmp_path / "thing.joblib")
    with pytest.raises(mlconvert.MlconvertError) as caught:
        mlconvert.convert(tmp_path / "thing.joblib", trust=True)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


# --- the proof --------------------------------------------------------------------------------


def test_probes_data_and_golden_rows_are_told_apart(flowers, flower_rows, flower_case, tmp_path):
    for given, evidence in (
        ({}, "probes"),
        ({"data": flower_rows}, "data"),
        ({"golden": flower_case}, "golden"),
    ):
        verdict = mlconvert.convert(flowers, output=tmp_path / "m.onnx", **given)
        parity = verdict.attempts[-1].parity
        assert parity.evidence == evidence
        assert (parity.probes is not None) is (evidence == "data")


def test_rows_of_the_user_are_proved_beside_as_many_probes_as_without_them(flowers, tmp_path):
    few = pd.DataFrame(
        X[:3], columns=["sepal length", "sepal width", "petal length", "petal width"]
    )
    [bare] = mlconvert.convert(flowers, output=tmp_path / "m.onnx").attempts
    [both] = mlconvert.convert(flowers, data=few, output=tmp_path / "m.onnx").attempts
    assert (both.parity.rows, both.parity.outside) == (3, 0)
    assert both.parity.probes == bare.parity
    assert both.parity.summary == "3 data rows, 0 differ; 380 probe rows, 0 differ"


def test_a_probe_whose_answer_is_of_another_type_changes_none_of_the_users_rows(tmp_path):
    roots = FunctionTransformer(lambda frame: frame.map(lambda cell: cell**0.5))
    frame = pd.DataFrame({"a": [1.0, 2.0, 9.5], "b": [0.5, 4.0, 3.0]})
    verdict = mlconvert.convert(roots.fit(frame), data=frame, output=tmp_path / "m.onnx")
    assert verdict.outcome is Outcome.ARTIFACT
    assert verdict.attempts[0].parity.summary.startswith("3 data rows, 0 differ")


def test_where_the_model_is_sure_of_no_probe_the_rows_of_the_user_stand_alone(tmp_path):
    saved(
        tmp_path / "m.pkl",
        "class Model:\n"
        "    n_features_in_ = 2\n"
        "    def predict(self, X):\n"
        "        assert (X[:, 1] == X[:, 0] ** 2 + 1).all()\n"
        "        return X[:, 0] * 2\n",
    )
    data = np.array([[70, 4901], [1000, 1000001]])
    verdict = mlconvert.convert(
        tmp_path / "m.pkl", to="bundle", data=data, output=tmp_path / "m.bundle"
    )
    parity = verdict.attempts[-1].parity
    assert (parity.rows, parity.probes, parity.passed) == (2, None, True)
    assert any("stands on your rows alone" in note for note in verdict.notes)


def test_extra_columns_of_the_data_are_left_out_with_a_note(flowers, flower_rows, tmp_path):
    frame = pd.read_csv(flower_rows).assign(label="setosa")
    frame.to_csv(tmp_path / "holdout.csv", index=False)
    verdict = mlconvert.convert(flowers, data=tmp_path / "holdout.csv", output=tmp_path / "m.onnx")
    assert verdict.outcome is Outcome.ARTIFACT
    assert any("label" in note for note in verdict.notes)


def test_the_same_seed_makes_the_same_proof_and_another_another(line, tmp_path):
    needed = [
        mlconvert.convert(line, seed=seed, output=tmp_path / "m.onnx").attempts[-1].parity
        for seed in (1, 1, 2)
    ]
    assert needed[0] == needed[1]
    assert needed[0] != needed[2]


@pytest.fixture
def demanding(flower_case, tmp_path):
    """The golden case, asking for the last digit of every probability."""
    folder = shutil.copytree(flower_case, tmp_path / "demanding")
    case = json.loads((folder / "case.json").read_bytes())
    case["tolerances"] = {"predict_proba": {"atol": 0.0, "rtol": 0.0}}
    (folder / "case.json").write_text(json.dumps(case))
    return folder


def test_a_mismatch_is_exit_4_and_the_old_artifact_stays(flowers, demanding, tmp_path):
    graph = tmp_path / "m.onnx"
    graph.write_bytes(b"old")
    verdict = mlconvert.convert(flowers, output=graph, golden=demanding, fallback=False)
    assert verdict.outcome is Outcome.MISMATCH
    assert verdict.exit_code == 4
    assert verdict.artifact is None
    assert graph.read_bytes() == b"old"
    parity = verdict.attempts[-1].parity
    assert [output.name for output in parity.outputs if output.differing] == ["predict_proba"]


def test_a_mismatch_falls_back_to_a_bundle_with_the_whole_story(flowers, demanding, tmp_path):
    verdict = mlconvert.convert(flowers, output=tmp_path / "m.onnx", golden=demanding)
    assert verdict.outcome is Outcome.BUNDLE
    assert [attempt.target for attempt in verdict.attempts] == ["onnx", "bundle"]
    assert [attempt.parity.passed for attempt in verdict.attempts] == [False, True]
    assert not (tmp_path / "m.onnx").exists()


def test_float32_is_the_users_choice_and_proved_in_its_own_tolerance(flowers, tmp_path):
    verdict = mlconvert.convert(flowers, precision="float32", output=tmp_path / "m.onnx")
    assert verdict.outcome is Outcome.ARTIFACT
    assert verdict.attempts[-1].parity.outputs[1].rtol == 1e-5


def test_where_all_is_float32_the_verdict_says_why_and_which_precision_is_proved(flowers, tmp_path):
    names = joblib.load(flowers).feature_names_in_
    rows = pd.DataFrame(X.astype(np.float32), columns=names)
    verdict = mlconvert.convert(flowers, data=rows, output=tmp_path / "m.onnx", fallback=False)
    assert verdict.outcome is Outcome.MISMATCH
    assert [note for note in verdict.notes if "In float32: " in note and "--precision" in note]
    rows[names[0]] = rows[names[0]].astype(float)
    mixed = mlconvert.convert(flowers, data=rows, output=tmp_path / "m.onnx")
    assert mixed.attempts[-1].parity.unstable == 0
    assert not [note for note in mixed.notes if "float32" in note]


def test_rows_on_which_the_model_raises_count_only_with_strict(line, tmp_path):
    rows = np.array([[1.0, 2.0], [np.nan, 1.0], [3.0, 4.0]])
    verdict = mlconvert.convert(line, data=rows, output=tmp_path / "m.onnx")
    assert verdict.attempts[-1].parity.outside == 1
    assert verdict.outcome is Outcome.ARTIFACT
    strict = mlconvert.convert(
        line, data=rows, output=tmp_path / "s.onnx", strict=True, fallback=False
    )
    assert strict.outcome is Outcome.MISMATCH
    assert strict.attempts[-1].parity.answered_outside == 1


def test_strictly_a_bundle_passes_for_it_raises_where_the_model_does(line, tmp_path):
    rows = np.array([[1.0, 2.0], [np.nan, 1.0], [3.0, 4.0]])
    verdict = mlconvert.convert(line, data=rows, output=tmp_path / "m.onnx", strict=True)
    assert verdict.outcome is Outcome.BUNDLE
    assert verdict.attempts[-1].parity.answered_outside == 0


def test_text_that_a_graph_reads_otherwise_is_told(tmp_path):
    frame = pd.DataFrame({"city": ["Rome", "Oslo", None, "Bern"] * 5})
    model = OneHotEncoder(handle_unknown="ignore").fit(frame)
    verdict = mlconvert.convert(model, output=tmp_path / "m.onnx")
    assert verdict.outcome is Outcome.ARTIFACT
    assert verdict.artifact.caveats == ("An empty string is read as a missing value.",)
    assert set(verdict.artifact.caveats) <= set(verdict.notes)


def test_where_the_text_is_never_missing_there_is_nothing_to_tell(tmp_path):
    frame = pd.DataFrame({"city": ["Rome", "Oslo", "Bern"] * 5})
    model = OneHotEncoder(handle_unknown="ignore").fit(frame)
    assert mlconvert.convert(model, output=tmp_path / "m.onnx").artifact.caveats == ()


def test_what_stood_in_the_place_of_a_refused_artifact_is_told(tmp_path):
    old = tmp_path / "m.onnx"
    old.write_bytes(b"yesterday's")
    model = FunctionTransformer(scaled).fit(X)
    verdict = mlconvert.convert(model, output=old, accept_bundle=True)
    assert (verdict.outcome, verdict.exit_code) == (Outcome.BUNDLE, 0)
    assert any("m.onnx stood there before" in note for note in verdict.notes)
    assert old.read_bytes() == b"yesterday's"


# --- golden drift -----------------------------------------------------------------------------


def test_a_model_that_no_longer_gives_its_golden_outputs_is_exit_4(line, tmp_path):
    mlconvert.record(line, data=X[:20, :2], output=tmp_path / "case")
    changed = LinearRegression().fit(X[:, :2], 2 * X[:, 0] - X[:, 1] + 1.5)
    joblib.dump(changed, tmp_path / "line.joblib")
    ran = run(tmp_path / "line.joblib", "--golden", tmp_path / "case")
    assert ran.returncode == 4
    assert "golden" in ran.stdout
    assert not (tmp_path / "line.onnx").exists()
    assert not (tmp_path / "line.bundle").exists()


# --- usage ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"to": "pdf"},
        {"precision": "float16"},
        {"runtime": "onnxruntime"},
        {"runtime": "tensorrt==8"},
        {"golden": "a", "data": "b"},
        {"data": "not there.csv"},
        {"golden": "not there"},
        {"to": "pmml"},  # and the name says onnx
    ],
    ids=str,
)
def test_a_call_that_contradicts_itself_is_a_usage_error(line, tmp_path, options):
    with pytest.raises(mlconvert.UsageError):
        mlconvert.convert(line, output=tmp_path / "m.onnx", **options)
    assert not any(tmp_path.iterdir())


def test_an_older_runtime_is_written_for_and_the_note_says_what_is_proved(flowers, tmp_path):
    verdict = mlconvert.convert(flowers, runtime="onnxruntime==1.17", output=tmp_path / "m.onnx")
    assert verdict.outcome is Outcome.ARTIFACT
    assert any("onnxruntime==1.17" in note for note in verdict.notes)


def test_a_runtime_that_is_too_old_is_refused(flowers, tmp_path):
    verdict = mlconvert.convert(
        flowers, runtime="onnxruntime==1.11", output=tmp_path / "m.onnx", fallback=False
    )
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.exit_code == 3


# --- a target that stumbles -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reaction", "code", "turn"),
    [("1 / 0", "worker.raised", mlconvert.Turn.OURS), ("os._exit(9)", "worker.died", None)],
)
def test_a_target_that_stumbles_or_dies_leaves_the_model_to_the_bundle(
    tmp_path, reaction, code, turn
):
    """Its intercept can be added, as predict does, and nothing else may be done with it."""

    class Intercept:
        def __array_ufunc__(self, ufunc, method, *inputs, **_):
            return inputs[0] + 1.0 if ufunc.__name__ == "add" else eval(reaction, {"os": os})

        def __array__(self, *_, **__):
            return eval(reaction, {"os": os})

    model = LinearRegression().fit(X, Y)
    model.intercept_ = Intercept()
    verdict = mlconvert.convert(model, output=tmp_path / "m.onnx")
    assert verdict.outcome is Outcome.BUNDLE
    [reason] = verdict.attempts[0].refusal.reasons
    assert (reason.code, reason.turn) == (code, turn)


# --- where things go --------------------------------------------------------------------------


def test_a_folder_takes_the_artifact_under_the_models_name(line, tmp_path):
    verdict = mlconvert.convert(line, output=tmp_path)
    assert verdict.artifact.path == str(tmp_path / "line.onnx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["line.onnx", "line.report.json"]


def test_a_missing_folder_is_a_usage_error(line, tmp_path):
    ran = run(line, "-o", tmp_path / "absent" / "m.onnx")
    assert ran.returncode == 2
    assert "absent" in ran.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written_to_is_one_sentence(line, tmp_path):
    tmp_path.chmod(0o555)
    ran = run(line, "-o", tmp_path / "m.onnx")
    tmp_path.chmod(0o755)
    assert ran.returncode in (2, 5)
    assert "Traceback" not in ran.stderr


def test_a_full_disk_is_one_sentence_and_leaves_the_old_artifact(tmp_path):
    """No process may write a file of more than 64 KiB, and the graph is larger."""
    wide = LinearRegression().fit(np.eye(200, 9000), np.arange(200.0))
    joblib.dump(wide, tmp_path / "wide.joblib")
    (tmp_path / "wide.onnx").write_bytes(b"old")

    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))

    ran = subprocess.run(
        [*COMMAND, str(tmp_path / "wide.joblib")], preexec_fn=full, capture_output=True, text=True
    )
    assert ran.returncode == 5, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    assert (tmp_path / "wide.onnx").read_bytes() == b"old"
    assert not list(tmp_path.glob(".*"))
