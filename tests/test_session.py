"""A session gives what single conversions give, by processes that it keeps and then ends."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import joblib
import msgspec
import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import mlconvert
from converter.supervise.stable import POSSIBLE
from mlconvert import MlconvertError, Outcome, UnreadableError, UsageError, WorkerError
from tests.product import saved, sleeper, trained
from tests.workers import ROOT, is_running, wait_until

X, Y = load_iris(return_X_y=True)
forks = pytest.mark.skipif(not POSSIBLE, reason="workers are forked on Linux")


MODELS = {
    "pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
    "line": LinearRegression(),
    "boosting": HistGradientBoostingClassifier(max_iter=5),
    "clusters": KMeans(3, n_init=1, random_state=0),
    "forest": RandomForestClassifier(5, random_state=0, n_jobs=2),
    "neighbours": KNeighborsClassifier(n_jobs=2),
    "function": make_pipeline(FunctionTransformer(np.log1p), LogisticRegression(max_iter=500)),
}
"""Among them those that run OpenMP and threads, which a fork has to start anew."""
BUNDLE = "bundle.dill"
"""Has a step that reads SCALE_FACTOR, which no graph can."""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for name, model in MODELS.items():
        joblib.dump(model.fit(X, Y), folder / f"{name}.joblib")
    trained(folder, "dill").rename(folder / BUNDLE)
    return folder


@pytest.fixture(scope="module")
def session():
    with mlconvert.session() as made:
        yield made


DIES = """
class Model:
    n_features_in_ = 2
    def predict(self, X): os._exit(3)
