"""Pickling a model with the user's own code inside, in a stream that plain `dill.load` reads.

dill alone writes functions of a user's module by reference, recurses for ever into functions that
call each other, and orders their globals by hash seed. So functions, classes and modules of the
user's own are written here, skeleton first and contents after, which any recursion survives;
everything else is dill's.
"""

import dataclasses
import enum
import io
import os
import pickle
import pickletools
import sys
from collections.abc import Iterator
from types import (
    CellType,
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    ModuleType,
)
from typing import Any, NamedTuple

from converter.trace.own import is_own
from converter.trace.source import FunctionCard, identify
from converter.trace.steps import steps_of

PROTOCOL = 4
"""Read by every Python from 3.4 on; what a bundle needs beyond is checked before loading."""

_NOT_COPIED = {"__dict__", "__weakref__", "__slots__", "__abstractmethods__", "_abc_impl"}
_SENTINELS: dict[int, tuple[ModuleType, str]] = {
    id(value): (dataclasses, name)
    for name, value in vars(dataclasses).items()
    if type(value).__module__ == "dataclasses"
} | {
    id(vars(module)[name]): (module, name)
    for module, name in ((os, "environ"), (os, "environb"), (sys, "argv"), (sys, "modules"))
    if name in vars(module)
}
"""Objects that stay the ones they are where the stream is loaded: what dataclasses tells by
identity, such as MISSING, and the process's own: a copied environment would also leak secrets."""


class Carried(NamedTuple):
    """A pickled model, and what its stream stands on."""

    data: bytes
    modules: frozenset[str]
    """Top-level modules that loading or calling it imports."""
    functions: tuple[FunctionCard, ...]
    """What the user wrote and the stream carries, in the order met."""


def dumps(model: Any) -> Carried:
    """Pickle `model`, user code by value. Raises whatever its objects raise when pickled.

    The same model loaded from the same file gives the same bytes, sets of text included; sets of
    other objects and dictionaries filled from such sets may follow the hash seed.
    """
    import dill

    class Pickler(dill.Pickler):  # type: ignore[misc]
        """dill's, where the user's code is written by `_Code`."""

        def save(self, obj: Any, save_persistent_id: bool = True) -> None:
            if id(obj) in self.memo or not code.save(obj):
                super().save(obj, save_persistent_id)

    file = io.BytesIO()
    pickler = Pickler(file, protocol=PROTOCOL)
    code = _Code(pickler, dill._dill)
    pickler.dump(model)
    data = file.getvalue()
    return Carried(data, frozenset({*_modules(data), *code.imports}), tuple(code.cards.values()))


