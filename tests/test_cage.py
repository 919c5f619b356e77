"""What a stranger's pickle tries from inside the cage, and what honest work still does there.

Each attempt also runs outside the cage, where it must come through: else its failing inside
would prove nothing.
"""

import os
import pickle
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from converter import supervise
from converter.values import Record
from converter.worker import cage, seccomp

JOBS = Path(__file__).parent / "jobs"

# Each has `outside` (a folder with `file` and the empty folder `empty`), `inside` (the worker's own
# folder), `port` and `address` (where somebody listens) and `victim` (a process of the same user).
ATTEMPTS = {
    "connect by TCP": "import socket; socket.create_connection(('127.0.0.1', port)).send(b'x')",
    "send by UDP": """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'x', ('127.0.0.1', port))""",
    "listen": "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()",
    "fetch a URL": """
import http.client; http.client.HTTPConnection('127.0.0.1', port).request('GET', '/')""",
    "connect to a unix socket": """
import socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.connect(address)""",
    "send to a unix socket from a pair": """
import socket
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM); a.sendto(b'x', address)""",
    "send a message to a unix socket from a pair": """
import socket
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM); a.sendmsg([b'x'], [], 0, address)""",
    "connect from a subprocess": """
import subprocess, sys
subprocess.run([sys.executable, '-c',
    f"import socket; socket.create_connection(('127.0.0.1', {port}))"], check=True)""",
    "connect from a thread": """
import socket, concurrent.futures as c
with c.ThreadPoolExecutor() as pool:
    pool.submit(socket.create_connection, ('127.0.0.1', port)).result()""",
    "create a file": "open(f'{outside}/new', 'w')",
    "create a file in a subprocess": """
import subprocess; subprocess.run(['touch', f'{outside}/new'], check=True)""",
    "create a nameless file": "import os; os.open(outside, os.O_TMPFILE | os.O_RDWR)",
    "append to a file": "open(f'{outside}/file', 'a').write('x')",
    "open a file for writing": "import os; os.write(os.open(f'{outside}/file', os.O_RDWR), b'x')",
    "cut a file": "import os; os.truncate(f'{outside}/file', 0)",
    "cut a file by opening it for reading": """
import os; os.open(f'{outside}/file', os.O_RDONLY | os.O_TRUNC)""",
    "remove a file": "import os; os.unlink(f'{outside}/file')",
    "rename a file": "import os; os.rename(f'{outside}/file', f'{outside}/other')",
    "take a file away": "import os; os.rename(f'{outside}/file', f'{inside}/file')",
    "put a file there": """
import os; open(f'{inside}/mine', 'w'); os.rename(f'{inside}/mine', f'{outside}/mine')""",
    "write to a file by another name": """
import os; os.link(f'{outside}/file', f'{inside}/alias')
open(f'{inside}/alias', 'a').write('x')""",
    "write to a file through a link": """
import os
os.symlink(f'{outside}/file', f'{inside}/link'); open(f'{inside}/link', 'a').write('x')""",
    "write to a file it holds open": """
import os
held = os.open(f'{outside}/file', os.O_RDONLY); open(f'/proc/self/fd/{held}', 'w').write('x')""",
    "make a link": "import os; os.symlink('/etc', f'{outside}/link')",
    "make a folder": "import os; os.mkdir(f'{outside}/folder')",
    "remove a folder": "import os; os.rmdir(f'{outside}/empty')",
    "make a pipe": "import os; os.mkfifo(f'{outside}/pipe')",
    "open up a file": "import os; os.chmod(f'{outside}/file', 0o777)",
    "open up a file it holds open": """
import os; os.fchmod(os.open(f'{outside}/file', os.O_RDONLY), 0o777)""",
    "open up a file in a subprocess": """
import subprocess; subprocess.run(['chmod', '777', f'{outside}/file'], check=True)""",
    "give a file away": "import os; os.chown(f'{outside}/file', os.getuid(), os.getgid())",
    "set the times of a file": "import os; os.utime(f'{outside}/file', (0, 0))",
    "share memory": """
from multiprocessing.shared_memory import SharedMemory
s = SharedMemory(create=True, size=8); s.close(); s.unlink()""",
    "write to the shared memory of all": """
import os; open('/dev/shm/stranger', 'w'); os.unlink('/dev/shm/stranger')""",
    "signal a process": "import os; os.kill(victim, 10)",
    "signal a process from a subprocess": """
import subprocess; subprocess.run(['sh', '-c', f'kill -USR1 {victim}'], check=True)""",
    "signal the parent": "import os; os.kill(os.getppid(), 0)",
    "limit another process": """
import resource; resource.prlimit(victim, resource.RLIMIT_NOFILE, (64, 64))""",
    "slow another process down": "import os; os.setpriority(os.PRIO_PROCESS, victim, 5)",
    "read the memory of another process": "open(f'/proc/{victim}/mem', 'rb')",
    "write to the pipe of another process": "open(f'/proc/{victim}/fd/1', 'w').write('x')",
    "leave its session": """
import subprocess; subprocess.run(['true'], start_new_session=True, check=True)""",
    "leave its group": "import subprocess; subprocess.run(['true'], process_group=0, check=True)",
}