"""


def facts(verdict):
    """All that a verdict says, but for the time and the place."""
    told = msgspec.to_builtins(verdict)
    told.pop("seconds")
    if told["artifact"]:
        told["artifact"].pop("path")
        if verdict.artifact.target == "bundle":  # its manifest tells when it was made
            told["artifact"].pop("sha256")
    return told


@pytest.mark.parametrize("name", [*(f"{name}.joblib" for name in MODELS), BUNDLE])
def test_the_verdict_and_the_artifact_are_those_of_a_single_conversion(
    session, files, tmp_path, name
):
    path = files / name
    single = mlconvert.convert(path, output=tmp_path / "single.onnx")
    ours = session.convert(path, output=tmp_path / "ours.onnx")
    assert facts(ours) == facts(single)
    assert ours.outcome is (Outcome.BUNDLE if name == BUNDLE else Outcome.ARTIFACT)
    if ours.outcome is Outcome.ARTIFACT:
        assert (tmp_path / "ours.onnx").read_bytes() == (tmp_path / "single.onnx").read_bytes()


def test_models_are_yielded_in_their_order_each_with_its_own_end(session, files, tmp_path):
    (tmp_path / "broken.joblib").write_bytes(b"no pickle")
    saved(
        tmp_path / "dies.pkl",
        "class Model:\n    n_features_in_ = 2\n    def predict(self, X): os._exit(3)",
    )
    models = [
        files / "pipeline.joblib",
        tmp_path / "broken.joblib",
        tmp_path / "dies.pkl",
        tmp_path / "none.joblib",
        LinearRegression().fit(X, Y),
        files / BUNDLE,
    ]
    ends = list(session.convert_all(models, output=tmp_path / "new" / "out"))
    assert [model for model, _ in ends] == models
    kinds = [end.outcome if isinstance(end, mlconvert.Verdict) else type(end) for _, end in ends]
    assert kinds == [
        Outcome.ARTIFACT, UnreadableError, WorkerError, kinds[3], Outcome.ARTIFACT, Outcome.BUNDLE,
    ]  # fmt: skip
    assert issubclass(kinds[3], MlconvertError)
    assert {path.name for path in (tmp_path / "new" / "out").iterdir()} == {
        *("pipeline.onnx", "pipeline.report.json", "LinearRegression.onnx"),
        *("LinearRegression.report.json", "bundle.bundle", "bundle.report.json"),
    }


def test_models_of_one_name_are_numbered_and_each_can_be_scored(session, tmp_path):
    models = [LinearRegression().fit(X, factor * Y) for factor in (1, 2, 3)]
    verdicts = [verdict for _, verdict in session.convert_all(models, output=tmp_path)]
    names = ["LinearRegression.onnx", "LinearRegression-2.onnx", "LinearRegression-3.onnx"]
    assert [Path(verdict.artifact.path).name for verdict in verdicts] == names
    for name, model in zip(names, models, strict=True):
        told = mlconvert.predict(tmp_path / name, X[:5]).outputs["predict"]
        np.testing.assert_allclose(told, model.predict(X[:5]))


@pytest.mark.parametrize("workers", [1, 3])
def test_no_more_models_are_taken_than_there_are_workers(files, tmp_path, workers):
    taken = []
    models = (taken.append(n) or files / "pipeline.joblib" for n in range(5))
    with mlconvert.session(workers=workers) as session:
        held = [len(taken) - n for n, _ in enumerate(session.convert_all(models, output=tmp_path))]
    assert held == [min(workers, 5 - n) for n in range(5)]


def test_what_no_model_could_meet_is_said_at_once(session, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(mlconvert.OutputError):
        session.convert_all([MODELS["line"]], output=tmp_path / "file")


@pytest.mark.parametrize(
    ("models", "wishes", "said"),
    [
        (["m.pkl"], {"to": "papyrus"}, "There is no target 'papyrus'."),
        (["m.pkl"], {"too": "pmml"}, "There is no option 'too'. Did you mean to?"),
        (["m.pkl"], {"code": "train.py"}, "The option code holds for a whole session."),
        (["m.pkl"], {"to": ["onnx", "pmml"]}, "The option to takes text, and was given"),
        (["m.pkl"], {"seed": "0"}, "The option seed takes a whole number, and was given '0'."),
        (["m.pkl"], {"seed": -1}, "The option seed cannot be -1"),
        (["m.pkl"], {"strict": "no"}, "The option strict takes True or False"),
        (["m.pkl"], {"output": 3}, "The option output takes text or a path"),
        (["m.pkl"], {"golden": 3}, "The option golden takes text or a path"),
        (["m.pkl"], {"freeze": [3]}, "The option freeze takes text or several texts"),
        (["m.pkl"], {"progress": "yes"}, "The option progress takes a function"),
        (["m.pkl"], {"data": "absent.csv"}, "There is no file absent.csv."),
        ([], {}, "There is no model to convert"),
        ((model for model in ()), {}, "There is no model to convert"),
        ("m.pkl", {}, "convert_all takes several models, and was given one str."),
        (make_pipeline(LinearRegression()), {}, "was given one Pipeline. Put it in a list"),
        (3, {}, "was given one int."),
    ],
)
def test_a_call_that_makes_no_sense_is_one_sentence_at_once(session, models, wishes, said):
    with pytest.raises(UsageError, match=re.escape(said)):
        session.convert_all(models, **wishes)


@pytest.mark.parametrize("wish", [{"timeout": "10m"}, {"memory": "2G"}, {"trust": 1}, {"allow": 3}])
def test_what_a_session_may_do_is_of_the_right_kind_or_a_sentence(wish):
    with pytest.raises(UsageError, match=f"The option {next(iter(wish))} takes "):
        mlconvert.session(**wish)


def test_numbers_of_numpy_are_numbers(session, files, tmp_path):
    wishes = {"rtol": np.float64(1e-6), "seed": np.int64(3)}
    verdict = session.convert(files / "line.joblib", output=tmp_path / "m.onnx", **wishes)
    assert verdict.attempts[0].parity.outputs[0].rtol == 1e-6


def test_the_variables_of_now_reach_the_model(session, files, tmp_path, monkeypatch):
    monkeypatch.setenv("SCALE_FACTOR", "7")
    verdict = session.convert(files / BUNDLE, output=tmp_path / "m.onnx", freeze="env:SCALE_FACTOR")
    assert verdict.artifact.frozen == {"env:SCALE_FACTOR": "7"}


def children():
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return set(map(int, found))


@forks
def test_the_processes_are_the_same_for_all_models_and_gone_at_the_end(files, tmp_path):
    before = children()
    with mlconvert.session() as session:
        session.convert(files / "pipeline.joblib", output=tmp_path / "a.onnx")
        held = children() - before
        session.convert(files / "function.joblib", output=tmp_path / "b.onnx")
        assert children() - before == held
        assert len(held) == 2
    assert not any(map(is_running, held))


@forks
def test_a_process_that_was_killed_is_replaced(files, tmp_path):
    before = children()
    with mlconvert.session() as session:
        session.convert(files / "pipeline.joblib", output=tmp_path / "a.onnx")
        held = children() - before
        for pid in held:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not any(map(is_running, held)))
        wait_until(lambda: not session._crew._stable.alive)
        verdict = session.convert(files / "pipeline.joblib", output=tmp_path / "b.onnx")
        assert verdict.outcome is Outcome.ARTIFACT
        assert not (children() - before) & held


def test_a_model_that_outlives_its_time_is_an_error_of_its_own(files, tmp_path):
    sleeper(tmp_path / "sleeps.pkl")
    with mlconvert.session(timeout=15.0) as session:
        ends = [
            end
            for _, end in session.convert_all(
                [tmp_path / "sleeps.pkl", files / "pipeline.joblib"], output=tmp_path
            )
        ]
    assert ends[0].code == "worker.timeout"
    assert ends[1].outcome is Outcome.ARTIFACT


def test_whoever_stops_asking_leaves_no_worker_behind(session, files, tmp_path):
    sleeper(tmp_path / "sleeps.pkl")
    ends = session.convert_all(
        [files / "pipeline.joblib", tmp_path / "sleeps.pkl"], output=tmp_path
    )
    next(ends)
    ends.close()
    assert session.convert(files / "pipeline.joblib", output=tmp_path / "m.onnx").exit_code == 0


PARENT = """
import sys
import mlconvert
with mlconvert.session() as session:
    for model, verdict in session.convert_all(sys.argv[2:], output=sys.argv[1]):
        print(verdict, flush=True)
"""


@forks
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_ended_parent_leaves_no_process_behind(files, tmp_path, how):
    sleeper(tmp_path / "sleeps.pkl")
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, tmp_path, files / "line.joblib", tmp_path / "sleeps.pkl"],
        stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}, text=True,
    ) as parent:  # fmt: skip
        assert "artifact" in parent.stdout.readline()
        held = descendants(parent.pid)
        assert len(held) == 3  # the stable, the sleeping worker, what scores
        parent.send_signal(how)
        parent.wait()
    wait_until(lambda: not any(map(is_running, held)))


def descendants(pid):
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [child, *descendants(child)]
    return found
