"""A copy of a user's function whose names mean our facades: the way in for what records.

Globals, closures, defaults, builtins and imports inside functions are rebound, and so are the
user's own helpers and classes that they reach; libraries are stood for by facades.
"""

import builtins
import copy
import datetime
import functools
import re
from types import CellType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from converter.trace.facades.re import Pattern
from converter.trace.facades.rowwise import rebuilt
from converter.trace.facades.table import REPLACED
from converter.trace.guarded import Guarded, replaced
from converter.trace.impure import Kind, covers, kind_of, public
from converter.trace.literals import asked_names, paired, relinked
from converter.trace.own import is_own
from converter.trace.reachable import (
    dotted,
    is_code,
    is_estimator,
    is_plain_class,
    is_plain_function,
    is_table,
    is_traceable,
    names,
    unwrapped,
)
from converter.trace.reads import Cached
from converter.trace.session import Session
from converter.trace.standins.fitted import Fitted
from converter.trace.standins.literals import asked
from converter.trace.standins.table import table
from converter.values import Turn

LARGEST = 20_000
"""Of the containers that are copied for a trace."""


class Facade:
    """Stands for a module: its names, rebound."""

    def __init__(self, module: ModuleType, rebinder: "Rebinder") -> None:
        self._module = module
        self._rebinder = rebinder

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name)
        path = public(f"{self._module.__name__}.{name}")
        if kind := kind_of(path):
            self._rebinder.read(kind, path)
        return self._rebinder.named(f"{self._module.__name__}.{name}", value)

    def __repr__(self) -> str:
        return repr(self._module)