class Stranger:
    """An object whose unpickling runs `code`."""

    def __init__(self, code, names):
        self.code, self.names = code, names

    def __reduce__(self):
        return exec, (self.code, dict(self.names))


class Job(Record):
    do: str
    argument: str = ""


class Done(Record):
    said: str


@pytest.fixture(scope="module")
def importable():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(JOBS))
        yield


def protections():
    with supervise.spawn("odd_jobs", caged=True) as child:
        return child.protections


@pytest.fixture(scope="module")
def cage_holds(importable):
    """Skips where the kernel lacks what the cage is made of; never in CI on Linux."""
    if {cage.NO_NETWORK, cage.NO_WRITES, cage.NO_SIGNALS} <= set(protections()):
        return
    if os.environ.get("CI") and sys.platform == "linux":
        pytest.fail("CI has to run where the cage can be closed")
    pytest.skip("this system cannot close the cage")


def prepare(root, name):
    outside = root / "outside" / name.replace(" ", "-")
    (outside / "empty").mkdir(parents=True)
    (outside / "file").write_text("untouched")
    (outside / "file").chmod(0o600)
    return outside


def snapshot(outside):
    entries = sorted(outside.rglob("*"))
    return [(path.name, path.lstat().st_mode, path.lstat().st_mtime_ns) for path in entries] + [
        (outside / "file").read_text() if (outside / "file").is_file() else ""
    ]


def let_them_try(root, caged):
    """Every attempt in one worker: what each came to, what it changed, and what the world saw."""
    world = SimpleNamespace(outcomes={}, changed={}, heard=[])
    tcp, unix = (
        socket.create_server(("127.0.0.1", 0)),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
    )
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(tcp.getsockname())
    unix.bind(str(root / "socket"))
    (root / "pickles").mkdir()
    with (
        subprocess.Popen([sys.executable, "-c", VICTIM], stdout=subprocess.PIPE) as victim,
        supervise.spawn("odd_jobs", caged=caged) as child,
    ):
        victim.stdout.readline()
        before = {}
        for name, code in ATTEMPTS.items():
            outside = prepare(root, name)
            names = {
                "outside": str(outside),
                "inside": str(child.folder),
                "port": tcp.getsockname()[1],
                "address": str(root / "socket"),
                "victim": victim.pid,
            }
            own = child.folder / outside.name
            own.mkdir()
            names["inside"] = str(own)
            before[name] = outside, snapshot(outside)
            pickled = pickle.dumps(Stranger(code, names))
            (root / "pickles" / f"{name}.pkl").write_bytes(pickled)
        child.submit(Job(do="unpickle_each", argument=str(root / "pickles")))
        world.outcomes = msgspec.json.decode(child.wait(Done).said)
        world.changed = {name: snapshot(path) != old for name, (path, old) in before.items()}
        victim.kill()
        world.signalled = b"signalled" in (said := victim.stdout.read())
        world.written = b"x" in said
    for listener in (tcp, udp, unix):
        listener.setblocking(False)
        world.heard.append(heard(listener))
        listener.close()
    return world


VICTIM = """
import signal, time, sys
signal.signal(signal.SIGUSR1, lambda *_: print("signalled", flush=True))
print("ready", flush=True)
while True: time.sleep(1)
"""


def heard(listener):
    try:
        if listener.type == socket.SOCK_STREAM:
            listener.accept()[0].close()
        else:
            listener.recv(1)
        return True
    except BlockingIOError:
        return False


@pytest.fixture(scope="module")
def caged(cage_holds, tmp_path_factory):
    return let_them_try(tmp_path_factory.mktemp("caged"), caged=True)


@pytest.fixture(scope="module")
def free(cage_holds, tmp_path_factory):
    return let_them_try(tmp_path_factory.mktemp("free"), caged=False)


# Landlock answers a link from elsewhere as if it were another device.
REFUSED = ("PermissionError:", "CalledProcessError:", "OSError: [Errno 18]")


@pytest.mark.parametrize("name", ATTEMPTS)
def test_an_attempt_fails_in_the_cage_and_changes_nothing(name, caged):
    assert caged.outcomes[name].startswith(REFUSED)
    assert not caged.changed[name]


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_same_attempt_comes_through_without_the_cage(name, free):
    if name == "read the memory of another process" and os.getuid() != 0:
        pytest.skip("Yama may forbid it to everybody")
    if "Operation not supported" in free.outcomes[name]:
        pytest.skip("this file system has no such thing")
    assert free.outcomes[name] == "done"


