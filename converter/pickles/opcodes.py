"""The opcodes of pickle protocols 0 to 5: a table of what each does to the machine.

They follow the reference implementation one by one; what makes no sense raises one of
`machine.FAULTS`, which the machine turns into a sentence.
"""

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

from converter.errors import UnreadableError
from converter.pickles import calls
from converter.pickles.symbols import (
    BYTEARRAY,
    FROZENSET,
    LIST,
    LONG_BYTES,
    LONG_TEXT,
    SET,
    Mapping,
    Opaque,
    Symbol,
    Value,
)

if TYPE_CHECKING:
    from converter.pickles.machine import Machine

LONG = 1 << 16
"""Bytes; longer texts and byte strings are passed over. No name or code object needs more."""

Opcode = Callable[["Machine"], None]


def _unknown(machine: "Machine") -> None:
    raise ValueError


OPCODES: list[Opcode] = [_unknown] * 256


def op(code: bytes) -> Callable[[Opcode], Opcode]:
    """Enter a function into the table under the opcode `code`."""

    def enter(function: Opcode) -> Opcode:
        OPCODES[code[0]] = function
        return function

    return enter


_uint2 = struct.Struct("<H").unpack
_int4 = struct.Struct("<i").unpack
_uint4 = struct.Struct("<I").unpack
_uint8 = struct.Struct("<Q").unpack


@op(b"\x80")
def _proto(m: "Machine") -> None:
    m.protocol = m.tape.take(1)[0]
    if m.protocol > 5:
        raise UnreadableError(f"The pickle is of protocol {m.protocol}; Python knows 0 to 5.")
    if m.first_protocol < 0:
        m.first_protocol = m.protocol


@op(b"\x95")
def _frame(m: "Machine") -> None:
    m.tape.open_frame(_uint8(m.tape.take(8))[0])


# Constants.


def _constant(code: bytes, value: Value) -> None:
    op(code)(lambda m: m.stack.append(value))


for _code, _value in [(b"N", None), (b"\x88", True), (b"\x89", False), (b")", ()),
                      (b"]", LIST), (b"\x8f", SET)]:  # fmt: skip
    _constant(_code, _value)


@op(b"}")
def _empty_dict(m: "Machine") -> None:
    m.stack.append(Mapping())


# Numbers.


@op(b"K")
def _binint1(m: "Machine") -> None:
    tape = m.tape
    if tape.pos >= tape.limit:
        tape.reach(1)
    pos = tape.pos
    tape.pos = pos + 1
    m.stack.append(tape.data[pos])


@op(b"M")
def _binint2(m: "Machine") -> None:
    m.stack.append(_uint2(m.tape.take(2))[0])


@op(b"J")
def _binint(m: "Machine") -> None:
    m.stack.append(_int4(m.tape.take(4))[0])


@op(b"G")
def _binfloat(m: "Machine") -> None:
    m.tape.take(8)
    m.stack.append(0.0)


@op(b"F")
def _float(m: "Machine") -> None:
    m.stack.append(float(m.tape.line()))


@op(b"I")
def _int(m: "Machine") -> None:
    line = m.tape.line()
    m.stack.append({b"00": False, b"01": True}[line] if line in (b"00", b"01") else int(line, 0))


@op(b"L")
def _long(m: "Machine") -> None:
    line = m.tape.line().removesuffix(b"L")
    m.stack.append(int(line, 0) if len(line) < 4000 else 0.0)


@op(b"\x8a")
def _long1(m: "Machine") -> None:
    m.stack.append(int.from_bytes(m.tape.take(m.tape.take(1)[0]), "little", signed=True))


@op(b"\x8b")
def _long4(m: "Machine") -> None:
    size = _int4(m.tape.take(4))[0]
    if size < 0:
        raise ValueError
    m.tape.skip(size)
    m.stack.append(0.0)  # a number, and none that a shape could be made of


# Texts and bytes. Text is decoded as latin-1 where only Python 2 can have written it.


