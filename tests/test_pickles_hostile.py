"""What is refused: streams that hide what they call, and files that are not what they seem."""

# ruff: noqa: E501 (tables of one case a line)

import io
import os
import pickle
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from converter.errors import MlconvertError, UnreadableError, UnsafeError
from converter.inspect import inspect
from converter.pickles import files
from converter.pickles.policy import check
from converter.values import Inspection

SYSTEM = "os.system"


class Run:
    """Its pickle calls os.system."""

    def __reduce__(self) -> Any:
        return os.system, ("echo never",)


class Call:
    """Its pickle calls `function(*args)`."""

    def __init__(self, function: Any, *args: Any) -> None:
        self.call = function, args

    def __reduce__(self) -> Any:
        return self.call


def text(value: str) -> bytes:
    return b"\x8c" + bytes([len(value)]) + value.encode()


def glob(module: str, name: str) -> bytes:
    return text(module) + text(name) + b"\x93"


def frame(body: bytes) -> bytes:
    return b"\x95" + struct.pack("<Q", len(body)) + body


def dumped(model: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    joblib.dump(model, file, **options)
    return file.getvalue()


P4 = b"\x80\x04"
OS = glob("os", "system") + text("x") + b"\x85R"
WRAPPER = "joblib.numpy_pickle"
OBJECTS = np.array([Run()], dtype=object)

DANGEROUS: dict[str, tuple[bytes, str]] = {
    **{f"protocol {p}": (pickle.dumps(Run(), p), SYSTEM) for p in range(6)},
    "inside a model": (pickle.dumps({"model": [LogisticRegression(), (Run(),)]}), SYSTEM),
    "joblib": (dumped(Run()), SYSTEM),
    "joblib object array": (dumped(OBJECTS), SYSTEM),
    "joblib object array behind another array": (dumped([np.eye(3), OBJECTS]), SYSTEM),
    **{f"compressed by {c}": (dumped([np.eye(3), OBJECTS], compress=(c, 1)), SYSTEM)
       for c in ("zlib", "gzip", "bz2", "xz", "lzma", "lz4")},
    "names from the memo": (P4 + text("os") + b"\x94" + text("system") + b"\x940h\x00h\x01\x93)R.", "os.system"),
    "a name overwritten in the memo": (
        P4 + text("math") + b"q\x000" + text("os") + b"q\x000h\x00" + text("system") + b"\x93.", "os.system"),
    "a name made by a call": (P4 + glob("builtins", "str") + text("os") + b"\x85R" + text("system") + b"\x93.", "<computed>"),
    "INST": (b"(S'x'\nios\nsystem\n.", "os.system"),
    "OBJ": (b"(cos\nsystem\nS'x'\no.", "os.system"),
    "Python 2 names": (b"c__builtin__\neval\n(S'1'\ntR.", "builtins.eval"),
    "Python 2 names moved by name": (b"c__builtin__\nexecfile\n(S'1'\ntR.", "builtins.execfile"),
    "a second pickle behind the first": (pickle.dumps(1) + pickle.dumps(Run()), SYSTEM),
    "a module through another": (P4 + glob("numpy.lib", "os.system") + b".", "numpy.lib.os.system"),
    "dotted in the name": (P4 + glob("sklearn.utils", "sys.modules") + b".", "sklearn.utils.sys.modules"),
    "getattr on a class": (pickle.dumps(Call(getattr, LogisticRegression, "__init__")), "sklearn.linear_model._logistic.LogisticRegression.__init__"),
    "getattr chain": (
        P4 + glob("builtins", "getattr") + glob("builtins", "getattr") + glob("sklearn.base", "clone")
        + text("__globals__") + b"\x86R" + text("get") + b"\x86R.", "sklearn.base.clone.__globals__"),
    "getattr with a computed name": (
        P4 + glob("builtins", "getattr") + glob("builtins", "dict") + glob("builtins", "str") + text("a") + b"\x85R\x86R.", "<computed>"),
    "getattr handed on": (pickle.dumps([LogisticRegression(C=getattr)]), "builtins.getattr"),
    "attrgetter": (P4 + glob("operator", "attrgetter") + text("a.__globals__") + b"\x85R.", "operator.attrgetter"),
    "ufunc_reconstruct": (P4 + glob("numpy.core", "_ufunc_reconstruct") + text("os") + text("system") + b"\x86R.", "os.system"),
    "a function by dill's importer": (
        P4 + glob("dill._dill", "_import_module") + text("os.system") + b"\x85R" + text("x") + b"\x85R.", "os.system"),
    "getattr on a module by cloudpickle's importer": (
        P4 + glob("builtins", "getattr") + glob("cloudpickle.cloudpickle", "subimport") + text("os") + b"\x85R" + text("system") + b"\x86R.", "os.system"),
    "extension codes": (P4 + b"\x82\x07.", "<extension 7>"),
    "eval, exec, import, open": (P4 + b"".join(glob("builtins", n) + b"0" for n in ("eval", "exec", "__import__")) + glob("builtins", "open") + b".", "builtins.open"),
    "loaders": (P4 + glob("joblib", "load") + b"0" + glob("numpy", "load") + b"0" + glob("pickle", "loads") + b".", "pickle.loads"),
    "tools": (P4 + glob("timeit", "timeit") + b"0" + glob("numpy.testing", "x") + b".", "timeit.timeit"),
}  # fmt: skip

UNREADABLE: dict[str, bytes] = {
    "a frame that ends inside an argument": P4 + frame(b"B\x10\x00\x00\x00") + b"x" * 16 + b".",
    "a frame that ends inside bytes": P4 + frame(b"B\x20\x00\x00\x00" + b"x" * 4) + OS + b"0" * 16 + b".",
    "a frame inside a frame": P4 + frame(frame(b"N") + b"."),
    "an object that ends inside a frame": P4 + frame(b"N.N."),
    "a frame behind the end": P4 + b"\x95" + struct.pack("<Q", 1 << 40) + b"N.",
    "persistent ids": b"Psome/file\n.",
    "persistent ids from the stack": P4 + text("x") + b"Q.",
    "out of band buffers": b"\x80\x05\x97.",
    "protocol 6": b"\x80\x06N.",
    "an empty stack": P4 + b".",
    "an open mark": P4 + b"N(N.",
    "no memo": P4 + b"h\x05.",
    "a memo index out of bounds": P4 + b"Nr\xff\xff\xff\x7f.",
    "an unknown opcode": P4 + b"\xff.",
    "an odd dict": P4 + b"}(Nu.",
    "BUILD of a number": P4 + b"K\x01}b.",
    "a wrapper called": P4 + glob(WRAPPER, "NumpyArrayWrapper") + b")R}b.",
    "a wrapper in a list": P4 + b"](" + glob(WRAPPER, "NumpyArrayWrapper") + b"e.",
    "a wrapper without a dtype": P4 + glob(WRAPPER, "NumpyArrayWrapper") + b")\x81}b.",
    "a wrapper as the base of a class": P4 + glob("copyreg", "__newobj__") + glob(WRAPPER, "NumpyArrayWrapper") + b"\x85" + b"\x85R.",
    "a dtype that hides its objects": P4 + glob("numpy", "dtype") + text("O8") + b"\x89\x88\x87R(K\x03"
    + text("|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb.",
    "two compressed streams": zlib.compress(pickle.dumps([1] * 9)[:5]) + zlib.compress(b"x"),
    "damaged zlib": dumped(np.eye(50), compress=3)[:-40] + b"x" * 40,
}  # fmt: skip


def inspected(data: bytes, folder: Path) -> Inspection:
    path = folder / "model.pkl"
    path.write_bytes(data)
    return inspect(path)


@pytest.mark.parametrize("case", DANGEROUS)
def test_a_dangerous_global_is_named_and_refused(case: str, tmp_path: Path) -> None:
    data, name = DANGEROUS[case]
    found = inspected(data, tmp_path)
    with pytest.raises(UnsafeError) as error:
        check(found, trust=True)
    assert name in error.value.names
    assert name in str(error.value)
    assert check(found, allow=error.value.names) is True


@pytest.mark.parametrize("case", UNREADABLE)
def test_an_ambiguous_or_broken_stream_ends_in_one_sentence(case: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as error:
        inspected(UNREADABLE[case], tmp_path)
    assert "\n" not in str(error.value)


def test_a_library_class_may_not_be_changed_while_loading(tmp_path: Path) -> None:
    cls = glob("sklearn.pipeline", "Pipeline")
    for change in (b"N}" + text("predict") + b"Ns\x86b.", b"Na.", text("a") + b"Ns.", b"(Nu."):
        with pytest.raises((UnsafeError, UnreadableError)):
            inspected(P4 + cls + change, tmp_path)


def test_what_takes_bytes_for_pointers_is_not_known(tmp_path: Path) -> None:
    array, kind = glob("numpy", "ndarray"), glob("numpy", "dtype") + text("O") + b"\x85R"
    shape, raw = b"K\x01\x85", b"C\x08AAAAAAAA"
    calls = {
        "called": array + b"(" + shape + kind + raw + b"tR.",
        "newobj": array + b"(" + shape + kind + raw + b"t\x81.",
        "newobj_ex": array + b")}" + text("buffer") + raw + b"s\x92.",
        "copyreg": glob("copyreg", "__newobj__") + b"(" + array + shape + kind + raw + b"tR.",
        "partial": glob("functools", "partial") + array + b"\x85R.",
    }
    for name, body in calls.items():
        assert check(inspected(P4 + body, tmp_path)) is True, name
    assert (
        check(inspected(pickle.dumps([np.eye(2), np.ma.masked_array([1], [0])]), tmp_path)) is False
    )


def test_a_record_dtype_is_frozen_once_it_is_used(tmp_path: Path) -> None:
    data = pickle.dumps(np.dtype([("a", "V8")]), 4)
    assert inspected(data, tmp_path).estimator == "numpy.dtype"
    fields = (
        P4 + b"}\x94" + text("a") + glob("numpy", "dtype") + b"\x94" + text("V8") + b"\x89\x88\x87R"
    )
    state = fields + b"(K\x03" + text("|") + b"NN" + b"NK\x08K\x01K\x00tbK\x00\x86s0"
    built = (
        state
        + b"h\x01"
        + text("V8")
        + b"\x89\x88\x87R(K\x03"
        + text("|")
        + b"N"
        + text("a")
        + b"\x85h\x00K\x08K\x01K\x00tb"
    )
    inspected(built + b".", tmp_path)
    with pytest.raises(UnreadableError, match="changes after"):
        inspected(built + b"h\x00" + text("b") + b"Ns.", tmp_path)


@pytest.mark.parametrize("name", ["../secret.npy", "/etc/passwd", "..", "a\\b", ""])
def test_an_old_joblib_file_may_not_read_outside_its_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnsafeError, match="outside of its own folder"):
        inspected(old_joblib(name), tmp_path)


def old_joblib(name: str) -> bytes:
    return (P4 + glob(WRAPPER, "NDArrayWrapper") + b")\x81}(" + text("filename") + text(name)
            + text("subclass") + glob("numpy", "ndarray") + text("allow_mmap") + b"\x88ub.")  # fmt: skip


def test_side_files_of_old_joblib_are_read_and_counted(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="is missing"):
        inspected(old_joblib("a.npy"), tmp_path)
    np.save(tmp_path / "a.npy", np.eye(3))
    found = inspected(old_joblib("a.npy"), tmp_path)
    assert (found.format, check(found)) == ("joblib", False)
    assert found.size == sum(p.stat().st_size for p in tmp_path.iterdir())
    np.save(tmp_path / "a.npy", OBJECTS)
    with pytest.raises(UnsafeError):
        check(inspected(old_joblib("a.npy"), tmp_path))
    (tmp_path / "a.npy").write_bytes(pickle.dumps(Run()))
    with pytest.raises(UnreadableError, match=r"no \.npy file"):
        inspected(old_joblib("a.npy"), tmp_path)
    (tmp_path / "a.npy").unlink()
    (tmp_path / "a.npy").symlink_to("/etc/hostname")
    with pytest.raises(UnsafeError, match="leads out"):
        inspected(old_joblib("a.npy"), tmp_path)


def test_the_compressed_files_of_the_oldest_joblib_are_read(tmp_path: Path) -> None:
    body = pickle.dumps(Run(), 2)
    data = b"ZF" + hex(len(body)).ljust(19).encode() + zlib.compress(body)
    with pytest.raises(UnsafeError):
        check(inspected(data, tmp_path))


@pytest.mark.parametrize("kind", ["zlib", "gzip", "bz2", "xz", "lzma", "lz4"])
def test_a_decompression_bomb_ends_in_a_sentence(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST", 4_000_000)
    path = tmp_path / "bomb.joblib"
    joblib.dump(np.zeros(2_000_000), path, compress=(kind, 9 if kind != "lz4" else 1))
    with pytest.raises(UnreadableError, match="decompression bomb"):
        inspect(path)


# --- fuzzing ----------------------------------------------------------------------------------


def seeds() -> list[bytes]:
    model = LogisticRegression().fit(np.eye(4), [0, 1, 0, 1])
    kinds: list[Callable[[Any], bytes]] = [*(lambda m, p=p: pickle.dumps(m, p) for p in range(6)), dumped,
                                           lambda m: dumped(m, compress=3), lambda m: dumped(m, compress=("lz4", 1))]  # fmt: skip
    return [kind([model, np.array(["a", None], object)]) for kind in kinds]


SEEDS = seeds()


@settings(max_examples=400, deadline=None)
@given(
    which=st.sampled_from(range(len(SEEDS))),
    cut=st.floats(0, 1),
    seed=st.integers(0, 2**32),
    flips=st.integers(0, 6),
)
def test_a_damaged_file_gives_an_inspection_or_our_error(
    which: int, cut: float, seed: int, flips: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytearray(SEEDS[which])
    chance = random.Random(seed)
    for _ in range(flips):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path_factory.getbasetemp() / "fuzz.pkl"
    path.write_bytes(data[: int(cut * len(data))] if flips < 2 else data)
    try:
        assert isinstance(inspect(path), Inspection)
    except MlconvertError as error:
        assert "\n" not in str(error)


SWOLLEN = {
    "marks without end": b"(" * 3_000_000,
    "instructions without end": b"N0" * 15_000_000,
    "objects without end": b"N" * 22_000_000,
}
"""Small files that unpack to work or memory without end; zlib makes some kilobytes of each."""


@pytest.mark.parametrize("name", SWOLLEN)
def test_a_small_file_of_instructions_without_end_is_one_sentence(name, tmp_path):
    path = tmp_path / "bomb.z"
    path.write_bytes(zlib.compress(b"\x80\x04" + SWOLLEN[name]))
    with pytest.raises(UnreadableError, match="than any model: it looks like a bomb"):
        inspect(path)


def test_a_compressed_list_of_a_million_numbers_is_no_bomb(tmp_path):
    path = tmp_path / "list.z"
    path.write_bytes(zlib.compress(pickle.dumps([0] * 1_000_000)))
    assert inspect(path).estimator == "builtins.list"