def test_nothing_of_the_cage_reached_those_who_listen_or_the_other_process(caged):
    assert caged.heard == [False, False, False]
    assert not caged.signalled
    assert not caged.written


def test_those_who_listen_and_the_other_process_are_reached_without_the_cage(free):
    assert free.heard == [True, True, True]
    assert free.signalled
    assert free.written


# --- what still works -------------------------------------------------------------------------

WORKS = {
    "read a file": f"open({__file__!r}).read()",
    "write in its folder": """
import os
open(f'{inside}/a', 'w').write('x'); os.rename(f'{inside}/a', f'{inside}/b')
os.makedirs(f'{inside}/c/d'); os.rename(f'{inside}/b', f'{inside}/c/d/b')
os.symlink('b', f'{inside}/c/d/e'); open(f'{inside}/c/d/b', 'w').truncate(0)
import shutil; shutil.rmtree(f'{inside}/c')""",
    "make a temporary file": """
import tempfile
with tempfile.NamedTemporaryFile() as f: assert f.name.startswith(folder)
with tempfile.TemporaryDirectory() as d: open(f'{d}/x', 'w')""",
    "write to the null device": "open('/dev/null', 'w').write('x'); open('/dev/null', 'r+b')",
    "start threads": """
import concurrent.futures as c
with c.ThreadPoolExecutor(4) as p: assert list(p.map(abs, [-1, -2])) == [1, 2]""",
    "start and end a subprocess": """
import subprocess
subprocess.run(['true'], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
p = subprocess.Popen(['sleep', '60']); p.terminate(); assert p.wait() == -15""",
    "fork": "import os; pid = os.fork() or os._exit(0); os.waitpid(pid, 0)",
    "talk to itself": """
import asyncio, os, socket
a, b = socket.socketpair(); a.send(b'x'); assert b.recv(1) == b'x'
os.write(os.pipe()[1], b'x'); asyncio.run(asyncio.sleep(0))""",
    "ask about itself": """
import os, resource, platform, time
resource.getrlimit(resource.RLIMIT_NOFILE); os.cpu_count(); os.nice(0); platform.platform()
os.sched_getaffinity(0); time.sleep(0); os.path.expanduser('~'); os.isatty(0)""",
    "multiply matrices": """
import numpy as np
x = np.ones((300, 300)); assert (x @ x == 300).all(); np.linalg.svd(x)""",
    "run joblib in threads": """
import joblib
assert joblib.Parallel(2, backend='threading')(map(joblib.delayed(abs), [-1, -2])) == [1, 2]""",
    "run joblib in processes, which then work one by one": """
import joblib
assert joblib.Parallel(2)(map(joblib.delayed(abs), [-1, -2])) == [1, 2]""",
    "fit and predict in parallel": """
import numpy as np
from sklearn.ensemble import RandomForestClassifier, HistGradientBoostingClassifier
from sklearn.neighbors import KNeighborsClassifier
X = np.random.default_rng(0).normal(size=(300, 4)); y = (X[:, 0] > 0).astype(int)
for m in (RandomForestClassifier(20, n_jobs=2), HistGradientBoostingClassifier(max_iter=5),
          KNeighborsClassifier(n_jobs=2)):
    assert m.fit(X, y).score(X, y) > 0.8""",
    "run ONNX Runtime": """
import onnx, onnxruntime as ort, numpy as np
from onnx import helper as h
x, y = (h.make_tensor_value_info(n, 1, [2]) for n in 'xy')
g = h.make_graph([h.make_node('Neg', ['x'], ['y'])], 'g', [x], [y])
m = h.make_model(g, ir_version=9, opset_imports=[h.make_opsetid('', 17)]).SerializeToString()
s = ort.InferenceSession(m); assert s.run(None, {'x': np.ones(2, 'f')})[0].tolist() == [-1, -1]""",
    "read and write Parquet": """
import pyarrow as pa, pyarrow.parquet as pq
pq.write_table(pa.table({'a': [1]}), f'{inside}/t.parquet')
pq.read_table(f'{inside}/t.parquet')""",
}


@pytest.fixture(scope="module")
def honest(cage_holds, tmp_path_factory):
    root = tmp_path_factory.mktemp("honest")
    with supervise.spawn("odd_jobs", caged=True) as child:
        for name, code in WORKS.items():
            own = child.folder / name.replace(" ", "-")
            own.mkdir()
            names = {"inside": str(own), "folder": str(child.folder)}
            pickled = pickle.dumps(Stranger(code, names))
            (root / f"{name}.pkl").write_bytes(pickled)
        child.submit(Job(do="unpickle_each", argument=str(root)))
        return msgspec.json.decode(child.wait(Done).said)


@pytest.mark.parametrize("name", WORKS)
def test_honest_work_goes_on_in_the_cage(name, honest):
    assert honest[name] == "done"


