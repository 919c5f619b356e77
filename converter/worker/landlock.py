"""Landlock: the kernel refuses this process, and all it starts, every write but beneath some paths.

Needs no privilege. It binds the calling thread and what it starts later, so it comes before any
other thread exists.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_BENEATH = 1

# What a process may do to files, one bit each, as linux/landlock.h numbers it.
_WRITE_FILE, _REMOVE_DIR, _REMOVE_FILE = 1 << 1, 1 << 4, 1 << 5
_MAKE_CHAR, _MAKE_DIR, _MAKE_REG, _MAKE_SOCK = 1 << 6, 1 << 7, 1 << 8, 1 << 9
_MAKE_FIFO, _MAKE_BLOCK, _MAKE_SYM = 1 << 10, 1 << 11, 1 << 12
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15

_EVERY_WRITE = (
    (_WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE)
    | (_MAKE_CHAR | _MAKE_DIR | _MAKE_REG | _MAKE_SOCK | _MAKE_FIFO | _MAKE_BLOCK | _MAKE_SYM)
    | (_REFER | _TRUNCATE | _IOCTL_DEV)
)
_NO_DEVICES = ~(_MAKE_CHAR | _MAKE_BLOCK | _IOCTL_DEV)
_OF_FILES = _WRITE_FILE | _TRUNCATE | _IOCTL_DEV
_SINCE = {_REFER: 2, _TRUNCATE: 3, _IOCTL_DEV: 5}

_TCP, _TCP_SINCE = 0b11, 4  # bind, connect
_SCOPES, SCOPES_SINCE = 0b11, 6  # abstract unix sockets, signals


def abi(libc: ctypes.CDLL) -> int:
    """The version of Landlock that the kernel offers; 0 for none."""
    return max(0, int(libc.syscall(_CREATE, None, 0, _ASK_VERSION)))


def restrict(libc: ctypes.CDLL, version: int, writable: Iterable[Path]) -> bool:
    """Refuse writes but beneath `writable` (and to /dev/null); whether the kernel agreed.

    Raises OSError where one of the paths cannot be opened.
    """
    handled = _EVERY_WRITE & ~sum(right for right, since in _SINCE.items() if version < since)
    net = _TCP if version >= _TCP_SINCE else 0
    scoped = _SCOPES if version >= SCOPES_SINCE else 0
    # An older kernel takes the longer structure as long as what it does not know is zero.
    attributes = struct.pack("=QQQ", handled, net, scoped)
    ruleset = int(libc.syscall(_CREATE, attributes, len(attributes), 0))
    if ruleset < 0:
        return False
    try:
        allowed = [_allow(libc, ruleset, handled & _NO_DEVICES, path) for path in writable]
        allowed.append(_allow(libc, ruleset, handled, Path(os.devnull)))
        return all(allowed) and libc.syscall(_RESTRICT, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, rights: int, path: Path) -> bool:
    beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(beneath).st_mode):
            rights &= _OF_FILES
        rule = struct.pack("=Qi", rights, beneath)
        return bool(libc.syscall(_ADD_RULE, ruleset, _BENEATH, rule, 0) == 0)
    finally:
        os.close(beneath)
