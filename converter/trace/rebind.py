"""A copy of a user's function whose names mean our facades: the way in for what records.

Globals, closures, defaults, builtins and imports inside functions are rebound, and so are the
user's own helpers and classes that they reach; libraries are stood for by facades.
"""

import builtins
import copy
import datetime
import functools
import re
import sys
from collections.abc import Callable
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from converter.trace.facades.re import Pattern
from converter.trace.facades.rowwise import rebuilt
from converter.trace.facades.table import REPLACED
from converter.trace.impure import Kind, covers, kind_of, public
from converter.trace.own import is_own
from converter.trace.session import Session, unknown
from converter.trace.standins.fitted import Fitted
from converter.trace.standins.lift import holds_standin
from converter.values import Turn

MODELLED = {
    "numpy",
    "pandas",
    "scipy",
    "sklearn",
    "math",
    "re",
    "datetime",
    "operator",
    "functools",
}

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


class Guarded:
    """A library's function: the real one, refused where it is handed a stand-in."""

    def __init__(self, name: str, function: Callable[..., Any], session: Session) -> None:
        self._name = name
        self._function = function
        self._session = session

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not holds_standin(args) and not holds_standin(kwargs):
            return self._function(*args, **kwargs)
        if self._function in self._session.words.FUNCTIONS:
            return self._session.words.called(self._function, args, kwargs)
        return unknown(f"`{self._name}`")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._function, name)


class Rebinder:
    """Rebinds what a function reaches; each thing once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._done: dict[int, Any] = {}
        self._alive: list[Any] = []
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
            return _guarded_replacement(REPLACED[name], value, name)
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
            case FunctionType() if _is_traceable(value):
                return self._function(value)
            case MethodType():
                return self._method(value)
            case functools.partial():
                return functools.partial(
                    self.rebound(value.func),
                    *map(self.rebound, value.args),
                    **{name: self.rebound(part) for name, part in value.keywords.items()},
                )
            case type():
                return self._class(value)
            case re.Pattern() if isinstance(value.pattern, str):
                return Pattern(value)
            case list() | set() | dict() if type(value) in (list, set, dict):
                return self._copied(value)
        if (standin := rebuilt(value, self.rebound)) is not None:
            return standin
        if (name := _dotted(value)) in REPLACED and hasattr(value, "__qualname__"):
            return _guarded_replacement(REPLACED[name], value, name)
        if _is_plain_function(value):
            return Guarded(name, value, self._session)
        if is_own(type(value).__module__) and hasattr(value, "__dict__"):
            return self.instance(value)
        return Fitted(value) if _is_estimator(value) else value

    def _function(self, function: FunctionType) -> Any:
        if is_own(function.__module__):
            self._session.codes.update(_codes(function.__code__))
        names = dict.fromkeys(_names(function.__code__))
        scope = _Scope(function.__globals__, self, names)
        cells = tuple(CellType() for _ in function.__closure__ or ())
        result = FunctionType(
            function.__code__,
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
            result.__defaults__ = tuple(map(self.rebound, function.__defaults__))
        if function.__kwdefaults__:
            result.__kwdefaults__ = {k: self.rebound(v) for k, v in function.__kwdefaults__.items()}
        result.__qualname__ = function.__qualname__
        result.__module__ = function.__module__
        return result

    def _copied(self, value: Any) -> Any:
        """A container of the user's own: what a trace puts into it is gone with the trace."""
        if len(value) > LARGEST:
            return value
        if isinstance(value, dict):
            return {key: self.rebound(part) for key, part in value.items()}
        return type(value)(map(self.rebound, value))

    def _method(self, method: MethodType) -> Any:
        function, owner = _unwrapped(method.__func__), method.__self__
        if not isinstance(function, FunctionType) or not _is_traceable(function):
            return Guarded(_dotted(method), method, self._session)
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
        result.__class__ = cls
        for name, part in vars(value).items():
            vars(result)[name] = self.rebound(part)
        return result

    def _class(self, cls: type) -> Any:
        if (name := _dotted(cls)) in REPLACED:
            return _guarded_replacement(REPLACED[name], cls, name)
        if not is_own(cls.__module__) or cls.__module__ == "builtins":
            return cls
        if id(cls) not in self._done:
            self._done[id(cls)] = self._again(cls)
            self._alive.append(cls)
        return self._done[id(cls)]

    def _again(self, cls: type) -> type:
        """The user's class made again, of rebound bases and members."""
        bases = tuple(self._class(base) for base in cls.__bases__)
        kept = {k: v for k, v in vars(cls).items() if k not in ("__dict__", "__weakref__")}
        members = {
            name: self._member(member) if _is_code(member) or _is_table(member) else member
            for name, member in kept.items()
        }
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
        return self.rebound(_unwrapped(member))

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
        kept = {name: self._scope[name] for name in ("__name__", "__file__") if name in self._scope}
        return {**kept, "__builtins__": replaced}

    def fill(self, namespace: dict[str, Any]) -> None:
        for name in self._names:
            if name in self._scope:
                namespace[name] = self._rebinder.rebound(self._scope[name])


