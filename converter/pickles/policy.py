"""What may be loaded: three kinds of names, and the one decision made of them.

Known names stand in `known.txt`, which `benchmarks/globals.py` measures. Known dangerous ones are
refused. Everything else, carried code included, is unknown, and is loaded only in a caged worker.
The list of dangerous names only makes refusals earlier and clearer: what it lacks is still caged.
"""

from functools import cache
from pathlib import Path

from converter.errors import UnsafeError
from converter.pickles.calls import COMPUTED, LOOKUPS
from converter.values import Inspection, Safety

DANGEROUS_MODULES = frozenset("""
    __builtin__ _aix_support _bootsubprocess _ctypes _frozen_importlib _frozen_importlib_external _imp
    _io _osx_support _pickle _posixsubprocess _pyrepl _socket _thread _winapi _xxsubinterpreters
    aiohttp antigravity asyncio asyncore atexit bdb boto3 botocore cProfile cgi code codeop commands
    concurrent.futures.process ctypes dbm distutils doctest ensurepip faulthandler fileinput ftplib
    gc httplib httpx http idlelib imaplib imp importlib inspect io joblib.externals joblib.memory
    joblib.parallel lib2to3 linecache logging.config mailbox marshal mmap msvcrt multiprocessing
    nntplib nt ntpath numpy.ctypeslib numpy.distutils numpy.f2py numpy.lib._npyio_impl
    numpy.lib.format numpy.lib.npyio numpy.testing os pandas.io paramiko pathlib._os pdb pickle
    pickletools pip pkg_resources pkgutil platform plistlib poplib popen2 posix posixpath profile pty
    py_compile pydoc pytest requests resource rlcompleter runpy sched select selectors setuptools
    shelve shutil signal site smtpd smtplib socket socketserver sqlite3 ssl subprocess sys sysconfig
    tarfile telnetlib tempfile test threading timeit torch.hub torch.serialization trace turtle
    types.FunctionType unittest urllib urllib2 urllib3 urlparse uu venv webbrowser winreg wsgiref
    xmlrpc zipapp zipfile zipimport
""".split())  # fmt: skip
DANGEROUS_NAMES = frozenset("""
    builtins.eval builtins.exec builtins.execfile builtins.compile builtins.open builtins.__import__
    builtins.getattr builtins.setattr builtins.delattr builtins.vars builtins.globals builtins.locals
    builtins.input builtins.breakpoint builtins.exit builtins.quit builtins.help builtins.memoryview
    builtins.__build_class__ builtins.apply builtins.reload builtins.file builtins.dir
    dill._dill._eval_repr dill._dill._create_filehandle dill._dill._unmarshal dill.load dill.loads
    dill._dill.load dill._dill.loads dill.load_module dill.load_session dill.session.load_module
    cloudpickle.load cloudpickle.loads cloudpickle.cloudpickle.load cloudpickle.cloudpickle.loads
    functools.reduce joblib.load joblib.dump joblib.numpy_pickle.load joblib.numpy_pickle.dump
    joblib.Parallel joblib.Memory logging.FileHandler numpy.fromfile numpy.load numpy.loadtxt
    numpy.genfromtxt numpy.memmap numpy.save numpy.savetxt numpy.savez numpy.savez_compressed
    numpy.DataSource numpy.fromregex numpy.core.memmap.memmap numpy._core.memmap.memmap
    numpy.core._ufunc_reconstruct numpy._core._ufunc_reconstruct numpy.core.records.fromfile
    numpy.rec.fromfile operator.attrgetter operator.methodcaller operator.call
    _operator.attrgetter _operator.methodcaller _operator.call pandas.eval pandas.read_pickle
    pandas.to_pickle pandas.core.computation.eval.eval sklearn.utils._testing.assert_run_python_script
    torch.load torch.jit.load torch._load types.CodeType types.FunctionType
    code.interact cffi.FFI cffi.api.FFI skops.io.load
""".split())  # fmt: skip
CODE_NAMES = frozenset({"types.CodeType", "types.FunctionType"})
"""What cloudpickle rebuilds functions with: carried code, hence unknown."""
HARMLESS_PARTS = ("os.path.", "posixpath.", "ntpath.")
"""Functions of paths: unknown, not dangerous."""
SPEAKING = frozenset({"os", "posix", "nt", "subprocess", "sys", "builtins", "__builtins__",
                      "importlib", "socket", "ctypes", "shutil", "pickle"})  # fmt: skip
