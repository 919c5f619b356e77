"""joblib's arrays: raw bytes between the opcodes, and the `.npy` side files of its old versions.

joblib puts a small wrapper object in place of each array. When the wrapper has got its state, the
array's bytes follow in the file, outside of the pickle. How many, the wrapper and its dtype tell.
"""

import re
from math import prod
from typing import TYPE_CHECKING

from converter.errors import UnreadableError
from converter.pickles.symbols import Instance, Mapping, Opaque, Value

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
    if type(state) is not Mapping or not state.whole:
        raise malformed("an array lacks its description")
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
    if type(dtype) is not Instance or dtype.cls != DTYPE or type(dtype.args) is not tuple:
        raise malformed("an array has no proper dtype")
    code = dtype.args[0] if dtype.args else None
    state = dtype.state if type(dtype.state) is tuple else ()
    if type(code) is not str or (dtype.state is not None and len(state) < 8):
        raise malformed("a dtype has no proper description")
    if _OBJECT.fullmatch(code):
        return 8, True
    if _PLAIN.fullmatch(code):
        return _plain_size(code, state), False
    return _sized(code, state)


def _plain_size(code: str, state: tuple[Value, ...]) -> int:
    if state and (state[2:6] != (None, None, None, -1) or state[0] not in (3, 4)):
        raise malformed("a dtype contradicts itself")
    found = _PLAIN.fullmatch(code)
    assert found is not None
    return int(found[2])


def _sized(code: str, state: tuple[Value, ...]) -> tuple[int, bool]:
    """Text, bytes and records: the state tells the size, and the fields whether objects are in."""
    found = _SIZED.fullmatch(code)
    if found is None or (state and type(state[5]) is not int):
        raise malformed(f"the dtype {code[:40]!r} is of no known kind")
    size = state[5] if state else int(found[2]) * (4 if found[1] == "U" else 1)
    if size <= 0 or (state and state[2] is not None):
        raise malformed("a dtype has no size")
    objects = bool(state) and _has_objects(state[4])
    if objects != bool(state and type(state[7]) is int and state[7] & 1):
        raise malformed("a dtype contradicts itself on its fields")
    return size, objects


def _has_objects(fields: Value) -> bool:
    if fields is None:
        return False
    if type(fields) is not Mapping or not fields.whole:
        raise malformed("a record dtype has no proper fields")
    return any(type(f) is tuple and len(f) >= 2 and item(f[0])[1] for f in fields.items.values())


def nested(machine: "Machine") -> Value:
    """Run over an array of Python objects, which is a pickle of its own inside the file."""
    inner = type(machine)(machine.tape, raw_arrays=False)
    inner.run()
    machine.adopt(inner)
    return ARRAY
