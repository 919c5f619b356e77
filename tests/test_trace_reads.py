"""What the bytecode tells of a function: each impure read, its line, and nothing of pure ones."""

import functools
import shutil
import subprocess
import sys
from pathlib import Path

import dill
import msgspec
import numpy as np
import pytest

from adapters.to_bundle.by_value import dumps
from converter.codes import CODES
from converter.trace.reasons import reasons
from converter.trace.source import identify
from converter.values import Turn

ROOT = Path(__file__).parent.parent

HEAD = """
import os, sys, time, random, functools, datetime, socket, subprocess
import datetime as dt
import numpy as np
import pandas as pd
from datetime import datetime as clock
from os import environ, getenv, getenv as ge
from pathlib import Path
from random import random as draw
NAME = "FROM_A_GLOBAL"
rng = np.random.default_rng(0)

"""
"""What each case's function stands below."""
FIRST = len(HEAD.splitlines()) + 1

IMPURE = {
    # body of f(X): (line within the body, code, words of the message)
    "import os\nreturn X * float(os.getenv('A', 2))": (2, "reads-environment", "variable A"),
    "from os import getenv as g\nreturn g('A')": (2, "reads-environment", "variable A"),
    "from os import environ\nreturn environ['A']": (2, "reads-environment", "variable A"),
    "import os as o\ne = o.environ\n\nreturn e['A']": (4, "reads-environment", "variable A"),
    "get = os.environ.get\nreturn get('A')": (2, "reads-environment", "variable A"),
    "return environ.get('A', 1)": (1, "reads-environment", "variable A"),
    "return ge(NAME)": (1, "reads-environment", "variable FROM_A_GLOBAL"),
    "name = 'LOCAL'\nreturn getenv(name)": (2, "reads-environment", "variable LOCAL"),
    "return 'A' in os.environ": (1, "reads-environment", "variable A"),
    "return dict(os.environ)": (1, "reads-environment", "the environment (os.environ)"),
    "return os.path.expandvars('$A')": (1, "reads-environment", "os.path.expandvars"),
    "return [x * float(os.environ['A']) for x in X]": (1, "reads-environment", "of `f` reads"),
    "def g(x):\n    return os.getenv('A')\nreturn g(X)": (2, "reads-environment", "of `g`"),
    "return X + time.time()": (1, "reads-clock", "time.time"),
    "return datetime.datetime.now()": (1, "reads-clock", "datetime.datetime.now"),
    "return dt.date.today()": (1, "reads-clock", "datetime.date.today"),
    "return clock.utcnow()": (1, "reads-clock", "datetime.datetime.utcnow"),
    "return pd.Timestamp.now()": (1, "reads-clock", "Timestamp.now"),
    "return X + np.random.rand()": (1, "draws-random", "numpy.random.rand"),
    "return X + random.gauss(0, 1)": (1, "draws-random", "random"),
    "return X + draw()": (1, "draws-random", "random"),
    "return X + rng.normal()": (1, "draws-random", "numpy.random"),
    "with open('x') as f:\n    return f": (1, "uses-files", "io.open"),
    "\nreturn Path('x').read_text()": (2, "uses-files", "read_text"),
    "return X.merge(pd.read_csv('x'))": (1, "uses-files", "pandas.read_csv"),
    "return np.load('x')": (1, "uses-files", "numpy.load"),
    "import urllib.request as u\nreturn u.urlopen('x')": (2, "uses-network", "urllib.request"),
    "return socket.create_connection(('x', 1))": (1, "uses-network", "socket"),
    "import requests\nreturn requests.get('x')": (2, "uses-network", "requests.get"),
    "return X + os.getpid()": (1, "reads-process", "os.getpid"),
    "return sys.argv[1]": (1, "reads-process", "sys.argv"),
    "return subprocess.run(['x'])": (1, "reads-process", "subprocess.run"),
    "global NAME\nNAME = 'x'": (2, "changes-state", "`NAME`"),
}

