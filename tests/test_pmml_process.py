"""Java's life: it starts once, is replaced when it dies, and goes when we go."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import joblib
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier

import mlconvert
from mlconvert import Outcome
from tests.product import COMMAND

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


def _forest(folder):
    model = RandomForestClassifier(30, random_state=0).fit(*load_iris(return_X_y=True))
    joblib.dump(model, folder / "forest.joblib")
    (folder / "forest.pmml").write_text("old")
    return {path.name for path in folder.iterdir()}


def test_a_conversion_that_is_interrupted_leaves_no_java_and_no_file(tmp_path):
    there = _forest(tmp_path)
    process = subprocess.Popen(
        [*COMMAND, "forest.joblib", "--to", "pmml"],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert _soon(lambda: _with_java(process.pid))
    javas = _with_java(process.pid)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "mlconvert: Interrupted; nothing was written."
    assert _soon(lambda: not any(Path(f"/proc/{java}").exists() for java in javas))
    assert {path.name for path in tmp_path.iterdir()} == there
    assert (tmp_path / "forest.pmml").read_text() == "old"


def test_a_session_that_is_interrupted_leaves_no_java_and_only_whole_files(tmp_path):
    _forest(tmp_path)
    code = (
        "import mlconvert\n"
        "with mlconvert.session() as session:\n"
        "    for _ in session.convert_all(['forest.joblib'] * 99, to='pmml', output='made'):\n"
        "        print('one', flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout.readline() == "one\n"
    javas = _with_java(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert javas
    assert _soon(lambda: not any(Path(f"/proc/{java}").exists() for java in javas))
    made = list((tmp_path / "made").iterdir())
    assert all(path.suffix in (".pmml", ".json") for path in made)
    assert all(
        path.read_text().rstrip().endswith("</PMML>") for path in made if path.suffix == ".pmml"
    )


@pytest.mark.parametrize("room", [1 << 13, 1 << 15, 1 << 16])
def test_without_space_for_the_document_one_sentence_says_so_and_the_old_one_stays(tmp_path, room):
    """No process may write a file of more than so many bytes, and the document needs 100 kB."""
    there = _forest(tmp_path)
    ran = subprocess.run(
        [*COMMAND, "forest.joblib", "--to", "pmml", "-q"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )  # fmt: skip
    assert ran.returncode == 5, ran.stdout
    assert ran.stderr.startswith("mlconvert: There is no space left on the disk")
    assert len(ran.stderr.splitlines()) == 2
    assert {path.name for path in tmp_path.iterdir()} == there
    assert (tmp_path / "forest.pmml").read_text() == "old"


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
