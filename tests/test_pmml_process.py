"""Java's life: it starts once, is replaced when it dies, and goes when we go."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import mlconvert
from mlconvert import Outcome

ROOT = Path(__file__).parents[1]
CHURN = ROOT / "golden/churn"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


OTHERS: set[int] = set()
"""Of other tests, which ask JPMML-Evaluator in a process of their own."""


@pytest.fixture(autouse=True)
def _others():
    OTHERS.clear()
    OTHERS.update(_with_java(os.getpid()))


def _with_java(parent):
    """The numbers of the processes below `parent` that have Java loaded, without the others."""
    found = []
    for task in Path("/proc").glob("[0-9]*"):
        try:
            status = (task / "stat").read_text().rpartition(") ")[2].split()
            if int(status[1]) == parent and "libjvm.so" in (task / "maps").read_text():
                found += {int(task.name)} - OTHERS
        except (OSError, IndexError):
            continue
    return found


def _soon(condition, seconds=30.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def _converted(session, folder):
    return session.convert(
        CHURN / "model.joblib", to="pmml", golden=CHURN, output=folder / "m.pmml"
    )


def test_a_session_starts_java_once_and_again_when_it_was_killed(tmp_path):
    with mlconvert.session() as session:
        assert _converted(session, tmp_path).outcome is Outcome.ARTIFACT
        [first] = _with_java(os.getpid())
        assert _converted(session, tmp_path).outcome is Outcome.ARTIFACT
        assert _with_java(os.getpid()) == [first]
        os.kill(first, signal.SIGKILL)
        assert _soon(lambda: not _with_java(os.getpid()))
        assert _converted(session, tmp_path).outcome is Outcome.ARTIFACT
        assert _with_java(os.getpid()) != [first]
    assert _with_java(os.getpid()) == []


def test_java_is_gone_when_its_parent_is_killed(tmp_path):
    code = (
        "import mlconvert, time\n"
        "with mlconvert.session() as session:\n"
        f"    session.convert({str(CHURN / 'model.joblib')!r}, to='pmml', "
        f"output={str(tmp_path / 'm.pmml')!r})\n"
        "    time.sleep(60)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, "-c", code], env=environment)
    try:
        assert _soon(lambda: (tmp_path / "m.pmml").exists())
        [java] = _with_java(parent.pid)
    finally:
        parent.kill()
        parent.wait()
    assert _soon(lambda: not Path(f"/proc/{java}").exists())


def test_too_little_memory_is_a_failure_that_names_the_option_and_no_refusal(tmp_path):
    model = ROOT / "golden/boosting/model.joblib"
    with pytest.raises(mlconvert.WorkerError) as caught:
        mlconvert.convert(model, to="pmml", output=tmp_path / "m.pmml", jvm_memory=12 << 20)
    assert (caught.value.code, caught.value.exit_code) == ("worker.memory", 5)
    said = "Java needed more than its 12 MiB of memory. Raise that with --jvm-memory"
    assert said in str(caught.value)
    assert not any(tmp_path.iterdir())


def _home(place, version):
    """A Java of another version, by its own word."""
    import jpype

    library = place / "jre/lib/server" / Path(jpype.getDefaultJVMPath()).name
    library.parent.mkdir(parents=True)
    library.write_bytes(b"")
    (place / "release").write_text(f'IMPLEMENTOR="someone"\nJAVA_VERSION="{version}"\n')
    return place


@pytest.mark.parametrize(
    ("home", "said"),
    [
        ("absent", "and there is no such folder."),
        ("empty", "and no Java was found there."),
        ("1.8.0_392", "is too old for PMML."),
        ("10.0.2", "is too old for PMML."),
    ],
)
def test_a_java_home_without_a_java_of_today_is_named_and_no_other_taken(
    tmp_path, monkeypatch, home, said
):
    (tmp_path / "empty").mkdir()
    place = _home(tmp_path / home, home) if home[0].isdigit() else tmp_path / home
    monkeypatch.setenv("JAVA_HOME", str(place))
    with pytest.raises(mlconvert.MissingExtraError) as caught:
        mlconvert.convert(CHURN / "model.joblib", to="pmml", output=tmp_path / "m.pmml")
    assert caught.value.what.endswith(said)
    assert str(place) in caught.value.what
    assert "version 11 or later" in caught.value.remedy


def test_no_model_that_is_refused_by_its_name_alone_starts_java(tmp_path):
    from sklearn.datasets import load_iris
    from sklearn.gaussian_process import GaussianProcessClassifier

    model = GaussianProcessClassifier().fit(*load_iris(return_X_y=True))
    with mlconvert.session() as session:
        verdict = session.convert(model, to="pmml", output=tmp_path / "m.pmml")
        assert _with_java(os.getpid()) == []
    assert verdict.outcome is Outcome.BUNDLE
    assert verdict.attempts[0].refusal.reasons[0].code == "pmml.unknown-estimator"