PURE = [
    "return np.log1p(X)",
    "return X.assign(a=X['b'] * 2).fillna(0)",
    "now = X['now']\nreturn now.time + now.random",
    "environ = {'A': 1}\nreturn environ['A']",
    "return os.path.join('a', 'b')",
    "return datetime.datetime(2020, 1, 1)",
    "return pd.to_datetime(X['d']).dt.year",
    "time = X[:, 0]\nreturn time.sum()",
    "import numpy as os\nreturn os.sqrt(X)",
]


def define(tmp_path, body):
    file = tmp_path / "script.py"
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    file.write_text(f"{HEAD}def f(X):\n{lines}")
    scope = {"__name__": "__main__"}
    exec(compile(file.read_text(), str(file), "exec"), scope)
    return scope["f"]


@pytest.mark.parametrize("body", IMPURE)
def test_an_impure_read_is_told_with_its_line_and_name(tmp_path, body):
    line, code, words = IMPURE[body]
    first, *_, last = reasons(define(tmp_path, body), "pipeline/f", "onnx")
    assert first.code == f"function.{code}"
    assert first.message.startswith(f"line {FIRST + line} of ")
    assert words in first.message
    assert first.source.line == FIRST + line
    assert first.source.text == body.splitlines()[line - 1].strip()
    assert (first.turn, first.address) == (Turn.FORMAT, "pipeline/f")
    assert last.code == "function.custom"


@pytest.mark.parametrize("body", PURE)
def test_a_pure_function_that_was_never_reached_is_told_as_that_alone(tmp_path, body):
    (only,) = reasons(define(tmp_path, body), "", "onnx")
    assert (only.code, only.turn) == ("function.custom", Turn.OURS)
    assert only.source.text == "def f(X):"
    assert f"script.py, line {FIRST}" in only.message


@pytest.mark.parametrize("body", [*IMPURE, *PURE])
def test_a_function_carried_by_value_tells_the_same_without_its_file(tmp_path, body):
    before = reasons(define(tmp_path, body), "", "onnx")
    function = dill.loads(dumps(define(tmp_path, body)).data)
    (tmp_path / "script.py").write_text("# something else\n" * 99)
    code = (
        "import sys, dill, msgspec\nfrom pathlib import Path\nsys.path.insert(0, sys.argv[1])\n"
        "from converter.trace.reasons import reasons\n"
        "f = dill.loads(Path(sys.argv[2]).read_bytes())\n"
        "sys.stdout.buffer.write(msgspec.json.encode(reasons(f, '', 'onnx')))"
    )
    if body != next(iter(IMPURE)):  # a process for one, this one for the rest
        after = reasons(function, "", "onnx")
        assert [(r.code, r.message) for r in after] == [(r.code, r.message) for r in before]
        return
    (tmp_path / "f.dill").write_bytes(dumps(function).data)
    told = run(sys.executable, "-c", code, str(ROOT), str(tmp_path / "f.dill"))
    after = msgspec.json.decode(told)
    assert [r["message"] for r in after] == [r.message for r in before]
    assert [r["source"]["text"] for r in after] == ["" for _ in before]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def helper(X):
    import os

    return X * float(os.getenv("IN_A_HELPER", "1"))


def caller(X):
    return helper(X)


def ping(X):
    return pong(X)


def pong(X):
    return ping(X)


def closure():
    inner = helper
    return lambda X: inner(X)


class Holder:
    def __init__(self):
        self.generator = np.random.RandomState(0)

    def draws(self, X):
        return X + self.generator.rand()

    def __call__(self, X):
        return self.draws(X)


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (caller, "of `helper`, which `caller` uses, reads the environment variable IN_A_HELPER"),
        (functools.partial(caller), "of `helper`, which `caller` uses,"),
        (closure(), "of `helper`, which `<lambda>` uses,"),
        (Holder().draws, "of `Holder.draws` draws random numbers"),
        (Holder(), "of `Holder.draws`, which `Holder.__call__` uses, draws random numbers"),
        (np.random.permutation, "draws random numbers"),
    ],
)
def test_reads_are_found_in_what_a_callable_stands_on(function, told):
    assert told in reasons(function, "", "onnx")[0].message


