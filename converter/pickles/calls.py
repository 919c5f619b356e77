"""What calling a global gives, as far as it can be told without calling it.

Most calls just make an instance. Told apart are the functions that look up further names, since
through them a stream reaches what it does not name, and those that make code objects.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from converter.pickles.arrays import WRAPPERS, malformed
from converter.pickles.symbols import Instance, Mapping, Symbol, Value, class_of

if TYPE_CHECKING:
    from converter.pickles.machine import Machine

COMPUTED = "<computed>"
"""Stands for a name that the stream puts together while it is loaded."""

MAIN_NAMESPACE = "builtins.__main__"
"""dill's name for the globals of the running script."""

RENAMED = {
    "__builtin__.__main__": MAIN_NAMESPACE,
    "__builtin__.NoneType": "builtins.NoneType",
}
"""Names that dill's reader understands in every protocol."""

CODE_MAKERS = frozenset({
    "dill._dill._create_code", "dill._dill._create_function", "dill._dill._create_type",
    "cloudpickle.cloudpickle._make_function", "cloudpickle.cloudpickle._make_skeleton_class",
    "cloudpickle.cloudpickle._make_skeleton_enum", "cloudpickle.cloudpickle._make_skel_func",
    "cloudpickle.cloudpickle._builtin_type", "cloudpickle.cloudpickle_fast._builtin_type",
    "types.CodeType", "types.FunctionType",
})  # fmt: skip
"""What makes functions, classes and code objects out of data."""

CLASS_FIRST = frozenset({
    "copyreg._reconstructor", "copyreg.__newobj__", "copyreg.__newobj_ex__",
    "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
    "pandas.core.indexes.base._new_Index",
})  # fmt: skip
"""Functions that give an instance of their first argument."""

ARGUMENT_ONLY = frozenset({"numpy.ndarray"})
"""Classes that files name as an argument of a constructor. Called by a file itself, numpy's takes
bytes for pointers to objects; hence a use of another kind is noted as a name of its own."""

TAKERS = frozenset({
    "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
    "numpy.ma.core._mareconstruct",
})  # fmt: skip
"""The constructors they are an argument of."""


def result(machine: "Machine", function: Value, args: Value) -> Value:
    """What `function(*args)` gives."""
    if type(function) is Instance:
        return made(machine, class_name(function), args, function)
    if type(function) is not Symbol:
        raise TypeError
    if function.name in WRAPPERS:
        raise malformed("it makes an array in a way of its own")
    if function.name in LOOKUPS:
        return LOOKUPS[function.name](machine, function, args)
    if function.name in machine.modules:  # dill's importer gives what is in a module, too
        machine.reached[function.name] = None
    function.loose -= function.name not in ARGUMENT_ONLY
    if type(args) is not tuple:
        return made(machine, function.name, args)
    fresh = machine.spend(args)
    if function.name in TAKERS and fresh:
        _take(args)
    if function.name in CLASS_FIRST and args and type(args[0]) is Symbol:
        if args[0].name in WRAPPERS and not fresh:
            raise malformed("it makes an array in a way of its own")
        return instance(machine, args[0], () if "_reconstruct" in function.name else args[1:])
    return made(machine, function.name, args)


def _take(args: tuple[Value, ...]) -> None:
    """Count the classes that stand where they belong: among the arguments of a constructor."""
    for arg in args:
        if type(arg) is Symbol and arg.name in ARGUMENT_ONLY:
            arg.loose -= 1


def instance(machine: "Machine", cls: Value, args: Value) -> Instance:
    """What `cls.__new__(cls, *args)` gives."""
    if type(cls) is Instance:
        return made(machine, class_name(cls), args, cls)
    if type(cls) is not Symbol:
        raise TypeError
    if cls.name in WRAPPERS and args != ():
        raise malformed("it makes an array in a way of its own")
    if cls.name not in LOOKUPS and cls.name not in ARGUMENT_ONLY:
        cls.loose -= 1
    return made(machine, cls.name, args)


def made(machine: "Machine", cls: str, args: Value, maker: Value = None) -> Instance:
    """A new instance, noted where it is code."""
    new = Instance(cls, args, maker)
    if cls in CODE_MAKERS or maker is not None:
        machine.made.append(new)
    return new


def class_name(maker: Instance) -> str:
    """The name of the class that `maker` makes, where it is a class carried by value."""
    args = maker.args if type(maker.args) is tuple else ()
    if maker.cls in CODE_MAKERS and len(args) > 3 and type(args[1]) is str:
        space = next(
            (a.items for a in args[2:] if type(a) is Mapping and "__module__" in a.items), {}
        )
        module = space.get("__module__")
        return f"{module}.{args[1]}" if type(module) is str else args[1]
    if maker.cls.endswith("._builtin_type") and args and type(args[0]) is str:
        return f"types.{args[0]}"
    return maker.cls


# --- lookups ----------------------------------------------------------------------------------

Lookup = Callable[["Machine", Symbol, Value], Value]


def _texts(args: Value) -> bool:
    return type(args) is tuple and all(type(arg) is str for arg in args)


def _getattr(machine: "Machine", function: Symbol, args: Value) -> Value:
    if type(args) is not tuple or len(args) < 2 or type(args[1]) is not str:
        return machine.symbol(COMPUTED, machine.reached)
    owner = args[0].name if type(args[0]) is Symbol else class_of(args[0])
    function.loose -= 1
    return machine.symbol(f"{owner or COMPUTED}.{args[1]}", machine.reached)


def _module_attribute(machine: "Machine", function: Symbol, args: Value) -> Value:
    if not _texts(args) or len(args) != 2:
        return machine.symbol(COMPUTED, machine.reached)
    function.loose -= 1
    return machine.symbol(".".join(args), machine.reached)


def _import(machine: "Machine", function: Symbol, args: Value) -> Value:
    if not _texts(args[:1]) or not args:
        return machine.symbol(COMPUTED, machine.reached)
    function.loose -= 1
    return machine.symbol(args[0], machine.modules)


def _load_type(machine: "Machine", function: Symbol, args: Value) -> Value:
    if not _texts(args) or len(args) != 1:
        return machine.symbol(COMPUTED, machine.reached)
    function.loose -= 1
    home = "types" if args[0][:1].isupper() else "builtins"
    name = {"PartialType": "functools.partial"}.get(args[0], f"{home}.{args[0]}")
    return machine.symbol(name, machine.reached)


def _later(machine: "Machine", function: Symbol, args: Value) -> Value:
    """Operator's getters look a name up when they are called; a plain public one is let pass."""
    if _texts(args) and all(arg.isidentifier() and arg[:1] != "_" for arg in args):
        function.loose -= 1
    return Instance(function.name, args)


LOOKUPS: dict[str, Lookup] = {
    "builtins.getattr": _getattr,
    "dill._dill._get_attr": _getattr,
    "dill._dill._load_type": _load_type,
    "numpy.core._ufunc_reconstruct": _module_attribute,
    "numpy._core._ufunc_reconstruct": _module_attribute,
    "dill._dill._import_module": _import,
    "cloudpickle.cloudpickle.subimport": _import,
    "operator.attrgetter": _later,
    "_operator.attrgetter": _later,
    "operator.methodcaller": _later,
    "_operator.methodcaller": _later,
}
