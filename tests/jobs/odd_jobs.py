"""Jobs for the tests of the worker. `do` names the function here that does the job."""

import contextlib
import ctypes
import errno
import os
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from converter import errors
from converter.values import Record
from converter.worker import cage, code


class Job(Record):
    do: str
    argument: str = ""
    names: tuple[str, ...] = ()


class Done(Record):
    said: str


class Wide(Record):
    """A record of records, to see that ours still encode once our modules are gone."""

    inner: Done
    several: tuple[Done, ...]
    errors: dict[str, Done]


_DECODER = msgspec.json.Decoder(Job)


def run(job: bytes, folder: Path) -> Record:
    order = _DECODER.decode(job)
    code.provide((), order.names)
    answer = globals()[order.do](order.argument, folder)
    return answer if isinstance(answer, Record) else Done(said=str(answer))


# --- honest -----------------------------------------------------------------------------------


def echo(text: str, folder: Path) -> str:
    return text


def wide(text: str, folder: Path) -> Record:
    done = Done(said=text)
    return Wide(inner=done, several=(done, done), errors={"one": done})


def use(path: str, folder: Path) -> object:
    """Call what a pickle holds."""
    return pickle.loads(Path(path).read_bytes())(20)


def unpickle_each(folder_of_pickles: str, folder: Path) -> str:
    """What each stranger came to: "done", or its exception."""
    outcomes = {}
    for path in sorted(Path(folder_of_pickles).glob("*.pkl")):
        try:
            pickle.loads(path.read_bytes())
            outcomes[path.stem] = "done"
        except BaseException as error:
            outcomes[path.stem] = f"{type(error).__name__}: {error}"
    return msgspec.json.encode(outcomes).decode()


def import_names(names: str, folder: Path) -> str:
    return " ".join(str(__import__(name).__file__) for name in names.split())


def demand(text: str, folder: Path) -> str:
    cage.demand(("stranger.Model",))
    return "loaded"


def read_stdin(text: str, folder: Path) -> str:
    return repr(sys.stdin.read())


def list_files(text: str, folder: Path) -> str:
    return " ".join(entry.name for entry in Path("/dev/fd").iterdir())


def files_of_a_subprocess(text: str, folder: Path) -> str:
    return subprocess.run(["ls", "/dev/fd"], capture_output=True, text=True, close_fds=False).stdout


def write(name: str, folder: Path) -> str:
    (folder / name).write_text("here")
    return name


def core_limit(text: str, folder: Path) -> str:
    return str(resource.getrlimit(resource.RLIMIT_CORE))


def variables(names: str, folder: Path) -> str:
    return " ".join(os.environ.get(name, "") for name in names.split())


def number(text: str, folder: Path) -> str:
    return str(os.getpid())


def where(text: str, folder: Path) -> str:
    return str(Path.cwd())


def scratch(text: str, folder: Path) -> str:
    return str(Path(tempfile.gettempdir()) == folder)


def threads(text: str, folder: Path) -> str:
    return str(len(list(Path("/proc/self/task").iterdir())))


def nap(seconds: str, folder: Path) -> str:
    time.sleep(float(seconds))
    return seconds


def count(text: str, folder: Path) -> str:
    """How often this process was asked."""
    _counted.append(text)
    return str(len(_counted))


_counted: list[str] = []


def reach_for(pid: str, folder: Path) -> str:
    """What a stranger's code gets hold of, of another process."""
    attempts = {
        "signal": lambda: os.kill(int(pid), signal.SIGUSR1),
        "memory": lambda: os.open(f"/proc/{pid}/mem", os.O_RDWR),
        "stdin": lambda: os.open(f"/proc/{pid}/fd/0", os.O_WRONLY),
        "stdout": lambda: os.open(f"/proc/{pid}/fd/1", os.O_WRONLY),
        "own": lambda: [os.fstat(n) for n in range(3, 64)],
        "session": os.setsid,
    }
    got = []
    for name, attempt in attempts.items():
        with contextlib.suppress(OSError):
            attempt()
            got.append(name)
    return " ".join(got)


# --- odd --------------------------------------------------------------------------------------


def babble(text: str, folder: Path) -> str:
    for _ in range(200):
        os.write(1, b'{"protections":["none"]}\n' * 10_000)
        os.write(2, b"\x1b[31mnoise\n" * 10_000)
    return "done"


def hang(text: str, folder: Path) -> None:
    with contextlib.suppress(AttributeError):
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    time.sleep(3600)


def hang_in_a_grandchild(pid_file: str, folder: Path) -> None:
    child = subprocess.Popen(["sleep", "3600"])
    Path(pid_file).write_text(str(child.pid))
    hang("", folder)


def leave_a_grandchild(pid_file: str, folder: Path) -> str:
    return str(subprocess.Popen(["sleep", "3600"]).pid)


def grow(text: str, folder: Path) -> None:
    blocks = []
    while True:
        blocks.append(b"x" * (4 << 20))


def grow_in_a_grandchild(text: str, folder: Path) -> None:
    program = "b = []\nwhile True: b.append(b'x' * (4 << 20))"
    subprocess.run([sys.executable, "-c", program])


def ask_too_much(text: str, folder: Path) -> None:
    bytearray(1 << 60)


def fill_the_disk(text: str, folder: Path) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def crash(text: str, folder: Path) -> None:
    ctypes.string_at(0)


def kill_itself(text: str, folder: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill(pid: str, folder: Path) -> str:
    os.kill(int(pid), signal.SIGKILL)
    time.sleep(3600)
    return "still here"


def leave(text: str, folder: Path) -> None:
    os.write(2, b"so long\n")
    os._exit(3)


def answer(text: str, folder: Path) -> None:
    (folder / "reply.json").write_text(text)
    os._exit(0)


def answer_by_link(target: str, folder: Path) -> None:
    (folder / "reply.json").symlink_to(target)
    os._exit(0)


def answer_by_pipe(text: str, folder: Path) -> None:
    os.mkfifo(folder / "reply.json")
    os._exit(0)


def answer_without_end(text: str, folder: Path) -> None:
    with (folder / "reply.json").open("wb") as reply:
        reply.truncate(1 << 40)
    os._exit(0)


# --- raising ----------------------------------------------------------------------------------


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


def raise_value_error(text: str, folder: Path) -> None:
    raise ValueError(text)


def raise_mute(text: str, folder: Path) -> None:
    raise Mute


def leave_politely(text: str, folder: Path) -> None:
    sys.exit(0)


def interrupt(text: str, folder: Path) -> None:
    raise KeyboardInterrupt


def recurse(text: str, folder: Path) -> None:
    recurse(text, folder)


def raise_ours(kind: str, folder: Path) -> None:
    raise getattr(errors, kind)("It went wrong.", "Do it right.", code="some.code")


def raise_unsafe(text: str, folder: Path) -> None:
    raise errors.UnsafeError("Not that.", "Pass --trust.", names=("os.system", "eval"))
