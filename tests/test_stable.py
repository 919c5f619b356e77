"""Workers forked from a stable are workers like all others, and cannot reach it or each other."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from converter import supervise
from converter.errors import MlconvertError, WorkerError
from converter.supervise import Limits
from converter.supervise.stable import POSSIBLE, Stable
from converter.worker import cage
from tests.workers import JOBS, ROOT, Done, Job, is_running, wait_until

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="needs Linux")


@pytest.fixture(autouse=True)
def _jobs_are_importable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(JOBS))


@pytest.fixture
def stable(_jobs_are_importable):
    with Stable("odd_jobs", caged=True, warm=("numpy", "no_such_module")) as made:
        yield made


def forked(stable, **options):
    return supervise.spawn("odd_jobs", stable=stable, **{"caged": True} | options)


def run(stable, do, argument="", **options):
    with forked(stable, **options) as child:
        child.submit(Job(do=do, argument=str(argument)))
        return child.wait(Done).said


def fails(stable, do, argument="", **options):
    with pytest.raises(MlconvertError) as caught:
        run(stable, do, argument, **options)
    return caught.value


@pytest.fixture
def cage_holds(stable):
    """Skips where the kernel lacks what the cage is made of; never in CI."""
    with forked(stable) as child:
        if {cage.NO_NETWORK, cage.NO_WRITES, cage.NO_SIGNALS} <= set(child.protections):
            return
    if os.environ.get("CI"):
        pytest.fail("CI has to run where the cage can be closed")
    pytest.skip("this system cannot close the cage")


# --- a worker like all others -----------------------------------------------------------------


@pytest.mark.parametrize("caged", [False, True])
def test_each_job_has_a_fresh_process_that_the_jobs_before_have_not_changed(stable, caged):
    pids = {run(stable, "number", caged=caged) for _ in range(3)}
    assert len(pids) == 3
    assert [run(stable, "count", caged=caged) for _ in range(3)] == ["1"] * 3


def test_many_workers_live_at_once(stable):
    children = [forked(stable) for _ in range(8)]
    for number, child in enumerate(children):
        child.submit(Job(do="echo", argument=str(number)))
    assert [child.wait(Done).said for child in reversed(children)] == list("76543210")
    for child in children:
        child.close()


def test_a_job_larger_than_a_pipe_arrives_whole(stable):
    assert run(stable, "echo", "x" * 1_000_000) == "x" * 1_000_000


def test_the_worker_s_stdin_is_its_own_and_empty_after_the_job(stable):
    assert run(stable, "read_stdin") == "''"


def test_the_environment_and_the_current_folder_are_those_of_now(stable, monkeypatch, tmp_path):
    assert run(stable, "variables", "SCALE_FACTOR") == ""
    monkeypatch.setenv("SCALE_FACTOR", "3")
    monkeypatch.chdir(tmp_path)
    assert run(stable, "variables", "SCALE_FACTOR") == "3"
    assert run(stable, "where") == str(tmp_path)
    monkeypatch.delenv("SCALE_FACTOR")
    assert run(stable, "variables", "SCALE_FACTOR ORT_DISABLE_TELEMETRY") == " 1"


def test_scratch_files_go_to_the_worker_s_own_folder(stable):
    assert run(stable, "scratch") == "True"


def test_the_user_s_code_is_importable_in_the_worker_that_was_given_it(stable, tmp_path):
    (tmp_path / "of_the_user.py").write_text("X = 1")
    assert run(stable, "import_names", "of_the_user", code=(str(tmp_path),)).endswith("user.py")
    assert "ModuleNotFoundError" in fails(stable, "import_names", "of_the_user").what


def test_our_names_are_free_for_the_user_s_modules(stable, tmp_path):
    (tmp_path / "converter.py").write_text("X = 1")
    named = run(stable, "import_names", "converter", code=(str(tmp_path),))
    assert named == str(tmp_path / "converter.py")


def test_the_fork_is_alone_in_its_process_though_numpy_runs_threads(stable):
    assert run(stable, "threads") == "1"


@pytest.mark.usefixtures("cage_holds")
def test_the_cage_of_a_fork_holds_what_that_of_a_fresh_process_holds(stable):
    with supervise.spawn("odd_jobs", caged=True) as fresh, forked(stable) as fork:
        assert fork.protections == fresh.protections != ()


MISBEHAVIOUR = {
    "hang": ("worker.timeout", "did not finish within 1 s"),
    "hang_in_a_grandchild": ("worker.timeout", "did not finish within 1 s"),
    "grow": ("worker.memory", "needed more than 300 MiB"),
    "crash": ("worker.died", "ended by SIGSEGV"),
    "kill_itself": ("worker.died", "ended by SIGKILL"),
    "leave": ("worker.died", "exited with status 3 and gave no answer. It last said: so long"),
    "leave_politely": ("worker.raised", "stopped with SystemExit: 0"),
    "answer_by_pipe": ("worker.nonsense", "neither a file nor a folder"),
}


@pytest.mark.parametrize("do", MISBEHAVIOUR)
def test_a_misbehaving_worker_is_a_typed_error_of_its_own_job(stable, do, tmp_path):
    code, words = MISBEHAVIOUR[do]
    limits = Limits(memory=300 << 20) if do == "grow" else Limits(timeout=1.0)
    if "grandchild" in do:
        limits, words = Limits(timeout=2.0), words.replace("1 s", "2 s")
    assert run(stable, "echo", "warm") == "warm"
    error = fails(stable, do, tmp_path / "pid", limits=limits, caged=False)
    assert isinstance(error, WorkerError)
    assert error.code == code
    assert words in error.what
    assert run(stable, "echo", "still here") == "still here"


@pytest.mark.parametrize("caged", [False, True])
def test_what_the_worker_started_ends_with_it(stable, caged):
    pid = run(stable, "leave_a_grandchild", caged=caged)
    wait_until(lambda: not is_running(pid))


def test_a_closed_worker_is_gone_with_what_it_started(stable, tmp_path):
    with forked(stable, caged=False) as child:
        child.submit(Job(do="hang_in_a_grandchild", argument=str(tmp_path / "pid")))
        wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    wait_until(lambda: not is_running((tmp_path / "pid").read_text()))
    assert not child.folder.exists()


# --- what a stranger reaches ------------------------------------------------------------------


@pytest.mark.usefixtures("cage_holds")
@pytest.mark.parametrize("whom", ["stable", "sibling", "us"])
def test_a_caged_stranger_reaches_neither_the_stable_nor_another_worker_nor_us(stable, whom):
    with forked(stable) as sibling:
        sibling.submit(Job(do="hang"))
        wait_until(lambda: sibling._process.pid)
        victim = {"stable": stable.pid, "sibling": sibling._process.pid, "us": os.getpid()}[whom]
        assert run(stable, "reach_for", victim) == ""
        assert sibling.alive
    assert stable.alive


def test_a_fork_holds_no_file_of_the_stable_s(stable):
    with forked(stable) as sibling:
        sibling.submit(Job(do="hang"))
        first, *more = run(stable, "list_files", caged=False).split()
    assert {first, *more} - {"3"} == {"0", "1", "2"}  # 3 is the listing itself


# --- the stable's end -------------------------------------------------------------------------


def test_a_stable_that_died_is_known_to_have_and_its_workers_are_errors_not_hangs(stable):
    with forked(stable) as child:
        child.submit(Job(do="hang"))
        child.protections  # noqa: B018  it stands
        os.kill(stable.pid, signal.SIGKILL)
        with pytest.raises(WorkerError) as caught:
            child.wait(Done)
        assert caught.value.code == "worker.died"
    wait_until(lambda: not stable.alive)
    assert fails(stable, "echo").code == "worker.died"


def test_an_uncaged_stranger_that_kills_the_stable_ends_its_own_job_with_an_error(stable):
    assert fails(stable, "kill", stable.pid, caged=False).code == "worker.died"


def test_closing_a_stable_ends_its_workers_and_what_they_started(stable, tmp_path):
    with forked(stable, caged=False) as child:
        child.submit(Job(do="hang_in_a_grandchild", argument=str(tmp_path / "pid")))
        wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        pid = child._process.pid
        stable.close()
        wait_until(lambda: not is_running(pid))
    wait_until(lambda: not is_running((tmp_path / "pid").read_text()))


PARENT = """
import time
from converter import supervise
from converter.supervise.stable import Stable
from test_stable_records import Job, Done
with Stable("odd_jobs", caged=True) as stable:
    with supervise.spawn("odd_jobs", caged=True, stable=stable) as child:
        child.submit(Job(do="hang"))
        while not child._process.pid:
            time.sleep(0.01)
        print(stable.pid, child._process.pid, child.folder, flush=True)
        child.wait(Done)
"""


@pytest.fixture
def parent(tmp_path, monkeypatch):
    records = "from converter.values import Record\n"
    records += "class Job(Record):\n    do: str\nclass Done(Record):\n    said: str\n"
    (tmp_path / "test_stable_records.py").write_text(records)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (ROOT, JOBS, tmp_path))))
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def test_neither_stable_nor_worker_outlive_a_killed_parent(parent):
    pids = parent.stdout.readline().split()[:2]
    assert all(map(is_running, pids))
    parent.kill()
    wait_until(lambda: not any(map(is_running, pids)))


def test_an_interrupted_parent_ends_both_and_removes_their_folders(parent):
    *pids, folder = parent.stdout.readline().split()
    parent.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in parent.communicate()[1]
    wait_until(lambda: not any(map(is_running, pids)))
    assert not Path(folder).exists()