def _text(m: "Machine", size: int) -> None:
    if size > LONG:
        m.tape.skip(size)
        m.stack.append(LONG_TEXT)
    else:
        m.stack.append(m.tape.take(size).decode("utf-8", "surrogatepass"))


def _bytes(m: "Machine", size: int) -> None:
    if size > LONG:
        m.tape.skip(size)
        m.stack.append(LONG_BYTES)
    else:
        m.stack.append(m.tape.take(size))


def _string(m: "Machine", size: int) -> None:
    m.python2 = True
    if size < 0:
        raise ValueError
    _bytes(m, size)
    if type(m.stack[-1]) is bytes:
        m.stack[-1] = m.stack[-1].decode("latin-1")


@op(b"\x8c")
def _short_binunicode(m: "Machine") -> None:
    tape = m.tape
    size = tape.take(1)[0]
    if tape.pos + size > tape.limit:
        tape.reach(size)
    start = tape.pos
    tape.pos = end = start + size
    m.stack.append(tape.data[start:end].decode("utf-8", "surrogatepass"))


@op(b"X")
def _binunicode(m: "Machine") -> None:
    _text(m, _uint4(m.tape.take(4))[0])


@op(b"\x8d")
def _binunicode8(m: "Machine") -> None:
    _text(m, _uint8(m.tape.take(8))[0])


@op(b"V")
def _unicode(m: "Machine") -> None:
    line = m.tape.line()
    m.stack.append(line.decode("raw-unicode-escape") if len(line) <= LONG else LONG_TEXT)


@op(b"C")
def _short_binbytes(m: "Machine") -> None:
    _bytes(m, m.tape.take(1)[0])


@op(b"B")
def _binbytes(m: "Machine") -> None:
    _bytes(m, _uint4(m.tape.take(4))[0])


@op(b"\x8e")
def _binbytes8(m: "Machine") -> None:
    _bytes(m, _uint8(m.tape.take(8))[0])


@op(b"\x96")
def _bytearray8(m: "Machine") -> None:
    m.tape.skip(_uint8(m.tape.take(8))[0])
    m.stack.append(BYTEARRAY)


@op(b"U")
def _short_binstring(m: "Machine") -> None:
    _string(m, m.tape.take(1)[0])


@op(b"T")
def _binstring(m: "Machine") -> None:
    _string(m, _int4(m.tape.take(4))[0])


@op(b"S")
def _quoted_string(m: "Machine") -> None:
    m.python2 = True
    line = m.tape.line().strip()
    if len(line) < 2 or line[:1] not in (b'"', b"'") or line[:1] != line[-1:]:
        raise ValueError
    m.stack.append(LONG_TEXT if len(line) > LONG else _unescaped(line[1:-1]))


def _unescaped(line: bytes) -> Value:
    """The text of a Python 2 literal. What has escapes is no name of anything, but data."""
    return Opaque("builtins.str") if b"\\" in line else line.decode("latin-1")


# Containers.


@op(b"(")
def _mark(m: "Machine") -> None:
    m.open_mark()


@op(b"0")
def _pop(m: "Machine") -> None:
    if m.stack:
        del m.stack[-1]
    else:
        m.until_mark()


@op(b"1")
def _pop_mark(m: "Machine") -> None:
    m.until_mark()


@op(b"2")
def _dup(m: "Machine") -> None:
    value = m.stack[-1]
    if type(value) is Symbol:
        value.loose += 1
    m.stack.append(value)


@op(b"t")
def _tuple(m: "Machine") -> None:
    items = m.until_mark()
    m.stack.append(tuple(items))


def _tuple_of(size: int) -> Opcode:
    def make(m: "Machine") -> None:
        items = m.stack[-size:]
        if len(items) < size:
            raise IndexError
        m.stack[-size:] = [tuple(items)]

    return make


for _size, _code in [(1, b"\x85"), (2, b"\x86"), (3, b"\x87")]:
    op(_code)(_tuple_of(_size))


@op(b"l")
def _list(m: "Machine") -> None:
    m.until_mark()
    m.stack.append(LIST)


@op(b"d")
def _dict(m: "Machine") -> None:
    items = m.until_mark()
    mapping = Mapping()
    m.put_items(mapping, items)
    m.stack.append(mapping)