class _Code:
    """Writes functions, classes and modules of the user's own, and text sets in order."""

    def __init__(self, pickler: Any, dill: Any) -> None:
        self.pickler, self.dill = pickler, dill
        self.scopes: dict[int, dict[str, Any]] = {}
        self.imports: set[str] = set()
        self.cards: dict[int, FunctionCard] = {}
        self.classes = 0

    def save(self, obj: Any) -> bool:
        """Write `obj` if it is one of those; False leaves it to dill."""
        if isinstance(obj, FunctionType) and _travels(obj):
            self.function(obj)
        elif isinstance(obj, enum.EnumMeta) and _travels(obj):
            self.enumeration(obj)
        elif isinstance(obj, type) and _travels(obj) and not hasattr(obj, "_fields"):
            self.class_(obj)
        elif isinstance(obj, ModuleType):
            return self.module(obj)
        elif id(obj) in _SENTINELS:
            self.pickler.save_reduce(getattr, _SENTINELS[id(obj)], obj=obj)
        elif type(obj) in (set, frozenset) and all(type(each) is str for each in obj):
            self.pickler.save_reduce(type(obj), (sorted(obj),), obj=obj)
        else:
            return False
        return True

    def function(self, function: FunctionType) -> None:
        """An empty function first, then its closure, its globals and its attributes."""
        self.card(function)
        scope = self.scope(function.__globals__)
        cells = [cell for cell in function.__closure__ or () if id(cell) not in self.pickler.memo]
        for cell in cells:
            self.reduce(self.dill._create_cell, (None,), obj=cell)
        first = (function.__code__, scope, function.__name__, None, function.__closure__)
        self.pickler.save_reduce(self.dill._create_function, first, obj=function)
        for cell in cells:
            if not _is_empty(cell):
                self.reduce(setattr, (cell, "cell_contents", cell.cell_contents))
        for name in ("__qualname__", "__module__", "__defaults__", "__kwdefaults__", "__doc__"):
            self.set(function, name, getattr(function, name))
        self.set(function, "__annotations__", function.__annotations__)
        self.fill(scope, function)
        for name, value in vars(function).items():
            self.set(function, name, value)

    def scope(self, original: dict[str, Any]) -> dict[str, Any]:
        """The globals that stand for `original`: one dictionary for all functions that share it."""
        return self.scopes.setdefault(id(original), {"__name__": original.get("__name__")})

    def fill(self, scope: dict[str, Any], function: FunctionType) -> None:
        """Write the globals that `function` names, where no function before it has."""
        for name in _globals_of(function.__code__):
            if name in function.__globals__ and name not in scope:
                scope[name] = value = function.__globals__[name]
                self.reduce(self.dill._setitems, (scope, {name: value}))
        self.imports |= set(_imports_of(function.__code__))

    def class_(self, cls: type) -> None:
        """An empty class first, then its members, so that methods may name their class."""
        self.card(cls)
        self.classes += 1
        members = {name: each for name, each in vars(cls).items() if name not in _NOT_COPIED}
        first = {"__module__": members.pop("__module__"), "__qualname__": cls.__qualname__}
        first |= {name: vars(cls)[name] for name in ("__slots__",) if name in vars(cls)}
        first |= {name: members.pop(name) for name in ("__orig_bases__",) if name in members}
        arguments = (type(cls), cls.__name__, cls.__bases__, first)
        self.pickler.save_reduce(self.dill._create_type, arguments, obj=cls)
        for name, member in members.items():
            if not isinstance(member, MemberDescriptorType | GetSetDescriptorType):
                self.set(cls, name, member)
        if "__abstractmethods__" in vars(cls):
            self.set(cls, "__abstractmethods__", vars(cls)["__abstractmethods__"])
        self.classes -= 1

    def enumeration(self, cls: enum.EnumMeta) -> None:
        """Its members' names and values, by the functional way of making one."""
        self.card(cls)
        members = [(name, each.value) for name, each in vars(cls)["_member_map_"].items()]
        arguments = (cls.__bases__[-1], cls.__name__, members)
        self.pickler.save_reduce(self.dill._create_type, arguments, obj=cls)

    def module(self, module: ModuleType) -> bool:
        """The user's own: a module with what is in it, in no one's `sys.modules`."""
        if not is_own(module.__name__):
            self.imports.add(module.__name__.partition(".")[0])
            return False
        self.pickler.save_reduce(ModuleType, (module.__name__,), obj=module)
        for name, value in vars(module).items():
            if not (name.startswith("__") and name.endswith("__")):
                self.set(module, name, value)
        return True

    def card(self, obj: Any) -> None:
        """Note what the user wrote; a method is part of its class's card."""
        if not self.classes:
            self.cards[id(obj)] = identify(obj)

    def set(self, obj: Any, name: str, value: Any) -> None:
        self.reduce(setattr, (obj, name, value))

    def reduce(self, function: Any, arguments: tuple[Any, ...], obj: Any = None) -> None:
        """Write a call whose result is not wanted, except under its memo."""
        self.pickler.save_reduce(function, arguments, obj=obj)
        self.pickler.write(pickle.POP)


def _travels(obj: Any) -> bool:
    """Whether a function or class goes by value: the user's own, or not to be found by name."""
    module, name = getattr(obj, "__module__", None), obj.__qualname__
    return is_own(module) or (isinstance(obj, FunctionType) and not _is_found(module, name, obj))


def _is_found(module: str | None, name: str, obj: Any) -> bool:
    found: Any = sys.modules.get(module or "")
    for part in name.split("."):
        found = getattr(found, part, None)
    return found is obj


def _is_empty(cell: CellType) -> bool:
    try:
        return cell.cell_contents is cell
    except ValueError:
        return True


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _globals_of(code: CodeType) -> Iterator[str]:
    """The global names that `code` reads, nested functions included."""
    for each in _nested(code):
        for step in steps_of(each):
            if step.opname in {"LOAD_GLOBAL", "LOAD_NAME"}:
                yield step.argval


def _imports_of(code: CodeType) -> Iterator[str]:
    """The top-level modules that `code` imports when it runs."""
    for each in _nested(code):
        for step in steps_of(each):
            if step.opname == "IMPORT_NAME" and step.argval:
                yield step.argval.partition(".")[0]


def _modules(data: bytes) -> Iterator[str]:
    """The top-level modules of the globals that a stream of ours names."""
    memo: list[Any] = []
    recent: list[Any] = [None, None]
    for opcode, argument, _ in pickletools.genops(data):
        if opcode.name == "MEMOIZE":
            memo.append(recent[-1])
        elif opcode.name == "STACK_GLOBAL":
            yield str(recent[-2]).partition(".")[0]
            recent.append(None)
        elif opcode.name == "GLOBAL":
            yield str(argument).partition(" ")[0].partition(".")[0]
        elif opcode.name in {"BINGET", "LONG_BINGET"}:
            recent.append(memo[int(str(argument))])
        elif opcode.name != "FRAME":
            recent.append(argument if isinstance(argument, str) else None)
        del recent[:-2]
