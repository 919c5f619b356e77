"""What the memory watch counts."""

import subprocess
import sys

import pytest

from converter.supervise.memory import resident

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")

SIZE = 64 << 20
HOLDS = f"b = b'x' * {SIZE}; print('ready', flush=True); input()"
STARTS = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDS!r}])"
MAPS = f"""
import mmap, sys
file = open(sys.argv[1], 'r+b'); file.truncate({SIZE}); held = mmap.mmap(file.fileno(), 0)
held[:]; print('ready', flush=True); input()"""


@pytest.mark.parametrize(
    ("program", "low", "high"),
    [(HOLDS, SIZE, 2 * SIZE), (STARTS, SIZE, 2 * SIZE), (MAPS, 1, SIZE)],
    ids=["its own memory counts", "a child's memory counts", "a mapped file does not"],
)
def test_the_watch_counts(program, low, high, tmp_path):
    (tmp_path / "file").touch()
    arguments = [sys.executable, "-c", program, str(tmp_path / "file")]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        held = resident(process.pid)
        process.stdin.close()
    assert low < held < high


def test_a_process_that_is_gone_holds_nothing():
    with subprocess.Popen(["true"]) as process:
        pass
    assert resident(process.pid) == 0