@op(b"\x91")
def _frozenset(m: "Machine") -> None:
    m.until_mark()
    m.stack.append(FROZENSET)


@op(b"a")
def _append(m: "Machine") -> None:
    del m.stack[-1]
    m.only_data(m.stack[-1])


@op(b"e")
@op(b"\x90")
def _appends(m: "Machine") -> None:
    m.until_mark()
    m.only_data(m.stack[-1])


@op(b"s")
def _setitem(m: "Machine") -> None:
    value, key = m.stack.pop(), m.stack.pop()
    m.put_items(m.stack[-1], [key, value])


@op(b"u")
def _setitems(m: "Machine") -> None:
    items = m.until_mark()
    m.put_items(m.stack[-1], items)


# The memo.


@op(b"\x94")
def _memoize(m: "Machine") -> None:
    memo = m.memo
    memo[len(memo)] = m.stack[-1]


@op(b"q")
def _binput(m: "Machine") -> None:
    m.memo[m.tape.take(1)[0]] = m.stack[-1]


@op(b"r")
def _long_binput(m: "Machine") -> None:
    m.remember(_uint4(m.tape.take(4))[0])


@op(b"p")
def _put(m: "Machine") -> None:
    m.text_memo = True
    m.remember(int(m.tape.line()))


@op(b"h")
def _binget(m: "Machine") -> None:
    m.recall(m.tape.take(1)[0])


@op(b"j")
def _long_binget(m: "Machine") -> None:
    m.recall(_uint4(m.tape.take(4))[0])


@op(b"g")
def _get(m: "Machine") -> None:
    m.recall(int(m.tape.line()))


# Globals and calls.


@op(b"c")
def _global(m: "Machine") -> None:
    module = m.tape.line().decode("utf-8")
    m.look_up(module, m.tape.line().decode("utf-8"))


@op(b"\x93")
def _stack_global(m: "Machine") -> None:
    name, module = m.stack.pop(), m.stack.pop()
    m.look_up(module, name)


@op(b"R")
def _reduce(m: "Machine") -> None:
    args, function = m.stack.pop(), m.stack.pop()
    m.call(function, args)


@op(b"\x81")
def _newobj(m: "Machine") -> None:
    args, cls = m.stack.pop(), m.stack.pop()
    m.stack.append(calls.instance(m, cls, args))


@op(b"\x92")
def _newobj_ex(m: "Machine") -> None:
    keywords, args, cls = m.stack.pop(), m.stack.pop(), m.stack.pop()
    m.stack.append(calls.instance(m, cls, (args, keywords)))


@op(b"i")
def _inst(m: "Machine") -> None:
    module = m.tape.line().decode("ascii")
    name = m.tape.line().decode("ascii")
    args = tuple(m.until_mark())
    m.look_up(module, name)
    m.call(m.stack.pop(), args)


@op(b"o")
def _obj(m: "Machine") -> None:
    cls, *args = m.until_mark()
    m.call(cls, tuple(args))


@op(b"b")
def _build(m: "Machine") -> None:
    m.build()


def _extension(size: int) -> Opcode:
    def push(m: "Machine") -> None:
        number = int.from_bytes(m.tape.take(size), "little")
        m.push_symbol(f"<extension {number}>", m.names)

    return push


for _size, _code in [(1, b"\x82"), (2, b"\x83"), (4, b"\x84")]:
    op(_code)(_extension(_size))


@op(b"P")
@op(b"Q")
def _persistent(m: "Machine") -> None:
    raise UnreadableError(
        "The pickle refers to objects that are kept outside of it (persistent ids).",
        "Load it with the program that wrote it, and dump the model with joblib.",
    )


@op(b"\x97")
def _next_buffer(m: "Machine") -> None:
    raise UnreadableError(
        "The pickle keeps its arrays outside of itself (out-of-band buffers).",
        "Dump the model again without a buffer_callback.",
    )


@op(b"\x98")
def _readonly_buffer(m: "Machine") -> None:
    m.stack[-1] = m.stack[-1]
