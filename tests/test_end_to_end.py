"""The main job by the real command, each in a process of its own."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.product import COMMAND, ROOT, document, run, sleeper

# --- the example at the heart of the mission --------------------------------------------------


@pytest.fixture(scope="module")
def fallen(scaled_dill):
    """The example, converted beside an artifact of yesterday."""
    yesterday = scaled_dill.with_suffix(".onnx")
    yesterday.write_bytes(b"yesterday's")
    return run(scaled_dill, "--to", "onnx")


def test_a_step_that_reads_the_environment_ends_as_a_bundle_and_exit_3(fallen, scaled_dill):
    assert fallen.returncode == 3, fallen.stderr
    assert (scaled_dill.with_suffix(".bundle") / "manifest.json").is_file()


def test_the_verdict_names_the_line_and_the_variable(fallen, scaled_dill):
    source = (scaled_dill.parent / "train.py").read_text().splitlines()
    number = next(n for n, text in enumerate(source, 1) if "os.getenv" in text)
    said = " ".join(fallen.stdout.split())
    assert "SCALE_FACTOR" in said
    assert f"line {number} of `scale`" in said


def test_yesterdays_artifact_stays_and_is_not_taken_for_todays(fallen, scaled_dill):
    assert scaled_dill.with_suffix(".onnx").read_bytes() == b"yesterday's"


def test_accept_bundle_makes_it_exit_0(scaled_dill, tmp_path):
    ran = run(scaled_dill, "--accept-bundle", "-o", tmp_path / "model.onnx")
    assert ran.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "model.bundle",
        "model.report.json",
    ]


def test_no_fallback_is_exit_3_and_leaves_only_the_report(scaled_dill, tmp_path):
    ran = run(scaled_dill, "--no-fallback", "-o", tmp_path / "model.onnx")
    assert ran.returncode == 3
    assert [path.name for path in tmp_path.iterdir()] == ["model.report.json"]


def test_the_bundles_own_loader_gives_the_same_answers_in_a_fresh_process(fallen, scaled_dill):
    bundle = scaled_dill.with_suffix(".bundle")
    ask = "import sys, json, numpy as np\nfrom sklearn.datasets import load_iris\n{}\n"
    ask += "print(json.dumps(model.predict_proba(load_iris(return_X_y=True)[0]).tolist()))"
    by_dill = f"import dill\nmodel = dill.load(open({str(scaled_dill)!r}, 'rb'))"
    by_bundle = f"sys.path.insert(0, {str(bundle)!r})\nimport load\nmodel = load.load()"
    answers = [
        json.loads(subprocess.check_output([sys.executable, "-c", ask.format(how)], text=True))
        for how in (by_dill, by_bundle)
    ]
    assert answers[0] == answers[1]


def test_a_plain_pickle_lacks_the_function_and_the_sentence_says_so(scaled_pickle):
    ran = run(scaled_pickle, "--to", "onnx")
    assert ran.returncode == 5
    assert "__main__.scale" in ran.stderr
    assert "--code" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_with_its_script_the_plain_pickle_ends_as_a_bundle(scaled_pickle, tmp_path):
    script = scaled_pickle.parent / "train.py"
    ran = run(scaled_pickle, "--code", script, "-o", tmp_path / "model.onnx", "--json")
    assert ran.returncode == 3, ran.stderr
    assert document(ran)["outcome"] == "bundle"
    assert "SCALE_FACTOR" in ran.stdout


# --- record, convert, verify, predict ---------------------------------------------------------


def test_what_is_recorded_converts_verifies_and_predicts(flowers, flower_rows, tmp_path):
    case, graph, answers = (tmp_path / name for name in ("case", "model.onnx", "y.csv"))
    assert run("record", flowers, "--data", flower_rows, "-o", case).returncode == 0
    assert run(flowers, "--golden", case, "-o", graph).returncode == 0
    assert run("verify", graph, "--golden", case).returncode == 0
    assert run("verify", flowers, "--golden", case).returncode == 0
    assert run("predict", graph, "--data", flower_rows, "-o", answers).returncode == 0
    frame = pd.read_csv(answers)
    assert list(frame.columns)[:2] == ["predict", "predict_proba_setosa"]
    assert set(frame["predict"]) == {"setosa", "versicolor", "virginica"}


def test_graph_bundle_and_pickle_predict_the_same_file(flowers, flower_rows, tmp_path):
    assert run(flowers, "--to", "bundle", "-o", tmp_path / "m.bundle").returncode == 0
    for name, artifact in (("bundle", tmp_path / "m.bundle"), ("pickle", flowers)):
        ran = run("predict", artifact, "--data", flower_rows, "-o", tmp_path / f"{name}.csv")
        assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "bundle.csv").read_bytes() == (tmp_path / "pickle.csv").read_bytes()


def test_graph_and_pickle_predict_the_same_up_to_the_last_digits(
    flowers, flower_graph, flower_rows, tmp_path
):
    tables = []
    for name, artifact in (("graph", flower_graph), ("pickle", flowers)):
        run("predict", artifact, "--data", flower_rows, "-o", tmp_path / f"{name}.csv")
        tables.append(pd.read_csv(tmp_path / f"{name}.csv"))
    pd.testing.assert_frame_equal(*tables, rtol=1e-12, atol=1e-14)


def test_the_report_binds_the_parity_to_the_artifact(flower_graph):
    report = json.loads(flower_graph.with_suffix(".report.json").read_bytes())
    assert report["artifact"]["sha256"] == hashlib.sha256(flower_graph.read_bytes()).hexdigest()
    assert report["attempts"][-1]["parity"]["passed"] is True


def test_two_runs_with_different_hash_seeds_give_the_same_bytes(flowers, tmp_path):
    made = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.onnx"
        assert run(flowers, "-o", path, env={"PYTHONHASHSEED": seed}).returncode == 0
        made.append(path.read_bytes())
    assert made[0] == made[1]


# --- one document -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["MODEL", "-o", "TMP/m.onnx"], 0),
        (["inspect", "MODEL", "--to", "onnx"], 0),
        (["record", "MODEL", "--data", "ROWS", "-o", "TMP/case"], 0),
        (["verify", "GRAPH", "--golden", "CASE"], 0),
        (["predict", "GRAPH", "--data", "ROWS"], 0),
        (["explain", "function.reads-environment"], 0),
        (["ROWS", "-o", "TMP/m.onnx"], 5),
        (["inspect", "ROWS"], 5),
        (["record", "ROWS", "--data", "ROWS", "-o", "TMP/case"], 5),
        (["verify", "GRAPH"], 2),
        (["predict", "GRAPH", "--data", "MODEL"], 2),
        (["explain", "no.such-code"], 2),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else str(value),
)
def test_json_is_one_document_and_nothing_else(
    words, code, flowers, flower_graph, flower_rows, flower_case, tmp_path
):
    paths = {
        "MODEL": flowers, "GRAPH": flower_graph, "ROWS": flower_rows, "CASE": flower_case,
    }  # fmt: skip
    given = [str(paths.get(word, word.replace("TMP", str(tmp_path)))) for word in words]
    ran = run(*given, "--json")
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert isinstance(document(ran), dict)


# --- never half a file ------------------------------------------------------------------------


def test_a_reader_sees_the_old_artifact_or_the_new_one_and_nothing_between(flowers, tmp_path):
    graph = tmp_path / "model.onnx"
    graph.write_bytes(b"old")
    seen: set[bytes] = set()
    over = threading.Event()

    def watch():
        while not over.is_set():
            seen.add(graph.read_bytes())  # raises, and so misses the new one, where it is absent
            time.sleep(0.001)
        seen.add(graph.read_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    ran = run(flowers, "-o", graph)
    over.set()
    watcher.join()
    assert ran.returncode == 0
    assert seen == {b"old", graph.read_bytes()}


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_exit_130_and_leaves_no_file_and_no_process(stop, tmp_path):
    sleeper(tmp_path / "slow.pkl")
    running = subprocess.Popen(
        [*COMMAND, "slow.pkl", "-o", "slow.onnx"], cwd=tmp_path,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    children = _children_once_there(running)
    running.send_signal(stop)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in said
    assert not [child for child in children if _alive(child)]
    assert [path.name for path in tmp_path.iterdir()] == ["slow.pkl"]


def _children_once_there(running):
    """The workers, once they have been given their job."""
    tasks = Path(f"/proc/{running.pid}/task")
    for _ in range(600):
        listed = " ".join(listing.read_text() for listing in tasks.glob("*/children")).split()
        if len(listed) >= 2:
            time.sleep(2)  # let it be in the middle of its work; any moment would do
            return [int(number) for number in listed]
        time.sleep(0.05)
    raise AssertionError(f"no worker was started: {running.communicate()}")


def _alive(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


# --- anywhere ---------------------------------------------------------------------------------


def test_it_runs_from_anywhere_without_a_home_to_write_to(flowers, tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o555)
    shutil.copy(flowers, tmp_path / "model.joblib")
    ran = run("model.joblib", cwd=tmp_path, env={"HOME": str(home), "XDG_CACHE_HOME": str(home)})
    assert ran.returncode == 0, ran.stderr
    assert not any(home.iterdir())
    assert (tmp_path / "model.onnx").is_file()


def test_it_runs_as_a_module_too(flowers, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "mlconvert", str(flowers), "-o", str(tmp_path / "m.onnx")],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


def test_a_matrix_of_answers_is_exact(line, tmp_path):
    rows = np.array([[1.0, 2.0], [-3.5, 0.25]])
    np.save(tmp_path / "x.npy", rows)
    assert run(line, "-o", tmp_path / "line.onnx").returncode == 0
    ran = run("predict", tmp_path / "line.onnx", "--data", tmp_path / "x.npy")
    answers = [float(text) for text in ran.stdout.split()[1:]]
    np.testing.assert_allclose(answers, 2 * rows[:, 0] - rows[:, 1] + 1, rtol=1e-12)
