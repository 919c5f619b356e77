"""The system calls that a caged process is refused, and the filter that refuses them.

Landlock watches files; this watches the rest: sockets, other processes, ownership and times of
files, the kernel itself. What is newer than the table does not exist for the process.
"""

import ctypes
import errno
import os
import struct

_PR_SET_SECCOMP_FILTER = 1  # the operation SECCOMP_SET_MODE_FILTER
_ALL_THREADS = 1
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_EPERM, _ENOSYS = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS

_LOAD, _RETURN = 0x20, 0x06
_EQUAL, _GREATER, _ANY_BIT, _MASK = 0x15, 0x25, 0x45, 0x54
_NR_OFFSET, _ARCH_OFFSET, _ARGS_OFFSET = 0, 4, 16

Code = list[tuple[int, int, int, int]]
"""Instructions: operation, jump if true, jump if false, operand."""

_ARCHITECTURES = {  # machine → its AUDIT_ARCH, the number of seccomp(), its column in the tables
    "x86_64": (0xC000003E, 317, 0),
    "aarch64": (0xC00000B7, 277, 1),
}
_NEWEST = 462  # mseal, of Linux 6.10; new calls have had one number on every machine for long

# Number on x86_64 and on aarch64; -1 where the machine never had the call.
_FORBIDDEN = {
    # Reaching out.
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    # A message can carry an address of its own, where a filter cannot look.
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # Speaking with other processes of the same user.
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "semctl": (66, 191),
    # Reaching into other processes.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # Leaving the group that is killed as one.
    "setsid": (112, 157),
    "setpgid": (109, 154),
    # What Landlock does not hold of files.
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, -1),
    "fchown": (93, 55),
    "lchown": (94, -1),
    "fchownat": (260, 54),
    "utime": (132, -1),
    "utimes": (235, -1),
    "futimesat": (261, -1),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "truncate": (76, 45),  # before its third version
    "open_by_handle_at": (304, 265),
    # The namespaces and the tree of files.
    "mount": (165, 40),
    "umount2": (166, 39),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "setns": (308, 268),
    "unshare": (272, 97),
    # The kernel: most want root, but the user may be root.
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "fanotify_init": (300, 262),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "iopl": (172, -1),
    "ioperm": (173, -1),
    "modify_ldt": (154, -1),
}
_SIGNALS = {  # refused only where Landlock cannot tell one's own processes from others
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
}
# These hide their arguments from a filter; told that they do not exist, the C library falls back.
_UNHEARD_OF = {"clone3": (435, 435), "openat2": (437, 437)}

_KILL, _TGKILL = (62, 129), (234, 131)
_SOCKETPAIR, _SENDTO = (53, 199), (44, 206)
_OPEN, _OPENAT = (2, -1), (257, 56)
_CLONE, _IOCTL, _FCNTL = (56, 220), (16, 29), (72, 25)
_PRLIMIT, _SETPRIORITY = (302, 261), (141, 140)

_AF_UNIX = 1
_O_ACCMODE, _O_TRUNC = 0o3, 0o1000
_NEW_NAMESPACES = 0x7E020000
_HARMLESS_IOCTLS = (
    0x5401,  # TCGETS: is it a terminal?
    0x802C542A,  # TCGETS2
    0x5413,  # TIOCGWINSZ
    0x541B,  # FIONREAD
    0x5421,  # FIONBIO
    0x5450,  # FIONCLEX
    0x5451,  # FIOCLEX
)
# Handing a file's signals to another process; leases on, and notices of, the files of others.
_HARMFUL_FCNTLS = (8, 10, 15, 1024, 1026)


def restrict(libc: ctypes.CDLL, *, signals_scoped: bool) -> bool:
    """Put the filter on every thread of this process for good; whether the kernel agreed.

    `signals_scoped` tells that Landlock already holds signals back. Without privileges the
    process must have no_new_privs set. False on a machine whose numbers we do not know.
    """
    machine = os.uname().machine
    if machine not in _ARCHITECTURES or struct.calcsize("P") != 8:
        return False
    code = _program(machine, signals_scoped)
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
    instructions = ctypes.create_string_buffer(packed, len(packed))
    program = struct.pack("@HP", len(code), ctypes.addressof(instructions))
    call = _ARCHITECTURES[machine][1]
    return bool(libc.syscall(call, _PR_SET_SECCOMP_FILTER, _ALL_THREADS, program) == 0)


