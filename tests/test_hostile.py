"""Files that mean harm, workers that die, and models whose modules bear our names."""

import os
import pickle
import socket
import subprocess
import sys

import pytest

import mlconvert
from tests.product import document, run, saved, sleeper

SYSTEM = "os.system"
"""pickle writes it as posix.system, after the module it comes from."""


class Orders:
    """Its pickle runs a command when it is loaded."""

    def __init__(self, function, *arguments):
        self.order = (function, arguments)

    def __reduce__(self):
        return self.order


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_that_runs_a_command_is_exit_5_and_names_it(tmp_path, protocol):
    mark = tmp_path / "mark"
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(Orders(os.system, f"touch {mark}"), protocol))
    with pytest.raises(mlconvert.UnsafeError) as caught:
        mlconvert.convert(path)
    assert caught.value.names == (SYSTEM,)
    assert not mark.exists()


def test_the_command_says_so_and_how_to_allow_it(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(Orders(os.system, "true")))
    ran = run(path, "--json")
    assert ran.returncode == 5
    assert document(ran)["error"]["names"] == [SYSTEM]
    assert "--allow" in ran.stdout


def test_allow_passes_exactly_the_name_it_gives(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps([Orders(os.system, "true"), Orders(eval, "1")]))
    with pytest.raises(mlconvert.UnsafeError) as caught:
        mlconvert.convert(path, allow=(SYSTEM,))
    assert caught.value.names == ("builtins.eval",)


def test_what_is_allowed_still_runs_where_it_can_write_nothing(tmp_path):
    mark = tmp_path / "mark"
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(Orders(os.system, f"touch {mark}")))
    with pytest.raises(mlconvert.MlconvertError):
        mlconvert.convert(path, allow=(SYSTEM,))
    assert not mark.exists()


# --- an unknown module ------------------------------------------------------------------------

SPY = """\
import socket
from pathlib import Path


def _send(port, mark):
    held = []
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError as error:
        held.append(type(error).__name__)
    try:
        Path(mark).write_text("written")
    except OSError as error:
        held.append(type(error).__name__)
    return Spy(held)


class Spy:
    n_features_in_ = 2

    def __init__(self, held):
        self.held = held

    def __reduce__(self):
        return _send, self.order

    def predict(self, X):
        return [float(len(self.held))] * len(X)
"""


@pytest.fixture
def spied(tmp_path):
    """A model of an unknown module that connects and writes when it is loaded, and its converted
    verdict; then whether a connection arrived."""
    (tmp_path / "spymodule.py").write_text(SPY)
    mark = tmp_path / "mark"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        script = "import pickle, sys\nsys.path.insert(0, '.')\nimport spymodule\n"
        script += f"spy = spymodule.Spy([])\nspy.order = ({port}, {str(mark)!r})\n"
        script += "open('spy.pkl', 'wb').write(pickle.dumps(spy))"
        subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
        verdict = mlconvert.convert(
            tmp_path / "spy.pkl", code=(str(tmp_path / "spymodule.py"),), to="bundle",
            output=tmp_path / "spy.bundle",
        )  # fmt: skip
        server.settimeout(0.2)
        try:
            server.accept()[0].close()
            arrived = True
        except TimeoutError:
            arrived = False
    return verdict, arrived, mark


@pytest.mark.skipif(sys.platform != "linux", reason="the cage is Linux's")
def test_neither_a_connection_nor_a_file_leaves_the_worker_and_the_report_says_so(spied):
    verdict, arrived, mark = spied
    assert not arrived
    assert not mark.exists()
    held = " ".join(verdict.protections)
    assert "network" in held
    assert "writes" in held


# --- workers that end badly -------------------------------------------------------------------


def test_a_model_that_never_answers_is_ended_in_one_sentence(tmp_path):
    sleeper(tmp_path / "slow.pkl")
    ran = run(tmp_path / "slow.pkl", "--timeout", "3", "--no-fallback")
    assert ran.returncode == 5
    assert "did not finish within 3 s" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_worker_that_outgrows_its_memory_is_ended_in_one_sentence(flowers, tmp_path):
    ran = run(flowers, "--memory", "32M", "-o", tmp_path / "m.onnx", "--no-fallback")
    assert ran.returncode == 5
    assert "32 MiB of memory" in ran.stderr
    assert not (tmp_path / "m.onnx").exists()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("os.kill(os.getpid(), 9)", "SIGKILL"),
        ("os.abort()", "SIGABRT"),
        ("os._exit(7)", "status 7"),
    ],
)
def test_a_worker_that_dies_is_a_failure_of_that_job_only(tmp_path, body, said):
    saved(
        tmp_path / "m.pkl",
        f"class Model:\n    n_features_in_ = 2\n    def predict(self, X): {body}",
    )
    with pytest.raises(mlconvert.WorkerError, match=said):
        mlconvert.convert(tmp_path / "m.pkl", trust=True, fallback=False)


def test_a_model_that_babbles_on_stdout_is_converted_and_stdout_stays_one_document(tmp_path):
    body = "print('{\"outcome\": 1}', flush=True); os.write(1, b'noise\\n'); return np.ones(len(X))"
    saved(
        tmp_path / "m.pkl",
        f"class Model:\n    n_features_in_ = 2\n    def predict(self, X): {body}",
    )
    for target in ("onnx", "bundle"):
        ran = run(tmp_path / "m.pkl", "--to", target, "--json")
        assert ran.returncode == 0, ran.stderr
        assert document(ran)["outcome"] == "artifact"


# --- names that are ours, too -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["converter", "adapters", "worker", "trace", "mlconvert"])
def test_a_users_module_may_bear_our_names(tmp_path, name):
    module = "class Mine:\n    n_features_in_ = 2\n"
    module += "    def predict(self, X):\n        return X[:, 0] * 2\n"
    (tmp_path / f"{name}.py").write_text(module)
    script = f"import pickle, sys\nsys.path.insert(0, '.')\nimport {name}\n"
    script += f"open('m.pkl', 'wb').write(pickle.dumps({name}.Mine()))"
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    ran = run("m.pkl", "--code", f"{name}.py", cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (tmp_path / "m.onnx").is_file()
    ran = run("m.pkl", "--to", "bundle", "--code", f"{name}.py", cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (tmp_path / "m.bundle").is_dir()
