"""What makes a function impure: the dotted names that read something other than its input."""

from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache


class Kind(StrEnum):
    """What is read or changed; the value is the reason code's last part."""

    ENVIRONMENT = "reads-environment"
    CLOCK = "reads-clock"
    RANDOM = "draws-random"
    FILES = "uses-files"
    NETWORK = "uses-network"
    PROCESS = "reads-process"
    STATE = "changes-state"


NAMES: dict[Kind, tuple[str, ...]] = {
    Kind.ENVIRONMENT: (
        "os.getenv*",
        "os.environ*",
        "os.putenv",
        "os.path.expandvars",
        "os.path.expanduser",
    ),
    Kind.CLOCK: (
        *(f"time.{name}" for name in ("time", "time_ns", "ctime", "asctime", "strftime")),
        *(f"time.{name}*" for name in ("monotonic", "perf_counter", "process_time", "thread_time")),
        *(f"time.{name}" for name in ("localtime", "gmtime", "clock_gettime", "clock_gettime_ns")),
        *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
        "datetime.date.today",
        *(f"pandas.*Timestamp.{name}" for name in ("now", "utcnow", "today")),
        *(f"pandas.Timestamp.{name}" for name in ("now", "utcnow", "today")),
        *("pandas.Period.now", "pandas.*Period.now"),
    ),
    Kind.RANDOM: (
        "random.*",
        "numpy.random.*",
        "secrets.*",
        "uuid.uuid1",
        "uuid.uuid4",
        "os.urandom",
        "scipy.stats.*.rvs",
        "sklearn.utils.check_random_state",
        "sklearn.utils.shuffle",
        "sklearn.utils.resample",
    ),
    Kind.FILES: (
        "io.open*",
        "io.FileIO",
        "codecs.open",
        "gzip.open",
        "bz2.open",
        "lzma.open",
        "shelve.open",
        "sqlite3.connect",
        "pandas.read_*",
        "pandas.io.*.read_*",
        *(f"numpy.{name}" for name in ("load", "loadtxt", "genfromtxt", "fromfile", "memmap")),
        *(f"numpy.{name}" for name in ("save", "savez", "savez_compressed", "savetxt")),
        *(f"numpy.lib.*.{name}" for name in ("load", "loadtxt", "genfromtxt", "fromfile")),
        *(f"os.{name}" for name in ("open", "listdir", "scandir", "walk", "stat", "remove")),
        *(f"os.{name}" for name in ("unlink", "rename", "replace", "mkdir", "makedirs", "rmdir")),
        *(f"os.path.{name}" for name in ("exists", "isfile", "isdir", "getsize", "getmtime")),
        *(f"pathlib.*.{name}" for name in ("open", "exists", "is_file", "is_dir", "stat", "glob")),
        *(f"pathlib.*.{name}" for name in ("home", "rglob", "iterdir", "unlink", "mkdir")),
        "glob.*glob",
        "shutil.*",
        "tempfile.*",
        "joblib.load",
        "joblib.*.load",
        "joblib.dump",
        "dill.load",
        "dill.dump",
        "pickle.load",
        "pickle.dump",
        "importlib.resources.*",
    ),
    Kind.NETWORK: (
        "requests.*",
        "urllib.request.*",
        "urllib3.*",
        "httpx.*",
        "aiohttp.*",
        "http.client.*",
        "socket.*",
        "ssl.*",
        "ftplib.*",
        "smtplib.*",
        "boto3.*",
    ),
    Kind.PROCESS: (
        *(f"os.{name}" for name in ("getpid", "getppid", "getcwd", "getuid", "getlogin")),
        *(f"os.{name}" for name in ("uname", "cpu_count", "system", "popen", "getloadavg", "fork")),
        *(f"sys.{name}" for name in ("argv", "stdin", "path", "modules")),
        "platform.*",
        "subprocess.*",
        "getpass.*",
        "threading.*",
        "multiprocessing.*",
        "builtins.input",
    ),
}

METHODS = {
    **dict.fromkeys(("read_text", "read_bytes", "write_text", "write_bytes"), Kind.FILES),
    **dict.fromkeys(("to_parquet", "to_pickle", "to_feather", "to_hdf"), Kind.FILES),
    "to_sql": Kind.NETWORK,
}
"""Methods that tell their kind whatever they are called on."""

FROZEN = {"env": Kind.ENVIRONMENT, "clock": Kind.CLOCK, "file": Kind.FILES, "state": Kind.STATE}
"""The first word of what `--freeze` names."""


def covers(freeze: tuple[str, ...], kind: Kind, name: str = "") -> bool:
    """Whether a reading of `name` ("" where it is not known) is baked in on purpose."""
    pairs = (frozen.partition(":") for frozen in freeze)
    return any(
        FROZEN.get(word) is kind and (not chosen or not name or chosen == name)
        for word, _, chosen in pairs
    )


_ALIASES = {
    "posixpath": "os.path",
    "ntpath": "os.path",
    "posix": "os",
    "nt": "os",
    "_io": "io",
    "_socket": "socket",
    "_pickle": "pickle",
    "_random": "random",
    "numpy.random.mtrand": "numpy.random",
}
"""Modules that implement another, the one people import."""


@cache
def kind_of(path: str) -> Kind | None:
    """What using the dotted name `path` reads; None where it is harmless or not known."""
    for kind, patterns in NAMES.items():
        if any(fnmatchcase(path, pattern) for pattern in patterns):
            return kind
    last = path.rpartition(".")[2]
    return METHODS.get(last) if path.startswith(("?.", "pathlib.")) else None


def public(path: str) -> str:
    """`path` by the module that people import, such as `os.path.exists` for `posixpath.exists`."""
    for private, name in _ALIASES.items():
        if path == private or path.startswith(private + "."):
            return name + path[len(private) :]
    return path