"""Modules that stay dangerous where they are reached through another (`numpy.lib.os.system`)."""
_NUMPY = tuple(
    f"numpy.{core}.{module}."
    for core in ("core", "_core")
    for module in ("_multiarray_umath", "umath", "multiarray", "fromnumeric", "numeric")
) + ("numpy.core.", "numpy._core.", "numpy.lib.function_base.", "numpy.lib._function_base_impl.")
_METHODS = frozenset("""
    transform predict predict_proba predict_log_proba decision_function inverse_transform fit score
    score_samples fit_transform fit_predict get_feature_names_out apply kneighbors
    build_analyzer build_tokenizer build_preprocessor
""".split())  # fmt: skip


@cache
def known() -> frozenset[str]:
    """The allow-list: exact names."""
    return frozenset(Path(__file__).with_name("known.txt").read_text(encoding="utf-8").split())


def judge(name: str) -> Safety:
    """What the policy holds of a dotted global name in today's Python."""
    if name in known() or _numpy_again(name) or _method(name):
        return Safety.KNOWN
    if name in CODE_NAMES or name.startswith(HARMLESS_PARTS):
        return Safety.UNKNOWN
    return Safety.DANGEROUS if _dangerous(name) else Safety.UNKNOWN


def judge_lookup(name: str) -> Safety:
    """Of getattr and its like, where every use tells the name it looks up, and that is judged."""
    return Safety.UNKNOWN if name in LOOKUPS and not _plain_lookup(name) else Safety.KNOWN


def _plain_lookup(name: str) -> bool:
    return name == "builtins.getattr" or name.endswith("._ufunc_reconstruct")


def _numpy_again(name: str) -> bool:
    """Whether it is one of the spellings that numpy's own moves gave to a known function."""
    home = next((home for home in _NUMPY if name.startswith(home)), "")
    return bool(home) and f"numpy.{name[len(home) :]}" in known()


def _method(name: str) -> bool:
    """Whether it is an estimator's own plain method."""
    owner, _, method = name.rpartition(".")
    return method in _METHODS and owner in known() and owner.rpartition(".")[2][:1].isupper()


def _dangerous(name: str) -> bool:
    parts = name.split(".")
    if name in DANGEROUS_NAMES or name.startswith("<") or COMPUTED in name:
        return True
    if any(".".join(parts[:n]) in DANGEROUS_MODULES for n in range(1, len(parts) + 1)):
        return True
    if any(part in SPEAKING for part in parts[1:-1]):
        return True
    return any(part.startswith("__") and part != "__main__" for part in parts) and _escape(parts)


def _escape(parts: list[str]) -> bool:
    """Whether a dunder in the name leads out of the object it is asked of."""
    ways = {"__globals__", "__builtins__", "__dict__", "__class__", "__subclasses__", "__bases__",
            "__mro__", "__base__", "__code__", "__import__", "__getattribute__", "__init__",
            "__loader__", "__spec__", "__reduce__", "__reduce_ex__", "__self__", "__func__"}  # fmt: skip
    return not ways.isdisjoint(parts)


def check(inspection: Inspection, *, allow: tuple[str, ...] = (), trust: bool = False) -> bool:
    """Decide on loading: True where only a caged worker may do it, False where any worker may.

    Args:
        inspection: what stands in the file.
        allow: dangerous names that the user lets pass, each by its exact name.
        trust: the user vouches for the unknown names. It lets no dangerous name pass.

    Raises:
        UnsafeError: naming each dangerous global that was not allowed.
    """
    by_kind: dict[Safety, list[str]] = {kind: [] for kind in Safety}
    for found in inspection.globals:
        by_kind[found.safety].append(found.name)
    refused = tuple(name for name in by_kind[Safety.DANGEROUS] if name not in allow)
    if refused:
        raise UnsafeError(
            f"{inspection.path} is refused, because loading it would look up {_listed(refused)}, "
            "which no model needs and an attacker would use.",
            "If you know that it is needed, " + " ".join(f"--allow {name}" for name in refused[:5]) + ".",
            names=refused,
        )
    return not trust and bool(by_kind[Safety.UNKNOWN] or by_kind[Safety.DANGEROUS])


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:20])
    return shown if len(names) <= 20 else f"{shown} and {len(names) - 20} more"
