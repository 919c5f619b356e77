"""Opening a model file: what it is compressed with, and its bytes, within bounds.

`open_bytes` is for whoever reads the whole (the machine), `open_stream` for a reader of streams.
"""

import io
import mmap
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from converter.errors import UnreadableError, UsageError
from converter.pickles.tape import Tape

# In the order in which joblib tries them.
MAGIC = (
    ("zlib", b"ZF"),  # joblib before 0.10
    ("zlib", b"x"),
    ("gzip", b"\x1f\x8b"),
    ("bz2", b"BZ"),
    ("lzma", b"]\x00"),
    ("xz", b"\xfd7zXZ"),
    ("lz4", b"\x04\x22\x4d\x18"),
)
SMALL = 1 << 24
"""Bytes; a larger file is mapped, not read."""
CHUNK = 1 << 20
MOST = 2 << 30
INSTRUCTIONS = 20_000_000
"""How many a compressed pickle may have whatever its size: some seconds' worth."""
"""Bytes that any file may unpack to; a large one may unpack to `RATIO` times its size."""
RATIO = 100


def head_of(path: Path, count: int = 4096) -> bytes:
    """The first bytes of a file that is there, is a file, and may be read; else a sentence.

    Raises UsageError where there is no such path, UnreadableError for the rest.
    """
    try:
        if path.exists() and not path.is_file():
            what = "a directory" if path.is_dir() else "not a regular file"
            raise UnreadableError(f"{path} is {what}.", "Name the model file itself.")
        with path.open("rb") as file:
            return file.read(count)
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}.", "Check the path.") from None
    except PermissionError:
        raise UnreadableError(f"{path} may not be read.", "Check its permissions.") from None
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{str(path)!r} cannot be read: {error}.") from None


def tail_of(path: Path, count: int = 1024) -> bytes:
    """The last bytes of a file that `head_of` has read."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - count))
        return file.read()


def compression_of(head: bytes) -> str:
    """The name of the compression that joblib would see in `head`; "" for none."""
    return next((name for name, magic in MAGIC if head.startswith(magic)), "")


def open_tape(path: Path, head: bytes, limit: int = 0) -> Tape:
    """The unpacked bytes of `path`, of which `limit` at most; 0 for the usual bound."""
    size = path.stat().st_size
    if compression_of(head):
        most = limit or max(MOST, RATIO * size)
        return Tape(b"", unpacked(path, head, most), INSTRUCTIONS + RATIO // 5 * size)
    with path.open("rb") as file:
        if size <= SMALL:
            return Tape(file.read())
        return Tape(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def open_stream(path: Path) -> IO[bytes]:
    """The unpacked bytes of `path` as a buffered stream, as dill and pickle want it."""
    head = head_of(path)
    if not compression_of(head):
        return path.open("rb")
    return io.BufferedReader(_Stream(unpacked(path, head, max(MOST, RATIO * path.stat().st_size))))


class _Stream(io.RawIOBase):
    """Chunks of bytes as a stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.rest = self.rest or next(self.chunks, b"")
        part, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def unpacked(path: Path, head: bytes, limit: int) -> Iterator[bytes]:
    """The unpacked bytes in chunks; raises UnreadableError past `limit`, and where damaged."""
    name, total = compression_of(head), 0
    with path.open("rb") as file:
        _skip_old_header(file, head)
        try:
            for chunk in _PUMPS.get(name, _pump)(file, _decompressor(name)):
                total += len(chunk)
                if total > limit:
                    raise UnreadableError(
                        f"The file unpacks from {path.stat().st_size:,} bytes to more than "
                        f"{limit:,}: it looks like a decompression bomb.",
                        "If it is a model of yours, dump it again without compression.",
                    )
                yield chunk
        except _errors(name) as error:
            raise UnreadableError(
                f"The file is damaged: its {name} stream cannot be unpacked ({error}).",
                "Copy or download it again.",
            ) from None


def _skip_old_header(file: IO[bytes], head: bytes) -> None:
    if head.startswith(b"ZF"):  # then the unpacked length in hexadecimal, 19 characters wide
        file.seek(22 if head[21:22] == b" " else 21)


def _decompressor(name: str) -> Any:
    if name in ("zlib", "gzip"):
        return zlib.decompressobj(15 if name == "zlib" else 31)
    if name == "bz2":
        import bz2

        return bz2.BZ2Decompressor()
    if name in ("lzma", "xz"):
        import lzma

        return lzma.LZMADecompressor()
    try:
        import lz4.frame
    except ImportError:
        raise UnreadableError(
            "The file is compressed with lz4, which is not installed here.", "pip install lz4"
        ) from None
    return lz4.frame.LZ4FrameDecompressor()


def _errors(name: str) -> tuple[type[Exception], ...]:
    """What the decompressor raises for damaged data."""
    usual = (OSError, EOFError, RuntimeError, ValueError, zlib.error)
    if name not in ("lzma", "xz"):
        return usual
    import lzma

    return (*usual, lzma.LZMAError)


def _pump_zlib(file: IO[bytes], unpacker: Any) -> Iterator[bytes]:
    while raw := unpacker.unconsumed_tail or file.read(CHUNK):
        if unpacker.eof:
            raise EOFError("more than one stream in the file")
        yield from filter(None, [unpacker.decompress(raw, CHUNK)])
        if unpacker.unused_data:
            raise EOFError("more than one stream in the file")
    if not unpacker.eof:
        raise EOFError("it is cut short")


def _pump(file: IO[bytes], unpacker: Any) -> Iterator[bytes]:
    while not unpacker.eof:
        raw = file.read(CHUNK) if unpacker.needs_input else b""
        if unpacker.needs_input and not raw:
            raise EOFError("it is cut short")
        yield from filter(None, [unpacker.decompress(raw, CHUNK)])
    if unpacker.unused_data or file.read(1):
        raise EOFError("more than one stream in the file")


_PUMPS = {"zlib": _pump_zlib, "gzip": _pump_zlib}
