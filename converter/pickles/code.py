"""What the code objects in a dill or cloudpickle file tell: the function's name, and its Python.

Code objects fit one minor of Python only. The number of their fields and a few opcodes tell which.
"""

from collections.abc import Iterable

from converter.pickles.calls import MAIN_NAMESPACE, class_name
from converter.pickles.symbols import Instance, Mapping, Symbol, Value

# The fields of a code object, by their number: where its bytecode and its name are.
_FIELDS = {15: (5, 10), 16: (6, 11), 18: (6, 12)}
_OLDER = {15: frozenset({5, 6, 7}), 16: frozenset({8, 9, 10})}
_NEWER = frozenset({11, 12, 13, 14})
_RESUME = {151: frozenset({11, 12}), 149: frozenset({13}), 128: frozenset({14})}
_PRECALL, _LOAD_METHOD, _RETURN_CONST = 166, 160, 121
# Opcodes that 3.11 and 3.12 follow up with different numbers of empty cache entries.
_CACHES = {106: (4, 9), 25: (4, 1), 107: (2, 1), 116: (5, 4), 93: (0, 1)}


def code_fields(made: Instance) -> tuple[Value, ...] | None:
    """The arguments of the call that makes a code object; None for any other call."""
    args = made.args if type(made.args) is tuple else ()
    if len(args) in (16, 17, 19) and type(args[0]) is not int:
        args = args[1:]  # dill puts the line table of old Pythons first
    at = _FIELDS.get(len(args))
    return args if at and type(args[0]) is int and type(args[at[1]]) is str else None


def minors(made: Iterable[Instance]) -> frozenset[int]:
    """The minors of Python 3 that may run every code object among `made`; empty if not told."""
    told = [possible for call in made if (possible := _minors_of(code_fields(call)))]
    return frozenset.intersection(*told) if told else frozenset()


def pythons(minors: frozenset[int]) -> str:
    """Such as "3.11", or "3.8 to 3.10"."""
    low, high = min(minors), max(minors)
    return f"3.{low}" if low == high else f"3.{low} to 3.{high}"


def _minors_of(fields: tuple[Value, ...] | None) -> frozenset[int]:
    if fields is None:
        return frozenset()
    if len(fields) in _OLDER:
        return _OLDER[len(fields)]
    if type(fields[6]) is not bytes:
        return _NEWER
    ops = fields[6][::2]
    resumed = next((minors for op, minors in _RESUME.items() if op in ops[:8]), _NEWER)
    return _eleven_or_twelve(ops) if resumed == _RESUME[151] else resumed


def _eleven_or_twelve(ops: bytes) -> frozenset[int]:
    """Which of the two most alike minors compiled `ops`, every second byte of the bytecode."""
    if _PRECALL in ops or _LOAD_METHOD in ops:
        return frozenset({11})
    if _RETURN_CONST in ops:
        return frozenset({12})
    for op, (eleven, twelve) in _CACHES.items():
        at = ops.find(op)
        empty = len(ops[at + 1 :]) - len(ops[at + 1 :].lstrip(b"\0"))
        if at >= 0 and empty in (eleven, twelve):
            return frozenset({11 if empty == eleven else 12})
    return frozenset({11, 12})


def carried(made: Iterable[Instance]) -> tuple[str, ...]:
    """The dotted names of the functions and classes among `made`, in the file's order."""
    names = (_name(call) for call in made if code_fields(call) is None)
    return tuple(dict.fromkeys(name for name in names if name))


def _name(call: Instance) -> str:
    kind = call.cls.rpartition(".")[2]
    args = call.args if type(call.args) is tuple else ()
    if kind in ("_create_type", "_make_skeleton_class", "_make_skeleton_enum"):
        name = class_name(call)
        return name if name != call.cls else ""
    if kind not in ("_create_function", "_make_function") and call.maker is None:
        return ""
    if not args or type(args[0]) is not Instance:
        return ""
    return _function_name(args)


def _function_name(args: tuple[Value, ...]) -> str:
    fields = code_fields(args[0])
    if fields is None:
        return next((arg for arg in args[1:4] if type(arg) is str), "")
    name, module = str(fields[_FIELDS[len(fields)][1]]), _module(args[1:2])
    return f"{module}.{name}" if module else name


def _module(space: tuple[Value, ...]) -> str:
    """The module whose globals a function is given."""
    if space and type(space[0]) is Symbol:
        return "__main__" if space[0].name == MAIN_NAMESPACE else ""
    module = space[0].items.get("__name__") if space and type(space[0]) is Mapping else None
    return module if type(module) is str else ""
