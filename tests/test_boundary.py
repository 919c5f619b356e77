"""The boundary: every failure is one sentence and an exit code; in the process, too."""

import errno
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from converter.cli import main
from converter.errors import LoadError, UnsafeError, WorkerError

ROOT = Path(__file__).parents[1]


@pytest.fixture
def stage(tmp_path, monkeypatch):
    """A stand-in for the conversion, and a model file for it to fail on."""
    monkeypatch.chdir(tmp_path)
    Path("m.pkl").touch()
    state = SimpleNamespace(answer=None)
    module = SimpleNamespace(conversion=lambda *_, **__: state.answer())
    monkeypatch.setitem(sys.modules, "converter.convert", module)
    monkeypatch.setattr("converter.convert", module, raising=False)
    monkeypatch.setattr("converter.crew.Crew.start", lambda crew, target: None)
    return state


def failing(error):
    def answer():
        raise error

    return answer


FAILURES = [
    (LoadError("It is gone.", "Bring it back."), 5, "load"),
    (UnsafeError("It runs code.", names=("os.system",)), 5, "unsafe"),
    (WorkerError("It died."), 5, "worker"),
    (KeyboardInterrupt(), 130, "interrupted"),
    (OSError(errno.ENOSPC, "No space left on device", "m.onnx"), 5, "output"),
    (ZeroDivisionError("division by zero"), 5, "unforeseen"),
    (RecursionError(), 5, "unforeseen"),
    (MemoryError(), 5, "unforeseen"),
]


@pytest.mark.parametrize(("error", "code", "name"), FAILURES, ids=lambda v: type(v).__name__)
def test_a_failure_is_one_sentence_and_its_exit_code(stage, capsys, error, code, name):
    stage.answer = failing(error)
    assert main(["m.pkl"]) == code
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith("mlconvert: ")
    assert "Traceback" not in err


@pytest.mark.parametrize(("error", "code", "name"), FAILURES, ids=lambda v: type(v).__name__)
def test_with_json_a_failure_is_a_document(stage, capsys, error, code, name):
    stage.answer = failing(error)
    assert main(["m.pkl", "--json"]) == code
    document = json.loads(capsys.readouterr().out)
    assert document["report_version"] == 1
    assert (document["error"]["code"], document["error"]["exit_code"]) == (name, code)


def test_an_unforeseen_failure_names_its_type_and_shows_a_traceback_only_with_v(stage, capsys):
    stage.answer = failing(ZeroDivisionError("division by zero"))
    main(["m.pkl"])
    assert "ZeroDivisionError: division by zero" in capsys.readouterr().err
    main(["m.pkl", "-qv"])
    assert "Traceback" in capsys.readouterr().err


def test_a_failure_that_quotes_a_model_cannot_send_escapes(stage, capsys):
    stage.answer = failing(LoadError("No \x1b]0;owned\x07 [red]x[/red].\nforged"))
    main(["m.pkl", "-v"])
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "[red]x[/red]" in err


# --- the process ------------------------------------------------------------------------------


def run(*words, cwd=None, **environment):
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "mlconvert", *words]
    return subprocess.run(command, capture_output=True, env=env, cwd=cwd, timeout=60)


def imported(*words, cwd=None):
    """The top-level modules in memory after a command."""
    code = (
        "import sys, mlconvert; mlconvert.main(sys.argv[1:]); "
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=cwd,
        text=True,
        timeout=60,
    )
    return set(done.stderr.splitlines()[-1].split())


HEAVY = {
    "numpy",
    "scipy",
    "sklearn",
    "pandas",
    "pyarrow",
    "onnx",
    "onnxruntime",
    "spox",
    "skl2onnx",
}


@pytest.mark.parametrize("words", ["--help", "convert --help", "explain", "--version"])
def test_help_waits_for_no_library(words):
    loaded = imported(*words.split())
    assert "typer" in loaded
    assert not loaded & HEAVY


def test_inspect_loads_none_of_what_the_file_names(tmp_path):
    (tmp_path / "m.pkl").write_bytes(b"csklearn.pipeline\nPipeline\n.")
    loaded = imported("inspect", "m.pkl", cwd=tmp_path)
    assert "converter" in loaded
    assert not loaded & HEAVY


def test_the_help_states_every_exit_code():
    shown = run("--help").stdout.decode()
    for code in ("0:", "2:", "3:", "4:", "5:", "130:"):
        assert code in shown


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_no_character_is_beyond_the_stream(encoding):
    for words in (["--help"], ["explain"], ["explain", "function.custom"], ["no-such-größe"]):
        done = run(*words, PYTHONIOENCODING=encoding)
        assert done.returncode in (0, 2)
        done.stdout.decode(encoding)
        done.stderr.decode(encoding)


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
@pytest.mark.parametrize("words", ["--help", "explain", "explain --json"])
def test_a_reader_that_leaves_ends_nothing_in_an_error(words):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "mlconvert", *words.split()],
        stdout=writer,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", ["explain", "explain --json"])
def test_a_full_disk_is_a_sentence(words):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mlconvert", *words.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=60,
        )
    assert done.returncode == 5
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("mlconvert in", "inspect"),
        ("mlconvert --to ", "onnx"),
        ("mlconvert m.pkl --precision ", "float32"),
        ("mlconvert explain function.reads-e", "function.reads-environment"),
        ("mlconvert m.pkl --gold", "--golden"),
    ],
)
def test_the_shell_completes(words, completed):
    done = run(
        _MLCONVERT_COMPLETE="complete_bash",
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split()) - (not words.endswith(" "))),
    )
    assert completed in done.stdout.decode().split()


def test_the_shell_gets_its_completion_script():
    # The shell is the one that the command is run from; "; true" keeps bash from making way.
    words = f"{shlex.quote(sys.executable)} -m mlconvert --show-completion; true"
    done = subprocess.run(["bash", "-c", words], cwd=ROOT, capture_output=True, check=True)
    assert b"_MLCONVERT_COMPLETE" in done.stdout


def test_a_shell_without_completion_is_a_fault_of_usage():
    words = f"{shlex.quote(sys.executable)} -m mlconvert --show-completion; exit $?"
    done = subprocess.run(["sh", "-c", words], cwd=ROOT, capture_output=True)
    assert done.returncode in (0, 2), done.stderr  # 0 where sh is bash
