"""A worker that serves does job after job, and ends with whatever it cannot recover from."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from converter import supervise
from converter.errors import MlconvertError, UsageError, WorkerError
from converter.supervise import Limits
from tests.workers import JOBS, ROOT, Done, Job, is_running, linux, wait_until


@pytest.fixture(autouse=True)
def _jobs_are_importable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(JOBS))


def serving(*, caged=False, limits=None, **options):
    return supervise.spawn("odd_jobs", caged=caged, limits=limits, serves=True, **options)


def asked(child, do, argument=""):
    return child.ask(Job(do=do, argument=str(argument)), Done).said


def fails(child, do, argument=""):
    with pytest.raises(MlconvertError) as caught:
        asked(child, do, argument)
    return caught.value


@pytest.mark.parametrize("caged", [False, True])
def test_one_process_answers_job_after_job(caged):
    with serving(caged=caged) as child:
        pid = asked(child, "number")
        assert [asked(child, "echo", text) for text in "abc"] == ["a", "b", "c"]
        assert asked(child, "number") == pid


def test_what_a_job_prints_or_leaves_does_not_disturb_the_next():
    with serving() as child:
        assert asked(child, "babble") == "done"
        assert asked(child, "write", "note.txt") == "note.txt"
        assert child.path("note.txt").read_text() == "here"
        assert asked(child, "echo", "x" * 1_000_000) == "x" * 1_000_000


FAILURES = {
    "raise_value_error": ("worker.raised", "stopped with ValueError."),
    "leave_politely": ("worker.raised", "stopped with SystemExit: 0"),
    "recurse": ("worker.raised", "RecursionError"),
    "raise_ours": ("some.code", "It went wrong."),
}


@pytest.mark.parametrize("do", FAILURES)
def test_an_exception_is_the_end_of_its_own_job_only(do):
    code, words = FAILURES[do]
    with serving() as child:
        pid = asked(child, "number")
        error = fails(child, do, "UsageError" if do == "raise_ours" else "")
        assert error.code == code
        assert words in error.what
        assert asked(child, "number") == pid
        assert child.alive


def test_an_error_of_ours_arrives_as_itself():
    with serving() as child:
        assert type(fails(child, "raise_ours", "UsageError")) is UsageError


ENDS = {
    "crash": ("worker.died", "ended by SIGSEGV"),
    "kill_itself": ("worker.died", "ended by SIGKILL"),
    "leave": ("worker.died", "exited with status 3 and gave no answer. It last said: so long"),
    "hang": ("worker.timeout", "did not finish within 2 s"),
    "ask_too_much": ("worker.memory", "ran out of memory"),
    "grow": ("worker.memory", "needed more than 300 MiB"),
}


@linux
@pytest.mark.parametrize("do", ENDS)
def test_what_is_no_exception_ends_the_process_with_its_job(do):
    code, words = ENDS[do]
    limits = {"hang": Limits(timeout=2.0), "grow": Limits(memory=300 << 20)}.get(do)
    with serving(limits=limits) as child:
        pid = asked(child, "number")
        error = fails(child, do)
        assert isinstance(error, WorkerError)
        assert (error.code, child.alive) == (code, False)
        assert words in error.what
        assert not is_running(pid)


@linux
def test_a_process_that_ended_between_two_jobs_is_no_longer_alive_and_says_so_when_asked():
    with serving() as child:
        os.kill(int(asked(child, "number")), signal.SIGKILL)
        wait_until(lambda: not child.alive)
        assert fails(child, "echo").code == "worker.died"


def test_the_time_limit_is_each_job_s_own():
    with serving(limits=Limits(timeout=2.0)) as child:
        assert [asked(child, "nap", 0.5) for _ in range(6)] == ["0.5"] * 6


def test_a_last_job_ends_the_process():
    with serving() as child:
        pid = asked(child, "number")
        child.submit(Job(do="number"))
        assert child.wait(Done).said == pid
        assert not child.alive


@linux
def test_a_process_holds_its_own_bell_only_and_hands_it_on_to_nobody():
    with serving() as one, serving() as other:
        for child in (one, other):
            assert len(asked(child, "list_files").split()) == 5  # with the listing itself
        assert asked(one, "files_of_a_subprocess").split() == ["0", "1", "2", "3"]


PARENT = """
import sys
from converter import supervise
from test_serving_records import Job, Done
with supervise.spawn("odd_jobs", caged=True, serves=True) as child:
    print(child.ask(Job(do="number"), Done).said, child.folder, flush=True)
    child.ask(Job(do="hang"), Done)
"""


@pytest.fixture
def parent(tmp_path, monkeypatch):
    records = "from converter.values import Record\n"
    records += "class Job(Record):\n    do: str\nclass Done(Record):\n    said: str\n"
    (tmp_path / "test_serving_records.py").write_text(records)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (ROOT, JOBS, tmp_path))))
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


@linux
def test_it_does_not_outlive_a_killed_parent(parent):
    pid = parent.stdout.readline().split()[0]
    assert is_running(pid)
    parent.kill()
    wait_until(lambda: not is_running(pid))


@linux
def test_an_interrupted_parent_ends_it_and_removes_its_folder(parent):
    pid, folder = parent.stdout.readline().split()
    parent.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in parent.communicate()[1]
    assert not is_running(pid)
    assert not Path(folder).exists()
