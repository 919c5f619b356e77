"""What several files of tests need to try a worker: jobs of `tests/jobs`, and processes' ends."""

import sys
import time
from pathlib import Path

import pytest

from converter.values import Record

ROOT = Path(__file__).parents[1]
JOBS = Path(__file__).parent / "jobs"
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


class Job(Record):
    do: str
    argument: str = ""
    names: tuple[str, ...] = ()


class Done(Record):
    said: str


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
