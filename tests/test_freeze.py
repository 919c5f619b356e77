"""`--freeze`: what a function reads beside its input becomes a constant of the graph."""

import pickle
import subprocess
import sys
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pytest
from onnxruntime import InferenceSession

from converter.trace.function import Untraced, express
from tests.product import document, run

TRAIN = """\
import os
from datetime import datetime
from pathlib import Path

import cloudpickle
import numpy as np
from sklearn.preprocessing import FunctionTransformer

CALLS = 0
SEEN = []


def environment(X):
    return X * float(os.environ["FACTOR"])


def clock(X):
    return X + datetime.now().year


def named_file(X):
    with open("factor.txt") as file:
        return X * float(file.read())


def read_file(X):
    return X * float(Path("factor.txt").read_text())


def counter(X):
    global CALLS
    CALLS += 1
    return X * 3


def log(X):
    SEEN.append(len(X))
    return X * 3


def growing(X):
    global CALLS
    CALLS += 1
    return X * CALLS


for function in (environment, clock, named_file, read_file, counter, log, growing):
    model = FunctionTransformer(function).fit(np.ones((4, 2)))
    Path(f"{function.__name__}.pkl").write_bytes(cloudpickle.dumps(model))
"""
ROWS = np.random.default_rng(0).normal(size=(20, 2))


class Reading(NamedTuple):
    """A function that reads something beside its rows."""

    function: str
    freeze: str
    code: str
    """Of its refusal where that is not frozen."""
    line: str
    """Where it reads."""


READINGS = [
    Reading("environment", "env:FACTOR", "reads-environment", 'os.environ["FACTOR"]'),
    Reading("clock", "clock", "reads-clock", "datetime.now()"),
    Reading("named_file", "file:factor.txt", "uses-files", "open("),
    Reading("read_file", "file:factor.txt", "uses-files", "read_text()"),
    Reading("counter", "state:CALLS", "changes-state", "CALLS += 1"),
    Reading("log", "state:SEEN", "changes-state", "def log"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("freeze")
    (folder / "train.py").write_text(TRAIN)
    subprocess.run([sys.executable, "train.py"], check=True, cwd=folder)
    np.save(folder / "rows.npy", ROWS)
    return folder


def converted(folder, function, *words):
    (folder / "factor.txt").write_text("3")
    return run(
        f"{function}.pkl", "--data", "rows.npy", "-o", f"{function}.onnx", "--no-fallback",
        "--json", *words, cwd=folder, env={"FACTOR": "3"},
    )  # fmt: skip


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.function)
def test_what_is_frozen_is_in_the_graph_s_answers_whatever_it_is_later(reading, folder):
    ran = converted(folder, reading.function, "--freeze", reading.freeze)
    assert ran.returncode == 0, ran.stderr
    frozen = document(ran)["artifact"]["frozen"]
    assert list(frozen) == [reading.freeze]
    (folder / "factor.txt").unlink()
    session = InferenceSession(folder / f"{reading.function}.onnx")
    told = session.get_modelmeta().custom_metadata_map
    assert any(frozen[reading.freeze] in value for value in told.values())
    [given] = session.get_inputs()
    [answer] = session.run(None, {given.name: ROWS})
    wanted = ROWS * 3
    if reading.freeze == "clock":
        wanted = ROWS + datetime.fromisoformat(frozen["clock"]).year
    np.testing.assert_allclose(answer, wanted, rtol=1e-12)


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.function)
def test_what_is_not_frozen_is_refused_with_its_line(reading, folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FACTOR", "3")
    (folder / "factor.txt").write_text("3")
    function = pickle.loads((folder / f"{reading.function}.pkl").read_bytes()).func
    with pytest.raises(Untraced) as untraced:
        express(function, ROWS, freeze=("env:OTHER",))
    [reason] = untraced.value.reasons
    assert reason.code == f"function.{reading.code}"
    numbers = [n for n, line in enumerate(TRAIN.splitlines(), 1) if reading.line in line]
    assert reason.source.line in numbers


def test_an_answer_that_goes_on_changing_is_refused_though_it_is_frozen(folder):
    ran = converted(folder, "growing", "--freeze", "state:CALLS")
    assert ran.returncode == 3
    [reason] = document(ran)["attempts"][0]["refusal"]["reasons"]
    assert reason["code"] == "function.differs"