class Rebinder:
    """Rebinds what a function reaches; each thing once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._done: dict[int, Any] = {}
        self._alive: list[Any] = []
        self._making: set[int] = set()
        self._asked: set[str] = set()
        """Names of what rows' values are asked to be in, or joined by."""
        self._owned: list[tuple[CellType, Any]] = []
        self._builtins = {
            name: self.named(f"builtins.{name}", value) for name, value in vars(builtins).items()
        }
        self._builtins["__import__"] = self._import

    def read(self, kind: Kind, path: str) -> None:
        """Something impure is named, by whatever way the function came to it."""
        if not covers(self._session.freeze, kind):
            self._session.refuse(kind, f"uses `{path}`", turn=Turn.FORMAT)

    def named(self, name: str, value: Any) -> Any:
        """What stands for `value`, which a module calls `name`."""
        if name in REPLACED:
            return replaced(REPLACED[name], value)
        return self.rebound(value)

    def rebound(self, value: Any) -> Any:
        """What stands for `value`; itself where there is nothing to rebind."""
        if id(value) in self._done:
            return self._done[id(value)]
        result = self._rebound(value)
        self._done[id(value)] = result
        self._alive.append(value)  # or its id may be another's
        return result

    def _rebound(self, value: Any) -> Any:
        match value:
            case ModuleType():
                return Facade(value, self)
            case datetime.date() | datetime.timedelta():
                return value
            case FunctionType() if is_traceable(value):
                return self._function(value)
            case MethodType():
                return self._method(value)
            case functools.partial():
                return self._partial(value)
            case Cached():
                return self.rebound(value.__wrapped__)
            case type():
                return self._class(value)
            case re.Pattern() if isinstance(value.pattern, str):
                return Pattern(value)
            case list() | set() | dict() if type(value) in (list, set, dict):
                return self._copied(value)
        standin = rebuilt(value, self.rebound)
        return self._object(value) if standin is None else standin

    def _object(self, value: Any) -> Any:
        """What is no function of the user's own: a library's, or an object."""
        if (name := dotted(value)) in REPLACED and hasattr(value, "__qualname__"):
            return replaced(REPLACED[name], value)
        if is_plain_function(value):
            return Guarded(name, value, self._session)
        if is_own(type(value).__module__) and hasattr(value, "__dict__"):
            return self.instance(value)
        if type(value) is np.ndarray and value.ndim:
            return table(value)
        return Fitted(value) if is_estimator(value) else value

    def _partial(self, value: Any) -> Any:
        keywords = {name: self.rebound(part) for name, part in value.keywords.items()}
        return functools.partial(
            self.rebound(value.func), *map(self.rebound, value.args), **keywords
        )

    def _function(self, function: FunctionType) -> Any:
        code = relinked(function.__code__)
        self._asked |= asked_names(code)
        if is_own(function.__module__):
            self._session.codes.update(paired(code, function.__code__))
        scope = _Scope(function.__globals__, self, dict.fromkeys(names(function.__code__)))
        cells = tuple(CellType() for _ in function.__closure__ or ())
        result = FunctionType(
            code,
            scope.namespace(self._builtins),
            function.__name__,
            None,
            cells or None,
        )
        self._done[id(function)] = result
        scope.fill(result.__globals__)
        free = zip(function.__code__.co_freevars, cells, function.__closure__ or (), strict=True)
        for name, cell, original in free:
            _fill(cell, original, self, name)
        if function.__defaults__:
            last = code.co_varnames[: code.co_argcount][-len(function.__defaults__) :]
            pairs = zip(last, function.__defaults__, strict=True)
            result.__defaults__ = tuple(self.bound(name, value) for name, value in pairs)
        if function.__kwdefaults__:
            result.__kwdefaults__ = {
                k: self.bound(k, v) for k, v in function.__kwdefaults__.items()
            }
        result.__qualname__ = function.__qualname__
        result.__module__ = function.__module__
        return result

    def bound(self, name: str, value: Any) -> Any:
        """What stands for a value that code calls `name`."""
        value = self.rebound(value)
        return asked(value) if name in self._asked else value

    def _copied(self, value: Any) -> Any:
        """A container of the user's own: what a trace puts into it is gone with the trace."""
        if len(value) > LARGEST:
            return value
        if isinstance(value, dict):
            return asked({key: self.rebound(part) for key, part in value.items()})
        return type(value)(map(self.rebound, value))

    def _method(self, method: MethodType) -> Any:
        function, owner = unwrapped(method.__func__), method.__self__
        if not isinstance(function, FunctionType) or not is_traceable(function):
            return Guarded(dotted(method), method, self._session)
        owner = self._class(owner) if isinstance(owner, type) else self.instance(owner)
        return MethodType(self.rebound(function), owner)

    def instance(self, value: Any) -> Any:
        """A copy of a user's object, of its class made again."""
        if id(value) in self._done:
            return self._done[id(value)]
        cls = self._class(type(value))
        if cls is type(value):
            return value
        result = copy.copy(value)
        self._done[id(value)] = result
        self._alive.append(value)
        object.__setattr__(result, "__class__", cls)  # also of a frozen dataclass
        for name, part in vars(value).items():
            vars(result)[name] = self.bound(name, part)
        return result

    def _class(self, cls: type) -> Any:
        if (name := dotted(cls)) in REPLACED:
            return replaced(REPLACED[name], cls)
        if not is_own(cls.__module__) or cls.__module__ == "builtins":
            return cls
        if id(cls) not in self._done:
            if id(cls) in self._making or not is_plain_class(cls):
                return cls
            self._making.add(id(cls))
            self._done[id(cls)] = self._again(cls)
            self._alive.append(cls)
        return self._done[id(cls)]

    def _again(self, cls: type) -> type:
        """The user's class made again, of rebound bases and members."""
        bases = tuple(self._class(base) for base in cls.__bases__)
        kept = {k: v for k, v in vars(cls).items() if k not in ("__dict__", "__weakref__")}
        for member in map(unwrapped, kept.values()):
            if isinstance(member, FunctionType):
                self._asked |= asked_names(member.__code__)
        members = {
            name: self._member(member) if is_code(member) or is_table(member) else member
            for name, member in kept.items()
        }
        members |= {n: asked(part) for n, part in members.items() if n in self._asked}
        result: type = type(cls)(cls.__name__, bases, members)
        for cell, owner in self._owned:
            if owner is cls:
                cell.cell_contents = result
        return result

    def owned(self, cell: CellType, cls: Any) -> None:
        """Fill the cell in which `super()` finds its class, now or when that is made again."""
        if id(cls) in self._done:
            cell.cell_contents = self._done[id(cls)]
        else:
            self._owned.append((cell, cls))

    def _member(self, member: Any) -> Any:
        match member:
            case staticmethod() | classmethod():
                return type(member)(self.rebound(member.__func__))
            case property():
                parts = (member.fget, member.fset, member.fdel)
                return property(*(part and self.rebound(part) for part in parts))
        return self.rebound(unwrapped(member))

    def _import(
        self, name: str, scope: Any = None, local: Any = None, names: Any = (), level: int = 0
    ) -> Any:
        module = builtins.__import__(name, scope, local, names or (), level)
        return self.rebound(module)


class _Scope:
    """The globals that a function names: bound when they are there, rebound when filled."""

    def __init__(self, scope: dict[str, Any], rebinder: Rebinder, names: dict[str, None]) -> None:
        self._scope = scope
        self._rebinder = rebinder
        self._names = names

    def namespace(self, replaced: dict[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {"__builtins__": replaced}
        return kept | {n: self._scope[n] for n in ("__name__", "__file__") if n in self._scope}

    def fill(self, namespace: dict[str, Any]) -> None:
        for name in self._names:
            if name in self._scope:
                namespace[name] = self._rebinder.bound(name, self._scope[name])


def _fill(cell: CellType, original: CellType, rebinder: Rebinder, name: str) -> None:
    try:
        value = original.cell_contents
    except ValueError:  # an empty cell stays empty
        return
    if name == "__class__":
        rebinder.owned(cell, value)
    else:
        cell.cell_contents = rebinder.bound(name, value)
