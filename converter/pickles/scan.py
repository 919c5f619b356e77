"""One whole file, scanned: the main stream, what follows it, and the side files of old joblib."""

import ast
import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from converter.errors import MlconvertError, UnreadableError, UnsafeError
from converter.pickles.arrays import BESIDE
from converter.pickles.calls import class_name
from converter.pickles.code import minors
from converter.pickles.files import compression_of, head_of, open_tape, tail_of
from converter.pickles.machine import Machine
from converter.pickles.strangers import describe, describe_unread
from converter.pickles.symbols import Instance, Symbol, Value, class_of
from converter.pickles.tape import Tape


class Scan(NamedTuple):
    """What the streams of a file hold."""

    machine: Machine
    """After its run; what the side files name has been added."""
    estimator: str
    """Class of the outermost object; "" where the stream does not tell."""
    compression: str
    trailing: int
    """Bytes behind the object; a lower bound where they are no pickles."""
    size: int
    sha256: str
    minors: frozenset[int]
    """Minors of Python 3 that can run the code in the file; empty where there is none."""

    @property
    def protocol(self) -> int:
        """The pickle protocol; 0 and 1 are told by their opcodes."""
        if self.machine.first_protocol >= 0:
            return self.machine.first_protocol
        return 0 if self.machine.text_memo else 1


def scan(path: Path) -> Scan:
    """Read `path` without running any of it.

    Raises UnreadableError for what is no model file, is cut short, damaged or ambiguous;
    UnsafeError where it refers to files outside its folder; UsageError where it is not there.
    """
    head = head_of(path)
    suffix = path.suffix.lower()
    stranger = describe(head, suffix)
    if stranger is not None:
        raise UnreadableError(f"{path} is {stranger[0]}.", stranger[1])
    try:
        return _scan(path, head)
    except UnreadableError as error:
        stranger = describe_unread(head, tail_of(path), suffix)
        if stranger is not None and not _like_pickle(head):
            raise UnreadableError(f"{path} is {stranger[0]}.", stranger[1]) from None
        raise UnreadableError(f"{path}: {error.what}", error.remedy) from error


def _like_pickle(head: bytes) -> bool:
    """Whether a text begins like a pickle of protocol 0 that names something."""
    return re.match(rb"(\(dp\d|\(lp\d|\(i|c)[\w.]*\n\w*\n?", head) is not None


def _scan(path: Path, head: bytes) -> Scan:
    tape = open_tape(path, head)
    machine = Machine(tape)
    result = machine.run()
    machine.escaped = machine.unresolved()
    trailing = _after(machine)
    sides = [_side_file(path, wrapper) for wrapper in machine.side_files]
    for side in sides:
        _scan_side(machine, side)
    files = [path, *dict.fromkeys(sides)]
    return Scan(
        machine=machine,
        estimator=_class(result),
        compression=compression_of(head),
        trailing=trailing,
        size=sum(file.stat().st_size for file in files),
        sha256=_digest(files),
        minors=minors(machine.made),
    )


def _class(result: Value) -> str:
    if type(result) is Instance and type(result.maker) is Instance:
        return class_name(result.maker)
    return "" if type(result) is Symbol else class_of(result)


def _after(machine: Machine) -> int:
    """Pass over what follows the object, noting what further pickles name; its size in bytes."""
    tape = machine.tape
    start = tape.base + tape.pos
    while _more(tape):
        inner = Machine(tape)
        try:
            inner.run()
        except MlconvertError:
            machine.names |= inner.names | inner.reached
            break
        machine.adopt(inner)
    while _more(tape):
        tape.frame = -1
        tape.pos = len(tape.data)
    return tape.base + tape.pos - start


def _more(tape: Tape) -> bool:
    if tape.pos < len(tape.data):
        return True
    chunk = next(tape.more, b"") if tape.more is not None else b""
    tape.base, tape.pos, tape.data, tape.limit = tape.base + tape.pos, 0, chunk, len(chunk)
    return bool(chunk) or _nothing(tape)


def _nothing(tape: Tape) -> bool:
    tape.more = None
    return False


def _digest(files: list[Path]) -> str:
    """SHA-256 over the bytes of `files`, one after the other."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb", buffering=0) as stream:
            buffer = memoryview(bytearray(1 << 20))
            while count := stream.readinto(buffer):
                digest.update(buffer[:count])
    return digest.hexdigest()


# --- the side files of joblib before 0.10 -----------------------------------------------------


def _side_file(path: Path, wrapper: Instance) -> Path:
    assert wrapper.cls in BESIDE
    name = wrapper.state.items.get("filename")
    if type(name) is not str or not re.fullmatch(r"[^/\\:\0]+", name) or name in (".", ".."):
        raise UnsafeError(f"{path} wants to read the file {name!r}, outside of its own folder.",
                          "Do not load this file.")  # fmt: skip
    side = path.parent / name
    if not side.is_file():
        raise UnreadableError(f"its array file {name} is missing.", "Copy it beside the model.")
    if side.resolve().parent != path.resolve().parent:
        raise UnsafeError(f"{path} wants to read {name}, which leads out of its own folder.")
    return side


def _scan_side(machine: Machine, side: Path) -> None:
    """Note what an array of objects in `side` names."""
    head = head_of(side, 1 << 16)
    if head.startswith(b"ZF"):
        return  # the raw bytes of an array, and nothing else
    if not head.startswith(b"\x93NUMPY\x01\x00"):
        raise UnreadableError(f"its array file {side.name} is no .npy file.")
    end = 10 + int.from_bytes(head[8:10], "little")
    if _objects_in(head[10:end], side.name):
        tape = Tape(side.read_bytes())
        tape.skip(end)
        inner = Machine(tape, raw_arrays=False)
        inner.run()
        machine.adopt(inner)


def _objects_in(header: bytes, name: str) -> bool:
    try:
        descr = ast.literal_eval(header.decode("latin-1").strip())["descr"]
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError):
        raise UnreadableError(f"its array file {name} is damaged.") from None
    return "O" in repr(descr)