@pytest.mark.parametrize(
    ("function", "code", "name"),
    [
        (ping, "function.custom", "`ping`"),
        (functools.partial(ping), "function.custom", "`ping`"),
        (np.log1p, "function.library", "`numpy.log1p`"),
        (np.nan_to_num, "function.library", "`numpy.nan_to_num`"),
        (len, "function.library", "`builtins.len`"),
        (str.upper, "function.library", "upper`"),
    ],
)
def test_every_callable_has_one_last_reason_that_names_it(function, code, name):
    (only,) = reasons(function, "", "onnx")
    assert only.code == code
    assert name in only.message


def test_every_code_is_explained():
    from converter.trace.impure import Kind

    assert {f"function.{kind}" for kind in Kind} | {"function.custom", "function.library"} <= {
        *CODES
    }


def test_a_card_holds_the_source_while_its_file_matches(tmp_path):
    card = identify(define(tmp_path, "return X + 1"))
    assert (card.qualname, card.line) == ("f", FIRST)
    assert card.source == "def f(X):\n    return X + 1\n"


def test_a_card_of_a_changed_file_has_no_source(tmp_path):
    function = define(tmp_path, "return X + 1")
    (tmp_path / "script.py").write_text(HEAD + "def f(X):\n    return X + 2\n")
    card = identify(function)
    assert (card.qualname, card.line, card.source) == ("f", FIRST, "")


def test_a_function_without_any_file_has_a_card():
    scope = {"__name__": "__main__"}
    exec("def f(X):\n    return X", scope)
    card = identify(scope["f"])
    assert (card.qualname, card.file, card.source) == ("f", "<string>", "")


@pytest.mark.parametrize("python", ["python3.12", "python3.13"])
def test_other_pythons_read_the_same_from_the_same_functions(tmp_path, python):
    if not shutil.which(python) or subprocess.run([python, "-c", ""], check=False).returncode:
        pytest.skip(f"{python} is not here")
    script = tmp_path / "walk.py"
    script.write_text(OTHER_PYTHON)
    numeric = ("np", "pd", "rng")  # no numpy there
    bodies = {body: told for body, told in IMPURE.items() if not any(n in body for n in numeric)}
    cases = tmp_path / "cases.json"
    cases.write_bytes(msgspec.json.encode([[body, *told] for body, told in bodies.items()]))
    assert run(python, str(script), str(ROOT), str(cases)) == f"{len(bodies)}\n"


OTHER_PYTHON = """
import json, sys, types
from pathlib import Path
sys.path.insert(0, sys.argv[1])
# only the part that needs nothing installed: not the package's own __init__
package = types.ModuleType("converter.trace")
package.__path__ = [sys.argv[1] + "/converter/trace"]
sys.modules["converter.trace"] = package
from converter.trace.reads import impure_reads
head = "import os, sys, time, random, datetime, socket, subprocess\\nimport datetime as dt\\n"
head += "from datetime import datetime as clock\\nfrom os import environ, getenv, getenv as ge\\n"
head += "from pathlib import Path\\nfrom random import random as draw\\nNAME = 'FROM_A_GLOBAL'\\n"
cases = json.loads(Path(sys.argv[2]).read_text())
for body, line, code, words in cases:
    scope = {"__name__": "__main__"}
    lines = "".join(f"    {each}\\n" for each in body.splitlines())
    exec(compile(head + "def f(X):\\n" + lines, "x.py", "exec"), scope)
    read = impure_reads(scope["f"])
    assert read, body
    read = read[0]
    told = (read.line - 8, str(read.kind), read.name if "variable" in words else words)
    assert told == (line, code, words.replace("variable ", "")), (body, told)
print(len(cases))
"""
