"""joblib's arrays: raw bytes between the opcodes, and the `.npy` side files of its old versions.

joblib puts a small wrapper object in place of each array. When the wrapper has got its state, the
array's bytes follow in the file, outside of the pickle. How many, the wrapper and its dtype tell.
"""

import re
from math import prod
from typing import TYPE_CHECKING

from converter.errors import UnreadableError
from converter.pickles.symbols import Instance, Mapping, Opaque, Symbol, Value

if TYPE_CHECKING:
    from converter.pickles.machine import Machine

_HOMES = ("joblib", "sklearn.externals.joblib")
INLINE = frozenset(f"{home}.numpy_pickle.NumpyArrayWrapper" for home in _HOMES)
BESIDE = frozenset(
    f"{home}.{module}.{name}"
    for home in _HOMES
    for module in ("numpy_pickle", "numpy_pickle_compat")
    for name in ("NDArrayWrapper", "ZNDArrayWrapper")
)
WRAPPERS = INLINE | BESIDE
DTYPE = "numpy.dtype"
BUILT_ONCE = WRAPPERS | {DTYPE}

ARRAY = Opaque("numpy.ndarray")
_PLAIN = re.compile(r"[<>=|]?([biufcmM])(\d{1,2})(\[\w+\])?")
_SIZED = re.compile(r"[<>=|]?([SUVa])(\d{1,9})")
_OBJECT = re.compile(r"[<>=|]?O\d?")


def malformed(what: str) -> UnreadableError:
    """The error for an array that joblib itself would not have written."""
    return UnreadableError(f"The joblib file is malformed: {what}.")


def pass_over(machine: "Machine", wrapper: Instance) -> Value:
    """Leave the tape behind the array that `wrapper` announces, and give what stands for it."""
    state = wrapper.state
    if type(state) is not Mapping or not state.whole or state.frozen:
        raise malformed("an array lacks its description")
    state.frozen = True
    if type(subclass := state.items.get("subclass")) is Symbol:
        subclass.loose -= 1  # it stands where it belongs
    machine.arrays += 1
    if wrapper.cls in BESIDE:
        machine.side_files.append(wrapper)
        return ARRAY
    machine.tape.leave_frame()
    size, is_object = item(state.items.get("dtype"))
    if is_object:
        return nested(machine)
    if state.items.get("numpy_array_alignment_bytes") is not None:
        machine.tape.skip(machine.tape.take(1)[0])
    machine.tape.skip(size * count(state.items.get("shape")))
    return ARRAY


def count(shape: Value) -> int:
    """The number of items in an array of `shape`."""
    if type(shape) is not tuple or not all(type(n) is int and 0 <= n < 2**48 for n in shape):
        raise malformed("an array has no proper shape")
    items = prod(shape)
    if items >= 2**48:
        raise malformed("an array is larger than any memory")
    return items


def item(dtype: Value) -> tuple[int, bool]:
    """The bytes of one item, and whether items are Python objects."""
    code, state = _described(dtype)
    if _OBJECT.fullmatch(code):
        return 8, True
    if plain := _PLAIN.fullmatch(code):
        return int(plain[2]), False
    sized = _SIZED.fullmatch(code)
    assert sized is not None
    size = state[5] if state else int(sized[2]) * (4 if sized[1] == "U" else 1)
    if type(size) is not int or size <= 0:
        raise malformed("a dtype has no size")
    return size, bool(state and state[7] & 1)


def check_dtype(dtype: Instance) -> None:
    """Refuse a dtype that lies on whether its items are objects: numpy would take it at its word.

    Its fields are frozen, since numpy keeps the dict that the stream may still hold.
    """
    code, state = _described(dtype)
    if type(state[7]) is not int or bool(state[7] & 1) != _has_objects(code, state[4]):
        raise malformed("a dtype contradicts itself on its fields")
    if _PLAIN.fullmatch(code) and state[2:6] != (None, None, None, -1):
        raise malformed("a dtype contradicts itself on its size")
    if type(state[4]) is Mapping:
        state[4].frozen = True


def _described(dtype: Value) -> tuple[str, tuple[Value, ...]]:
    """The code of a dtype, such as "f8", and its state; () where it has none."""
    if type(dtype) is not Instance or dtype.cls != DTYPE or type(dtype.args) is not tuple:
        raise malformed("an array has no proper dtype")
    code = dtype.args[0] if dtype.args else None
    state = () if dtype.state is None else dtype.state
    if type(code) is not str or type(state) is not tuple or (state and len(state) < 8):
        raise malformed("a dtype has no proper description")
    if not any(kind.fullmatch(code) for kind in (_PLAIN, _SIZED, _OBJECT)):
        raise malformed(f"the dtype {code[:40]!r} is of no known kind")
    return code, state


def _has_objects(code: str, fields: Value) -> bool:
    """Whether items are objects or hold some. Dtypes of fields have been checked themselves."""
    if fields is None:
        return _OBJECT.fullmatch(code) is not None
    if type(fields) is not Mapping or not fields.whole or not _SIZED.fullmatch(code):
        raise malformed("a record dtype has no proper fields")
    return any(_field_has_objects(field) for field in fields.items.values())


def _field_has_objects(field: Value) -> bool:
    code, state = _described(field[0])
    if code.lstrip("<>=|")[0] == "V" and not state:
        raise malformed("a field of a record has no proper dtype")
    return bool(state[7] & 1) if state else _OBJECT.fullmatch(code) is not None


def nested(machine: "Machine") -> Value:
    """Run over an array of Python objects, which is a pickle of its own inside the file."""
    inner = type(machine)(machine.tape, raw_arrays=False)
    inner.run()
    machine.adopt(inner)
    return ARRAY
