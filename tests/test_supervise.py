"""Whatever a worker does, its parent ends up with a record or with one typed error."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from converter import errors, supervise
from converter.errors import MissingExtraError, MlconvertError, UnsafeError, WorkerError
from converter.supervise import Limits
from converter.values import Record
from tests.workers import JOBS, ROOT, Done, Job, is_running, linux, wait_until


class Wide(Record):
    inner: Done
    several: tuple[Done, ...]
    errors: dict[str, Done]


@pytest.fixture(autouse=True)
def _jobs_are_importable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(JOBS))


def run(do, argument="", *, caged=False, limits=None, reply=Done, **options):
    with supervise.spawn("odd_jobs", caged=caged, limits=limits, **options) as child:
        child.submit(Job(do=do, argument=str(argument)))
        return child.wait(reply)


def fails(do, argument="", **options):
    with pytest.raises(MlconvertError) as caught:
        run(do, argument, **options)
    return caught.value


# --- what works -------------------------------------------------------------------------------


@pytest.mark.parametrize("caged", [False, True])
def test_a_job_is_answered_with_its_record(caged):
    assert run("echo", "grüezi", caged=caged) == Done(said="grüezi")


def test_records_within_records_are_encoded_after_our_modules_are_gone():
    done = Done(said="x")
    assert run("wide", "x", reply=Wide) == Wide(
        inner=done, several=(done, done), errors={"one": done}
    )


def test_a_job_larger_than_a_pipe_arrives_whole():
    assert run("echo", "x" * 1_000_000).said == "x" * 1_000_000


def test_babble_on_stdout_and_stderr_is_ignored():
    with supervise.spawn("odd_jobs", caged=False) as child:
        child.submit(Job(do="babble"))
        assert child.wait(Done) == Done(said="done")
        assert child.protections == ()


def test_the_model_code_finds_an_empty_stdin():
    assert run("read_stdin").said == "''"


def test_the_environment_of_the_user_reaches_the_worker(monkeypatch):
    monkeypatch.setenv("SCALE_FACTOR", "3")
    assert run("variables", "SCALE_FACTOR", caged=True).said == "3"


@pytest.mark.parametrize("caged", [False, True])
def test_onnx_runtime_is_told_not_to_report_to_its_makers(caged):
    assert run("variables", "ORT_DISABLE_TELEMETRY", caged=caged).said == "1"


def test_the_worker_inherits_no_open_file():
    with Path(__file__).open() as file:
        held = os.dup2(file.fileno(), 200, inheritable=True)
    assert str(held) not in run("list_files").said.split()
    os.close(held)


def test_modules_in_the_current_folder_do_not_shadow_ours_or_the_libraries(tmp_path, monkeypatch):
    for name in ("converter", "adapters", "msgspec", "numpy", "ctypes", "odd_jobs"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(tmp_path)
    assert run("import_names", "msgspec").said.endswith("__init__.py")


def test_modules_of_the_user_named_like_ours_do_not_shadow_ours(tmp_path, monkeypatch):
    (tmp_path / "converter.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(JOBS)]))
    assert run("echo", "x").said == "x"


def test_the_folder_is_fresh_and_goes_with_the_child():
    with supervise.spawn("odd_jobs", caged=False) as child:
        assert list(child.folder.iterdir()) == []
        child.submit(Job(do="write", argument="note.txt"))
        child.wait(Done)
        assert child.path("note.txt").read_text() == "here"
    assert not child.folder.exists()


def test_a_child_without_a_job_is_closed():
    with supervise.spawn("odd_jobs", caged=False, warm=("json", "no_such_module")) as child:
        pass
    assert not child.folder.exists()


@linux
def test_what_the_worker_started_ends_with_it():
    pid = run("leave_a_grandchild").said
    wait_until(lambda: not is_running(pid))


# --- what fails, and how ----------------------------------------------------------------------

MISBEHAVIOUR = {
    "hang": ("worker.timeout", "did not finish within 1 s"),
    "ask_too_much": ("worker.memory", "ran out of memory"),
    "crash": ("worker.died", "ended by SIGSEGV"),
    "kill_itself": ("worker.died", "ended by SIGKILL"),
    "leave": ("worker.died", "exited with status 3 and gave no answer. It last said: so long"),
    "raise_value_error": ("worker.raised", "stopped with ValueError."),
    "raise_mute": ("worker.raised", "stopped with Mute."),
    "leave_politely": ("worker.raised", "stopped with SystemExit: 0"),
    "interrupt": ("worker.raised", "stopped with KeyboardInterrupt."),
    "recurse": ("worker.raised", "RecursionError"),
    "answer_by_pipe": ("worker.nonsense", "neither a file nor a folder"),
    "answer_without_end": ("worker.nonsense", "bytes"),
}


@pytest.mark.parametrize("do", MISBEHAVIOUR)
def test_a_misbehaving_worker_is_a_typed_error_of_its_own_job(do):
    code, words = MISBEHAVIOUR[do]
    error = fails(do, limits=Limits(timeout=1.0) if do == "hang" else None)
    assert isinstance(error, WorkerError)
    assert error.code == code
    assert words in error.what
    assert error.exit_code == 5


NONSENSE = {
    "empty": "",
    "not JSON": "hello",
    "of another shape": "[1, 2]",
    "unknown keys": '{"answer": 42}',
    "no result": "{}",
    "another record": '{"result": {"other": 1}}',
    "another type": '{"result": {"said": 1}}',
    "too much": '{"result": {"said": "x", "more": 1}}',
    "deep": '{"result": ' + "[" * 100_000,
    "failure of another shape": '{"failure": {"kind": 1}}',
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE)
def test_an_answer_that_is_not_the_record_asked_for_is_refused(answer):
    assert fails("answer", answer).code == "worker.nonsense"


def test_an_answer_that_is_a_link_to_a_file_of_the_user_is_not_read(tmp_path):
    (tmp_path / "secret").write_text('{"result": {"said": "secret"}}')
    assert fails("answer_by_link", tmp_path / "secret").code == "worker.nonsense"


@pytest.mark.parametrize("link", ["/dev/zero", "/nowhere"])
def test_an_answer_that_is_another_link_is_not_read_either(link):
    assert fails("answer_by_link", link).code == "worker.nonsense"


@linux
@pytest.mark.parametrize("do", ["grow", "grow_in_a_grandchild"])
def test_outgrowing_the_memory_limit_is_worker_memory_and_names_the_option(do):
    error = fails(do, limits=Limits(memory=300 << 20))
    assert (error.code, error.remedy) == ("worker.memory", "Raise the limit with --memory.")


@linux
def test_a_timeout_ends_the_grandchildren_too(tmp_path):
    pid_file = tmp_path / "pid"
    error = fails("hang_in_a_grandchild", pid_file, limits=Limits(timeout=2.0))
    assert error.remedy == "Raise the limit with --timeout."
    wait_until(lambda: not is_running(pid_file.read_text()))


OURS = [
    *(errors.UsageError, errors.UnreadableError, errors.LoadError, errors.WorkerError),
    *(errors.MissingExtraError, errors.OutputError),
]


@pytest.mark.parametrize("kind", OURS)
def test_an_error_of_ours_arrives_as_itself(kind):
    error = fails("raise_ours", kind.__name__)
    assert type(error) is kind
    assert (error.what, error.remedy, error.code) == ("It went wrong.", "Do it right.", "some.code")


def test_an_unsafe_error_keeps_its_names():
    error = fails("raise_unsafe")
    assert isinstance(error, UnsafeError)
    assert error.names == ("os.system", "eval")


def test_a_full_disk_is_an_output_error():
    error = fails("fill_the_disk")
    assert isinstance(error, errors.OutputError)
    assert error.what == "There is no space left on the disk."


def test_a_stranger_s_message_is_one_printable_line():
    error = fails("raise_value_error", "\x1b[2Jred\nsecond" + "x" * 10_000)
    assert error.what == "The worker stopped with ValueError: ?[2Jred."
    assert len(fails("raise_value_error", "x" * 10_000).what) < 350


def test_the_traceback_of_a_stranger_s_error_is_a_note():
    assert "in raise_value_error" in fails("raise_value_error", "x").__notes__[0]


def test_unknown_code_is_refused_where_the_cage_is_not_closed():
    error = fails("demand", caged=False)
    assert isinstance(error, UnsafeError)
    assert error.names == ("stranger.Model",)
    assert "--trust" in error.remedy


def test_a_library_that_the_jobs_stand_on_and_is_missing_is_named_with_its_extra():
    with (
        supervise.spawn("no_such_jobs", caged=False) as child,
        pytest.raises(MissingExtraError) as caught,
    ):
        child.submit(Job(do="echo"))
        child.wait(Done)
    assert "no_such_jobs" in caught.value.what
    assert "mlconvert[onnx]" in caught.value.remedy


# --- the parent's end -------------------------------------------------------------------------

PARENT = """
import os, sys
from converter import supervise
from test_supervise_records import Job, Done
with supervise.spawn("odd_jobs", caged=False) as child:
    child.submit(Job(do="hang"))
    child.protections
    print(child._process.pid, child.folder, flush=True)
    child.wait(Done)
"""


@pytest.fixture
def parent(tmp_path, monkeypatch):
    records = "from converter.values import Record\n"
    records += "class Job(Record):\n    do: str\nclass Done(Record):\n    said: str\n"
    (tmp_path / "test_supervise_records.py").write_text(records)
    paths = os.pathsep.join(map(str, (ROOT, JOBS, tmp_path)))
    monkeypatch.setenv("PYTHONPATH", paths)
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


@linux
def test_the_worker_does_not_outlive_a_killed_parent(parent):
    pid = parent.stdout.readline().split()[0]
    assert is_running(pid)
    parent.kill()
    wait_until(lambda: not is_running(pid))


@linux
def test_an_interrupted_parent_ends_the_worker_and_removes_its_folder(parent):
    pid, folder = parent.stdout.readline().split()
    parent.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in parent.communicate()[1]
    assert not is_running(pid)
    assert not Path(folder).exists()