def _program(machine: str, signals_scoped: bool) -> Code:
    architecture, _, column = _ARCHITECTURES[machine]
    code: Code = [
        (_LOAD, 0, 0, _ARCH_OFFSET),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _EPERM),  # the calls of another machine, such as 32-bit ones
        (_LOAD, 0, 0, _NR_OFFSET),
        (_GREATER, 0, 1, _NEWEST),  # newer calls, and those of x32, which begin at 2**30
        (_RETURN, 0, 0, _ENOSYS),
    ]
    rules = [(numbers, [_give(_EPERM)]) for numbers in _FORBIDDEN.values()]
    rules += [(numbers, [_give(_ENOSYS)]) for numbers in _UNHEARD_OF.values()]
    rules += _conditions() + ([] if signals_scoped else _no_signals())
    for numbers, body in rules:
        if numbers[column] >= 0:
            code += [(_EQUAL, 0, len(body), numbers[column]), *body]
    return [*code, _give(_ALLOW)]


def _conditions() -> list[tuple[tuple[int, int], Code]]:
    """The calls that are refused with some arguments only."""
    return [
        (_SOCKETPAIR, _only(0, _AF_UNIX)),
        (_SENDTO, [*_high(4), (_EQUAL, 1, 0, 0), _give(_EPERM), *_only(4, 0)]),
        (_OPEN, _truncating_read(1)),
        (_OPENAT, _truncating_read(2)),
        (_CLONE, [*_low(0), (_ANY_BIT, 0, 1, _NEW_NAMESPACES), _give(_EPERM), _give(_ALLOW)]),
        (_IOCTL, _only(1, *_HARMLESS_IOCTLS)),
        (_FCNTL, _but(1, *_HARMFUL_FCNTLS)),
        (_PRLIMIT, _only(0, 0)),
        (_SETPRIORITY, _only(1, 0)),
    ]


def _no_signals() -> list[tuple[tuple[int, int], Code]]:
    own = os.getpid()
    all_of_them: list[tuple[tuple[int, int], Code]] = [
        (numbers, [_give(_EPERM)]) for numbers in _SIGNALS.values()
    ]
    return [*all_of_them, (_KILL, _only(0, own)), (_TGKILL, _only(0, own))]


def _give(answer: int) -> tuple[int, int, int, int]:
    return (_RETURN, 0, 0, answer)


def _low(argument: int) -> Code:
    return [(_LOAD, 0, 0, _ARGS_OFFSET + 8 * argument)]


def _high(argument: int) -> Code:
    return [(_LOAD, 0, 0, _ARGS_OFFSET + 8 * argument + 4)]


def _only(argument: int, *values: int) -> Code:
    """Allow these values of the argument's lower half."""
    return [*_any_of(argument, values), _give(_EPERM), _give(_ALLOW)]


def _but(argument: int, *values: int) -> Code:
    """Refuse these values of the argument's lower half."""
    return [*_any_of(argument, values), _give(_ALLOW), _give(_EPERM)]


def _any_of(argument: int, values: tuple[int, ...]) -> Code:
    """Skip one instruction where the argument is one of the values."""
    last = len(values)
    return [*_low(argument), *((_EQUAL, last - at, 0, value) for at, value in enumerate(values))]


def _truncating_read(flags: int) -> Code:
    """Refuse to open for reading and yet cut to nothing: older Landlocks let that pass."""
    return [
        *_low(flags),
        (_MASK, 0, 0, _O_ACCMODE | _O_TRUNC),
        (_EQUAL, 0, 1, _O_TRUNC),
        _give(_EPERM),
        _give(_ALLOW),
    ]