# --- the cage itself --------------------------------------------------------------------------


def caged_script(lines, *arguments):
    code = f"import sys; sys.path.insert(0, {str(JOBS.parents[1])!r})\n{lines}"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True
    )


def test_unknown_code_is_loaded_in_a_complete_cage(cage_holds):
    with supervise.spawn("odd_jobs", caged=True) as child:
        child.submit(Job(do="demand"))
        assert child.wait(Done) == Done(said="loaded")


def test_a_writable_path_beside_the_folder_stays_writable(cage_holds, tmp_path):
    for name in ("mine", "yours"):
        (tmp_path / name).mkdir()
    with supervise.spawn("odd_jobs", caged=True, writable=(tmp_path / "mine",)) as child:
        child.submit(Job(do="write", argument=str(tmp_path / "mine" / "x")))
        child.wait(Done)
    with (
        supervise.spawn("odd_jobs", caged=True, writable=(tmp_path / "mine",)) as child,
        pytest.raises(supervise.WorkerError, match="PermissionError"),
    ):
        child.submit(Job(do="write", argument=str(tmp_path / "yours" / "x")))
        child.wait(Done)
    assert [path.name for path in tmp_path.rglob("x")] == ["x"]


FORBIDDEN = """
import ctypes, platform
from converter.worker import cage, seccomp
cage.close(cage.Path(sys.argv[1]))
libc = ctypes.CDLL(None, use_errno=True)
column = ("x86_64", "aarch64").index(platform.machine())
for name, numbers in seccomp._FORBIDDEN.items():
    if numbers[column] >= 0:
        print(name, libc.syscall(numbers[column], -1, -1, -1, -1, -1, -1), ctypes.get_errno())
"""


def test_every_forbidden_call_is_answered_with_not_permitted(cage_holds, tmp_path):
    lines = caged_script(FORBIDDEN, tmp_path).stdout.splitlines()
    assert len(lines) >= len(seccomp._FORBIDDEN) - 12
    assert [line for line in lines if not line.endswith(" -1 1")] == []


UNKNOWN = """
import ctypes, os
from converter.worker import cage, seccomp
cage.close(cage.Path(sys.argv[1]))
libc = ctypes.CDLL(None, use_errno=True)
for number in (seccomp._NEWEST + 1, 1 << 30, (1 << 30) + 41, 435, 437):
    print(libc.syscall(number, 2, 1, 0, 0, 0, 0), os.strerror(ctypes.get_errno()))
"""


def test_calls_newer_than_the_table_and_those_of_x32_do_not_exist(cage_holds, tmp_path):
    lines = caged_script(UNKNOWN, tmp_path).stdout.splitlines()
    assert lines == ["-1 Function not implemented"] * 5


SIGNALS = """
import ctypes, os, signal
from converter.worker import cage, seccomp
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)
assert seccomp.restrict(libc, signals_scoped=False)
for attempt in (lambda: os.kill(os.getppid(), 0), lambda: os.kill(os.getpid(), 0),
                lambda: os.kill(-1, 0), lambda: os.kill(0, 0), lambda: signal.raise_signal(0)):
    try:
        print(attempt())
    except OSError as error:
        print(error.strerror)
"""


def test_without_landlock_s_scopes_the_filter_itself_holds_signals_back(cage_holds):
    refused = "Operation not permitted"
    lines = caged_script(SIGNALS).stdout.splitlines()
    assert lines == [refused, "None", refused, refused, "None"]


THREADED = """
import threading, time
from converter.worker import cage
threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
print(*cage.close(cage.Path(sys.argv[1])), sep=",")
"""


def test_a_cage_closed_when_threads_already_ran_does_not_claim_to_hold_writes(cage_holds, tmp_path):
    assert caged_script(THREADED, tmp_path).stdout == f"{cage.NO_NETWORK},{cage.NO_SIGNALS}\n"


ELSEWHERE = """
from converter.worker import cage
sys.platform = "darwin"
print(cage.close(cage.Path(sys.argv[1])), cage.complete())
"""


def test_another_system_than_linux_claims_nothing(tmp_path):
    assert caged_script(ELSEWHERE, tmp_path).stdout == "() False\n"


STRANGE = """
import types
from converter.worker import cage
cage.os.uname = lambda: types.SimpleNamespace(machine="riscv64")
print(cage.close(cage.Path(sys.argv[1])), cage.complete())
"""


def test_a_machine_whose_numbers_are_unknown_claims_nothing(tmp_path):
    assert caged_script(STRANGE, tmp_path).stdout == "() False\n"


def test_the_worker_leaves_no_core_dump(importable):
    with supervise.spawn("odd_jobs", caged=False) as child:
        child.submit(Job(do="core_limit"))
        assert child.wait(Done) == Done(said="(0, 0)")