def _fill(cell: CellType, original: CellType, rebinder: Rebinder, name: str) -> None:
    try:
        value = original.cell_contents
    except ValueError:  # an empty cell stays empty
        return
    if name == "__class__":
        rebinder.owned(cell, value)
    else:
        cell.cell_contents = rebinder.rebound(value)


def _guarded_replacement(replacement: Any, original: Any, name: str) -> Any:
    """A recorder stands aside for calls without stand-ins."""
    if isinstance(replacement, FunctionType) and getattr(replacement, "always", False) is False:
        return _Aside(replacement, original)
    return replacement


class _Aside:
    """Records a call with stand-ins; any other goes to the library itself."""

    def __init__(self, recorder: Callable[..., Any], original: Any) -> None:
        self._recorder = recorder
        self._original = original

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if holds_standin(args) or holds_standin(kwargs):
            return self._recorder(*args, **kwargs)
        return self._original(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


def _is_traceable(function: FunctionType) -> bool:
    """Python code that may be run on stand-ins: all but what the facades stand for."""
    top = (function.__module__ or "__main__").partition(".")[0]
    if is_own(function.__module__):
        return True
    return top not in MODELLED and top not in sys.stdlib_module_names


def _is_plain_function(value: Any) -> bool:
    import numpy as np

    return callable(value) and not isinstance(value, np.ufunc | type) and hasattr(value, "__name__")


def _is_code(member: Any) -> bool:
    return isinstance(member, FunctionType | staticmethod | classmethod | property)


def _unwrapped(member: Any) -> Any:
    while _is_wrapper(member):
        member = member.__wrapped__
    return member


def _is_table(member: Any) -> bool:
    """What a class holds for all of its objects: tables, patterns, and the like."""
    return isinstance(member, re.Pattern) or type(member) in (list, set, dict)


def _is_estimator(value: Any) -> bool:
    """A fitted or unfitted estimator of scikit-learn."""
    return type(value).__module__.partition(".")[0] == "sklearn" and hasattr(value, "get_params")


def _is_wrapper(member: Any) -> bool:
    """What scikit-learn puts around every `transform` of a class."""
    return (
        isinstance(member, FunctionType)
        and hasattr(member, "__wrapped__")
        and not is_own(member.__globals__.get("__name__"))
    )


def _dotted(value: Any) -> str:
    return f"{getattr(value, '__module__', '') or ''}.{getattr(value, '__qualname__', type(value).__name__)}"


def _codes(code: CodeType) -> set[CodeType]:
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return {code}.union(*map(_codes, inner))


def _names(code: CodeType) -> set[str]:
    return {name for each in _codes(code) for name in each.co_names}
